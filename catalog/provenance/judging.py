"""The rules of many versions at once: what each is judged by is found for all of them together, and joined.

One form serves one version and thousands. What a link leads to is looked up by its key, link by link: joined, it would
have the planner read all artifacts for a batch.
"""

from __future__ import annotations

from collections.abc import Mapping
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


_FOUND_OF_EACH = (
    "chosen LEFT JOIN own ON own.source_id = chosen.version_id "
    "LEFT JOIN producer ON producer.source_id = own.produced_by "
    "LEFT JOIN evaluated ON evaluated.version_id = chosen.version_id"
)
_IS_JUDGED = f"version.id = chosen.version_id AND version.kind = '{Kind.MODEL}'"
_JUDGED = f"{_VERSIONS} version, {_FOUND_OF_EACH} WHERE {_IS_JUDGED}"


def _found(vendor: str, span: bool) -> str:
    """Expressions of what is found of the `chosen` versions: `own`, `producer` and `evaluated`."""
    produced_by = f"max(CASE WHEN link.relation = '{Relation.PRODUCED_BY}' THEN link.target_version_id END)"
    some = {"postgresql": "bool_or", "sqlite": "max"}[vendor]

    def found(conditions: Mapping[str, str]) -> str:
        return ", ".join(f"{some}({condition}) AS {name}" for name, condition in conditions.items())

    own, evaluated = (among(vendor, key, span=span) for key in ("link.source_id", "evaluation.version_id"))
    return f"""
        WITH own AS (
            SELECT link.source_id, {produced_by} AS produced_by, {found(OWN)}
            FROM {_LINKS} link WHERE {own} GROUP BY link.source_id
        ),
        producer AS (
            SELECT link.source_id, {found(PRODUCER)}
            FROM {_LINKS} link WHERE link.source_id IN (SELECT produced_by FROM own) GROUP BY link.source_id
        ),
        evaluated AS (
            SELECT evaluation.version_id, {found(EVALUATED)}
            FROM {_EVALUATIONS} evaluation WHERE {evaluated} AND evaluation.is_live
            GROUP BY evaluation.version_id
        ),
        chosen (version_id) AS ({unnested(vendor, "%(ids)s")})
    """
