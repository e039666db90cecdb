"""Stations and their one-time codes."""

from __future__ import annotations

from django.db import models


class Station(models.Model):
    """One station. `epoch` counts enrolments; the token is kept only as its SHA-256.

    `next_token_hash` is that of a token the station was given and has not used yet; `late_token_hash` of one that
    only brings what an ended epoch still has to say. `orders` waits for its next heartbeat, `beat` is the last one as
    far as this version reads it. Entries of `revoked_epoch` or before that are dated after `revoked_ms` were made
    while it was shut out.

    `clock_offset_ms` is how far its wall clock was ahead of the hub's at the last batch. `alarms` counts batches
    and heartbeats whose signature did not hold.
    """

    station_id = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)
    token_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - many have none, yet those there are unique
    next_token_hash = models.CharField(max_length=64, default="", db_index=True)
    late_token_hash = models.CharField(max_length=64, default="", db_index=True)
    epoch = models.PositiveIntegerField(default=0)
    revoked = models.BooleanField(default=False)
    revoked_ms = models.BigIntegerField(null=True)
    revoked_epoch = models.PositiveIntegerField(default=0)
    created_ms = models.BigIntegerField()
    last_contact_ms = models.BigIntegerField(null=True)
    clock_offset_ms = models.BigIntegerField(null=True)
    clock_synced = models.BooleanField(null=True)
    client = models.CharField(max_length=100, default="")
    feed_version = models.PositiveBigIntegerField(null=True)
    alarms = models.PositiveIntegerField(default=0)
    orders = models.JSONField(default=list)
    beat = models.JSONField(default=dict)
    beat_ms = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class ContactHour(models.Model):
    """How often a station was heard in one hour (hours since 1970, UTC), and whether anything was wrong with it."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE)
    hour = models.PositiveIntegerField(db_index=True)
    beats = models.PositiveIntegerField(default=0)
    trouble = models.BooleanField(default=False)

    class Meta:
        """One row per station and hour."""

        constraints = (models.UniqueConstraint(fields=["station", "hour"], name="one_row_per_hour"),)

    def __str__(self) -> str:
        return f"{self.station_id} in hour {self.hour}"


class Alarm(models.Model):
    """Something that may be wrong with a station since `since_ms`. `raised_ms` says when it had lasted long enough to
    be shown, `calm_ms` from when on it has been well again.
    """

    station = models.ForeignKey(Station, on_delete=models.CASCADE)
    kind = models.CharField(max_length=32)
    since_ms = models.BigIntegerField()
    raised_ms = models.BigIntegerField(null=True)
    calm_ms = models.BigIntegerField(null=True)

    class Meta:
        """One row per station and kind."""

        constraints = (models.UniqueConstraint(fields=["station", "kind"], name="one_alarm_per_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} at {self.station_id}"


class Fork(models.Model):
    """What staff said of a journal that two units went on writing: which of its lines lives on.

    `chosen_epoch` is the journal of the line whose unit goes on, under `new_epoch` once it was told; None before.
    `case_ids` are the cases this answered. `undone_ms` says that it was taken back.
    """

    station = models.ForeignKey(Station, on_delete=models.CASCADE)
    epoch = models.PositiveIntegerField()
    chosen_epoch = models.PositiveIntegerField()
    new_epoch = models.PositiveIntegerField(null=True)
    case_ids = models.JSONField(default=list)
    who = models.CharField(max_length=150)
    at_ms = models.BigIntegerField()
    undone_ms = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"fork of {self.station_id} {self.epoch}"


class Branch(models.Model):
    """A line of a forked journal that the hub keeps as a journal of its own, under an epoch no unit ever had.

    It begins after `after_seq` of `parent_epoch`. `counts` says whether its entries are facts or set aside.
    """

    fork = models.ForeignKey(Fork, on_delete=models.CASCADE)
    station = models.ForeignKey(Station, on_delete=models.CASCADE)
    parent_epoch = models.PositiveIntegerField()
    epoch = models.PositiveIntegerField()
    after_seq = models.PositiveBigIntegerField()
    counts = models.BooleanField()

    class Meta:
        """One branch per epoch."""

        constraints = (models.UniqueConstraint(fields=["station", "epoch"], name="one_branch_per_epoch"),)

    def __str__(self) -> str:
        return f"branch {self.station_id} {self.epoch}"


class EnrolCode(models.Model):
    """A one-time code, kept only as its SHA-256. `used_by` is the public key of the station that used it."""

    code_hash = models.CharField(max_length=64, primary_key=True)
    station = models.ForeignKey(Station, on_delete=models.CASCADE)
    expires_ms = models.BigIntegerField()
    used_by = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"code for {self.station_id}"
