"""What the hub does not forget yet: who it was is still needed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hub.bench import (
    DRILL,
    KNOWN,
    NOW,
    OTHER,
    SAW,
    STRANGER,
    TENT,
    Bench,
    SimulatedStation,
    broken,
    ref,
)
from hub.forgotten import (
    DAYS,
    MINUTE,
    UNDO_OVER,
    forget,
    left_of,
    secrets_in,
)

from lending.cases import CaseKind
from lending.entries import (
    ConditionAnswer,
    HoldPlaced,
)
from lending.nouns import Condition
from sync.hub import commands
from sync.hub.clock import now_ms
from sync.hub.feed.models import FeedRow
from sync.hub.forgetting.parts import Kept
from sync.hub.forgetting.times import DAY_MS
from sync.hub.holds import service
from sync.hub.holds.models import Hold
from sync.hub.journal.models import PersonalPart, SetAside
from sync.hub.koha.export import Asked, Export
from sync.hub.ledger.due import leave_due
from sync.hub.ledger.models import OpenLoan, ReviewCase
from sync.hub.review import decisions


def test_an_open_loan_keeps_its_patron(bench: Bench):
    """While a thing is out the hub knows who has it, however long that takes."""
    bench[0].lend()
    bench.take(bench[0])
    assert forget(NOW + 4000 * DAY_MS).kept == {Kept.OPEN: 1}
    assert OpenLoan.objects.get().patron_ref == ref(KNOWN)
    assert PersonalPart.objects.count() == 1


@pytest.mark.parametrize(("days", "forgotten"), [(DAYS - 1, 0), (DAYS, 1)])
def test_the_time_counts_from_when_the_return_came(bench: Bench, days: int, forgotten: int):
    """By the hub's own clock, whatever the station's said; nothing before the days are over, and nothing after."""
    bench[0].lend(wall=NOW - 400 * DAY_MS)
    bench[0].take_back(wall=NOW - 399 * DAY_MS)
    bench.take(bench[0])
    assert forget(bench.now + days * DAY_MS).loans == forgotten


def test_the_library_says_how_long(bench: Bench):
    """The rule the stations use is the hub's as well."""
    commands.set_rules({"retention_days": 60})
    bench[0].lend()
    bench[0].take_back()
    bench.take(bench[0])
    assert forget(NOW + 59 * DAY_MS).loans == 0
    assert forget(NOW + 61 * DAY_MS).loans == 1


def test_a_return_that_came_late_is_when_it_ended(bench: Bench):
    """A loan is over for the hub when it hears so, at whichever station."""
    bench[0].lend()
    bench.take(bench[0])
    bench[1].take_back(wall=NOW + MINUTE)
    bench.now = NOW + 20 * DAY_MS
    bench.take(bench[1])
    assert forget(NOW + 21 * DAY_MS).loans == 0
    assert forget(NOW + 35 * DAY_MS).loans == 1


def test_a_loan_in_an_open_case_is_kept(bench: Bench):
    """Who it was stays until the case is answered, the answer cannot be undone, and the days have passed; the same
    for damage that was found when it came back.
    """
    bench[0].lend(DRILL, STRANGER)
    bench[0].take_back(DRILL, wall=NOW + 1)
    bench[0].lend(TENT)
    back = bench[0].take_back(TENT, wall=NOW + 1)
    bench[0].add(ConditionAnswer(TENT, back["id"], Condition.DAMAGED), wall=NOW + 2)
    bench.take(bench[0])
    kinds = set(ReviewCase.objects.values_list("kind", flat=True))
    assert kinds == {CaseKind.UNKNOWN_CARD, CaseKind.DAMAGE}
    assert forget(NOW + 400 * DAY_MS).kept == {Kept.CASE: 2}
    answered = NOW + 100 * DAY_MS
    for case in ReviewCase.objects.all():
        decisions.accept([case.pk], "kari", "", answered)
    assert forget(answered + 29 * DAY_MS).kept == {Kept.CASE: 2}
    assert forget(answered + 31 * DAY_MS).loans == 2


