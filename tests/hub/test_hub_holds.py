"""Holds: placed at stations or by staff, told to the one station they are at, ended once, and audited."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.test import Client
from hub.bench import BLOCKED, DRILL, DUE, KNOWN, NOW, OTHER, STRANGER, TENT, Bench, everything, ref, version_of

from lending.cases import CaseKind
from lending.entries import Body, HoldCancelled, HoldCollected, HoldPlaced, Loan, Return
from lending.holds import code_hash
from lending.nouns import Hold
from lending.rules import Reason
from sync.feed import feed_from_plain
from sync.hub import commands, environment
from sync.hub.clock import now_ms
from sync.hub.feed.service import make_feed
from sync.hub.fleet.models import Station
from sync.hub.holds import models, service
from sync.hub.holds.models import HoldEvent, HoldState
from sync.hub.ledger.models import ReviewCase
from sync.hub.review.kinds import reason_words
from sync.hub.review.when import local

HOLD, TODAY = "ab" * 16, date(2026, 11, 22)


def held(bench: Bench, number: int = 0) -> list[Hold]:
    """Return the holds in the feed of a station, as it stands at noon."""
    assert bench.stations
    station = Station.objects.order_by("pk")[number]
    return list(feed_from_plain(make_feed(station, NOW)).holds)


def placed(until: date = DUE, item: str | None = None) -> HoldPlaced:
    """Return the word of a patron who asks for the next drill."""
    return HoldPlaced(HOLD, "hammer drill", until, item)


def test_a_hold_placed_at_a_station_goes_to_the_feed_of_that_station(bench: Bench):
    """The hold is in the next feed of its station and of no other, and raises the version."""
    start = version_of()
    bench[0].add(placed(), KNOWN)
    bench.take(bench[0])
    assert version_of() > start
    assert held(bench) == [Hold(HOLD, "hammer drill", ref(KNOWN), DUE)]
    assert held(bench, 1) == []


ENDS: list[tuple[Body, HoldState]] = [
    (HoldCancelled(HOLD), HoldState.CANCELLED),
    (HoldCancelled(HOLD, lapsed=True), HoldState.LAPSED),
    (HoldCollected(HOLD, DRILL, "0" * 32, by_code=True), HoldState.COLLECTED),
]


@pytest.mark.parametrize(("end", "state"), ENDS, ids=str)
def test_a_hold_ends_once_and_leaves_the_feed(bench: Bench, end: Body, state: HoldState):
    """What ended a hold shows in its state and trail, and the stations are no longer told of it."""
    bench[0].add(placed(), KNOWN)
    bench[0].add(end, KNOWN, wall=NOW + 1)
    for start in (0, 1):
        bench.take(bench[0], bench[0].journal[start : start + 1])
    assert models.Hold.objects.get().state == state
    assert held(bench) == []
    assert list(HoldEvent.objects.order_by("pk").values_list("what", flat=True)) == ["placed", state.value]


def test_the_order_of_arrival_does_not_matter_to_holds(bench: Bench):
    """Placed here, cancelled there, collected elsewhere: in whatever order the journals come, it was collected."""
    seen: list[Any] = []
    for order in permutations(range(3)):
        fresh = Bench.furnished()
        fresh[0].add(placed(), KNOWN, wall=NOW)
        fresh[1].add(HoldCancelled(HOLD), KNOWN, wall=NOW + 1)
        fresh[2].add(HoldCollected(HOLD, DRILL, "0" * 32), KNOWN, wall=NOW + 2)
        for number in order:
            fresh.take(fresh[number])
        seen.append(everything()["holds"])
        commands.refold()
        assert everything()["holds"] == seen[-1]
    assert all(one == seen[0] for one in seen)
    assert models.Hold.objects.get().state == HoldState.COLLECTED
    assert bench.stations


def test_the_same_batch_again_changes_no_hold(bench: Bench):
    """Sending a hold twice neither adds to its trail nor raises the feed's version."""
    bench[0].add(placed(), KNOWN)
    bench.take(bench[0])
    before = (everything(), version_of(), HoldEvent.objects.count())
    bench.take(bench[0])
    commands.refold()
    assert (everything(), version_of(), HoldEvent.objects.count()) == before


