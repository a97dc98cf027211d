"""A bundle's configurations: the network of `inference`, the procedure of `train`.

Configurations are programs with references (`@id#part`) and expressions (`$…`). References to plain values are
followed, everything else stays as the source writes it; nothing is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.importers.files import SourceTree, Unreadable, digest, parse_json, parse_yaml
from catalog.importers.records import Reject
from catalog.importers.text import finite

Config = Mapping[str, Any]

_REFERENCE = re.compile(r"[@%][\w#.:]+")
_MAX_STEPS = 16
_NETWORKS = ("network_def", "network", "net", "model")
_LEFT_OUT = frozenset({"_target_", "params", "optimizer", "_requires_", "_disabled_"})


@dataclass(frozen=True, slots=True)
class Configs:
    """The configurations of a bundle as it is now. `train_file` is relative to the bundle."""

    train: Config = field(default_factory=dict)
    inference: Config = field(default_factory=dict)
    train_file: str = ""
    train_digest: str = ""
    rejects: tuple[Reject, ...] = ()


def read_configs(tree: SourceTree, folder: str | None, bundle: str) -> Configs:
    """Read `configs/train.*` and `configs/inference.*`. An unreadable one is rejected, the bundle is not."""
    rejects: list[Reject] = []
    found: dict[str, tuple[str, Config, str]] = {}
    for stem in ("train", "inference"):
        for suffix in ("json", "yaml", "yml"):
            file = f"{folder}/configs/{stem}.{suffix}".lstrip("/") if folder else f"configs/{stem}.{suffix}"
            if tree.only or stem in found or not tree.has(file):
                continue
            try:
                content = tree.read(file)
                config = parse_json(content) if suffix == "json" else parse_yaml(content)
                if not isinstance(config, dict):
                    raise Unreadable("not an object")
                found[stem] = (f"configs/{stem}.{suffix}", config, digest(content))
            except Unreadable as error:
                rejects.append(Reject(file=file, name=f"{bundle} {stem}", reason=str(error)))
    train_file, train, train_digest = found.get("train", ("", {}, ""))
    return Configs(train, found.get("inference", ("", {}, ""))[1], train_file, train_digest, tuple(rejects))


def architecture(configs: Configs) -> tuple[str, dict[str, Any]]:
    """The network's class and its arguments, from the inference configuration or else the training one."""
    for config in (configs.inference, configs.train):
        parts = [key for key in config if key.endswith("_def")]
        for keys in (*([key] for key in _NETWORKS), parts):
            named = {key: _class(config.get(key)) for key in keys}
            layers = {key: resolved(config, config[key]) for key, name in named.items() if name}
            if layers:
                only = next(iter(layers.values()))
                names = " + ".join(dict.fromkeys(filter(None, named.values())))
                return names, only if len(layers) == 1 and isinstance(only, dict) else layers
    return "", {}


def training_config(config: Config) -> dict[str, Any]:
    """Optimiser, learning rate, loss, epochs and batch size, as far as the training configuration states them."""
    train = _mapping(config.get("train"))
    trainer = _mapping(train.get("trainer")) or _mapping(config.get("trainer"))
    loader = _mapping(train.get("dataloader")) or _mapping(config.get("train_dataloader"))
    optimizer = component(config, _first(config.get("optimizer"), trainer.get("optimizer")))
    stated = {
        "optimizer": optimizer,
        "learning_rate": _first(
            optimizer.get("lr") if isinstance(optimizer, dict) else None, config.get("learning_rate"), config.get("lr")
        ),
        "lr_scheduler": component(config, _first(config.get("lr_scheduler"), config.get("lr_schedule"))),
        "loss": component(config, _first(config.get("loss"), config.get("lossfn"), trainer.get("loss_function"))),
        "epochs": _first(
            trainer.get("max_epochs"), *(config.get(key) for key in ("epochs", "num_epochs", "max_epochs"))
        ),
        "batch_size": _first(loader.get("batch_size"), config.get("batch_size")),
        "amp": _first(trainer.get("amp"), config.get("amp")),
    }
    kept = {key: resolved(config, value) for key, value in stated.items()}
    return {key: value for key, value in finite(kept).items() if value not in (None, {}, "")}


def component(config: Config, value: Any) -> Any:
    """A component as its class and plain arguments; a reference to one is followed."""
    value = _followed(config, value)
    if isinstance(value, dict) and "_target_" in value:
        arguments = {key: item for key, item in value.items() if key not in _LEFT_OUT}
        return {"name": str(value["_target_"]), **arguments}
    return value


def resolved(config: Config, value: Any) -> Any:
    """The value with its references to plain values followed. References to objects stay references."""
    if isinstance(value, dict):
        return {key: resolved(config, item) for key, item in value.items()}
    if isinstance(value, list):
        return [resolved(config, item) for item in value]
    target = _followed(config, value)
    return value if isinstance(target, dict | list) else target


def _followed(config: Config, value: Any) -> Any:
    start = value
    for _ in range(_MAX_STEPS):
        if not isinstance(value, str) or not _REFERENCE.fullmatch(value):
            return value
        found: Any = config
        for part in re.split(r"#|::", value[1:]):
            found = found.get(part) if isinstance(found, dict) else None
        if found is None:
            return start
        value = found
    return start


def _class(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("_target_") or "").rsplit(".", 1)[-1]
    called = re.match(r"\$(?:[\w]+\.)*(\w+)\(", value) if isinstance(value, str) and "@" not in value[:2] else None
    return called.group(1) if called and called.group(1) not in ("to", "load", "torch") else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)