def test_a_case_that_names_loans_of_other_things_keeps_them_too(bench: Bench):
    """More things on one card than its limit: all that the case names stay known while it is open."""
    commands.set_rules({"loan_limit": 1})
    at = now_ms()  # from when on the rule holds
    bench[0].lend(DRILL, KNOWN, wall=at)
    bench[0].lend(TENT, KNOWN, wall=at + 1)
    bench[0].take_back(DRILL, wall=at + 2)
    bench.take(bench[0])
    case = ReviewCase.objects.get(kind=CaseKind.OVER_LIMIT)
    assert forget(UNDO_OVER).loans == 0
    decisions.accept([case.pk], "kari", "", NOW)
    assert forget(UNDO_OVER).loans == 1
    commands.refold()
    case.refresh_from_db()
    assert (case.state, case.found, case.why) == ("decided", True, {})


def test_a_loan_that_staff_ended_is_kept_until_that_cannot_be_undone(bench: Bench):
    """Undone within 30 days, everything is as before, and so is who has the thing."""
    bench[0].lend(DRILL, KNOWN)
    bench[1].lend(DRILL, OTHER, wall=NOW + 1)
    bench.take(bench[0])
    bench.take(bench[1])
    case = ReviewCase.objects.get(kind=CaseKind.LENT_TWICE)
    decisions.accept([case.pk], "kari", "", NOW)
    assert forget(NOW + 29 * DAY_MS).loans == 0
    assert decisions.undo(case.pk, "kari", NOW + 29 * DAY_MS)
    assert {loan.patron_ref for loan in OpenLoan.objects.all()} == {ref(KNOWN), ref(OTHER)}
    decisions.accept([case.pk], "kari", "", NOW + 29 * DAY_MS)
    assert forget(NOW + 58 * DAY_MS).loans == 0
    assert forget(NOW + 60 * DAY_MS).loans == 1
    assert OpenLoan.objects.get().patron_ref == ref(OTHER)


def test_of_a_thing_lent_twice_the_first_loan_ends_with_the_return(bench: Bench):
    """Both loans are open until it comes back, and both are forgotten then."""
    bench[0].lend(DRILL, KNOWN)
    bench[1].lend(DRILL, OTHER, wall=NOW + 1)
    bench.take(bench[0])
    bench.take(bench[1])
    decisions.answer([ReviewCase.objects.get().pk], "nothing", "kari", "", NOW)
    bench[0].take_back(DRILL, wall=NOW + 2)
    bench.now = NOW + 40 * DAY_MS
    bench.take(bench[0])
    assert forget(NOW + 50 * DAY_MS).kept == {Kept.LATELY: 2}
    assert forget(NOW + 55 * DAY_MS).loans == 2


def test_what_koha_has_not_got_is_kept(bench: Bench, tmp_path: Path):
    """Where loans go on to Koha, a loan stays known until it stands in a file somebody has, with its renewals."""
    day = date(2026, 11, 22)
    bench[0].lend(SAW)
    bench[0].take_back(SAW, wall=NOW + 1000)
    bench.take(bench[0])
    first = Asked(day, day, tmp_path / "first.koc", "kari")
    Export().run(first, NOW + DAY_MS)
    loan = bench[0].lend(DRILL, wall=NOW + 2000)
    bench[0].take_back(DRILL, wall=NOW + 3000)
    bench[0].lend("0999", wall=NOW + 4000)
    bench[0].take_back("0999", wall=NOW + 5000)
    bench.take(bench[0])
    for case in ReviewCase.objects.filter(state="open"):
        decisions.accept([case.pk], "kari", "", NOW)
    done = forget(UNDO_OVER)
    assert (done.loans, done.kept) == (2, {Kept.KOHA: 1})  # an item Koha does not know is never written
    assert PersonalPart.objects.get().entry.entry_id == loan["id"]
    path = tmp_path / "second.koc"
    Export().run(Asked(day, day, path, "kari"), NOW + 2 * DAY_MS)
    assert KNOWN in path.read_text()
    assert forget(UNDO_OVER).loans == 1


