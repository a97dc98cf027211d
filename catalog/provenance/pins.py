"""How links stand to their targets as these are now: the digest of what was pinned is taken anew on each read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, QuerySet

from catalog.content import current_digests
from catalog.models import Artifact, ArtifactVersion, Link
from catalog.replication.routing import read_vendor
from catalog.statements.compiled import Asked, AskedModels, Compiled, CompiledModels, Given, GivenList
from catalog.vocabulary import PinStatus, Relation, State

RESTORE = "Restore the row from a backup, or register what it says now as a new version."
"""What to do where a record is no longer what was registered."""

PIN_ANEW = "Pin the version that says what was used: register it where there is none, and withdraw this link."


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """A link as it stands now: its target's title, and how the pin stands to the target as it is.

    `latest_number` is the number of the target's latest version; null where it has none. `current` is the digest of
    what the pinned version says now; null where none is pinned, or where it cannot be taken.
    """

    link: Link
    title: str
    status: PinStatus
    identified: bool
    latest_number: int | None
    current: str | None = None

    @property
    def target(self) -> str:
        """The target as people refer to it: the version where one is named, else the artifact."""
        version = self.link.target_version
        return version.public_id if version else self.link.target.public_id

    @property
    def is_gone(self) -> bool:
        """Whether the version that was pinned is no longer there."""
        return self.link.target_version_id is not None and self.link.target_version is None

    @property
    def is_altered(self) -> bool:
        """Whether the pinned version's own record is no longer what was registered."""
        version = self.link.target_version
        return version is not None and self.current != version.content_digest


@dataclass(frozen=True, slots=True)
class Inputs:
    """The links of a version, and those of the analysis that produced it. `current` is the version's own digest now."""

    own: list[LinkStatus]
    used: list[LinkStatus]
    current: str | None


class AskedInputs(NamedTuple):
    """The links of a version and of the analysis that produced it, and the latest versions of what they lead to.

    `stated` are links that there is no need to ask for.
    """

    links: AskedModels[Link]
    latest: Asked
    stated: Sequence[Link] = ()

    @classmethod
    def of(cls, version: int) -> AskedInputs:
        """Ask for both: what `inputs_of` begins with."""
        vendor = read_vendor()
        return cls(_links_of_inputs(vendor).asked(version=version), _latest_of_inputs(vendor).asked(version=version))

    @classmethod
    def of_new(cls, stated: Sequence[Link]) -> AskedInputs:
        """Ask for both of the first version of an artifact, yet to be written, which has `stated` these links."""
        vendor = read_vendor()
        producers = {link.target_version_id for link in stated if link.relation == Relation.PRODUCED_BY}
        targets = {link.target_id for link in stated}
        latest = _latest_of_new(vendor).asked(targets=targets, producers=producers)
        return cls(_links_of_producers(vendor).asked(producers=producers), latest, stated)


def inputs_of(version: ArtifactVersion, asked: AskedInputs | Inputs | None = None, *, is_new: bool = False) -> Inputs:
    """What a version, and the analysis that produced it, state; in at most three queries, its own digest taken in them.

    `asked` is what the caller has asked for, or read, already. What `is_new` is just being registered, and its digest
    taken then.
    """
    if isinstance(asked, Inputs):
        return asked
    links, latest, stated = asked or AskedInputs.of(version.pk)
    all_links = [*stated, *links.found()]
    found, digests = _statuses_and_digests(all_links, _latest_in(latest.rows()), () if is_new else [version])
    own = [item for item in found if item.link.source_id == version.pk]
    used = [item for item in found if item.link.source_id != version.pk]
    return Inputs(own, used, version.content_digest if is_new else digests[version.pk])


@cache
def _links_of_inputs(vendor: str) -> CompiledModels[Link]:
    return CompiledModels(_with_targets(_stated_by_inputs()))


@cache
def _latest_of_inputs(vendor: str) -> Compiled:
    return _shown(_stated_by_inputs().order_by().values("target"))


@cache
def _links_of_producers(vendor: str) -> CompiledModels[Link]:
    return CompiledModels(_with_targets(_stated_by_producers()))


@cache
def _latest_of_new(vendor: str) -> Compiled:
    targets = Artifact.objects.filter(pk__in=GivenList("targets")).order_by().values("pk")
    return _shown(targets.union(_stated_by_producers().order_by().values("target")))


def _stated_by_producers() -> QuerySet[Link]:
    return Link.objects.filter(source__in=GivenList("producers"))


