"""The training that a run states: a program at a commit, with the data that it took in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from catalog import identity
from catalog.importers.addresses import public_address, public_path
from catalog.importers.mlflow.facts import Facts
from catalog.importers.mlflow.inputs import Input
from catalog.importers.text import artifact_id, as_text
from catalog.registration.submission import LinkInput, Source, VersionInput
from catalog.vocabulary import Kind, Relation

_COMMIT = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True)
class Code:
    """The program of a run. `commit` is blank where none is stated, or where the files had been changed since."""

    repository: str
    entrypoint: str
    commit: str
    changed_since: str

    @classmethod
    def of(cls, facts: Facts) -> Code:
        """As the run's tags state it."""
        tags = facts.run_tags
        commit = as_text(tags.get("mlflow.source.git.commit")).lower()
        commit = commit if _COMMIT.fullmatch(commit) else ""
        is_dirty = as_text(tags.get("mlflow.source.git.dirty")).casefold() == "true"
        program = public_path(as_text(tags.get("mlflow.source.name")))
        entry = as_text(tags.get("mlflow.project.entryPoint"))
        return cls(
            repository=public_address(as_text(tags.get("mlflow.source.git.repoURL"))),
            entrypoint=f"{program}#{entry}" if program and entry else program,
            commit="" if is_dirty else commit,
            changed_since=commit if is_dirty else "",
        )

    def as_metadata(self) -> dict[str, str]:
        """What is stated of it."""
        stated = {
            "repository": self.repository,
            "entrypoint": self.entrypoint,
            "commit": self.commit,
            "changed_since": self.changed_since,
        }
        return {key: value for key, value in stated.items() if value}


def procedure_of(facts: Facts, code: Code, inputs: Iterable[Input], format_: str) -> VersionInput | None:
    """The analysis: of one program in one repository, a version for each commit and set of inputs.

    None where no program at a commit is stated. Without a repository, programs of one name are told apart by the
    experiment.
    """
    if not code.commit or not code.entrypoint:
        return None
    experiment = as_text(facts.experiment.get("name")) or "unnamed"
    where = re.sub(r"\.git$", "", code.repository) or experiment
    place = "/".join(where.rstrip("/").split("/")[-2:])
    artifact = artifact_id("analysis", "mlflow", place, code.entrypoint)
    used = {item.ref: item for item in inputs}
    revision = identity.digest({"commit": code.commit, "repository": code.repository, "inputs": sorted(used)})
    return VersionInput(
        kind=Kind.ANALYSIS,
        artifact=artifact,
        version_id=artifact_id(artifact, code.commit[:12], revision.removeprefix("sha256:")[:8]),
        title=f"{code.entrypoint} of {place}"[:500],
        version_label=code.commit,
        metadata={"code": code.as_metadata()},
        source=Source(format=format_, record=artifact, revision=revision),
        links=tuple(LinkInput(relation=Relation.USED, ref=ref, stated_as=item.name) for ref, item in used.items()),
    )
