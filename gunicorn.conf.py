"""How `make run` serves: on this machine only, from PORT."""

import os
from typing import Any

port = int(os.environ.get("PORT") or 8000)

wsgi_app = "scidex_models.wsgi"
bind = f"127.0.0.1:{port}"
workers = 2
threads = 4
timeout = 60
control_socket_disable = True  # it would be a file in the home folder


def when_ready(server: Any) -> None:
    address = f"http://127.0.0.1:{port}"
    print(
        f"\nSciDEX Models is at  {address}/\n"
        f"  API documentation  {address}/api/docs\n"
        f"  Administration     {address}/admin/\n"
        "Press Ctrl+C to stop.\n",
        flush=True,
    )
