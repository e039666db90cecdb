"""What the feed tells a station, page by page: the same as a whole snapshot, and no more work than there is news."""

from __future__ import annotations

import gzip
import importlib
import json
from datetime import date

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hub.bench import (
    BLOCKED,
    CARDS,
    CATEGORIES,
    DRILL,
    ITEMS,
    KNOWN,
    NOW,
    OTHER,
    SAW,
    STATIONS,
    TENT,
    Bench,
    item,
    ref,
    text,
)
from hub.feed_copy import TODAY, Copy, fresh, message

from lending.cases import CaseKind
from lending.entries import HoldCancelled, HoldPlaced
from lending.errors import Refused
from sync.feed import feed_from_plain
from sync.feed_page import Message, page_from_plain
from sync.hub import commands
from sync.hub.__main__ import main
from sync.hub.catalogue.service import withdraw_items
from sync.hub.feed import messages, pages
from sync.hub.feed.models import FeedRow, Lane
from sync.hub.fleet.models import Station
from sync.hub.holds import service as holds
from sync.hub.ledger.models import ReviewCase
from sync.hub.patrons.service import remove_cards
from sync.hub.review import decisions


def test_a_first_copy_holds_the_whole_library(bench: Bench):
    """A station that knows nothing gets items, cards, shelves, rules and its name."""
    copy = fresh()
    assert copy.of("item") == {i.code for i in ITEMS}
    assert copy.of("card") == {ref(card) for card, _ in CARDS}
    assert copy.of("category") == {"tools"}
    assert copy.head["station"] == {"id": bench[0].station, "name": "LS-0001"}
    assert (copy.begun, copy.page()) == (1, False)


def test_what_the_pages_say_is_what_the_whole_feed_says(bench: Bench, hub: Client):
    """Stations of the first form and those of today are told the same."""
    holds.set_aside(KNOWN, DRILL, "anna", TODAY, NOW)
    whole = hub.get("/api/feed", headers=bench[0].headers).json()
    feed_from_plain(whole)
    copy = fresh()
    told = {
        ("items", "item", "code"): whole["items"],
        ("cards", "card", "ref"): whole["cards"],
        ("holds", "hold", "id"): whole["holds"],
    }
    for (_, kind, key), some in told.items():
        assert {plain[key]: plain for plain in some} == {k: v for (one, k), v in copy.rows.items() if one == kind}
    assert copy.head["rules"] == whole["rules"]


@pytest.mark.usefixtures("bench")
def test_nothing_new_reads_no_row_and_writes_nothing():
    """A poll when nothing is new asks three short questions, and writes at most once a minute."""
    copy = fresh()
    copy.page()
    with CaptureQueriesContext(connection) as asked:
        assert not copy.page()
    statements = [query["sql"] for query in asked.captured_queries]
    assert len(statements) <= 3, statements
    assert not [sql for sql in statements if sql.startswith(("UPDATE", "INSERT"))]


def steps_of_a_poll(cards: int) -> int:
    """Return how many steps SQLite takes for a poll with nothing new behind a load of so many cards."""
    commands.load_cards([(f"N{n:09}", False) for n in range(cards)])
    copy, count = fresh(), [0]

    def step() -> None:
        count[0] += 1

    copy.page()
    connection.connection.set_progress_handler(step, 1)
    try:
        assert not copy.page()
    finally:
        connection.connection.set_progress_handler(None, 1)
    return count[0]


@pytest.mark.usefixtures("sqlite_bench")
def test_a_poll_costs_no_more_behind_a_large_load():
    """The database goes straight to what is new, also where one stamp stands on the whole register."""
    few = steps_of_a_poll(30)
    assert steps_of_a_poll(900) < few + 200


@pytest.mark.usefixtures("sqlite_bench")
def test_a_poll_that_looks_through_a_stamp_is_caught(monkeypatch: pytest.MonkeyPatch):
    """Planted defect: asking for stamp and row in one comparison, SQLite looks at every row of the newest stamp."""
    monkeypatch.setattr(
        pages, "_IS_NEW", pages._IS_NEW.replace("stamp > %s", f"(stamp, id) > (%s, {pages.LAST_ROW})")
    )
    few = steps_of_a_poll(30)
    assert steps_of_a_poll(900) > few + 200


@pytest.mark.usefixtures("bench")
def test_what_goes_leaves_a_tombstone():
    """An item taken out of the catalogue and a card taken out of the register go from the station too."""
    copy = fresh()
    assert withdraw_items([TENT, "unknown"], NOW) == 1
    assert remove_cards([BLOCKED, OTHER, "N1"], NOW) == 2
    copy.catch_up()
    assert copy.begun == 1
    assert copy.of("item") == {DRILL, SAW}
    assert copy.of("card") == {ref(KNOWN)}
    assert copy.rows == fresh().rows
    commands.load_cards([(OTHER, False)])
    assert copy.catch_up().of("card") == {ref(KNOWN), ref(OTHER)}


