"""Where a station goes on from: any polls end in a fresh copy, and a cursor that is no good begins anew."""

from __future__ import annotations

import base64
import json

import pytest
from django.db import connection
from hub.bench import (
    BLOCKED,
    KNOWN,
    NOW,
    STATIONS,
    TENT,
    item,
)
from hub.feed_copy import Copy, fresh, message, pages_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.hub import commands
from sync.hub.catalogue.service import withdraw_items
from sync.hub.feed import messages, pages, publish, stamps
from sync.hub.feed.models import FeedRow, FeedState
from sync.hub.fleet.models import Station
from sync.hub.patrons.service import remove_cards


def change(kind: int, number: int) -> None:
    """Change something of the library."""
    card, code = f"N7770000{number:02}", f"{number:08}"
    match kind:
        case 0:
            commands.load_cards([(card, False)])
        case 1:
            commands.load_cards([(card, True)])
        case 2:
            remove_cards([card], NOW)
        case 3:
            commands.load_catalogue([item(code, f"ting {number}", "thing", number % 3)], [])
        case 4:
            withdraw_items([code], NOW)
        case 5:
            messages.set_message(message(f"m{number}"), STATIONS[number % 2] if number % 3 else "", NOW)
        case 6:
            messages.remove_message(f"m{number}", NOW)
        case 7:
            commands.set_rules({"loan_limit": number})
        case _:
            commands.load_cards([(f"N7770000{n:02}", bool(n % 2)) for n in range(number, number + 5)])


steps = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 8), st.integers(0, 6)), st.sampled_from(["poll", "catch up", "restart", "lost"])
    ),
    min_size=1,
    max_size=14,
)


def follow(some: list[tuple[int, int] | str]) -> tuple[Copy, Copy]:
    """Play changes and polls with tiny pages; return the copy that was there all the time, and a fresh one."""
    copy = Copy()
    with pages_of(2):
        for step in some:
            match step:
                case "poll":
                    copy.page()
                case "catch up":
                    copy.catch_up()
                case "restart":
                    connection.close()
                case "lost":  # the answer never came: the station asks again with what it has
                    pages.next_page(Station.objects.get(pk=copy.station), copy.cursor, NOW)
                case (kind, number):
                    change(int(kind), int(number))
        return copy.catch_up(), fresh()


@given(some=steps)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("sqlite_bench")
def test_any_changes_and_polls_end_in_what_a_fresh_snapshot_says(some: list[tuple[int, int] | str]):
    """Whatever changes between any two pages, the copy of the station is a fresh one in the end."""
    copy, new = follow(some)
    assert copy.rows == new.rows
    assert copy.head == new.head
    assert copy.begun == 1


STORY: list[tuple[int, int] | str] = [(8, 0), "poll", "poll", "poll", (1, 0), (2, 2), (3, 5), "catch up", (4, 5)]


@pytest.mark.usefixtures("bench")
def test_changes_amid_a_snapshot_arrive_after_it():
    """What changes behind and ahead of a snapshot under way is in the copy, on both databases."""
    copy, new = follow(STORY)
    assert copy.rows == new.rows


@pytest.mark.usefixtures("bench")
def test_a_snapshot_that_forgets_where_it_began_is_caught(monkeypatch: pytest.MonkeyPatch):
    """Planted defect: changes told only from the end of a snapshot on lose what changed behind it."""
    honest = pages.read

    def forgetful(cursor: str) -> pages.Cursor | None:
        found = honest(cursor)
        if isinstance(found, pages.Walk):
            now = pages.newest_stamp(Station.objects.get(pk=STATIONS[0]), pages.point().horizon)
            return pages.replace(found, lanes=((now, pages.LAST_ROW),) * pages.LANES)
        return found

    monkeypatch.setattr(pages, "read", forgetful)
    copy, new = follow(STORY)
    assert copy.rows != new.rows


@pytest.mark.usefixtures("bench")
def test_a_snapshot_is_in_the_order_of_its_keys():
    """Cards come in the order in which the station keeps them, or it would write its whole file for every page."""
    commands.load_cards([(f"N{n:09}", False) for n in range(40)])
    with pages_of(7):
        copy = fresh()
    cards = [key for kind, key in copy.rows if kind == "card" and not copy.rows[kind, key]["blocked"]]
    assert cards == sorted(cards)
    assert copy.pages > 6


# --- cursors that nobody can go on from


@pytest.mark.usefixtures("bench")
def test_a_cursor_of_another_hub_begins_anew():
    """After a restore the hub's stamps are others: a station gets a snapshot by itself, once."""
    copy = fresh()
    commands.load_cards([(KNOWN, True)])
    stamps.renew()
    copy.catch_up()
    assert (copy.begun, copy.rows) == (2, fresh().rows)
    commands.load_cards([(KNOWN, False)])
    copy.catch_up()
    assert (copy.begun, copy.rows) == (2, fresh().rows)


@pytest.mark.usefixtures("bench")
def test_a_cursor_ahead_of_the_hub_begins_anew():
    """A hub whose database went back without anybody saying so notices a cursor that knows more than it does."""
    commands.load_cards([(KNOWN, True)])
    copy = fresh()
    FeedState.objects.update(stamp=0)
    FeedRow.objects.update(stamp=0)
    if connection.vendor == "sqlite":
        assert copy.catch_up().begun == 2


@pytest.mark.usefixtures("bench")
@pytest.mark.parametrize("amid", [False, True])
def test_a_station_that_was_away_too_long_begins_anew(amid: bool):  # noqa: FBT001 - a case of the table
    """Where tombstones have been let go a cursor from before them is void, also amid a snapshot."""
    copy = Copy()
    with pages_of(2):
        copy.page()
        if not amid:
            copy.catch_up()
        remove_cards([BLOCKED], NOW)
        later = NOW + publish.KEEP_TOMBSTONES_MS + 1
        assert FeedRow.objects.filter(content="").count() == 1
        withdraw_items([TENT], later)
        assert FeedRow.objects.filter(content="").count() == 1
        current = fresh()
        copy.catch_up()
    assert (copy.begun, copy.rows) == (2, current.rows)
    assert current.begun == 1


def plain_cursor(cursor: str) -> list[object]:
    """Return what a cursor says."""
    return list(json.loads(base64.urlsafe_b64decode(cursor + "==")))


def as_cursor(plain: object) -> str:
    """Return a cursor that says this."""
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


@pytest.mark.usefixtures("bench")
def test_a_cursor_that_is_none_begins_anew():
    """Nonsense, half a cursor, wrong types and numbers beyond any: the station gets a snapshot, never an error."""
    good = fresh().cursor
    plain = plain_cursor(good)
    odd: list[object] = [[], {}, 7, ["c"], ["w", *plain[1:]], plain[:-1], [*plain, 1], ["c", 7, *plain[2:]]]
    odd += [[*plain[:3], value, *plain[4:]] for value in (-1, 2**70, "1", None, True, 1.5, [1])]
    odd += [["w", plain[1], NOW, 9, 0, 0, *plain[3:]], ["w", plain[1], NOW, 4, 1, 2**60, *plain[3:]]]
    for cursor in ["x", "å", "=", good[:-3], "A" * 5000, *map(as_cursor, odd)]:
        copy = Copy(cursor=cursor)
        copy.page()
        assert copy.begun == 1, cursor
    assert fresh().begun == 1
