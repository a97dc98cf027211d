"""The models that somebody asks to compare: found by the names given, with all that is wrong with these.

The API refuses what has a fault; the compare page shows it beside what was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog.comparison.compare import FEWEST, MOST
from catalog.errors import Fault
from catalog.models import ArtifactVersion
from catalog.references import Target, resolve_all
from catalog.vocabulary import Kind

UNKNOWN = "unknown_reference"
"""Code of the fault that a name leads to no model."""

_MOST_LOOKED_UP = 4 * MOST


@dataclass(frozen=True, slots=True)
class Selection:
    """`versions` are the models found, each once, in the order of `references`.

    `faults` come in the order in which they matter: how many are named, blanks, what is unknown, repeats. `unknown`
    holds the names behind the faults of that code.
    """

    references: tuple[str, ...]
    versions: tuple[ArtifactVersion, ...]
    unknown: tuple[str, ...]
    faults: tuple[Fault, ...]


def select_models(text: str) -> Selection:
    """The models that `text` names, separated by commas, in a constant number of queries."""
    return select(tuple(part.strip() for part in text.split(",")) if text.strip() else ())


def select(references: tuple[str, ...]) -> Selection:
    """The models that `references` name, each a name without blanks around it, in a constant number of queries."""
    asked = _looked_up(references)
    found = resolve_all(asked)
    problems = {reference: problem for reference in asked if (problem := _problem(reference, found[reference]))}
    chosen = {reference: _version(found[reference]) for reference in asked if reference not in problems}
    return Selection(
        references=references,
        versions=tuple({version.public_id: version for version in chosen.values()}.values()),
        unknown=tuple(problems),
        faults=tuple(_faults(references, problems, chosen)),
    )


def references_in(text: str) -> tuple[str, ...]:
    """The names in `text` that are looked up, each once: a few more than a comparison takes."""
    return _looked_up(part.strip() for part in text.split(","))


def _looked_up(references: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reference for reference in references if reference))[:_MOST_LOOKED_UP]


def _problem(reference: str, target: Target | None) -> str | None:
    if target is None or target.version is None:
        return f"Nothing in the catalogue is called '{reference[:250]}'."
    return None if target.kind == Kind.MODEL else f"'{reference}' is of kind {target.kind}, not model."


def _version(target: Target | None) -> ArtifactVersion:
    assert target is not None and target.version is not None  # or it had been a problem
    target.version.artifact = target.artifact  # known already: it need not be asked for, model by model
    return target.version


def _faults(
    references: Sequence[str], problems: Mapping[str, str], chosen: Mapping[str, ArtifactVersion]
) -> Iterator[Fault]:
    if not FEWEST <= len(references) <= MOST:
        detail = f"Name {FEWEST} to {MOST} models, separated by commas; {len(references)} are named."
        yield Fault("ids", detail, "count")
    if "" in references:
        yield Fault("ids", "There is nothing between two commas.", "blank")
    yield from (Fault("ids", problem, UNKNOWN) for problem in problems.values())
    yield from _repeats([(name, chosen[name].public_id) for name in references if name in chosen])


def _repeats(named: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    names: dict[str, list[str]] = {}
    for name, version in named:
        names.setdefault(version, []).append(name)
    for version, several in names.items():
        if len(several) > 1:
            detail = f"{' and '.join(several)} are one version, {version}; a model is compared with others."
            yield Fault("ids", detail, "repeated")
