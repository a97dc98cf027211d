"""How well a simulation at the nominal parameters fits the measurements, from the original PEtab v1 tables.

Root mean square error, mean absolute error and R² are taken over all measurements as they are, whatever their
observable; the likelihood and what follows from it weigh each measurement by the problem's own noise model.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catalog.importers.petab.noise import NoiseModel, log_density, noise_model, residual, resolve, width
from catalog.importers.petab.tables import Row, estimated, nominal_values, quantity, same_quantity

_IDENTIFYING = (
    "observableId",
    "preequilibrationConditionId",
    "simulationConditionId",
    "datasetId",
    "replicateId",
)
_PARAMETRIC = ("observableParameters", "noiseParameters")


@dataclass(frozen=True, slots=True)
class Pair:
    """A measurement and the simulated value for it."""

    measurement: Row
    simulation: Row
    measured: float
    simulated: float


@dataclass(frozen=True, slots=True)
class Fit:
    """Metrics by name, and over how many measurements they are."""

    values: dict[str, float]
    n: int


def fit(measurements: list[Row], simulations: list[Row], observables: list[Row], parameters: list[Row]) -> Fit | None:
    """The metrics of a problem; None where the simulation is not one of these measurements.

    The likelihood needs every measurement, and a simulation that was made at the parameters of the table: where one
    cannot be evaluated, all that rests on it is left out.
    """
    pairs = pair_up(measurements, simulations)
    if not pairs:
        return None
    values = _errors(pairs)
    if len(pairs) == len(measurements):
        values |= _likelihood(pairs, observables, parameters)
    finite = {name: value for name, value in values.items() if math.isfinite(value)}
    return Fit(finite, len(pairs)) if finite else None


def pair_up(measurements: list[Row], simulations: list[Row]) -> list[Pair]:
    """Each measurement with its simulated value: line by line where the tables run alike, by their keys otherwise.

    Empty where a measurement has no simulation, or several that differ. Measurements that are no number are left out.
    """
    alike = len(measurements) == len(simulations) and all(
        _corresponds(measurement, simulation) for measurement, simulation in zip(measurements, simulations, strict=True)
    )
    partners: Iterable[Row | None] = simulations if alike else _partners(measurements, simulations)
    pairs = []
    for measurement, simulation in zip(measurements, partners, strict=True):
        if simulation is None:
            return []
        measured, simulated = quantity(measurement.get("measurement", "")), quantity(simulation.get("simulation", ""))
        if measured is None or not math.isfinite(measured):
            continue
        if simulated is None or not math.isfinite(simulated):
            return []
        pairs.append(Pair(measurement, simulation, measured, simulated))
    return pairs


def _corresponds(measurement: Row, simulation: Row) -> bool:
    """Whether the lines are of one observable, condition and time. A blank of the measurement matches anything."""
    for column in _IDENTIFYING:
        if measurement.get(column) and column in simulation and measurement[column] != simulation[column]:
            return False
    first, second = quantity(measurement.get("time", "")), quantity(simulation.get("time", ""))
    return first is not None and second is not None and (first == second or same_quantity(first, second))


def _partners(measurements: Sequence[Row], simulations: Sequence[Row]) -> Iterator[Row | None]:
    by_observable: dict[str, list[Row]] = defaultdict(list)
    for row in simulations:
        by_observable[row.get("observableId", "")].append(row)
    for measurement in measurements:
        candidates = by_observable[measurement.get("observableId", "")]
        matches = [row for row in candidates if _corresponds(measurement, row)]
        yield matches[0] if len({row.get("simulation") for row in matches}) == 1 else None


def _errors(pairs: Sequence[Pair]) -> dict[str, float]:
    residuals = [pair.simulated - pair.measured for pair in pairs]
    squares = math.fsum(value * value for value in residuals)
    mean = math.fsum(pair.measured for pair in pairs) / len(pairs)
    spread = math.fsum((pair.measured - mean) ** 2 for pair in pairs)
    values = {
        "rmse": math.sqrt(squares / len(pairs)),
        "mae": math.fsum(map(abs, residuals)) / len(pairs),
    }
    return values | ({"r2": 1 - squares / spread} if spread > 0 else {})


def _likelihood(pairs: Sequence[Pair], observables: Sequence[Row], parameters: Sequence[Row]) -> dict[str, float]:
    nominal = nominal_values(parameters)
    models = {row.get("observableId", ""): noise_model(row) for row in observables}
    terms = [_term(pair, models.get(pair.measurement.get("observableId", "")), nominal) for pair in pairs]
    known = [term for term in terms if term is not None]
    if len(known) < len(terms):
        return {}
    likelihood = math.fsum(density for density, _ in known)
    count = sum(map(estimated, parameters))
    return {
        "log_likelihood": likelihood,
        "chi2": math.fsum(square for _, square in known),
        "aic": 2 * count - 2 * likelihood,
        "bic": count * math.log(len(pairs)) - 2 * likelihood,
    }


def _term(pair: Pair, model: NoiseModel | None, nominal: dict[str, float]) -> tuple[float, float] | None:
    """Log-likelihood and squared residual of one measurement; None where they cannot be had."""
    if model is None or not _same_parameters(pair, nominal):
        return None
    try:
        sigma = width(model, pair.measurement.get("noiseParameters", ""), pair.simulated, nominal)
        normalised = None if sigma is None else residual(model, pair.measured, pair.simulated, sigma)
        if sigma is None or normalised is None:
            return None
        return log_density(model, pair.measured, normalised, sigma), normalised**2
    except (ArithmeticError, ValueError):
        return None


def _same_parameters(pair: Pair, nominal: dict[str, float]) -> bool:
    """Whether the simulation says the same parameters as the measurement: by name, or by their nominal values.

    Some simulation tables were made at other parameters than the table of today; no likelihood follows from those.
    """
    for column in _PARAMETRIC:
        stated, simulated = pair.measurement.get(column, ""), pair.simulation.get(column, "")
        if column not in pair.simulation or not stated or stated == simulated:
            continue
        expected, found = resolve(stated, nominal), resolve(simulated, nominal)
        if expected is None or found is None or len(expected) != len(found):
            return False
        if not all(map(same_quantity, expected, found)):
            return False
    return True
