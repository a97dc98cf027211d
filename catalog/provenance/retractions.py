"""What of that which versions rest on is retracted, however far away, with the way that leads there.

Asked anew on each read, and stored nowhere: what is taken back is gone with the next one. One query says that nothing
is retracted, which is the rule; where something is, three more tell the way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from django.db.models import F, QuerySet
from django_cte import CTE, with_cte

from catalog.literals import Literal
from catalog.models import Artifact, ArtifactVersion, Link
from catalog.provenance.lineage import Lineage, leads_through
from catalog.replication.routing import read_vendor
from catalog.statements.compiled import Compiled, GivenList
from catalog.vocabulary import State


@dataclass(frozen=True, slots=True)
class RetractedInput:
    """A retracted version among what another rests on.

    `path` holds node ids, from the version that rests on it, by a shortest way. Its last is `id`: the version's own,
    or its artifact's where the last link names no version and so leads through `version`, the latest.
    """

    id: str
    artifact: str
    version: str
    reason: str
    path: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """What is retracted and why, to follow "rests on"."""
        what = "which is" if self.id == self.version else f"whose latest version {self.version} is"
        reason = f" ({self.reason.rstrip('.')})" if self.reason else ""
        return f"{self.id}, {what} retracted{reason}"


class _Met(NamedTuple):
    """What a walk met: an artifact, the version that the link names, if it does, and the one it leads on through."""

    artifact: int
    named: int | None
    through: int | None


def retracted_inputs(versions: Sequence[ArtifactVersion]) -> dict[str, list[RetractedInput]]:
    """What each of `versions` rests on that is retracted, keyed by its id, the nearest first, then by id.

    At any depth, and through any number of versions. Cycles end where they close.
    """
    met = _retracted({version.pk for version in versions})
    if not met:
        return {version.public_id: [] for version in versions}
    steps = _steps(met)
    paths = {version.pk: _paths(version, met[version.pk], steps) for version in versions if version.pk in met}
    names = _Names.of(met for ways in paths.values() for way in ways for met in way)
    return {
        version.public_id: sorted(
            map(names.told, paths.get(version.pk, ())), key=lambda item: (len(item.path), item.id)
        )
        for version in versions
    }


def is_free_of_retracted(lineage: Lineage) -> bool:
    """Whether a lineage, of any depth, shows that nothing in it but its root is retracted."""
    return not lineage.truncated and all(
        node.state != State.RETRACTED for node in lineage.nodes if node.id != lineage.root
    )


def _retracted(starts: Iterable[int]) -> dict[int, set[_Met]]:
    """For each start that rests on something retracted, what it met that is. A start itself is no input of its own."""
    found: dict[int, set[_Met]] = {}
    for start, artifact, named, through in _retracted_query(read_vendor()).rows(starts=starts):
        if named != start:
            found.setdefault(start, set()).add(_Met(artifact, named, through))
    return found


@cache
def _retracted_query(vendor: str) -> Compiled:
    cte = CTE.recursive(lambda cte: _closure(cte, GivenList("starts")))
    withdrawn = cte.join(
        ArtifactVersion.objects.filter(state=Literal(State.RETRACTED.value)).order_by(), pk=cte.col.through
    )
    rows = with_cte(cte, select=withdrawn.annotate(start=cte.col.start, met=cte.col.met, named=cte.col.named))
    return Compiled.of(rows.values_list("start", "met", "named", "pk"))


def _closure(cte: CTE, starts: Iterable[int] | GivenList) -> QuerySet:
    """The starts and everything that they came from. `UNION` drops what was met, so that it ends by itself."""
    columns = ("start", "met", "named", "through")
    anchor = ArtifactVersion.objects.filter(pk__in=starts).order_by()
    anchor = anchor.annotate(start=F("pk"), met=F("artifact_id"), named=F("pk"), through=F("pk"))
    onward = cte.join(Link.objects.order_by(), source=cte.col.through)
    onward = onward.annotate(
        start=cte.col.start, met=F("target_id"), named=F("target_version_id"), through=leads_through()
    )
    return anchor.values(*columns).union(onward.values(*columns))


def _steps(starts: Iterable[int]) -> dict[int, list[_Met]]:
    """Of everything that the starts came from, what each version's links lead to, in the order of the links."""
    cte = CTE.recursive(lambda cte: _closure(cte, starts))
    links = cte.join(Link.objects.order_by("source", "number"), source=cte.col.through)
    links = with_cte(cte, select=links.annotate(through=leads_through()))
    steps: dict[int, list[_Met]] = {}
    columns = ("source", "number", "target_id", "target_version_id", "through")
    for source, _, *met in links.values_list(*columns).distinct():
        steps.setdefault(source, []).append(_Met(*met))
    return steps


def _paths(root: ArtifactVersion, wanted: set[_Met], steps: dict[int, list[_Met]]) -> list[list[_Met]]:
    """A shortest way from `root` to each of `wanted`: breadth first, by the first link where several are as short."""
    start = _Met(root.artifact_id, root.pk, root.pk)
    came_from: dict[_Met, _Met | None] = {start: None}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for target in steps.get(node.through or 0, ()):
            if target not in came_from:
                came_from[target] = node
                queue.append(target)
    return [_back(met, came_from) for met in wanted]


def _back(met: _Met, came_from: dict[_Met, _Met | None]) -> list[_Met]:
    way: list[_Met] = []
    step: _Met | None = met
    while step is not None:
        way.insert(0, step)
        step = came_from[step]
    return way


@dataclass(frozen=True, slots=True)
class _Names:
    """What the things on the ways are called, and why the retracted are."""

    versions: dict[int, tuple[str, str]]
    artifacts: dict[int, str]

    @classmethod
    def of(cls, met: Iterable[_Met]) -> _Names:
        met = set(met)
        versions = ArtifactVersion.objects.filter(pk__in={item.through for item in met}).order_by()
        artifacts = Artifact.objects.filter(pk__in={item.artifact for item in met}).order_by()
        return cls(
            {pk: (name, reason) for pk, name, reason in versions.values_list("pk", "public_id", "state_reason")},
            dict(artifacts.values_list("pk", "public_id")),
        )

    def told(self, way: Sequence[_Met]) -> RetractedInput:
        last = way[-1]
        version, reason = self.versions[last.through or 0]
        path = tuple(self.versions[item.named][0] if item.named else self.artifacts[item.artifact] for item in way)
        return RetractedInput(path[-1], self.artifacts[last.artifact], version, reason, path)