def test_staff_set_an_item_aside_with_a_code(bench: Bench):
    """The code opens the hold offline by its keyed hash; the hold is where the item stands, for as long as the rules
    say; neither code nor card number is kept.
    """
    bench[1].take_back(DRILL)
    bench.take(bench[1])
    made = service.set_aside(f" {KNOWN.lower()} ", DRILL, "anna", TODAY, NOW)
    (hold,) = held(bench, 1)
    assert re.fullmatch("[0-9]{6}", made.code)
    assert hold.code_hash == code_hash(environment.card_key().secret, hold.hold_id, made.code)
    assert (hold.item, hold.thing, hold.until) == (DRILL, "hammer drill", TODAY + timedelta(days=3))
    row = str(list(models.Hold.objects.values_list()))
    assert made.code not in row
    assert KNOWN not in row
    assert made.code not in repr(made)


def test_no_two_codes_at_a_station_are_the_same(sqlite_bench: Bench):
    """A code that another open hold at the station has is drawn again."""
    assert sqlite_bench.stations
    drawn = iter(["000001", "000001", "000001", "000002"])
    codes = [service.set_aside(KNOWN, code, "anna", TODAY, NOW, drawn.__next__).code for code in (DRILL, TENT)]
    assert codes == ["000001", "000002"]


def test_what_is_set_aside_cannot_be_set_aside_again(bench: Bench):
    """An item is set aside for one card at a time; unknown cards and items are told apart from that."""
    assert bench.stations
    service.set_aside(KNOWN, DRILL, "anna", TODAY, NOW)
    for card, item, why in (
        (OTHER, DRILL, service.AlreadyHeld),
        (STRANGER, TENT, service.UnknownCard),
        ("", TENT, service.UnknownCard),
        (OTHER, "0999", service.UnknownItem),
    ):
        with pytest.raises(why):
            service.set_aside(card, item, "anna", TODAY, NOW)
    assert models.Hold.objects.count() == 1
    service.set_aside(OTHER, DRILL, "anna", TODAY + timedelta(days=4), NOW)


def test_what_staff_made_stays_through_a_refold(bench: Bench):
    """A hold that staff made, or took back, is as they left it when everything is folded anew."""
    service.set_aside(KNOWN, DRILL, "anna", TODAY, NOW)
    gone = service.set_aside(OTHER, TENT, "anna", TODAY, NOW).hold
    bench[0].add(placed(), KNOWN)
    bench.take(bench[0])
    assert service.cancel(gone.hold_id, "berit", NOW)
    assert service.cancel(HOLD, "berit", NOW)
    before = (everything(), version_of())
    commands.refold()
    assert (everything(), version_of()) == before
    assert sorted(models.Hold.objects.values_list("state", flat=True)) == ["cancelled", "cancelled", "open"]
    assert not service.cancel(HOLD, "berit", NOW)


def test_an_erased_patron_leaves_the_hold_as_it_was(bench: Bench):
    """Without the personal part of its entry a hold keeps what was known of it."""
    from sync.hub.journal.models import PersonalPart  # noqa: PLC0415 - used once

    bench[0].add(placed(), KNOWN)
    bench.take(bench[0])
    before = everything()["holds"]
    PersonalPart.objects.all().delete()
    commands.refold()
    assert everything()["holds"] == before


