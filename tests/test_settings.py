"""The settings, each time loaded by a fresh process with an environment of its own."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import scidex_models
from scidex_models.databases import SESSION

ROOT = Path(__file__).resolve().parent.parent
POSTGRESQL = "postgres://someone:hush@127.0.0.1:5432/catalogue"
READ = """
import json
from scidex_models import settings
print(json.dumps({name: getattr(settings, name) for name in dir(settings) if name.isupper()}, default=str))
"""


def run_python(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, *args]
    return subprocess.run(command, cwd=ROOT, env=bare | env, capture_output=True, text=True, check=False)


def settings_with(**env: str) -> dict[str, Any]:
    done = run_python("-c", READ, **env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refusal_with(**env: str) -> str:
    done = run_python("manage.py", "check", **env)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_with_nothing_set_it_is_sqlite_on_loopback() -> None:
    settings = settings_with()
    database = settings["DATABASES"]["default"]
    assert settings["DEBUG"] is False
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert database["NAME"] == str(ROOT / "db.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert database["TEST"]["NAME"] == str(ROOT / "test.sqlite3")


def test_postgresql_is_pooled() -> None:
    settings = settings_with(DATABASE_URL=POSTGRESQL, SECRET_KEY="k", ALLOWED_HOSTS="models.example.org, 127.0.0.1")
    database = settings["DATABASES"]["default"]
    assert database["ENGINE"] == "scidex_models.postgresql"
    assert database["OPTIONS"]["pool"]["max_size"] == 40
    assert database["OPTIONS"]["options"] == "-c jit=off -c plan_cache_mode=force_generic_plan"
    assert database["CONN_MAX_AGE"] == 0  # excludes a pool when set
    assert settings["ALLOWED_HOSTS"] == ["models.example.org", "127.0.0.1"]


def databases_with(url: str, **env: str) -> dict[str, Any]:
    return settings_with(DATABASE_URL=url, SECRET_KEY="k", ALLOWED_HOSTS="localhost", **env)["DATABASES"]


@pytest.mark.parametrize(
    ("servers", "hosts", "ports"),
    [
        ("one:5433", "one", 5433),
        ("one:5432,two:5433", "one,two", "5432,5433"),
        ("one,two:5433,[::1]:5434", "one,two,::1", "5432,5433,5434"),
        ("%2Fvar%2Frun,127.0.0.1", "/var/run,127.0.0.1", "5432,5432"),
    ],
)
def test_an_address_may_name_several_servers(servers: str, hosts: str, ports: Any) -> None:
    database = databases_with(f"postgres://some%2Cone:hu%40sh@{servers}/catalogue?application_name=here")["default"]
    assert (database["HOST"], database["PORT"]) == (hosts, ports)
    assert (database["USER"], database["PASSWORD"], database["NAME"]) == ("some,one", "hu@sh", "catalogue")
    assert database["OPTIONS"]["application_name"] == "here"


def test_a_server_that_takes_no_writes_is_passed_over_and_one_that_is_silent_given_up() -> None:
    options = databases_with("postgres://one,two/catalogue")["default"]["OPTIONS"]
    assert options["target_session_attrs"] == "read-write"
    assert options["connect_timeout"] == 3
    assert options["pool"]["timeout"] == 5
    given = databases_with("postgres://one/catalogue?target_session_attrs=any&connect_timeout=9")["default"]["OPTIONS"]
    assert (given["target_session_attrs"], given["connect_timeout"]) == ("any", 9)


def test_replicas_are_addresses_between_spaces_and_read_alone() -> None:
    urls = "postgres://u:p@two,three/c?options=-c%20work_mem%3D9MB\n  postgres://u:p@four/c"
    settings = settings_with(
        DATABASE_URL=POSTGRESQL, REPLICA_URLS=urls, SECRET_KEY="k", ALLOWED_HOSTS="localhost", REPLICA_MAX_LAG="3"
    )
    assert (settings["REPLICAS"], settings["REPLICA_MAX_LAG"]) == (["replica-1", "replica-2"], 3)
    assert settings["DATABASE_ROUTERS"] == ["catalog.replication.routing.ReplicaRouter"]
    first, second = (settings["DATABASES"][alias] for alias in settings["REPLICAS"])
    primary = settings["DATABASES"]["default"]["OPTIONS"]["options"]
    assert (first["HOST"], second["HOST"]) == ("two,three", "four")
    assert first["OPTIONS"]["options"] == f"{SESSION} -c work_mem=9MB -c default_transaction_read_only=on"
    assert second["OPTIONS"]["options"] == f"{primary} -c default_transaction_read_only=on"
    assert "target_session_attrs" not in second["OPTIONS"]
    assert first["TEST"] == {"MIRROR": "default"}


def test_without_replicas_there_is_no_router() -> None:
    settings = settings_with()
    assert (settings["REPLICAS"], settings["DATABASE_ROUTERS"]) == ([], [])


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({}, "set SECRET_KEY and ALLOWED_HOSTS"),
        ({"SECRET_KEY": "k"}, "set ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "models.example.org"}, "set SECRET_KEY"),
        ({"SECRET_KEY": " ", "ALLOWED_HOSTS": "localhost"}, "set SECRET_KEY"),
    ],
)
def test_postgresql_refuses_to_start_without_key_and_hosts(env: dict[str, str], named: str) -> None:
    message = refusal_with(DATABASE_URL=POSTGRESQL, **env)
    assert f"To run on PostgreSQL, {named} in the environment" in message
    assert "hush" not in message


def test_sqlite_answers_beyond_loopback_only_with_its_own_key() -> None:
    assert "for hosts other than loopback, set SECRET_KEY" in refusal_with(ALLOWED_HOSTS="models.example.org")
    assert settings_with(ALLOWED_HOSTS="models.example.org", SECRET_KEY="k")["SECRET_KEY"] == "k"


@pytest.mark.parametrize(
    ("env", "message"),
    [
        ({"DATABASE_URL": "mysql://someone:hush@127.0.0.1/catalogue"}, "must start with postgres:// or sqlite://"),
        ({"DATABASE_URL": "nonsense://someone:hush@x"}, "DATABASE_URL cannot be read"),
        ({"DATABASE_URL": "postgres://someone:hush@one:1,two:x/c"}, "DATABASE_URL cannot be read"),
        ({"REPLICA_URLS": "postgres://someone:hush@one/c"}, "REPLICA_URLS is for PostgreSQL"),
        ({"DATABASE_URL": POSTGRESQL, "REPLICA_URLS": "sqlite:///hush"}, "REPLICA_URLS must start with postgres://"),
        ({"DATABASE_URL": POSTGRESQL, "REPLICA_URLS": "nonsense://hush"}, "REPLICA_URLS cannot be read"),
        ({"DEBUG": "maybe"}, "DEBUG must be true or false, not 'maybe'"),
        ({"MAX_BODY_BYTES": "4MB"}, "MAX_BODY_BYTES must be a whole number, not '4MB'"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(env: dict[str, str], message: str) -> None:
    refusal = refusal_with(**env)
    assert message in refusal
    assert "hush" not in refusal


def test_https_is_asked_for_and_never_assumed() -> None:
    plain, secure = settings_with(), settings_with(HTTPS="true")
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS"):
        assert not plain[name]
        assert secure[name]
    assert plain["SECURE_PROXY_SSL_HEADER"] is None  # anyone can send the header


def test_the_version_is_said_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == scidex_models.__version__
    assert settings_with()["SPECTACULAR_SETTINGS"]["VERSION"] == scidex_models.__version__


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_the_locks_hold_hashes_and_no_addresses(lock: str) -> None:
    lines = (ROOT / "requirements" / lock).read_text().splitlines()
    pins = [number for number, line in enumerate(lines) if "==" in line and not line.startswith(" ")]
    assert pins
    assert all("--hash=sha256:" in lines[number + 1] for number in pins)
    assert not [line for line in lines if "://" in line or "index-url" in line or "find-links" in line]


def served_with(**env: str) -> dict[str, str]:
    done = run_python("-m", "gunicorn", "--print-config", **env)
    assert done.returncode == 0, done.stderr
    lines = (line.partition("=") for line in done.stdout.splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}


def test_it_is_served_on_loopback_by_two_processes_unless_told_otherwise() -> None:
    config = served_with()
    assert (config["bind"], config["workers"], config["threads"]) == ("['127.0.0.1:8000']", "2", "4")
    assert served_with(PORT="8123")["bind"] == "['127.0.0.1:8123']"

    config = served_with(BIND="0.0.0.0:80", WEB_CONCURRENCY="8", WEB_THREADS="3", PORT="8123")
    assert (config["bind"], config["workers"], config["threads"]) == ("['0.0.0.0:80']", "8", "3")
