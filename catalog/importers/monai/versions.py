"""From a bundle's metadata to the versions of its model, training procedure and datasets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.importers.datasets import Datasets, Named
from catalog.importers.files import Unreadable
from catalog.importers.monai.configs import Configs, architecture, training_config
from catalog.importers.monai.layout import Snapshot
from catalog.importers.monai.readme import Readme
from catalog.importers.monai.releases import Release, Releases
from catalog.importers.records import Record
from catalog.importers.text import artifact_id, as_text, as_texts, finite, number, snake, without_emails
from catalog.registration.submission import EvaluationInput, LinkInput, Source, VersionInput
from catalog.vocabulary import Family, FamilyBasis, Kind, Relation

FORMAT = "monai"
_TEXTS = (
    "task",
    "data_source",
    "data_type",
    "image_classes",
    "label_classes",
    "pred_classes",
    "intended_use",
    "copyright",
)
_PENDING = re.compile(r"\bto be (?:updated|added|announced)\b", re.IGNORECASE)
_POINTER = re.compile(r"^see\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bundle:
    """One snapshot with what belongs to it: configurations to today's version alone.

    The README is today's, too. Its licence goes to today's version; what it corrects is kept out of every version,
    since none of them states it better.
    """

    snapshot: Snapshot
    metadata: Any
    configs: Configs
    readme: Readme

    @property
    def states_training(self) -> bool:
        """Whether the training configuration is how this model was trained."""
        return bool(self.configs.train_file) and not self.readme.other_data and not self.readme.fine_tuning

    @property
    def artifact(self) -> str:
        """The id of the model."""
        return artifact_id("model", FORMAT, self.snapshot.bundle)

    @property
    def version(self) -> str:
        """The source's own word for the version."""
        return as_text(self.metadata.get("version"))

    @property
    def title(self) -> str:
        """The name, or the bundle's own where the metadata of its time had none."""
        return as_text(self.metadata.get("name")) or self.snapshot.bundle


def record_of(bundle: Bundle, releases: Releases, datasets: Datasets) -> Record:
    """The record of one snapshot: datasets, the training procedure, the model. Raises `Unreadable` where it is none."""
    _refuse_what_is_no_model(bundle)
    named = () if bundle.readme.other_data else datasets.named(bundle.metadata.get("data_source"), bundle.artifact)
    analysis = _analysis(bundle, named)
    model = _model(bundle, named, analysis, releases.find(bundle.snapshot.bundle, bundle.version))
    versions = (*(item.dataset for item in named), *([analysis] if analysis else []), model)
    return Record(file=bundle.snapshot.file, name=f"{bundle.snapshot.bundle} {bundle.version}", versions=versions)


def _refuse_what_is_no_model(bundle: Bundle) -> None:
    if not isinstance(bundle.metadata, dict):
        raise Unreadable("the metadata is not an object")
    if not bundle.version:
        raise Unreadable("the metadata states no version")
    if bundle.snapshot.bundle.endswith("_template") or bundle.title.casefold().endswith(" template"):
        raise Unreadable("a template to copy for new bundles, not a model")


def _model(
    bundle: Bundle, named: tuple[Named, ...], analysis: VersionInput | None, release: Release | None
) -> VersionInput:
    snapshot, metadata = bundle.snapshot, bundle.metadata
    links = [LinkInput(relation=Relation.TRAINED_ON, ref=i.dataset.artifact, stated_as=i.stated_as) for i in named]
    if analysis:
        links.append(
            LinkInput(relation=Relation.PRODUCED_BY, ref=analysis.artifact, stated_as=bundle.configs.train_file)
        )
    changelog = metadata.get("changelog")
    return VersionInput(
        kind=Kind.MODEL,
        artifact=bundle.artifact,
        title=bundle.title,
        version_label=bundle.version,
        description=as_text(metadata.get("description")),
        changelog="; ".join(as_texts(changelog.get(bundle.version))) if isinstance(changelog, dict) else "",
        license=_license(bundle),
        metadata=_metadata(bundle, release),
        checksums={release.archive: f"sha1:{release.sha1}"} if release else {},
        created_at=snapshot.committed_at,
        source=Source(format=FORMAT, record=snapshot.bundle, revision=snapshot.revision),
        links=tuple(links),
        family=Family.DEEP_LEARNING,
        # No field of a bundle names a family: that its network is a deep one is the format's, so our, inference.
        family_basis=FamilyBasis.INFERRED,
        evaluations=tuple(_evaluations(metadata)),
    )


