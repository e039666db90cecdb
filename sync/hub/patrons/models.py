"""The register of cards."""

from __future__ import annotations

from django.db import models


class LibraryCard(models.Model):
    """One card. Stations only ever get its `patron_ref`. `blocked_since_ms` is None for a card that may borrow.

    `expires` is the last day it is good, `age_from` the lower end of an age band in years, `trainings` a sorted list
    of marks. `pin_verifier` is what `sync.hub.patrons.pins` made of the PIN, empty where there is none.
    """

    card_id = models.CharField(max_length=64, primary_key=True)
    patron_ref = models.CharField(max_length=64, unique=True)
    blocked_since_ms = models.BigIntegerField(null=True)
    expires = models.DateField(null=True)
    category = models.CharField(max_length=64, default="")
    age_from = models.PositiveSmallIntegerField(null=True)
    trainings = models.JSONField(default=list)
    staff = models.BooleanField(default=False)
    pin_verifier = models.CharField(max_length=200, default="")

    def __str__(self) -> str:
        return f"card {self.patron_ref[-4:]}"
