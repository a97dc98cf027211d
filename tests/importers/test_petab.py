"""PEtab problems: a version per commit, inputs pinned by their bytes, metrics as the format defines them."""

from __future__ import annotations

import math
import shutil
from functools import cache
from pathlib import Path

import pytest

from catalog.errors import InvalidInput
from catalog.importers.documents import Unreadable
from catalog.importers.petab import read
from catalog.importers.petab.formulas import evaluate
from catalog.importers.petab.history import blob_sha1
from catalog.importers.petab.metrics import fit
from catalog.importers.petab.problem import Role, parse_problem
from catalog.importers.petab.sbml import parse_sbml, publication
from catalog.importers.petab.tables import Row, parse_table
from catalog.importers.records import Record, Reject
from catalog.registration.submission import VersionInput
from catalog.vocabulary import Family, Kind, Relation, ReportedBy
from tests.importers.emitted import check, model_versions

DATA = Path(__file__).parents[1] / "data" / "petab"
CRAUSTE, WEBER, BRUNO = (
    f"model-petab-{name}" for name in ("crauste_cellsystems2017", "weber_bmc2015", "bruno_jexpbot2016")
)


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "collection"))


@pytest.fixture
def problem(collection: Path) -> Path:
    """A plain problem folder, as one finds them elsewhere: no history, no collection around it."""
    return Path(
        shutil.copytree(collection / "Benchmark-Models" / "Crauste_CellSystems2017", collection / "apart" / "Crauste")
    )


def records(path: Path) -> list[Record]:
    return list(_shipped()) if path == DATA else check(read(path))


@cache
def _shipped() -> tuple[Record, ...]:
    return tuple(check(read(DATA)))


def rejects(path: Path) -> list[Reject]:
    return [item for item in read(path) if isinstance(item, Reject)]


def metrics(version: VersionInput) -> dict[str, float]:
    return {entry.metric: entry.value for entry in version.evaluations}


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_each_commit_that_touched_a_problem_is_a_version() -> None:
    found = records(DATA)
    assert {name: len(model_versions(found, name)) for name in (BRUNO, CRAUSTE, WEBER)} == {
        BRUNO: 4,
        CRAUSTE: 5,
        WEBER: 7,
    }
    first, *_, last = model_versions(found, CRAUSTE)
    assert first.source and first.source.revision.startswith("61d00548") and len(first.source.revision) == 40
    assert first.created_at and first.created_at.isoformat() == "2020-02-26T16:38:29+01:00"
    assert "visualizationSpecification_Crauste_CellSystems2017.tsv" in last.changelog
    assert not rejects(DATA)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (BRUNO, {"rmse": 0.1700, "log_likelihood": 46.6882, "aic": -67.38}),
        (CRAUSTE, {"rmse": 10253.85, "log_likelihood": -190.964, "aic": 405.93}),
        (WEBER, {"rmse": 1.1198e7, "log_likelihood": -296.2018, "aic": 664.40}),
    ],
)
def test_metrics_are_those_of_the_reference_implementation(model: str, expected: dict[str, float]) -> None:
    last = model_versions(records(DATA), model)[-1]
    assert set(metrics(last)) == {"rmse", "mae", "r2", "log_likelihood", "chi2", "aic", "bic"}
    for metric, value in expected.items():
        assert metrics(last)[metric] == pytest.approx(value, rel=1e-4)
    (n,) = {entry.n for entry in last.evaluations}
    count = last.parameter_count or 0
    assert metrics(last)["bic"] == pytest.approx(count * math.log(n or 0) - 2 * metrics(last)["log_likelihood"])
    assert {(e.split, e.reported_by, e.unit) for e in last.evaluations} == {("train", ReportedBy.CATALOGUE, "")}


def test_metrics_stand_only_where_all_their_files_are_those_of_the_commit() -> None:
    """Weber's simulation was made anew by the last commit: nothing is known of the fits before it."""
    assert [len(version.evaluations) for version in model_versions(records(DATA), WEBER)] == [0, 0, 0, 0, 0, 0, 7]


