"""Artifacts and the one namespace of all names."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from catalog.identity import ID_LENGTH
from catalog.models.fact import Kept
from catalog.models.immutable import refuse_changes
from catalog.querysets import ArtifactQuerySet, NaturalKeyManager
from catalog.vocabulary import Kind


class Artifact(Kept):
    """A thing with a history: a model, dataset, analysis, hypothesis, or other.

    Its row is also what writers lock: who holds it decides the next version number and what the rules read.
    """

    public_id = models.CharField("id", max_length=ID_LENGTH, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = NaturalKeyManager.from_queryset(ArtifactQuerySet)()

    class Meta:
        ordering = ("public_id",)
        constraints = [
            models.CheckConstraint(name="artifact_kind_known", condition=models.Q(kind__in=Kind.values)),
        ]
        indexes = [models.Index(fields=("kind", "public_id"), name="artifact_by_kind")]

    def __str__(self) -> str:
        return self.public_id

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save. Raises `Conflict` where this is not new and differs from what is stored."""
        if not self._state.adding:
            refuse_changes(self)
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str]:
        return (self.public_id,)

    def settle_latest(self) -> set[int]:
        """Mark the newest version that is not retracted as the latest; the newest of all where all are.

        Returns the ids of the versions that it marked anew; whoever asks for it has that recorded.
        """
        newest_first = self.versions.order_by("-version_number")
        chosen = newest_first.live().first() or newest_first.first()
        if chosen is None or chosen.is_latest:
            return set()
        rows: models.QuerySet = models.QuerySet(type(chosen))
        before = set(rows.filter(artifact=self, is_latest=True).values_list("pk", flat=True))
        rows.filter(pk__in=before).update(is_latest=False)
        rows.filter(pk=chosen.pk).update(is_latest=True)
        return {chosen.pk, *before}


class Identifier(models.Model):
    """A name that is taken: the id of an artifact or a version, or an alias of an artifact.

    One table holds them all, so that no name can be carried twice, whoever claims it at the same time.
    """

    name = models.CharField(max_length=ID_LENGTH, primary_key=True)
    artifact = models.ForeignKey(Artifact, on_delete=models.CASCADE, related_name="identifiers")
    version = models.OneToOneField(
        "catalog.ArtifactVersion", on_delete=models.CASCADE, null=True, blank=True, related_name="identifier"
    )

    created_at = models.DateTimeField(  # a load that does not say leaves it open
        null=True, editable=False, help_text="Null: as long as the artifact."
    )

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding and self.created_at is None:
            self.created_at = timezone.now()
        super().save(*args, **kwargs)

    @property
    def is_alias(self) -> bool:
        """Whether this is another name of the artifact, neither its id nor a version's."""
        return self.version_id is None and self.name != self.artifact.public_id
