"""What stands beside a version in its detail: asked for at once, of one that is there or that is being written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.evaluation_values import live_values_asked
from catalog.listing import first_of_history, history, history_asked
from catalog.models import ArtifactVersion
from catalog.provenance.entering import Entering
from catalog.provenance.lineage import AskedAncestry, dependents_asked
from catalog.provenance.pins import AskedInputs, Inputs, inputs_of
from catalog.replication.routing import read_alias
from catalog.snapshots import AskedSnapshots
from catalog.statements.compiled import Asked
from catalog.statements.prepared import pipelined, set_going
from catalog.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a version, asked for at once. What there is no need to ask for is None."""

    inputs: AskedInputs | Inputs
    dependents_asked: Asked | None
    history: Asked | None
    snapshot: AskedSnapshots | None

    @classmethod
    def of(cls, version: ArtifactVersion, *, any_version: bool, with_snapshot: bool) -> Beside:
        """Of one that is there. With `any_version`, what depends on its artifact counts, whichever version is named."""
        with pipelined(read_alias()):
            return cls(
                AskedInputs.of(version.pk),
                dependents_asked(version, any_version=any_version),
                history_asked(version.artifact_id),
                AskedSnapshots.of([version]) if with_snapshot else None,
            )

    @property
    def dependents(self) -> dict[str, int]:
        """How many links lead to it, by relation."""
        return dict(self.dependents_asked.rows()) if self.dependents_asked else {}

    def versions(self, version: ArtifactVersion) -> list[dict[str, Any]]:
        """All versions of its artifact, newest first."""
        return history(self.history) if self.history else [first_of_history(version)]


def beside_new(entering: Entering) -> BesideFirst | BesideLater:
    """Beside a version that is to be written. Once that is sent, `ask` is called, and then `read`.

    What is there without it may lead to its artifact's latest version: of one that comes after others, nothing is asked
    for before.
    """
    return BesideFirst(entering) if entering.artifact else BesideLater(entering.version)


class BesideFirst:
    """Beside the first version of an artifact: what is there without it is asked for before it is written.

    Nothing depends on it, and it is all of its history.
    """

    def __init__(self, entering: Entering) -> None:
        version, links = entering.version, entering.links
        self._version, self._inputs = version, AskedInputs.of_new(links)
        is_model = version.kind == Kind.MODEL
        self._ancestry = AskedAncestry.of_new(version, links, entering.latest) if is_model else None
        set_going()

    def ask(self) -> None:
        walked = self._ancestry.walked() if self._ancestry else None
        snapshot = AskedSnapshots(live_values_asked({self._version.pk}), walked) if walked else None
        # Which is there, while the version is still being written.
        inputs = inputs_of(self._version, self._inputs, is_new=True)
        self._found = Beside(inputs, None, None, snapshot)

    def read(self) -> Beside:
        return self._found


class BesideLater:
    """Beside a version that comes after others."""

    def __init__(self, version: ArtifactVersion) -> None:
        self._version = version

    def ask(self) -> None:
        version = self._version
        inputs, earlier = AskedInputs.of(version.pk), history_asked(version.artifact_id)
        snapshot = AskedSnapshots.of([version]).walked() if version.kind == Kind.MODEL else None
        self._found = Beside(inputs_of(version, inputs, is_new=True), None, earlier, snapshot)

    def read(self) -> Beside:
        return self._found
