"""The forms of what may change of a version: its tag, its state, a model's family and assessed quality.

Each field carries what it was when the page was opened. Only what the curator changed since is written, so that a page
that stood open for an hour does not undo what others did meanwhile.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User

from catalog.admin.refusals import DoorForm
from catalog.models import ArtifactVersion
from catalog.registration import Assessment, assess, decide_family, set_state, set_tag
from catalog.registration.validate import REASON_LIMIT
from catalog.vocabulary import Family, State


def _reason(**options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"class": "vLargeTextField", "rows": 2})
    return forms.CharField(required=False, max_length=REASON_LIMIT, widget=widget, **options)


class DecisionForm(DoorForm):
    """What may change of a version of any kind. Its fields stand beside columns that are shown, so have other names."""

    named = {"version_tag": "tag", "state": "new_state", "family": "family_is"}

    tag = forms.CharField(
        required=False,
        show_hidden_initial=True,
        label="Version tag",
        help_text="Such as stable. A tag that another version carries moves here; blank takes it away.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    new_state = forms.ChoiceField(label="State", choices=State.choices, show_hidden_initial=True)
    reason = _reason(label="Reason for the state", help_text="Needed to change the state; everybody sees it.")

    class Meta:
        model = ArtifactVersion
        fields = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial = {**self.standing(), **self.initial}

    def standing(self) -> dict[str, Any]:
        """What the fields show of the version as it stands."""
        return {"tag": self.instance.version_tag or "", "new_state": self.instance.state}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "new_state" in self.changed_data and "reason" not in self.errors and not cleaned.get("reason"):
            self.add_error("reason", "Give the reason for the new state; the history keeps it.")
        return cleaned

    def decide(self, by: User) -> None:
        """Take what was changed through the door. Raises the door's errors."""
        said, changed, version = self.cleaned_data, set(self.changed_data), self.instance
        if "tag" in changed:
            set_tag(version, said["tag"] or None, by=by)
        if changed & {"new_state", "reason"} and said["reason"]:
            state = said["new_state"] if "new_state" in changed else version.state
            set_state(version, state, reason=said["reason"], by=by)


class ModelDecisionForm(DecisionForm):
    """What may change of a model as well: its family, and what somebody says of its quality."""

    family_is = forms.ChoiceField(label="Family", choices=Family.choices, show_hidden_initial=True)
    confirm_family = forms.BooleanField(
        required=False, label="I looked, and this is its family", help_text="Records it as a curator's decision."
    )
    quality_value = forms.FloatField(
        required=False,
        show_hidden_initial=True,
        label="Assessed quality",
        help_text="0 to 1; blank takes the assessment back. The cap holds while a rule fails, whatever this says.",
        min_value=0,
        max_value=1,
    )
    quality_by = forms.CharField(
        required=False,
        label="By",
        help_text="Whose judgement it is. You, where blank.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    quality_reason = _reason(label="Reason for the assessment", help_text="Needed to assess; everybody sees it.")

    def standing(self) -> dict[str, Any]:
        """The assessor starts blank: who changes a value would else put it into another's mouth."""
        version = self.instance
        return super().standing() | {"family_is": version.family, "quality_value": version.assessed_quality}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        value, reason = cleaned.get("quality_value"), cleaned.get("quality_reason")
        if self._assesses() and not {"quality_value", "quality_reason"} & set(self.errors):
            if value is not None and not reason:
                self.add_error("quality_reason", "Say why; readers judge the value by its reason.")
            elif value is None and "quality_value" not in self.changed_data:
                self.add_error("quality_value", "Give the value that this is said of.")
        return cleaned

    def decide(self, by: User) -> None:
        super().decide(by)
        said, version = self.cleaned_data, self.instance
        if "family_is" in self.changed_data or said["confirm_family"]:
            decide_family(version, said["family_is"], by=by)
        if self._assesses():
            assess(version, self._assessment(by), by=by)

    def _assesses(self) -> bool:
        return bool({"quality_value", "quality_by", "quality_reason"} & set(self.changed_data))

    def _assessment(self, by: User) -> Assessment | None:
        said = self.cleaned_data
        if said["quality_value"] is None:
            return None
        return Assessment(
            value=said["quality_value"], by=said["quality_by"] or by.get_username(), reason=said["quality_reason"]
        )
