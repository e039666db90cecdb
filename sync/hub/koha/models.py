"""What was written for Koha, when, into which file and by whom. No card number is kept here."""

from __future__ import annotations

from django.db import models

from sync.hub.fleet.models import Station

LONGEST_CODE = 10
"""Characters of a library's code in Koha."""

LONGEST_PATH = 1000


class StationLibrary(models.Model):
    """The library, by its code in Koha, whose loans a station makes."""

    station = models.OneToOneField(Station, on_delete=models.CASCADE, primary_key=True)
    code = models.CharField(max_length=LONGEST_CODE, db_index=True)

    def __str__(self) -> str:
        return f"{self.station_id}: {self.code}"


class ExportRun(models.Model):
    """One file. `first_day` and `last_day` are local dates, `sha256` is of its bytes, `left_out` counts by reason.

    `finished` says that the file was seen whole under its name, or was fetched; until then no further run begins.
    """

    at_ms = models.BigIntegerField()
    who = models.CharField(max_length=150)
    first_day = models.DateField()
    last_day = models.DateField()
    library = models.CharField(max_length=LONGEST_CODE, default="")
    path = models.CharField(max_length=LONGEST_PATH)
    sha256 = models.CharField(max_length=64)
    loans = models.PositiveIntegerField()
    returns = models.PositiveIntegerField()
    renewals = models.PositiveIntegerField()
    left_out = models.JSONField(default=dict)
    finished = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"run {self.pk}"


class ExportedEntry(models.Model):
    """One entry that stands in one file, and never in another.

    `written` is the local time it has there, `return_first` that of a return written before it, or empty. `loan` is
    the entry id of the loan it makes or renews, empty for a return.
    """

    entry_id = models.CharField(max_length=40, primary_key=True)
    run = models.ForeignKey(ExportRun, on_delete=models.PROTECT, related_name="entries")
    item = models.CharField(max_length=200, db_index=True)
    loan = models.CharField(max_length=40, default="")
    written = models.CharField(max_length=19)
    return_first = models.CharField(max_length=19, default="")

    def __str__(self) -> str:
        return f"{self.item} in run {self.run_id}"


class HeldBack(models.Model):
    """An entry that came too late to be written and that staff have been shown as a case."""

    entry_id = models.CharField(max_length=40, primary_key=True)
    at_ms = models.BigIntegerField()

    def __str__(self) -> str:
        return f"held back: {self.entry_id}"
