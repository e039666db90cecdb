"""The search screen by itself, larger and within reach: what is written is always seen, and what fits has room."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.ui.aids import Aids
from kiosk.ui.gallery import views
from kiosk.ui.gallery.draw import Painter
from kiosk.ui.gallery.looks import Look
from kiosk.ui.gallery.measure import Gauge
from kiosk.ui.theme import SHAPES
from kiosk.ui.widgets.keyboard import Field, Keyboard
from kiosk.ui.widgets.things import ThingTile
from kiosk.ui.widgets.words import Words

pytestmark = pytest.mark.screen

TALL = (720, 1280)


def pages(kiosk):
    """Yield the number of each page of what is shown, as it is seen."""
    for page in range(kiosk.app.screen.sheet_pages):
        kiosk.app.screen.turn_sheet(page - kiosk.app.screen.sheet_page)
        yield page


def is_whole(kiosk, kind):
    """Return whether the one box of a kind is whole on the page that is seen."""
    one = next(one for one in kiosk.app.screen.placed() if isinstance(one.box, kind))
    return one.seen is None or (one.seen.y <= one.rect.y + 1 and one.rect.bottom <= one.seen.bottom + 1)


@pytest.mark.parametrize("language", ["nb", "se"])
@pytest.mark.parametrize("size", [(800, 480), TALL])
def test_taller_answers_find_room_on_the_same_screen(kiosk, language, size):
    """Longer names come while somebody writes: nothing flows over, what is written stays, all can be paged to."""
    kiosk.resize(*size)
    kiosk.app.use(Aids(text=2.0, language=language))
    kiosk.show("search-many")
    written = kiosk.app.screen
    tall = replace(views()["search-alike"], words="s", alike=False)
    kiosk.show(tall)
    assert kiosk.app.screen is written
    assert len([box for box in written.walk() if isinstance(box, ThingTile)]) == 3
    assert Gauge(kiosk.app, pixels=False).measure().findings == []


def test_what_no_canvas_foresaw_begins_anew(kiosk):
    """A name of many words takes more room than was kept: the screen is made anew rather than cut it."""
    kiosk.resize(*TALL)
    kiosk.app.use(Aids(text=2.0))
    kiosk.show("search-many")
    view = views()["search-many"]
    card = view.things[0]
    long = replace(card, face=replace(card.face, name=type(card.face.name).of({"nb": "Lang lav bred gul " * 4})))
    kiosk.show(replace(view, things=(long,) * 4))
    assert Gauge(kiosk.app, pixels=False).measure().findings == []


@pytest.mark.parametrize("size", SHAPES, ids=str)
@pytest.mark.parametrize("text", [1.0, 2.0])
def test_in_reach_mode_what_is_written_is_seen_on_every_page(kiosk, size, text):
    """The line stands above the middle and stays there, whatever keys or things are paged to."""
    kiosk.resize(*size)
    kiosk.app.use(Aids(text=text, reach=True))
    for name in ("search", "search-many", "search-none"):
        kiosk.show(name)
        assert all(is_whole(kiosk, Field) for _ in pages(kiosk)), name


@pytest.mark.parametrize("size", [(1280, 800), TALL], ids=str)
@pytest.mark.parametrize("name", ["search", "note", "suggest"])
def test_in_reach_mode_large_windows_show_all_keys_at_once(kiosk, size, name):
    """Nobody turns a page for a letter there; on the low windows two rows have room."""
    kiosk.resize(*size)
    kiosk.app.use(Aids(reach=True))
    kiosk.show(name)
    assert any(is_whole(kiosk, Keyboard) for _ in pages(kiosk))


@pytest.mark.parametrize("text", [1.0, 1.4, 2.0])
@pytest.mark.parametrize("name", ["search-none", "thing-out-not"])
def test_no_line_ends_inside_a_telephone_number(kiosk, text, name):
    """A number is read as one, on the narrow window too."""
    kiosk.resize(*TALL)
    kiosk.app.use(Aids(text=text))
    kiosk.show(name)
    said = next(box for box in kiosk.app.screen.walk() if isinstance(box, Words) and "00" in box.text)
    assert any(line.replace("\u00a0", " ").endswith("00 00 00 00") for line in said._broken)


def test_a_number_that_is_gone_is_offered_no_more(kiosk):
    """A feed takes the library's number away while somebody searches in vain: nobody is sent to call it."""
    kiosk.show("search-none")
    assert kiosk.person.sees("Eller ring biblioteket: 00 00 00 00")
    kiosk.show("search-none-no-phone")
    assert kiosk.person.sees("Biblioteket hjelper deg gjerne.")
    assert not kiosk.person.sees("Eller ring biblioteket: 00 00 00 00")


def test_guesses_are_told_beside_what_was_written(kiosk):
    """On lying windows the line that is written says that these are guesses; it is far from the foot."""
    kiosk.show("search-alike")
    field = next(box for box in kiosk.app.screen.walk() if isinstance(box, Field))
    assert "Mente du en av disse?" in [box.text for box in field.walk() if isinstance(box, Words)]


def test_the_gallery_begins_each_example_at_its_first_page():
    """An example that a screen takes in place is drawn from the page people see first."""
    painter = Painter(Look("nb", *TALL, "light", 2.0, reach=False))
    try:
        seen = []
        for _ in painter.draw(["search-many", "search-last-page"]):
            seen.append(painter._app.screen.sheet_page)
            assert len(list(painter.further())) == painter._app.screen.sheet_pages - 1 > 0
        assert seen == [0, 0]
    finally:
        painter.close()
