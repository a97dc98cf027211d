"""Where the catalogue is, and with what token one writes to it."""

from __future__ import annotations

import ipaddress
import os
import warnings
from urllib.parse import quote, urlsplit

from scidex_client.errors import Misconfigured

URL_VARIABLE = "SCIDEX_MODELS_URL"
TOKEN_VARIABLE = "SCIDEX_MODELS_TOKEN"  # the name of one


class InsecureConnection(UserWarning):
    """A token is about to be sent in the clear."""


def base_of(url: str | None) -> str:
    """The catalogue's address without what follows its root: the one given, else the environment's.

    Raises `Misconfigured` for none, and for one that is not http or https or carries a password.
    """
    stated = (url or os.environ.get(URL_VARIABLE) or "").strip()
    if not stated:
        raise Misconfigured(f"Where is the catalogue? Give its url, or set {URL_VARIABLE} in the environment.")
    try:
        parts = urlsplit(stated)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError as error:
        raise Misconfigured(f"'{stated}' is no address: {error}.") from error
    if parts.username is not None or parts.password is not None:
        raise Misconfigured("Give no user or password in the url; the catalogue takes a token.")
    if not usable or parts.query or parts.fragment:
        raise Misconfigured(f"'{stated}' is no address of a catalogue; it looks like https://models.example.org.")
    path = parts.path.rstrip("/").removesuffix("/api")
    return f"{parts.scheme}://{parts.netloc}{path}"


def token_of(token: str | None) -> str | None:
    """The token given, else the environment's, else none. Raises `Misconfigured` for what cannot be one."""
    stated = (token if token is not None else os.environ.get(TOKEN_VARIABLE, "")).strip()
    if not all("!" <= character <= "~" for character in stated):
        raise Misconfigured("The token holds blanks or other characters that no token has; was it copied whole?")
    return stated or None


def warn_of_plain_http(base: str) -> None:
    """Warn where a token would travel to `base` for all on the way to read."""
    parts = urlsplit(base)
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        text = f"The token is sent to {parts.hostname} over plain http, where others can read it; use https."
        warnings.warn(InsecureConnection(text), stacklevel=4)


def step(reference: str) -> str:
    """A reference as one step of a path. Raises `Misconfigured` where there is none."""
    if not reference or reference in (".", ".."):
        raise Misconfigured(f"'{reference}' is no id; give a version id, an artifact id, `x@3` or `x@tag`.")
    return quote(reference, safe="@:")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
