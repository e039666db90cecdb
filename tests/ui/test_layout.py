"""Every screen in every window shape and language."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import combinations

import pytest

from kiosk.desk.views import (
    AboutMeView,
    AccountView,
    AskDamageView,
    AskReturnView,
    BorrowView,
    CannotLendView,
    CategoryTile,
    CodeView,
    ConfirmedView,
    Countdown,
    DeviceRow,
    DueSoon,
    HoldMadeView,
    HoldRow,
    IdleView,
    LoanRow,
    PartRow,
    PinView,
    PowerBackView,
    ReturnedView,
    ReturnsOnlyView,
    StaffMenuView,
    StaffRow,
    Status,
    ThanksView,
    VisitLine,
    WhichMissingView,
)  # fmt: skip
from kiosk.desk.views_browse import BrowseView, CanHold, SearchView, Standing, ThingCard, ThingView
from kiosk.ui.gallery import LONG, NOW, UP_MS, text
from kiosk.ui.gallery.findings import Kind
from kiosk.ui.theme import SHAPES, Rect
from kiosk.ui.tr import LANGUAGES
from lending.availability import Stand
from lending.nouns import Condition
from lending.visit import LineState

pytestmark = pytest.mark.screen

_TIGHT = ((800, 480), (720, 1280))
"""Where words are cut first: the shortest window and the narrowest."""


def _windows(language: str) -> tuple[tuple[int, int], ...]:
    """Bokmål in every window, the other languages where there is least room; `NABOLAN_LOOKS=all` means all."""
    return SHAPES if language == "nb" or os.environ.get("NABOLAN_LOOKS") == "all" else _TIGHT


each_window = pytest.mark.parametrize("size", SHAPES, ids=lambda size: f"{size[0]}x{size[1]}")
each_look = pytest.mark.parametrize(
    ("size", "language"),
    [
        pytest.param(size, language, id=f"{size[0]}x{size[1]}-{language}")
        for language in LANGUAGES
        for size in _windows(language)
    ],
)


@each_look
def test_words_stay_in_their_place(gallery, size, language):
    """No text flows over its place, over what it stands on or over the window, and none is cut."""
    assert gallery(size, language, Kind.FLOWS, Kind.CUT, Kind.MISSED) == {}


@each_look
def test_no_words_lie_on_other_words(gallery, size, language):
    """No text lies on another."""
    assert gallery(size, language, Kind.OVERLAP) == {}


@each_look
def test_every_place_in_a_sentence_is_filled(gallery, size, language):
    """No text shows a place that was to be filled, none is empty, and no letter lacks its picture."""
    assert gallery(size, language, Kind.UNFILLED, Kind.GLYPH) == {}


@each_look
def test_what_can_be_touched_is_large(gallery, size, language):
    """Each control says something and is at least 72 pixels high and wide (64 on the small windows) and inside the
    window. Keys to write with are as high, and as wide as the window allows.
    """
    assert gallery(size, language, Kind.SMALL, Kind.NAMELESS, Kind.MISSED) == {}


@each_look
def test_what_can_be_touched_is_apart(gallery, size, language):
    """No two controls overlap."""
    assert gallery(size, language, Kind.CLOSE) == {}


@each_look
def test_the_main_button_is_always_in_the_same_place(gallery, size, language):
    """Every screen of a visit has a main button, in the one rectangle of the window's shape."""
    assert gallery(size, language, Kind.MAIN) == {}


@each_look
def test_all_type_can_be_read(gallery, size, language):
    """Type is at least 17 pixels (15 on the 7-inch), but for the code one reads out on the telephone."""
    assert gallery(size, language, Kind.LETTERS) == {}


