"""All that is worth knowing of a version beside its warnings, for the API, the pages and the admin alike."""

from __future__ import annotations

from catalog.leakage import leakage_advice
from catalog.models import ArtifactVersion
from catalog.provenance.advisories import Advice, advisories
from catalog.provenance.pins import Inputs
from catalog.snapshots import Snapshot, snapshots_of
from catalog.vocabulary import Advisory, Kind


def advice_of(version: ArtifactVersion, inputs: Inputs | None = None, snapshot: Snapshot | None = None) -> list[Advice]:
    """What its links, its record and its evaluations give to know, the gravest first, in a constant number of queries.

    `inputs` are its links, and `snapshot` what was read of a model, where the caller has them already.
    """
    if version.kind == Kind.MODEL:
        snapshot = snapshot or snapshots_of([version])[0]
        found = advisories(version, inputs, snapshot.retracted) + leakage_advice(snapshot.compared)
    else:
        found = advisories(version, inputs)
    gravity = list(Advisory)
    return sorted(found, key=lambda advice: gravity.index(advice.code))
