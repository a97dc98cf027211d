"""Which datasets a source names in its free text. Shared by the importers, so that one dataset is one artifact.

A dataset is made of a name, never of a host: an address, an archive of many datasets or an institution names none.
Where the words stand for data that nobody else can mean ("private dataset", an institution, `RawData.zip`), the
dataset is the one model's own. What a text denies ("not trained on X") is not read as said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalog import identity
from catalog.importers.text import MAX_ID, artifact_id, as_text, slug
from catalog.registration.submission import Source, VersionInput
from catalog.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Known:
    """A dataset that sources spell in several ways. `addresses` are pages of this one dataset."""

    name: str
    spellings: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A dataset as a source names it: the artifact, and the source's words."""

    dataset: VersionInput
    stated_as: str


KNOWN: tuple[Known, ...] = (
    Known("ImageNet-1k", ("ImageNet-1K", "ILSVRC-2012", "ILSVRC2012")),
    Known("ImageNet-12k", ("ImageNet-12K",)),
    Known("ImageNet-21k", ("ImageNet-21K",)),
    Known("CIFAR-10", ("CIFAR10",)),
    Known("CIFAR-100", ("CIFAR100",)),
    Known("COCO", ("MSCOCO", "MS-COCO")),
    Known("Visual Genome", ("VG", "VisualGenome")),
    Known("CC3M", ("Conceptual Captions",)),
    Known("CC12M", ("Conceptual 12M",)),
    Known("SBU captions", ("SBU",)),
    Known("Objects365", ("Object365", "O365")),
    Known("BTCV", addresses=("synapse.org/#!Synapse:syn3193805",)),
    Known("BraTS 2018", addresses=("med.upenn.edu/sbia/brats2018",)),
    Known("CoNSeP", ("consep_dataset",), ("warwick.ac.uk/fac/cross_fac/tia/data/hovernet",)),
    Known("LUNA16", addresses=("luna16.grand-challenge.org",)),
)
_COMBINED = {"CC3M+12M": ("CC3M", "CC12M")}
_GENERIC = frozenset(
    "data dataset datasets images train training trainingdata rawdata custom public publicdata own ourdata".split()  # noqa: SIM905
)
_HOSTS = frozenset({"tcia", "thecancerimagingarchive", "kaggle", "zenodo", "synapse", "huggingface", "github"})

