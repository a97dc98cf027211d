import django.db.models.deletion
from django.db import migrations, models

# What the audit would write, for the catalogue that is there: without it a list by dataset were empty until then.
FILL = """
    INSERT INTO catalog_posting
        (version_id, role, target, target_version, counted, family, quality_score, quality_uncapped)
    SELECT v.id, n.role, n.target, n.target_version,
        row_number() OVER (PARTITION BY v.id, n.role, n.target ORDER BY n.target_version) = 1,
        v.family, v.quality_score, v.quality_uncapped
    FROM (
        SELECT source_id AS version_id,
            CASE relation WHEN 'trained_on' THEN 1 WHEN 'tests' THEN 2 ELSE 3 END AS role,
            target_id AS target, COALESCE(target_version_id, 0) AS target_version
        FROM catalog_link WHERE relation IN ('trained_on', 'tests', 'produced_by')
        UNION
        SELECT version_id, 4, dataset_id, COALESCE(dataset_version_id, 0)
        FROM catalog_evaluation WHERE is_live AND dataset_id IS NOT NULL
    ) n
    JOIN catalog_artifactversion v ON v.id = n.version_id
    WHERE v.is_listed
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_dependents_in_order"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="artifactversion",
            name="version_by_family_quality",
        ),
        migrations.AddField(
            model_name="artifactversion",
            name="is_listed",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        models.Q(
                            ("is_latest", True), ("kind", "model"), models.Q(("state", "retracted"), _negated=True)
                        ),
                        then=models.Value(True),
                    ),
                    default=models.Value(False),
                    output_field=models.BooleanField(),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddIndex(
            model_name="artifactversion",
            index=models.Index(
                condition=models.Q(("is_listed", True)),
                fields=["family", "-quality_score", "-quality_uncapped", "-id"],
                name="version_by_family_quality",
            ),
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "version_id",
                        "role",
                        "target",
                        "target_version",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "role",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Trained On"), (2, "Tests"), (3, "Produced By"), (4, "Evaluated On")]
                    ),
                ),
                ("target", models.BigIntegerField()),
                ("target_version", models.BigIntegerField(default=0)),
                ("counted", models.BooleanField()),
                (
                    "family",
                    models.CharField(
                        choices=[
                            ("biophysical", "Biophysical"),
                            ("deep_learning", "Deep Learning"),
                            ("statistical", "Statistical"),
                        ],
                        max_length=15,
                    ),
                ),
                ("quality_score", models.FloatField()),
                ("quality_uncapped", models.FloatField()),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.artifactversion",
                    ),
                ),
            ],
            options={
                "default_manager_name": "dumped",
            },
            managers=[
                ("dumped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                fields=[
                    "role",
                    "target",
                    "family",
                    "-quality_score",
                    "-quality_uncapped",
                    "-version",
                    "target_version",
                    "counted",
                ],
                name="posting_by_target",
            ),
        ),
    ]
