"""The family that a record states goes before what its software tells, and that before whoever imports."""

from __future__ import annotations

import pytest

from catalog.importers.families import decide
from catalog.vocabulary import Family, FamilyBasis


@pytest.mark.parametrize(
    ("stated", "libraries", "otherwise", "expected"),
    [
        (["statistical"], ["torch"], "biophysical", (Family.STATISTICAL, FamilyBasis.SOURCE)),
        ([None, "Deep-Learning"], [], None, (Family.DEEP_LEARNING, FamilyBasis.SOURCE)),
        (["vision"], ["", "Sentence_Transformers"], None, (Family.DEEP_LEARNING, FamilyBasis.INFERRED)),
        ([], ["python_function", "sklearn"], "biophysical", (Family.STATISTICAL, FamilyBasis.INFERRED)),
        ([], ["python_function"], "biophysical", (Family.BIOPHYSICAL, FamilyBasis.CURATOR)),
        ([5], [], None, None),
    ],
)
def test_who_says_it(
    stated: list[object], libraries: list[str], otherwise: str | None, expected: tuple[Family, FamilyBasis] | None
) -> None:
    assert decide(stated, libraries, otherwise) == expected
