"""The datasets of a forecast hub: its own target data with their snapshots, and those that its models name.

Modellers describe `data_inputs` in free text. It is read with the controlled list below, after the surveillance
systems of the CDC that FluSight's README describes; what is not on the list stays in the text. No modeller says
which snapshot of a dataset a model saw, so that none of these links is pinned.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

from catalog.importers.documents import Unreadable, decode
from catalog.importers.files import SourceTree
from catalog.importers.hubverse.hub import Hub
from catalog.importers.hubverse.wording import mentions
from catalog.importers.text import artifact_id
from catalog.registration.submission import Source, VersionInput
from catalog.vocabulary import Kind

FORMAT = "hubverse"
SNAPSHOTS = "target_data_versions.tsv"
ADMISSIONS, ED_VISITS = "target-hospital-admissions", "target-ed-visits-prop"
_SNAPSHOT = re.compile(r"^(target-[\w-]+)_(\d{4}-\d{2}-\d{2})\.csv$")


@dataclass(frozen=True, slots=True)
class Known:
    """A dataset of the controlled list. `pattern` finds it in free text; `own` data have one dataset per model."""

    key: str
    title: str
    pattern: re.Pattern[str]
    aliases: tuple[str, ...] = ()
    of_hub: bool = False
    own: bool = False


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


KNOWN: tuple[Known, ...] = (
    Known(
        ADMISSIONS,
        "Weekly influenza hospital admissions (NHSN, formerly HHS Protect): hub target data",
        _words(
            r"\bNHSN\b|National Healthcare Safety Network|\bHHS\b|Health ?(?:and|&) ?Human Services|HealthData|\bHRD\b"
            r"|Hospital Respiratory Data|target[- ]hospital|target data|hospital (?:capacity|admissions)"
            r"|(?<!inpatient )\bhospit\w*[sz]ations?\b(?! rates?| from FluSurv)|hospitlization|\bhosps\b"
            r"|hospitali[sz]ed patients"
        ),
        aliases=("dataset-nhsn-influenza-admissions", "dataset-hhs-protect-influenza-admissions"),
        of_hub=True,
    ),
    Known(
        ED_VISITS,
        "Proportion of emergency department visits due to influenza (NSSP): hub target data",
        _words(r"\bNSSP\b|National Syndromic|(?<!NYC )\bED visits?|emergency department"),
        aliases=("dataset-nssp-influenza-ed-visits",),
        of_hub=True,
    ),
    Known(
        "cdc-ilinet",
        "Outpatient influenza-like illness (CDC ILINet)",
        _words(r"ILI-?Net|\bILIp?\b(?! NYC| ED)|influenza[- ]like[- ]illness"),
        aliases=("dataset-ilinet",),
    ),
    Known(
        "cdc-flusurv-net",
        "Influenza hospitalization surveillance (CDC FluSurv-NET)",
        _words(r"\bflu ?surv|\bfluserv"),
        aliases=("dataset-flusurv-net",),
    ),
    Known(
        "cdc-nrevss",
        "Laboratory surveillance of influenza (WHO/NREVSS)",
        _words(r"\bNREVSS\b|clinical labs?\b|laboratory surveillance|virologic surveillance"),
        aliases=("dataset-nrevss",),
    ),
    Known("google-trends", "Google Trends", _words(r"Google Trends|Google search volume")),
    Known("google-symptom-search", "Google symptom search trends", _words(r"Google(?:['’]s)? symptoms?")),
    Known("change-healthcare-claims", "Change Healthcare claims", _words(r"Change Healthcare")),
    Known(
        "us-census-population",
        "Population estimates (US Census Bureau)",
        _words(r"\bcensus(?: bureau)? population"),
    ),
    Known(
        "flu-scenario-modeling-hub",
        "Projections of the Flu Scenario Modeling Hub",
        _words(r"scenario modell?ing hub|\b(?:Flu )?SMH\b"),
    ),
    Known(
        "ehr",
        "Electronic health records, not public",
        _words(r"\bEHR\b|electronic health record"),
        own=True,
    ),
)


def read_snapshots(tree: SourceTree, hub: Hub) -> dict[str, list[VersionInput]]:
    """Dated snapshots of the hub's target data by dataset, oldest first; empty where none are told."""
    if not tree.has(SNAPSHOTS):
        return {}
    rows = csv.DictReader(io.StringIO(decode(tree.read(SNAPSHOTS))), delimiter="\t")
    found: dict[str, list[VersionInput]] = {}
    named = [(PurePosixPath(row.get("file") or ""), row.get("git_blob_sha1") or "") for row in rows]
    for path, blob in sorted(named):
        match, target = _SNAPSHOT.match(path.name), None
        if match and re.fullmatch(r"[0-9a-f]{40}", blob):
            target = next((known for known in KNOWN if known.key == match.group(1)), None)
        if match and target:
            snapshots = found.setdefault(target.key, [])
            snapshots.append(_snapshot(hub, target, path, match.group(2), blob, first=not snapshots))
    return found


def _snapshot(hub: Hub, target: Known, path: PurePosixPath, day: str, blob: str, *, first: bool) -> VersionInput:
    artifact = dataset_id(hub, target, "")
    try:
        date = datetime.fromisoformat(day).replace(tzinfo=UTC)
    except ValueError:
        raise Unreadable(f"{path.name}: {day} is not a date") from None
    return VersionInput(
        kind=Kind.DATASET,
        artifact=artifact,
        version_id=f"{artifact}-{day}",
        title=target.title,
        aliases=target.aliases if first else (),
        version_label=day,
        description=f"Snapshot of {day} of the target data of {hub.name}.",
        metadata={"file": str(path), "snapshot": day},
        checksums={"git-blob-sha1": blob},
        created_at=date,
        source=Source(format=FORMAT, record=hub.record(str(path)), revision=f"git-blob-sha1:{blob}"),
    )


def dataset_id(hub: Hub, known: Known, model: str) -> str:
    """Id of a dataset of the list, as this model has it."""
    if known.own:
        return artifact_id("dataset", hub.key, model.casefold(), known.key)
    return artifact_id("dataset", hub.key, known.key) if known.of_hub else artifact_id("dataset", known.key)


def named(hub: Hub, known: Known, model: str) -> VersionInput:
    """A dataset that is known by name alone. It has no bytes, no date and no version of its own."""
    artifact = dataset_id(hub, known, model)
    record = hub.record(artifact) if known.own or known.of_hub else artifact
    return VersionInput(
        kind=Kind.DATASET,
        artifact=artifact,
        title=f"{known.title} ({model})" if known.own else known.title,
        aliases=known.aliases,
        description="Known by its name: the source states no version of it.",
        source=Source(format=FORMAT, record=record, revision="named"),
    )


def stated_inputs(text: str) -> Iterator[tuple[Known, str]]:
    """The datasets of the list that a free text names and does not deny, with the words of its clause."""
    for known in KNOWN:
        clauses = dict.fromkeys(mention.clause for mention in mentions(text, known.pattern))
        if clauses:
            yield known, "; ".join(clauses)
