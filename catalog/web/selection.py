"""The models chosen for comparison, carried in the address as `selected`, so that paging and filtering keep them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from catalog.comparison.compare import FEWEST, MOST
from catalog.references import Target, resolve_all
from catalog.vocabulary import Kind
from catalog.web.query import PageQuery

_READ = 50
"""How many chosen models are read from an address."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One model that was chosen, and the address of this page without it."""

    id: str
    title: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen models, each once, and what is wrong with what was chosen beside them."""

    models: Sequence[Chosen]
    problems: Sequence[str]
    clear_url: str

    @classmethod
    def of(cls, query: PageQuery) -> Selection:
        """Read the selection, in two queries where there is one."""
        references = list(dict.fromkeys(query.values("selected")))
        found = resolve_all(references[:_READ]) if references else {}
        models: dict[str, Chosen] = {}
        problems = []
        for reference, target in ((reference, found[reference]) for reference in references[:_READ]):
            if problem := _problem(reference, target):
                problems.append(problem)
            elif target and target.version:
                version = target.version
                url = query.without("selected", reference).url
                models.setdefault(version.public_id, Chosen(version.public_id, version.title, url))
        if len(references) > _READ:
            problems.append(f"{len(references)} models are chosen; the first {_READ} were read.")
        return cls(tuple(models.values()), problems, query.but("selected").url)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(model.id for model in self.models)

    @property
    def surplus(self) -> int:
        """How many models too many are chosen."""
        return max(0, len(self.models) - MOST)

    @property
    def lacking(self) -> int:
        """How many more it takes for a comparison."""
        return max(0, FEWEST - len(self.models))

    @property
    def most(self) -> int:
        return MOST

    @property
    def compare_url(self) -> str:
        """The address of the comparison; '' where there are too few models for one, or too many."""
        if self.lacking or self.surplus:
            return ""
        ids = ",".join(model.id for model in self.models)
        return PageQuery(reverse("compare"), (("ids", ids),)).url


def _problem(reference: str, target: Target | None) -> str | None:
    if target is None or target.version is None:
        return f"Nothing in the catalogue is called '{reference[:250]}'; it cannot be compared."
    return None if target.kind == Kind.MODEL else f"'{reference}' is of kind {target.kind}; models are compared."
