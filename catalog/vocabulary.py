"""The words of the catalogue, each defined once. Imports nothing of ours.

The contract's section 1 is the source of every word here; the W3C PROV terms follow PROV-O (2013).
"""

from __future__ import annotations

from django.db.models import TextChoices

QUALITY_CAP = 0.3
"""The highest quality score, on 0 to 1, of a model with a failing provenance rule."""

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader represents exactly (RFC 8259, section 6)."""


class Kind(TextChoices):
    """What an artifact is. An artifact's kind never changes."""

    MODEL = "model"
    DATASET = "dataset"
    ANALYSIS = "analysis"
    HYPOTHESIS = "hypothesis"
    CODE = "code"
    DOCUMENT = "document"
    OTHER = "other"


class Family(TextChoices):
    """The three families of models, which decide what metadata a model is asked for."""

    BIOPHYSICAL = "biophysical"
    DEEP_LEARNING = "deep_learning"
    STATISTICAL = "statistical"


class FamilyBasis(TextChoices):
    """Who says that a model is of its family."""

    SOURCE = "source"
    INFERRED = "inferred"
    CURATOR = "curator"


class State(TextChoices):
    """State of a version. A retracted version stays readable."""

    ACTIVE = "active"
    DEPRECATED = "deprecated"
    RETRACTED = "retracted"


class Relation(TextChoices):
    """Typed, directed relation from a version to an artifact."""

    TRAINED_ON = "trained_on"
    PRODUCED_BY = "produced_by"
    USED = "used"
    TESTS = "tests"
    FINE_TUNED_FROM = "fine_tuned_from"
    COMBINES = "combines"
    DERIVES_FROM = "derives_from"
    REVISES = "revises"
    CITES = "cites"


class Outcome(TextChoices):
    """What a test says of its hypothesis."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    INCONCLUSIVE = "inconclusive"


class Direction(TextChoices):
    """In which direction a metric gets better."""

    HIGHER = "higher"
    LOWER = "lower"
    TARGET = "target"


class ReportedBy(TextChoices):
    """Who reported an evaluation."""

    AUTHOR = "author"
    EVALUATOR = "evaluator"
    CATALOGUE = "catalogue"


class Identification(TextChoices):
    """By what a version says which bytes it is."""

    CHECKSUM = "checksum"
    COMMIT = "commit"
    DOI = "doi"
    SNAPSHOT = "snapshot"
    RECORD = "record"


class QualityBasis(TextChoices):
    """What a quality score rests on."""

    ASSESSED = "assessed"
    EVIDENCE = "evidence"


class PinStatus(TextChoices):
    """How a link stands to its target as it is now."""

    OK = "ok"
    UNPINNED = "unpinned"
    UNIDENTIFIED = "unidentified"
    MODIFIED = "modified"
    RETRACTED = "retracted"
    SUPERSEDED = "superseded"


class PinCheck(TextChoices):
    """What checking a pin for a repetition of the work finds, the gravest first."""

    MODIFIED = "modified"
    MISSING = "missing"
    RETRACTED = "retracted"
    UNIDENTIFIED = "unidentified"
    OK = "ok"


class Verdict(TextChoices):
    """Whether the values of one row of a comparison can be compared."""

    COMPARABLE = "comparable"
    UNKNOWN = "unknown"
    DIFFERENT_CASES = "different_cases"
    SINGLE = "single"
    DIFFERENT_DATASET_VERSION = "different_dataset_version"
    DIFFERENT_SPLIT = "different_split"
    DIFFERENT_TASK = "different_task"
    DIFFERENT_UNIT = "different_unit"
    DIFFERENT_DATASET = "different_dataset"


class Change(TextChoices):
    """How a field or an evaluation of one version became that of another."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class LinkChange(TextChoices):
    """How a link of one version became that of another."""

    ADDED = "added"
    WITHDRAWN = "withdrawn"
    REPINNED = "repinned"
    CHANGED = "changed"


class Advisory(TextChoices):
    """What is shown beside the warnings and never caps a score, the gravest first."""

    MODIFIED = "modified"
    RETRACTED = "retracted"
    LEAKAGE = "leakage"
    SUPERSEDED = "superseded"
    UNUSED_TRAINING_DATASET = "unused_training_dataset"
    SHARED_PARENT = "shared_parent"
    SAME_CHECKPOINT = "same_checkpoint"


RELATION_SOURCES: dict[Relation, frozenset[Kind]] = {
    Relation.TRAINED_ON: frozenset({Kind.MODEL}),
    Relation.PRODUCED_BY: frozenset(Kind),
    Relation.USED: frozenset({Kind.ANALYSIS}),
    Relation.TESTS: frozenset({Kind.MODEL, Kind.ANALYSIS}),
    Relation.FINE_TUNED_FROM: frozenset({Kind.MODEL}),
    Relation.COMBINES: frozenset({Kind.MODEL}),
    Relation.DERIVES_FROM: frozenset(Kind),
    Relation.CITES: frozenset(Kind),
}
"""Which kinds a stored relation may start from. `revises` is a version's parent, never a stored link."""

RELATION_TARGETS: dict[Relation, frozenset[Kind]] = {
    Relation.TRAINED_ON: frozenset({Kind.DATASET}),
    Relation.PRODUCED_BY: frozenset({Kind.ANALYSIS}),
    Relation.USED: frozenset(Kind),
    Relation.TESTS: frozenset({Kind.HYPOTHESIS}),
    Relation.FINE_TUNED_FROM: frozenset({Kind.MODEL}),
    Relation.COMBINES: frozenset({Kind.MODEL}),
    Relation.DERIVES_FROM: frozenset(Kind),
    Relation.CITES: frozenset({Kind.DOCUMENT, Kind.CODE}),
}
"""Which kinds a stored relation may lead to."""
