"""What the tests with other tools share: where these are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def peers() -> Path:
    """The folder of the other tools' programs; `make test-peers` names it."""
    return Path(os.environ["PEERS"])
