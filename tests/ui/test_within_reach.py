"""Reach mode with larger text: what is only read uses the whole height, what is touched stands below the middle."""

from __future__ import annotations

import pytest

from kiosk.ui.aids import Aids
from kiosk.ui.gallery.findings import Kind
from kiosk.ui.gallery.measure import Gauge
from kiosk.ui.places import Rect
from kiosk.ui.screens.attract import AttractBox
from kiosk.ui.screens.pauses import SavedRow
from kiosk.ui.widgets.folding import pages
from kiosk.ui.widgets.keyboard import Field, KeyCap
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.touchable import Touchable
from kiosk.ui.widgets.words import Words

pytestmark = pytest.mark.screen

SMALL, MIDDLE, TALL = (800, 480), (1024, 600), (720, 1280)
LARGEST = Aids(text=2.0, reach=True)


def whole(kiosk, kind):
    """Return what of a kind is seen whole on the page that is shown."""
    return [
        one.box for one in kiosk.app.screen.placed()
        if isinstance(one.box, kind) and (one.seen is None or one.seen.holds(one.rect, 2))
    ]  # fmt: skip


def test_a_page_that_is_only_read_begins_higher(kiosk):
    """Two panels and a button: the panels take the whole height together, the button a page in the lower half."""
    stage = kiosk.app._stage(kiosk.app.shape)
    panels = [Panel(stage, Rect(0, 110 * at, 300, 100)) for at in range(4)]
    button = Touchable(stage, Rect(0, 440, 300, 90), "", lambda: None)
    lower, seen = (lambda _box: 240.0 + 8), Rect(0, 240, 300, 140)
    alone = list(pages([*panels, button], seen, lower))
    together = list(pages([*panels, button], seen, lower, 140))
    assert len(together) < len(alone)
    assert together[0].seen.y == 100
    assert 248 + 210 - together[0].at <= together[0].seen.bottom, "two panels on the first page"
    for page in together:
        top = 440 + 248 - page.at
        assert top >= 240 or top >= page.seen.bottom, "a button above the middle"


@pytest.mark.parametrize("language", ["nb", "uk", "se"])
@pytest.mark.parametrize("name", ["idle", "idle-shut-out", "idle-returns-only", "idle-both-rest"])
def test_words_of_the_idle_screen_stay_clear_of_its_buttons(kiosk, name, language):
    """On the smallest window with the largest letters, too: they lay under the main button."""
    kiosk.resize(*SMALL)
    kiosk.app.use(Aids(text=2.0, reach=True, language=language))
    kiosk.show(name)
    found = Gauge(kiosk.app, pixels=False).measure().findings
    assert not [one for one in found if one.kind in (Kind.COVERED, Kind.OVERLAP, Kind.MISSED, Kind.HIGH)]


def test_the_idle_screen_is_one_page_within_reach(kiosk):
    """The title stands over the whole width, help and a code to type in one row below the middle."""
    for size in (SMALL, MIDDLE, (1280, 800)):
        kiosk.resize(*size)
        for text in (1.4, 2.0):
            kiosk.app.use(Aids(text=text, reach=True))
            for name in ("idle", "idle-code"):
                kiosk.show(name)
                assert kiosk.app.screen.sheet_pages == 1, (size, text, name)


@pytest.mark.parametrize("language", ["nb", "uk", "se"])
def test_who_types_within_reach_sees_the_line_on_each_page_of_keys(kiosk, language):
    """The largest letters on the smallest window: two rows of keys on the first page, the line above all of them."""
    kiosk.resize(*SMALL)
    kiosk.app.use(Aids(text=2.0, reach=True, language=language))
    kiosk.show("suggest")
    rows = []
    for page in range(kiosk.app.screen.sheet_pages):
        kiosk.app.screen.turn_sheet(page - kiosk.app.screen.sheet_page)
        assert len(whole(kiosk, Field)) == 1, page
        rows.append(len({key.rect.y for key in whole(kiosk, KeyCap)}))
    assert rows[:2] == [2, 1]


