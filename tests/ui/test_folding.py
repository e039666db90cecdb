"""With larger text a screen becomes pages: the first says what is asked, and none ends inside a line."""

from __future__ import annotations

import pytest

from kiosk.ui.aids import Aids
from kiosk.ui.places import Rect, split
from kiosk.ui.theme import SHAPES
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.folding import AIR, drawn_together, pages
from kiosk.ui.widgets.keyboard import Field, Keyboard
from kiosk.ui.widgets.keypad import Keypad, Places
from kiosk.ui.widgets.panel import IconDisc
from kiosk.ui.widgets.things import ThingTile
from kiosk.ui.widgets.touchable import Touchable
from kiosk.ui.widgets.words import Words

pytestmark = pytest.mark.screen

SMALL, TALL = (800, 480), (720, 1280)
ASKS = ("ask-return-on-shelf", "ask-return-unknown", "borrow-no-parts", "borrow-doubtful", "cannot-already_out",
        "account-none", "account-pickup", "impact-none", "cannot-too_young", "card-stop")  # fmt: skip
PAGED = ("borrow", "about-me", "confirmed-two", "cannot-limit_reached", "help")


def lines(kiosk):
    """Yield the words of each line on the window, with where it is and what of it is seen."""
    zoom = kiosk.app.screen.stage.shape.zoom
    for placed in kiosk.app.screen.placed():
        box = placed.box
        if isinstance(box, Words) and box.text:
            x, y = box.drawn.x - box.rect.x, box.drawn.y - box.rect.y
            place = Rect(placed.rect.x + x * zoom, placed.rect.y + y * zoom, box.drawn.w * zoom, box.drawn.h * zoom)
            for line in split(place, 1, 0, box.lines):
                yield box, line, placed.seen


def turned(kiosk, name):
    """Show an example and yield the number of each page as it is seen."""
    kiosk.show(name)
    for page in range(kiosk.app.screen.sheet_pages):
        kiosk.app.screen.turn_sheet(page - kiosk.app.screen.sheet_page)
        yield page


def cut_at_the_end(kiosk):
    """Return the words whose letters the end of the page goes through."""
    return [
        box.text for box, line, seen in lines(kiosk)
        if seen is not None and line.y + 2 < seen.bottom < line.bottom - 2
    ]  # fmt: skip


@pytest.mark.parametrize("size", [SMALL, TALL])
def test_the_first_page_says_what_is_asked(kiosk, size):
    """At the largest letters a person reads the whole title before any touch; no picture takes its place."""
    kiosk.resize(*size)
    kiosk.app.use(Aids(text=2.0))
    for name in ASKS:
        kiosk.show(name)
        titles = [box for box in kiosk.app.screen.walk() if isinstance(box, Words) and box.role == "title"]
        title = min(titles, key=lambda box: box.rect.y)  # a telephone number is as large, further down
        shown = [(line, seen) for box, line, seen in lines(kiosk) if box is title]
        assert shown, name
        assert all(seen is None or seen.holds(line, 2) for line, seen in shown), name


@pytest.mark.parametrize("size", [SMALL, TALL])
def test_no_page_ends_inside_a_line(kiosk, size):
    """What is seen last on a page is a whole line, a whole button."""
    kiosk.resize(*size)
    kiosk.app.use(Aids(text=2.0))
    for name in PAGED:
        for page in turned(kiosk, name):
            assert cut_at_the_end(kiosk) == [], (name, page)
            for placed in kiosk.app.screen.placed():
                if isinstance(placed.box, Touchable) and placed.seen is not None and placed.rect.h < placed.seen.h:
                    assert not placed.rect.y + 2 < placed.seen.bottom < placed.rect.bottom - 2, (name, page)


@pytest.mark.parametrize("language", ["nb", "uk"])
def test_the_idle_screen_is_one_page(kiosk, language):
    """In every window the largest letters leave room for the title, what else one can do, help, the main button."""
    for size in SHAPES:
        kiosk.resize(*size)
        kiosk.app.use(Aids(text=2.0, language=language))
        kiosk.show("idle")
        assert kiosk.app.screen.sheet_pages == 1, size
        roles = [box.role for box in kiosk.app.screen.walk() if isinstance(box, Words) and not box.cut]
        assert roles.count("invitation") == 1, size
        assert len([box for box in kiosk.app.screen.walk() if isinstance(box, Button)]) == 2, size


