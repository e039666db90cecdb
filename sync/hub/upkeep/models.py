"""Marks that outlive the processes of the hub."""

from __future__ import annotations

from django.db import models


class Mark(models.Model):
    """Something to remember of this database as a whole. See `sync.hub.upkeep.form` and `.move` for the names."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.name
