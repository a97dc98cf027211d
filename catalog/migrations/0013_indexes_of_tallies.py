from django.db import migrations, models

# Each holds a key once for all rows that have it, and all that the catalogue tells apart in its totals.
MAKE = """
    DROP INDEX version_complete;
    -- How many models are complete, of all and of each family: of these, every rule holds that applies.
    CREATE INDEX version_complete ON catalog_artifactversion (family, family_basis, has_tested_hypothesis)
    WHERE is_listed AND provenance_completeness = 1;
    -- How many models fail which rules.
    CREATE INDEX version_failing ON catalog_artifactversion (
        family, family_basis, has_training_dataset, has_producing_analysis, has_pinned_inputs, has_tested_hypothesis
    )
    WHERE is_listed AND provenance_completeness < 1;
"""

UNMAKE = """
    DROP INDEX version_complete, version_failing;
    CREATE INDEX version_complete ON catalog_artifactversion (family) WHERE is_listed AND provenance_completeness = 1;
"""


def make(apps, schema_editor):
    """On PostgreSQL alone: SQLite has no use for them."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(MAKE)


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNMAKE)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0012_indexes_of_totals_and_of_the_flagged"),
    ]

    operations = [
        migrations.RunPython(make, unmake),
        migrations.AddIndex(
            model_name="artifactversion",
            index=models.Index(
                condition=models.Q(("assessed_quality__isnull", False), ("is_listed", True)),
                fields=["family"],
                name="version_assessed",
            ),
        ),
    ]
