"""A version comes in: with its artifact, names, links and evaluations, judged, posted and recorded.

PostgreSQL does all of it by one statement, which judges a version before its row is there: one that is written and then
judged has each of its entries in the indexes made twice. SQLite writes by no statement that is a part of another: there
a version that comes in is brought up to date like any other that changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.db import connection
from django.db.models import Model, QuerySet

from catalog.models import Artifact, ArtifactVersion, Evaluation, Identifier, Link
from catalog.models.history import first_record
from catalog.provenance.judging import found_in, judged, targets_of, with_targets
from catalog.provenance.postings import POSTING, wanted_of
from catalog.provenance.recording import EVALUATIONS, LINKS, STANDINGS, beginning
from catalog.provenance.touched import made, written
from catalog.statements.compiled import AskedModels, CompiledModels
from catalog.statements.inserts import GivenRows, are_stored, columns_of, insert_all, inserting, inserting_rows, rows_of
from catalog.statements.prepared import set_going

_RECORD = ArtifactVersion.history.model


@dataclass(frozen=True, slots=True)
class Entering:
    """The rows of a version that is to come in, and of its artifact where that is new: these two know their keys.

    `latest` are the keys of the latest versions of artifacts that its links lead to, by those of the artifacts.
    """

    version: ArtifactVersion
    artifact: Artifact | None
    names: Sequence[Identifier]
    links: Sequence[Link]
    evaluations: Sequence[Evaluation]
    latest: Mapping[int, int]

    def by_model(self) -> Mapping[type[Model], Sequence[Model]]:
        """All of them, and the first record of the version, in an order in which none refers to one after it."""
        return {
            Artifact: [self.artifact] if self.artifact else [],
            ArtifactVersion: [self.version],
            _RECORD: [first_record(self.version)],
            Identifier: self.names,
            Link: self.links,
            Evaluation: self.evaluations,
        }


def enter(entering: Entering) -> AskedModels[ArtifactVersion] | None:
    """Insert all of a version, judge it, post it, and begin its history. As by `bulk_create`, no signal is sent.

    Returns its row as it is then, asked for along with it; None where that is known at the end of the block that the
    caller is in. Raises IntegrityError where something is not allowed; within `pipelined`, whoever fetches next does.
    """
    rows = entering.by_model()
    if connection.vendor == "postgresql":
        asked = _entering().asked(**{model._meta.db_table: of_model for model, of_model in rows.items()})
        for of_model in rows.values():
            are_stored(of_model)
        set_going()
        return asked
    for of_model in rows.values():
        insert_all(of_model)
    made(entering.version)
    for fact, facts in ((Link, entering.links), (Evaluation, entering.evaluations)):
        if facts:
            written(fact, [entering.version.pk])
    return None


_KEYED = frozenset({Artifact, ArtifactVersion})


@cache
def _entering() -> CompiledModels[ArtifactVersion]:
    """The version comes after what it is judged by: whether a key is there is asked when the transaction ends."""
    order = (Artifact, _RECORD, Identifier, Link, Evaluation, ArtifactVersion)
    artifact, record, name, link, evaluation = (inserting_rows(model, keyed=model in _KEYED) for model in order[:-1])
    version = judged(rows_of(ArtifactVersion), columns_of(ArtifactVersion, keyed=True))
    sql = f"""
        WITH artifact AS ({artifact}),
        record AS ({record}),
        name AS ({name}),
        linked AS ({link} RETURNING *),
        measured AS ({evaluation} RETURNING *),
        {targets_of("linked link")},
        {found_in("postgresql", f"{with_targets('linked', 'targets')} WHERE true", "measured evaluation WHERE true")},
        entered AS ({inserting(ArtifactVersion, keyed=True)} {version} RETURNING *),
        {wanted_of("linked WHERE true", "measured WHERE true", "entered version")},
        posted AS ({POSTING}),
        recorded_links AS ({beginning(LINKS, "linked")}),
        recorded_evaluations AS ({beginning(EVALUATIONS, "measured")}),
        standing AS ({beginning(STANDINGS, "entered")})
        SELECT {", ".join(f'"{field.column}"' for field in ArtifactVersion._meta.concrete_fields)} FROM entered
    """
    given = [GivenRows(model, keyed=model in _KEYED) for model in order]
    return CompiledModels(QuerySet(ArtifactVersion).order_by()).read_by(sql, given)
