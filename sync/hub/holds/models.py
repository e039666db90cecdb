"""Holds, and what was done with them."""

from __future__ import annotations

from django.db import models


class HoldState(models.TextChoices):
    """Where a hold stands. One whose last day is over is still OPEN until somebody says that it lapsed."""

    OPEN = "open"
    COLLECTED = "collected"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class Hold(models.Model):
    """Something set aside at `station` for a patron until the end of `until`. `item` is empty while any copy will do.

    `code_hash` is the keyed hash of the pickup code, empty where there is none. `by` is the staff member who made it,
    empty where it was placed at the station. `cancelled_by` is who of staff took it back. `ended_ms` is when it was
    over first, None while it is open. `forgotten_ms` is when `patron_ref` was erased, None where it was not.
    """

    hold_id = models.CharField(max_length=200, primary_key=True)
    station = models.CharField(max_length=64, db_index=True)
    thing = models.CharField(max_length=200)
    item = models.CharField(max_length=200, default="", db_index=True)
    patron_ref = models.CharField(max_length=200, db_index=True)
    until = models.DateField()
    code_hash = models.CharField(max_length=64, default="")
    placed_ms = models.BigIntegerField()
    by = models.CharField(max_length=150, default="")
    cancelled_by = models.CharField(max_length=150, default="")
    state = models.CharField(max_length=16, choices=HoldState.choices, default=HoldState.OPEN, db_index=True)
    ended_ms = models.BigIntegerField(null=True)
    forgotten_ms = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"hold {self.hold_id}"


class HoldEvent(models.Model):
    """One line of a hold's audit trail. Only ever added to."""

    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="events")
    at_ms = models.BigIntegerField()
    what = models.CharField(max_length=32)
    who = models.CharField(max_length=150, default="")

    def __str__(self) -> str:
        return f"{self.what} ({self.hold_id})"
