"""How the parts of a version's record are shown where they are not changed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string

from catalog.admin.sections import sections_of
from catalog.models import ArtifactVersion
from catalog.provenance.rules import failing, results
from catalog.vocabulary import FamilyBasis


class RecordFields:
    """Read-only fields of a version's page, and columns of its list."""

    @admin.display(description="metadata")
    def metadata_shown(self, version: ArtifactVersion) -> str:
        return render_to_string("admin/catalog/metadata.html", {"sections": sections_of(version.metadata)})

    @admin.display(description="checksums")
    def checksums_shown(self, version: ArtifactVersion) -> str:
        return render_to_string("admin/catalog/checksums.html", {"checksums": version.checksums})

    @admin.display(description="read from")
    def read_from(self, version: ArtifactVersion) -> str:
        parts = (version.source_format, version.source_record, version.source_revision)
        return " · ".join(part for part in parts if part) or "-"

    @admin.display(description="also called")
    def also_called(self, version: ArtifactVersion) -> str:
        names = [row.name for row in version.artifact.identifiers.select_related("artifact") if row.is_alias]
        return ", ".join(names) or "-"

    @admin.display(description="version", ordering="version_number")
    def numbered(self, version: ArtifactVersion) -> str:
        said = [str(version.version_number), version.version_label, version.version_tag and f"“{version.version_tag}”"]
        return " · ".join(part for part in said if part)

    @admin.display(description="stands", ordering="state")
    def stands(self, version: ArtifactVersion) -> str:
        return f"{version.state}, latest" if version.is_latest else version.state

    @admin.display(description="title", ordering="title_key")
    def titled(self, version: ArtifactVersion) -> str:
        return version.title

    @admin.display(description="identified by", ordering="identified_by")
    def identified(self, version: ArtifactVersion) -> str:
        return version.get_identified_by_display() or "not identified"


class ScoreColumns:
    """Columns of a list of models."""

    @admin.display(description="quality", ordering="quality_score")
    def quality(self, version: ArtifactVersion) -> str:
        basis = "assessed" if version.assessed_quality is not None else "record"
        score, uncapped = version.quality_score or 0.0, version.quality_uncapped or 0.0
        lowered = f", capped from {uncapped:.2f}" if score < uncapped else ""
        return f"{score:.2f} {basis}{lowered}"

    @admin.display(description="provenance", ordering="provenance_completeness")
    def completeness(self, version: ArtifactVersion) -> str:
        found = [result for result in results(version) if result.applies]
        lacking = ", ".join(rule.code.replace("_", " ") for rule in failing(version))
        held = f"{sum(result.holds for result in found)} of {len(found)}"
        return f"{held}; fails {lacking}" if lacking else held

    @admin.display(description="family", ordering="family")
    def of_family(self, version: ArtifactVersion) -> Any:
        sure = "" if version.family_basis == FamilyBasis.SOURCE else f", {version.family_basis}"
        return f"{version.get_family_display()}{sure}".replace("_", " ")
