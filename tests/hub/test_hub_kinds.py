"""Every kind of entry of every version is taken in, shown, and counted; what no version knows waits in quarantine."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from django.test import Client
from hub.bench import DRILL, DUE, KNOWN, NOW, TENT, Bench, broken, everything

import assets
from lending import entries
from lending.cases import CaseKind
from lending.codec import body_to_plain
from lending.entries import Body, ConditionAnswer, Loan, Renewal, Return
from lending.nouns import AskedOf, Condition, Damage, Shelf
from sync.hub import commands
from sync.hub.journal.models import RawEntry
from sync.hub.ledger.models import CaseState, ItemState, OpenLoan, ReviewCase
from sync.hub.review.entry_lines import ICONS
from sync.hub.review.words import keys
from sync.protocol import VerdictKind

SAMPLES = json.loads((Path(__file__).parents[1] / "lending" / "samples" / "v1.json").read_text("utf-8"))
HOLD = "ab" * 16
SECOND: list[Body] = [
    Loan(DRILL, DUE, data_age_hours=80, due_doubtful=True, hold=HOLD, instead_of="0" * 32),
    Return(DRILL, shelf=Shelf.LEFT),
    Renewal(DRILL, "0" * 32, DUE, due_doubtful=True),
    entries.HoldPlaced(HOLD, "drill", DUE, DRILL),
    entries.HoldCancelled(HOLD, lapsed=True),
    entries.HoldCollected(HOLD, DRILL, "0" * 32, by_code=True),
    ConditionAnswer(DRILL, "0" * 32, Condition.MISSING, ("p0",), AskedOf.BORROWER),
    entries.DamageReport(DRILL, Damage.UNSAFE),
    entries.Refusal("too_young", DRILL),
    entries.SearchMissed("symaskin"),
    entries.SurveyAnswer("why", "cheaper", "0" * 32),
    entries.Suggestion("en stige"),
    entries.OfferedItem("en kajakk"),
    entries.StockCount((DRILL,), (TENT,)),
    entries.ItemRegistered(DRILL, "drill"),
    entries.ItemRegistered(DRILL, "drill", undo=True),
    entries.StaffNote("laderen i hylle B er løs"),
    entries.ItemMoved(DRILL, here=False),
    entries.ItemChecked(DRILL, Shelf.FREE),
    entries.StaffPresence(inside=True),
    entries.Started("0.2.0", unclean=False),
    entries.DeviceChange("door", up=True),
    entries.ClockChange(-3000, synced=False),
    entries.HubTime(NOW, 1, 20),
]


def verdicts(bench: Bench, start: int = 0) -> list[str]:
    """Return what the hub says of the first station's journal from here on."""
    return [verdict.kind.value for verdict in bench.take(bench[0], bench[0].journal[start:]).verdicts]


def test_every_entry_of_version_1_is_taken_in(bench: Bench):
    """Each sample of version 1 is stored and in force, for ever."""
    station = bench[0]
    for sample in SAMPLES:
        wire = station.add(Loan(DRILL, DUE), KNOWN)
        station.journal[-1] = broken(wire, v=sample["v"], kind=sample["kind"], body=sample["body"])
    assert set(verdicts(bench)) == {"stored"}
    assert RawEntry.objects.filter(in_force=True).count() == len(SAMPLES)


def test_every_kind_of_this_version_is_taken_in_and_shown(bench: Bench, staff: Client):
    """Each kind is stored and in force, and the journal's page has a line for it in both languages."""
    assert {type(body) for body in SECOND} == set(get_args(Body))
    for n, body in enumerate(SECOND):
        bench[0].add(body, KNOWN, wall=NOW + n)
    assert set(verdicts(bench)) == {"stored"}
    assert RawEntry.objects.filter(in_force=True).count() == len(SECOND)
    for language, words in {"nb": ("Bedt om å sette av", "utrygg"), "en": ("Asked to set aside", "unsafe")}.items():
        staff.cookies["nabolan_language"] = language
        page = staff.get("/stations/ls-0001/journal")
        assert page.status_code == 200
        assert all(word in page.text for word in words)
        assert staff.get(f"/cases/{ReviewCase.objects.first().pk}").status_code == 200


def test_every_kind_of_entry_has_its_word_and_icon():
    """Each kind an entry can have is named in both languages and drawn."""
    for kind in get_args(Body):
        assert f"entry.{kind.kind}" in keys()
        assert assets.icon_svg(ICONS[kind.kind]).is_file()
    assert {f"damage.{what.value}" for what in Damage} <= keys()
    assert {f"shelf.{shelf.value}" for shelf in Shelf} <= keys()


