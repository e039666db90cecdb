"""Stations and their one-time codes."""

from __future__ import annotations

from django.db import models


class Station(models.Model):
    """One station. `epoch` counts enrolments; the token is kept only as its SHA-256.

    `clock_offset_ms` is how far its wall clock was ahead of the hub's at the last batch. `alarms` counts batches
    whose signature did not hold.
    """

    station_id = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)
    token_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - many have none, yet those there are unique
    epoch = models.PositiveIntegerField(default=0)
    revoked = models.BooleanField(default=False)
    created_ms = models.BigIntegerField()
    last_contact_ms = models.BigIntegerField(null=True)
    clock_offset_ms = models.BigIntegerField(null=True)
    clock_synced = models.BooleanField(null=True)
    client = models.CharField(max_length=100, default="")
    feed_version = models.PositiveBigIntegerField(null=True)
    alarms = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class EnrolCode(models.Model):
    """A one-time code, kept only as its SHA-256. `used_by` is the public key of the station that used it."""

    code_hash = models.CharField(max_length=64, primary_key=True)
    station = models.ForeignKey(Station, on_delete=models.CASCADE)
    expires_ms = models.BigIntegerField()
    used_by = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"code for {self.station_id}"
