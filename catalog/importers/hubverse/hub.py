"""What a hub says of itself: its repository, and under which name it stands in the catalogue's ids.

Hubverse hubs describe themselves in `hub-config/admin.json` (schema "admin", hubverse-org/schemas).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from catalog.importers.documents import Unreadable
from catalog.importers.files import SourceTree
from catalog.importers.text import as_text, slug

_DASHBOARD = re.compile(r"\b([\w.-]+/[\w.-]*dashboard)\b[^@\n]{0,60}@ ?([0-9a-f]{40})\b")
_SPOKEN = re.compile(r"[-_]?(?:forecast|scenario|modell?ing)?[-_]?hub$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub: `key` stands in ids, `repository` (owner/name) in sources, `evaluator` is who made the scores."""

    key: str
    name: str
    repository: str
    evaluator: str

    def record(self, name: str) -> str:
        """The name under which a record of this hub is known as a source."""
        return f"{self.repository or self.key}/{name}"


def read_hub(tree: SourceTree) -> Hub:
    """The hub's own words; where it has none, the name of its folder."""
    admin = _admin(tree)
    stated = admin.get("repository")
    repository: dict[str, Any] = stated if isinstance(stated, dict) else {}
    owner, name = as_text(repository.get("owner")), as_text(repository.get("name"))
    known_as = as_text(admin.get("name")) or name or tree.root.name
    key = slug(_SPOKEN.sub("", name) or name or tree.root.name).casefold() or "hub"
    return Hub(key, known_as, f"{owner}/{name}" if owner and name else "", _evaluator(tree, known_as))


def _admin(tree: SourceTree) -> dict[str, Any]:
    try:
        value = tree.json("hub-config/admin.json")
    except Unreadable:
        return {}
    return value if isinstance(value, dict) else {}


def _evaluator(tree: SourceTree, known_as: str) -> str:
    """The dashboard that the scores are of, at the commit where a note beside them states one."""
    for name in ("NOTES.md", "README.md", "dashboard/README.md"):
        try:
            match = _DASHBOARD.search(tree.read(name).decode("utf-8", "replace"))
        except Unreadable:
            continue
        if match:
            return f"{match.group(1)}@{match.group(2)[:8]}"
    return f"{known_as} dashboard"
