"""A state of a PEtab problem as versions: its files as artifacts, its problem file as an analysis, and the model.

The problem file states the procedure that gives the model: which parameters of which model are estimated from which
measurements. It is therefore the analysis that produced the model, and the files that it names are its inputs. Each
input's version is named after the digest of its bytes, so that a pin leads to the same bytes whatever was registered
before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.importers.petab.history import State, StoredFile
from catalog.importers.petab.problem import Problem, Role
from catalog.importers.text import artifact_id
from catalog.registration.submission import LinkInput, Source, VersionInput
from catalog.vocabulary import Kind, Relation

FORMAT = "petab"


@dataclass(frozen=True, slots=True)
class _Part:
    kind: Kind
    prefix: tuple[str, ...]
    suffix: tuple[str, ...]
    words: str


_PARTS = {
    Role.MEASUREMENTS: _Part(Kind.DATASET, ("dataset", FORMAT), (), "measurements"),
    Role.SBML: _Part(Kind.CODE, (FORMAT,), ("sbml",), "SBML model"),
    Role.CONDITIONS: _Part(Kind.OTHER, (FORMAT,), ("conditions",), "experimental conditions"),
    Role.OBSERVABLES: _Part(Kind.OTHER, (FORMAT,), ("observables",), "observables"),
    Role.PARAMETERS: _Part(Kind.OTHER, (FORMAT,), ("parameters",), "parameter table"),
}
"""What each part of a problem is in the catalogue: the model file is code that can be run, a table is a file."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A state with its problem file read, the versions of its parts, and what the collection says of it."""

    state: State
    problem: Problem
    file: str
    used: dict[Role, VersionInput]
    license: str
    code: dict[str, str]

    def missing(self) -> list[str]:
        """Files that the problem names and the state does not have."""
        return [name for name in self.problem.names() if name not in self.state.files]

    def defining(self) -> dict[str, StoredFile]:
        """The files that define the problem at this state: its problem file and what that names."""
        names = dict.fromkeys([self.file, *self.problem.names()])
        return {name: self.state.files[name] for name in names if name in self.state.files}


def slugged(problem: str) -> str:
    """The problem's name as ids of the catalogue write it."""
    return problem.casefold()


def inputs(state: State, problem: Problem) -> dict[Role, VersionInput]:
    """A version for each part whose files are all in the state. A part whose files are missing stays unsaid."""
    found = {}
    for role, names in problem.files.items():
        if names and all(name in state.files for name in names):
            found[role] = _input(state, role, {name: state.files[name] for name in names})
    return found


def _input(state: State, role: Role, files: dict[str, StoredFile]) -> VersionInput:
    part = _PARTS[role]
    artifact = artifact_id(*part.prefix, slugged(state.problem), *part.suffix)
    digest = combined_digest(files)
    return VersionInput(
        kind=part.kind,
        artifact=artifact,
        version_id=f"{artifact}-{digest.rpartition(':')[2][:8]}",
        title=f"{state.problem}: {part.words}",
        description=f"The {part.words} of the PEtab problem {state.problem}.",
        metadata={"format": "SBML" if role is Role.SBML else "PEtab", "files": list(files)},
        checksums=checksums(files),
        created_at=state.date,
        source=Source(format=FORMAT, record=f"{state.problem}/{role.value}", revision=digest),
    )


def combined_digest(files: dict[str, StoredFile]) -> str:
    """What identifies the bytes of a part: the blob of its one file, else a digest over all blobs in their order."""
    blobs = [stored.blob for stored in files.values()]
    if len(blobs) == 1:
        return f"git-blob-sha1:{blobs[0]}"
    return f"sha256:{hashlib.sha256(' '.join(blobs).encode()).hexdigest()}"


def checksums(files: dict[str, StoredFile]) -> dict[str, str]:
    """Digests of a part: by algorithm where it is one file, by name of the file where it is several."""
    if len(files) != 1:
        return {name: f"git-blob-sha1:{stored.blob}" for name, stored in files.items()}
    stored = next(iter(files.values()))
    known = {"git-blob-sha1": stored.blob}
    return known if stored.content is None else known | {"sha256": hashlib.sha256(stored.content).hexdigest()}


def revision(state: State) -> str:
    """The commit, or where there is none a digest over the names and bytes of the state's files."""
    if state.commit:
        return state.commit
    listing = "\n".join(f"{name} {stored.blob}" for name, stored in sorted(state.files.items()))
    return f"sha256:{hashlib.sha256(listing.encode()).hexdigest()}"


def analysis(reading: Reading) -> VersionInput:
    """The estimation that the problem file states, with its inputs pinned."""
    state, problem, file = reading.state, reading.problem, reading.file
    artifact = artifact_id("analysis", FORMAT, slugged(state.problem))
    return VersionInput(
        kind=Kind.ANALYSIS,
        artifact=artifact,
        version_id=f"{artifact}-{revision(state).rpartition(':')[2][:8]}",
        title=f"{state.problem}: parameter estimation problem",
        description=f"The parameter estimation that the PEtab problem file {file} states.",
        version_label=state.commit[:8],
        changelog=changelog(state),
        license=reading.license,
        metadata={
            "format": "PEtab",
            "format_version": problem.format_version,
            "problem_file": file,
            "files": {role.value: list(names) for role, names in problem.files.items() if names},
            **({"code": reading.code} if reading.code else {}),
        },
        checksums={"git-blob-sha1": state.files[file].blob},
        created_at=state.date,
        source=Source(format=FORMAT, record=f"{state.problem}/problem", revision=revision(state)),
        links=tuple(_use(problem, role, version) for role, version in reading.used.items()),
    )


def _use(problem: Problem, role: Role, version: VersionInput) -> LinkInput:
    return LinkInput(relation=Relation.USED, ref=version.version_id or "", stated_as="; ".join(problem.files[role]))


def model_links(reading: Reading, producer: VersionInput) -> Iterator[LinkInput]:
    """Links of the model to the measurements it was fitted to and to its estimation."""
    data = reading.used.get(Role.MEASUREMENTS)
    if data is not None:
        words = "; ".join(reading.problem.files[Role.MEASUREMENTS])
        yield LinkInput(relation=Relation.TRAINED_ON, ref=data.version_id or "", stated_as=words)
    yield LinkInput(relation=Relation.PRODUCED_BY, ref=producer.version_id or "", stated_as=reading.file)


def changelog(state: State) -> str:
    """The commit's subject, and the files that it changed."""
    return "\n".join(filter(None, [state.subject, f"Changed: {', '.join(state.changed)}" if state.changed else ""]))
