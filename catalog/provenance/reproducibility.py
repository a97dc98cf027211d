"""Whether an analysis, or a model with all that it came from, can still be repeated from what the catalogue holds.

An analysis is repeated from its own record and what it used or derives from; what it tests and cites changes nothing
of its result. A model is made again from its analysis, its data and the models that it started from, and these from
what they came from in turn, as far as versions are named.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog.content import current_digests
from catalog.models import ArtifactVersion, Link
from catalog.provenance.lineage import Lineage, ancestry
from catalog.provenance.pin_checks import CheckedPin, CheckedRecord, check_pin, check_record
from catalog.provenance.pins import PIN_ANEW, statuses_of
from catalog.vocabulary import PinCheck, Relation

INPUTS = frozenset({Relation.USED, Relation.DERIVES_FROM})
"""Relations to what an analysis is repeated from."""

MADE_FROM = INPUTS | {Relation.TRAINED_ON, Relation.PRODUCED_BY, Relation.FINE_TUNED_FROM, Relation.COMBINES}
"""Relations to what a model, and whatever it came from, is made again from."""

NO_ANALYSIS, NO_INPUTS, TRUNCATED = "no_analysis", "no_inputs", "truncated"
"""Why it cannot be done, or told, beside what the checks of pins find."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a thing cannot be repeated, or why that cannot be told; `about` is the id of what is in the way."""

    code: str
    about: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproducibility:
    """The answer: true, false, or null where the catalogue cannot tell.

    `counts` has every status with the number of pins that it was found for. `reasons` are in order of gravity and,
    among equals, the nearest first. `truncated` says that a limit left part of the lineage unchecked.
    """

    id: str
    artifact: str
    title: str
    version_number: int
    reproducible: bool | None
    record: CheckedRecord
    counts: Mapping[str, int]
    pins: tuple[CheckedPin, ...]
    reasons: tuple[Reason, ...]
    truncated: bool


def analysis_reproducibility(version: ArtifactVersion) -> Reproducibility:
    """Check an analysis's own record and each of its inputs, in a constant number of queries."""
    pins = _checked({version.public_id: 0}, {version.pk: version.public_id}, INPUTS)
    unsure = [] if any(pin.relation == Relation.USED for pin in pins) else [_no_inputs(version.public_id)]
    return _answer(version, pins, unsure=unsure)


def model_reproducibility(version: ArtifactVersion, lineage: Lineage | None = None) -> Reproducibility:
    """Check a model's own record and every pin that it rests on, in a constant number of queries.

    `lineage` is what the version came from, where the caller has it already. A link that names no version is found
    missing, and nothing is looked for behind it.
    """
    lineage = lineage or ancestry([version])[version.public_id]
    depths = _reached(lineage)
    rows = ArtifactVersion.objects.filter(public_id__in=depths).values_list("pk", "public_id")
    pins = _checked(depths, dict(rows), MADE_FROM)
    producers = [pin for pin in pins if pin.depth == 0 and pin.relation == Relation.PRODUCED_BY]
    using = {pin.source for pin in pins if pin.relation == Relation.USED}
    unsure = [_no_inputs(pin.version_id) for pin in producers if pin.version_id and pin.version_id not in using]
    if lineage.truncated:
        unsure.append(_truncated(version.public_id))
    return _answer(version, pins, lacking=[] if producers else [_no_analysis(version.public_id)], unsure=unsure)


def _reached(lineage: Lineage) -> dict[str, int]:
    """The versions that the root is made from over pinned links, itself included, with how many links away each is."""
    onward: dict[str, list[str]] = defaultdict(list)
    for edge in lineage.edges:
        if edge.pinned and edge.relation in MADE_FROM:
            onward[edge.source].append(edge.target)
    depths, waiting = {lineage.root: 0}, deque([lineage.root])
    while waiting:
        node = waiting.popleft()
        for target in onward[node]:
            if target not in depths:
                depths[target] = depths[node] + 1
                waiting.append(target)
    return depths


