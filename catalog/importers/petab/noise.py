"""The noise model of PEtab v1: how likely a measurement is, given what the model simulates.

After the sections "Observables table" and "Noise distributions" of the format's version 1, and in the sense of
`petab.v1.calculate`, against which the results were checked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.importers.petab.formulas import evaluate
from catalog.importers.petab.tables import Row, quantity

_TRANSFORMATIONS = {"": "lin", "lin": "lin", "log": "log", "log10": "log10"}
_DISTRIBUTIONS = {
    "": ("normal", None),
    "normal": ("normal", None),
    "laplace": ("laplace", None),
    "log-normal": ("normal", "log"),
    "log10-normal": ("normal", "log10"),
    "log-laplace": ("laplace", "log"),
}
"""Distribution on the transformed scale, and the transformation where the name of the distribution says it."""


@dataclass(frozen=True, slots=True)
class NoiseModel:
    """One observable's noise: a distribution on a scale, with a formula for its width."""

    observable: str
    formula: str
    distribution: str
    scale: str


def noise_model(row: Row) -> NoiseModel | None:
    """The noise model of a line of the observable table; None where the format's version 1 does not know it."""
    distribution, implied = _DISTRIBUTIONS.get(row.get("noiseDistribution", "").casefold(), ("", None))
    scale = implied or _TRANSFORMATIONS.get(row.get("observableTransformation", "").casefold(), "")
    formula = row.get("noiseFormula", "")
    if not (distribution and scale and formula and row.get("observableId")):
        return None
    return NoiseModel(row["observableId"], formula, distribution, scale)


def resolve(cell: str, nominal: Mapping[str, float]) -> list[float] | None:
    """Values of a `;` list that mixes numbers and names of parameters; None where one of them has no value."""
    values = []
    for item in (part.strip() for part in cell.split(";") if part.strip()):
        number = quantity(item)
        value = nominal.get(item) if number is None else number
        if value is None:
            return None
        values.append(value)
    return values


def width(model: NoiseModel, noise_parameters: str, simulated: float, nominal: Mapping[str, float]) -> float | None:
    """The noise of one measurement; None where the formula cannot be evaluated or gives no positive number."""
    overrides = resolve(noise_parameters, nominal)
    if overrides is None:
        return None
    names = dict(nominal)
    names[model.observable] = simulated
    names.update({f"noiseParameter{i}_{model.observable}": value for i, value in enumerate(overrides, start=1)})
    value = evaluate(model.formula, names)
    return value if value is not None and value > 0 else None


def residual(model: NoiseModel, measured: float, simulated: float, sigma: float) -> float | None:
    """(simulated - measured) / sigma on the observable's scale; None where a logarithm does not exist."""
    if model.scale == "lin":
        return (simulated - measured) / sigma
    if measured <= 0 or simulated <= 0:
        return None
    logarithm = math.log if model.scale == "log" else math.log10
    return (logarithm(simulated) - logarithm(measured)) / sigma


def log_density(model: NoiseModel, measured: float, normalised: float, sigma: float) -> float:
    """Logarithm of the density of the measurement, with the Jacobian of the scale it is noisy on."""
    jacobian = {"lin": 1.0, "log": measured, "log10": measured * math.log(10)}[model.scale]
    if model.distribution == "laplace":
        return -math.log(2 * sigma * jacobian) - abs(normalised)
    return -0.5 * math.log(2 * math.pi * (sigma * jacobian) ** 2) - 0.5 * normalised**2
