"""What the stations are told, row by row, each with the stamp of the transaction that changed it last."""

from __future__ import annotations

import secrets

from django.db import models

from sync.feed_page import MessageKind

_SOURCE_BYTES = 8


def new_source() -> str:
    """Return a name for one unbroken line of stamps."""
    return secrets.token_hex(_SOURCE_BYTES)


class FeedState(models.Model):
    """The one row of what is true of the whole feed.

    `version` counts changes of the rules. `source` names the line of stamps all cursors count on: another one makes
    every cursor void. `place` says which database the stamps were given out in. `stamp` is the last one on SQLite.
    `pruned` is the newest stamp of a tombstone that is no longer kept. `counted_on` is the day figures were last
    counted.
    """

    version = models.PositiveBigIntegerField(default=1)
    rules = models.JSONField(default=dict)
    source = models.CharField(max_length=32, default=new_source)
    place = models.CharField(max_length=100, default="")
    stamp = models.PositiveBigIntegerField(default=0)
    pruned = models.PositiveBigIntegerField(default=0)
    counted_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"feed {self.version}"


class Lane(models.IntegerChoices):
    """In which order changes go out: whatever waits in an earlier lane goes before everything in a later one.

    URGENT are cards that are blocked or once were; HERE what concerns one station alone; SMALL what is short; THINGS
    pages nobody needs for lending.
    """

    URGENT = 0
    HERE = 1
    SMALL = 2
    ITEMS = 3
    CARDS = 4
    THINGS = 5


class FeedRow(models.Model):
    """One thing stations are told: `content` is its plain form as JSON text, empty for a tombstone.

    `station` is empty where every station is told. `stamp` is that of the transaction that changed it last (see
    `sync.hub.feed.stamps`), `at_ms` the hub's time then.
    """

    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=200)
    station = models.CharField(max_length=64, default="")
    lane = models.PositiveSmallIntegerField(choices=Lane.choices)
    stamp = models.PositiveBigIntegerField()
    at_ms = models.BigIntegerField()
    content = models.TextField(default="")

    class Meta:
        """A row per thing and station, found by its key and by what is new."""

        constraints = (models.UniqueConstraint(fields=["kind", "key", "station"], name="feed_row_once"),)
        indexes = (
            models.Index(fields=["station", "lane", "stamp", "id"], name="feed_by_stamp"),
            models.Index(fields=["at_ms"], condition=models.Q(content=""), name="feed_tombstones"),
        )

    def __str__(self) -> str:
        return f"{self.kind} ({self.stamp})"


class Message(models.Model):
    """A word of the library to everybody who stands at a screen, from its first day to its last.

    `station` is empty where it is for all. `words` is a text by language.
    """

    message_id = models.CharField(max_length=64, primary_key=True)
    station = models.CharField(max_length=64, default="")
    words = models.JSONField()
    first = models.DateField()
    last = models.DateField()
    kind = models.CharField(max_length=16, default=MessageKind.NOTICE.value)

    def __str__(self) -> str:
        return f"message {self.message_id}"
