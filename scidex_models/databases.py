"""Where the data is: DATABASE_URL and REPLICA_URLS, as Django's settings. docs/scaling.md says how to run replicas.

DATABASE_URL=postgres://user:password@host:5432/name, or none for SQLite. Several servers, of which one is the primary,
go between commas: postgres://user:password@one:5432,two:5432/name. Whatever libpq takes may follow as `?name=value`.

REPLICA_URLS names the servers that answer reading, separated by white space, since a comma separates the servers of one
address: "postgres://user:password@two:5432/name postgres://user:password@three:5432/name".
"""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from scidex_models.environment import env_int, env_text

BASE_DIR = Path(__file__).resolve().parent.parent

POSTGRESQL = "django.db.backends.postgresql"
POOLED = "scidex_models.postgresql"
"""The same engine, for the primary: it looks at a connection that it takes from the pool."""

# How far a recursive query goes is guessed far too high, and seconds would go into compiling what takes less.
# What is prepared is planned for any parameters, once.
SESSION = "-c jit=off -c plan_cache_mode=force_generic_plan"
# What cannot be written by mistake, were the server of a replica's address promoted.
READ_ONLY = "-c default_transaction_read_only=on"
# A server that is gone without a word is given up: before it answers for the first time, and later.
PATIENCE = {
    "connect_timeout": 3,  # seconds, for each server of an address
    "tcp_user_timeout": 10_000,  # milliseconds
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
}


def databases() -> dict[str, dict[str, Any]]:
    """What the environment names: the primary as `default`, its replicas as `replica-1` and so on."""
    primary = _database(env_text("DATABASE_URL"))
    replicas = env_text("REPLICA_URLS").split()
    if replicas and primary["ENGINE"] != POOLED:
        raise ImproperlyConfigured(
            "REPLICA_URLS is for PostgreSQL: DATABASE_URL must lead to the primary of these replicas."
        )
    return {"default": primary, **{f"replica-{number}": _replica(url) for number, url in enumerate(replicas, 1)}}


def _database(url: str) -> dict[str, Any]:
    if not url:
        return _sqlite(str(BASE_DIR / "db.sqlite3"))
    parsed = _parsed("DATABASE_URL", url)
    if parsed["ENGINE"] == "django.db.backends.sqlite3":
        return _sqlite(parsed["NAME"])
    if parsed["ENGINE"] == POSTGRESQL:
        return _primary(parsed)
    raise ImproperlyConfigured("DATABASE_URL must start with postgres:// or sqlite://.")


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # A transaction that reads and then writes takes the write lock at once: upgraded halfway,
            # it would fail when another writer came between, however long the timeout.
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
        # A file, since threads that share an in-memory database lock one another out.
        "TEST": {"NAME": env_text("TEST_DATABASE", str(BASE_DIR / "test.sqlite3"))},
    }


def _primary(parsed: dict[str, Any]) -> dict[str, Any]:
    # The pool keeps the connections, so Django must not (CONN_MAX_AGE), and it grows on demand only. The engine drops a
    # dead one when it takes it. A request waits `timeout` seconds for a primary that is not there; the pool tries for
    # no more than `reconnect_timeout`, so that the next request tries anew rather than after a pause that grew with the
    # outage.
    pool = {"min_size": 1, "max_size": env_int("DATABASE_POOL_SIZE", 40), "timeout": 5, "reconnect_timeout": 2}
    # A server that takes no writes, such as one of several that is not the primary, is passed over.
    given = parsed.get("OPTIONS", {})
    options = {"target_session_attrs": "read-write", **PATIENCE, **given, "options": _session(given)}
    kept = {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "OPTIONS": {**options, "pool": pool}}
    return {**parsed, "ENGINE": POOLED, **kept}


def _replica(url: str) -> dict[str, Any]:
    parsed = _parsed("REPLICA_URLS", url)
    if parsed["ENGINE"] != POSTGRESQL:
        raise ImproperlyConfigured("Each address in REPLICA_URLS must start with postgres://.")
    given = parsed.get("OPTIONS", {})
    options = {**PATIENCE, **given, "options": f"{_session(given)} {READ_ONLY}"}
    # Each thread keeps its connection, and asks over it before each request (catalog/replication): where a pool would
    # wait for a server that is down, the next one is asked at once.
    kept = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": False, "OPTIONS": options, "TEST": {"MIRROR": "default"}}
    return {**parsed, **kept}


def _session(given: dict[str, Any]) -> str:
    """What a session begins with; what an address asks for comes last, and so has its way."""
    return f"{SESSION} {given.get('options', '')}".strip()


def _parsed(variable: str, url: str) -> dict[str, Any]:
    try:
        url, servers = _servers_apart(url)
        return {**dj_database_url.parse(url), **servers}
    except ValueError as error:
        # The URL may hold a password, so it is not repeated.
        raise ImproperlyConfigured(f"{variable} cannot be read as a database address.") from error


def _servers_apart(url: str) -> tuple[str, dict[str, str]]:
    """An address of several servers as one of the first, which dj_database_url can read; HOST and PORT of all."""
    parts = urlsplit(url)
    login, at, servers = parts.netloc.rpartition("@")
    if "," not in servers:
        return url, {}
    each = [urlsplit(f"//{server}") for server in servers.split(",")]
    found = {
        "HOST": ",".join(unquote(server.hostname or "") for server in each),
        "PORT": ",".join(str(server.port or 5432) for server in each),
    }
    return urlunsplit(parts._replace(netloc=f"{login}{at}{servers.split(',')[0]}")), found
