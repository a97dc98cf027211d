"""How fast the catalogue is, on catalogues that this makes itself: `make bench` and `make bench-mlflow`."""
