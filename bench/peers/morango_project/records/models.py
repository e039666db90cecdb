"""An entry as a record of morango, and the operator who lets the client in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, UserManager
from django.db import models
from django.db.backends.signals import connection_created
from morango.models.core import SyncableModel


def _durable(connection: Any, **_: Any) -> None:
    """Write ahead and flush at every commit, as our own hub does."""
    connection.cursor().execute("PRAGMA journal_mode=WAL")
    connection.cursor().execute("PRAGMA synchronous=FULL")


connection_created.connect(_durable)


class Operator(AbstractBaseUser):
    """Signs the client's certificate before anything is measured."""

    username = models.CharField(max_length=20, unique=True)
    USERNAME_FIELD = "username"
    objects = UserManager()

    def has_morango_certificate_scope_permission(self, *_: Any) -> bool:
        """Return that everything is allowed."""
        return True


class Entry(SyncableModel):
    """One entry; `text` is its JSON."""

    morango_profile = "bench"
    morango_model_name = "entry"

    entry_id = models.CharField(max_length=32)
    library = models.CharField(max_length=32)
    text = models.TextField()

    def calculate_source_id(self, *_: Any, **__: Any) -> str:
        """Return the entry's own id."""
        return str(self.entry_id)

    def calculate_partition(self, *_: Any, **__: Any) -> str:
        """Return the partition that the client's certificate is for."""
        return f"{self.library}:entries"
