"""The page between choosing rows and an action on them: what is about to happen, to which rows, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from catalog.admin.refusals import Refused, refusals_of, show

SHOWN = 20
"""How many of the chosen rows the page names."""

CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Question:
    """What an action asks before it acts."""

    title: str
    button: str
    explanation: str
    form: type[forms.Form]

    def put(
        self,
        model_admin: ModelAdmin,
        request: HttpRequest,
        rows: QuerySet,
        act: Callable[[Any, dict[str, Any]], object],
    ) -> HttpResponse | None:
        """Ask, and once answered act on each row: on all or, where the door refuses one, on none."""
        form = self.form(request.POST if CONFIRMED in request.POST else None)
        chosen = list(rows.order_by("pk"))
        if form.is_valid() and self._acts(form, chosen, act):
            many = model_admin.opts.verbose_name if len(chosen) == 1 else model_admin.opts.verbose_name_plural
            model_admin.message_user(request, f"{self.button}: done for {len(chosen)} {many}.", messages.SUCCESS)
            return None
        return self._page(model_admin, request, chosen, form)

    def _acts(self, form: forms.Form, chosen: list[Any], act: Callable[[Any, dict[str, Any]], object]) -> bool:
        try:
            with transaction.atomic(), refusals_of(form):
                for row in chosen:
                    act(row, form.cleaned_data)
        except Refused as refused:
            show(form, refused.refusal.error)
            return False
        return True

    def _page(
        self, model_admin: ModelAdmin, request: HttpRequest, chosen: list[Any], form: forms.Form
    ) -> TemplateResponse:
        across = request.POST.get("select_across") == "1"
        context = {
            **model_admin.admin_site.each_context(request),
            "title": self.title,
            "question": self,
            "form": form,
            "opts": model_admin.opts,
            "chosen": chosen[:SHOWN],
            "unnamed": max(len(chosen) - SHOWN, 0),
            "count": len(chosen),
            # All pages: the list chooses them anew, and needs one to be ticked.
            "ticked": [row.pk for row in (chosen[:1] if across else chosen)],
            "across": int(across),
            "action": request.POST.get("action", ""),
            "checkbox": ACTION_CHECKBOX_NAME,
            "confirmed": CONFIRMED,
        }
        return TemplateResponse(request, "admin/catalog/confirm.html", context)