def test_the_procedure_is_the_problem_file_with_every_input_pinned() -> None:
    record = next(item for item in records(DATA) if item.name == "Crauste_CellSystems2017@5b1c38cd")
    *inputs, analysis, model = record.versions
    assert {version.kind for version in inputs} == {Kind.DATASET, Kind.CODE, Kind.OTHER} and len(inputs) == 5
    assert {link.ref for link in analysis.links} == {version.version_id for version in inputs}
    assert all(version.checksums["git-blob-sha1"].startswith((version.version_id or "")[-8:]) for version in inputs)
    dataset = next(version for version in inputs if version.kind == Kind.DATASET)
    assert [(link.relation, link.ref) for link in model.links] == [
        (Relation.TRAINED_ON, dataset.version_id),
        (Relation.PRODUCED_BY, analysis.version_id),
    ]
    assert analysis.version_id == "analysis-petab-crauste_cellsystems2017-5b1c38cd"
    assert {entry.dataset for entry in model.evaluations} == {dataset.version_id}
    assert dataset.license == "" and model.license == "BSD-3-Clause"


def test_a_file_that_did_not_change_is_one_version_of_its_artifact() -> None:
    datasets = {v.version_id: v for r in records(DATA) for v in r.versions if v.kind == Kind.DATASET}
    crauste = [v for v in datasets.values() if "crauste" in v.artifact]
    content = (
        DATA / "Benchmark-Models/Crauste_CellSystems2017/measurementData_Crauste_CellSystems2017.tsv"
    ).read_bytes()
    assert [v.checksums["git-blob-sha1"] for v in crauste] == [blob_sha1(content)]
    assert crauste[0].created_at and crauste[0].created_at.year == 2020


def test_what_a_model_says() -> None:
    model = model_versions(records(DATA), CRAUSTE)[-1]
    assert model.family == Family.BIOPHYSICAL
    assert model.parameter_count == 12
    assert model.metadata["species"] == ["Naive", "EarlyEffector", "LateEffector", "Memory", "Pathogen"]
    assert model.metadata["reactions"][0] == "v1_v_0: Naive ->; rate Naive * mu_N"
    assert model.metadata["references"] == ["https://doi.org/10.1016/j.cels.2017.01.014"]
    parameter = model.metadata["parameters"]["delta_EL"]
    assert parameter["value"] == 0.517945937424841 and parameter["estimated"] and parameter["scale"] == "log10"
    assert model.metadata["code"]["repository"] == "https://github.com/Benchmarking-Initiative/Benchmark-Models-PEtab"


def test_an_older_version_says_only_what_is_known_of_it() -> None:
    first = model_versions(records(DATA), CRAUSTE)[0]
    assert "reactions" not in first.metadata, "the SBML file of that commit is not there"
    assert first.parameter_count == 12, "its parameter table is"


def test_a_model_file_found_in_place_of_the_stated_one_is_said(collection: Path) -> None:
    sbml = collection / "Benchmark-Models/Crauste_CellSystems2017/model_Crauste_CellSystems2017.xml"
    edit(sbml, "</sbml>", "<!-- local --></sbml>")
    last = model_versions(records(collection), CRAUSTE)[-1]
    assert last.metadata["specification_source"]["git_blob_sha1"] == blob_sha1(sbml.read_bytes())
    assert last.checksums[sbml.name] != f"git-blob-sha1:{blob_sha1(sbml.read_bytes())}"


def test_a_changed_measurement_of_the_working_copy_is_not_the_commits(collection: Path) -> None:
    file = collection / "Benchmark-Models/Crauste_CellSystems2017/measurementData_Crauste_CellSystems2017.tsv"
    edit(file, "459", "460")
    assert [v.evaluations for v in model_versions(records(collection), CRAUSTE)] == [()] * 5


