"""The client is a distribution of its own, and needs nothing of the server."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from scidex_client import __version__

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "scidex_client"

ALONE = """
import sys

ALLOWED = {"requests", "urllib3", "certifi", "charset_normalizer", "chardet", "idna", "tqdm", "scidex_client"}

class Blocked:
    @staticmethod
    def find_spec(name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in ALLOWED and top not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"not there: {name}", name=name)

sys.meta_path.insert(0, Blocked)
import pkgutil, scidex_client, scidex_client.cli
for module in pkgutil.walk_packages(scidex_client.__path__, "scidex_client."):
    if not module.name.endswith("__main__"):
        __import__(module.name)
assert "django" not in sys.modules and "catalog" not in sys.modules
print(scidex_client.cli.main(["--url", "http://127.0.0.1:1", "--retries", "0", "list"]))
"""


def described(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_it_runs_where_there_is_nothing_but_requests_and_tqdm() -> None:
    run = [sys.executable, "-c", ALONE]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "3\n"), done.stderr
    assert "Nothing answers at http://127.0.0.1:1" in done.stderr and "Traceback" not in done.stderr


def test_it_is_a_command_too() -> None:
    run = [sys.executable, "-m", "scidex_client", "--version"]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"scidex-models {__version__}\n"


def test_its_version_is_the_catalogues() -> None:
    assert __version__ == described(ROOT / "pyproject.toml")["project"]["version"]


def test_each_of_its_packages_is_packed() -> None:
    packages = {".".join(path.parent.relative_to(ROOT).parts) for path in CLIENT.rglob("__init__.py")}
    tools = described(CLIENT / "pyproject.toml")["tool"]["setuptools"]
    assert set(tools["packages"]) == packages
    assert all((CLIENT / name).is_file() for name in tools["package-data"]["scidex_client"])


def test_the_servers_distribution_leaves_it_out() -> None:
    patterns = described(ROOT / "pyproject.toml")["tool"]["setuptools"]["packages"]["find"]["include"]
    assert not any("scidex_client".startswith(pattern.rstrip("*")) for pattern in patterns)
