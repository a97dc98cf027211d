"""What a catalogue of some size holds, and under which keys: every key is a sum, so that nothing has to be looked up.

Of the models, 20 % were trained on one popular dataset, a quarter each on a dataset of its own, the others on shared
ones. The reference dataset is an input of as many analyses as give it 100,000 dependents, or all there are.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog.vocabulary import Kind

LAYERS, WIDTH = 10, 100
"""The deep lineage: layers of datasets, each derived from two of the layer below. 1,000 nodes."""

MOST_DEPENDENTS = 100_000

SHAPES = 20
"""Model `n` has the family, metadata and evaluations of shape `n % SHAPES`."""


@dataclass(frozen=True, slots=True)
class Block:
    """`count` artifacts of one kind, named `{stem}-{n}` with n from 0, or `stem` alone where it is one.

    Each has `versions` versions. `artifact_before` and `version_before` are the keys before its first.
    """

    stem: str
    kind: Kind
    count: int
    versions: int
    artifact_before: int
    version_before: int

    def artifact(self, n: str | int) -> str:
        """The key of artifact `n`, as an expression."""
        return f"({self.artifact_before} + 1 + {n})"

    def version(self, n: str | int, number: int) -> str:
        """The key of a version of artifact `n`."""
        return f"({self.version_before} + ({n}) * {self.versions} + {number})"

    def name(self, n: str | int = 0) -> str:
        """The id of artifact `n`, as an expression."""
        return f"'{self.stem}'" if self.count == 1 else f"('{self.stem}-' || CAST({n} AS text))"

    def id(self, n: int = 0) -> str:
        """The id itself."""
        return self.stem if self.count == 1 else f"{self.stem}-{n}"


class Layout:
    """The blocks of a catalogue of `size` models."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._artifacts = self._versions = 0
        self.popular = self._block("dataset-popular", Kind.DATASET, 1, 2)
        self.reference = self._block("dataset-reference", Kind.DATASET, 1)
        self.untrained = self._block("dataset-untrained", Kind.DATASET, 1)
        self.lineage = self._block("dataset-lineage", Kind.DATASET, LAYERS * WIDTH)
        self.shared = self._block("dataset-shared", Kind.DATASET, max(2, size // 100))
        self.single = self._block("dataset-single", Kind.DATASET, -(-size // (4 * SHAPES)) * SHAPES)
        self.hypotheses = self._block("hypothesis", Kind.HYPOTHESIS, max(2, size // 100))
        self.analyses = self._block("analysis", Kind.ANALYSIS, max(2, -(-size // 10)))
        self.derivation = self._block("analysis-lineage", Kind.ANALYSIS, 1)
        self.descendant = self._block("model-lineage", Kind.MODEL, 1)
        self.models = self._block("model", Kind.MODEL, size, 2)

    @property
    def reference_every(self) -> int:
        """Of so many analyses one used the reference dataset."""
        return max(1, self.size // MOST_DEPENDENTS)

    def _block(self, stem: str, kind: Kind, count: int, versions: int = 1) -> Block:
        block = Block(stem, kind, count, versions, self._artifacts, self._versions)
        self._artifacts += count
        self._versions += count * versions
        return block
