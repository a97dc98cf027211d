"""How `make run` serves, and a server in earnest: docs/running.md says which variables that takes."""

import os
from typing import Any

port = int(os.environ.get("PORT") or 8000)

wsgi_app = "scidex_models.wsgi"
bind = os.environ.get("BIND") or f"127.0.0.1:{port}"
# Threads share a processor and wait for the database in turns; processes are for further processors.
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
timeout = 60
# Longer than a proxy keeps its own (nginx: 60 seconds), or it would send into a connection that is being closed.
keepalive = 75
control_socket_disable = True  # it would be a file in the home folder


def when_ready(server: Any) -> None:
    address = f"http://127.0.0.1:{port}"
    if os.environ.get("BIND"):
        server.log.info("SciDEX Models listens at %s", bind)
        return
    print(
        f"\nSciDEX Models is at  {address}/\n"
        f"  API documentation  {address}/api/docs\n"
        f"  Administration     {address}/admin/\n"
        "Press Ctrl+C to stop.\n",
        flush=True,
    )
