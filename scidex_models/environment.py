"""Variables of the environment, read as texts, flags, numbers and lists. What each means is said where it is read."""

import os

from django.core.exceptions import ImproperlyConfigured


def env_text(name: str, default: str = "") -> str:
    """An empty variable counts as one that is not set."""
    return os.environ.get(name, "").strip() or default


def env_flag(name: str, default: bool = False) -> bool:
    text = env_text(name, str(default)).lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {text!r}.")


def env_int(name: str, default: int) -> int:
    text = env_text(name, str(default))
    if not text.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def env_list(name: str) -> list[str]:
    return [item.strip() for item in env_text(name).split(",") if item.strip()]
