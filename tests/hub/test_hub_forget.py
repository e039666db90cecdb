"""Forgetting at the hub: whom a loan that ended was about is gone some time later, to the last byte."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from hub.bench import (
    DRILL,
    DUE,
    KNOWN,
    NOW,
    OTHER,
    SAW,
    STRANGER,
    TENT,
    Bench,
    SimulatedStation,
    broken,
    everything,
    in_a_thread,
    item,
    ref,
    use_database,
)

from lending.cases import CaseKind
from lending.entries import (
    ConditionAnswer,
    Draft,
    HoldCancelled,
    HoldCollected,
    HoldPlaced,
    Loan,
    Personal,
    Renewal,
    Return,
    StaffPresence,
)
from lending.nouns import Condition, Rules
from sync.hub import commands
from sync.hub.__main__ import main
from sync.hub.clock import now_ms
from sync.hub.feed import figures
from sync.hub.feed.models import FeedRow
from sync.hub.forgetting.parts import Kept
from sync.hub.forgetting.run import Forgetting, Forgotten, forget_if_due
from sync.hub.forgetting.times import DAY_MS
from sync.hub.holds import service
from sync.hub.holds.models import Hold
from sync.hub.journal.models import Journal, PersonalPart, RawEntry, SetAside
from sync.hub.koha.export import Asked, Export
from sync.hub.ledger.due import leave_due
from sync.hub.ledger.models import LoanSpan, OpenLoan, ReviewCase
from sync.hub.patrons.pins import WRONG_TRIES
from sync.hub.review import decisions
from sync.hub.review.models import Attempt
from sync.hub.upkeep import tables
from sync.journal import Place, check_chain

DAYS = Rules().retention_days
AFTER = NOW + (DAYS + 1) * DAY_MS
UNDO_OVER = NOW + 31 * DAY_MS
MINUTE = 60_000


def forget(now_ms: int = AFTER, kind: type[Forgetting] = Forgetting, **how: Any) -> Forgotten:
    """Forget what may be forgotten at this time."""
    return kind(now_ms, **how).run()


def stored() -> bytes:
    """Return all there is: every row of every table, and on SQLite every byte of the file and its log."""
    rows = [json.dumps(list(tables.rows(model, "default")), default=str) for model in tables.models()]
    text = "\n".join(rows).encode()
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        log = file.with_name(f"{file.name}-wal")
        text += file.read_bytes() + (log.read_bytes() if log.exists() else b"")
    return text


def left_of(secrets_: Sequence[str]) -> list[str]:
    """Return which of these still stand anywhere."""
    found = stored()
    return [secret for secret in secrets_ if secret.encode() in found]


def secrets_in(*stations: SimulatedStation) -> list[str]:
    """Return every keyed hash, sealed card and salt in the journals of these stations."""
    found = set[str]()
    for wire in (wire for station in stations for wire in station.journal if wire["personal"]):
        found |= {wire["salt"], wire["personal"]["patron_ref"], wire["personal"]["sealed_card"] or wire["salt"]}
    return sorted(found)


def a_month_of_loans(bench: Bench) -> list[str]:
    """Let people nobody knows borrow, renew, set aside and return, at two stations; answer all cases. Return every
    keyed hash, sealed card and salt.
    """
    first, second = bench[0], bench[1]
    at = NOW
    for number in range(12):
        card, code = f"N8880{number:05}", (DRILL, TENT, SAW)[number % 3]
        hold = f"{number:032x}"
        first.add(HoldPlaced(hold, "tent", DUE, code), card, wall=(at := at + MINUTE))
        loan = first.add(Loan(code, DUE, hold=hold), card, wall=(at := at + MINUTE))
        first.add(HoldCollected(hold, code, loan["id"]), card, wall=at)
        bench.take(first)
        first.add(Renewal(code, loan["id"], DUE + timedelta(days=7)), card, wall=(at := at + MINUTE))
        (second if number % 2 else first).add(Return(code, loan["id"]), wall=(at := at + MINUTE))
        bench.take(first)
        bench.take(second)
    first.add(HoldPlaced("c" * 32, "saw", DUE), "N888100001", wall=at)
    first.add(HoldCancelled("c" * 32), "N888100001", wall=at)
    first.add(StaffPresence(inside=True), "N888100002", wall=at)
    undone = first.add(Loan(SAW, DUE), "N888100003", wall=at + MINUTE)
    first.add(Return(SAW, undone["id"], undo=True), wall=at + MINUTE)
    bench.take(first)
    commands.work()
    for case in ReviewCase.objects.filter(state="open"):
        assert decisions.accept([case.pk], "kari", "", NOW)
    return secrets_in(first, second)


def without_whom() -> dict[str, Any]:
    """Return what the hub makes of all it holds, but for whom: equal before forgetting and after."""
    found = everything()
    found["holds"] = sorted(Hold.objects.values_list("hold_id", "state", "item", "until", "ended_ms"))
    return found


def chain_holds() -> bool:
    """Return whether every journal the hub holds is an unbroken chain."""
    for journal in Journal.objects.all():
        rows = RawEntry.objects.filter(journal=journal).order_by("seq").values_list("wire", flat=True)
        if check_chain([json.loads(wire) for wire in rows], Place(journal.station_id, journal.epoch)) is not None:
            return False
    return True


# --- to the last byte


def test_a_loan_that_ended_is_forgotten_to_the_last_byte(bench: Bench):
    """Some time after it ended no byte of card, sealed card or salt is left in any table, file or log."""
    secrets_ = a_month_of_loans(bench)
    assert len(secrets_) > 80
    assert left_of(secrets_) == secrets_
    done = forget(UNDO_OVER)
    assert left_of(secrets_) == []
    assert (done.loans, done.holds, done.entries) == (13, 13, 52)
    assert (PersonalPart.objects.count(), done.kept, done.whole) == (0, {}, True)


def test_the_chain_holds_and_everything_can_be_folded_anew(bench: Bench):
    """Without whom it was the chain still verifies, and loans, stock, holds and cases are what they were."""
    a_month_of_loans(bench)
    bench[2].lend(DRILL, OTHER, wall=NOW + DAY_MS)
    bench.take(bench[2])
    before, cases = without_whom(), sorted(ReviewCase.objects.values_list("key", "state", "found", "decision"))
    forget(UNDO_OVER)
    assert without_whom() == before
    whole = everything()
    commands.refold()
    assert everything() == whole
    assert without_whom() == before
    assert sorted(ReviewCase.objects.values_list("key", "state", "found", "decision")) == cases
    assert chain_holds()


class LeavesTheLog(Forgetting):
    """Planted defect: the write-ahead log stays."""

    def truncate_log(self) -> bool:
        """Say that nothing is left in it."""
        return True


class LeavesTheHolds(Forgetting):
    """Planted defect: one table is passed over."""

    def some_holds(self, after: str) -> str | None:
        """Do nothing."""


class LeavesTheParts(Forgetting):
    """Planted defect: entries are marked, and their personal parts stay."""

    def erase(self, parts: Any) -> Sequence[int]:
        """Mark them."""
        RawEntry.objects.filter(pk__in=list(parts)).update(forgotten_ms=NOW)
        return list(parts)


@pytest.mark.parametrize("planted", [LeavesTheHolds, LeavesTheParts])
def test_a_planted_table_that_is_passed_over_is_caught(bench: Bench, planted: type[Forgetting]):
    """The check notices a table that still says who it was."""
    secrets_ = a_month_of_loans(bench)
    forget(UNDO_OVER, planted)
    assert left_of(secrets_) != []


def test_a_planted_log_that_is_left_is_caught(sqlite_bench: Bench):
    """The check notices what stands in the write-ahead log alone."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite has such a log")
    secrets_ = a_month_of_loans(sqlite_bench)
    forget(UNDO_OVER, LeavesTheLog)
    assert left_of(secrets_) != []
    forget(UNDO_OVER)
    assert left_of(secrets_) == []


