"""The words of the catalogue. A newer catalogue may know more of them."""

from typing import Literal

Family = Literal["biophysical", "deep_learning", "statistical"]
FamilyBasis = Literal["source", "inferred", "curator"]
Kind = Literal["model", "dataset", "analysis", "hypothesis", "code", "document", "other"]
Relation = Literal[
    "trained_on", "produced_by", "used", "tests", "fine_tuned_from", "combines", "derives_from", "revises", "cites"
]
State = Literal["active", "deprecated", "retracted"]
Identification = Literal["checksum", "commit", "doi", "snapshot", "record"]
PinStatus = Literal["ok", "unpinned", "unidentified", "modified", "retracted", "superseded"]
Outcome = Literal["supports", "contradicts", "inconclusive"]
QualityBasis = Literal["assessed", "evidence"]
ReportedBy = Literal["author", "evaluator", "catalogue"]
Direction = Literal["higher", "lower", "target"]
Verdict = Literal[
    "comparable",
    "unknown",
    "different_cases",
    "single",
    "different_dataset_version",
    "different_split",
    "different_task",
    "different_unit",
    "different_dataset",
]
Advisory = Literal["modified", "retracted", "superseded", "unused_training_dataset", "same_checkpoint"]
