"""`scidex-models`: the catalogue from a shell.

Exit codes: 0 done, 1 refused or not found, 2 used wrongly, 3 not reached, 130 interrupted, 141 nobody reads on.
"""

from __future__ import annotations

import os
import sys
import warnings
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from scidex_client.catalogue import Catalogue
from scidex_client.cli.arguments import parser
from scidex_client.cli.printing import Console
from scidex_client.errors import CatalogueError, ConnectionFailed, Misconfigured, ServerError, TooManyRequests

DONE, REFUSED, MISUSED, UNREACHED, INTERRUPTED, UNREAD = 0, 1, 2, 3, 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Errors are told on stderr, in words."""
    options = parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", category=UserWarning)
            warnings.showwarning = _warn
            code = _run(options)
        sys.stdout.flush()
    except CatalogueError as error:
        Console(sys.stderr).complain("\n".join([str(error), *getattr(error, "__notes__", ())]))
        return _code_of(error)
    except KeyboardInterrupt:
        Console(sys.stderr).complain("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes once more at its end, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    return code


def _run(options: Namespace) -> int:
    given = vars(options)
    connection = {name: given[name] for name in ("url", "timeout", "retries") if name in given}
    with Catalogue(token=_token(given.get("token_file")), **connection) as catalogue:
        refused: bool = options.run(catalogue, options, Console(sys.stdout))
    return REFUSED if refused else DONE


def _token(path: Path | None) -> str | None:
    """The token in a file; None leaves it to the environment."""
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"The token file {path} cannot be read: {error}.") from error


def _code_of(error: CatalogueError) -> int:
    if isinstance(error, Misconfigured):
        return MISUSED
    return UNREACHED if isinstance(error, ConnectionFailed | ServerError | TooManyRequests) else REFUSED


def _warn(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> Any:
    Console(sys.stderr).complain(f"Warning: {message}")