def test_a_problem_without_a_history_is_one_version_named_after_its_bytes(problem: Path) -> None:
    (record,) = records(problem.parent)
    model = record.versions[-1]
    assert model.artifact == "model-petab-crauste"
    assert model.source and model.source.revision.startswith("sha256:")
    assert model.created_at is None and model.license == "" and "code" not in model.metadata
    assert metrics(model)["log_likelihood"] == pytest.approx(-190.9639775693566, rel=1e-12)
    edit(problem / "parameters_Crauste_CellSystems2017.tsv", "0.517945937424841", "0.5")
    (changed,) = records(problem.parent)
    assert changed.versions[-1].source != model.source
    assert changed.versions[0] == record.versions[0], "the measurements are the same version"


def test_reading_again_gives_the_same() -> None:
    assert list(read(DATA)) == list(read(DATA))


def test_files_that_a_problem_names_and_does_not_have_stay_unsaid(problem: Path) -> None:
    file = problem / "Crauste_CellSystems2017.yaml"
    edit(file, "- measurementData_Crauste_CellSystems2017.tsv", "- ../../elsewhere/measurements.tsv")
    (record,) = records(problem.parent)
    model = record.versions[-1]
    assert [link.relation for link in model.links] == [Relation.PRODUCED_BY]
    assert model.metadata["files_not_found"] == ["../../elsewhere/measurements.tsv"]
    assert not model.evaluations


def test_the_parameter_file_may_be_a_list(problem: Path) -> None:
    edit(problem / "Crauste_CellSystems2017.yaml", "parameter_file: param", "parameter_file:\n  - param")
    (record,) = records(problem.parent)
    assert record.versions[-1].parameter_count == 12


def test_several_measurement_files_are_one_dataset(problem: Path) -> None:
    header, *lines = (problem / "measurementData_Crauste_CellSystems2017.tsv").read_text().splitlines()
    for name, part in (("a.tsv", lines[:10]), ("b.tsv", lines[10:])):
        (problem / name).write_text("\n".join([header, *part]) + "\n")
    edit(
        problem / "Crauste_CellSystems2017.yaml", "- measurementData_Crauste_CellSystems2017.tsv", "- a.tsv\n  - b.tsv"
    )
    (record,) = records(problem.parent)
    dataset, model = record.versions[0], record.versions[-1]
    assert set(dataset.checksums) == {"a.tsv", "b.tsv"}
    assert metrics(model)["log_likelihood"] == pytest.approx(-190.9639775693566, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("format_version: 1\nproblems: [", "broken YAML"),
        ("format_version: 2.0.0\nproblems: [{}]", "version 2.0.0 is not read"),
        ("format_version: 1\nproblems: {}", "not a list of mappings"),
        ("format_version: 1\nproblems: [{measurement_files: [{}]}]", "does not name files"),
    ],
)
def test_a_bad_problem_file_is_rejected_and_the_rest_goes_in(collection: Path, text: str, reason: str) -> None:
    folder = collection / "Benchmark-Models" / "Bad"
    folder.mkdir()
    (folder / "bad.yaml").write_text(text)
    (reject,) = rejects(collection)
    assert reject.file == "Benchmark-Models/Bad/bad.yaml" and reason in reject.reason
    assert len(records(collection)) == 16


def test_a_broken_table_is_a_reason(problem: Path) -> None:
    (problem / "parameters_Crauste_CellSystems2017.tsv").write_bytes(b"parameterId\xff\xfe")
    (reject,) = rejects(problem.parent)
    assert reject.reason == "not UTF-8 at byte 11"


def test_a_state_whose_problem_file_is_not_there_is_rejected_alone(collection: Path) -> None:
    shutil.rmtree(collection / "history/Crauste_CellSystems2017/2023-02-14_caa052a2", ignore_errors=True)
    shutil.rmtree(collection / "history/Crauste_CellSystems2017/2020-02-26_61d00548")
    found = list(read(collection))
    assert [item.name for item in found if isinstance(item, Reject)] == [
        "Crauste_CellSystems2017@61d00548",
        "Crauste_CellSystems2017@d7c52f90",
    ]
    assert len(check(found)) == 14


def test_other_yaml_files_are_passed_over(collection: Path) -> None:
    (collection / "_config.yml").write_text("theme: minima\n")
    assert not rejects(collection)


