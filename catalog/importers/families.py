"""To which family a model belongs, as far as the software that it is made with tells."""

from __future__ import annotations

import re
from collections.abc import Iterable

from catalog.vocabulary import Family, FamilyBasis

_LIBRARIES: dict[Family, str] = {
    Family.DEEP_LEARNING: (
        "adapter-transformers adapters allennlp asteroid audiocraft bertopic chronos coreml ctranslate2 diffusers "
        "espnet fairseq fastai flair flax gguf gliner gluon haiku jax keras keras-hub keras-nlp llama-cpp mindspore "
        "ml-agents mlx mmpretrain monai mxnet nemo onnx open-clip openvino optimum paddle paddlenlp paddleocr peft "
        "pyannote-audio pytorch pytorch-lightning pythae sample-factory segmentation-models-pytorch "
        "sentence-transformers sentencetransformers setfit spacy span-marker speechbrain stable-baselines3 stanza "
        "tensorflow tensorflowtts tf-keras timm torch torchvision transformers transformers-js trl ultralytics unsloth "
        "yolov5 yolov8"
    ),
    Family.STATISTICAL: (
        "brms catboost cmdstanpy diviner glmnet h2o johnsnowlabs lifelines lightgbm lme4 mleap pmdarima prophet pymc "
        "pystan r-forecast scikit-learn scikit-survival skforecast sklearn skops spark sparkml stan statsforecast "
        "statsmodels tpot xgboost"
    ),
    Family.BIOPHYSICAL: (
        "amici basico brian2 cobrapy copasi libroadrunner nest neuron petab pybiomodels pysces pysb sbml tellurium"
    ),
}
_BY_LIBRARY = {name: family for family, names in _LIBRARIES.items() for name in names.split()}

REMEDY = "state model_family in the record, or say --family for the records that do not"


def stated_family(value: object) -> Family | None:
    """The family that a record's own word names: `deep learning`, `Statistical`; None for any other."""
    word = re.sub(r"[^a-z]+", "_", value.casefold()).strip("_") if isinstance(value, str) else ""
    return Family(word) if word in Family.values else None


def inferred_family(libraries: Iterable[str]) -> Family | None:
    """The family of the first library that is known, by its name as registries spell it."""
    names = (re.sub(r"[._\s]+", "-", library.strip().casefold()) for library in libraries)
    return next((_BY_LIBRARY[name] for name in names if name in _BY_LIBRARY), None)


def decide(
    stated: Iterable[object], libraries: Iterable[str], otherwise: str | None
) -> tuple[Family, FamilyBasis] | None:
    """The family with who says so: the record, else what its software tells, else whoever runs the import."""
    for value in stated:
        if family := stated_family(value):
            return family, FamilyBasis.SOURCE
    if inferred := inferred_family(libraries):
        return inferred, FamilyBasis.INFERRED
    return (Family(otherwise), FamilyBasis.CURATOR) if otherwise else None
