"""Dates of entries: the interval holds the true time, whatever clocks do, and no order of arrival changes it."""

from datetime import date
from itertools import combinations_with_replacement
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clocks import StationClock

from lending import dating
from lending.dating import (
    CLOSE_MS,
    EVER,
    FOREVER,
    Anchor,
    Carry,
    Dated,
    Stamp,
    as_dated,
    behind_ms,
    counts_the_same,
    date_entries,
    disturbs,
    honoured,
    is_wide,
    stamp_of,
)
from lending.entries import Entry, HubTime, Loan, Renewal, Return
from lending.times import Reading

NOW = 1_795_345_200_000
HOUR, DAY = 3_600_000, 86_400_000
OSLO = ZoneInfo("Europe/Oslo")
A, B, C = "a" * 32, "b" * 32, "c" * 32


_STEPS = st.lists(
    st.one_of(
        st.just(("entry",)),
        st.tuples(st.just("pass"), st.sampled_from([1, 1000, HOUR, DAY, 40 * DAY])),
        st.tuples(st.just("reboot"), st.sampled_from([0, -(10**12), -3 * DAY, DAY, 10**12]), st.integers(-90, 90)),
        st.tuples(st.just("set"), st.integers(-500, 500)),
        st.tuples(st.just("jump"), st.sampled_from([-DAY, -5000, 5000, 10**11])),
        st.tuples(st.just("hub"), st.integers(0, 20_000), st.integers(0, 100)),
    ),
    max_size=40,
)


def live(steps):
    """Return the stamps of what a station wrote, and when that truly was."""
    clock, stamps, truths = StationClock(NOW), [], []
    for step in steps:
        body = Return("x")
        match step:
            case ("pass", ms):
                clock.true += ms
            case ("reboot", off, ppm):
                clock.reboot(off, ppm)
            case ("set", off):
                clock.set(off)
            case ("jump", ms):
                clock.jump(ms)
            case ("hub", took, part):
                body = clock.hear_hub(took, part)
        if step[0] in {"entry", "hub"}:
            stamps.append(stamp_of(Entry("e", "s", 1, 1, clock.read(), body)))
            truths.append(clock.true)
    return stamps, truths


def piecewise(stamps, cuts):
    """Return the dates as a hub keeps them that gets the journal in pieces."""
    known, held, settled, settled_carry = [], dating.START, 0, dating.START
    seen = 0
    for end in [*sorted(cuts), len(stamps)]:
        new = stamps[seen:end]
        if disturbs(new, held):
            dates, first = date_entries(stamps[settled:end], settled_carry), settled
        else:
            dates, first = date_entries(new, held), seen
        known[first:] = dates.dated
        if dates.settled:
            settled, settled_carry = first + dates.settled, dates.settled_carry
        held, seen = dates.carry, end
    return known


@settings(max_examples=150, deadline=None)
@given(_STEPS)
def test_the_interval_holds_the_true_time(steps):
    """Through jumps, resets, drift and slow calls every entry's interval holds the time at which it was made."""
    stamps, truths = live(steps)
    for dated, true in zip(date_entries(stamps).dated, truths, strict=True):
        assert dated.lo_ms - 2 <= true <= dated.hi_ms + 2


@settings(max_examples=150, deadline=None)
@given(_STEPS)
def test_a_journal_keeps_its_order(steps):
    """No entry is ordered before the one before it."""
    stamps, _ = live(steps)
    dated = date_entries(stamps).dated
    assert [one.order_ms for one in dated] == sorted(one.order_ms for one in dated)


@settings(max_examples=200, deadline=None)
@given(_STEPS, st.lists(st.integers(0, 40), max_size=6))
def test_the_pieces_a_journal_comes_in_change_nothing(steps, cuts):
    """Dated piece by piece, looking back only where that is asked for, a journal has the dates of the whole."""
    stamps, _ = live(steps)
    assert piecewise(stamps, [min(cut, len(stamps)) for cut in cuts]) == list(date_entries(stamps).dated)


def unset(boot, up, wall=0):
    return Stamp(boot, up, wall, synced=False)


def heard(boot, up, hub_ms):
    return Stamp(boot, up, 0, synced=False, hub_ms=hub_ms, hub_up_ms=up)


