"""The catalogue, to read and to write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Generic, TypeVar, Unpack, cast

from scidex_client import bodies
from scidex_client.address import step
from scidex_client.answers import ArtifactDetail, Frozen, ModelDetail
from scidex_client.bulk import BulkReport, Outcome, register_each
from scidex_client.errors import Fault, InvalidInput
from scidex_client.plain import plain
from scidex_client.reading import Reader
from scidex_client.sources import with_source

Detail = TypeVar("Detail", ModelDetail, ArtifactDetail)


@dataclass(frozen=True, slots=True)
class Registered(Generic[Detail]):
    """A version as it stands in the catalogue, and whether this call added to it: `created` is False where it was
    there already."""

    version: Detail
    created: bool

    @property
    def id(self) -> str:
        """The version's id."""
        return self.version["id"]


class Catalogue(Reader):
    """A catalogue to read and, with a token, to write.

    What is written takes the fields of the body as keyword arguments; a record from a file is `register(**record)`.
    Registering is safe to repeat: where no `source` is given, the body's own content becomes it, and a source is
    registered once. So is adding an evaluation or a link. These are tried again when an answer is lost; withdrawing
    and amending are not.
    """

    def register(self, *, strict: bool = False, **body: Unpack[bodies.Model]) -> Registered[ModelDetail]:
        """Register a version of a model; the first creates the model. `strict` refuses one that fails a rule."""
        answer = self._register("/api/models", body, strict)
        return Registered(cast("ModelDetail", answer.version), answer.created)

    def register_artifact(self, **body: Unpack[bodies.Artifact]) -> Registered[ArtifactDetail]:
        """Register a version of a dataset, an analysis, a hypothesis or anything else that is no model."""
        answer = self._register("/api/artifacts", body)
        return Registered(cast("ArtifactDetail", answer.version), answer.created)

    def register_many(
        self,
        records: Iterable[Mapping[str, Any] | InvalidInput],
        *,
        strict: bool = False,
        progress: bool | None = None,
        rejects: str | Path | None = None,
        on_outcome: Callable[[Outcome], None] | None = None,
    ) -> BulkReport:
        """Register records one after another: models, which name their `model`, and artifacts, their `artifact`.

        A record that is refused is reported, and the next one taken; so is an `InvalidInput` in a record's place, of
        whoever could not read it. With `rejects`, refused records go to that file
        too, a JSON object a line. `progress` shows a bar; None means on a terminal. `on_outcome` is told of each
        record as it is done. Where the catalogue cannot be reached, or refuses the token, the error is raised: run
        the same records again, and what is there already is found unchanged.
        """
        return register_each(
            records,
            lambda record: self._record(record, strict=strict),
            progress=progress,
            rejects=Path(rejects) if rejects is not None else None,
            on_outcome=on_outcome,
        )

    def add_evaluation(self, reference: str, **body: Unpack[bodies.LaterEvaluation]) -> Registered[ModelDetail]:
        """Add an evaluation to a model version. Another value for the same case is refused, unless it `supersedes`
        the one that it replaces, by its number."""
        exact = self.model(reference)["id"]  # the same version in every try
        answer = self._post(f"/api/models/{step(exact)}/evaluations", plain(body))
        return Registered(cast("ModelDetail", answer.version), answer.created)

    def add_link(self, reference: str, **body: Unpack[bodies.Link]) -> Registered[ArtifactDetail]:
        """Add a link to a version of any kind: this is how the remedy of a warning is applied."""
        exact = self.artifact(reference)["id"]
        answer = self._post(f"/api/artifacts/{step(exact)}/links", plain(body))
        return Registered(cast("ArtifactDetail", answer.version), answer.created)

    def withdraw_link(self, reference: str, number: int, *, reason: str) -> ArtifactDetail:
        """Withdraw a link of an exact version, by the link's number; the history keeps it, with the reason."""
        path = f"/api/artifacts/{step(reference)}/links/{number}"
        answer = self._transport.send("DELETE", path, query=[("reason", reason)], repeatable=False)
        return cast("ArtifactDetail", answer.json())

    def retract_evaluation(self, reference: str, number: int, *, reason: str) -> ModelDetail:
        """Retract an evaluation of an exact version, by its number; it is kept, and no longer counts."""
        path = f"/api/models/{step(reference)}/evaluations/{number}"
        answer = self._transport.send("DELETE", path, query=[("reason", reason)], repeatable=True)
        return cast("ModelDetail", answer.json())

    def freeze(self, references: Sequence[str], *, note: str | None = None) -> Frozen:
        """Freeze a comparison under an address that stays; the same content again is the same frozen comparison."""
        exact = [row["id"] for row in self.compare(references)["models"]]
        body = {"ids": exact} | ({} if note is None else {"note": note})
        return cast("Frozen", self._transport.send("POST", "/api/comparisons", body=body, repeatable=True).json())

    def amend(self, reference: str, **changes: Unpack[bodies.Amendment]) -> ArtifactDetail:
        """Change the tag, the state (with a `reason`), the quality or the family of an exact version."""
        path = f"/api/artifacts/{step(reference)}"
        return cast("ArtifactDetail", self._transport.send("PATCH", path, body=plain(changes), repeatable=False).json())

    def _record(self, record: Any, *, strict: bool) -> Registered[Any]:
        if isinstance(record, InvalidInput):
            raise record
        stated = record if isinstance(record, Mapping) else {}
        match [name for name in ("model", "artifact") if stated.get(name) is not None]:
            case ["model"]:
                return self._register("/api/models", stated, strict, minimal=True)
            case ["artifact"]:
                return self._register("/api/artifacts", stated, minimal=True)
        told: Fault = {"pointer": "", "detail": "Name its `model`, or its `artifact` and `kind`.", "code": "required"}
        raise InvalidInput("The record does not say what it is.", errors=[told])

    def _register(
        self, path: str, body: Mapping[str, Any], strict: bool = False, *, minimal: bool = False
    ) -> Registered[Any]:
        stated = with_source(plain(body))
        query = [("strict", "true")] if strict else []
        return self._post(path, stated, query, repeatable="source" in stated, minimal=minimal)

    def _post(
        self,
        path: str,
        body: Any,
        query: list[tuple[str, str]] | None = None,
        *,
        repeatable: bool = True,
        minimal: bool = False,
    ) -> Registered[Any]:
        answer = self._transport.send(
            "POST", path, query=query or [], body=body, repeatable=repeatable, minimal=minimal
        )
        return Registered(answer.json(), created=answer.status == HTTPStatus.CREATED)
