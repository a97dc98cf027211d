"""The model of a state of a PEtab problem, together with the versions it rests on, as one record."""

from __future__ import annotations

from pathlib import PurePosixPath

from catalog.importers.documents import Unreadable
from catalog.importers.petab.collection import Collection
from catalog.importers.petab.history import State
from catalog.importers.petab.metadata import Knowledge, description, gather, model_metadata
from catalog.importers.petab.problem import Role, parse_problem
from catalog.importers.petab.records import (
    FORMAT,
    Reading,
    analysis,
    changelog,
    inputs,
    model_links,
    revision,
    slugged,
)
from catalog.importers.records import Record
from catalog.importers.text import artifact_id
from catalog.registration.submission import EvaluationInput, Source, VersionInput
from catalog.vocabulary import Family, FamilyBasis, Kind, ReportedBy

EVALUATED_BY = "SciDEX catalogue"


class Register:
    """Makes the records of one problem, oldest first.

    It remembers each input's version as it was first seen, so that later records repeat it with identical content.
    """

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self._seen: dict[str, VersionInput] = {}

    def record(self, state: State) -> Record:
        """The record of a state. Raises `Unreadable` where its problem file, or a file that is at hand, is broken."""
        file = state.find_problem_file()
        content = state.files[file].content
        if content is None:
            raise Unreadable(f"the bytes of {file} at this state are not there")
        problem = parse_problem(content)
        used = {role: self._first(version) for role, version in inputs(state, problem).items()}
        reading = Reading(state, problem, file, used, self.collection.license, self._code(state, file))
        producer = analysis(reading)
        model = self._model(reading, producer)
        return Record(file=state.file, name=state.name, versions=(*used.values(), producer, model))

    def _first(self, version: VersionInput) -> VersionInput:
        return self._seen.setdefault(version.version_id or "", version)

    def _code(self, state: State, file: str) -> dict[str, str]:
        """Where the problem file is, of which commit: what the source says, and nothing where it says none."""
        if not state.commit:
            return {}
        repository = self.collection.repository(state.problem)
        entrypoint = (PurePosixPath(state.folder) / file).as_posix()
        said = {"repository": repository, "commit": state.commit, "entrypoint": entrypoint}
        return {key: value for key, value in said.items() if value}

    def _model(self, reading: Reading, producer: VersionInput) -> VersionInput:
        state, absent = reading.state, reading.missing()
        known = gather(state, reading.problem)
        metadata = model_metadata(state, known, self.collection, reading.code)
        return VersionInput(
            kind=Kind.MODEL,
            artifact=artifact_id("model", FORMAT, slugged(state.problem)),
            title=state.problem,
            version_label=state.commit[:8],
            description=description(known),
            changelog=changelog(state),
            license=reading.license,
            metadata=metadata | ({"files_not_found": absent} if absent else {}),
            checksums={name: f"git-blob-sha1:{stored.blob}" for name, stored in reading.defining().items()},
            created_at=state.date,
            source=Source(format=FORMAT, record=state.problem, revision=revision(state)),
            links=tuple(model_links(reading, producer)),
            family=Family.BIOPHYSICAL,
            # PEtab 1 has models in SBML alone, species and reactions and rules of a system: the format says it.
            family_basis=FamilyBasis.SOURCE,
            parameter_count=known.estimated,
            evaluations=tuple(evaluations(known, reading.used.get(Role.MEASUREMENTS))),
        )


def evaluations(known: Knowledge, data: VersionInput | None) -> list[EvaluationInput]:
    """The fit to the measurements that the parameters were estimated from. Units are the observables', unstated."""
    if known.fit is None or data is None:
        return []
    return [
        EvaluationInput(
            metric=metric,
            value=value,
            dataset=data.version_id,
            split="train",
            n=known.fit.n,
            evaluated_by=EVALUATED_BY,
            reported_by=ReportedBy.CATALOGUE,
        )
        for metric, value in known.fit.values.items()
    ]
