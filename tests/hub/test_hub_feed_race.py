"""No change of the feed is skipped, although transactions commit in another order than they began (invariant 10).

Only PostgreSQL can show it: two transactions, the one with the lower number commits last, a poll in between.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import transaction
from django.db.models import Max
from hub.bench import KNOWN, NOW, OTHER, in_a_thread, ref
from hub.feed_copy import Copy, fresh

from sync.hub import commands
from sync.hub.database import writing
from sync.hub.feed import pages, stamps
from sync.hub.feed.models import FeedRow
from sync.hub.feed.stamps import next_stamp
from sync.hub.patrons.service import load_cards

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("postgres_bench")]


def is_blocked(copy: Copy, card: str) -> bool:
    """Return whether the station knows that the card is blocked."""
    return bool(copy.rows["card", ref(card)]["blocked"])


def slow_and_quick(between: Callable[[], object]) -> None:
    """Block KNOWN in a transaction that has its number first and ends last; block OTHER in one that begins and ends
    meanwhile. `between` runs when only OTHER's is in.
    """
    has_number, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with writing():
            next_stamp()
            has_number.set()
            may_end.wait(10)
            load_cards([(KNOWN, True)], NOW)

    thread = in_a_thread(slow)
    assert has_number.wait(10)
    commands.load_cards([(OTHER, True)])
    between()
    may_end.set()
    thread.join()


def blocked_after_the_race() -> tuple[bool, bool]:
    """Return whether a station that polled in between knows of both blocks afterwards."""
    copy = fresh()
    slow_and_quick(copy.catch_up)
    copy.catch_up()
    return is_blocked(copy, KNOWN), is_blocked(copy, OTHER)


def test_what_commits_late_is_not_skipped():
    """A card blocked by the transaction that began first and ended last reaches a station that asked in between."""
    assert blocked_after_the_race() == (True, True)


def test_a_snapshot_skips_nothing_that_commits_late():
    """A snapshot taken while the earlier transaction is open brings its change afterwards."""
    copies = []
    slow_and_quick(lambda: copies.append(fresh()))
    assert is_blocked(copies[0].catch_up(), KNOWN)
    assert copies[0].rows == fresh().rows


def test_a_cursor_that_is_the_highest_number_is_caught(monkeypatch: pytest.MonkeyPatch):
    """Planted defect: a hub that goes on from the highest number it can see loses the change that commits late."""
    honest = stamps.point

    def naive() -> stamps.Point:
        newest = FeedRow.objects.aggregate(newest=Max("stamp"))["newest"]
        return replace(honest(), horizon=newest + 1)

    monkeypatch.setattr(pages, "point", naive)
    assert blocked_after_the_race() == (False, True)


def test_writers_do_not_wait_for_each_other():
    """Two transactions that change other things end in any order: no counter makes one wait for the other."""
    done = threading.Event()

    def change() -> None:
        commands.load_cards([(OTHER, True)])
        done.set()

    with writing():
        load_cards([(KNOWN, True)], NOW)
        other = in_a_thread(change)
        assert done.wait(10)
    other.join()
    assert is_blocked(fresh(), OTHER)


def test_a_number_given_out_again_after_a_crash_is_not_skipped():
    """A transaction that leaves nothing behind moves no cursor: after a crash its number may be another one's."""
    copy = fresh()
    before = copy.cursor
    for _ in range(3):
        with writing():
            next_stamp()
            transaction.set_rollback(True)
    assert not copy.page()
    assert copy.cursor == before
    commands.load_cards([(KNOWN, True)])
    newest = FeedRow.objects.aggregate(newest=Max("stamp"))["newest"]
    copy.catch_up()
    assert max(stamp for stamp, _ in pages.read(copy.cursor).lanes) == newest


def test_another_database_makes_every_cursor_void():
    """A hub whose rows came from another PostgreSQL gives every station a snapshot: numbers began anew there."""
    copy = fresh()
    stamps.FeedState.objects.update(place="7/7")
    FeedRow.objects.update(stamp=2**40)
    commands.load_cards([(KNOWN, True)])
    assert copy.begun == 1
    assert copy.catch_up().begun == 2
    assert copy.rows == fresh().rows
    commands.load_cards([(OTHER, True)])
    assert is_blocked(copy.catch_up(), OTHER)
