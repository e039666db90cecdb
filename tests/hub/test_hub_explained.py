"""Cases that later entries explain: closed with the reason in words, reopened, and never lost on the way."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from hub.bench import BLOCKED, DRILL, KNOWN, NOW, OTHER, STATIONS, STRANGER, TENT, Bench, everything

from lending.cases import CaseKind
from lending.entries import ConditionAnswer, ItemChecked, Return
from lending.explain import Why
from lending.nouns import Condition, Shelf
from sync.hub import commands
from sync.hub.clock import now_ms
from sync.hub.ledger import cases
from sync.hub.ledger.models import CaseState, ReviewCase
from sync.hub.review import decisions
from sync.hub.review.explained import why_words

HOUR = 3_600_000


def the_case(kind: CaseKind = CaseKind.LENT_TWICE) -> ReviewCase:
    """Return the only case of this kind."""
    return ReviewCase.objects.get(kind=kind)


def lend_twice(bench: Bench) -> None:
    """Let two stations lend the drill, and the third keep to itself that it came back in between."""
    now = now_ms()
    bench[0].lend(wall=now - 3 * HOUR)
    bench[2].take_back(wall=now - 2 * HOUR)
    bench[1].lend(card=OTHER, wall=now - HOUR)
    bench.take(bench[0])
    bench.take(bench[1])


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", r"Levert på LS-0003 .*\d\d:\d\d; meldingen kom fram senere\."), ("en", "word of it came later")],
)
def test_a_return_that_comes_late_closes_the_case_and_says_so(bench: Bench, staff: Client, language: str, words: str):
    """Lent twice, then the return in between arrives: the case closes, names the entry, station and time."""
    lend_twice(bench)
    assert the_case().state == CaseState.OPEN
    bench.take(bench[2])
    case = the_case()
    assert (case.state, case.why["why"], case.why["station"]) == (CaseState.EXPLAINED, "return_came", STATIONS[2])
    assert case.why["entries"] == [bench[2].journal[0]["id"]]
    staff.cookies["nabolan_language"] = language
    page = staff.get(f"/cases/{case.pk}").text
    assert len(re.findall(words, page)) == 2  # in the bar, and in what has been done


def _never_reopens(row: ReviewCase, *_: object) -> None:
    row.found = True
    row.save()


@pytest.mark.parametrize("defect", [False, True])
def test_a_case_that_is_found_again_comes_back(
    sqlite_bench: Bench, staff: Client, monkeypatch: pytest.MonkeyPatch, *, defect: bool
):
    """A card that is blocked, not blocked, and blocked again: the case closes and comes back, and both are told.

    Planted defect: a case that stays closed is caught.
    """
    if defect:
        monkeypatch.setattr(cases, "_update", _never_reopens)
    sqlite_bench[0].lend(card=BLOCKED, wall=now_ms() + HOUR)
    sqlite_bench.take(sqlite_bench[0])
    commands.load_cards([(BLOCKED, False)])
    assert the_case(CaseKind.BLOCKED_CARD).why == {
        "why": "not_blocked",
        "entries": [sqlite_bench[0].journal[0]["id"]],
        "station": "",
    }
    commands.load_cards([(BLOCKED, True)])
    case = the_case(CaseKind.BLOCKED_CARD)
    page = staff.get(f"/cases/{case.pk}").text
    told = [page.find(words) for words in ("Kortet er ikke sperret", "Saken kom tilbake", "La lånet stå")]
    came_back = case.state == CaseState.OPEN and case.why == {} and told[1] > told[0] > 0 and told[2] > 0
    assert came_back is not defect


def test_what_staff_decided_stays_and_is_explained_too(sqlite_bench: Bench):
    """A decided case stays decided; taking the answer back then leaves it closed with its reason."""
    lend_twice(sqlite_bench)
    decisions.accept([the_case().pk], "anna", "", now_ms())
    sqlite_bench.take(sqlite_bench[2])
    assert (the_case().state, the_case().why["why"]) == (CaseState.DECIDED, "return_came")
    decisions.undo(the_case().pk, "anna", now_ms())
    assert (the_case().state, the_case().why["why"]) == (CaseState.EXPLAINED, "return_came")


def test_a_check_closes_what_was_said_of_the_thing(bench: Bench):
    """Staff at the shelf check a broken tent: the case closes by that entry, as a full fold says too."""
    station = bench[0]
    loan = station.lend(TENT, wall=NOW)
    back = station.add(Return(TENT, loan["id"], shelf=Shelf.LEFT), wall=NOW + 1)
    station.add(ConditionAnswer(TENT, back["id"], Condition.DAMAGED), wall=NOW + 2)
    bench.take(station)
    assert the_case(CaseKind.DAMAGE).state == CaseState.OPEN
    station.add(ItemChecked(TENT, Shelf.FREE), wall=NOW + 3)
    bench.take(station, station.journal[3:])
    assert the_case(CaseKind.DAMAGE).why["why"] == "checked"
    before = everything()
    commands.refold()
    assert everything() == before


def test_a_card_and_a_thing_that_become_known_close_their_cases(sqlite_bench: Bench):
    """An unknown card loaded into the register closes its case with that reason."""
    sqlite_bench[0].lend(DRILL, card=STRANGER, wall=NOW)
    sqlite_bench.take(sqlite_bench[0])
    commands.load_cards([(STRANGER, False)])
    assert the_case(CaseKind.UNKNOWN_CARD).why["why"] == "card_known"


@pytest.mark.parametrize("why", Why)
def test_every_reason_has_words(why: Why):
    """Each reason reads well in both languages, with and without a time, and names the station it speaks of."""
    for language in ("nb", "en"):
        for times in ({}, {"at_ms": NOW}, {"at_ms": NOW, "was_ms": NOW - HOUR}):
            text = why_words(
                {"why": why.value, "station": "s", "entries": [], **times}, {"s": "Tøyen"}, NOW, language
            )
            assert text.endswith(".")
            assert "  " not in text
            assert " ." not in text


def test_a_case_from_before_reasons_were_kept_has_words():
    """A case that closed without a reason reads as before."""
    assert "Linjer som kom senere" in why_words({}, {}, NOW, "nb")
    assert KNOWN not in why_words({}, {}, NOW, "en")