class InALargeFile(Forgetting):
    """A file that is too large is not written anew."""

    def write_anew(self) -> bool:
        """Do nothing."""
        return True


def test_a_large_file_is_overwritten_in_its_place(sqlite_bench: Bench):
    """What is erased is overwritten, also where the file is not written anew."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite has such a file")
    secrets_ = a_month_of_loans(sqlite_bench)
    assert forget(UNDO_OVER, InALargeFile).erased_from_log
    left = left_of(secrets_)
    assert len(left) < len(secrets_) / 4, "bytes no row owns may keep a few; docs/architecture/privacy.md"


def test_a_planted_soft_erasure_is_caught(sqlite_bench: Bench):
    """The check notices a file in which erased rows are only unlinked; every connection overwrites them."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite has such a file")
    secrets_ = a_month_of_loans(sqlite_bench)
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA secure_delete").fetchone() == (1,)
        cursor.execute("PRAGMA secure_delete=OFF")
    forget(UNDO_OVER, InALargeFile)
    assert left_of(secrets_) != []
    connection.close()


def test_an_older_file_is_written_anew_when_it_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What was erased before the file was overwritten is gone once the hub is brought to this version."""
    monkeypatch.setenv("HUB_DATABASE_URL", f"sqlite:///{tmp_path}/old.sqlite3")
    use_database(f"sqlite:///{tmp_path}/old.sqlite3")
    commands.migrate()
    call_command("migrate", "upkeep", "0001", interactive=False, verbosity=0)
    who = "1:" + "ab" * 16
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=OFF")
        cursor.execute("INSERT INTO upkeep_mark VALUES ('x', %s)", [who])
        cursor.execute("DELETE FROM upkeep_mark WHERE name = 'x'")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file = tmp_path / "old.sqlite3"
    assert who.encode() in file.read_bytes()
    commands.migrate()
    assert who.encode() not in file.read_bytes() + file.with_name("old.sqlite3-wal").read_bytes()
    connection.close()


# --- what is still needed


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


# --- what comes later


def test_what_comes_about_a_forgotten_loan_is_taken_and_forgotten_in_turn(bench: Bench):
    """A station that was away for weeks brings a renewal of a loan that is forgotten: it counts, and is forgotten."""
    loan = bench[0].lend()
    bench.take(bench[0])
    bench[1].take_back(wall=NOW + DAY_MS)
    bench.take(bench[1])
    assert forget().loans == 1
    bench[0].add(Renewal(DRILL, loan["id"], DUE), KNOWN, wall=NOW + 1000)
    bench.now = AFTER + DAY_MS
    (verdict,) = bench.take(bench[0], bench[0].journal[1:]).verdicts
    assert verdict.kind == "stored"
    assert PersonalPart.objects.count() == 1
    assert forget(AFTER + 2 * DAY_MS).entries == 0
    assert forget(AFTER + (DAYS + 2) * DAY_MS).entries == 1
    assert chain_holds()
    assert ReviewCase.objects.count() == 0


def test_a_batch_sent_again_does_not_bring_back_whom_it_was_about(bench: Bench):
    """The same entries with their personal parts are known again: nothing is stored, and nothing is an alarm."""
    secrets_ = a_month_of_loans(bench)
    first, second = (bench.take(bench[number]) for number in range(2))
    forget(UNDO_OVER)
    before = everything()
    assert bench.take(bench[0]).verdicts == first.verdicts
    assert bench.take(bench[1]).verdicts == second.verdicts
    assert everything() == before
    assert (PersonalPart.objects.count(), SetAside.objects.count()) == (0, 0)
    assert not ReviewCase.objects.filter(kind__startswith="journal").exists()
    if connection.vendor == "sqlite":
        assert forget(UNDO_OVER).erased_from_log
    assert left_of(secrets_) == []


# --- how it is done


def test_forgetting_comes_in_short_steps_and_goes_on_where_it_was_stopped(bench: Bench):
    """A run that is stopped has forgotten some; the next one forgets the rest."""
    a_month_of_loans(bench)
    asked = iter([False, False, True])
    some = Forgetting(UNDO_OVER, at_once=5).run(lambda: next(asked))
    assert (some.entries, some.whole, PersonalPart.objects.count()) == (10, False, 42)
    rest = forget(UNDO_OVER, at_once=5)
    assert (rest.entries, rest.holds, PersonalPart.objects.count()) == (42, 13, 0)


def test_a_dry_run_changes_nothing_and_says_how_many(bench: Bench):
    """It says what a run would do, and the run does it."""
    a_month_of_loans(bench)
    before = everything()
    would = forget(UNDO_OVER, dry=True)
    assert (everything(), PersonalPart.objects.count()) == (before, 52)
    done = forget(UNDO_OVER)
    assert (would.entries, would.loans, would.aside) == (done.entries, done.loans, done.aside)
    assert would.entries == 52


def test_the_command_says_how_many(sqlite_bench: Bench, capsys: pytest.CaptureFixture[str]):
    """`nabolan hub forget` names what it forgot, and what it keeps and why; `--dry-run` what it would."""
    sqlite_bench.now = NOW - 20 * DAY_MS
    sqlite_bench[0].lend(DRILL)
    sqlite_bench[0].take_back(DRILL, wall=NOW + 1)
    sqlite_bench[0].lend(TENT)
    sqlite_bench.take(sqlite_bench[0])
    assert main(["forget", "--dry-run"]) == 0
    assert "Would forget who 1 entries (1 loans) and 0 holds" in capsys.readouterr().out
    assert PersonalPart.objects.count() == 2
    assert main(["forget"]) == 0
    out = capsys.readouterr().out
    assert "Forgot who 1 entries (1 loans) and 0 holds" in out
    assert "Kept 1: a loan or hold that is still open" in out
    assert PersonalPart.objects.count() == 1


def test_a_hub_that_serves_forgets_once_a_day(bench: Bench):
    """Who asks first on a day forgets; a run that was stopped is taken up by the next who asks."""
    bench[0].lend()
    bench[0].take_back(wall=NOW + 1)
    bench.take(bench[0])
    assert forget_if_due(AFTER, lambda: True)
    assert PersonalPart.objects.count() == 1
    assert forget_if_due(AFTER)
    assert PersonalPart.objects.count() == 0
    assert not forget_if_due(AFTER)
    assert forget_if_due(AFTER + DAY_MS)


def test_tries_in_vain_are_let_go_of_after_a_day(sqlite_bench: Bench):
    """Who tried a PIN is a keyed digest; it is gone when it counts no more, and not before."""
    assert sqlite_bench
    WRONG_TRIES.take("somebody", AFTER - DAY_MS - 1)
    WRONG_TRIES.take("somebody else", AFTER - MINUTE)
    forget(AFTER)
    assert list(Attempt.objects.values_list("last_ms", flat=True)) == [AFTER - MINUTE]


def test_stations_send_meanwhile(bench: Bench):
    """Batches that come while the hub forgets are taken, and all agrees in the end with what they say."""
    codes = [f"{n:08}" for n in range(40)]
    commands.load_catalogue([item(code, "vinsj", "winch") for code in codes], [])
    for code in codes:
        bench[0].lend(code, OTHER)
        bench[0].take_back(code, wall=NOW + 1)
    bench.take(bench[0])

    def send() -> None:
        for n, code in enumerate(codes):
            bench[1].lend(code, KNOWN, wall=NOW + 2 + n)
            bench.take(bench[1], bench[1].journal[-1:])

    sender = in_a_thread(send)
    for _ in range(10):
        forget(AFTER, at_once=7)
    sender.join()
    forget(AFTER)
    assert OpenLoan.objects.filter(patron_ref=ref(KNOWN)).count() == 40
    assert not PersonalPart.objects.filter(patron_ref=ref(OTHER)).exists()
    whole = everything()
    commands.refold()
    assert everything() == whole


@pytest.mark.parametrize("seed", range(6))
def test_after_any_history_open_loans_stay_and_the_rest_can_go(sqlite_bench: Bench, seed: int):
    """In whatever order things happened and came, who has something is known, nobody else is, and all folds alike."""
    drawn, bench = random.Random(seed), sqlite_bench
    cards = [f"N7770{n:05}" for n in range(30)]
    commands.load_cards([(card, False) for card in cards])
    open_cards, at = dict[str, list[str]](), NOW
    for card in cards:
        station, code, at = bench[drawn.randrange(3)], drawn.choice((DRILL, TENT, SAW)), at + MINUTE
        station.append(draft_of(Loan(code, DUE), card), at)
        open_cards.setdefault(code, []).append(card)
        if drawn.random() < 0.7:
            bench[drawn.randrange(3)].take_back(code, wall=at + 1000)
            open_cards[code] = []
        if drawn.random() < 0.5:
            bench.take(bench[drawn.randrange(3)])
            forget(at + drawn.randrange(40) * DAY_MS)
    for number in drawn.sample(range(3), 3):
        bench.take(bench[number])
    for case in ReviewCase.objects.filter(state="open"):
        decisions.answer([case.pk], "nothing", "kari", "", NOW)
    forget(NOW + 400 * DAY_MS)
    left = {ref(card) for some in open_cards.values() for card in some}
    assert set(PersonalPart.objects.values_list("patron_ref", flat=True)) == left
    assert set(OpenLoan.objects.values_list("patron_ref", flat=True)) == left
    whole = everything()
    commands.refold()
    assert everything() == whole
    assert chain_holds()


def draft_of(body: Loan, card: str) -> Any:
    """Return the draft of a loan on a card of the library."""
    return Draft(f"{random.getrandbits(128):032x}", body, Personal(ref(card)))


# --- what people see


def test_staff_read_that_the_borrower_is_forgotten(bench: Bench, staff: Client):
    """Pages say it in place of the card, in both languages, and do not break."""
    a_month_of_loans(bench)
    case = ReviewCase.objects.filter(kind=CaseKind.UNKNOWN_CARD).first()
    assert case is not None
    forget(UNDO_OVER)
    pages: dict[str, Callable[[], str]] = {
        "journal": lambda: staff.get(f"/stations/{bench[0].station}/journal").text,
        "holds": lambda: staff.get("/holds?state=over").text,
        "case": lambda: staff.get(f"/cases/{case.pk}").text,
    }
    for name, page in pages.items():
        assert "Låntakeren ble glemt 23. desember" in page(), name
    assert "Kortet ble glemt 23. desember" in pages["journal"]()
    staff.cookies["nabolan_language"] = "en"
    for name, page in pages.items():
        assert "Borrower forgotten on 23 December" in page(), name
    table = staff.get(f"/stations/{bench[0].station}/journal.csv")
    assert "forgotten 2026-12-23" in b"".join(table.streaming_content).decode()  # type: ignore[attr-defined]
    assert staff.get("/loans").status_code == 200


def test_the_count_of_neighbours_does_not_fall_because_they_are_forgotten(bench: Bench):
    """It is the most the hub knew of at a time in that year; the next year begins anew."""
    cards = [f"N7770{n:05}" for n in range(6)]
    commands.load_cards([(card, False) for card in cards])
    for n, card in enumerate(cards):
        bench[0].append(draft_of(Loan(DRILL, DUE), card), NOW + n * MINUTE)
        bench[0].take_back(DRILL, wall=NOW + n * MINUTE + 1)
    bench.take(bench[0])
    figures.count_figures(NOW)
    assert forget().loans == 6
    figures.count_figures(AFTER)
    (told,) = FeedRow.objects.filter(kind="figures", station=bench[0].station).values_list("content", flat=True)
    assert json.loads(told)["neighbours"] == 6
    assert LoanSpan.objects.count() == 6
    figures.count_figures(NOW + 60 * DAY_MS)
    (told,) = FeedRow.objects.filter(kind="figures", station=bench[0].station).values_list("content", flat=True)
    assert json.loads(told).get("neighbours") is None