JOURNALS = {
    "a comparison and what follows in its boot": [
        unset("a", 5), heard("a", 1000, NOW), unset("a", DAY), heard("a", 2 * DAY, NOW + 2 * DAY),
        unset("a", 40 * DAY),
    ],
    "a comparison, and a boot nobody has set": [heard("a", 5, NOW), unset("a", 9), unset("b", 5), unset("b", HOUR)],
    "a boot that is set late": [
        unset("a", 5), unset("a", HOUR), Stamp("a", 2 * HOUR, NOW, synced=True), unset("a", 3 * HOUR),
    ],
    "a boot that is set after one that never was": [
        unset("a", 5), unset("a", HOUR), Stamp("b", 5, NOW, synced=True), unset("b", HOUR), unset("c", 5),
    ],
    "a clock that is set to a time that has passed": [
        heard("a", 5, NOW), unset("b", 1), Stamp("b", 5, NOW - DAY, synced=True),
        Stamp("b", 9, NOW + DAY, synced=True),
    ],
    "a set clock, and a comparison that proves it wrong": [
        Stamp("a", 5, NOW + DAY, synced=True), unset("a", HOUR), unset("b", 5), heard("b", HOUR, NOW),
    ],
}  # fmt: skip


@pytest.mark.parametrize("journal", JOURNALS)
def test_wherever_a_journal_is_cut_its_dates_are_those_of_the_whole(journal):
    """The stories in which what was dated before matters, cut at every one and every two places."""
    stamps = JOURNALS[journal]
    whole = list(date_entries(stamps).dated)
    for first, second in combinations_with_replacement(range(1, len(stamps)), 2):
        assert piecewise(stamps, [first, second]) == whole


def test_what_is_settled_is_not_looked_back_at():
    """After a comparison nothing that comes changes dates before it; before one only a comparison does, or the first
    clock that is set, unless its time has passed already.
    """
    compared, lost = date_entries([heard(A, 5, NOW)]).carry, date_entries([heard(A, 5, NOW), unset(B, 5)]).carry
    sure, liar = Stamp(B, 9, NOW + DAY, synced=True), Stamp(B, 9, NOW - DAY, synced=True)
    found = date_entries([heard(A, 5, NOW), unset(B, 5), sure]).carry
    assert [disturbs([one], compared) for one in (sure, heard(B, 9, NOW))] == [False, False]
    assert [disturbs([one], lost) for one in (unset(B, 9), liar, sure, heard(B, 9, NOW))] == [
        False,
        False,
        True,
        True,
    ]
    assert [disturbs([one], found) for one in (unset(B, 10), sure, heard(B, 10, NOW))] == [False, False, True]


@pytest.mark.parametrize("before", [Stamp(A, 0, NOW - DAY, synced=True), heard(A, 0, NOW - DAY)])
def test_a_boot_is_dated_by_its_own_comparison(before):
    """What another boot knew of the time says nothing of the time in this one."""
    assert orders(before, unset(B, 5000), heard(B, 9000, NOW)) == [NOW - DAY, NOW - 4000, NOW]


@pytest.mark.parametrize(("off", "believed"), [(-2 * CLOSE_MS - 1, False), (-2 * CLOSE_MS, True), (DAY, True)])
def test_a_set_clock_is_believed_where_no_comparison_lies_after_it(off, believed):
    """What it says may lie before the last comparison by no more than both can be off."""
    lost = date_entries([heard(A, 5, NOW), unset(B, 5)]).carry
    assert disturbs([Stamp(B, 9, NOW + off, synced=True)], lost) is believed


@pytest.mark.parametrize(("off", "believed"), [(2 * CLOSE_MS + 1, False), (2 * CLOSE_MS, True), (-DAY, True)])
def test_a_set_clock_is_believed_where_no_comparison_lies_before_it(off, believed):
    """What it says may lie behind the next comparison by no more than both can be off; else it says nothing."""
    dated = date_entries([Stamp(B, 5, NOW + off, synced=True), heard(C, 5, NOW)]).dated
    assert (dated[0].lo_ms > EVER) is believed


