"""The words of the linked data, each with the vocabulary it is from. Pure.

FAIR4ML is that of the Research Data Alliance, version 0.1.0 (https://w3id.org/fair4ml/0.1.0); what neither it nor
schema.org has a word for is called as in this catalogue's own schema.
"""

from __future__ import annotations

from typing import Any

PREFIXES = {
    "schema": "http://schema.org/",
    "fair4ml": "https://w3id.org/fair4ml#",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

SCHEMA_ORG = (
    *("author", "citation", "codeRepository", "contentUrl", "dateCreated", "datePublished", "description"),
    *("distribution", "identifier", "isBasedOn", "license", "maxValue", "minValue"),
    *("name", "releaseNotes", "softwareRequirements", "unitText", "url", "value", "version"),
    *("CreativeWork", "DataDownload", "Dataset", "PropertyValue"),
)
FAIR4ML = (
    *("evaluatedMLModel", "evaluatedOn", "evaluationDataset", "evaluationResults"),
    *("fineTunedFrom", "hasCO2eEmissions", "hasEvaluation", "intendedUse", "mlTask", "modelCategory"),
    *("modelRisksBiasLimitations", "testedOn", "trainedOn", "usageInstructions", "validatedOn"),
    *("MLModel", "MLModelEvaluation"),
)
PROV = ("wasGeneratedBy", "wasRevisionOf", "Activity", "Entity")
OWN = (
    *("content_digest", "model_family", "quality_score", "quality_basis", "provenance_completeness"),
    *("provenance_warning", "state", "tests_hypothesis", "outcome", "task", "subset", "dataset_version", "split"),
    *("n", "std_error", "period", "reported_by"),
)


def context(home: str) -> dict[str, Any]:
    """The context of a document of the catalogue at `home`."""
    prefixes = {**PREFIXES, "scidex": own_namespace(home)}
    words = {"schema": SCHEMA_ORG, "fair4ml": FAIR4ML, "prov": PROV, "scidex": OWN}
    terms: dict[str, Any] = {word: f"{prefix}:{word}" for prefix, found in words.items() for word in found}
    dates = {name: {"@id": terms[name], "@type": "xsd:dateTime"} for name in ("dateCreated", "datePublished")}
    return prefixes | terms | dates


def own_namespace(home: str) -> str:
    """Where the words of the catalogue itself are described: the schema of its API."""
    return f"{home}/api/schema#"
