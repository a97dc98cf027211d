"""What differs between two states of one answer, field by field, each with a sentence. Plain JSON values, no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

KEYS: Mapping[str, tuple[str, ...]] = {
    "models": ("id",),
    "metadata": ("field",),
    "metrics": ("metric", "unit", "task", "subset", "dataset", "dataset_version", "split"),
    "shared": ("artifact",),
    "overlap": ("models",),
    "nodes": ("id",),
    "edges": ("source", "relation", "target"),
    "different_versions": ("artifact",),
    "notices": ("code", "models", "message"),
}
"""By what the items of a list of objects are told apart; every other list is one value."""

_UNSAID = frozenset({"models", "metadata", "metrics", "provenance", "training_data", "graphs", "nodes", "edges"})
"""Parts of an answer that say nothing beside the names of what is in them."""

_BY_NAME = frozenset({"values", "intervals", "n", "warnings", "completeness", "unique", "unique_inputs", "versions"})
"""Fields that hold something for each of several things, by its name."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One value that is not what it was. `path` leads to it, its steps apart; None stands for what is not there."""

    steps: tuple[str, ...]
    then: Any
    now: Any

    @property
    def path(self) -> str:
        """The way to it, an item of a list by its name in brackets: `models[model-a-v1].quality_score`."""
        return "".join(self.steps).removeprefix(".")

    @property
    def sentence(self) -> str:
        """What changed, for a reader."""
        item = self.now or self.then
        if isinstance(item, Mapping) and "message" in item:
            return f"{'New' if self.then is None else 'No longer'}: {item['message']}"
        what = ", ".join(_in_words(self.steps))
        if isinstance(item, Mapping) and None in (self.then, self.now):
            return f"{what}: {'new' if self.then is None else 'no longer there'}."
        return f"{what}: {_told(self.then)} then, {_told(self.now)} now."


def changes(then: Any, now: Any, steps: tuple[str, ...] = ()) -> Iterator[Changed]:
    """The values in which two states differ, in the order of the older one."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for name in [*then, *(name for name in now if name not in then)]:
            yield from changes(then.get(name), now.get(name), (*steps, f".{name}"))
    elif (keys := _keys(steps)) and _of_objects(then) and _of_objects(now):
        before, after = _by_key(then, keys), _by_key(now, keys)
        for name in [*before, *(name for name in after if name not in before)]:
            yield from changes(before.get(name), after.get(name), (*steps, f"[{name}]"))
    elif then != now:
        yield Changed(steps, then, now)


def _of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)


def _keys(steps: Sequence[str]) -> tuple[str, ...]:
    return KEYS.get(steps[-1].removeprefix("."), ()) if steps else ()


def _by_key(items: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    return {", ".join(_named(item[key]) for key in keys if item[key] is not None): item for item in items}


def _in_words(steps: Sequence[str]) -> Iterator[str]:
    """The way to a value as a reader names it: what it is of, then what it is."""
    for before, step in pairwise(("", *steps)):
        name, parent = step.removeprefix("."), before.removeprefix(".")
        if step.startswith("["):
            yield step[1:-1]
        elif parent == "graphs":
            yield f"what {name} came from"
        elif parent in _BY_NAME:
            yield name
        elif name not in _UNSAID:
            yield name.replace("_", " ")


def _named(value: Any) -> str:
    return " and ".join(map(str, value)) if isinstance(value, list) else str(value)


def _told(value: Any) -> str:
    """A value in few words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_told, value)) or "none"
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {_told(item)}" for name, item in value.items() if item not in (None, [], {}))
    return "nothing" if value is None else str(value)