def _license(bundle: Bundle) -> str:
    stated = as_text(bundle.metadata.get("license"))
    if stated and not _POINTER.match(stated):
        return stated
    return bundle.readme.license if bundle.snapshot.is_current else ""


def _metadata(bundle: Bundle, release: Release | None) -> dict[str, Any]:
    metadata = bundle.metadata
    network, layers = architecture(bundle.configs)
    references = [text for text in as_texts(metadata.get("references")) if not _PENDING.search(text)]
    authors = [text for text in map(without_emails, as_texts(metadata.get("authors"))) if text]
    stated = {
        "architecture": network,
        "framework": "PyTorch" if as_text(metadata.get("pytorch_version")) else "",
        "layer_config": layers,
        "training_config": training_config(bundle.configs.train) if bundle.states_training else {},
        "checkpoint": {"uri": release.uri, "digest": f"sha1:{release.sha1}"} if release else {},
        "authors": authors,
        "references": references,
        "code": {"commit": bundle.snapshot.commit} if bundle.snapshot.commit else {},
        "environment": _environment(metadata),
        **{key: without_emails(as_text(metadata.get(key))) for key in _TEXTS},
        "network_data_format": _data_format(metadata.get("network_data_format")),
        "training_note": bundle.readme.other_data or (bundle.readme.fine_tuning if bundle.snapshot.is_current else ""),
    }
    return {key: value for key, value in finite(stated).items() if value not in ("", [], {})}


def _environment(metadata: dict[str, Any]) -> dict[str, str]:
    stated = {name: as_text(metadata.get(f"{name}_version")) for name in ("monai", "pytorch", "numpy")}
    for key in ("required_packages_version", "optional_packages_version"):
        packages = metadata.get(key)
        for name, version in packages.items() if isinstance(packages, dict) else ():
            stated[name] = as_text(version)
    return {name: version for name, version in stated.items() if version}


def _data_format(value: Any) -> Any:
    """Inputs and outputs without the list of channels, which can name hundreds of organs."""
    if isinstance(value, dict):
        return {key: _data_format(item) for key, item in value.items() if key != "channel_def"}
    return value


def _analysis(bundle: Bundle, named: tuple[Named, ...]) -> VersionInput | None:
    """The training configuration of the bundle as it is now; none where it is not how the model was trained."""
    configs, snapshot = bundle.configs, bundle.snapshot
    if not bundle.states_training:
        return None
    code = {"commit": snapshot.commit, "path": configs.train_file} if snapshot.commit else {"path": configs.train_file}
    return VersionInput(
        kind=Kind.ANALYSIS,
        artifact=artifact_id("analysis", FORMAT, snapshot.bundle, "training"),
        title=f"Training of {bundle.title}",
        version_label=bundle.version,
        metadata={"code": code, "training_config": training_config(configs.train)},
        checksums={configs.train_file: configs.train_digest},
        created_at=snapshot.committed_at,
        source=Source(
            format=FORMAT,
            record=f"{snapshot.bundle}/{configs.train_file}",
            revision=snapshot.commit or configs.train_digest,
        ),
        links=tuple(
            LinkInput(relation=Relation.USED, ref=item.dataset.artifact, stated_as=item.stated_as) for item in named
        ),
    )


def _evaluations(metadata: dict[str, Any]) -> Iterator[EvaluationInput]:
    """The metrics under the source's own keys. A nested one gives a value per subset; on which data is not stated."""
    metrics, task = metadata.get("eval_metrics"), as_text(metadata.get("task"))
    seen: set[tuple[str, str]] = set()
    for key, value in metrics.items() if isinstance(metrics, dict) else ():
        name = snake(key)
        for subset, measured in _values(value):
            if name and (name, subset) not in seen:
                seen.add((name, subset))
                split = "validation" if name.startswith("val_") else ""
                yield EvaluationInput(metric=name, value=measured, task=task, subset=subset, split=split)


def _values(value: Any, subset: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _values(item, f"{subset} / {key}" if subset else str(key))
    elif (measured := number(value)) is not None:
        yield subset, measured
