"""Reads that read as sentences, and the guards on writes that no signal sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.dispatch import Signal

from catalog.columns import MUTABLE_FIELDS, RULE_COLUMNS, VALIDATION_COLUMNS
from catalog.deletion import depended_on, refusing
from catalog.errors import Conflict, Fault
from catalog.identity import sort_key
from catalog.literals import Literal
from catalog.natural_keys import fact_by_key, row_by_key
from catalog.searching import holding
from catalog.vocabulary import Kind, Relation, State

facts_changing = Signal()
"""Sent before a bulk write to rows that a rule reads, with `owners`, the ids of the versions the rows belong to, and
`producers`, the versions of the analyses that the write makes theirs."""

facts_changed = Signal()
"""Sent after it, in the same transaction, with the owners before and after."""

versions_changed = Signal()
"""Sent after a bulk write to versions, in the same transaction, with `ids`, those of the versions it changed."""

metrics_changed = Signal()
"""Sent after a bulk write to definitions of metrics, in the same transaction."""


class KeptQuerySet(models.QuerySet):
    """Rows that others may depend on."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete all of them. Raises `Conflict`, and deletes none, where something else depends on one."""
        plural = self.model._meta.verbose_name_plural
        with refusing(f"A selection of {plural}"):
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined] # as Django marks its own
    delete.queryset_only = True  # type: ignore[attr-defined]


class ArtifactQuerySet(KeptQuerySet):
    """Artifacts. Nothing of one ever changes."""

    def update(self, **values: Any) -> int:
        raise Conflict("An artifact does not change.", map(_not_by_update, sorted(values)))


class NaturalKeyManager(models.Manager):
    """Finds a row by its public id, as fixtures name it."""

    def get_by_natural_key(self, public_id: str) -> Any:
        def look_up() -> Any:
            return self.only("pk").get(public_id=public_id)  # a load asks for each row's key, for no more

        return row_by_key(self.db, self.model, public_id, look_up)


class MetricDefinitionQuerySet(KeptQuerySet):
    """Definitions of metrics: their history tells of bulk writes too."""

    def update(self, **values: Any) -> int:
        with transaction.atomic(using=self.db):
            count = super().update(**values)
            metrics_changed.send(self.model)
        return count

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        with transaction.atomic(using=self.db):
            created = super().bulk_create(objs, *args, **options)
            metrics_changed.send(self.model)
        return created


