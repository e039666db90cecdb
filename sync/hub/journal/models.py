"""Journals and their entries, kept as they came."""

from __future__ import annotations

from django.db import models

from sync.hub.fleet.models import Station
from sync.hub.journal import kinds
from sync.journal import GENESIS
from sync.protocol import VerdictKind


class Journal(models.Model):
    """One station's journal in one epoch.

    The hub holds every entry up to and including `held`; `head` is the hash of that one. `waiting` counts entries
    kept beyond a gap. From `forked_at` on the entries do not continue what the hub holds and change nothing.
    `signs_beats` says that its unit has signed a heartbeat with this key: from then on it signs all of them.

    Dates (see `sync.hub.journal.dates`): `dating` is what the next entry's hangs on; up to `settled` no date changes
    any more, and `settled_dating` is what the dates behind that hang on.
    """

    station = models.ForeignKey(Station, on_delete=models.PROTECT)
    epoch = models.PositiveIntegerField()
    public_key = models.CharField(max_length=64)
    held = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default=GENESIS)
    waiting = models.PositiveIntegerField(default=0)
    forked_at = models.PositiveBigIntegerField(null=True)
    signs_beats = models.BooleanField(default=False)
    dating = models.JSONField(null=True)
    settled = models.PositiveBigIntegerField(default=0)
    settled_dating = models.JSONField(null=True)

    class Meta:
        """One journal per enrolment."""

        constraints = (models.UniqueConstraint(fields=["station", "epoch"], name="one_journal_per_epoch"),)

    def __str__(self) -> str:
        return f"{self.station_id} {self.epoch}"


class RawEntry(models.Model):
    """One entry as it came, without its personal part. Its content never changes.

    `item` and `hold` name what it is about, empty where it is about none.

    `in_force` says that the entry is part of the gap-free, unforked journal and could be read; only then does it
    count in the ledger, at `order_ms`. `lo_ms` and `hi_ms` are the earliest and the latest time at which it can have
    been made (Unix ms; `lending.dating.EVER` and `FOREVER` where nothing is known). `forgotten_ms` is when the hub
    erased who it was about, None where it has not.
    """

    VERDICTS = tuple((kind.value, kind.value) for kind in VerdictKind)

    journal = models.ForeignKey(Journal, on_delete=models.PROTECT)
    seq = models.PositiveBigIntegerField()
    entry_id = models.CharField(max_length=40, unique=True)
    hash = models.CharField(max_length=64)
    prev = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    item = models.CharField(max_length=200, default="")
    hold = models.CharField(max_length=200, default="")
    wall_ms = models.BigIntegerField(null=True)
    wire = models.TextField()
    received_ms = models.BigIntegerField()
    verdict = models.CharField(max_length=16, choices=VERDICTS)
    reason = models.CharField(max_length=300, default="")
    in_force = models.BooleanField(default=False)
    order_ms = models.BigIntegerField(null=True)
    lo_ms = models.BigIntegerField(null=True)
    hi_ms = models.BigIntegerField(null=True)
    forgotten_ms = models.BigIntegerField(null=True)

    class Meta:
        """One entry per place in a journal."""

        constraints = (models.UniqueConstraint(fields=["journal", "seq"], name="one_entry_per_place"),)
        indexes = (
            models.Index(fields=["item", "in_force"], name="entries_of_item"),
            models.Index(fields=["hold"], name="entries_of_hold"),
            models.Index(
                fields=["kind"],
                condition=models.Q(kind__in=list(kinds.SAID)),
                name="entries_said",
            ),
            models.Index(
                fields=["journal", "seq"],
                condition=models.Q(kind__in=list(kinds.TOLD)),
                name="entries_told",
            ),
            models.Index(fields=["journal"], condition=models.Q(in_force=False), name="entries_aside"),
            models.Index(fields=["journal", "wall_ms", "seq"], name="entries_by_wall"),
            models.Index(
                fields=["journal", "kind", "seq"],
                condition=~models.Q(kind__in=list(kinds.FREQUENT)),
                name="entries_rare",
            ),
        )

    def __str__(self) -> str:
        return f"{self.journal_id}/{self.seq} {self.kind}"


class PersonalPart(models.Model):
    """Who an entry is about, apart from it, so that the row can be erased and the chain still verifies."""

    entry = models.OneToOneField(RawEntry, on_delete=models.CASCADE, primary_key=True, related_name="personal")
    patron_ref = models.CharField(max_length=200, default="", db_index=True)
    plain = models.TextField()

    def __str__(self) -> str:
        return f"personal part of {self.entry_id}"


class SetAside(models.Model):
    """An entry that came to a place or with an id already taken by another. Kept for staff; it changes nothing."""

    journal = models.ForeignKey(Journal, on_delete=models.PROTECT)
    seq = models.PositiveBigIntegerField()
    entry_id = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    wire = models.TextField()
    personal = models.TextField(default="")
    received_ms = models.BigIntegerField()
    reason = models.CharField(max_length=300)

    class Meta:
        """The same content is set aside once."""

        constraints = (models.UniqueConstraint(fields=["journal", "digest"], name="set_aside_once"),)

    def __str__(self) -> str:
        return f"set aside: {self.journal_id}/{self.seq}"
