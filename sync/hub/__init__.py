"""The hub: the Django project that takes in the journals of all stations and shows staff what needs a person."""

import os


def setup() -> None:
    """Make Django ready in this process. Settings come from the environment as it is now; more calls do nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sync.hub.settings")
    import django  # noqa: PLC0415 - whoever only looks at the package needs no Django
    from django.apps import apps  # noqa: PLC0415

    if not apps.ready:
        django.setup()
