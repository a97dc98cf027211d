"""Receivers: guard, find whose rows changed, delegate.

Bulk writes announce themselves by `facts_changing` and `facts_changed` (see `catalog.querysets`), since Django
sends no signal for them. Version receivers name no sender: saving through a proxy would not reach them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from catalog.models import Artifact, ArtifactVersion, Evaluation, Link, Standing
from catalog.natural_keys import is_made, note, note_fact, note_version
from catalog.provenance.recording import record_metrics
from catalog.provenance.touched import changed, distrust, distrust_version, made, touched, touching, written
from catalog.querysets import FactQuerySet, facts_changed, facts_changing, metrics_changed, versions_changed


def connect() -> None:
    """Connect the receivers; called once, when the app is ready."""
    for sender in (Link, Evaluation):
        pre_save.connect(before_fact_saved, sender=sender)
        post_save.connect(after_fact_saved, sender=sender)
        pre_delete.connect(before_fact_deleted, sender=sender)
        post_delete.connect(after_fact_deleted, sender=sender)
    pre_save.connect(before_version_saved)
    post_save.connect(after_version_saved)
    post_save.connect(after_artifact_saved, sender=Artifact)
    post_delete.connect(after_version_deleted)
    facts_changing.connect(before_bulk_write)
    facts_changed.connect(after_bulk_write)
    versions_changed.connect(after_versions_changed)
    metrics_changed.connect(after_metrics_changed)


def before_fact_saved(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    owner = _owner(instance)
    if raw and instance.pk is None and is_made(owner):  # nobody else can judge what it decides
        instance._owners = {owner}
    else:
        instance._owners = _hold(sender, instance, _rows(sender).producers([instance]))


def after_fact_saved(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if raw:
        note_fact(instance, _owner(instance))
        distrust(instance._owners)
    else:
        touched(instance._owners)


def before_fact_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    instance._owners = _hold(sender, instance)


def after_fact_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    touched(instance._owners)


def before_version_saved(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if not issubclass(sender, ArtifactVersion):
        return
    if instance.pk is not None:  # nobody else can see a row that is new
        touching([instance.pk])
    if raw:  # the audit tallies it
        instance.evidence_held = instance.evidence_asked = None


def after_version_saved(sender: Any, instance: Any, created: bool = False, raw: bool = False, **kwargs: Any) -> None:
    if not issubclass(sender, ArtifactVersion):
        return
    if raw:
        note_version(instance, new=created)
        distrust_version(instance, new=created)
        return
    if not (created and instance.is_latest):
        changed(instance.artifact.settle_latest() - {instance.pk})
    if created:
        made(instance)
    else:
        touched([instance.pk])


def after_artifact_saved(sender: Any, instance: Any, created: bool = False, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        return
    note(instance)
    if not created:  # else nothing leads to it
        distrust(Link.objects.filter(target=instance).order_by().values_list("source", flat=True))


def after_version_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    if not issubclass(sender, ArtifactVersion):
        return
    QuerySet(Standing).filter(version=instance.pk).delete()
    if instance.is_latest:
        for artifact in Artifact.objects.filter(pk=instance.artifact_id):  # gone already, where it takes its versions
            changed(artifact.settle_latest())


def before_bulk_write(sender: Any, owners: set[int], producers: set[int], **kwargs: Any) -> None:
    touching(owners, producers)


def after_bulk_write(sender: Any, owners: set[int], **kwargs: Any) -> None:
    written(sender, owners)


def after_versions_changed(sender: Any, ids: set[int], **kwargs: Any) -> None:
    changed(ids)


def after_metrics_changed(sender: Any, **kwargs: Any) -> None:
    record_metrics()


def _rows(sender: Any) -> FactQuerySet:
    return sender._default_manager.all()


def _owner(instance: Any) -> int:
    return getattr(instance, _rows(type(instance)).owner)


def _hold(sender: Any, instance: Any, producers: Iterable[int] = ()) -> set[int]:
    """Lock what decides the versions that a row is, was and becomes of: it may be moved from one to another.

    A row that moves until the lock is granted is looked at again.
    """
    held: set[int] = set()
    owners = {_owner(instance)}
    while not owners <= held:
        touching(owners, producers)
        held |= owners
        if instance.pk is not None:
            owners |= set(_rows(sender).filter(pk=instance.pk).values_list(_rows(sender).owner, flat=True))
    return held
