from django.db import migrations

# Whoever switches triggers off for a load fills the table afterwards, by FILL.
MAKE = """
    CREATE TABLE catalog_searchtext (version_id bigint PRIMARY KEY, text text NOT NULL);

    CREATE FUNCTION catalog_search_text(title text, public_id text, description text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT upper(title || E'\\n' || public_id || E'\\n' || description) $$;

    CREATE FUNCTION catalog_search_inserted() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        INSERT INTO catalog_searchtext SELECT id, catalog_search_text(title, public_id, description) FROM inserted;
        RETURN NULL;
    END $$;
    CREATE TRIGGER search_inserted AFTER INSERT ON catalog_artifactversion REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_search_inserted();

    CREATE FUNCTION catalog_search_updated() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        UPDATE catalog_searchtext SET text = catalog_search_text(NEW.title, NEW.public_id, NEW.description)
        WHERE version_id = NEW.id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER search_updated AFTER UPDATE OF title, public_id, description ON catalog_artifactversion
    FOR EACH ROW EXECUTE FUNCTION catalog_search_updated();

    CREATE FUNCTION catalog_search_deleted() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        DELETE FROM catalog_searchtext WHERE version_id IN (SELECT id FROM deleted);
        RETURN NULL;
    END $$;
    CREATE TRIGGER search_deleted AFTER DELETE ON catalog_artifactversion REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_search_deleted();

    CREATE FUNCTION catalog_search_emptied() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        TRUNCATE catalog_searchtext;
        RETURN NULL;
    END $$;
    CREATE TRIGGER search_emptied AFTER TRUNCATE ON catalog_artifactversion
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_search_emptied();
"""

FILL = """
    INSERT INTO catalog_searchtext
    SELECT id, catalog_search_text(title, public_id, description) FROM catalog_artifactversion ORDER BY id
    ON CONFLICT DO NOTHING
"""

UNMAKE = """
    DROP TRIGGER search_inserted ON catalog_artifactversion;
    DROP TRIGGER search_updated ON catalog_artifactversion;
    DROP TRIGGER search_deleted ON catalog_artifactversion;
    DROP TRIGGER search_emptied ON catalog_artifactversion;
    DROP FUNCTION catalog_search_inserted, catalog_search_updated, catalog_search_deleted, catalog_search_emptied;
    DROP FUNCTION catalog_search_text;
    DROP TABLE catalog_searchtext;
"""


def make(apps, schema_editor):
    """On PostgreSQL alone: SQLite reads the versions themselves."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(MAKE)
        schema_editor.execute(FILL)


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNMAKE)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0010_facts_of_sound_spans"),
    ]

    operations = [
        migrations.RunPython(make, unmake),
    ]
