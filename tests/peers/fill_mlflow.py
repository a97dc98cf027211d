"""Fills an MLflow server as a laboratory would, by MLflow's own client: `fill_mlflow.py ADDRESS STEP`."""

from __future__ import annotations

import sys

import mlflow
import pandas as pd
from mlflow import MlflowClient
from mlflow.data import from_pandas
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression

COMMITS = ("0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", "f" * 40)
WHOLE_DIGEST = "d41d8cd98f00b204e9800998ecf8427e"

TRAIN = pd.DataFrame({"soma": [0.0, 1.0, 2.0, 3.0], "activated": [0, 0, 1, 1]})
TEST = pd.DataFrame({"soma": [0.5, 2.5], "activated": [0, 1]})


def dataset(frame: pd.DataFrame, name: str, digest: str | None = None):
    return from_pandas(frame, source=f"https://example.org/{name}.csv", name=name, targets="activated", digest=digest)


def train(number: int, auroc: float, *, digest: str | None = None) -> None:
    """A run with data, parameters, metrics and a logged model, registered as the next version."""
    tags = {
        "mlflow.source.name": "train.py",
        "mlflow.source.git.commit": COMMITS[number - 1],
        "mlflow.source.git.repoURL": "https://example.org/lab/microglia.git",
    }
    train_set, test_set = dataset(TRAIN, "microglia-counts", digest), dataset(TEST, "microglia-heldout", digest)
    with mlflow.start_run(run_name=f"fit {number}", tags=tags):
        mlflow.log_input(train_set, context="training")
        mlflow.log_input(test_set, context="test")
        mlflow.log_params({"C": 0.5 * number, "solver": "lbfgs"})
        fitted = LogisticRegression().fit(TRAIN[["soma"]], TRAIN["activated"])
        signature = infer_signature(TEST[["soma"]], fitted.predict(TEST[["soma"]]))
        # Requirements that are stated need not be found out, which takes a process of its own.
        info = mlflow.sklearn.log_model(fitted, name="model", signature=signature, pip_requirements=["scikit-learn"])
        mlflow.log_metric("auroc", auroc, dataset=test_set, model_id=info.model_id)
        mlflow.log_metric("zero", 0.0, dataset=test_set, model_id=info.model_id)
        mlflow.log_metric("train_loss", 0.4)
        mlflow.log_metric("train_loss", 0.3, step=2)
        mlflow.log_metric("undefined", float("nan"), dataset=test_set, model_id=info.model_id)
        mlflow.log_metric("unbounded", float("inf"))
    mlflow.register_model(f"models:/{info.model_id}", "microglia-classifier", tags={"batch": str(number)})


def first(client: MlflowClient) -> None:
    """One model with two versions, one that only the registry knows, a prompt, and what nothing tells the family of."""
    train(1, 0.91)
    train(2, 0.94, digest=WHOLE_DIGEST)
    client.update_registered_model("microglia-classifier", "Tells activated microglia.")
    client.set_registered_model_tag("microglia-classifier", "team", "glia")
    client.update_model_version("microglia-classifier", "1", "First fit.")
    client.set_registered_model_alias("microglia-classifier", "champion", "1")
    client.create_registered_model("Sérum α model")
    client.create_model_version("Sérum α model", "s3://nowhere.invalid/x", tags={"model_family": "statistical"})
    client.create_registered_model("of no family")
    client.create_model_version("of no family", "s3://nowhere.invalid/y")
    mlflow.genai.register_prompt(name="a-prompt", template="Describe {{cell}}.")


def later(client: MlflowClient) -> None:
    """What happens to a registry as time goes by: a measurement, an alias that moves, another model."""
    [run] = [run for run in mlflow.search_runs(output_format="list") if run.info.run_name == "fit 2"]
    client.log_metric(run.info.run_id, "f1", 0.8)
    client.set_registered_model_alias("microglia-classifier", "champion", "2")
    client.create_registered_model("another")
    client.create_model_version("another", "s3://nowhere.invalid/z", tags={"model_family": "deep_learning"})


if __name__ == "__main__":
    address, step = sys.argv[1:]
    mlflow.set_tracking_uri(address)
    mlflow.set_experiment("microglia")
    {"first": first, "later": later}[step](MlflowClient())