def test_staff_make_and_cancel_a_hold_on_its_page(bench: Bench, staff: Client):
    """The form gives a code that is shown once, the list shows the hold by the end of its card, and cancelling it
    leaves who did what.
    """
    assert bench.stations
    made = staff.post("/holds/new", {"card": KNOWN, "item": DRILL})
    code = re.search(r'class="code">([0-9]{6})<', made.text)
    assert code is not None
    listed = staff.get("/holds").text
    assert code[1] not in listed
    assert KNOWN not in listed + made.text
    assert f"…{ref(KNOWN)[-4:].upper()}" in listed
    assert "1 ting er satt av" in listed
    hold = models.Hold.objects.get()
    answer = staff.post(f"/holds/{hold.hold_id}/cancel")
    assert "ikke satt av lenger" in staff.get(answer["Location"]).text
    again = staff.post(f"/holds/{hold.hold_id}/cancel")
    assert "Ingenting ble endret" in staff.get(again["Location"]).text
    assert list(HoldEvent.objects.order_by("pk").values_list("what", "who")) == [
        ("placed", "anna"),
        ("cancelled", "anna"),
    ]
    over = staff.get("/holds?state=over").text
    assert "opphevet · anna" in over
    assert "Ingenting er satt av" in staff.get("/holds").text


@pytest.mark.parametrize(
    ("card", "item", "status", "words"),
    [
        (STRANGER, DRILL, 404, "ikke noe lånekort"),
        ("", DRILL, 404, "ikke noe lånekort"),
        (KNOWN, "0999", 404, "ingen ting med denne strekkoden"),
        ("\x00", "\x00", 404, "ikke noe lånekort"),
        ("\ud800", "\ud800", 404, "ikke noe lånekort"),
        (KNOWN, TENT, 409, "alt satt av"),
    ],
    ids=str,
)
def test_a_form_that_cannot_be_done_says_why(
    bench: Bench, staff: Client, card: str, item: str, status: int, words: str
):
    """Unknown cards and items, what is taken, and hostile text each get their own plain answer."""
    assert bench.stations
    service.set_aside(KNOWN, TENT, "anna", local(now_ms()).date(), now_ms())
    raw = f"card={_encoded(card)}&item={_encoded(item)}"
    answer = staff.post("/holds/new", raw, content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, words in answer.text) == (status, True)
    assert models.Hold.objects.count() == 1


def _encoded(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))


def test_holds_of_residents_and_late_ones_are_listed(bench: Bench, staff: Client):
    """A hold on any copy and one nobody picked up are listed as what they are, in both languages."""
    bench[0].add(placed(date(2020, 1, 1)), BLOCKED)
    bench.take(bench[0])
    page = staff.get("/holds").text
    assert "Første ledige" in page
    assert "Ikke hentet" in page
    staff.cookies["nabolan_language"] = "en"
    assert "Not picked up" in staff.get("/holds").text
    assert held(bench) == []
    assert staff.get("/holds/new?item=%00").status_code == 200
    assert staff.post("/holds/%00/cancel").status_code in {302, 404}


# --- undoing the loan that collected a hold


def collected_and_undone(bench: Bench, number: int = 0) -> None:
    """Let a station lend for the hold and undo that in the same visit."""
    station = bench[number]
    loan = station.add(Loan(DRILL, DUE, hold=HOLD), KNOWN, wall=NOW + 1)
    station.add(HoldCollected(HOLD, DRILL, loan["id"]), KNOWN, wall=NOW + 1)
    station.add(Return(DRILL, loan["id"], undo=True), wall=NOW + 2)


def test_undoing_a_loan_lets_its_hold_stand_again(bench: Bench):
    """The hold is open again, its station is told of it, and its trail says what happened."""
    bench[0].add(placed(), KNOWN)
    collected_and_undone(bench)
    for entry in bench[0].journal[:3]:
        bench.take(bench[0], [entry])
    assert models.Hold.objects.get().state == HoldState.COLLECTED
    assert held(bench) == []
    bench.take(bench[0])
    assert models.Hold.objects.get().state == HoldState.OPEN
    assert [hold.hold_id for hold in held(bench)] == [HOLD]
    assert list(HoldEvent.objects.order_by("pk").values_list("what", flat=True)) == [
        "placed",
        "collected",
        "reopened",
    ]
    assert KNOWN not in str(list(HoldEvent.objects.values_list()))


