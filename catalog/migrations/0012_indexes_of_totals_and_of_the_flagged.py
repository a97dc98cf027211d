from django.db import migrations, models

# Each holds a key once for all rows that have it, as PostgreSQL does of few values; of floats it never does.
MAKE = """
    -- The exact total of a list under an artifact, and which artifacts most models name.
    CREATE INDEX posting_counted ON catalog_posting (role, target, family) WHERE counted;
    -- How many models are complete, of all and of each family.
    CREATE INDEX version_complete ON catalog_artifactversion (family) WHERE is_listed AND provenance_completeness = 1;
"""

UNMAKE = "DROP INDEX posting_counted, version_complete"


def make(apps, schema_editor):
    """On PostgreSQL alone: SQLite has no use for them."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(MAKE)


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNMAKE)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0011_texts_of_search"),
    ]

    operations = [
        migrations.RunPython(make, unmake),
        migrations.AddIndex(
            model_name="artifactversion",
            index=models.Index(
                condition=models.Q(("is_listed", True), ("provenance_completeness__lt", 1)),
                fields=["-quality_score", "-quality_uncapped", "-id"],
                name="version_flagged",
            ),
        ),
    ]
