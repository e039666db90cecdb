"""What slows down who guesses."""

from __future__ import annotations

from django.db import models


class Attempt(models.Model):
    """How often something was tried in vain under `key` (a keyed digest), and from when it may be tried again."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_ms = models.BigIntegerField()
    free_ms = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.count} attempts"
