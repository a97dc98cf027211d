"""The moment as of which somebody asks: read from text, told in words, and what had been recorded by then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Max, Min
from django.utils import timezone

from catalog.filtersets.fields import MomentField
from catalog.models import ArtifactVersion, Standing
from catalog.references import resolve_all


def moment_of(text: str) -> datetime | None:
    """The moment that `text` names, by ISO 8601: a date (its midnight, UTC) or a time with its timezone.

    None for an empty text. Raises ValueError, saying what is wrong, for what is no moment or has not come yet.
    """
    try:
        moment: datetime | None = MomentField(required=False).clean(text)
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from None
    if moment is not None and moment > timezone.now():
        raise ValueError(f"'{text[:100]}' has not come yet; nobody knows what the catalogue will show then.")
    return moment


def rule_set_of(versions: Iterable[ArtifactVersion], moment: datetime) -> int | None:
    """The newest rule set that had judged any of `versions` by `moment`."""
    found = Standing.objects.filter(version__in=list(versions), recorded_at__lte=moment)
    newest: int | None = found.aggregate(newest=Max("rule_set"))["newest"]
    return newest


def not_recorded_yet(references: Iterable[str], moment: datetime) -> list[str]:
    """Sentences that say when each of `references` that leads somewhere now was first recorded, if after `moment`."""
    found = {text: target for text, target in resolve_all(references).items() if target is not None}
    told = []
    for text, target in sorted(found.items()):
        recorded = Standing.objects.filter(version__artifact=target.artifact)
        if target.pinned:
            recorded = recorded.filter(version=target.version)
        first = recorded.aggregate(first=Min("recorded_at"))["first"]
        if first is not None and first > moment:
            told.append(f"'{text}' was first recorded here at {first.isoformat().replace('+00:00', 'Z')}.")
        else:
            told.append(f"'{text}' leads somewhere now, and did not then.")
    return told
