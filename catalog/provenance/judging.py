"""The rules of many versions at once: what each is judged by is found for all of them together, and joined.

One form serves one version and thousands. What links lead to is looked up by its key: of those of a span, each artifact
once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from catalog.models import Artifact, ArtifactVersion, Evaluation, Link
from catalog.provenance.rules import EVALUATED, FACTS, OWN, PRODUCER
from catalog.statements.id_lists import among, unnested
from catalog.vocabulary import Kind, Relation

_ARTIFACTS, _VERSIONS, _LINKS, _EVALUATIONS = (
    model._meta.db_table for model in (Artifact, ArtifactVersion, Link, Evaluation)
)

_DIFFER = " OR ".join(f"version.{column} IS DISTINCT FROM {fact}" for column, fact in FACTS.items())

# Each statement takes the parameter `ids`, the versions that it is about, or where these lie side by side, as a `span`,
# the first of them, `low`, and the last, `high`. It passes over what is no model.


@cache
def updating(vendor: str, span: bool = False) -> str:
    """The statement that writes what the rules say; it yields the ids of the versions that said otherwise.

    It takes `ids` of a span too: a row that came in between may be no one's who holds the locks.
    """
    written = ", ".join(f"{column} = {fact}" for column, fact in FACTS.items())
    own = f"AND {among(vendor, 'version.id', span=True)}" if span else ""
    return (
        f"{_found(vendor, span)}, chosen (version_id) AS ({unnested(vendor, '%(ids)s')}) "
        f"UPDATE {_VERSIONS} AS version SET {written} FROM chosen {_FOUND.format('chosen.version_id')} "
        f"WHERE version.id = chosen.version_id {own} AND {_IS_MODEL} AND ({_DIFFER}) RETURNING id"
    )


def judged(rows: str, columns: Iterable[str]) -> str:
    """The query for `columns` of `rows` of versions, and for what the rules say by what was `found_in` others."""
    facts = {column: f"CASE WHEN {_IS_MODEL} THEN {fact} ELSE version.{column} END" for column, fact in FACTS.items()}
    told = (facts.get(column, f'version."{column}"') for column in columns)
    return f"SELECT {', '.join(told)} FROM {rows} version {_FOUND.format('version.id')}"


@cache
def differing(vendor: str, span: bool = False) -> str:
    """The statement for the versions that say otherwise than the rules, or whose evidence nobody tallied.

    It yields their ids, each with whether its evidence is not tallied.
    """
    untallied = "version.evidence_asked IS NULL"
    wrong = f"({_DIFFER} OR {untallied})"
    return f"{_found(vendor, span)} SELECT version.id, {untallied} FROM {_chosen(vendor, span)} AND {wrong}"


@cache
def judging(vendor: str, span: bool = False) -> str:
    """The statement for what the rules say of each version: its id, and the `FACTS` by their columns."""
    facts = ", ".join(f"{fact} AS {column}" for column, fact in FACTS.items())
    return f"{_found(vendor, span)} SELECT version.id, {facts} FROM {_chosen(vendor, span)}"


_FOUND = (
    "LEFT JOIN own ON own.source_id = {0} "
    "LEFT JOIN producer ON producer.source_id = own.produced_by "
    "LEFT JOIN evaluated ON evaluated.version_id = {0}"
)
_IS_MODEL = f"version.kind = '{Kind.MODEL}'"


def _chosen(vendor: str, span: bool) -> str:
    """The models that a statement is about, with what is found of them."""
    chosen = among(vendor, "version.id", span=span)
    return f"{_VERSIONS} version {_FOUND.format('version.id')} WHERE {chosen} AND {_IS_MODEL}"


def _found(vendor: str, span: bool) -> str:
    """Expressions of what is found of the versions that a statement is about: `own`, `producer` and `evaluated`."""
    own = among(vendor, "link.source_id", span=span)
    evaluated = among(vendor, "evaluation.version_id", span=span, by_page=True)
    targets, named = _ARTIFACTS, ""
    if span and vendor == "postgresql":
        targets, named = "targets", f"{targets_of(f'{_LINKS} link WHERE {own}')}, "
    links = f"{with_targets(_LINKS, targets)} WHERE {own}"
    return f"WITH {named}{found_in(vendor, links, f'{_EVALUATIONS} evaluation WHERE {evaluated}')}"


def targets_of(links: str) -> str:
    """For PostgreSQL: the expression of the artifacts that rows of links lead to, `targets`, each looked up once.

    To join them to a batch's links, or to those of one version, the planner would have all artifacts read.
    """
    ids = f"SELECT link.target_id FROM {links}"
    return f"targets AS MATERIALIZED (SELECT id, kind FROM {_ARTIFACTS} WHERE id = ANY (ARRAY({ids})))"


def with_targets(links: str, targets: str = _ARTIFACTS) -> str:
    """Rows of `links`, each as `link` with the artifact that it leads to, as `target`."""
    return f"{links} link LEFT JOIN {targets} target ON target.id = link.target_id"


def found_in(vendor: str, links: str, evaluations: str) -> str:
    """Expressions of what is found of versions, `own`, `producer` and `evaluated`, in their `links` and `evaluations`.

    These are rows, as a `link` `with_targets` and as `evaluation`, with a condition that more can be added to.
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
