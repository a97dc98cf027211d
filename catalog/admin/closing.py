"""Closing many rows of a list with one reason: withdrawing links, retracting evaluations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from catalog.admin.confirming import Question
from catalog.registration.validate import REASON_LIMIT


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=REASON_LIMIT,
        help_text="The history keeps it with each row.",
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 3}),
    )


def close_selected(
    model_admin: ModelAdmin, request: HttpRequest, rows: QuerySet, verb: str, close: Callable[[Any, str], None]
) -> HttpResponse | None:
    """Ask for the reason, then `close` each row with it: all of them or none."""
    question = Question(
        title=f"{verb} {model_admin.opts.verbose_name_plural}",
        button=verb,
        explanation="They stay in the history, and what rests on them is judged anew.",
        form=ReasonForm,
    )
    return question.put(model_admin, request, rows, lambda row, said: close(row, said["reason"]))
