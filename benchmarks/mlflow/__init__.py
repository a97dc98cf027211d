"""Side by side with a real MLflow server, on the same PostgreSQL, with as many models: `make bench-mlflow`."""