@pytest.mark.usefixtures("bench")
def test_a_block_goes_before_everything_big():
    """A card blocked after a thousand items changed is on the first page a station gets."""
    copy = fresh()
    commands.load_catalogue([item(f"{n:08}", "vinsj", "winch") for n in range(1000)], [])
    commands.load_cards([(f"N{n:09}", False) for n in range(300)])
    commands.load_cards([(KNOWN, True)])
    assert copy.page()
    assert copy.rows["card", ref(KNOWN)]["blocked"] is True
    assert len(copy.of("item")) < 1000
    commands.load_cards([(KNOWN, False)])
    assert copy.page()
    assert copy.rows["card", ref(KNOWN)]["blocked"] is False
    assert copy.catch_up().rows == fresh().rows


def test_a_hold_goes_to_its_station_alone(bench: Bench):
    """Holds go to the station they stand at, and leave it when they end, by the desk or by staff."""
    copies = [fresh(station) for station in STATIONS[:2]]
    bench[0].add(HoldPlaced("h1", "tent", TODAY), KNOWN)
    bench.take(bench[0])
    made = holds.set_aside(OTHER, DRILL, "anna", TODAY, NOW)
    assert [copy.catch_up().of("hold") for copy in copies] == [{"h1", made.hold.hold_id}, set()]
    bench[0].add(HoldCancelled("h1"))
    bench.take(bench[0])
    holds.cancel(made.hold.hold_id, "anna", NOW)
    assert copies[0].catch_up().of("hold") == set()
    assert copies[0].begun == 1


def test_over_the_line(bench: Bench, hub: Client):
    """Pages come packed and understood, 304 says that nothing is new, and nobody gets in without a token."""
    copy, more = Copy(), True
    while more:
        answer = hub.get(
            "/api/feed/changes",
            {"cursor": copy.cursor},
            headers=bench[0].headers | {"Accept-Encoding": "gzip"},
        )
        more = answer.status_code == 200
        if more:
            assert answer["Content-Encoding"] == "gzip"
            page = json.loads(gzip.decompress(answer.content))
            page_from_plain(page)
            copy.take(page)
    assert (answer.status_code, answer.content) == (304, b"")
    assert copy.rows == fresh().rows
    assert hub.get("/api/feed/changes").status_code == 401
    assert Station.objects.get(pk="ls-0001").feed_version == page["version"]


@pytest.mark.usefixtures("bench")
def test_no_page_is_longer_than_it_may_be():
    """Pages hold so many rows and bytes and no more; a thing that is longer has a page of its own."""
    long = {"nb": "x" * 200, "en": "y" * 200}
    some = [item(f"{n:08}", long["nb"], long["en"], 20) for n in range(150)]
    commands.load_catalogue(some, [])
    copy, more = Copy(), True
    while more:
        text_ = pages.next_page(Station.objects.get(pk=copy.station), copy.cursor, NOW)
        if text_ is None:
            break
        assert len(text_.encode()) < pages.MAX_PAGE_BYTES + 8000
        more = copy.take(json.loads(text_))
    assert len(copy.of("item")) == 153
    assert {Lane(lane) for lane in FeedRow.objects.values_list("lane", flat=True)} <= set(Lane)


# --- loans that ended elsewhere


def test_a_loan_returned_elsewhere_ends_at_the_station_that_lent_it(bench: Bench):
    """The lending station is told, the others are not; what it took back itself needs no telling."""
    copies = [fresh(station) for station in STATIONS]
    loan = bench[0].lend(wall=NOW)["id"]
    own = bench[0].lend(SAW, wall=NOW)["id"]
    bench[0].take_back(SAW, wall=NOW + 1)
    bench.take(bench[0])
    bench[1].take_back(wall=NOW + 2)
    bench.take(bench[1])
    assert [copy.catch_up().of("ended") for copy in copies] == [{loan}, set(), set()]
    assert own not in copies[0].of("ended")
    assert copies[0].rows["ended", loan]["item"] == DRILL
    before = copies[0].cursor
    commands.refold()
    assert not copies[0].page()
    assert copies[0].cursor == before


def test_a_late_return_at_the_station_itself_takes_back_that_it_ended_elsewhere(bench: Bench):
    """When it turns out that the lending station had taken it back first, nothing ended elsewhere."""
    copy = fresh()
    loan = bench[0].lend(wall=NOW + 10)
    own = bench[0].take_back(wall=NOW + 15)
    bench.take(bench[0], [loan])
    bench[1].take_back(wall=NOW + 20)
    bench.take(bench[1])
    assert copy.catch_up().of("ended") == {loan["id"]}
    bench.take(bench[0], [own])
    assert copy.catch_up().of("ended") == set()
    assert copy.rows == fresh().rows


