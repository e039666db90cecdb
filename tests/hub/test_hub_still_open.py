"""A unit that takes the place of a broken one is told what its station has lent and is still out."""

from __future__ import annotations

import json
import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from hub.bench import DRILL, DUE, KNOWN, NOW, OTHER, SAW, STATIONS, STRANGER, TENT, Bench, in_a_thread, ref, replaced
from hub.feed_copy import Copy, fresh

from lending.cases import CaseKind
from lending.entries import Loan, Renewal
from sync.feed_page import StillOpen, still_open_from_plain
from sync.hub.database import writing
from sync.hub.feed import still_open
from sync.hub.feed.models import FeedRow
from sync.hub.fleet.models import Station
from sync.hub.ledger.fold import refold
from sync.hub.ledger.models import OpenLoan, ReviewCase
from sync.hub.review import decisions

LATER = date(2026, 12, 20)


def told(station: str = STATIONS[0]) -> dict[str, StillOpen]:
    """Return the open loans a station's copy has, by the entry that made them."""
    rows = fresh(station).rows
    return {key: still_open_from_plain(plain) for (kind, key), plain in rows.items() if kind == "open"}


def test_a_station_is_not_told_what_it_knows(bench: Bench):
    """As long as its first unit lives, nothing of its own loans comes back to a station."""
    bench[0].lend(DRILL)
    bench.take(bench[0])
    assert told() == {}
    assert not FeedRow.objects.filter(kind="open").exists()


def test_a_new_unit_is_told_what_is_out(bench: Bench):
    """It gets the open loans of its station, with whose they are and until when; no other station does."""
    old = bench[0]
    drill = old.lend(DRILL)
    saw = old.add(Loan(SAW, DUE, provisional=True), STRANGER, wall=NOW + 5)
    old.add(Renewal(DRILL, drill["id"], LATER), KNOWN, wall=NOW + 6)
    old.lend(TENT, wall=NOW + 7)
    old.take_back(TENT, wall=NOW + 8)
    bench.take(old)
    replaced(bench)
    assert told() == {
        drill["id"]: StillOpen(drill["id"], DRILL, ref(KNOWN), NOW, LATER, renewals=1),
        saw["id"]: StillOpen(saw["id"], SAW, ref(STRANGER), NOW + 5, DUE, provisional=True),
    }
    assert told(STATIONS[1]) == {}


def test_what_the_new_unit_lends_it_knows(bench: Bench):
    """Loans of its own epoch are not told to the new unit; what was lent before is, until it is back."""
    old = bench[0]
    drill = old.lend(DRILL)
    bench.take(old)
    unit = replaced(bench)
    unit.lend(SAW, wall=NOW + 10)
    bench.take(unit)
    assert set(told()) == {drill["id"]}
    unit.take_back(DRILL, wall=NOW + 11)
    bench.take(unit)
    assert told() == {}


def test_a_return_elsewhere_ends_it(bench: Bench):
    """What comes back at another station is taken back from the new unit, to the last byte."""
    old = bench[0]
    old.lend(DRILL, OTHER)
    bench.take(old)
    replaced(bench)
    copy = fresh()
    bench[1].take_back(DRILL, wall=NOW + 10)
    bench.take(bench[1])
    copy.catch_up()
    assert copy.of("open") == set()
    assert not FeedRow.objects.filter(kind="open", content__contains=ref(OTHER)).exists()


def test_what_the_old_unit_still_had_to_say_is_told(bench: Bench):
    """A loan that the old unit sends late, after it was replaced, reaches the new one too."""
    old = bench[0]
    bench.take(old)
    replaced(bench)
    late = old.lend(DRILL)
    bench.take(old)
    assert set(told()) == {late["id"]}


def test_staff_end_a_loan_and_take_that_back(bench: Bench):
    """A loan that staff close in a case is taken back from the new unit, and told again when they undo it."""
    bench[0].lend(DRILL)
    bench[1].lend(DRILL, OTHER, wall=NOW + 5)
    bench.take(bench[0])
    bench.take(bench[1])
    replaced(bench)
    (case,) = ReviewCase.objects.filter(kind=CaseKind.LENT_TWICE)
    (first,) = told()
    assert decisions.answer([case.pk], "all_over", "anna", "", NOW)
    assert told() == {}
    decisions.undo(case.pk, "anna", NOW + 1)
    assert set(told()) == {first}


