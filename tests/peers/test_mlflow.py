"""The importer against a real MLflow server, filled by MLflow's own client."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from django.core.management import call_command

from catalog.models import Artifact, ArtifactVersion, ModelVersion
from catalog.provenance.audit import audit
from catalog.vocabulary import Kind, Relation

pytestmark = [pytest.mark.peers, pytest.mark.django_db]

FILL = Path(__file__).parent / "fill_mlflow.py"
CLASSIFIER = "model-mlflow-microglia-classifier"
SECONDS_TO_START = 300
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "1", "GIT_PYTHON_REFRESH": "quiet"}


@pytest.fixture(scope="module")
def address(peers: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that ends with the tests of this module, whatever becomes of them."""
    folder = tmp_path_factory.mktemp("mlflow")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [peers / "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", folder / "artifacts"]
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment(peers), stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            _wait(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, 15)  # its workers too: the server is the leader of a session of its own
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                process.wait()


def environment(peers: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, **QUIET, "PATH": f"{peers}{os.pathsep}{kept.get('PATH', '')}"}


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and process.poll() is None:
        try:
            if requests.get(f"{address}/health", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise AssertionError(f"MLflow did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def fill(peers: Path, address: str) -> Callable[[str], None]:
    """Does a step of `fill_mlflow.py`, each once for the module: the server keeps what it was told."""
    done: set[str] = set()

    def run(step: str) -> None:
        if step not in done:
            command = [peers / "python", FILL, address, step]
            ended = subprocess.run(command, env=environment(peers), capture_output=True, text=True, timeout=300)
            assert ended.returncode == 0, ended.stderr[-3000:]
            done.add(step)

    return run


def imported(address: str, *options: str) -> str:
    output = io.StringIO()
    call_command("import_models", "mlflow", address, *options, stdout=output, stderr=io.StringIO())
    return output.getvalue()


def test_a_registry_goes_in_and_what_happens_to_it_later_too(address: str, fill: Callable[[str], None]) -> None:
    fill("first")
    told = imported(address)
    assert told.startswith("3 records in:")
    assert "of no family: version 1: neither flavor nor tag tells the model's family" in told
    assert "a-prompt" not in told
    _check_models()
    _check_datasets_and_values()
    _check_provenance()
    count = ArtifactVersion.objects.count()
    assert "0 versions added" in imported(address)
    assert ArtifactVersion.objects.count() == count
    since = datetime.now(UTC).isoformat()
    fill("later")
    told = imported(address, "--since", since)
    assert told.startswith("2 records in: 1 versions added"), "the new model, and the version that the alias moved to"
    assert "2 tags and evaluations of known versions added" in told
    first, second = ModelVersion.objects.filter(artifact__public_id=CLASSIFIER).order_by("version_number")
    assert (first.version_tag, second.version_tag) == (None, "champion")
    assert second.evaluations.get(metric="f1").value == 0.8
    assert "0 versions added" in imported(address)


def _check_models() -> None:
    artifact = Artifact.objects.get(public_id=CLASSIFIER)
    first, second = artifact.versions.order_by("version_number")
    assert [(row.version_label, row.version_tag) for row in (first, second)] == [("1", "champion"), ("2", None)]
    assert (first.family, first.framework) == ("statistical", "sklearn")
    assert (first.description, first.changelog) == ("Tells activated microglia.", "First fit.")
    assert first.metadata["tags"] == {"batch": "1", "team": "glia"}
    assert first.metadata["training_config"] == {"C": 0.5, "solver": "lbfgs"}
    assert first.metadata["environment"]["mlflow"].startswith("3.")
    assert ModelVersion.objects.get(title="Sérum α model").family_basis == "source"


def _check_datasets_and_values() -> None:
    datasets = {
        (row.artifact.public_id, len(row.version_label)): row
        for row in ArtifactVersion.objects.filter(kind=Kind.DATASET).select_related("artifact")
    }
    assert set(datasets) == {
        (name, length) for name in ("dataset-microglia-counts", "dataset-microglia-heldout") for length in (8, 32)
    }
    for (_, length), row in datasets.items():
        assert row.metadata["mlflow_digest"] == row.version_label
        assert row.identified_by == ("checksum" if length == 32 else None)
    for label, auroc, length in (("1", 0.91, 8), ("2", 0.94, 32)):
        model = ModelVersion.objects.get(artifact__public_id=CLASSIFIER, version_label=label)
        values = {row.metric_id: row for row in model.evaluations.all()}
        assert {name: row.value for name, row in values.items()} == {"auroc": auroc, "zero": 0.0, "train_loss": 0.3}
        assert values["auroc"].dataset_version == datasets["dataset-microglia-heldout", length]
        assert values["auroc"].split == "test"
        assert values["train_loss"].dataset is None


def _check_provenance() -> None:
    analysis = Artifact.objects.get(kind=Kind.ANALYSIS)
    assert analysis.public_id == "analysis-mlflow-lab-microglia-train.py"
    assert analysis.versions.count() == 2
    first, second = ModelVersion.objects.filter(artifact__public_id=CLASSIFIER).order_by("pk")
    for model, produced, complete in ((first, 1, False), (second, 2, True)):
        assert model.links.get(relation=Relation.PRODUCED_BY).target_version.version_number == produced
        assert model.links.get(relation=Relation.TRAINED_ON).target.public_id == "dataset-microglia-counts"
        used = model.links.get(relation=Relation.PRODUCED_BY).target_version.links.filter(relation=Relation.USED)
        assert [link.target_version is not None for link in used] == [True, True]
        assert (model.provenance_completeness == 1) is complete, "eight digits over some rows identify nothing"
    assert audit(dry_run=True).changed == 0
