"""Postings: the inverted index of the list of models."""

from __future__ import annotations

from django.db import models

from catalog.models.version import ArtifactVersion
from catalog.vocabulary import Family, Relation


class Role(models.IntegerChoices):
    """As what a listed model names an artifact: a filter of the list each."""

    TRAINED_ON = 1
    TESTS = 2
    PRODUCED_BY = 3
    EVALUATED_ON = 4


RELATIONS = {
    Role.TRAINED_ON: Relation.TRAINED_ON,
    Role.TESTS: Relation.TESTS,
    Role.PRODUCED_BY: Relation.PRODUCED_BY,
}
"""The links that say so; of what a model was evaluated on, its evaluations do."""


class NotDumped(models.Manager):
    """What `dumpdata` asks for rows: it finds none, since a load derives them anew."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().none()


class Posting(models.Model):
    """A listed model, under an artifact that it names in a role, with what a list of them is sorted by.

    The links and the evaluations say the same; here it stands in the order of the list, so that a page and its total
    cost the same whatever the artifact is named by. Derived, and written by `catalog.provenance.postings` alone.

    `target` is an artifact's key and `target_version` that of the version named, 0 where none is. Of a model that
    names several versions of one artifact, one posting is `counted`.
    """

    pk = models.CompositePrimaryKey("version_id", "role", "target", "target_version")
    version = models.ForeignKey(ArtifactVersion, on_delete=models.CASCADE, db_index=False, related_name="+")
    role = models.PositiveSmallIntegerField(choices=Role.choices)
    target = models.BigIntegerField()
    target_version = models.BigIntegerField(default=0)
    counted = models.BooleanField()
    family = models.CharField(max_length=15, choices=Family.choices)
    quality_score = models.FloatField()
    quality_uncapped = models.FloatField()

    objects = models.Manager()
    dumped = NotDumped()

    class Meta:
        default_manager_name = "dumped"
        indexes = [
            # The list, of one family, by score. All families are merged from theirs: a second index for them would cost
            # an audit that changes every score more than all else that it does. It has the total too, which PostgreSQL
            # reads in a tenth of the pages from one of its own: `posting_counted`, by a migration.
            models.Index(
                fields=(
                    *("role", "target", "family", "-quality_score", "-quality_uncapped", "-version"),
                    *("target_version", "counted"),
                ),
                name="posting_by_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {Role(self.role).name.lower()} {self.target}"
