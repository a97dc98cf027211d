"""PostgreSQL servers of a test's own: a primary and a replica, on free ports of loopback, in a folder that goes again.

PostgreSQL refuses to run as root: root has them run as `postgres`, the user that Debian's package makes; anybody else
runs them as themselves.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

PROGRAMS = ("initdb", "pg_basebackup", "pg_ctl", "postgres")
DATABASE = "scidex"

# What is killed here are processes, not the machine: what they wrote is kept without waiting for a disk.
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
shared_buffers = 32MB
wal_keep_size = 256MB
max_connections = 60
"""


def programs() -> Path:
    """The folder of PostgreSQL's server programs: in the path, or the newest where Debian has them."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    in_path = shutil.which("initdb")
    for folder in [*([Path(in_path).resolve().parent] if in_path else []), *reversed(debian)]:
        if all((folder / name).exists() for name in PROGRAMS):
            return folder
    pytest.fail(
        f"PostgreSQL's server programs ({', '.join(PROGRAMS)}) are neither in the path nor in /usr/lib/postgresql. "
        "On Debian and Ubuntu: apt-get install postgresql"
    )


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def eventually(holds: Callable[[], Any], what: str, seconds: float = 30) -> Any:
    """What `holds` returns once it is true. Fails, saying `what` was waited for, when that takes too long."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, f"Waited {seconds} seconds in vain: {what}."
        time.sleep(0.05)
    return found


class Server:
    """One server and its folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self.data, self.name, self.port = folder / name, name, free_port()
        self._log = folder / f"{name}.log"
        self._programs = programs()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"postgres://postgres@{self.address}/{DATABASE}"

    def create(self) -> None:
        """A primary with nothing in it."""
        self._run(
            "initdb", "--pgdata", self.data, "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8"
        )
        self._configure(SETTINGS)
        self.start()
        self.sql(f"CREATE DATABASE {DATABASE}", database="postgres")

    def follow(self, primary: Server) -> None:
        """A copy of a primary that goes on as its replica."""
        self._run(
            *("pg_basebackup", "--pgdata", self.data, "--host=127.0.0.1", f"--port={primary.port}"),
            *("--username=postgres", "--write-recovery-conf", "--checkpoint=fast", "--no-sync"),
        )
        self._configure("")
        self.start()

    def start(self) -> None:
        self._run("pg_ctl", "start", "--wait", "--silent", "--pgdata", self.data, "--log", self._log)

    def kill(self) -> None:
        """End all its processes at once, with nothing put in order."""
        self._run("pg_ctl", "stop", "--mode=immediate", "--silent", "--pgdata", self.data)

    def promote(self) -> None:
        self._run("pg_ctl", "promote", "--wait", "--silent", "--pgdata", self.data)

    def pause(self) -> None:
        """Have a replica go on receiving, and replay nothing."""
        self.sql("SELECT pg_wal_replay_pause()")
        eventually(lambda: self.value("SELECT pg_get_wal_replay_pause_state()") == "paused", "replay to pause")

    def is_running(self) -> bool:
        return (self.data / "postmaster.pid").exists()

    def sql(self, statement: str, database: str = DATABASE) -> list[tuple[Any, ...]]:
        """The rows of a statement, as the superuser."""
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", dbname=database, autocommit=True
        ) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []

    def value(self, query: str) -> Any:
        return self.sql(query)[0][0]

    def waits_for(self, replica: str) -> None:
        """From now on acknowledge what `replica` has; with an empty name, what is here alone."""
        self.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{replica}'")
        self.sql("SELECT pg_reload_conf()")

    def _configure(self, text: str) -> None:
        # The name of a cluster is what its primary knows a replica by.
        with (self.data / "postgresql.conf").open("a") as configuration:
            configuration.write(f"{text}\nport = {self.port}\ncluster_name = '{self.name}'\n")

    def _run(self, program: str, *arguments: Any) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        done = subprocess.run(
            command, cwd=self.data.parent, stdin=subprocess.DEVNULL, capture_output=True, text=True, **identity()
        )
        log = self._log.read_text()[-2000:] if self._log.exists() else ""
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}{log}"


def identity() -> dict[str, Any]:
    """Who the servers run as."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        pytest.fail("PostgreSQL does not run as root, and there is no user postgres: apt-get install postgresql")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