def test_a_third_unit_is_told_of_both_before_it(bench: Bench):
    """What the first and the second unit lent is out, whoever asks; what comes back is not told again."""
    first = bench[0].lend(DRILL)
    bench.take(bench[0])
    unit = replaced(bench)
    second = unit.lend(SAW, wall=NOW + 5)
    bench.take(unit)
    third = replaced(bench)
    assert set(told()) == {first["id"], second["id"]}
    third.take_back(SAW, wall=NOW + 6)
    bench.take(third)
    assert set(told()) == {first["id"]}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1), (1, 0, 2), (2, 0, 1)])
def test_the_order_in_which_all_arrives_does_not_matter(bench: Bench, order: tuple[int, ...]):
    """Old unit, new unit and another station may report in any order: the new unit is told the same."""
    old = bench[0]
    old.lend(DRILL)
    saw = old.lend(SAW, wall=NOW + 1)
    unit = replaced(bench)
    unit.take_back(TENT, wall=NOW + 20)
    bench[1].take_back(DRILL, wall=NOW + 10)
    senders = (old, unit, bench[1])
    for number in order:
        bench.take(senders[number])
    assert set(told()) == {saw["id"]}
    items = set(OpenLoan.objects.values_list("item", flat=True)) | {DRILL, SAW, TENT}
    before = list(FeedRow.objects.filter(kind="open").exclude(content="").values_list("key", "content"))
    with writing():
        refold(items, NOW)
    assert list(FeedRow.objects.filter(kind="open").exclude(content="").values_list("key", "content")) == before


def test_a_station_that_forgets_to_tell_is_caught(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: a fold that tells nobody leaves a new unit with a loan that is over."""
    bench[0].lend(DRILL)
    bench.take(bench[0])
    replaced(bench)
    monkeypatch.setattr("sync.hub.ledger.append.tell_still_open", lambda *_: None)
    bench[1].take_back(DRILL, wall=NOW + 10)
    bench.take(bench[1])
    assert told() != {}


def test_older_stations_are_told_in_a_form_they_leave_out(bench: Bench):
    """The rows are of a kind of their own, with everything a station needs and nothing that names anybody."""
    bench[0].lend(DRILL)
    bench.take(bench[0])
    replaced(bench)
    copy = Copy().catch_up()
    (plain,) = [plain for (kind, _), plain in copy.rows.items() if kind == "open"]
    assert set(plain) == {"loan", "item", "ref", "lent_ms", "due"}
    assert KNOWN not in json.dumps(plain)


# --- the race of a fold with an enrolment


@pytest.mark.postgres
@pytest.mark.parametrize("careful", [True, False])
def test_a_return_that_crosses_an_enrolment_is_not_told_as_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, *, careful: bool
):
    """A fold that has not ended while a new unit is let in takes its loan back afterwards; a hub that does not hold
    the station meanwhile is caught.
    """
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    if not careful:
        monkeypatch.setattr(still_open, "keep_epochs", lambda: None)
    bench[0].lend(DRILL)
    bench.take(bench[0])
    bench[1].take_back(DRILL, wall=NOW + 10)
    folding, looked = threading.Event(), threading.Event()
    real = still_open._later_epochs

    def slowly(stations: Any) -> dict[str, int]:
        found = real(stations)
        folding.set()
        looked.wait(0.5)
        return found

    with monkeypatch.context() as slow:
        slow.setattr(still_open, "_later_epochs", slowly)
        back = in_a_thread(lambda: bench.take(bench[1]))
        assert folding.wait(10)
        replaced(bench)
        looked.set()
        back.join(10)
    assert (told() == {}) is careful


@pytest.mark.usefixtures("bench")
def test_looking_at_the_epochs_asks_one_short_question():
    """A fold of ordinary loans asks once, and only for the stations concerned."""
    with transaction.atomic():
        assert still_open._later_epochs(STATIONS[:2]) == {}
    Station.objects.filter(pk=STATIONS[0]).update(epoch=2)
    with transaction.atomic():
        assert still_open._later_epochs(STATIONS[:2]) == {STATIONS[0]: 2}