def test_a_renewal_moves_the_due_date(bench: Bench, staff: Client):
    """A renewed loan has its new due date, counts the renewal, and the loans page says so."""
    loan, later = bench[0].lend(), DUE + timedelta(days=7)
    bench[0].add(Renewal(DRILL, loan["id"], later), KNOWN, wall=NOW + 1)
    bench.take(bench[0])
    open_loan = OpenLoan.objects.get()
    assert (open_loan.due, open_loan.renewals) == (later, 1)
    assert "fornyet 1 gang" in staff.get("/loans").text


def test_a_thing_is_left_checked_and_free(bench: Bench):
    """The shelf follows the entries: out, left, free."""
    station, seen = bench[0], []
    for n, body in enumerate(
        (Loan(DRILL, DUE), Return(DRILL, shelf=Shelf.LEFT), entries.ItemChecked(DRILL, Shelf.FREE))
    ):
        station.add(body, wall=NOW + n)
        bench.take(station, station.journal[n:])
        seen.append(ItemState.objects.get().shelf)
    assert seen == ["out", "left", "free"]


def test_a_card_that_has_run_out_is_a_case(bench: Bench):
    """A loan after the last day of its card opens a case; with a later last day the case closes by itself."""
    today = date(2026, 11, 22)
    commands.load_cards([commands.CardRow(KNOWN, expires=today - timedelta(days=1))])
    bench[0].lend(wall=NOW)
    bench.take(bench[0])
    assert ReviewCase.objects.get().kind == CaseKind.EXPIRED_CARD
    commands.load_cards([commands.CardRow(KNOWN, expires=today)])
    assert ReviewCase.objects.get().state == CaseState.EXPLAINED


def _newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Teach this process the kind that was unknown: it reads like a loan."""
    from lending import codec  # noqa: PLC0415 - the one place that knows the kinds

    monkeypatch.setitem(codec._KINDS, "hologram", Loan)
    monkeypatch.setitem(codec._FIELDS, "hologram", codec._FIELDS["loan"])


def _with_hologram(bench: Bench) -> dict[str, Any]:
    """Let the first station lend the drill in a way no version knows yet, and then go on."""
    station = bench[0]
    station.take_back(TENT, wall=NOW - 1)
    station.journal[-1] = broken(station.lend(wall=NOW), kind="hologram")
    station.take_back(TENT, wall=NOW - 5000)
    return station.journal[1]


def test_refolding_takes_out_of_quarantine_what_can_be_read_now(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """An unknown kind stays in quarantine; once an update reads it, a refold lets it count in its place, closes its
    case, and leaves what a hub would hold that could read it from the first.
    """
    wire = _with_hologram(bench)
    assert verdicts(bench) == ["stored", "quarantined", "stored"]
    before = everything()
    commands.refold()
    assert everything() == before
    assert not OpenLoan.objects.exists()
    _newer(monkeypatch)
    assert commands.refold() == 2
    assert OpenLoan.objects.get().entry_id == wire["id"]
    assert ReviewCase.objects.get(kind="entry_quarantined").state == CaseState.EXPLAINED
    assert list(RawEntry.objects.order_by("seq").values_list("order_ms", flat=True)) == [NOW - 1, NOW, NOW]
    after, journals = everything(), bench[0].journal
    fresh = Bench.furnished()
    fresh.stations["ls-0001"].journal = journals
    fresh.take(fresh[0])
    again = everything()
    assert all(again[name] == after[name] for name in ("loans", "states", "journals", "entries"))
    assert fresh.take(fresh[0]).verdicts[1].kind is VerdictKind.STORED


def test_what_came_out_of_quarantine_waits_behind_a_gap(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """An entry behind a gap that is readable now counts when the gap is filled, not before."""
    _with_hologram(bench)
    bench.take(bench[0], bench[0].journal[1:])
    _newer(monkeypatch)
    commands.refold()
    assert not OpenLoan.objects.exists()
    bench.take(bench[0], bench[0].journal[:1])
    assert OpenLoan.objects.count() == 1


def test_the_body_of_a_sample_is_what_is_kept(sqlite_bench: Bench):
    """What is stored of an entry is the plain body it came with."""
    bench = sqlite_bench
    body = Loan(DRILL, DUE, hold=HOLD)
    bench[0].add(body, KNOWN)
    bench.take(bench[0])
    assert json.loads(RawEntry.objects.get().wire)["body"] == body_to_plain(body)
