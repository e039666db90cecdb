"""What slows down who guesses, and what staff did that no case or hold keeps a trail of."""

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


class SaidMark(models.Model):
    """Words of residents that staff have handled when they had been said so many `times`; null: taken back."""

    key = models.CharField(max_length=64, primary_key=True)
    handled_ms = models.BigIntegerField(null=True)
    times = models.PositiveIntegerField(default=0)
    who = models.CharField(max_length=150, default="")
    answer = models.CharField(max_length=300, default="")

    def __str__(self) -> str:
        return self.key


class SaidEvent(models.Model):
    """What was done with such words, when and by whom; never changed."""

    key = models.CharField(max_length=64, db_index=True)
    at_ms = models.BigIntegerField()
    what = models.CharField(max_length=16)
    who = models.CharField(max_length=150)
    answer = models.CharField(max_length=300, default="")

    def __str__(self) -> str:
        return f"{self.key} {self.what}"


class TagEvent(models.Model):
    """What was done with a tag that staff registered at a station, when and by whom; never changed."""

    code = models.CharField(max_length=200, db_index=True)
    station = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()
    what = models.CharField(max_length=16)
    who = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"{self.code} {self.what}"


class StaffEvent(models.Model):
    """What staff did with a station from afar, or with a login, when and by whom; never changed.

    `about` is the station or the person it was done to, empty where that is who did it.
    """

    at_ms = models.BigIntegerField()
    what = models.CharField(max_length=16)
    who = models.CharField(max_length=150, db_index=True)
    about = models.CharField(max_length=150, default="", db_index=True)

    def __str__(self) -> str:
        return f"{self.who} {self.what}"


class EndedLogin(models.Model):
    """A login that was ended before its cookie is too old; `key` is the digest of its mark."""

    key = models.CharField(max_length=64, primary_key=True)
    at_ms = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.key[:8]