def _stated_by_inputs() -> QuerySet[Link]:
    itself = Given("version", BigIntegerField())
    producer = Link.objects.filter(source=itself, relation=Relation.PRODUCED_BY, target_version__isnull=False)
    own = ArtifactVersion.objects.filter(pk=itself).order_by().values("pk")
    return Link.objects.filter(source__in=own.union(producer.order_by().values("target_version")))


def links_of(versions: Iterable[ArtifactVersion]) -> list[LinkStatus]:
    """The links of `versions` with their status, in at most three queries."""
    return statuses_of(Link.objects.filter(source__in=list(versions)))


def statuses_of(links: QuerySet[Link]) -> list[LinkStatus]:
    """How each of `links` stands: the links, the newest versions, and the evaluations of the models that are pinned."""
    found = list(_with_targets(links))
    return _statuses_and_digests(found, _latest_of({link.target_id for link in found}), ())[0]


def _with_targets(links: QuerySet[Link]) -> QuerySet[Link]:
    return links.select_related("target", "target_version").order_by("source_id", "number")


def _statuses_and_digests(
    links: Collection[Link], latest: Mapping[int, _Latest], also: Iterable[ArtifactVersion]
) -> tuple[list[LinkStatus], dict[int, str | None]]:
    """How each of `links` stands, and by their keys the digests of what they pin and of the versions `also`.

    `latest` are the latest versions of their targets.
    """
    pinned = {link.target_version.pk: link.target_version for link in links if link.target_version}
    current = current_digests((pinned | {version.pk: version for version in also}).values())
    statuses = [
        _status_of(link, latest.get(link.target_id), current.get(link.target_version_id or 0)) for link in links
    ]
    return statuses, current


class _Latest(NamedTuple):
    """What is shown of an artifact's latest version."""

    title: str
    version_number: int
    state: str


def _latest_of(artifacts: Collection[int]) -> dict[int, _Latest]:
    return _latest_in(_latest_query(read_vendor()).rows(artifacts=artifacts) if artifacts else ())


def _latest_in(rows: Iterable[tuple[Any, ...]]) -> dict[int, _Latest]:
    return {artifact: _Latest(*shown) for artifact, *shown in rows}


@cache
def _latest_query(vendor: str) -> Compiled:
    return _shown(GivenList("artifacts"))


def _shown(artifacts: Any) -> Compiled:
    """The query for what is shown of the latest versions of `artifacts`."""
    latest = ArtifactVersion.objects.filter(artifact__in=artifacts, is_latest=True).order_by()
    return Compiled.of(latest.values_list("artifact", *_Latest._fields))


def _status_of(link: Link, latest: _Latest | None, current: str | None) -> LinkStatus:
    version = link.target_version
    shown = version or latest
    return LinkStatus(
        link=link,
        title=shown.title if shown else link.target.public_id,
        status=_pin_status(link, latest, current),
        identified=version is not None and version.identified_by is not None,
        latest_number=latest.version_number if latest else None,
        current=current,
    )


def _pin_status(link: Link, latest: _Latest | None, current: str | None) -> PinStatus:
    """The most serious thing first: altered, withdrawn, not pinned, no bytes named, newer one there."""
    version = link.target_version
    shown = version or latest
    if link.target_version_id is not None and (version is None or not _stands(link, version, current)):
        return PinStatus.MODIFIED
    if shown is not None and shown.state == State.RETRACTED:
        return PinStatus.RETRACTED
    if version is None:
        return PinStatus.UNPINNED
    if version.identified_by is None:
        return PinStatus.UNIDENTIFIED
    if latest is not None and latest.version_number > version.version_number:
        return PinStatus.SUPERSEDED
    return PinStatus.OK


def _stands(link: Link, version: ArtifactVersion, current: str | None) -> bool:
    """Whether what was pinned, what was registered and what is stored are one."""
    return link.pinned_digest == version.content_digest == current


def what_changed(item: LinkStatus) -> str:
    """Why a pin that is modified is: the record was altered, or the pin names something else, or nothing any more."""
    version = item.link.target_version
    if version is None:
        return f"{item.link.stated_as or item.link.target.public_id} was pinned, and that version is no longer there."
    if item.is_altered:
        return record_altered(version)
    return f"{version.public_id} is no longer what was pinned: its digest has changed."


def record_altered(version: ArtifactVersion) -> str:
    """What to say of a version whose record gives another digest than it was registered with."""
    return f"The record of {version.public_id} was altered since it was registered."


def digests(expected: str, current: str | None) -> str:
    """The two digests that ought to be one."""
    return f"Its digest was {expected or 'not kept'}, and now {f'is {current}' if current else 'cannot be taken'}."
