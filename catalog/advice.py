"""All that is worth knowing of a version beside its warnings, for the API, the pages and the admin alike."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.comparison.records import ComparedModel
from catalog.leakage import leakage_advice
from catalog.models import ArtifactVersion
from catalog.provenance.advisories import Advice, advisories
from catalog.provenance.lineage import Lineage
from catalog.provenance.pins import LinkStatus
from catalog.snapshots import load
from catalog.vocabulary import Advisory, Kind


def advice_of(
    version: ArtifactVersion,
    lineage: Lineage | None = None,
    own: Sequence[LinkStatus] | None = None,
    compared: ComparedModel | None = None,
) -> list[Advice]:
    """What its links, its record and its evaluations give to know, the gravest first, in a constant number of queries.

    `lineage` is what the version came from, `own` its links, and `compared` the comparison's view of a model, where
    the caller has them already.
    """
    found = advisories(version, own)
    if version.kind == Kind.MODEL:
        lineages = {version.public_id: lineage} if lineage else None
        found += leakage_advice(compared or load([version], lineages)[0])
    gravity = list(Advisory)
    return sorted(found, key=lambda advice: gravity.index(advice.code))