def test_the_idle_screen_is_one_page_with_a_code_to_type(kiosk):
    """Its button stands beside help, in one row; on the small window it was alone on a second page."""
    for size in SHAPES:
        kiosk.resize(*size)
        kiosk.app.use(Aids(text=2.0))
        kiosk.show("idle-code")
        assert kiosk.app.screen.sheet_pages == 1, size


@pytest.mark.parametrize("size", [SMALL, TALL])
def test_who_types_sees_what_is_typed(kiosk, size):
    """All keys and the line they fill are whole on one page, also with the largest letters."""
    kiosk.resize(*size)
    kiosk.app.use(Aids(text=2.0))
    for name in ("search", "suggest", "offer", "note", "pin", "pin-wrong", "code"):
        found = []
        for _ in turned(kiosk, name):
            there = [
                one for one in kiosk.app.screen.placed() if isinstance(one.box, Field | Places | Keyboard | Keypad)
            ]
            whole = [one.seen is None or (one.seen.y <= one.rect.y + 1 and one.rect.bottom <= one.seen.bottom + 1)
                     for one in there]  # fmt: skip
            assert len(there) == 2, name
            found.append(all(whole))
        assert any(found), name


def test_the_first_page_of_a_list_shows_a_thing(kiosk):
    """The ways to categories and search leave room for one, with the largest letters on the smallest window."""
    kiosk.resize(*SMALL)
    kiosk.app.use(Aids(text=2.0))
    kiosk.show("browse")
    first = next(one for one in kiosk.app.screen.placed() if isinstance(one.box, ThingTile))
    assert first.seen.holds(first.rect, 1)


def test_a_line_cut_through_would_be_noticed(kiosk):
    """Planted: with its page ending some pixels higher, a line is cut, and that is found."""
    kiosk.resize(*SMALL)
    kiosk.app.use(Aids(text=2.0))
    kiosk.show("about-me")
    box, line, seen = max(
        (one for one in lines(kiosk) if one[2] is not None and one[2].holds(one[1], 1)), key=lambda one: one[1].bottom
    )
    planted = Rect(seen.x, seen.y, seen.w, line.y + line.h / 2 - seen.y)
    view = kiosk.app.screen._Sheet__view
    kiosk.app.screen._Sheet__view = type(view)(
        view.seen, view.down, view.ups, (type(view.pages[0])(view.pages[0].at, planted), *view.pages[1:])
    )
    assert box.text in cut_at_the_end(kiosk)


def test_a_box_that_does_not_fit_begins_the_next_page(kiosk):
    """Three boxes on a page that holds two and a half: two pages, and the third is whole on the second."""
    stage = kiosk.app._stage(kiosk.app.shape)
    body = [Touchable(stage, Rect(0, 100 * at, 50, 90), "", lambda: None) for at in range(3)]
    first, second = pages(body, Rect(0, 0, 50, 250), lambda _box: 0.0)
    assert first.seen.bottom <= 200
    assert 200 - second.at >= AIR
    assert 290 - second.at <= second.seen.bottom


def test_empty_room_is_drawn_together(kiosk):
    """Half a page of nothing between two parts goes; what lies side by side stays side by side."""
    stage = kiosk.app._stage(kiosk.app.shape)
    title = Words(stage, Rect(0, 100, 400, 60), "Er alt med?", "title", 600)
    left, right = (Touchable(stage, Rect(x, 600, 90, 90), "", lambda: None) for x in (0, 100))
    ups = drawn_together([title, left, right], 100)
    assert ups[id(left)] == ups[id(right)] > 400
    assert title.drawn.bottom < 600 - ups[id(left)]


def test_a_picture_gives_way_to_larger_words(kiosk):
    """With ordinary text a thing is shown beside the question; with the largest on the smallest window it is not."""
    kiosk.resize(*SMALL)
    for text, wanted in ((1.0, 1), (2.0, 0)):
        kiosk.app.use(Aids(text=text))
        kiosk.show("ask-return-unknown")
        there = [box for box in kiosk.app.screen.boxes if isinstance(box, IconDisc)]
        assert len(there) == wanted, text
