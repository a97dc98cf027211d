"""`manage.py import_models SOURCE PATH`, as a curator runs it."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from catalog.models import ArtifactVersion, Link, ModelVersion
from catalog.provenance.audit import audit
from tests.importers.mlflow_server import serving

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent.parent / "data"
SOURCES = {
    "monai": "monai",
    "petab": "petab",
    "hubverse": "flusight",
    "model-index": "mmpretrain",
    "model-card": "model_cards",
}


def run(source: str, path: Path | str, *options: str) -> str:
    output = io.StringIO()
    call_command("import_models", source, str(path), *options, stdout=output, stderr=io.StringIO())
    return output.getvalue()


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_goes_in_once_and_its_results_are_up_to_date(source: str):
    run(source, DATA / SOURCES[source])
    count = ArtifactVersion.objects.count()
    assert ModelVersion.objects.exists()
    assert audit(dry_run=True).changed == 0
    assert " 0 versions added" in run(source, DATA / SOURCES[source])
    assert ArtifactVersion.objects.count() == count


def test_only_what_pins_identified_inputs_comes_out_complete():
    for source, folder in SOURCES.items():
        run(source, DATA / folder)
    complete = ModelVersion.objects.filter(provenance_completeness=1)
    assert set(complete.values_list("source_format", flat=True)) == {"petab"}
    assert ModelVersion.objects.exclude(provenance_completeness=1).filter(quality_score__gt=0.3).count() == 0


def test_a_dry_run_says_what_would_be_added_and_writes_nothing():
    assert "would be added" in run("model-index", DATA / "mmpretrain", "--dry-run")
    assert not ArtifactVersion.objects.exists()


def test_a_record_that_the_door_refuses_is_rejected_whole_and_the_rest_goes_in(tmp_path: Path):
    (tmp_path / "metafile.yml").write_text(
        "Models:\n"
        "  - Name: good\n    Metadata: {Parameters: 10}\n"
        "  - Name: bad\n    Metadata: {Parameters: 10, Training Data: Set-Of-Bad}\n"
        f"    Results: [{{Task: {'long ' * 60}, Dataset: Set-Of-Bad, Metrics: {{Top 1 Accuracy: 1.0}}}}]\n"
    )
    rejects = tmp_path / "rejects.csv"
    assert "1 records in" in run("model-index", tmp_path / "metafile.yml", "--rejects", str(rejects))
    header, row = list(csv.reader(rejects.read_text().splitlines()))
    assert header == ["file", "record", "reason"]
    assert row[:2] == ["metafile.yml", "bad"]
    assert "/evaluations/0/task" in row[2]
    assert not ArtifactVersion.objects.filter(title__contains="Set-Of-Bad").exists()
    assert Link.objects.count() == 0


def test_a_reject_that_looks_like_a_formula_is_no_formula_in_a_spreadsheet(tmp_path: Path):
    (tmp_path / "metafile.yml").write_text(
        "Models:\n" + "  - Name: '=HYPERLINK(1)'\n    Metadata: {Parameters: 1}\n" * 2
    )
    rejects = tmp_path / "rejects.csv"
    run("model-index", tmp_path / "metafile.yml", "--rejects", str(rejects))
    cells = [cell for row in list(csv.reader(rejects.read_text().splitlines()))[1:] for cell in row]
    assert cells
    assert not any(cell.startswith("=") for cell in cells)


def test_a_path_that_is_not_there_is_a_clear_error(tmp_path: Path):
    with pytest.raises(CommandError, match="There is nothing at"):
        run("monai", tmp_path / "absent")


def test_a_folder_that_is_not_of_the_format_is_a_clear_error(tmp_path: Path):
    shutil.copy(DATA / "SOURCES.md", tmp_path)
    with pytest.raises(CommandError):
        run("petab", tmp_path)
    assert not ArtifactVersion.objects.exists()


def test_an_unknown_source_names_those_there_are(tmp_path: Path):
    with pytest.raises(CommandError, match="monai"):
        run("kubeflow", tmp_path)


def test_an_option_that_a_source_does_not_take_is_refused(tmp_path: Path):
    with pytest.raises(CommandError, match=r"monai does not take --family\. Only for model-card and mlflow\."):
        run("monai", tmp_path, "--family", "statistical")
    with pytest.raises(CommandError, match="petab does not take --since"):
        run("petab", tmp_path, "--since", "2026-04-05T12:00:00Z")


def test_an_unknown_family_names_those_there_are(tmp_path: Path):
    with pytest.raises(CommandError, match="biophysical"):
        run("model-card", tmp_path, "--family", "quantum")


def test_the_family_of_records_that_say_none_is_said_on_the_command_line(tmp_path: Path):
    (tmp_path / "README.md").write_text("---\nlicense: mit\n---\n")
    assert "--family" in run("model-card", tmp_path)
    assert "1 versions added" in run("model-card", tmp_path, "--family", "statistical")
    assert ModelVersion.objects.get().family_basis == "curator"


def test_an_address_is_no_path_of_a_source_of_files():
    with pytest.raises(CommandError, match="monai is read from files"):
        run("monai", "https://example.org/models")


def test_a_server_is_read_by_its_address():
    with serving() as mlflow:
        mlflow.add_version()
        assert "1 versions added" in run("mlflow", mlflow.address)
        assert "0 versions added" in run("mlflow", mlflow.address)
        assert run("mlflow", mlflow.address, "--since", "2100-01-01T00:00:00Z").startswith("0 records in")
    with pytest.raises(CommandError, match="mlflow is read from a server"):
        run("mlflow", "mlruns")


@pytest.mark.parametrize("moment", ["yesterday", "2026-04-05", "2026-04-05T12:00:00"])
def test_a_moment_that_is_none_is_a_clear_error(moment: str):
    with pytest.raises(CommandError, match=r"--since .* with its timezone"):
        run("mlflow", "http://127.0.0.1:1", "--since", moment)


def test_a_server_that_fails_on_the_way_ends_the_command_with_what_it_gave_kept_and_told(tmp_path: Path):
    rejects, output = tmp_path / "rejects.csv", io.StringIO()
    with serving() as mlflow:
        mlflow.add_version("a")
        mlflow.add_version("b", status="FAILED_REGISTRATION")
        mlflow.add_version("c", run_id="r1")
        mlflow.before = lambda path, query: (418, {"message": "a teapot"}, {}) if "run_id" in query else None
        with pytest.raises(CommandError, match=r"a teapot.*version 1 of c.*run it again to go on"):
            call_command("import_models", "mlflow", mlflow.address, "--rejects", str(rejects), stdout=output)
    assert output.getvalue().startswith("1 records in: 1 versions added")
    assert "FAILED_REGISTRATION" in rejects.read_text()
    assert ModelVersion.objects.count() == 1


def test_progress_is_silent_where_nobody_watches(capfd: pytest.CaptureFixture[str]):
    run("petab", DATA / "petab")
    assert capfd.readouterr().err == ""
