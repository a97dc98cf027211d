"""What a collection of PEtab problems says of all of them: its licence, its repository, the papers of each problem."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.importers.documents import Unreadable
from catalog.importers.files import SourceTree
from catalog.importers.petab.sbml import publication

LICENSE_NOTE = "Licence of the collection; different terms may apply to models and datasets (original publications)."

_TITLES = {"BSD 3-Clause License": "BSD-3-Clause", "MIT License": "MIT", "Apache License": "Apache-2.0"}
"""First lines of licence texts whose SPDX identifier is certain."""

_RAW = re.compile(r"https://raw\.githubusercontent\.com/([\w.-]+)/([\w.-]+)/[\w.-]+/")
_LINK = re.compile(r"\]\((https?://identifiers\.org/[^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Collection:
    """The collection's own words, blank where it says nothing."""

    license: str
    license_note: str
    readme: str

    def references(self, problem: str) -> list[str]:
        """Publications in the problem's line of the overview table."""
        return list(dict.fromkeys(publication(link) for link in _LINK.findall(self._line(problem))))

    def repository(self, problem: str) -> str:
        """Address of the repository that the problem's line leads to, if any."""
        match = _RAW.search(self._line(problem))
        return f"https://github.com/{match.group(1)}/{match.group(2)}" if match else ""

    def _line(self, problem: str) -> str:
        lines = (line for line in self.readme.splitlines() if line.startswith(f"| [{problem}]("))
        return next(lines, "")


def read_collection(tree: SourceTree) -> Collection:
    """The collection around the problems, from its LICENSE and README."""
    terms = _TITLES.get(_text(tree, "LICENSE").partition("\n")[0].strip(), "")
    readme = _text(tree, "README.md")
    caveat = "Different terms may apply to models and datasets" in readme
    return Collection(terms, LICENSE_NOTE if terms and caveat else "", readme)


def _text(tree: SourceTree, name: str) -> str:
    try:
        return tree.read(name).decode("utf-8", "replace")
    except Unreadable:
        return ""