def test_a_hold_of_staff_stands_again_with_its_code(bench: Bench):
    """What staff set aside can be collected with the same code after an undone loan."""
    made = service.set_aside(KNOWN, DRILL, "anna", TODAY, NOW)
    station = bench[0]
    loan = station.add(Loan(DRILL, DUE, hold=made.hold.hold_id), KNOWN, wall=NOW + 1)
    station.add(HoldCollected(made.hold.hold_id, DRILL, loan["id"], by_code=True), KNOWN, wall=NOW + 1)
    bench.take(station)
    assert held(bench) == []
    station.add(Return(DRILL, loan["id"], undo=True), wall=NOW + 2)
    bench.take(station)
    (hold,) = held(bench)
    assert hold.code_hash == code_hash(environment.card_key().secret, hold.hold_id, made.code)


def test_the_order_of_arrival_does_not_matter_to_an_undone_collecting(bench: Bench):
    """Placed here, collected and undone there, cancelled or not elsewhere: any order says the same."""
    assert bench.stations
    for ending, state in ((None, HoldState.OPEN), (HoldCancelled(HOLD), HoldState.CANCELLED)):
        seen: list[Any] = []
        for order in permutations(range(3)):
            fresh = Bench.furnished()
            fresh[0].add(placed(), KNOWN)
            collected_and_undone(fresh, 1)
            if ending is not None:
                fresh[2].add(ending, KNOWN, wall=NOW + 3)
            for number in order:
                for entry in list(fresh[number].journal):
                    fresh.take(fresh[number], [entry])
            seen.append(everything()["holds"])
            commands.refold()
            assert everything()["holds"] == seen[-1]
        assert all(one == seen[0] for one in seen)
        assert models.Hold.objects.get().state == state


def test_only_the_loan_that_collected_it_brings_a_hold_back(bench: Bench):
    """An ordinary return of the thing, and undoing another loan of it, leave the hold collected."""
    station = bench[0]
    station.add(placed(), KNOWN)
    loan = station.add(Loan(DRILL, DUE, hold=HOLD), KNOWN, wall=NOW + 1)
    station.add(HoldCollected(HOLD, DRILL, loan["id"]), KNOWN, wall=NOW + 1)
    station.add(Return(DRILL, loan["id"]), wall=NOW + 2)
    other = station.add(Loan(DRILL, DUE), OTHER, wall=NOW + 3)
    station.add(Return(DRILL, other["id"], undo=True), wall=NOW + 4)
    bench.take(station)
    assert models.Hold.objects.get().state == HoldState.COLLECTED