def _checked(depths: Mapping[str, int], sources: Mapping[int, str], relations: Collection[str]) -> list[CheckedPin]:
    """The links of `relations` from the versions `sources`, by key, checked, the nearest first."""
    links = Link.objects.filter(source__in=sources, relation__in=relations)
    found = {item.link.pk: item for item in statuses_of(links)}
    pins = [
        check_pin(item, sources[item.link.source_id], depths[sources[item.link.source_id]]) for item in found.values()
    ]
    for link in Link.objects.filter(source__in=sources, relation__in=relations).order_by():
        if link.pk not in found:
            pins.append(_gone(link, sources[link.source_id], depths[sources[link.source_id]]))
    return sorted(pins, key=lambda pin: (pin.depth, pin.source, pin.number))


def _gone(link: Link, source: str, depth: int) -> CheckedPin:
    """A link to an artifact that is no longer there at all."""
    title = link.stated_as or f"the target of link {link.number}"
    return CheckedPin(
        source=source,
        depth=depth,
        number=link.number,
        relation=link.relation,
        artifact=None,
        kind=None,
        title=title,
        stated_as=link.stated_as or None,
        version_id=None,
        version_number=None,
        identified_by=None,
        status=PinCheck.MISSING,
        expected=link.pinned_digest or None,
        current=None,
        message=f"What {source} names as {title} is no longer there.",
        remedy=PIN_ANEW,
    )


def _answer(
    version: ArtifactVersion,
    pins: Sequence[CheckedPin],
    *,
    lacking: Sequence[Reason] = (),
    unsure: Sequence[Reason] = (),
) -> Reproducibility:
    """One answer: no where a check fails or something is lacking, untold where something is unsure, else yes."""
    record = check_record(version, current_digests([version])[version.pk])
    failing = list(_failing(version, record, pins))
    counts = {check.value: sum(pin.status == check for pin in pins) for check in PinCheck}
    return Reproducibility(
        id=version.public_id,
        artifact=version.artifact.public_id,
        title=version.title,
        version_number=version.version_number,
        reproducible=False if failing or lacking else None if unsure else True,
        record=record,
        counts=counts,
        pins=tuple(pins),
        reasons=(*failing, *lacking, *unsure),
        truncated=any(reason.code == TRUNCATED for reason in unsure),
    )


def _failing(version: ArtifactVersion, record: CheckedRecord, pins: Iterable[CheckedPin]) -> Iterator[Reason]:
    """What every check found wrong, the gravest first; several pins to one thing are one reason."""
    checks: list[CheckedRecord | CheckedPin] = [record, *pins]
    gravity = list(PinCheck)
    told: set[str] = set()
    for check in sorted(checks, key=lambda check: gravity.index(check.status)):
        if check.message and check.message not in told:
            told.add(check.message)
            about = check.about if isinstance(check, CheckedPin) else version.public_id
            yield Reason(code=check.status.value, about=about, message=check.message, remedy=check.remedy or "")


def _no_inputs(analysis: str) -> Reason:
    return Reason(
        code=NO_INPUTS,
        about=analysis,
        message=f"{analysis} names nothing that it used, so what it would be repeated from is not known.",
        remedy="Add used links to its inputs, each pinned to an identified version.",
    )


def _no_analysis(model: str) -> Reason:
    return Reason(
        code=NO_ANALYSIS,
        about=model,
        message=f"No analysis is named that produced {model}, so how it was made is not known.",
        remedy="Register the analysis (its procedure, at a commit or release) and add a produced_by link to it.",
    )


def _truncated(model: str) -> Reason:
    return Reason(
        code=TRUNCATED,
        about=model,
        message=f"{model} came from more than one answer checks; what lies further back was not looked at.",
        remedy="Ask for the reproducibility of the models and analyses that it came from, one by one.",
    )