@pytest.mark.parametrize("language", ["nb", "uk", "se"])
def test_all_things_of_a_power_cut_are_told(kiosk, language):
    """With larger letters none is left out, and the one that was not saved stands first: it asks for something."""
    for size, text in ((MIDDLE, 1.4), (TALL, 2.0), (SMALL, 2.0)):
        kiosk.resize(*size)
        for reach in (False, True):
            kiosk.app.use(Aids(text=text, reach=reach, language=language))
            kiosk.show("power-back-four")
            rows = [box for box in kiosk.app.screen.walk() if isinstance(box, SavedRow)]
            assert (len(rows), kiosk.app.screen.dropped) == (4, 0)
            said = [box.text for box in rows[0].walk() if isinstance(box, Words)]
            assert kiosk.app.tr("power.not_saved") in said


@pytest.mark.parametrize("size", [SMALL, MIDDLE, (1280, 800), TALL])
def test_at_ordinary_text_what_is_asked_is_one_page(kiosk, size):
    """The idle screen with what is here, and the question after a return with its four answers: nothing is turned."""
    kiosk.resize(*size)
    kiosk.app.use(Aids(reach=True))
    for name in ("idle", "idle-code", "idle-tells-event", "instead", "instead-bought", "help", "out-of-service-near"):
        kiosk.show(name)
        assert kiosk.app.screen.sheet_pages == 1, name
        assert Gauge(kiosk.app, pixels=False).measure().findings == [], name


def test_no_picture_of_the_idle_screen_is_touched_above_the_middle(kiosk):
    """What would open a page when it is touched only tells something; what asks for a touch is not told."""
    kiosk.resize(*SMALL)
    kiosk.app.use(Aids(reach=True))
    for name in ("idle-tells-card", "idle-tells-worth", "idle-tells-wish"):
        kiosk.show(name)
        (box,) = [one for one in kiosk.app.screen.walk() if isinstance(one, AttractBox)]
        assert not [one for one in box.walk() if isinstance(one, Touchable)]
        asked = (kiosk.app.tr("attract.wish_text"), kiosk.app.tr("nearby.hint"))
        assert not [one for one in box.walk() if isinstance(one, Words) and one.text in asked]


def test_a_control_cut_within_reach_would_be_noticed(kiosk):
    """Planted: each page ends in the middle of its lowest control, though the lower half has room for all of it."""
    kiosk.resize(*SMALL)
    kiosk.app.use(LARGEST)
    kiosk.show("help")
    screen = kiosk.app.screen
    assert not Gauge(kiosk.app, pixels=False).measure().findings
    view = screen._Sheet__view
    planted = []
    for number, page in enumerate(view.pages):
        screen.turn_sheet(number - screen.sheet_page)
        controls = [one for one in screen.placed() if isinstance(one.box, Touchable) and one.seen is not None]
        ends = [one.rect.bottom - one.rect.h / 2 for one in controls if one.seen.holds(one.rect, 2)]
        planted.append(type(page)(page.at, page.seen.above(page.seen.bottom - max(ends)) if ends else page.seen))
    screen._Sheet__view = type(view)(view.seen, view.down, view.ups, tuple(planted))
    screen.turn_sheet(-screen.sheet_page)
    assert Kind.MISSED in {one.kind for one in Gauge(kiosk.app, pixels=False).measure().findings}


@pytest.mark.parametrize("size", [SMALL, MIDDLE, (1280, 800), TALL])
def test_each_language_within_reach_says_whole_that_nobody_read_it(kiosk, size):
    """Also on the small window, where its tile is as low as what is touched may be."""
    kiosk.resize(*size)
    for language in ("nb", "uk", "se"):
        kiosk.app.use(Aids(reach=True, language=language))
        kiosk.show("languages")
        assert Gauge(kiosk.app, pixels=False).measure().findings == [], language
