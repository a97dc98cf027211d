"""Frozen comparisons: the page of one, and freezing what the compare page shows."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from catalog.errors import InvalidInput
from catalog.frozen import changes_since, freeze, is_verified, stored_content
from catalog.models import FrozenComparison
from catalog.selection import select_models
from catalog.web.compared.page import frozen_context
from catalog.web.moments import address_at
from catalog.web.query import PageQuery, problems

PERMISSION = "catalog.add_frozencomparison"


@require_safe
def frozen_comparison(request: HttpRequest, comparison: str) -> HttpResponse:
    """A frozen comparison as it was, with what has changed since."""
    frozen = get_object_or_404(FrozenComparison.objects.select_related("created_by"), public_id=comparison)
    query = PageQuery.of(reverse("frozen", args=[frozen.public_id]), request.GET)
    context = {
        "section": "models",
        "frozen": frozen,
        "verified": is_verified(frozen),
        "changes": changes_since(frozen),
        "at": address_at(frozen.moment),
        "problems": problems(query, ("differences", "section"), ("section",)),
        "json_url": reverse("frozen-detail", args=[frozen.public_id]),
        "now_url": f"{reverse('compare')}?ids={','.join(frozen.ids)}",
        **frozen_context(stored_content(frozen), query),
    }
    return render(request, "catalog/compare.html", context)


@require_POST
def freeze_comparison(request: HttpRequest) -> HttpResponseBase:
    """Freeze the comparison of the models named by `ids`, and go to its page."""
    ids = request.POST.get("ids", "")
    page = f"{reverse('compare')}?ids={ids}"
    if not request.user.is_authenticated:
        return redirect_to_login(page, reverse("admin:login"))
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    selection = select_models(ids)
    if selection.faults:
        return redirect(PageQuery(reverse("compare"), (("ids", ids),)).url)
    try:
        frozen, _ = freeze(selection.versions, note=request.POST.get("note", ""), by=request.user)
    except InvalidInput as error:
        raise BadRequest(str(error)) from error
    return redirect("frozen", comparison=frozen.public_id)
