"""What a submission must be before anything is written. Pure: every fault is named by its JSON pointer, all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeGuard

from catalog.errors import Fault, InvalidInput
from catalog.family_metadata import metadata_faults
from catalog.identity import id_problem, tag_problem
from catalog.json_values import faults_in, number_problem, pointer_to, text_problem
from catalog.registration.submission import Assessment, EvaluationInput, LinkInput, VersionInput
from catalog.vocabulary import MAX_INTEGER, RELATION_SOURCES, Family, FamilyBasis, Kind, Outcome, Relation, ReportedBy

TEXT_LIMITS = {"title": 500, "version_label": 200, "license": 200, "description": 100_000, "changelog": 100_000}
SOURCE_LIMITS = {"format": 50, "record": 400, "revision": 200}  # together within an index row of PostgreSQL
EVALUATION_LIMITS = {
    "metric": 200,
    "unit": 100,
    "task": 200,
    "subset": 200,
    "split": 100,
    "period": 100,
    "evaluated_by": 200,
}
STATED_AS_LIMIT = 2_000
REASON_LIMIT = 10_000


def validate(data: VersionInput) -> None:
    """Raise `InvalidInput` naming every fault of a submission; return where there is none."""
    faults = [*_version_faults(data), *_model_faults(data)]
    for index, link in enumerate(data.links):
        faults += link_faults(data.kind, link, link.pointer or f"/links/{index}")
    faults += _producer_faults(data)
    for index, evaluation in enumerate(data.evaluations):
        faults += evaluation_faults(evaluation, evaluation.pointer or f"/evaluations/{index}")
    faults += _primary_faults(data)
    if faults:
        raise InvalidInput(faults)


def _version_faults(data: VersionInput) -> Iterator[Fault]:
    yield from _maybe("/artifact", id_problem(data.artifact), "id")
    if data.version_id is not None:
        yield from _maybe("/id", id_problem(data.version_id), "id")
        if data.version_id == data.artifact:
            yield Fault("/id", "A version cannot carry the id of its artifact.", "id")
    for index, alias in enumerate(data.aliases):
        yield from _maybe(f"/aliases/{index}", id_problem(alias), "id")
    if data.version_tag is not None:
        yield from _maybe("/version_tag", tag_problem(data.version_tag), "tag")
    for field, limit in TEXT_LIMITS.items():
        yield from _maybe(f"/{field}", text_problem(getattr(data, field), limit), "text")
    if not data.title.strip():
        yield Fault("/title", "A title is required.", "required")
    if data.created_at is not None and data.created_at.tzinfo is None:
        yield Fault("/created_at", "Give the time with its timezone, such as 2026-04-05T12:00:00Z.", "timezone")
    yield from _source_faults(data)
    yield from _checksum_faults(data)
    found = list(faults_in(data.metadata, "/metadata"))
    yield from found or metadata_faults(data.family if data.family in Family.values else None, data.metadata)


def _source_faults(data: VersionInput) -> Iterator[Fault]:
    for field, limit in SOURCE_LIMITS.items() if data.source else ():
        text = getattr(data.source, field)
        yield from _maybe(f"/source/{field}", text_problem(text, limit), "text")
        if not text.strip():
            yield Fault(f"/source/{field}", "A source needs its format, record and revision.", "required")


def _checksum_faults(data: VersionInput) -> Iterator[Fault]:
    for name, value in data.checksums.items():
        pointer = pointer_to("/checksums", name)
        if not _is_text(value):
            yield Fault(pointer, "A checksum is a text, keyed by its algorithm or its file.", "type")
        else:
            yield from _maybe(pointer, text_problem(name, 500) or text_problem(value, 500), "text")


def _model_faults(data: VersionInput) -> Iterator[Fault]:
    if data.kind == Kind.MODEL:
        if data.family not in Family.values:
            yield Fault("/model_family", f"Say one of {', '.join(Family.values)}.", "required")
        if data.family_basis is not None and data.family_basis not in FamilyBasis.values:
            yield Fault("/family_basis", f"Say one of {', '.join(FamilyBasis.values)}.", "choice")
        yield from _count_faults(data)
        if data.quality is not None:
            yield from assessment_faults(data.quality, "/quality")
        return
    for field in ("family", "parameter_count", "quality", "evaluations", "declares_hypothesis"):
        if getattr(data, field):
            yield Fault(f"/{field}", f"Only a model has this; a {data.kind} has not.", "not_a_model")


def _count_faults(data: VersionInput) -> Iterator[Fault]:
    count, inside = data.parameter_count, data.metadata.get("parameter_count")
    if count is not None and not _is_count(count):
        yield Fault("/parameter_count", "A parameter count is a whole number from 0 to 2^53−1.", "number")
    elif count is not None and inside is not None and count != inside:
        yield Fault("/parameter_count", f"The metadata says {inside!r}; say the same, or say it once.", "contradiction")


def assessment_faults(quality: Assessment, pointer: str) -> Iterator[Fault]:
    """Yield the faults of an assessment."""
    if not _is_number(quality.value) or not 0 <= quality.value <= 1:
        yield Fault(f"{pointer}/value", "A quality is a number from 0 to 1.", "range")
    yield from _maybe(f"{pointer}/by", text_problem(quality.by, 200), "text")
    if not quality.by.strip():
        yield Fault(f"{pointer}/by", "Say who assessed it.", "required")
    yield from _maybe(f"{pointer}/reason", text_problem(quality.reason, REASON_LIMIT), "text")


def link_faults(kind: str, link: LinkInput, pointer: str) -> Iterator[Fault]:
    """Yield what is wrong with a link from a version of `kind`, before its target is known."""
    if link.relation not in RELATION_SOURCES:
        yield Fault(f"{pointer}/relation", f"Say one of {', '.join(RELATION_SOURCES)}.", "choice")
    elif kind not in RELATION_SOURCES[Relation(link.relation)]:
        starts = ", ".join(sorted(RELATION_SOURCES[Relation(link.relation)]))
        yield Fault(pointer, f"{link.relation} starts from: {starts}; this is: {kind}.", "relation")
    if link.outcome is not None and link.relation != Relation.TESTS:
        yield Fault(f"{pointer}/outcome", "Only a tests link has an outcome.", "relation")
    elif link.outcome is not None and link.outcome not in Outcome.values:
        yield Fault(f"{pointer}/outcome", f"Say one of {', '.join(Outcome.values)}, or null.", "choice")
    yield from _maybe(f"{pointer}/stated_as", text_problem(link.stated_as, STATED_AS_LIMIT), "text")


def _producer_faults(data: VersionInput) -> Iterator[Fault]:
    producers = [link for link in data.links if link.relation == Relation.PRODUCED_BY]
    for link in producers[1:]:
        yield Fault(link.pointer or "/produced_by", "A version has at most one producing analysis.", "relation")
    seen: set[tuple[str, str]] = set()
    for index, link in enumerate(data.links):
        if (link.relation, link.ref) in seen and link.relation != Relation.PRODUCED_BY:
            detail = f"The {link.relation} link to '{link.ref}' is given before; give it once."
            yield Fault(link.pointer or f"/links/{index}", detail, "repeated")
        seen.add((link.relation, link.ref))


def evaluation_faults(evaluation: EvaluationInput, pointer: str) -> Iterator[Fault]:
    """Yield what is wrong with an evaluation, before its dataset is known."""
    for field, limit in EVALUATION_LIMITS.items():
        yield from _maybe(f"{pointer}/{field}", text_problem(getattr(evaluation, field), limit), "text")
    if not evaluation.metric.strip():
        yield Fault(f"{pointer}/metric", "Name the metric.", "required")
    for field in ("value", "ci_low", "ci_high", "std_error"):
        number = getattr(evaluation, field)
        if number is not None or field == "value":
            problem = number_problem(number) if _is_number(number) else "Expected a number."
            yield from _maybe(f"{pointer}/{field}", problem, "number")
    yield from _interval_faults(evaluation, pointer)
    for field in ("n", "dataset_version"):
        count = getattr(evaluation, field)
        if count is not None and not _is_count(count):
            yield Fault(f"{pointer}/{field}", "Expected a whole number from 0 to 2^53−1.", "number")
    yield from _dataset_faults(evaluation, pointer)
    if evaluation.reported_by not in ReportedBy.values:
        yield Fault(f"{pointer}/reported_by", f"Say one of {', '.join(ReportedBy.values)}.", "choice")


def _dataset_faults(evaluation: EvaluationInput, pointer: str) -> Iterator[Fault]:
    if evaluation.dataset_version is None:
        return
    if evaluation.dataset is None:
        yield Fault(f"{pointer}/dataset", "A dataset_version needs its dataset.", "required")
    elif "@" in evaluation.dataset:
        yield Fault(f"{pointer}/dataset_version", "The dataset names its version already; say it once.", "repeated")


def _interval_faults(evaluation: EvaluationInput, pointer: str) -> Iterator[Fault]:
    low, high, error = evaluation.ci_low, evaluation.ci_high, evaluation.std_error
    if _is_number(low) and _is_number(high) and low > high:
        yield Fault(f"{pointer}/ci_low", "The interval's lower end is above its upper end.", "range")
    if _is_number(error) and error < 0:
        yield Fault(f"{pointer}/std_error", "A standard error is not negative.", "range")


def _primary_faults(data: VersionInput) -> Iterator[Fault]:
    for metric, count in Counter(entry.metric for entry in data.evaluations if entry.primary).items():
        if count > 1:
            yield Fault("/evaluations", f"{count} evaluations of {metric} are marked primary; mark one.", "repeated")


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INTEGER


def _maybe(pointer: str, problem: str | None, code: str) -> Iterator[Fault]:
    if problem is not None:
        yield Fault(pointer, problem, code)
