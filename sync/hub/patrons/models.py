"""The register of cards."""

from __future__ import annotations

from django.db import models


class LibraryCard(models.Model):
    """One card. Stations only ever get its `patron_ref`. `blocked_since_ms` is None for a card that may borrow."""

    card_id = models.CharField(max_length=64, primary_key=True)
    patron_ref = models.CharField(max_length=64, unique=True)
    blocked_since_ms = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"card {self.patron_ref[-4:]}"
