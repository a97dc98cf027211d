"""What stands beside a version in its detail: asked for at once, of one that is there or that is being written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
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

    @classmethod
    def of_new(cls, entering: Entering) -> Callable[[], Beside]:
        """Of one that is to be written: what is returned is called once that was sent, and reads while it is written.

        What there is without it may lead to its artifact's latest version: beside a first version it is asked for at
        once, beside one that comes after others only then.
        """
        return cls._of_first(entering) if entering.artifact else partial(cls._of_later, entering.version)

    @classmethod
    def _of_first(cls, entering: Entering) -> Callable[[], Beside]:
        """Nothing depends on it, and it is all of its history."""
        version, links = entering.version, entering.links
        inputs = AskedInputs.of_new(links)
        is_model = version.kind == Kind.MODEL
        ancestry = AskedAncestry.of_new(version, links, entering.latest) if is_model else None
        set_going()

        def read() -> Beside:
            walked = ancestry.walked() if ancestry else None
            snapshot = AskedSnapshots(live_values_asked({version.pk}), walked) if walked else None
            return cls(inputs_of(version, inputs, is_new=True), None, None, snapshot)

        return read

    @classmethod
    def _of_later(cls, version: ArtifactVersion) -> Beside:
        inputs, earlier = AskedInputs.of(version.pk), history_asked(version.artifact_id)
        snapshot = AskedSnapshots.of([version]).walked() if version.kind == Kind.MODEL else None
        return cls(inputs_of(version, inputs, is_new=True), None, earlier, snapshot)

    @property
    def dependents(self) -> dict[str, int]:
        """How many links lead to it, by relation."""
        return dict(self.dependents_asked.rows()) if self.dependents_asked else {}

    def versions(self, version: ArtifactVersion) -> list[dict[str, Any]]:
        """All versions of its artifact, newest first."""
        return history(self.history) if self.history else [first_of_history(version)]
