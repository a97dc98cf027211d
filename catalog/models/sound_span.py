"""Spans of versions that an audit found as they should be."""

from __future__ import annotations

from django.db import models

from catalog.models.posting import NotDumped


class SoundSpan(models.Model):
    """How the rows of some versions lay when an audit found all that is stored of them right.

    `first` is the lowest key of the span; `imprint` is what `catalog.provenance.soundness`, which alone writes it,
    takes of the rows, and `facts` what it takes of the links and evaluations among them. Derived: without it an audit
    looks at more.
    """

    first = models.BigIntegerField(primary_key=True)
    facts = models.CharField(max_length=32, default="")
    imprint = models.CharField(max_length=32)

    objects = models.Manager()
    dumped = NotDumped()

    class Meta:
        default_manager_name = "dumped"

    def __str__(self) -> str:
        return f"from {self.first}"
