"""Versions of artifacts: one table for every kind, so that filter, sort and count stand on one index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import BigIntegerField, BooleanField, F, FloatField, GeneratedField, Q, Value
from django.db.models.functions import Coalesce

from catalog.columns import COMPUTED_COLUMNS, DERIVED_COLUMNS, MUTABLE_FIELDS
from catalog.errors import Conflict, Fault
from catalog.identity import ID_LENGTH, TAG_LENGTH, sort_key
from catalog.json_values import StoredJSON
from catalog.models.artifact import Artifact
from catalog.models.fact import Fact
from catalog.models.history import VERSION_HISTORY
from catalog.models.immutable import refuse_changes
from catalog.models.scores import (
    COMPLETENESS,
    EVIDENCE_SCORE,
    LISTED,
    QUALITY_SCORE,
    QUALITY_UNCAPPED,
)
from catalog.querysets import NaturalKeyManager, VersionQuerySet
from catalog.vocabulary import MAX_INTEGER, Family, FamilyBasis, Identification, Kind, State


class ArtifactVersion(Fact):
    """One state of an artifact. Its content is immutable once written; see `MUTABLE_FIELDS` for what is not.

    `quality_score` and its parts lie within 0 to 1 and are null for anything but a model. The database computes
    them from the rule columns and `assessed_quality`, so that no way in leaves a score above its cap.
    """

    public_id = models.CharField("id", max_length=ID_LENGTH)
    artifact = models.ForeignKey(Artifact, on_delete=models.CASCADE, db_index=False, related_name="versions")
    kind = models.CharField(max_length=10, choices=Kind.choices, editable=False)
    version_number = models.PositiveIntegerField()
    version_label = models.CharField(max_length=200, blank=True, default="", help_text="The source's own words.")
    version_tag = models.CharField(max_length=TAG_LENGTH, null=True, blank=True)  # noqa: DJ001 - unique where set
    parent = models.ForeignKey(
        "self", on_delete=models.RESTRICT, null=True, blank=True, db_index=False, related_name="children"
    )
    is_latest = models.BooleanField(default=False, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    state_reason = models.TextField(blank=True, default="")
    state_changed_at = models.DateTimeField(null=True, blank=True)

    title = models.CharField(max_length=500)
    title_key = models.CharField(max_length=1000, editable=False, help_text="The title casefolded, for sorting.")
    description = models.TextField(blank=True, default="")
    changelog = models.TextField(blank=True, default="")
    license = models.CharField(max_length=200, blank=True, default="")
    metadata = models.JSONField(default=dict, blank=True, decoder=StoredJSON)
    checksums = models.JSONField(default=dict, blank=True, decoder=StoredJSON)
    identified_by = models.CharField(  # noqa: DJ001 - null says that it is not identified
        max_length=10, choices=Identification.choices, null=True, blank=True
    )
    content_digest = models.CharField(max_length=71)
    request_digest = models.CharField(max_length=71, blank=True, default="", help_text="Over content and links.")
    source_format = models.CharField(max_length=50, blank=True, default="")
    source_record = models.CharField(max_length=500, blank=True, default="")
    source_revision = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(help_text="The source's date where it gives one.")
    registered_at = models.DateTimeField(editable=False)

    family = models.CharField(max_length=15, choices=Family.choices, null=True, blank=True)  # noqa: DJ001 - models only
    stated_family = models.CharField(  # noqa: DJ001 - models only
        max_length=15, choices=Family.choices, null=True, blank=True, help_text="As registered; the digest covers it."
    )
    family_basis = models.CharField(  # noqa: DJ001 - models only
        max_length=10, choices=FamilyBasis.choices, null=True, blank=True
    )
    framework = models.CharField(max_length=200, blank=True, default="")
    checkpoint_digest = models.CharField(max_length=200, blank=True, default="")
    parameter_count = models.BigIntegerField(null=True, blank=True)
    declares_hypothesis = models.BooleanField(default=False)
    assessed_quality = models.FloatField(null=True, blank=True)
    assessed_by = models.CharField(max_length=200, blank=True, default="")
    assessed_reason = models.TextField(blank=True, default="")
    assessed_at = models.DateTimeField(null=True, blank=True)

    has_training_dataset = models.BooleanField(default=False, editable=False)
    has_producing_analysis = models.BooleanField(default=False, editable=False)
    has_pinned_inputs = models.BooleanField(default=False, editable=False)
    has_tested_hypothesis = models.BooleanField(null=True, default=None, editable=False)
    has_validation = models.BooleanField(default=False, editable=False)
    has_validation_context = models.BooleanField(default=False, editable=False)
    evidence_held = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    evidence_asked = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)

    provenance_completeness = GeneratedField(
        expression=COMPLETENESS, output_field=FloatField(null=True), db_persist=True
    )
    evidence_score = GeneratedField(expression=EVIDENCE_SCORE, output_field=FloatField(null=True), db_persist=True)
    quality_uncapped = GeneratedField(expression=QUALITY_UNCAPPED, output_field=FloatField(null=True), db_persist=True)
    quality_score = GeneratedField(expression=QUALITY_SCORE, output_field=FloatField(null=True), db_persist=True)
    is_listed = GeneratedField(expression=LISTED, output_field=BooleanField(), db_persist=True)

    _stored: dict[str, Any] = {}
    """The columns as they were read."""

    objects = NaturalKeyManager.from_queryset(VersionQuerySet)()
    history = VERSION_HISTORY

    class Meta:
        ordering = ("artifact", "version_number")
        verbose_name = "version"
        # Judging a version again costs an entry in each index that it is in: none stands here that no query asks for.
        constraints = [
            models.UniqueConstraint(name="version_id_unique", fields=("public_id",)),
            models.UniqueConstraint(
                name="version_one_latest_per_artifact", fields=("artifact",), condition=Q(is_latest=True)
            ),
            models.UniqueConstraint(name="version_number_unique", fields=("artifact", "version_number")),
            models.UniqueConstraint(
                name="version_tag_unique", fields=("artifact", "version_tag"), condition=Q(version_tag__isnull=False)
            ),
            models.UniqueConstraint(
                name="version_source_unique",
                fields=("artifact", "source_format", "source_record", "source_revision"),
                condition=~Q(source_revision=""),
            ),
            models.CheckConstraint(name="version_number_from_one", condition=Q(version_number__gte=1)),
            models.CheckConstraint(name="version_not_its_own_parent", condition=~Q(parent=F("pk"))),
            models.CheckConstraint(name="version_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="version_model_columns_on_models",
                condition=Q(
                    kind=Kind.MODEL,
                    family__isnull=False,
                    family__in=Family.values,
                    stated_family__isnull=False,
                    family_basis__isnull=False,
                    family_basis__in=FamilyBasis.values,
                )
                | (
                    ~Q(kind=Kind.MODEL)
                    & Q(
                        family__isnull=True,
                        stated_family__isnull=True,
                        family_basis__isnull=True,
                        parameter_count__isnull=True,
                        assessed_quality__isnull=True,
                        evidence_asked__isnull=True,
                        declares_hypothesis=False,
                        framework="",
                        checkpoint_digest="",
                    )
                ),
            ),
            models.CheckConstraint(
                name="version_assessed_quality_0_to_1",
                condition=Q(assessed_quality__isnull=True) | Q(assessed_quality__gte=0, assessed_quality__lte=1),
            ),
            models.CheckConstraint(
                name="version_evidence_held_of_asked",
                condition=Q(evidence_asked__isnull=True, evidence_held__isnull=True)
                | Q(
                    evidence_asked__isnull=False,
                    evidence_held__isnull=False,
                    evidence_asked__lte=6,
                    evidence_held__lte=F("evidence_asked"),
                ),
            ),
            models.CheckConstraint(
                name="version_parameter_count_range",
                condition=Q(parameter_count__isnull=True) | Q(parameter_count__gte=0, parameter_count__lte=MAX_INTEGER),
            ),
        ]
        indexes = [
            # Every version of models by score; and those listed that meet further conditions, with few walked past.
            models.Index(
                fields=("-quality_score", "-quality_uncapped", "-id"),
                name="version_by_quality",
                condition=Q(kind=Kind.MODEL),
            ),
            # The list of a family, and of all, merged.
            models.Index(
                fields=("family", "-quality_score", "-quality_uncapped", "-id"),
                name="version_by_family_quality",
                condition=Q(is_listed=True),
            ),
            # The exact totals, which on PostgreSQL read nothing but this: three values in seven bytes a model. There it
            # has the like of those that are complete, `version_complete`, and of those that are not, `version_failing`,
            # by a migration.
            models.Index(fields=("family",), name="version_by_family", condition=Q(is_listed=True)),
            # The same of artifacts of a kind, and of all.
            models.Index(fields=("kind",), name="version_by_kind", condition=Q(is_latest=True)),
            # How many a curator assessed.
            models.Index(
                fields=("family",),
                name="version_assessed",
                condition=Q(is_listed=True, assessed_quality__isnull=False),
            ),
            # The list of artifacts of a kind, and the sorts by date, title and number of parameters.
            models.Index(fields=("kind", "-created_at", "-id"), name="version_by_kind_created"),
            models.Index(fields=("kind", "title_key", "id"), name="version_by_kind_title"),
            models.Index(
                Coalesce(F("parameter_count"), Value(-1), output_field=BigIntegerField()).desc(),
                F("id").desc(),
                name="version_by_parameter_count",
                condition=Q(kind=Kind.MODEL),
            ),
            # What a version was revised to.
            models.Index(fields=("parent",), name="version_by_parent", condition=Q(parent__isnull=False)),
            # The list of those that are incomplete: their scores are the lowest, behind those of all the others.
            models.Index(
                fields=("-quality_score", "-quality_uncapped", "-id"),
                name="version_flagged",
                condition=Q(is_listed=True, provenance_completeness__lt=1),
            ),
            # The models with the most to gain, on the home page.
            models.Index(
                fields=("-provenance_completeness", "-quality_uncapped", "title_key", "id"),
                name="version_by_completeness",
                condition=Q(is_listed=True, provenance_completeness__lt=1),
            ),
            # What was retracted: few among many.
            models.Index(fields=("id",), name="version_retracted", condition=Q(state=State.RETRACTED)),
            # Same weights in two models: an advisory.
            models.Index(
                fields=("checkpoint_digest",), name="version_by_checkpoint", condition=~Q(checkpoint_digest="")
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    def natural_key(self) -> tuple[str]:
        return (self.public_id,)

    natural_key.dependencies = ["catalog.artifact"]  # type: ignore[attr-defined]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save. Raises `Conflict` where immutable content of a written version would change.

        What the audit computes is left as the database has it, whatever this instance remembers; which version is
        the latest follows from the states.
        """
        if self._state.adding:
            kwargs["force_insert"] = True  # or an instance made with a written version's key would overwrite it
            self.title_key = sort_key(self.title)
        else:
            asked = kwargs.get("update_fields")
            self._refuse_content(asked or ())
            kwargs["update_fields"] = sorted(MUTABLE_FIELDS - {"is_latest"} if asked is None else asked)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the version. Raises `Conflict` where something else depends on it."""
        ArtifactVersion.objects.filter(pk=self.pk).refuse_led_through(str(self))
        return super().delete(*args, **kwargs)

    delete.alters_data = True  # type: ignore[attr-defined]

    def _refuse_content(self, asked: Iterable[str]) -> None:
        refused = sorted(set(asked) - MUTABLE_FIELDS)
        if refused:
            faults = [Fault(f"/{name}", "This is content, or computed by the audit.", "immutable") for name in refused]
            raise Conflict(f"The content of {self.public_id} is immutable.", faults)
        refuse_changes(self, but=MUTABLE_FIELDS.union(COMPUTED_COLUMNS, DERIVED_COLUMNS))