class MetricDefinitionManager(models.Manager.from_queryset(MetricDefinitionQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, name: str) -> Any:
        return row_by_key(self.db, self.model, name, lambda: self.get(name=name))


class KindManager(NaturalKeyManager):
    """Versions of certain kinds alone."""

    def __init__(self, *kinds: Kind) -> None:
        super().__init__()
        self.kinds = kinds

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(kind__in=self.kinds)


class VersionQuerySet(KeptQuerySet):
    """Versions of artifacts. What the audit computes and what is content cannot be written in bulk."""

    def of_models(self) -> VersionQuerySet:
        return self.filter(kind=Literal(Kind.MODEL.value))

    def listed(self) -> VersionQuerySet:
        """The models that a list shows unless it is asked for others: the latest of each, unless it is retracted."""
        return self.filter(is_listed=True)

    def latest_versions(self) -> VersionQuerySet:
        """The latest version of each artifact: the newest that is not retracted, or the newest of all."""
        return self.filter(is_latest=True)

    def live(self) -> VersionQuerySet:
        return self.exclude(state=State.RETRACTED)

    def flagged(self) -> VersionQuerySet:
        """Models that fail an applicable provenance rule: no other kind has a completeness."""
        return self.filter(provenance_completeness__lt=1)

    def complete(self) -> VersionQuerySet:
        return self.filter(provenance_completeness=1)

    def matching(self, text: str) -> VersionQuerySet:
        """Versions with every word of `text` in their title, id or description."""
        words = text.split()
        return self.filter(holding(words)) if words else self

    def linked_to(self, relation: Relation, targets: Sequence[Q]) -> VersionQuerySet:
        """Versions with a link of `relation` to any of `targets`, each made by `catalog.references`."""
        links = apps.get_model("catalog", "Link").objects.filter(relation=relation, source=OuterRef("pk"))
        return self.filter(Exists(links.filter(_any(targets))))

    def evaluated_on(self, targets: Sequence[Q]) -> VersionQuerySet:
        evaluations = apps.get_model("catalog", "Evaluation").objects.filter(version=OuterRef("pk"), is_live=True)
        return self.filter(Exists(evaluations.filter(_any(targets))))

    def reporting(self, metric: str) -> VersionQuerySet:
        """Models with a live evaluation by `metric`."""
        evaluations = apps.get_model("catalog", "Evaluation").objects.filter(version=OuterRef("pk"), is_live=True)
        return self.filter(Exists(evaluations.filter(metric__name=metric)))

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete all of them. Raises `Conflict`, and deletes none, where something else depends on one."""
        self.refuse_led_through("A selection of versions")
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def refuse_led_through(self, what: str) -> None:
        """Raise `Conflict` where a link from elsewhere names no version and leads through one of these, the latest.

        No foreign key says so.
        """
        chosen = self.model._base_manager.filter(pk__in=list(self.order_by().values_list("pk", flat=True)))
        latest = chosen.filter(is_latest=True).values("artifact")
        links = apps.get_model("catalog", "Link").objects.filter(target_version=None, target__in=latest)
        if found := list(links.exclude(source__in=chosen).select_related("source", "target")):
            raise depended_on(what, found)

    def update(self, **values: Any) -> int:
        """Update what may change. Raises `Conflict` for computed columns and for content."""
        refused = sorted(set(values) - MUTABLE_FIELDS)
        if refused:
            raise Conflict("Only what may change of a version can be updated.", map(_not_by_update, refused))
        with transaction.atomic(using=self.db):
            artifacts = dict(self.order_by().values_list("pk", "artifact"))
            count = super().update(**values)
            changed = set(artifacts)
            if "state" in values:
                for artifact in apps.get_model("catalog", "Artifact").objects.filter(pk__in=set(artifacts.values())):
                    changed |= artifact.settle_latest()
            versions_changed.send(self.model, ids=changed)
        return count

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        """Insert versions, whose rule columns stay at their defaults until the audit.

        Raises `Conflict` where one sets a rule column, or where a conflict would overwrite a version.
        """
        objs = list(objs)
        if options.get("update_conflicts"):
            raise Conflict("A version that exists is not overwritten; register a new one.")
        for version in objs:
            claimed = [column for column in (*RULE_COLUMNS, *VALIDATION_COLUMNS) if getattr(version, column)]
            if claimed:
                raise Conflict(f"{version.public_id} sets what the audit computes.", map(_not_by_update, claimed))
            version.title_key = sort_key(version.title)
        with transaction.atomic(using=self.db):
            created = super().bulk_create(objs, *args, **options)
            versions_changed.send(self.model, ids={version.pk for version in created} - {None})
        return created


def _any(conditions: Sequence[Q]) -> Q:
    combined = Q(pk__in=[])
    for condition in conditions:
        combined |= condition
    return combined


def _not_by_update(column: str) -> Fault:
    return Fault(f"/{column}", "This is content, or computed by the audit; it cannot be written.", "immutable")


class FactQuerySet(KeptQuerySet):
    """Rows that a provenance rule reads: bulk writes bring the models they touch up to date, in one transaction."""

    owner: str
    """The column that names the version a row belongs to."""

    def update(self, **values: Any) -> int:
        """Update, in bulk_update() too. Locks what decides the models touched, as they were and as they become."""
        with transaction.atomic(using=self.db):
            rows = self._held()
            count = super(FactQuerySet, self.filter(pk__in=rows)).update(**values)
            owners = {*rows.values(), *self.model._base_manager.filter(pk__in=rows).values_list(self.owner, flat=True)}
            facts_changing.send(self.model, owners=owners, producers=set())
            facts_changed.send(self.model, owners=owners)
        return count

    def _held(self) -> dict[Any, int]:
        """The owner of each row, once what decides them is locked: a row may move until it is."""
        held: set[int] = set()
        while not held.issuperset((rows := dict(self.order_by().values_list("pk", self.owner))).values()):
            held.update(rows.values())
            facts_changing.send(self.model, owners=held, producers=set())
        return rows

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        """Insert. Raises `Conflict` where a conflict would overwrite a row, which may be another version's."""
        objs = list(objs)
        if options.get("update_conflicts"):
            raise Conflict("A row that exists is not overwritten in bulk; save it, or update it.")
        with transaction.atomic(using=self.db):
            facts_changing.send(self.model, owners=self._owners(objs), producers=self.producers(objs))
            created = super().bulk_create(objs, *args, **options)
            facts_changed.send(self.model, owners=self._owners(objs))
        return created

    @staticmethod
    def producers(rows: Iterable[Any]) -> set[int]:
        """The versions of the analyses that `rows`, about to be written, make the producers of their owners."""
        return set()

    def _owners(self, rows: Iterable[Any]) -> set[int]:
        return {getattr(row, self.owner) for row in rows}


class LinkQuerySet(FactQuerySet):
    owner = "source_id"

    @staticmethod
    def producers(rows: Iterable[Any]) -> set[int]:
        return {row.target_version_id for row in rows if row.relation == Relation.PRODUCED_BY} - {None}


class EvaluationQuerySet(FactQuerySet):
    owner = "version_id"

    def live(self) -> EvaluationQuerySet:
        return self.filter(is_live=True)


class FactManager(models.Manager):
    """Finds a fact by its version's public id and its number, as fixtures name it."""

    def get_by_natural_key(self, version: str, number: int) -> Any:
        rows: Any = self.get_queryset()
        owner = self.model._meta.get_field(rows.owner.removesuffix("_id"))

        def look_up() -> Any:
            return rows.only("pk").get(**{f"{owner.name}__public_id": version, "number": number})

        return fact_by_key(self.db, self.model, owner.related_model, (version, number), look_up)
