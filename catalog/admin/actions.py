"""What a curator does to many versions at once: audit them anew, set their state with a reason, tag them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from catalog.admin.closing import ReasonForm
from catalog.admin.confirming import Question
from catalog.admin.people import curator
from catalog.errors import Fault, InvalidInput
from catalog.identity import TAG_LENGTH
from catalog.models import ArtifactVersion
from catalog.provenance.audit import audit
from catalog.registration import set_state as set_state_of
from catalog.registration import set_tag
from catalog.vocabulary import State


@admin.action(description="Re-audit selected models", permissions=["change"])
def reaudit(model_admin: ModelAdmin, request: HttpRequest, versions: QuerySet) -> None:
    """Bring what is stored of the rules up to date, whatever bypassed the signals."""
    report = audit(among=versions)
    found = "nothing was out of date" if not report.changed else f"{report.changed} changed"
    model_admin.message_user(request, f"Looked at {report.looked_at}: {found}.", messages.SUCCESS)


class StateForm(ReasonForm):
    state = forms.ChoiceField(choices=[("", "choose"), *State.choices])
    field_order = ("state", "reason")


@admin.action(description="Set state, with a reason", permissions=["change"])
def set_state(model_admin: ModelAdmin, request: HttpRequest, versions: QuerySet) -> HttpResponse | None:
    def act(version: ArtifactVersion, said: dict[str, Any]) -> None:
        set_state_of(version, said["state"], reason=said["reason"], by=curator(request))

    question = Question(
        title="Set state",
        button="Set state",
        explanation="A retracted version keeps its page, is left out of lists, and is shown to all that rests on it.",
        form=StateForm,
    )
    return question.put(model_admin, request, versions.select_related("artifact"), act)


class TagForm(forms.Form):
    version_tag = forms.CharField(
        required=False,
        max_length=TAG_LENGTH,
        label="Version tag",
        help_text="Such as stable. It moves here from the version of the same artifact that carries it. "
        "Blank takes the tags of the chosen versions away.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


@admin.action(description="Tag", permissions=["change"])
def tag(model_admin: ModelAdmin, request: HttpRequest, versions: QuerySet) -> HttpResponse | None:
    counted = Counter(versions.order_by().values_list("artifact__public_id", flat=True))
    twice = sorted(artifact for artifact, count in counted.items() if count > 1)

    def act(version: ArtifactVersion, said: dict[str, Any]) -> None:
        if said["version_tag"] and twice:
            detail = f"Several of the chosen are versions of {', '.join(twice[:5])}; a tag names one of them."
            raise InvalidInput([Fault("/version_tag", detail, "repeated")])
        set_tag(version, said["version_tag"] or None, by=curator(request))

    question = Question(
        title="Tag versions",
        button="Tag",
        explanation="A tag names one version of each artifact, and can be moved.",
        form=TagForm,
    )
    return question.put(model_admin, request, versions.select_related("artifact"), act)
