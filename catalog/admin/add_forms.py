"""The forms that register a version: what they ask for depends on the kind, where it goes does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django import forms

from catalog.admin.evaluation_json import evaluations_in
from catalog.admin.fields import JsonField, ReferenceField, ReferencesField
from catalog.admin.refusals import DoorForm
from catalog.models import ArtifactVersion
from catalog.registration import Assessment, LinkInput, Source, VersionInput
from catalog.registration.validate import REASON_LIMIT
from catalog.vocabulary import MAX_INTEGER, Family, FamilyBasis, Kind, Outcome, Relation

_TEXTS = ("artifact", "title", "version_label", "description", "changelog", "license")
_A_REFERENCE = "An id pins nothing; id@3, id@tag or a version's id pins that version."
_REFERENCES = f"One reference to a line. {_A_REFERENCE} After a | the source's own words for it."


def _area(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "vLargeTextField", "rows": rows, **attrs})


def _text(**options: Any) -> forms.CharField:
    options = {"required": False, "widget": forms.TextInput(attrs={"class": "vTextField"}), **options}
    return forms.CharField(**options)


class VersionAddForm(DoorForm):
    """What every kind of version has. `kind` is that of the versions it registers."""

    kind: Kind
    named = {"id": "version_id", "model_family": "family"}

    artifact = _text(
        required=True,
        widget=forms.TextInput(attrs={"class": "vLargeTextField", "spellcheck": "false"}),
        help_text="The id of what this is a version of. The first version creates it; the id stays.",
    )
    version_id = _text(label="Version id", help_text="Leave blank for {artifact}-v{number}.")
    title = _text(required=True, widget=_area(2))
    aliases = _text(widget=_area(2), help_text="Other names of the artifact, one to a line.")
    version_label = _text(help_text="The source's own words for this version, such as 0.5.9.")
    version_tag = _text(help_text="Our word for it, such as stable. A tag that another version carries moves here.")
    description = _text(widget=_area(5))
    changelog = _text(widget=_area(3), help_text="What is different from the version before.")
    license = _text()
    created_at = forms.DateTimeField(
        required=False,
        label="Date",
        help_text="The source's date, such as 2026-04-05T12:00:00Z; UTC where no zone is given. Blank: now.",
        widget=forms.DateTimeInput(attrs={"class": "vTextField"}),
    )
    metadata = JsonField(
        expected=dict, rows=16, help_text="A JSON object. Known keys have a type; extra keys are allowed."
    )
    checksums = JsonField(
        expected=dict, help_text='Which bytes this is: {"sha256": "…"}, or by file name. What pins hold on to.'
    )
    source_format = _text()
    source_record = _text()
    source_revision = _text(help_text="Format, record and revision together: where the record was read from.")
    produced_by = ReferenceField(
        relation=Relation.PRODUCED_BY, help_text="The analysis. Its latest version, where none is named."
    )
    derives_from = ReferencesField(relation=Relation.DERIVES_FROM, help_text=_REFERENCES)
    cites = ReferencesField(relation=Relation.CITES, help_text=_REFERENCES)

    class Meta:
        model = ArtifactVersion
        fields = ()

    def clean_created_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["created_at"]
        try:
            return moment.astimezone(UTC) if moment else None
        except OverflowError as error:
            raise forms.ValidationError("In UTC this is no date that a calendar has.") from error

    def version_input(self) -> VersionInput:
        """What the form says, as the door takes it. Raises `InvalidInput` for a malformed evaluation."""
        said = self.cleaned_data
        source = [said[f"source_{part}"] for part in ("format", "record", "revision")]
        texts = {name: said[name].replace("\r\n", "\n") for name in _TEXTS}  # as browsers end lines
        return VersionInput(
            kind=self.registered_kind(),
            version_id=said["version_id"] or None,
            version_tag=said["version_tag"] or None,
            aliases=tuple(said["aliases"].split()),
            created_at=said["created_at"],
            source=Source(format=source[0], record=source[1], revision=source[2]) if any(source) else None,
            links=tuple(self._links()),
            metadata=said["metadata"],
            checksums=said["checksums"],
            **texts,
            **self.model_fields(),
        )

    def registered_kind(self) -> Kind:
        return self.kind

    def model_fields(self) -> dict[str, Any]:
        """What only a model says."""
        return {}

    def _links(self) -> Iterator[LinkInput]:
        for name, field in self.fields.items():
            if isinstance(field, ReferencesField):
                outcome = self.cleaned_data.get("outcome") if field.relation == Relation.TESTS else None
                yield from field.links(name, self.cleaned_data[name], Outcome(outcome) if outcome else None)


class DatasetAddForm(VersionAddForm):
    kind = Kind.DATASET


class HypothesisAddForm(VersionAddForm):
    kind = Kind.HYPOTHESIS


class OtherAddForm(VersionAddForm):
    kind_of_artifact = forms.ChoiceField(
        label="Kind", choices=[(kind.value, kind.label) for kind in (Kind.CODE, Kind.DOCUMENT, Kind.OTHER)]
    )

    def registered_kind(self) -> Kind:
        return Kind(self.cleaned_data["kind_of_artifact"])


class _TestingForm(VersionAddForm):
    tests_hypothesis = ReferenceField(relation=Relation.TESTS, help_text=_A_REFERENCE)
    outcome = forms.ChoiceField(
        required=False, choices=[("", "not stated"), *Outcome.choices], help_text="What the test says of it."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("outcome") and not cleaned.get("tests_hypothesis"):
            self.add_error("tests_hypothesis", "Name the hypothesis that this is the outcome for.")
        return cleaned


class AnalysisAddForm(_TestingForm):
    kind = Kind.ANALYSIS

    inputs = ReferencesField(relation=Relation.USED, help_text=f"What it used. {_REFERENCES}")


class ModelAddForm(_TestingForm):
    kind = Kind.MODEL
    assessor = ""

    family = forms.ChoiceField(choices=[("", "choose"), *Family.choices])
    family_basis = forms.ChoiceField(
        choices=FamilyBasis.choices, initial=FamilyBasis.SOURCE, help_text="Who says that it is of this family."
    )
    parameter_count = forms.IntegerField(required=False, min_value=0, max_value=MAX_INTEGER)
    declares_hypothesis = forms.BooleanField(
        required=False, help_text="It tests a hypothesis, whether or not it is named: the rule applies."
    )
    trained_on = ReferencesField(relation=Relation.TRAINED_ON, help_text=f"Datasets. {_REFERENCES}")
    fine_tuned_from = ReferencesField(relation=Relation.FINE_TUNED_FROM, help_text=f"Models. {_REFERENCES}")
    combines = ReferencesField(relation=Relation.COMBINES, help_text=f"Models. {_REFERENCES}")
    evaluations = JsonField(
        expected=list,
        help_text='A JSON array, such as [{"metric": "rmse", "value": 0.02, "dataset": "id@1", "split": "test"}]. '
        "Later evaluations are added on the model's page.",
    )
    quality_value = forms.FloatField(
        required=False, min_value=0, max_value=1, label="Assessed quality", help_text="0 to 1, or blank."
    )
    quality_by = _text(label="Assessed by", help_text="You, where blank.")
    quality_reason = forms.CharField(
        required=False, label="Reason", max_length=REASON_LIMIT, widget=_area(2), help_text="Why this value."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        explained = cleaned.get("quality_by") or cleaned.get("quality_reason")
        if explained and cleaned.get("quality_value") is None and "quality_value" not in self.errors:
            self.add_error("quality_value", "Give the value that this is said of.")
        return cleaned

    def model_fields(self) -> dict[str, Any]:
        said = self.cleaned_data
        value = said["quality_value"]
        assessor = said["quality_by"] or self.assessor
        return {
            "family": Family(said["family"]),
            "family_basis": FamilyBasis(said["family_basis"]),
            "parameter_count": said["parameter_count"],
            "declares_hypothesis": said["declares_hypothesis"],
            "evaluations": evaluations_in(said["evaluations"]),
            "quality": None if value is None else Assessment(value=value, by=assessor, reason=said["quality_reason"]),
        }