def test_boots_nobody_has_set_lie_before_the_next_comparison():
    """However many of them follow each other, and whatever comes after: what is compared bounds all before it."""
    dates = date_entries([unset(A, 5), unset(B, 5), unset(A, 7), heard(C, 5, NOW), unset(B, 9)])
    assert [one.hi_ms for one in dates.dated] == [NOW + CLOSE_MS] * 4 + [FOREVER]
    assert dates.settled == 4
    two = date_entries([unset(A, 5), unset(B, 5), heard(C, 5, NOW)])
    assert ([one.hi_ms for one in two.dated], two.settled) == ([NOW + CLOSE_MS] * 3, 3)


def test_a_boot_that_is_set_late_is_dated_back():
    """What it wrote before it was set is as old as the time since boot says."""
    first = date_entries([unset(A, 5), Stamp(A, HOUR + 5, NOW, synced=True)]).dated[0]
    assert NOW - HOUR - 2 * CLOSE_MS < first.lo_ms < NOW - HOUR < first.hi_ms < NOW - HOUR + 2 * CLOSE_MS


@pytest.mark.parametrize(
    ("off", "point"), [(-CLOSE_MS - 1, 0), (-CLOSE_MS, -CLOSE_MS), (7, 7), (CLOSE_MS, CLOSE_MS), (CLOSE_MS + 1, 0)]
)
def test_a_clock_within_the_interval_is_believed(off, point):
    """An entry stands where its clock says if that can be, else in the middle; in whole milliseconds."""
    (order,) = orders(heard(A, 5, NOW)._replace(wall_ms=NOW + off))
    assert (order, type(order)) == (NOW + point, int)


@pytest.mark.parametrize("defect", ["disturbs", "_DRIFT", "_passed"])
def test_planted_defects_are_caught(monkeypatch, defect):
    """Never looking back, a drift that is forgotten, and time that is counted twice each break one of the above."""
    if defect == "disturbs":
        stamps = [Stamp(A, 5000, 0, synced=False), Stamp(A, 9000, 0, synced=False, hub_ms=NOW, hub_up_ms=9000)]
        assert piecewise(stamps, [1]) == list(date_entries(stamps).dated)
        monkeypatch.setitem(globals(), "disturbs", lambda *_: False)
        assert piecewise(stamps, [1]) != list(date_entries(stamps).dated)
        return
    steps = [("reboot", 0, 90), ("hub", 0, 0), ("pass", 40 * DAY), ("entry",)]
    if defect == "_DRIFT":
        monkeypatch.setattr(dating, "DRIFT", 10**9)
    else:
        steps = [("set", 0), ("entry",), ("reboot", -DAY, 0), ("entry",), ("pass", HOUR), ("entry",)]
        monkeypatch.setattr(dating, "_passed", lambda _boot, up, later: 2 * abs(later.up_ms - up))
    stamps, truths = live(steps)
    assert any(not d.lo_ms - 2 <= t <= d.hi_ms + 2 for d, t in zip(date_entries(stamps).dated, truths, strict=True))


def orders(*stamps):
    return [dated.order_ms for dated in date_entries(stamps).dated]


def test_a_whole_boot_is_dated_later():
    """A boot that thought it was the year 2000 is dated to the second once it has compared its clock."""
    lost = [Stamp(A, up, 946_684_800_000 + up, synced=False) for up in (1000, 61_000)]
    assert orders(*lost) == [stamp.wall_ms for stamp in lost]
    compared = Stamp(A, 100_000, 946_684_900_000, synced=False, hub_ms=NOW, hub_up_ms=100_000, within_ms=50)
    assert orders(*lost, compared) == [NOW - 99_000, NOW - 39_000, NOW]


def test_an_absurd_clock_pins_nothing():
    """An unset clock in 2035 orders its own entries before the next sure one, and no later entry after itself."""
    absurd = Stamp(A, 0, NOW + 10**11, synced=False)
    sure = Stamp(B, 0, NOW, synced=True)
    assert orders(absurd, sure) == [NOW + CLOSE_MS, NOW + CLOSE_MS]
    liar = absurd._replace(synced=True)
    compared = Stamp(B, 5, NOW, synced=True, hub_ms=NOW, hub_up_ms=5)
    assert orders(liar, compared, sure._replace(wall_ms=NOW + DAY, up_ms=DAY)) == [
        NOW + CLOSE_MS,
        NOW + CLOSE_MS,
        NOW + DAY,
    ]