_NEGATED = re.compile(
    r",?\s*\b(?:and |but )?(?:was |is |are |were )?(?:not|never|without|excluding|except(?: for)?|no)\b"
    r"(?! (?:yet )?(?:public|available|released))[^.;,]*?(?=$|[.;,]|\bbut\b)",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^[\s,;.]*(?:(?:but|and|it|was|is|the|model|(?:pre-?)?trained|on|using|with)\s+)+", re.IGNORECASE)
_PRIVATE = re.compile(
    r"\b(?:private|non-?public|not (?:yet )?(?:public|available|released)\w*)\b"
    r"|\b(?:in-?house|internal|proprietary|unreleased)\b",
    re.IGNORECASE,
)
_INSTITUTION = re.compile(
    r"\b(?:clinics?|hospitals?|cent(?:er|re)s?|universit\w+|institutes?|colleges?)\b"
    r"|^(?:openai|google|meta|microsoft|nvidia)$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\bhttps?://\S+|\bwww\.\S+|\b10\.\d{4,9}/\S+", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(?:zip|tar|tgz|gz|bz2|xz|7z|rar)$", re.IGNORECASE)
_NOUN = re.compile(r"^(?:the )?(?P<name>\S.*?)\s+(?:public )?(?:data ?sets?|data)\b.*$", re.IGNORECASE)
_TAIL = re.compile(
    r"(?P<noun>\bdata ?sets?|\bdata) (?:kindly|made|provided|given|donated|collected|acquired|gathered)\b.*"
    r"|(?P<of>\bdata ?sets?|\bdata) (?:from|by|of|in)\b.*",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*[,;]\s*|\s+and\s+")
_MAX_WORDS = 4


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


_BY_KEY = {_key(spelling): known for known in KNOWN for spelling in (known.name, *known.spellings)}


class Datasets:
    """The datasets of one run. The first spelling of a name that is not `KNOWN` is its title."""

    def __init__(self, source_format: str) -> None:
        self._format = source_format
        self._titles: dict[str, str] = {}

    def named(self, text: object, owner: str) -> tuple[Named, ...]:
        """The datasets that a text names; `owner` is the id of the model that the text speaks of."""
        stated = as_text(text)
        found = {named.dataset.artifact: named for named in self._read(stated, owner)} if stated else {}
        return tuple(found.values())

    def single(self, text: object) -> VersionInput | None:
        """The one dataset that a text names, as of an evaluation; None for none, several, or a private one."""
        found = self.named(text, "")
        return found[0].dataset if len(found) == 1 and found[0].dataset.artifact != _own_id("") else None

    def identified(self, identifier: str, owner: str) -> VersionInput:
        """The dataset that an identifier of a registry stands for. It is no sentence, and is read as it is written."""
        known = _BY_KEY.get(_key(identifier))
        if known:
            return self._known(known)
        if _key(_PRIVATE.sub("", identifier)) in {"", *_GENERIC}:
            return self._own(owner)
        if identifier.startswith("dataset-") and slug(identifier) == identifier and len(identifier) <= MAX_ID:
            return self._version(identifier, identifier, ())  # an id of a catalogue already
        return self._of_name(identifier)

    def _read(self, stated: str, owner: str) -> Iterator[Named]:
        said = _LEAD.sub("", _NEGATED.sub(" ", stated)).strip(" ,;.")
        said = re.sub(r"\s+(?:and|but)$", "", said)
        address = next((known for known in KNOWN if any(page in said for page in known.addresses)), None)
        if not said:
            return
        if _PRIVATE.search(said):
            yield Named(self._own(owner), stated)
            # Beside private data only a name that is known is read: the rest of the sentence describes them.
            parts = (_BY_KEY.get(_key(_NOUN.sub(r"\g<name>", part.strip()))) for part in _SEPARATOR.split(said))
            yield from (Named(self._known(known), stated) for known in parts if known)
        elif address:
            yield Named(self._known(address), stated)
        elif name := re.sub(
            r"\s+(?:from|at|on|via)$", "", _TAIL.sub(r"\g<noun>\g<of>", _ADDRESS.sub("", said)).strip(" ,;()")
        ):
            yield from self._names(name, stated, owner)

    def _names(self, text: str, stated: str, owner: str) -> Iterator[Named]:
        if _INSTITUTION.search(text) and not _NOUN.match(text):
            yield Named(self._own(owner), stated)
            return
        for part in _SEPARATOR.split(text):
            words = _NOUN.sub(r"\g<name>", _ARCHIVE.sub("", _ARCHIVE.sub("", part.strip())))
            if not slug(words) or _key(words) in _HOSTS or _ADDRESS.fullmatch(words):
                continue
            if _key(words) in _GENERIC or len(words.split()) > _MAX_WORDS:
                yield Named(self._own(owner), stated)
                continue
            for name in _COMBINED.get(words, (words,)):
                yield Named(self._of_name(name), stated)

    def _of_name(self, name: str) -> VersionInput:
        known = _BY_KEY.get(_key(name))
        if known:
            return self._known(known)
        title = self._titles.setdefault(slug(name).lower(), name)
        return self._version(artifact_id("dataset", name).lower(), title, ())

    def _known(self, known: Known) -> VersionInput:
        spellings = tuple(dict.fromkeys(slug(spelling) for spelling in (known.name, *known.spellings)))
        return self._version(artifact_id("dataset", known.name).lower(), known.name, spellings)

    def _own(self, owner: str) -> VersionInput:
        return self._version(_own_id(owner), f"Training data of {owner.removeprefix('model-')}", ())

    def _version(self, artifact: str, title: str, aliases: tuple[str, ...]) -> VersionInput:
        # A name is all that the source says of the dataset, so the name is the record's revision.
        revision = identity.digest({"artifact": artifact, "title": title, "aliases": list(aliases)})
        source = Source(format=self._format, record=artifact, revision=revision)
        return VersionInput(kind=Kind.DATASET, artifact=artifact, title=title, aliases=aliases, source=source)


def _own_id(owner: str) -> str:
    return artifact_id("dataset", owner.removeprefix("model-"), "training-data")