@each_window
def test_absurd_names_and_numbers_are_held_in(kiosk, measure, size):
    """Names without end and dozens of loans, parts and lines flow over nothing and stop no screen."""
    kiosk.resize(*size)
    endless = replace(LONG, name=text("Æ" * 200, "W" * 200), definite=text("ord " * 60, "word " * 60), shelf="S" * 90)
    lines = tuple(VisitLine(endless, LineState.LENT, NOW.date(), can_undo=at == 29) for at in range(30))
    rows = tuple(PartRow(text("Del" * 40, "Part" * 40), None, None) for _ in range(40))
    loans = tuple(LoanRow(endless, NOW.date(), DueSoon.OVERDUE) for _ in range(30))
    renewable = tuple(LoanRow(endless, NOW.date(), soon, can_renew=True, renewals=9) for soon in DueSoon) * 5
    holds = (HoldRow(endless, NOW.date(), ready=True), HoldRow(endless, NOW.date())) * 5
    status = Status("Stasjon " * 20, offline=True)
    common = {"countdown": Countdown(UP_MS + 9_000, 60_000, 15_000), "phone": "00 00 00 00" * 5, "has_card": True}
    stands = Standing(Stand.BACK, 999, 999, NOW.date(), place="Sted " * 40, shelf="S" * 90)
    absurd = [
        AccountView(status, lines, loans=loans, **common),
        BorrowView(status, lines, thing=endless, parts=rows, due=NOW.date(), **common),
        BorrowView(status, lines, thing=endless, due=NOW.date(), **common),
        ConfirmedView(status, lines, thing=endless, **common),
        ReturnedView(status, lines, thing=endless, **common),
        WhichMissingView(status, lines, thing=endless, parts=rows, **common),
        ThanksView(status, lines, thing=endless, answer=Condition.MISSING, missing=(endless.name,) * 9, **common),
        CannotLendView(status, lines, thing=endless, like_it=(endless,) * 9, **common),
        CannotLendView(status, lines, thing=endless, can_hold=True, **common),
        AskReturnView(status, lines, thing=endless, **common),
        AccountView(status, lines, loans=renewable, holds=holds, limit=1, **common),
        AskDamageView(status, lines, thing=endless, **common),
        HoldMadeView(status, lines, thing=endless, until=NOW.date(), **common),
        ReturnsOnlyView(status, lines, thing=endless, **common),
        ThanksView(status, lines, thing=endless, answer=Condition.DAMAGED, swap=endless, **common),
        ConfirmedView(status, lines, thing=endless, asks=True, due_doubtful=True, **common),
        PinView(status, lines, wrong=999, wait_seconds=86_400, **common),
        CodeView(status, lines, wrong=999, wait_seconds=86_400, **common),
        AboutMeView(
            status,
            lines,
            open_loans=9999,
            returned_loans=9999,
            holds=9999,
            waiting=999_999,
            retention_days=9999,
            pin_until=NOW.date(),
            **common,
        ),
        StaffMenuView(
            replace(status, queued=999_999, data_age_hours=99_999, repaired="lost " * 90),
            lines,
            left=(StaffRow(endless, NOW),) * 300,
            devices=(DeviceRow("unknown" * 9, up=False, reason="r" * 300),) * 4,
            done=9999,
            feed_version=10**9,
            last_contact=NOW,
            **common,
        ),
        PowerBackView(status, (*lines, VisitLine(endless, LineState.NOT_SAVED)), **common),
        BrowseView(
            status,
            lines,
            categories=(CategoryTile(endless.name, "?", "?", 999, "c", "drill"),) * 30,
            things=(ThingCard("t", endless, stands),) * 6,
            page=98,
            pages=999,
            first=99_999,
            count=999_999,
            **common,
        ),
        SearchView(
            status, lines, words="w" * 300, things=(ThingCard("t", endless, stands),) * 12, asked=True, **common
        ),
        SearchView(status, lines, words="other", asked=True, **common),
        ThingView(
            status,
            lines,
            face=endless,
            standing=stands,
            hold=CanHold.TOUCH,
            use=endless.definite,
            parts=(endless.name,) * 40,
            how_to=(endless.definite,) * 40,
            needs=(endless.definite,) * 40,
            loan_days=9999,
            renewals=9999,
            fine=True,
            checked_on=NOW.date(),
            times_lent=999_999,
            buy_kroner=9_999_999,
            rent_kroner=9_999_999,
            weight_kg=99_999.5,
            age=999,
            **common,
        ),
        IdleView(status, here=9999, categories=(CategoryTile(endless.name, "?", "?", 999),) * 20),
    ]
    for view in absurd:
        page = measure(kiosk, type(view).__name__, view)
        for said in page.texts:
            assert page.shape.window.holds(said.letters), (page.name, said)
            assert said.letters.w <= said.place.w + 1, (page.name, said)
            assert said.letters.h <= said.place.h + 1, (page.name, said)
        for (one, here), (other, there) in combinations(page.controls, 2):
            assert not here.overlaps(there), (page.name, one, other)


def test_a_window_of_another_size_is_laid_out_anew(kiosk):
    """When the window changes its size, the same view stands in the new shape."""
    kiosk.show("account")
    kiosk.resize(480, 800)
    assert kiosk.person.sees("Hei! Du har 2 lån.")
    assert kiosk.person.find("Ferdig").rect == kiosk.app.shape.main == Rect(24, 720, 432, 64)
