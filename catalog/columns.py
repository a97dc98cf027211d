"""Which columns of a version may change, and who writes the others. Imports nothing of ours."""

from __future__ import annotations

RULE_COLUMNS = ("has_training_dataset", "has_producing_analysis", "has_pinned_inputs", "has_tested_hypothesis")
"""One column for each provenance rule; null where the rule does not apply. They belong to the audit."""

VALIDATION_COLUMNS = ("has_validation", "has_validation_context")
"""The two evidence checks that read evaluations. They are refreshed like the rules."""

RECORD_COLUMNS = ("evidence_held", "evidence_asked")
"""The tally of the six evidence checks on the version's own record, set at registration."""

GENERATED_COLUMNS = ("provenance_completeness", "evidence_score", "quality_uncapped", "quality_score")
DERIVED_COLUMNS = ("is_listed",)
"""What the database derives from what may change: no history needs it."""

COMPUTED_COLUMNS = (*RULE_COLUMNS, *VALIDATION_COLUMNS, *RECORD_COLUMNS, *GENERATED_COLUMNS)

MUTABLE_FIELDS = frozenset(
    {"version_tag", "is_latest", "state", "state_reason", "state_changed_at", "family", "family_basis"}
    | {"assessed_quality", "assessed_by", "assessed_reason", "assessed_at"}
)
"""What of a written version may change. All else is content, or the audit's."""

STANDING_COLUMNS = (*sorted(MUTABLE_FIELDS), *COMPUTED_COLUMNS)
"""What of a version is not the same for ever. Its history keeps every state of these."""
