"""What is known of a model at one state of its problem: only from files whose bytes are those of that state."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any

from catalog.importers.petab.collection import Collection
from catalog.importers.petab.history import State, StoredFile
from catalog.importers.petab.metrics import Fit, fit
from catalog.importers.petab.problem import Problem, Role
from catalog.importers.petab.sbml import Sbml, parse_sbml
from catalog.importers.petab.tables import Row, estimated, parse_table, quantity

MAX_METADATA = 40_000
"""Beyond this many characters of metadata, a version's observables are listed by name alone."""

_SIMULATION = re.compile(r"(?:^|_)simulat(?:ed|ions?)(?:data)?(?:_|\.|$)", re.IGNORECASE)
_BOUNDS = {"lowerBound": "lower_bound", "upperBound": "upper_bound"}
_TEXTS = {
    "parameterName": "name",
    "parameterScale": "scale",
    "objectivePriorType": "prior",
    "objectivePriorParameters": "prior_parameters",
}
_OBSERVABLE = {
    "observableId": "id",
    "observableFormula": "formula",
    "noiseFormula": "noise_formula",
    "noiseDistribution": "noise_distribution",
    "observableTransformation": "transformation",
}


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The tables and the model of a state, None where their bytes are not at hand."""

    measurements: list[Row] | None
    observables: list[Row] | None
    parameters: list[Row] | None
    sbml: Sbml | None
    fit: Fit | None
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def estimated(self) -> int | None:
        """How many parameters are estimated."""
        return None if self.parameters is None else sum(map(estimated, self.parameters))


def gather(state: State, problem: Problem) -> Knowledge:
    """Reads all that the state has. Raises `Unreadable` where one of its files is not what it should be."""
    tables = {role: _table(state, problem.files[role]) for role in Role if role is not Role.SBML}
    measurements, observables = tables[Role.MEASUREMENTS], tables[Role.OBSERVABLES]
    parameters, simulation = tables[Role.PARAMETERS], _simulation(state)
    sbml, notes = _sbml(state, problem.files[Role.SBML])
    known = None
    if measurements and simulation and observables and parameters:
        known = fit(measurements, simulation, observables, parameters)
    return Knowledge(measurements, observables, parameters, sbml, known, notes)


def _table(state: State, names: tuple[str, ...]) -> list[Row] | None:
    """Lines of the tables one after another; None where one of them is not at hand."""
    rows: list[Row] = []
    for name in names:
        content = state.files[name].content if name in state.files else None
        if content is None:
            return None
        rows.extend(parse_table(content))
    return rows or None


def is_simulation(name: str) -> bool:
    """Whether a file beside a problem holds simulated values: the format leaves their name to habit."""
    return _SIMULATION.search(name) is not None and name.endswith(".tsv")


def _simulation(state: State) -> list[Row] | None:
    """The one table of simulated values beside the problem."""
    names = [name for name in state.files if is_simulation(name)]
    rows = _table(state, tuple(names)) if len(names) == 1 else None
    return rows if rows and "simulation" in rows[0] else None


def _sbml(state: State, names: tuple[str, ...]) -> tuple[Sbml | None, dict[str, Any]]:
    """The model of the state, or the one found in its place, which is then said."""
    if len(names) != 1:
        return None, {}
    stated, altered = state.files.get(names[0]), state.altered.get(names[0])
    stored = stated if stated is not None and stated.content is not None else altered
    if stored is None or stored.content is None:
        return None, {}
    notes = {"specification_source": _found(names[0], stored)} if stored is altered else {}
    return parse_sbml(stored.content), notes


def _found(name: str, stored: StoredFile) -> dict[str, str]:
    note = "Read from the file as found, whose bytes differ from those that the history states for this commit."
    return {"file": name, "git_blob_sha1": stored.blob, "note": note}


def model_metadata(state: State, known: Knowledge, collection: Collection, code: dict[str, str]) -> dict[str, Any]:
    """The family metadata of a biophysical model, without what is not known."""
    sbml = known.sbml
    references = sbml.references if sbml else collection.references(state.problem) if state.newest else []
    fields: dict[str, Any] = {
        "species": sbml.species if sbml else None,
        "reactions": sbml.reactions if sbml else None,
        "equations": sbml.equations if sbml else None,
        "events": sbml.events if sbml else None,
        "parameters": {row["parameterId"]: _parameter(row) for row in known.parameters or () if row.get("parameterId")},
        "observables": [_renamed(row, _OBSERVABLE) for row in known.observables or ()],
        "measurement_count": len(known.measurements) if known.measurements else None,
        "references": references,
        "code": code,
        "license_note": collection.license_note,
        "format": "PEtab",
        **known.notes,
    }
    said = {name: value for name, value in fields.items() if value not in (None, "", [], {})}
    if len(json.dumps(said)) > MAX_METADATA:  # long formulas of many observables: their names have to do
        said["observables"] = [observable["id"] for observable in fields["observables"] if "id" in observable]
    return said


def _parameter(row: Row) -> dict[str, Any]:
    """A line of the parameter table. The format states no units."""
    nominal = quantity(row.get("nominalValue", ""))
    entry: dict[str, Any] = {"source": "nominalValue"} if nominal is not None else {}
    numbers = {"value": nominal} | {key: quantity(row.get(column, "")) for column, key in _BOUNDS.items()}
    entry |= {key: value for key, value in numbers.items() if value is not None and math.isfinite(value)}
    entry |= {"estimated": estimated(row)} if row.get("estimate") else {}
    texts = _renamed(row, _TEXTS)
    return entry | {key: text for key, text in texts.items() if text != row["parameterId"]}


def _renamed(row: Row, names: dict[str, str]) -> dict[str, str]:
    return {name: row[column] for column, name in names.items() if row.get(column)}


def description(known: Knowledge) -> str:
    """What the model is, in the numbers that are known."""
    sbml, counts = known.sbml, []
    if sbml:
        counts += [f"{len(sbml.species)} species", f"{len(sbml.reactions)} reactions"]
    if known.parameters is not None:
        counts.append(f"{known.estimated} of {len(known.parameters)} parameters estimated")
    if known.observables is not None:
        counts.append(f"{len(known.observables)} observables")
    if known.measurements is not None:
        counts.append(f"{len(known.measurements)} measurements")
    return "SBML model with its parameter estimation problem in PEtab" + (f": {', '.join(counts)}." if counts else ".")
