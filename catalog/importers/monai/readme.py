"""What a bundle's README says that its metadata does not: the licence, and where it was not trained as they say."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.importers.documents import decode
from catalog.importers.files import SourceTree, Unreadable

_WEIGHTS = re.compile(
    r"weights?[^.\n]{0,40} (?:are|is) (?:licensed|released) under (?:the )?(?P<license>[^\s,]+(?: v?\d[\w.]*)?)",
    re.IGNORECASE,
)
_CODE = {
    "Apache-2.0": re.compile(r"under (?:the )?Apache(?: License)?,?(?: Version)? 2\.0", re.IGNORECASE),
    "MIT": re.compile(r"under the MIT License", re.IGNORECASE),
}
_MANY_DATASETS = re.compile(
    r"[^.\n]*\btrained (?:using|on|with) (?:over |more than |about |around )?\d+ (?:\w+ ){0,2}datasets[^.\n]*",
    re.IGNORECASE,
)
_FOR_FINE_TUNING = re.compile(
    r"[^.\n]*\b(?:config|pipeline)s?\b[^.\n]{0,30}\b(?:executes?|supports?) (?:\w+ )?fine-?tuning[^.\n]*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Readme:
    """What the README adds and corrects.

    `other_data` is the sentence by which the model was trained on more than `data_source` names, `fine_tuning` that by
    which the training configuration is for tuning the released model further, and not how it was made.
    """

    license: str = ""
    other_data: str = ""
    fine_tuning: str = ""


def read_readme(tree: SourceTree, folder: str | None) -> Readme:
    """What the README of a bundle's folder says; nothing where it is missing or unreadable."""
    if folder is None or tree.only:
        return Readme()
    try:
        text = decode(tree.read(f"{folder}/docs/README.md".lstrip("/")))
    except Unreadable:
        return Readme()
    return Readme(license_in(text), _sentence(_MANY_DATASETS, text), _sentence(_FOR_FINE_TUNING, text))


def _sentence(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return " ".join(found.group().split()) if found else ""


def license_in(text: str) -> str:
    """The licence of the model: that of the weights where it differs from the code's."""
    code = next((name for name, pattern in _CODE.items() if pattern.search(text)), "")
    weights = _WEIGHTS.search(text)
    if not weights:
        return code
    stated = weights["license"].rstrip(".")
    return f"{stated} (weights), {code} (code)" if code else f"{stated} (weights)"
