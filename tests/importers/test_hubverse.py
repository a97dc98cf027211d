"""Forecast hubs: a version per readable revision, scores to the revision in force, free text with what it denies."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path

import pytest

from catalog.errors import InvalidInput
from catalog.importers.hubverse import read
from catalog.importers.hubverse.datasets import stated_inputs
from catalog.importers.hubverse.families import decide
from catalog.importers.hubverse.wording import says
from catalog.importers.records import Record, Reject
from catalog.registration.submission import VersionInput
from catalog.vocabulary import Family, FamilyBasis, Kind, Relation, ReportedBy
from tests.importers.emitted import check, model_versions

DATA = Path(__file__).parents[1] / "data" / "flusight"
FLUSION = "model-flusight-umass-flusion"
HOSPITAL = "target-hospital-admissions"
ADMISSIONS = "dataset-flusight-target-hospital-admissions"


@cache
def shipped() -> tuple[Record | Reject, ...]:
    items = tuple(read(DATA))
    check(items)
    return items


def records() -> list[Record]:
    return [item for item in shipped() if isinstance(item, Record)]


def versions(artifact: str) -> list[VersionInput]:
    return model_versions(records(), artifact)


def refs(version: VersionInput, relation: Relation) -> list[str]:
    return [link.ref for link in version.links if link.relation == relation]


def hub(folder: Path, **files: str) -> Path:
    (folder / "model-metadata").mkdir()
    for name, text in files.items():
        (folder / "model-metadata" / f"{name.replace('__', '-')}.yml").write_text(text)
    return folder


def test_each_readable_revision_is_a_version_in_its_order() -> None:
    found = versions(FLUSION)
    assert len(found) == 12
    assert [version.created_at for version in found] == sorted(
        version.created_at for version in found if version.created_at
    )
    assert [found[0].version_label, found[-1].version_label] == ["1.0", "1.1"]
    assert found[0].source and found[0].source.revision.startswith("ab33e249")
    assert found[0].source.record == "cdcepi/FluSight-forecast-hub/UMass-flusion"
    assert len({version.checksums["sha256"] for version in found}) == 12


def test_broken_revisions_are_rejected_and_the_rest_goes_in() -> None:
    rejects = [item for item in shipped() if isinstance(item, Reject)]
    assert [(item.file, item.name) for item in rejects if "scores" not in item.file] == [
        ("history/CU-ARNB_Net/01_2025-12-10_6570b04b.yml", "CU-ARNB_Net@6570b04b")
    ]
    assert len(versions("model-flusight-cu-arnb_net")) == 3


def test_a_present_file_that_no_commit_states_is_a_version_of_its_bytes() -> None:
    *committed, present = versions("model-flusight-cfa_pyrenew-pyrenew_he_flu")
    assert len(committed) == 2
    assert present.source and present.source.revision.startswith("sha256:")
    assert present.created_at is None
    assert len(committed[-1].evaluations) > 0 and not present.evaluations


def test_scores_belong_to_the_revision_in_force_when_they_were_earned() -> None:
    found = versions(FLUSION)
    by_season = {entry.period: number for number, version in enumerate(found, start=1) for entry in version.evaluations}
    assert by_season == {"2023-2024 season": 5, "2024-2025 season": 9, "2025-2026 season": 12}
    values = {entry.metric: entry for entry in found[8].evaluations if entry.subset == "state level"}
    assert values["wis"].value == pytest.approx(102.25, abs=0.01)
    assert values["wis_scaled_relative_skill"].value == pytest.approx(0.653, abs=0.001)
    assert values["interval_coverage_95"].value == pytest.approx(0.822, abs=0.001)
    assert {(e.n, e.task, e.dataset, e.dataset_version, e.split) for e in values.values()} == {
        (5096, "wk inc flu hosp", ADMISSIONS, None, "")
    }
    assert {(e.unit) for m, e in values.items() if m in ("wis", "ae_median")} == {"hospital admissions"}
    assert {e.reported_by for e in values.values()} == {ReportedBy.EVALUATOR}
    primary = [entry for entry in found[-1].evaluations if entry.primary]
    assert {entry.subset for entry in primary} == {"state level"} and len({entry.metric for entry in primary}) == 6


def test_scores_of_one_run_say_so() -> None:
    (evaluator,) = {entry.evaluated_by for record in records() for entry in record.versions[-1].evaluations}
    assert evaluator == "US CDC FluSight dashboard", "no commit of the dashboard is stated beside these data"


def test_the_dashboards_commit_is_told_where_it_is_stated(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(DATA, tmp_path / "hub"))
    (copy / "NOTES.md").write_text(
        "scores github reichlab/flusight-dashboard branch predevals/data @ " + "0677ec9e" * 5
    )
    found = [item for item in read(copy) if isinstance(item, Record)]
    assert {e.evaluated_by for r in found for e in r.versions[-1].evaluations} == {
        "reichlab/flusight-dashboard@0677ec9e"
    }


def test_an_evaluation_set_that_nothing_defines_is_rejected() -> None:
    (reject,) = [item for item in shipped() if isinstance(item, Reject) and "scores" in item.file]
    assert reject.name == "wk inc flu hosp / Full season" and "dates are not known" in reject.reason


def test_snapshots_of_the_target_data_are_versions_and_no_model_is_pinned_to_one() -> None:
    target = next(record for record in records() if record.name == "target-hospital-admissions")
    assert [version.version_id for version in target.versions] == [
        f"{ADMISSIONS}-{day}" for day in ("2023-09-23", "2023-09-30", "2023-10-07")
    ]
    assert all(re.fullmatch("[0-9a-f]{40}", version.checksums["git-blob-sha1"]) for version in target.versions)
    assert refs(versions(FLUSION)[-1], Relation.TRAINED_ON) == [
        ADMISSIONS,
        "dataset-cdc-ilinet",
        "dataset-cdc-flusurv-net",
    ]


def test_no_source_states_a_procedure() -> None:
    assert not [link for r in records() for link in r.versions[-1].links if link.relation == Relation.PRODUCED_BY]


def test_families_say_who_decided() -> None:
    def last(name: str) -> tuple[Family | None, FamilyBasis | None]:
        version = versions(f"model-flusight-{name}")[-1]
        return version.family, version.family_basis

    assert last("flusight-baseline") == (Family.STATISTICAL, FamilyBasis.SOURCE)
    assert last("umass-flusion") == (Family.STATISTICAL, FamilyBasis.INFERRED)
    assert last("um-deepoutbreak") == (Family.DEEP_LEARNING, FamilyBasis.INFERRED)
    assert last("ceph-rtrend_fluh") == (Family.BIOPHYSICAL, FamilyBasis.INFERRED)


@pytest.mark.parametrize(
    ("flags", "methods", "ensemble", "expected"),
    [
        ({Family.BIOPHYSICAL}, "", False, (Family.BIOPHYSICAL, FamilyBasis.SOURCE)),
        ({Family.STATISTICAL}, "A transformer", False, (Family.STATISTICAL, FamilyBasis.SOURCE)),
        ({Family.DEEP_LEARNING}, "SVM model", False, (Family.STATISTICAL, FamilyBasis.INFERRED)),
        ({Family.DEEP_LEARNING}, "An LSTM", False, (Family.DEEP_LEARNING, FamilyBasis.INFERRED)),
        ({Family.BIOPHYSICAL, Family.STATISTICAL}, "A compartmental model and an AR model, quantile", True,
         (Family.STATISTICAL, FamilyBasis.INFERRED)),
        (set(), "A mechanistic SIR model, Bayesian hierarchical", False, (Family.BIOPHYSICAL, FamilyBasis.INFERRED)),
        (set(), "A deep surrogate of a metapopulation model", False, (Family.DEEP_LEARNING, FamilyBasis.INFERRED)),
        (set(), "Ridge regression. It uses no neural network.", False, (Family.STATISTICAL, FamilyBasis.INFERRED)),
        (set(), "A similar approach with a time series model", False, (Family.STATISTICAL, FamilyBasis.INFERRED)),
        (set(), "Ensemble of deep learning networks", True, (Family.DEEP_LEARNING, FamilyBasis.INFERRED)),
        (set(), "", False, None),
    ],
)  # fmt: skip
def test_family_by_flags_and_text(flags: set[Family], methods: str, ensemble: bool, expected: object) -> None:
    assert decide(frozenset(flags), {"methods": methods, "ensemble_of_models": ensemble}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Weekly NHSN admissions. The model does not use ILINet, NREVSS or Google Trends.", [HOSPITAL]),
        ("NHSN HRD dataset new hospitalisations (since 2023-2024). No ED visits data were used.", [HOSPITAL]),
        ("No external data sources beyond the NHSN dataset are used.", [HOSPITAL]),
        ("NHSN, NSSP, HHS, ILIp, Fluserv, but only through the individual models", []),
        ("ILINet is not used, FluSurv-NET is", ["cdc-flusurv-net"]),
        ("hospitalizations from FluSurv-NET", ["cdc-flusurv-net"]),
        ("inference on the target data only, but the model trained on SMH projections", ["flu-scenario-modeling-hub"]),
        ("When reporting was not in effect, we used emergency department visits", ["target-ed-visits-prop"]),
        ("ILI NYC ED Visits", []),
        ("Google's symptom search data without Google Trends", ["google-symptom-search"]),
        ("", []),
    ],
)  # fmt: skip
def test_data_inputs_are_read_with_what_they_deny(text: str, expected: list[str]) -> None:
    assert [known.key for known, _ in stated_inputs(text)] == expected


@pytest.mark.parametrize("text", ["a regression instead of a SIR model", "no SIR", "without SIR", "isn't using SIR"])
def test_denials(text: str) -> None:
    assert not says(text, re.compile(r"\bSIR\b"))


def test_data_inputs_that_are_null_name_no_dataset() -> None:
    assert not refs(versions("model-flusight-flusight-baseline_cat")[-1], Relation.TRAINED_ON)


def test_a_model_that_translates_anothers_forecasts_derives_from_it() -> None:
    found = versions("model-flusight-flusight-baseline_cat")
    assert [refs(version, Relation.DERIVES_FROM) for version in found] == [["model-flusight-flusight-baseline"]] * 2


def test_hub_models_that_an_ensemble_names_are_combined(tmp_path: Path) -> None:
    base = 'model_name: M\nlicense: CC-BY-4.0\nmethods: "{}"\nensemble_of_hub_models: {}\n'
    folder = hub(
        tmp_path,
        A__all=base.format("A median ensemble of B-one and B-two, without B-three", "true"),
        B__one=base.format("regression", "false"),
        B__two=base.format("An ARIMA similar to B-one", "false"),
        B__three=base.format("regression", "false"),
    )
    found = check(read(folder))
    ensemble = found[-1].versions[-1]
    assert ensemble.artifact.endswith("-a-all")
    assert [ref.rpartition("-")[2] for ref in refs(ensemble, Relation.COMBINES)] == ["one", "two"]
    assert not found[2].versions[-1].links


def test_placeholders_say_nothing() -> None:
    flusion = versions(FLUSION)[-1]
    assert "references" not in flusion.metadata, "its citation is the word citation"
    assert versions("model-flusight-um-deepoutbreak")[-1].metadata["references"][0].startswith("Rodriguez")
    assert "code" not in versions("model-flusight-cu-arnb_net")[-1].metadata, "https://TBD is no repository"


def test_licences_are_spdx_where_that_is_certain() -> None:
    sharing = versions("model-flusight-cornell_jhu-hierarchsir")[-1]
    assert sharing.license == "CC-BY-SA-4.0" and sharing.metadata["license_stated"] == "CC-BY_SA-4.0"
    assert versions(FLUSION)[-1].license == "CC-BY-4.0"


def test_the_files_name_is_the_models_name_and_titles_tell_models_apart() -> None:
    (judge,) = versions("model-flusight-flusight-hjudge_ensemble")
    assert judge.title == "FluSight-HJudge_ensemble: Ensemble models using selected FluSight forecast submissions"
    titles = [record.versions[-1].title for record in records() if record.versions[-1].kind == Kind.MODEL]
    assert len({title.partition(":")[0] for title in titles}) == 14


def test_people_are_never_read(tmp_path: Path) -> None:
    text = (
        "model_name: M\nmethods: regression, ask jane.doe@example.org\nlicense: CC-BY-4.0\n"
        "model_contributors: [{name: Jane Doe, email: jane.doe@example.org}]\ndesignated_github_users: [jdoe]\n"
    )
    (record,) = check(read(hub(tmp_path, T__m=text)))
    assert not re.search("jane|jdoe|Doe", repr(record), re.IGNORECASE)


def test_versions_stay_text(tmp_path: Path) -> None:
    text = "model_name: M\nmethods: regression\nmodel_version: {}\n"
    folder = hub(tmp_path, T__a=text.format("1.10"), T__b=text.format('"0.01"'), T__c=text.format("null"))
    assert [record.versions[-1].version_label for record in check(read(folder))] == ["1.10", "0.01", ""]


def test_values_that_are_none_are_left_out(tmp_path: Path) -> None:
    folder = hub(tmp_path, T__a="model_name: M\nmethods: regression\n")
    scores = folder / "dashboard/scores/wk inc flu hosp/Season 1, all"
    scores.mkdir(parents=True)
    (scores / "scores.csv").write_text("model_id,wis,ae_median,interval_coverage_50,n\nT-a,NA,inf,0.5,7\nX-y,1,1,1,7\n")
    items = list(read(folder))
    (record,) = check(items)
    assert [(e.metric, e.period, e.subset, e.n) for e in record.versions[-1].evaluations] == [
        ("interval_coverage_50", "Season 1", "all", 7)
    ]
    assert [item.name for item in items if isinstance(item, Reject)] == ["X-y"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: b: c", "broken YAML"),
        ("- 1", "not a mapping"),
        ("model_name: M\nmodel_name: N", "stands twice"),
        ("model_name: Q", "tells its family"),
    ],
)
def test_a_bad_file_is_a_reason(tmp_path: Path, text: str, reason: str) -> None:
    folder = hub(tmp_path, T__bad=text, T__good="methods: regression\n")
    rejects = [item for item in read(folder) if isinstance(item, Reject)]
    assert [item.file for item in rejects] == ["model-metadata/T-bad.yml"] and reason in rejects[0].reason


def test_models_that_name_each_other_still_go_in(tmp_path: Path) -> None:
    text = "methods: mean ensemble of {}\nensemble_of_hub_models: true\n"
    found = check(read(hub(tmp_path, T__a=text.format("T-b"), T__b=text.format("T-a"))))
    assert [len(record.versions[-1].links) for record in found] == [0, 1]


def test_broken_target_data_stop_nothing(tmp_path: Path) -> None:
    folder = hub(tmp_path, T__a="methods: regression\n")
    (folder / "target_data_versions.tsv").write_bytes(b"\xff")
    items = list(read(folder))
    assert len(check(items)) == 1 and isinstance(items[0], Reject)


def test_a_path_without_a_hub_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        list(read(tmp_path))
    (tmp_path / "history").mkdir()
    (tmp_path / "history/index.tsv").write_bytes(b"\xff")
    with pytest.raises(InvalidInput):
        list(read(tmp_path))


def test_a_hub_without_its_own_words_is_named_after_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "covid19-forecast-hub"
    folder.mkdir()
    hub(folder, T__a="methods: regression\n")
    (folder / "hub-config").mkdir()
    (folder / "hub-config/admin.json").write_text(
        json.dumps({"repository": {"owner": "x", "name": "covid19-forecast-hub"}})
    )
    (record,) = check(read(folder))
    assert record.versions[-1].artifact == "model-covid19-t-a"


def test_reading_again_gives_the_same() -> None:
    assert tuple(read(DATA)) == shipped()
