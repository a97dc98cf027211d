"""A database for each size, `bench_catalogue_{size}`, made anew where it is not what this code would make.

On PostgreSQL it is made beside the one that DATABASE_URL names, which only serves to reach the server; on SQLite it
is a file in this folder. Nothing here reads or writes a catalogue that somebody uses.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

HERE = Path(__file__).resolve().parent
_SOURCES = (HERE / "generating", HERE.parent / "catalog" / "migrations")


def url_of(url: str, name: str) -> str:
    """The address of the benchmark's database `name`, on the server of `url` or, where that is SQLite, as a file."""
    if not on_postgresql(url):
        return f"sqlite:///{HERE / name}.sqlite3"
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def on_postgresql(url: str) -> bool:
    return urlsplit(url).scheme in ("postgres", "postgresql", "pgsql")


def stamp_of(size: int) -> str:
    """What a database of this size is stamped with: another generator or schema would make another."""
    sources = sorted(path for folder in _SOURCES for path in folder.glob("*.py"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources))
    return f"{size} {digest.hexdigest()}"


def prepare(url: str, name: str, stamp: str, fill: Callable[[], object]) -> None:
    """Leave the database `name` filled and stamped: as it is where it is stamped so, else dropped and made anew."""
    address = url_of(url, name)
    if _stamp(address) == stamp:
        return
    recreate(url, name)
    fill()
    with _connected(address) as connection:
        connection.execute("CREATE TABLE bench_stamp (stamp text)")
        connection.execute(f"INSERT INTO bench_stamp VALUES ('{stamp}')")
        connection.commit()


def recreate(url: str, name: str) -> None:
    """Drop the database `name`, if there is one, and make an empty one."""
    if not on_postgresql(url):
        for end in ("", "-wal", "-shm"):
            (HERE / f"{name}.sqlite3{end}").unlink(missing_ok=True)
        return
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')


def tidy(address: str) -> None:
    """Take out what the last run left behind, have the planner know the tables, and index-only scans see them."""
    if on_postgresql(address):
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("VACUUM FULL")
            connection.execute("VACUUM ANALYZE")  # which marks what is visible to all: FULL does not
    else:
        with _connected(address) as connection:
            connection.execute("ANALYZE")
            connection.commit()


def _connected(address: str) -> psycopg.Connection | sqlite3.Connection:
    return psycopg.connect(address) if on_postgresql(address) else sqlite3.connect(urlsplit(address).path)


def _stamp(address: str) -> str | None:
    try:
        with _connected(address) as connection:
            row = connection.execute("SELECT stamp FROM bench_stamp").fetchone()
    except (psycopg.Error, sqlite3.Error):
        return None
    return str(row[0]) if row else None
