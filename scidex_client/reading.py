"""Reading the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from types import TracebackType
from typing import Any, Self, Unpack, cast

from scidex_client.address import base_of, step, token_of, warn_of_plain_http
from scidex_client.answers import (
    AnyVersionDetail,
    ArtifactDetail,
    ArtifactRow,
    Comparison,
    Frozen,
    FrozenRow,
    Leaderboards,
    ModelDetail,
    ModelRow,
    ProvenanceAnswer,
    Reproducibility,
    StandingOfVersion,
    VersionDiff,
    VersionRow,
)
from scidex_client.errors import Misconfigured
from scidex_client.exports import Export, name_of
from scidex_client.listing import MOST_ROWS, Dependents, Listing
from scidex_client.queries import ArtifactFilters, DependentFilters, ModelFilters, Moment, query_of
from scidex_client.transport import Transport


class Reader:
    """A catalogue to read. Wherever an id is taken, these work: a version id; an artifact id or alias, for its latest
    live version; `x@3`; `x@tag`.

    Every method raises `ConnectionFailed` where no answer comes, and what the catalogue refuses with as one of the
    `ProblemError`s: `InvalidInput`, `NotFound` and so on.
    """

    def __init__(
        self, url: str | None = None, token: str | None = None, *, timeout: float = 60.0, retries: int = 4
    ) -> None:
        """`url` and `token` are taken from SCIDEX_MODELS_URL and SCIDEX_MODELS_TOKEN where they are not given.

        `timeout` is in seconds, for each try; `retries` says how often what is safe to repeat is tried again.
        Raises `Misconfigured`.
        """
        if not timeout > 0 or retries < 0:
            raise Misconfigured("timeout is a number of seconds above 0, and retries a whole number from 0.")
        base, secret = base_of(url), token_of(token)
        if secret:
            warn_of_plain_http(base)
        self._transport = Transport(base, secret, timeout=timeout, retries=retries)

    @property
    def url(self) -> str:
        """The address of the catalogue."""
        return self._transport.base

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections. The catalogue can still be used, and makes new ones."""
        self._transport.close()

    def models(self, *, page_size: int = MOST_ROWS, **filters: Unpack[ModelFilters]) -> Listing[ModelRow]:
        """The models that match, one row each unless `latest=False`; nothing is asked for until they are walked."""
        return Listing(partial(self._get, "/api/models"), "models", query_of(filters), page_size)

    def model(self, reference: str, *, as_of: Moment | None = None) -> ModelDetail:
        """Everything about a model version; with `as_of`, as the catalogue showed it then."""
        return cast("ModelDetail", self._get(f"/api/models/{step(reference)}", query_of({"as_of": as_of})))

    def provenance(
        self,
        reference: str,
        *,
        max_depth: int | None = None,
        max_nodes: int | None = None,
        history: bool | None = None,
        as_of: Moment | None = None,
    ) -> ProvenanceAnswer:
        """Everything that a model came from, as a graph; with `history`, its own earlier versions too."""
        query = query_of({"max_depth": max_depth, "max_nodes": max_nodes, "history": history, "as_of": as_of})
        return cast("ProvenanceAnswer", self._get(f"/api/models/{step(reference)}/provenance", query))

    def compare(self, references: Sequence[str], *, as_of: Moment | None = None) -> Comparison:
        """Two to eight models side by side, in the order asked for; with `as_of`, as they were shown then."""
        if isinstance(references, str):
            raise Misconfigured("compare takes a list of references, such as ['model-a', 'model-b@2'].")
        query = query_of({"ids": ",".join(references), "as_of": as_of})
        return cast("Comparison", self._get("/api/models/compare", query))

    def frozen_comparisons(self, *, page_size: int = MOST_ROWS) -> Listing[FrozenRow]:
        """The comparisons that were frozen, the newest first."""
        return Listing(partial(self._get, "/api/comparisons"), "comparisons", [], page_size)

    def frozen_comparison(self, comparison: str) -> Frozen:
        """A frozen comparison, whether its digest still holds, and what has changed since."""
        return cast("Frozen", self._get(f"/api/comparisons/{step(comparison)}"))

    def artifacts(self, *, page_size: int = MOST_ROWS, **filters: Unpack[ArtifactFilters]) -> Listing[ArtifactRow]:
        """The artifacts of any kind that match, the newest first."""
        return Listing(partial(self._get, "/api/artifacts"), "artifacts", query_of(filters), page_size)

    def artifact(self, reference: str, *, as_of: Moment | None = None) -> ArtifactDetail:
        """What a version of any kind says, as far as all kinds share it; with `as_of`, as it was shown then."""
        return cast("ArtifactDetail", self._get(f"/api/artifacts/{step(reference)}", query_of({"as_of": as_of})))

    def history(self, reference: str, *, page_size: int = MOST_ROWS) -> Listing[StandingOfVersion]:
        """How a version of any kind stood, from the newest change to its registration."""
        return Listing(partial(self._get, f"/api/artifacts/{step(reference)}/history"), "history", [], page_size)

    def versions(self, reference: str, *, page_size: int = MOST_ROWS) -> Listing[VersionRow]:
        """All versions of an artifact, the newest first."""
        return Listing(partial(self._get, f"/api/artifacts/{step(reference)}/versions"), "versions", [], page_size)

    def version(self, reference: str, number: int) -> AnyVersionDetail:
        """One version of an artifact by its number: a model's detail, or an artifact's of another kind."""
        return cast("AnyVersionDetail", self._get(f"/api/artifacts/{step(reference)}/versions/{number}"))

    def diff(self, reference: str, before: int | str, after: int | str) -> VersionDiff:
        """What is different between two versions of an artifact, each named by its number or its tag."""
        query = query_of({"from": before, "to": after})
        return cast("VersionDiff", self._get(f"/api/artifacts/{step(reference)}/diff", query))

    def dependents(
        self, reference: str, *, page_size: int = MOST_ROWS, **filters: Unpack[DependentFilters]
    ) -> Dependents:
        """Everything downstream of a version, or of any version of an artifact, the nearest first."""
        path = f"/api/artifacts/{step(reference)}/dependents"
        return Dependents(partial(self._get, path), "dependents", query_of(filters), page_size)

    def reproducibility(self, reference: str) -> Reproducibility:
        """Whether a model or an analysis can be repeated: each pin checked, with expected and current digest."""
        artifact = self.artifact(reference)
        kind = "models" if artifact["kind"] == "model" else "analyses"
        return cast("Reproducibility", self._get(f"/api/{kind}/{step(artifact['id'])}/reproducibility"))

    def export(self, references: str | Sequence[str], export_format: str) -> Export:
        """A model, or several in one, as a file in the format of another tool: `prov-json`, `provn`, `ro-crate`,
        `jsonld`, `model-card`, `csv` or `bibtex`."""
        if isinstance(references, str):
            of, query = step(references), []
        else:
            of, query = "compare", [("ids", ",".join(references))]
        path = f"/api/models/{of}/export/{step(export_format)}"
        answer = self._transport.send("GET", path, query=query, repeatable=True)
        return Export(answer.content, name_of(answer.disposition, f"export.{export_format}"), answer.media_type)

    def leaderboard(
        self, dataset: str, *, metric: str | None = None, task: str | None = None, split: str | None = None
    ) -> Leaderboards:
        """The models measured on a dataset, ranked where they can be compared."""
        query = query_of({"metric": metric, "task": task, "split": split})
        return cast("Leaderboards", self._get(f"/api/artifacts/{step(dataset)}/leaderboard", query))

    def _get(self, path: str, query: list[tuple[str, str]] | None = None) -> dict[str, Any]:
        return cast("dict[str, Any]", self._transport.send("GET", path, query=query or [], repeatable=True).json())
