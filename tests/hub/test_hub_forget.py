"""Forgetting at the hub: whom a loan that ended was about is gone some time later, to the last byte."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
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
    TENT,
    Bench,
    everything,
    in_a_thread,
    item,
    ref,
    use_database,
)
from hub.forgotten import (
    AFTER,
    DAYS,
    MINUTE,
    UNDO_OVER,
    a_month_of_loans,
    chain_holds,
    draft_of,
    forget,
    left_of,
    without_whom,
)

from lending.cases import CaseKind
from lending.entries import (
    Loan,
    Renewal,
)
from sync.hub import commands
from sync.hub.__main__ import main
from sync.hub.feed import figures
from sync.hub.feed.models import FeedRow
from sync.hub.forgetting.run import Forgetting, forget_if_due
from sync.hub.forgetting.times import DAY_MS
from sync.hub.journal.models import PersonalPart, RawEntry, SetAside
from sync.hub.ledger.models import LoanSpan, OpenLoan, ReviewCase
from sync.hub.patrons.pins import WRONG_TRIES
from sync.hub.review import decisions
from sync.hub.review.models import Attempt

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


def test_a_planted_soft_erasure_is_caught(tmp_path: Path):
    """The check notices a file in which erased rows are only unlinked; every connection overwrites them.

    The file is its own: what stays in it would be found by the tests after it, whose cards are the same.
    """
    use_database(f"sqlite:///{tmp_path}/own.sqlite3")
    commands.migrate()
    secrets_ = a_month_of_loans(Bench.furnished())
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA secure_delete").fetchone() == (1,)
        cursor.execute("PRAGMA secure_delete=OFF")
    forget(UNDO_OVER)
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
