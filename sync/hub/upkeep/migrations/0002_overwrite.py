from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def overwrite(_: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the SQLite file anew: what was erased before `secure_delete` was on still stood in its free places."""
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("upkeep", "0001_first"),
    ]

    operations = [
        migrations.RunPython(overwrite, migrations.RunPython.noop),
    ]
