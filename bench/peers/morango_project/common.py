"""What both sides do first."""

from __future__ import annotations

import os


def ready() -> None:
    """Make Django ready and the database's tables."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    import django  # noqa: PLC0415 - the settings come first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", run_syncdb=True, verbosity=0)


def scopes() -> None:
    """Tell both sides what certificates there are: the library's, and a station's under it."""
    from morango.models.certificates import ScopeDefinition  # noqa: PLC0415 - Django is ready only now

    for name, key in (("library", "library"), ("station", "")):
        ScopeDefinition.objects.create(
            id=name,
            profile="bench",
            version=1,
            primary_scope_param_key=key,
            description=name,
            read_filter_template="",
            write_filter_template="",
            read_write_filter_template="${library}",
        )
