"""The rules of many versions at once: what each is judged by is found for all of them together, and joined.

One form serves one version and thousands. What a link leads to is looked up by its key, link by link: joined, it would
have the planner read all artifacts for a batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from catalog.models import ArtifactVersion, Evaluation, Link
from catalog.provenance.rules import EVALUATED, FACTS, OWN, PRODUCER
from catalog.statements.id_lists import among, unnested
from catalog.vocabulary import Kind, Relation

_VERSIONS, _LINKS, _EVALUATIONS = (model._meta.db_table for model in (ArtifactVersion, Link, Evaluation))

_DIFFER = " OR ".join(f"version.{column} IS DISTINCT FROM {fact}" for column, fact in FACTS.items())

# Each statement takes the parameter `ids`, the versions that it is about; it passes over what is no model. Where these
# lie side by side, a `span` also takes the first, `low`, and the last, `high`: what is found is then read in one go.


@cache
def updating(vendor: str, span: bool = False) -> str:
    """The statement that writes what the rules say; it yields the ids of the versions that said otherwise."""
    written = ", ".join(f"{column} = {fact}" for column, fact in FACTS.items())
    return (
        f"{_found(vendor, span)} UPDATE {_VERSIONS} AS version SET {written} FROM {_FOUND_OF_EACH} "
        f"WHERE {_IS_JUDGED} AND ({_DIFFER}) RETURNING id"
    )


def judged(rows: str, columns: Iterable[str]) -> str:
    """The query for `columns` of `rows` of versions, and for what the rules say by what was `found_in` others."""
    facts = {column: f"CASE WHEN {_IS_MODEL} THEN {fact} ELSE version.{column} END" for column, fact in FACTS.items()}
    told = (facts.get(column, f'version."{column}"') for column in columns)
    return f"SELECT {', '.join(told)} FROM {rows} version {_FOUND.format('version.id')}"


@cache
def differing(vendor: str, span: bool = False) -> str:
    """The statement for the ids of the versions that say otherwise than the rules, or whose evidence nobody tallied."""
    wrong = f"({_DIFFER} OR version.evidence_asked IS NULL)"
    return f"{_found(vendor, span)} SELECT version.id FROM {_JUDGED} AND {wrong}"


@cache
def judging(vendor: str, span: bool = False) -> str:
    """The statement for what the rules say of each version: its id, and the `FACTS` by their columns."""
    facts = ", ".join(f"{fact} AS {column}" for column, fact in FACTS.items())
    return f"{_found(vendor, span)} SELECT version.id, {facts} FROM {_JUDGED}"


_FOUND = (
    "LEFT JOIN own ON own.source_id = {0} "
    "LEFT JOIN producer ON producer.source_id = own.produced_by "
    "LEFT JOIN evaluated ON evaluated.version_id = {0}"
)
_FOUND_OF_EACH = f"chosen {_FOUND.format('chosen.version_id')}"
_IS_MODEL = f"version.kind = '{Kind.MODEL}'"
_IS_JUDGED = f"version.id = chosen.version_id AND {_IS_MODEL}"
_JUDGED = f"{_VERSIONS} version, {_FOUND_OF_EACH} WHERE {_IS_JUDGED}"


def _found(vendor: str, span: bool) -> str:
    """Expressions of what is found of the `chosen` versions: `own`, `producer` and `evaluated`."""
    own, evaluated = (among(vendor, key, span=span) for key in ("link.source_id", "evaluation.version_id"))
    found = found_in(vendor, f"{_LINKS} link WHERE {own}", f"{_EVALUATIONS} evaluation WHERE {evaluated}")
    return f"WITH {found}, chosen (version_id) AS ({unnested(vendor, '%(ids)s')})"


def found_in(vendor: str, links: str, evaluations: str) -> str:
    """Expressions of what is found of versions, `own`, `producer` and `evaluated`, in their `links` and `evaluations`.

    These are rows, as `link` and as `evaluation`, with a condition that more can be added to.
    """
    produced_by = f"max(CASE WHEN link.relation = '{Relation.PRODUCED_BY}' THEN link.target_version_id END)"
    some = {"postgresql": "bool_or", "sqlite": "max"}[vendor]

    def found(conditions: Mapping[str, str]) -> str:
        return ", ".join(f"{some}({condition}) AS {name}" for name, condition in conditions.items())

    return f"""own AS (
            SELECT link.source_id, {produced_by} AS produced_by, {found(OWN)}
            FROM {links} GROUP BY link.source_id
        ),
        producer AS (
            SELECT link.source_id, {found(PRODUCER)}
            FROM {_LINKS} link WHERE link.source_id IN (SELECT produced_by FROM own) GROUP BY link.source_id
        ),
        evaluated AS (
            SELECT evaluation.version_id, {found(EVALUATED)}
            FROM {evaluations} AND evaluation.is_live GROUP BY evaluation.version_id
        )
    """
