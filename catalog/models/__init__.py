"""The catalogue's tables. Invariants are named database constraints; the rules' columns belong to the audit."""

from catalog.models import history
from catalog.models.artifact import Artifact, Identifier
from catalog.models.evaluation import Evaluation, MetricDefinition
from catalog.models.frozen import FrozenComparison
from catalog.models.kinds import AnalysisVersion, DatasetVersion, HypothesisVersion, ModelVersion, OtherVersion
from catalog.models.link import Link
from catalog.models.posting import Posting
from catalog.models.sound_span import SoundSpan
from catalog.models.standing import Standing
from catalog.models.version import ArtifactVersion

__all__ = [
    "AnalysisVersion",
    "Artifact",
    "ArtifactVersion",
    "DatasetVersion",
    "Evaluation",
    "FrozenComparison",
    "HypothesisVersion",
    "Identifier",
    "Link",
    "MetricDefinition",
    "ModelVersion",
    "OtherVersion",
    "Posting",
    "SoundSpan",
    "Standing",
]

history.follow(AnalysisVersion, DatasetVersion, HypothesisVersion, ModelVersion, OtherVersion)