def test_names_that_differ_in_case_alone_are_told(collection: Path) -> None:
    folder = collection / "Benchmark-Models"
    shutil.copytree(folder / "Bruno_JExpBot2016", folder / "BRUNO_JExpBot2016")
    (reject,) = rejects(collection)
    assert "but for its case" in reject.reason


def test_a_path_without_a_problem_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        list(read(tmp_path))
    with pytest.raises(InvalidInput):
        list(read(DATA / "LICENSE"))


def test_an_index_that_lacks_a_column_is_refused(collection: Path) -> None:
    edit(collection / "history/index.tsv", "git_blob_sha1", "digest")
    with pytest.raises(InvalidInput, match="git_blob_sha1"):
        list(read(collection))


def test_parts_of_a_problem_file() -> None:
    content = (
        b"format_version: 1\nparameter_file: p.tsv\nproblems: [{sbml_files: [m.xml, m.xml]}, {sbml_files: [n.xml]}]"
    )
    assert parse_problem(content).files[Role.SBML] == ("m.xml", "n.xml")


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("0.1 + noise1 * y^2", 8.1),
        ("sqrt(4) * ln(exp(1))", 2.0),
        ("log(8, 2)", 3.0),
        ("-max(1, 2.5)", -2.5),
        ("1e-3", 0.001),
    ],
)
def test_formulas(formula: str, value: float) -> None:
    assert evaluate(formula, {"noise1": 2.0, "y": 2.0}) == pytest.approx(value)


@pytest.mark.parametrize(
    "formula",
    ["", "missing", "1/0", "log(-1)", "9**9**9**9", "__import__('os')", "y.real", "[1]", "1 if y else 2", "(" * 300,
     "1" * 6000, "True", "2j", "lambda: 1", "exp(1000)", "pow(base=2)"],
)  # fmt: skip
def test_what_is_no_formula_has_no_value(formula: str) -> None:
    assert evaluate(formula, {"y": 2.0}) is None


def table(text: str) -> list[Row]:
    return parse_table(text.replace("|", "\t").encode())


MEASURED = "observableId|simulationConditionId|measurement|time|noiseParameters\n"
SIMULATED = "observableId|simulationConditionId|simulation|time|noiseParameters\n"
OBSERVABLES = "observableId|observableFormula|noiseFormula|noiseDistribution|observableTransformation\n"
PARAMETERS = table("parameterId|nominalValue|estimate\nsd|0.5|1\nk|2|0\n")


def test_noise_parameters_mix_numbers_and_names() -> None:
    measured = table(MEASURED + "a|c|1|0|0.1;sd\n")
    simulated = table(SIMULATED + "a|c|1.2|0|0.1;sd\n")
    observables = table(OBSERVABLES + "a|x|noiseParameter1_a + noiseParameter2_a|normal|lin\n")
    found = fit(measured, simulated, observables, PARAMETERS)
    assert found and found.values["chi2"] == pytest.approx((0.2 / 0.6) ** 2)
    assert found.values["log_likelihood"] == pytest.approx(-0.5 * math.log(2 * math.pi * 0.36) - 0.5 * (0.2 / 0.6) ** 2)
    assert found.values["aic"] == pytest.approx(2 - 2 * found.values["log_likelihood"])
    assert "r2" not in found.values, "one measurement has no spread"


