"""Evaluations: measured values, and what their metrics mean."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalog.models.artifact import Artifact
from catalog.models.fact import Fact, Kept
from catalog.models.history import FactHistory
from catalog.models.version import ArtifactVersion
from catalog.natural_keys import known_key
from catalog.querysets import EvaluationQuerySet, FactManager, MetricDefinitionManager
from catalog.vocabulary import Direction, ReportedBy


class MetricDefinition(Kept):
    """What a metric means: its unit, and in which direction it gets better. A null direction is not known.

    `case_adjusted` metrics (relative skill) compare across somewhat different cases; `same_data_only` ones (AIC,
    BIC, likelihoods) only on the same version of the data.
    """

    name = models.CharField(max_length=200, unique=True)
    label = models.CharField(max_length=200, blank=True, default="")
    unit = models.CharField(max_length=100, blank=True, default="")
    direction = models.CharField(  # noqa: DJ001 - null says that it is not known
        max_length=6, choices=Direction.choices, null=True, blank=True
    )
    target_value = models.FloatField(null=True, blank=True)
    case_adjusted = models.BooleanField(default=False)
    same_data_only = models.BooleanField(default=False)

    objects = MetricDefinitionManager()
    history = FactHistory()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                name="metric_target_where_directed",
                condition=Q(direction=Direction.TARGET, direction__isnull=False, target_value__isnull=False)
                | ((~Q(direction=Direction.TARGET) | Q(direction__isnull=True)) & Q(target_value__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.name,)


class Evaluation(Fact):
    """One measured value of one version.

    Append-only: `key_digest` covers all but the value, and stands once among the live evaluations of a version.
    One that was `retracted_at` some time or that another `supersedes` is kept and no longer counts.
    `in_content` tells those the version was registered with, which its digest covers, from later ones.
    """

    version = models.ForeignKey(ArtifactVersion, on_delete=models.CASCADE, db_index=False, related_name="evaluations")
    number = models.PositiveIntegerField()
    metric = models.ForeignKey(
        MetricDefinition,
        to_field="name",
        db_column="metric",
        on_delete=models.RESTRICT,
        db_index=False,
        related_name="evaluations",
    )
    value = models.FloatField()
    unit = models.CharField(max_length=100, blank=True, default="")
    task = models.CharField(max_length=200, blank=True, default="")
    subset = models.CharField(max_length=200, blank=True, default="")
    dataset = models.ForeignKey(
        Artifact, on_delete=models.RESTRICT, null=True, blank=True, db_index=False, related_name="evaluations"
    )
    dataset_version = models.ForeignKey(
        ArtifactVersion, on_delete=models.RESTRICT, null=True, blank=True, related_name="evaluations_on"
    )
    split = models.CharField(max_length=100, blank=True, default="")
    n = models.BigIntegerField(null=True, blank=True)
    ci_low = models.FloatField(null=True, blank=True)
    ci_high = models.FloatField(null=True, blank=True)
    std_error = models.FloatField(null=True, blank=True)
    period = models.CharField(max_length=100, blank=True, default="")
    evaluated_by = models.CharField(max_length=200, blank=True, default="")
    reported_by = models.CharField(max_length=10, choices=ReportedBy.choices, default=ReportedBy.AUTHOR)
    primary = models.BooleanField(default=False)
    in_content = models.BooleanField(default=True, editable=False)
    key_digest = models.CharField(max_length=71, editable=False)
    supersedes = models.OneToOneField(
        "self", on_delete=models.RESTRICT, null=True, blank=True, related_name="superseded_by"
    )
    is_live = models.BooleanField(default=True, editable=False, help_text="Neither retracted nor superseded.")
    retracted_at = models.DateTimeField(null=True, blank=True)
    retraction_reason = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = FactManager.from_queryset(EvaluationQuerySet)()
    history = FactHistory("version", "dataset")

    class Meta:
        ordering = ("version", "number")
        constraints = [
            models.UniqueConstraint(name="evaluation_number_unique", fields=("version", "number")),
            models.UniqueConstraint(
                name="evaluation_key_once", fields=("version", "key_digest"), condition=Q(is_live=True)
            ),
            models.UniqueConstraint(
                name="evaluation_one_primary",
                fields=("version", "metric"),
                condition=Q(is_live=True, primary=True),
            ),
            models.CheckConstraint(
                name="evaluation_retracted_not_live", condition=Q(is_live=False) | Q(retracted_at__isnull=True)
            ),
            models.CheckConstraint(
                name="evaluation_interval_ordered",
                condition=Q(ci_low__isnull=True) | Q(ci_high__isnull=True) | Q(ci_low__lte=F("ci_high")),
            ),
            models.CheckConstraint(
                name="evaluation_std_error_not_negative",
                condition=Q(std_error__isnull=True) | Q(std_error__gte=0),
            ),
            models.CheckConstraint(name="evaluation_n_not_negative", condition=Q(n__isnull=True) | Q(n__gte=0)),
            models.CheckConstraint(
                name="evaluation_version_of_dataset",
                condition=Q(dataset_version__isnull=True) | Q(dataset__isnull=False),
            ),
        ]
        indexes = [
            # Models that report a metric.
            models.Index(fields=("metric", "version"), name="evaluation_by_metric"),
            # What rests on a dataset; and the values of each of its leaderboards, counted.
            models.Index(
                fields=("dataset", "metric", "task", "split", "is_live"),
                name="evaluation_by_dataset",
                condition=Q(dataset__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.metric_id} = {self.value:g}"

    def natural_key(self) -> tuple[str, int]:
        known = known_key(self._state.db, ArtifactVersion, self.version_id)  # a load need not read all of the version
        return (known or self.version.public_id, self.number)

    natural_key.dependencies = ["catalog.artifactversion", "catalog.metricdefinition"]  # type: ignore[attr-defined]
