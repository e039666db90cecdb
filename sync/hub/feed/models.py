"""The version of the feed."""

from __future__ import annotations

from django.db import models


class FeedState(models.Model):
    """The one row that counts changes of the feed and holds the rules."""

    version = models.PositiveBigIntegerField(default=1)
    rules = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"feed {self.version}"
