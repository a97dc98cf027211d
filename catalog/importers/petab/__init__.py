"""Parameter estimation problems in PEtab, version 1, and collections of them with their history.

PEtab ("Parameter estimation problems in systems biology", Schmiester et al. 2021; "PEtab data format specification",
version 1.0) groups an SBML model, tables of conditions, observables, measurements and parameters under one YAML file.
A problem is one model; its measurements are the dataset it was fitted to; the problem file is the procedure. Each
commit that touched a problem is a version, where the tree tells its history (`catalog.importers.petab.history`).

Metrics are computed here, on the measurements that the parameters were estimated from: they are in-sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from catalog.errors import Fault, InvalidInput
from catalog.importers.documents import Unreadable, parse_yaml
from catalog.importers.files import SourceTree
from catalog.importers.petab.collection import Collection, read_collection
from catalog.importers.petab.history import INDEX, State, StoredFile, blob_sha1, commits, folder_files, read_index
from catalog.importers.petab.metadata import is_simulation
from catalog.importers.petab.model import Register
from catalog.importers.petab.problem import looks_like_problem, parse_problem
from catalog.importers.petab.records import slugged
from catalog.importers.petab.tables import Row
from catalog.importers.records import Record, Reject


def read(path: Path) -> Iterator[Record | Reject]:
    """Records of all problems below a folder, each problem's oldest state first."""
    tree = SourceTree(path)
    if not tree.is_folder:
        raise InvalidInput([Fault("/path", "A PEtab problem is a folder of files that name one another.")])
    found = list(_problem_files(tree))
    if not found:
        raise InvalidInput([Fault("/path", "No PEtab problem file below this folder.")])
    collection = read_collection(tree)
    index, taken = _index(tree), set[str]()
    for file in found:
        if isinstance(file, Reject):
            yield file
            continue
        problem = _problem_name(tree, file, found)
        if slugged(problem) in taken:
            yield Reject(file=file, name=problem, reason="another problem has this name, but for its case")
            continue
        taken.add(slugged(problem))
        yield from _records(tree, collection, problem, file, index)


def _index(tree: SourceTree) -> dict[str, list[Row]]:
    try:
        return read_index(tree)
    except Unreadable as error:
        raise InvalidInput([Fault("/path", f"The history of the collection cannot be read: {error}")]) from error


def _problem_files(tree: SourceTree) -> Iterator[str | Reject]:
    """Problem files outside the history. YAML files that mean to be something else are passed over."""
    for name in tree.files("*.yaml", "*.yml"):
        if name.startswith("history/"):
            continue
        try:
            if looks_like_problem(parse_yaml(tree.read(name))):
                yield name
        except Unreadable as error:
            yield Reject(file=name, name=PurePosixPath(name).stem, reason=str(error))


def _problem_name(tree: SourceTree, file: str, found: list[str | Reject]) -> str:
    """The folder's name, as collections name their problems; with the file's where a folder holds several."""
    pure = PurePosixPath(file)
    several = sum(isinstance(other, str) and PurePosixPath(other).parent == pure.parent for other in found) > 1
    folder = pure.parent.name or tree.root.name
    return f"{folder}-{pure.stem}" if several else folder


def _records(
    tree: SourceTree, collection: Collection, problem: str, file: str, index: dict[str, list[Row]]
) -> Iterator[Record | Reject]:
    register = Register(collection)
    folder = PurePosixPath(file).parent.as_posix()
    folder = "" if folder == "." else folder
    try:
        told = problem in index
        states = commits(tree, problem, folder, index[problem]) if told else [_as_found(tree, problem, file, folder)]
        for state in states:
            try:
                yield register.record(state)
            except Unreadable as error:
                yield Reject(file=state.file, name=state.name, reason=str(error))
    except Unreadable as error:
        yield Reject(file=INDEX if problem in index else file, name=problem, reason=str(error))


def _as_found(tree: SourceTree, problem: str, file: str, folder: str) -> State:
    """The one state of a problem without a history: its problem file, the files this names, and a simulation."""
    content = tree.read(file)
    files = {PurePosixPath(file).name: StoredFile(blob_sha1(content), content)}
    for name in parse_problem(content).names():
        inside = (PurePosixPath(folder) / name).as_posix()
        if tree.has(inside):
            named = tree.read(inside)
            files[name] = StoredFile(blob_sha1(named), named)
    simulated = {name: stored for name, stored in folder_files(tree, folder).items() if is_simulation(name)}
    return State(problem, folder, file, simulated | files, problem_file=PurePosixPath(file).name)