def test_what_is_not_folded_yet_is_kept(bench: Bench):
    """Nobody forgets by tables that do not say yet what the entries say."""
    bench[0].lend()
    bench[0].take_back(wall=NOW + 1)
    bench.take(bench[0])
    leave_due([DRILL], ())
    assert forget().kept == {Kept.DUE: 1}
    commands.work()
    assert forget().loans == 1


def test_what_lies_aside_is_kept_until_staff_have_looked(bench: Bench):
    """A copy with other content and an entry nobody can read keep who it was until their cases are long closed."""
    station = bench[0]
    station.lend(DRILL, STRANGER)
    bench.take(station)
    other = SimulatedStation(station.station, key=station.key)
    other.lend(TENT, "N888000777")
    bench.take(station, other.journal)
    second = bench[1]
    second.journal.append(broken(second.lend(SAW, "N888000778"), kind="hologram"))
    del second.journal[-2]
    bench.take(second)
    assert (SetAside.objects.exclude(personal="").count(), PersonalPart.objects.count()) == (1, 2)
    station.take_back(DRILL, wall=NOW + 1)
    bench.take(station)
    assert forget(UNDO_OVER).kept == {Kept.CASE: 1, Kept.ASIDE: 2}
    for case in ReviewCase.objects.filter(state="open"):
        decisions.accept([case.pk], "kari", "", NOW)
    done = forget(UNDO_OVER)
    assert (done.entries, done.aside, done.kept) == (2, 1, {})
    assert left_of([*secrets_in(station, other, second)]) == []
    assert SetAside.objects.get().personal == ""


def test_what_waits_behind_a_gap_is_kept(bench: Bench):
    """Nobody knows yet what it will count for."""
    bench[0].lend()
    bench[0].take_back(wall=NOW + 1)
    bench.take(bench[0], bench[0].journal[1:])
    bench[0].lend(TENT, OTHER)
    bench.take(bench[0], bench[0].journal[2:])
    assert forget(UNDO_OVER).kept == {Kept.ASIDE: 1}


# --- holds


def test_a_hold_that_stands_keeps_its_patron_and_one_that_is_over_does_not(bench: Bench):
    """Staff's holds and residents' alike; one whose last day is long over goes, though nobody said that it lapsed,
    and the stations are not told of it any more.
    """
    today = date(2026, 11, 22)
    made = service.set_aside(KNOWN, DRILL, "kari", today, NOW).hold
    stays = service.set_aside(OTHER, TENT, "kari", today + timedelta(days=200), NOW).hold
    bench[0].add(HoldPlaced("a" * 32, "saw", today, SAW), STRANGER)
    bench.take(bench[0])
    assert forget(NOW + (DAYS - 1) * DAY_MS).holds == 0
    assert ref(STRANGER) in FeedRow.objects.get(kind="hold", key="a" * 32).content
    assert forget(NOW + 30 * DAY_MS).holds == 2
    assert set(Hold.objects.values_list("hold_id", "patron_ref")) == {
        (made.pk, ""),
        ("a" * 32, ""),
        (stays.pk, ref(OTHER)),
    }
    commands.refold()
    assert left_of([ref(STRANGER)]) == []
    assert FeedRow.objects.get(kind="hold", key=made.pk).content == ""
    assert Hold.objects.get(pk="a" * 32).state == "open"


def test_a_hold_somebody_else_took_is_kept_while_that_is_a_case(bench: Bench):
    """Whether a thing was set aside for somebody else cannot be told without knowing for whom."""
    hold = service.set_aside(KNOWN, DRILL, "kari", date(2026, 11, 20), NOW - 1).hold
    bench[0].lend(DRILL, OTHER)
    bench.take(bench[0])
    commands.work()
    case = ReviewCase.objects.get(kind=CaseKind.NOT_LOANABLE)
    service.cancel(hold.pk, "kari", NOW + MINUTE)
    assert forget(NOW + 400 * DAY_MS).holds == 0
    decisions.accept([case.pk], "kari", "", NOW)
    assert forget(NOW + 400 * DAY_MS).holds == 1
    commands.refold()
    case.refresh_from_db()
    assert (case.state, case.found, case.why) == ("decided", True, {})
    assert OpenLoan.objects.get().patron_ref == ref(OTHER)