def test_a_hub_that_takes_no_notice_of_undoing_is_caught(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: without looking at what was undone, the hold stays collected until everything is refolded."""
    monkeypatch.setattr("sync.hub.journal.ingest._undone_by", lambda _: None)
    bench[0].add(placed(), KNOWN)
    collected_and_undone(bench)
    for entry in bench[0].journal:
        bench.take(bench[0], [entry])
    assert models.Hold.objects.get().state == HoldState.COLLECTED
    commands.refold()
    assert models.Hold.objects.get().state == HoldState.OPEN


# --- lent to somebody else than it was set aside for


def not_loanable() -> list[tuple[str, str]]:
    """Return item and reason of the cases of things that should have stayed and are found now."""
    rows = ReviewCase.objects.filter(kind=CaseKind.NOT_LOANABLE, found=True).order_by("item")
    return list(rows.values_list("item", "reason"))


HELD = [(DRILL, Reason.HELD_FOR_OTHER.value)]
DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("card", "at_ms", "found"),
    [
        (OTHER, NOW + 5, HELD),
        (STRANGER, NOW + 5, HELD),
        (KNOWN, NOW + 5, []),
        (OTHER, NOW - 5, []),
        (OTHER, NOW + 2 * DAY_MS, HELD),
        (OTHER, NOW + 4 * DAY_MS, []),
    ],
)
def test_a_loan_of_what_was_set_aside_for_another_is_a_case(
    bench: Bench, card: str, at_ms: int, found: list[tuple[str, str]]
):
    """Whoever takes what was set aside for somebody else, while it was, raises a case that says so."""
    service.set_aside(KNOWN, DRILL, "anna", TODAY, NOW)
    bench[1].lend(DRILL, card, wall=at_ms)
    bench.take(bench[1])
    commands.work()
    assert not_loanable() == found
    commands.refold()
    assert not_loanable() == found


def test_the_case_says_so_in_words():
    """Staff read why the thing should have stayed."""
    assert reason_words(Reason.HELD_FOR_OTHER, "nb") == "Den var satt til side for en annen."
    assert reason_words(Reason.HELD_FOR_OTHER, "en") == "It was set aside for somebody else."


def test_a_hold_that_staff_take_back_closes_the_case_of_later_loans_only(bench: Bench):
    """A loan after the hold was taken back is none; one before stays a case, for it was one then."""
    made = service.set_aside(KNOWN, DRILL, "anna", TODAY, NOW)
    bench[1].lend(DRILL, OTHER, wall=NOW + 5)
    bench.take(bench[1])
    service.cancel(made.hold.hold_id, "anna", NOW + 10)
    commands.work()
    assert not_loanable() == HELD
    bench[1].take_back(DRILL, wall=NOW + 15)
    bench[1].lend(DRILL, OTHER, wall=NOW + 20)
    bench.take(bench[1])
    assert not_loanable() == HELD


@pytest.mark.parametrize(
    ("end", "end_ms", "found"),
    [
        (None, 0, HELD),
        (HoldCancelled(HOLD), NOW + 3, []),
        (HoldCancelled(HOLD), NOW + 30, HELD),
        (HoldCollected(HOLD, DRILL, "0" * 32), NOW + 3, []),
    ],
)
def test_the_order_of_arrival_does_not_matter_to_what_was_held(
    bench: Bench, end: Body | None, end_ms: int, found: list[tuple[str, str]]
):
    """Set aside here, ended or not there, lent elsewhere: whatever comes first, the case is found or not."""
    assert bench.stations
    seen = []
    for order in permutations(range(3)):
        fresh = Bench.furnished()
        fresh[0].add(placed(item=DRILL), KNOWN)
        if end is not None:
            fresh[1].add(end, KNOWN, wall=end_ms)
        fresh[2].lend(DRILL, OTHER, wall=NOW + 10)
        for number in order:
            fresh.take(fresh[number])
        assert not_loanable() == found, order
        seen.append(everything())
        commands.refold()
        assert everything() == seen[-1]
    kinds = [[case[1:3] for case in one["cases"]] for one in seen]
    assert all(one == kinds[0] for one in kinds)


def test_a_large_batch_finds_it_too(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """What is folded later, mark by mark, finds the same."""
    monkeypatch.setattr("sync.hub.ledger.due.AT_ONCE", 0)
    bench[2].lend(DRILL, OTHER, wall=NOW + 10)
    bench[0].add(placed(item=DRILL), KNOWN)
    bench.take(bench[2])
    commands.work()
    assert not_loanable() == []
    bench.take(bench[0])
    commands.work()
    assert not_loanable() == HELD


def test_a_hub_that_does_not_look_again_is_caught(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: a hold that arrives after the loan raises nothing if its item is not folded anew."""
    monkeypatch.setattr("sync.hub.ledger.due.items_set_aside", lambda _: set())
    bench[2].lend(DRILL, OTHER, wall=NOW + 10)
    bench.take(bench[2])
    bench[0].add(placed(item=DRILL), KNOWN)
    bench.take(bench[0])
    assert not_loanable() == []
