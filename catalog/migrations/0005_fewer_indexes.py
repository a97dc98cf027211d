import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# On PostgreSQL a field that is indexed no longer takes every index of its column along but those of the model's Meta:
# these constraints, which are unique indexes of one column each, would go too.
ONE_LATEST = models.UniqueConstraint(
    condition=models.Q(("is_latest", True)), fields=("artifact",), name="version_one_latest_per_artifact"
)
ONE_PRODUCER = models.UniqueConstraint(
    condition=models.Q(("relation", "produced_by")), fields=("source",), name="link_one_producer"
)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_postings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="artifactversion", name=ONE_LATEST.name),
        migrations.RemoveConstraint(model_name="link", name=ONE_PRODUCER.name),
        migrations.RemoveIndex(
            model_name="evaluation",
            name="evaluation_by_dataset",
        ),
        migrations.RemoveIndex(
            model_name="link",
            name="link_by_source",
        ),
        migrations.AlterField(
            model_name="artifactversion",
            name="artifact",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="versions",
                to="catalog.artifact",
            ),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="dataset",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="evaluations",
                to="catalog.artifact",
            ),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="metric",
            field=models.ForeignKey(
                db_column="metric",
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="evaluations",
                to="catalog.metricdefinition",
                to_field="name",
            ),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="version",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="evaluations",
                to="catalog.artifactversion",
            ),
        ),
        migrations.AlterField(
            model_name="link",
            name="source",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to="catalog.artifactversion",
            ),
        ),
        migrations.AlterField(
            model_name="link",
            name="target",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="incoming_links",
                to="catalog.artifact",
            ),
        ),
        migrations.AlterField(
            model_name="link",
            name="target_version",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="incoming_links",
                to="catalog.artifactversion",
            ),
        ),
        migrations.AddIndex(
            model_name="artifactversion",
            index=models.Index(
                condition=models.Q(("is_listed", True), ("provenance_completeness__lt", 1)),
                fields=["-provenance_completeness", "-quality_uncapped", "title_key", "id"],
                name="version_by_completeness",
            ),
        ),
        migrations.AddIndex(
            model_name="artifactversion",
            index=models.Index(condition=models.Q(("state", "retracted")), fields=["id"], name="version_retracted"),
        ),
        migrations.AddIndex(
            model_name="evaluation",
            index=models.Index(
                condition=models.Q(("dataset__isnull", False)),
                fields=["dataset", "metric", "task", "split", "is_live"],
                name="evaluation_by_dataset",
            ),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(fields=["source", "relation", "target", "target_version"], name="link_by_source"),
        ),
        migrations.AddConstraint(model_name="artifactversion", constraint=ONE_LATEST),
        migrations.AddConstraint(model_name="link", constraint=ONE_PRODUCER),
    ]
