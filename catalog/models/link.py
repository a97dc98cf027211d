"""Links: directed, typed relations from a version to an artifact, pinned to one version of it or not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalog.models.artifact import Artifact
from catalog.models.fact import Fact
from catalog.models.history import FactHistory
from catalog.models.version import ArtifactVersion
from catalog.natural_keys import known_key
from catalog.querysets import FactManager, LinkQuerySet
from catalog.vocabulary import RELATION_TARGETS, Kind, Outcome, Relation

STORED_RELATIONS = [relation for relation in Relation if relation != Relation.REVISES]


def _targets_fit() -> Q:
    fits = Q()
    for relation, kinds in RELATION_TARGETS.items():
        if kinds != frozenset(Kind):
            fits &= ~Q(relation=relation) | Q(target_kind__in=sorted(kinds))
    return fits


class Link(Fact):
    """A statement about a version, which curators may add to or withdraw: a withdrawn one lives on in the history.

    `pinned_digest` is the target version's digest as it was when pinned. `number` counts the links of a version
    from 1 and is never given twice.
    """

    source = models.ForeignKey(ArtifactVersion, on_delete=models.CASCADE, db_index=False, related_name="links")
    number = models.PositiveIntegerField()
    relation = models.CharField(max_length=15, choices=[(item.value, item.label) for item in STORED_RELATIONS])
    target = models.ForeignKey(Artifact, on_delete=models.RESTRICT, db_index=False, related_name="incoming_links")
    target_kind = models.CharField(max_length=10, choices=Kind.choices, editable=False)
    target_version = models.ForeignKey(
        ArtifactVersion,
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        db_index=False,
        related_name="incoming_links",
    )
    pinned_digest = models.CharField(max_length=71, blank=True, default="", editable=False)
    stated_as = models.CharField(max_length=2000, blank=True, default="", help_text="The source's own words.")
    outcome = models.CharField(  # noqa: DJ001 - null says that no outcome is stated
        max_length=12, choices=Outcome.choices, null=True, blank=True
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = FactManager.from_queryset(LinkQuerySet)()
    history = FactHistory("source", "target", "target_version")

    class Meta:
        ordering = ("source", "number")
        constraints = [
            models.UniqueConstraint(name="link_number_unique", fields=("source", "number")),
            models.UniqueConstraint(
                name="link_one_producer", fields=("source",), condition=Q(relation=Relation.PRODUCED_BY)
            ),
            models.UniqueConstraint(
                name="link_unpinned_once",
                fields=("source", "relation", "target"),
                condition=Q(target_version__isnull=True),
            ),
            models.UniqueConstraint(
                name="link_pinned_once",
                fields=("source", "relation", "target_version"),
                condition=Q(target_version__isnull=False),
            ),
            models.CheckConstraint(
                name="link_not_to_itself", condition=Q(target_version__isnull=True) | ~Q(target_version=F("source"))
            ),
            models.CheckConstraint(
                name="link_producer_pinned",
                condition=~Q(relation=Relation.PRODUCED_BY) | Q(target_version__isnull=False),
            ),
            models.CheckConstraint(
                name="link_relation_known", condition=Q(relation__in=[item.value for item in STORED_RELATIONS])
            ),
            models.CheckConstraint(name="link_target_kind_fits", condition=_targets_fit()),
            models.CheckConstraint(
                name="link_outcome_of_tests", condition=Q(outcome__isnull=True) | Q(relation=Relation.TESTS)
            ),
        ]
        indexes = [
            # What a version says of itself: the rules, the detail, the list rows; and, with what it leads to and its
            # number, the walk through a lineage, which so reads no link's row.
            models.Index(fields=("source", "relation", "target", "target_version", "number"), name="link_by_source"),
            # What rests on an artifact: filters, and the first page of its dependents in their order.
            models.Index(fields=("target", "relation", "id"), name="link_by_target"),
            # Models of an analysis version; what a pin holds on to.
            models.Index(
                fields=("target_version",), name="link_by_target_version", condition=Q(target_version__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.relation} {self.target_version or self.target}"

    def natural_key(self) -> tuple[str, int]:
        known = known_key(self._state.db, ArtifactVersion, self.source_id)  # a load need not read all of the version
        return (known or self.source.public_id, self.number)

    natural_key.dependencies = ["catalog.artifactversion"]  # type: ignore[attr-defined]
