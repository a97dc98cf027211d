"""Frozen comparisons: made once, of exact versions at a moment, and looked at again beside what stands now."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from catalog.columns import COMPUTED_COLUMNS
from catalog.comparison.changes import Changed, changes
from catalog.comparison.compare import compare
from catalog.errors import Fault, InvalidInput
from catalog.identity import canonical_json
from catalog.json_values import text_problem
from catalog.listing import records, rows
from catalog.models import ArtifactVersion, FrozenComparison
from catalog.models.frozen import NOTE_LIMIT
from catalog.provenance.moments import as_of
from catalog.provenance.rules import RULE_SET
from catalog.snapshots import load

_JUDGED = ("assessed_quality", *(name for name in COMPUTED_COLUMNS if not name.startswith(("quality", "provenance"))))
"""Of each model's standing what its row in the list does not tell."""

ID_LENGTH = 16
"""Hexadecimal digits of the digest that name a frozen comparison: 64 bits, which no two share by chance."""


def freeze(
    versions: Sequence[ArtifactVersion], *, note: str = "", by: User | None = None
) -> tuple[FrozenComparison, bool]:
    """Keep the comparison of `versions` as it stands; one of the same content is returned, with False.

    Raises `InvalidInput` for a note that is no text.
    """
    if problem := text_problem(note, NOTE_LIMIT):
        raise InvalidInput([Fault("/note", problem, "text")])
    moment = timezone.now()
    names = [version.public_id for version in versions]
    with as_of(moment):
        text = _written(content_of(names))
    digest = _digest(text)
    with transaction.atomic():
        return FrozenComparison.objects.get_or_create(
            digest=digest,
            defaults={
                "public_id": digest.removeprefix("sha256:")[:ID_LENGTH],
                "ids": names,
                "content": text,
                "moment": moment,
                "rule_set": RULE_SET,
                "note": note.strip(),
                "created_by": by,
            },
        )


def content_of(ids: Sequence[str]) -> dict[str, Any]:
    """The comparison of the versions `ids` as the API answers it, but for addresses, and how each was judged."""
    found = {version.public_id: version for version in ArtifactVersion.objects.filter(public_id__in=ids)}
    versions = [found[name] for name in ids]
    answer = dataclasses.asdict(compare(load(versions)))
    read = {record["public_id"]: record for record in records(ArtifactVersion.objects.filter(public_id__in=ids))}
    listed = rows([read[name] for name in ids], "")
    for row in listed:
        del row["url"]
    return {
        "rule_set": RULE_SET,
        "comparison": answer | {"models": listed},
        "judged": {name: {column: getattr(found[name], column) for column in _JUDGED} for name in ids},
    }


def stored_content(frozen: FrozenComparison) -> dict[str, Any]:
    """The content as it was frozen."""
    content: dict[str, Any] = json.loads(frozen.content)
    return content


def is_verified(frozen: FrozenComparison) -> bool:
    """Whether the content is still what was frozen, by its digest taken anew."""
    return _digest(frozen.content) == frozen.digest


def changes_since(frozen: FrozenComparison) -> list[Changed]:
    """What the same comparison would say otherwise now."""
    then = stored_content(frozen)["comparison"]
    there = set(ArtifactVersion.objects.filter(public_id__in=frozen.ids).values_list("public_id", flat=True))
    gone = [name for name in frozen.ids if name not in there]
    if gone:
        return [Changed((".models", f"[{name}]"), name, None) for name in gone]
    return list(changes(then, json.loads(_written(content_of(frozen.ids)))["comparison"]))


def _written(content: Mapping[str, Any]) -> str:
    return canonical_json(_plain(content)).decode()


def _plain(value: Any) -> Any:
    """The value as JSON has it: times as the API writes them."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
