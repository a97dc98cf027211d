"""Exports made of plain values, for the tests of the formats."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from catalog.comparison.compare import compare
from catalog.comparison.records import ComparedModel, ProvenanceGraph
from catalog.exports.records import Ancestry, Export, SourceEdge, SourceNode

HOME = "https://models.example.org"
AT = datetime(2026, 4, 5, 12, tzinfo=UTC)

NASTY = (
    "'; DROP TABLE models; --\r\n---\n=cmd()|'/c calc'!A0",
    "a | b\n# c\n```\n<script>alert(1)</script> ${x} &amp; \\ {unbalanced",
    '"quoted", and , comma\tand tab \x01\x1b[31m \x85\u2028\u2029 }\\%',
    "key: [value] # no comment\n- item\n... \ufeff\u202e\ud7ff \U0001f9ec",
    "endDocument %% xsd:int \"\"\" ''' <a:b> _:b0 @context @id",
    "+1", "-1", "@x", "'", "\\", "{", "}", "]]>", "~~", "null", "1e5", "2026-01-01", "0x1F", "!!python/object:x",
)  # fmt: skip
TEXT = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60),
)
"""What may be in a text of a record: anything that is a character, but NUL."""


def evaluation(**stated: Any) -> dict[str, Any]:
    names = ("unit", "direction", "target", "task", "subset", "dataset", "dataset_version", "split", "n", "ci_low")
    names += ("ci_high", "std_error", "period", "evaluated_by")
    said = {"number": 1, "metric": "rmse", "value": 0.5, "reported_by": "author", "primary": False}
    return dict.fromkeys(names) | said | stated


def link(relation: str, kind: str, **stated: Any) -> dict[str, Any]:
    said = {
        "relation": relation,
        "artifact": "data",
        "kind": kind,
        "title": "Data",
        "outcome": None,
        "version_id": None,
        "version_number": None,
        "digest": None,
        "status": "ok",
    }
    return said | stated


def detail(id: str = "model-a-v1", **stated: Any) -> dict[str, Any]:  # noqa: A002
    """A model as the catalogue details it, as far as the formats read it."""
    said: dict[str, Any] = {
        "id": id,
        "model": id.rpartition("-v")[0],
        "title": "Model A",
        "model_family": "statistical",
        "version_number": 1,
        "version_label": None,
        "state": "active",
        "description": None,
        "changelog": None,
        "license": None,
        "content_digest": "sha256:00",
        "parameter_count": None,
        "created_at": AT,
        "registered_at": AT,
        "warnings": [],
        "quality_score": 0.3,
        "quality_basis": "evidence",
        "quality_uncapped": 0.5,
        "provenance_completeness": 0.5,
        "provenance_warning": True,
        "quality": {"assessed": None, "by": None, "reason": None, "at": None},
        "provenance": {"cap": 0.3, "rules": [], "advisories": []},
        "metadata": {},
        "evaluations": [],
        "links": [],
        "datasets": [],
    }
    return said | stated


def export(*models: dict[str, Any], ancestry: Ancestry | None = None, **titles: str) -> Export:
    """What is exported of these models; their ancestry is they alone, if none is given."""
    nodes = tuple(node(model["id"], "model", title=model["title"]) for model in models)
    return Export(
        models=models,
        ancestry=ancestry or Ancestry(nodes=nodes, edges=()),
        home=HOME,
        titles=titles,
        comparison=compare([_compared(model) for model in models]) if len(models) > 1 else None,
    )


def _compared(model: dict[str, Any]) -> ComparedModel:
    """The model as a comparison takes it, with its record alone."""
    return ComparedModel(
        **{name: model[name] for name in ("id", "title", "version_number", "state", "metadata", "parameter_count")},
        artifact=model["model"],
        family=model["model_family"],
        is_latest=True,
        latest_id=model["id"],
        license=model["license"],
        completeness=model["provenance_completeness"],
        warnings=(),
        training=(),
        evaluations=(),
        graph=ProvenanceGraph(root=model["id"]),
    )


def node(id: str, kind: str, **stated: Any) -> SourceNode:  # noqa: A002
    return SourceNode(**{"id": id, "artifact": id, "kind": kind, "title": id, "state": "active"} | stated)


def edge(source: str, relation: str, target: str, **stated: Any) -> SourceEdge:
    return SourceEdge(**{"source": source, "target": target, "relation": relation, "pinned": True} | stated)


def full(text: str) -> dict[str, Any]:
    """A model with `text` wherever a record may hold a free one."""
    return detail(
        title=text,
        version_label=text,
        description=text,
        changelog=text,
        license=text,
        quality={"assessed": 0.5, "by": text, "reason": text, "at": AT},
        metadata={
            "authors": [text, {"name": text}],
            "references": [text, {"title": text, "doi": f"10.5555/{'x' * 3}"}],
            "architecture": text,
            "intended_use": text,
            "environment": {text: text},
            "code": {"repository": text},
        },
        evaluations=[
            evaluation(metric=text, unit=text, task=text, subset=text, dataset="data", split=text, evaluated_by=text),
            evaluation(number=2, value=-1.5e-9, n=7, ci_low=-2.0, ci_high=0.0, period=text),
        ],
        links=[link("trained_on", "dataset", title=text), link("tests", "hypothesis", artifact="h", title=text)],
        datasets=["data"],
        provenance={
            "cap": 0.3,
            "rules": [{"label": "R", "applies": True, "holds": False, "message": "None.", "remedy": "Add."}],
            "advisories": [{"code": "superseded", "artifact": "data", "message": text}],
        },
    )