@pytest.mark.parametrize(
    ("distribution", "transformation", "expected"),
    [
        ("laplace", "lin", -math.log(2 * 0.5) - 0.5),
        ("laplace", "log", -math.log(2 * 0.5 * 2) - math.log(2.25 / 2) / 0.5),
        ("", "", -0.5 * math.log(2 * math.pi * 0.25) - 0.125),
        ("normal", "log10",
         -0.5 * math.log(2 * math.pi * (0.5 * 2 * math.log(10)) ** 2) - 0.5 * (math.log10(2.25 / 2) / 0.5) ** 2),
        ("log-normal", "", -0.5 * math.log(2 * math.pi) - 0.5 * (math.log(2.25 / 2) / 0.5) ** 2),
    ],
)  # fmt: skip
def test_noise_distributions(distribution: str, transformation: str, expected: float) -> None:
    found = fit(
        table(MEASURED + "a|c|2|0|sd\n"),
        table(SIMULATED + "a|c|2.25|0|sd\n"),
        table(OBSERVABLES + f"a|x|noiseParameter1_a|{distribution}|{transformation}\n"),
        PARAMETERS,
    )
    assert found and found.values["log_likelihood"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("measured", "simulated", "observable"),
    [
        ("a|c|-1|0|sd", "a|c|1|0|sd", "a|x|noiseParameter1_a|normal|log"),
        ("a|c|1|0|sd", "a|c|1|0|sd", "a|x|noiseParameter1_a|student|lin"),
        ("a|c|1|0|unknown", "a|c|1|0|unknown", "a|x|noiseParameter1_a|normal|lin"),
        ("a|c|1|0|sd", "a|c|1|0|0.7", "a|x|noiseParameter1_a|normal|lin"),
        ("a|c|1|0|0", "a|c|1|0|0", "a|x|noiseParameter1_a|normal|lin"),
        ("a|c|1|0|sd", "a|c|1|0|sd", "b|x|noiseParameter1_a|normal|lin"),
    ],
    ids=["logarithm", "distribution", "parameter", "other-parameters", "no-width", "observable"],
)
def test_no_likelihood_is_better_than_a_wrong_one(measured: str, simulated: str, observable: str) -> None:
    found = fit(table(MEASURED + measured), table(SIMULATED + simulated), table(OBSERVABLES + observable), PARAMETERS)
    assert found and set(found.values) <= {"rmse", "mae", "r2"}


def test_steady_states_and_rounded_times_find_their_simulation() -> None:
    observables = table(OBSERVABLES + "a|x|noiseParameter1_a|normal|lin\n")
    measured = table(MEASURED + "a|c|1|inf|sd\na|c|2|0.029484867|sd\n")
    simulated = table(SIMULATED + "a|c|2|0.0294848666192|sd\na|c|1|inf|sd\na|d|7|inf|sd\n")
    found = fit(measured, simulated, observables, PARAMETERS)
    assert found and found.n == 2
    assert found.values["rmse"] == 0, "a simulation that copies the measurements keeps its value"


def test_replicates_share_a_simulation_and_contradictions_have_none() -> None:
    measured = table(MEASURED + "a|c|1|0|\na|c|3|0|\n")
    one, two = table(SIMULATED + "a|c|2|0|\n"), table(SIMULATED + "a|c|2|0|\na|c|5|0|\na|c|5|9|\n")
    found = fit(measured, one, [], [])
    assert found and found.values["mae"] == 1 and found.n == 2
    assert fit(measured, two, [], []) is None
    assert fit(measured, [], [], []) is None


def test_measurements_that_are_no_number_are_left_out() -> None:
    measured = table(MEASURED + "a|c|NaN|0|sd\na|c|1|1|sd\n")
    simulated = table(SIMULATED + "a|c|5|0|sd\na|c|2|1|sd\n")
    found = fit(measured, simulated, table(OBSERVABLES + "a|x|noiseParameter1_a|normal|lin\n"), PARAMETERS)
    assert found and found.n == 1 and set(found.values) == {"rmse", "mae"}


@pytest.mark.parametrize(
    "content",
    [b"<sbml", b"<html/>", b'<!DOCTYPE x [<!ENTITY a "b">]><sbml/>', b"<a>" * 300 + b"</a>" * 300],
)
def test_what_is_no_sbml_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        parse_sbml(content)


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("http://identifiers.org/doi/10.1/x", "https://doi.org/10.1/x"),
        ("urn:miriam:pubmed:32322102", "https://identifiers.org/pubmed:32322102"),
        ("https://example.org/paper", "https://example.org/paper"),
    ],
)
def test_publications(resource: str, expected: str) -> None:
    assert publication(resource) == expected