def test_a_loan_that_staff_end_ends_at_its_station(bench: Bench):
    """When staff decide that an earlier loan is over its station is told, and told otherwise when they undo it."""
    copy = fresh()
    loan = bench[0].lend(wall=NOW)["id"]
    bench[1].lend(card=OTHER, wall=NOW + 1)
    for station in (bench[0], bench[1]):
        bench.take(station)
    case = ReviewCase.objects.get(kind=CaseKind.LENT_TWICE)
    assert decisions.accept([case.pk], "anna", "", NOW) == [case.pk]
    assert copy.catch_up().of("ended") == {loan}
    assert decisions.undo(case.pk, "anna", NOW)
    assert copy.catch_up().of("ended") == set()


# --- messages, rules, name


@pytest.mark.usefixtures("bench")
def test_a_message_goes_to_all_stations_or_to_one():
    """A message reaches the stations it is for, follows a change of mind, and goes when it is taken back."""
    copies = [fresh(station) for station in STATIONS[:2]]
    assert messages.set_message(message("m1"), "", NOW)
    assert messages.set_message(message("m2"), STATIONS[1], NOW)
    assert not messages.set_message(message("m2"), STATIONS[1], NOW)
    assert [copy.catch_up().of("message") for copy in copies] == [{"m1"}, {"m1", "m2"}]
    assert messages.set_message(message("m2"), STATIONS[0], NOW)
    assert [copy.catch_up().of("message") for copy in copies] == [{"m1", "m2"}, {"m1"}]
    assert [row.message_id for row in messages.messages(TODAY)] == ["m1", "m2"]
    assert messages.remove_message("m1", NOW)
    assert not messages.remove_message("m1", NOW)
    assert [copy.catch_up().of("message") for copy in copies] == [{"m2"}, set()]
    assert [copy.rows for copy in copies] == [fresh(station).rows for station in STATIONS[:2]]


@pytest.mark.usefixtures("bench")
@pytest.mark.parametrize(
    ("wrong", "station"),
    [
        (message(""), ""),
        (message("m" * 65), ""),
        (message("m", date(2026, 11, 21)), ""),
        (Message("m", text("x" * 300, "y"), TODAY, TODAY), ""),
        (Message("m", text("a\0", "b"), TODAY, TODAY), ""),
        (message("m"), "ls-9999"),
    ],
)
def test_a_message_no_station_could_take_is_refused(wrong: Message, station: str):
    """A message without id, words or days, or for a station there is none of, is refused."""
    with pytest.raises(Refused):
        messages.set_message(wrong, station, NOW)
    assert not messages.messages(TODAY)


@pytest.mark.usefixtures("bench")
def test_new_rules_and_a_new_name_reach_the_station():
    """What holds of the whole station is told when it is another, and not again."""
    copy = fresh()
    copy.head = None
    assert not copy.page()
    commands.set_rules({"loan_limit": 3})
    Station.objects.filter(pk=STATIONS[0]).update(name="Bragernes")
    copy.catch_up()
    assert (copy.head["rules"]["loan_limit"], copy.head["station"]["name"]) == (3, "Bragernes")
    assert copy.begun == 1


# --- commands, and a hub from before there were rows


@pytest.mark.usefixtures("bench")
def test_messages_and_withdrawals_by_command(capsys: pytest.CaptureFixture[str]):
    """Staff set, change, list and take back a message, and take cards and items out, from the command line."""

    def hub(*words: str) -> tuple[int, str]:
        status = main(list(words))
        said = capsys.readouterr()
        return status, (said.out + said.err).strip()

    copy = fresh()
    said = ["message", "closed", "--nb", "Stengt", "--en", "Closed", "--until", "2099-12-31"]
    assert hub(*said) == (0, "changed")
    assert hub(*said) == (0, "nothing new")
    assert hub("message")[1].endswith("to 2099-12-31  all  Stengt")
    assert copy.catch_up().of("message") == {"closed"}
    assert hub("message", "closed", "--remove") == (0, "removed")
    assert hub("message", "closed", "--remove") == (0, "there is no such message")
    assert hub("message", "x", "--nb", "y", "--until", "soon")[0] == 1
    assert hub("withdraw", "card", KNOWN) == (0, "1 taken out")
    assert hub("withdraw", "item", DRILL, "unknown") == (0, "1 taken out")
    copy.catch_up()
    assert (copy.of("message"), ref(KNOWN) in copy.of("card"), copy.of("item")) == (set(), False, {TENT, SAW})


@pytest.mark.usefixtures("bench")
def test_a_hub_from_before_there_were_rows_is_filled_by_its_migration():
    """The migration puts in the same rows that publishing makes, so that the next change tells only what is new."""
    holds.set_aside(KNOWN, DRILL, "anna", TODAY, NOW)
    columns = ("kind", "key", "station", "lane", "content")
    before = sorted(FeedRow.objects.values_list(*columns))
    FeedRow.objects.all().delete()
    importlib.import_module("sync.hub.feed.migrations.0003_fill").fill(apps, None)
    assert sorted(FeedRow.objects.values_list(*columns)) == before
    copy = fresh()
    commands.load_catalogue(ITEMS, CATEGORIES)
    assert not copy.page()