def test_an_unset_boot_lies_between_its_neighbours():
    """Without any clock an entry lies between the ones around it, as far apart as the time since its boot says."""
    dated = date_entries(
        [
            Stamp(A, 0, NOW, synced=True),
            Stamp(B, HOUR, 0, synced=False),
            Stamp(B, 3 * HOUR, 0, synced=False),
            Stamp(C, 0, NOW + DAY, synced=True),
        ]
    ).dated
    assert dated[1].lo_ms == NOW - CLOSE_MS
    assert abs(dated[2].lo_ms - (NOW + 2 * HOUR)) < 2000
    assert dated[2].hi_ms == NOW + DAY + CLOSE_MS
    assert abs(dated[1].hi_ms - (NOW + DAY - 2 * HOUR)) < 3000


def test_time_that_has_passed_is_less_what_a_slow_clock_may_have_won():
    """Of the time since boot at most one part in 10,000 is doubtful, and that much, rounded up, is taken off."""
    hour = Stamp(B, HOUR + 1, 0, synced=False), Stamp(B, 2 * HOUR + 2, 0, synced=False)
    dated = date_entries([Stamp(A, 0, NOW, synced=True), *hour, Stamp(C, 0, NOW + DAY, synced=True)]).dated
    least = HOUR + 1 - 361
    assert dated[2].lo_ms - dated[1].lo_ms == dated[2].hi_ms - dated[1].hi_ms == least


def test_nothing_known_is_said_to_be_nothing():
    """The only entry of a clock nobody has set can be from any time, and stands where its clock says."""
    (dated,) = date_entries([Stamp(A, 5, 7, synced=False)]).dated
    assert dated == Dated(EVER, FOREVER, 7)
    assert date_entries([unset(A, 5, 7), unset(A, HOUR, 9)]).dated == (dated, Dated(EVER, FOREVER, 9))


@pytest.mark.parametrize("sign", [1, -1])
def test_the_further_from_a_comparison_the_less_is_known(sign):
    """Forty days from it, either way, a clock may be 40 times 8.64 seconds further off than it was then; parts of a
    millisecond count as one.
    """
    away = sign * (40 * DAY + 1)
    lo, hi = Anchor(50 * DAY, NOW, 60_000, measured=True).at(50 * DAY + away)
    off = 60_000 + 40 * 8640 + 1
    assert (lo, hi) == (NOW + away - off, NOW + away + off)


def test_what_is_settled_is_final():
    """All up to a comparison is settled, a boot without one behind it is not."""
    marks = [Stamp(A, 1, NOW, synced=False, hub_ms=NOW, hub_up_ms=1), Stamp(A, 2, NOW, synced=False)]
    dates = date_entries([*marks, Stamp(B, 1, NOW, synced=True)])
    assert (dates.settled, dates.carry.unsettled, dates.settled_carry.unsettled) == (2, True, False)
    assert isinstance(dates.carry, Carry)


# --- what it means for the borrower

DUE = date(2026, 11, 29)


def on(wall_ms, body=None):
    return Entry("e", "s", 1, 1, Reading(wall_ms, A, 0, synced=False), body or Loan("x", DUE))


def test_a_right_clock_changes_nothing():
    """An entry made at a sure time counts as it stands."""
    entry = on(NOW)
    assert as_dated(entry, Dated(NOW - CLOSE_MS, NOW + CLOSE_MS, NOW), OSLO) is entry


def test_a_clock_that_was_behind_costs_the_borrower_nothing():
    """A week promised on a clock three days behind runs from the true day, and a person looks."""
    said = on(NOW - 3 * DAY, Loan("x", date(2026, 11, 26)))
    body = as_dated(said, Dated(NOW - CLOSE_MS, NOW + CLOSE_MS, NOW), OSLO).body
    assert (body.due, body.due_doubtful) == (DUE, True)


def test_days_are_those_of_the_library():
    """Half an hour after midnight in Oslo it is the new day there, for the clock that was behind as for the true
    time: a week is a week.
    """
    midnight = NOW + 12 * HOUR + HOUR // 2
    said = on(NOW - 3 * DAY, Loan("x", date(2026, 11, 26)))
    assert as_dated(said, Dated(midnight - 1000, midnight, midnight), OSLO).body.due == date(2026, 11, 30)
    said = on(midnight - 3 * DAY, Loan("x", date(2026, 11, 27)))
    assert as_dated(said, Dated(midnight + 11 * HOUR, midnight + 11 * HOUR, NOW), OSLO).body.due == date(2026, 11, 30)


