"""The problem file of PEtab v1: which files play which part in a parameter estimation problem.

After "PEtab data format specification", version 1.0, section "YAML file for grouping files".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from catalog.importers.documents import Unreadable, parse_yaml


class Role(Enum):
    """A part that files of a problem play, by its key in the problem file."""

    MEASUREMENTS = "measurement_files"
    SBML = "sbml_files"
    CONDITIONS = "condition_files"
    OBSERVABLES = "observable_files"
    PARAMETERS = "parameter_file"


@dataclass(frozen=True, slots=True)
class Problem:
    """What a problem file says."""

    format_version: str
    files: dict[Role, tuple[str, ...]]

    def names(self) -> list[str]:
        """Every file that the problem names, each once, in the order of the roles."""
        return list(dict.fromkeys(name for names in self.files.values() for name in names))


def looks_like_problem(value: Any) -> bool:
    """Whether a YAML value means to be a problem file: a folder holds other YAML files too."""
    return isinstance(value, dict) and "format_version" in value and ("problems" in value or "parameter_file" in value)


def parse_problem(content: bytes) -> Problem:
    """Reads a problem file. Raises `Unreadable` where it is none of version 1."""
    value = parse_yaml(content)
    if not looks_like_problem(value):
        raise Unreadable("not a PEtab problem: no format_version and problems")
    version = str(value["format_version"])
    if version.partition(".")[0] != "1":
        raise Unreadable(f"PEtab version {version} is not read, only version 1")
    parts = value.get("problems")
    if not isinstance(parts, list) or not parts or not all(isinstance(part, dict) for part in parts):
        raise Unreadable("problems is not a list of mappings")
    files = {role: _names(role, [part.get(role.value) for part in parts]) for role in Role}
    files[Role.PARAMETERS] = _names(Role.PARAMETERS, [value.get(Role.PARAMETERS.value)])
    return Problem(version, files)


def _names(role: Role, stated: list[Any]) -> tuple[str, ...]:
    """Names of files. The format's later revisions allow a list where the first had one name."""
    names: dict[str, None] = {}
    for item in stated:
        for name in item if isinstance(item, list) else [item]:
            if name is not None and not isinstance(name, str):
                raise Unreadable(f"{role.value} does not name files")
            if name:
                names[name] = None
    return tuple(names)