def test_a_long_loan_on_a_clock_that_was_behind_is_as_long_as_was_said():
    """The days of a loan are all given, however many; only those of a renewal have a bound."""
    said = on(NOW - 3 * DAY, Loan("x", date(2027, 2, 17)))
    assert as_dated(said, Dated(NOW - 1000, NOW, NOW), OSLO).body.due == date(2027, 2, 20)


def test_how_far_a_clock_was_behind():
    """A minute changes no date, and a bound that says nothing is not counted from."""
    found = [behind_ms(Dated(0, hi, 0), NOW) for hi in (NOW - 1, NOW + 60_000, NOW + 60_001, 4 * 10**12, FOREVER)]
    assert found == [0, 0, 60_001, 0, 0]


def test_a_clock_that_was_ahead_keeps_its_promise():
    """What was promised holds, and the loan counts at its true time."""
    entry = as_dated(on(NOW + 3 * DAY, Loan("x", date(2026, 12, 2))), Dated(NOW - 1000, NOW + 1000, NOW), OSLO)
    assert (entry.body.due, entry.at.wall_ms, entry.body.due_doubtful) == (date(2026, 12, 2), NOW, False)


def test_an_open_interval_is_doubtful_and_moves_no_date():
    """While nobody knows when it was, the promise stands and a person looks."""
    body = as_dated(on(NOW), Dated(NOW - DAY, FOREVER, NOW), OSLO).body
    assert (body.due, body.due_doubtful) == (DUE, True)
    assert is_wide(Dated(0, 25 * HOUR, 0))
    assert not is_wide(Dated(0, 24 * HOUR, 0))


def test_the_doubt_of_a_station_ends_when_the_day_is_known():
    """A loan the station marked is no case once its day is sure and its due date right."""
    said = on(NOW, Loan("x", DUE, due_doubtful=True))
    assert as_dated(said, Dated(NOW - 1000, NOW + 1000, NOW), OSLO).body.due_doubtful is False


def test_a_renewal_on_a_lost_clock_adds_no_years():
    """A clock in 2000 renews from the old due date; what is added to the true day stays within two months."""
    said = on(946_684_800_000, Renewal("x", "l", date(2026, 12, 6)))
    assert as_dated(said, Dated(NOW - 1000, NOW + 1000, NOW), OSLO).body.due == date(2027, 1, 21)
    assert honoured(date.max, 0, Dated(NOW, NOW, NOW), OSLO) == date.max


def test_a_clock_before_all_time_costs_the_borrower_nothing():
    """A wall clock before 1970 or thousands of years ahead is read as the first or last day there is."""
    assert honoured(date(1970, 1, 15), -(10**15), Dated(NOW, NOW, NOW), OSLO) == date(2026, 12, 6)
    assert honoured(date(2026, 12, 6), 10**15, Dated(NOW, NOW, NOW), OSLO) == date(2026, 12, 6)


def test_dates_that_count_the_same():
    """A narrower interval alone changes nothing; another order, another day or a doubt that ends does."""
    one = Dated(NOW - 1000, NOW + 1000, NOW)
    assert counts_the_same(one, one._replace(lo_ms=NOW - 500), NOW)
    assert not counts_the_same(None, one, NOW)
    assert not counts_the_same(one, one._replace(order_ms=NOW + 1), NOW)
    assert not counts_the_same(one._replace(lo_ms=0), one, NOW)
    assert not counts_the_same(one, one._replace(hi_ms=NOW + HOUR), NOW)


def test_a_comparison_is_part_of_the_stamp():
    """A comparison with the hub is read from its entry."""
    stamp = stamp_of(on(NOW, HubTime(NOW + 5, 3, -2)))
    assert stamp == Stamp(A, 0, NOW, synced=False, hub_ms=NOW + 5, hub_up_ms=3, within_ms=2)
    assert stamp.synced is False
    assert stamp_of(on(NOW, Return("x"))).hub_ms is None
