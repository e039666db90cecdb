"""What the idle screen tells in turn."""

from __future__ import annotations

import pytest

from kiosk.ui.gallery import views
from kiosk.ui.screens.attract import TURN_MS
from kiosk.ui.theme import SHAPES
from lending.visit import OpenPage, Page

pytestmark = pytest.mark.screen
TURN = TURN_MS / 1000


@pytest.mark.parametrize("size", SHAPES)
def test_it_begins_with_the_card_and_comes_back_to_it(kiosk, size):
    """First the drawing, then something told, then the drawing again; the sentence above stays all the time."""
    kiosk.resize(*size)
    kiosk.show("idle")
    quiet = kiosk.person.reads()
    kiosk.pass_time(TURN)
    told = kiosk.person.reads()
    assert set(quiet) < set(told)
    assert "Har du ikke lånekort?" in told
    kiosk.pass_time(TURN)
    assert kiosk.person.reads() == quiet


@pytest.mark.parametrize(
    ("name", "words", "page"),
    [
        ("worth", "Slagdrill", Page.IMPACT),
        ("card", "Har du ikke lånekort?", Page.HELP),
        ("wish", "Savner du noe her?", Page.SUGGEST),
        ("places", "I nærheten", Page.NEARBY),
    ],
)
def test_a_picture_leads_on(kiosk, name, words, page):
    """A touch on a picture opens the page it speaks of; help is always there."""
    kiosk.show(f"idle-tells-{name}")
    kiosk.person.touch(words)
    kiosk.person.touch("Hjelp")
    assert kiosk.sent == [OpenPage(page), OpenPage(Page.HELP)]


def test_other_languages_are_greeted_by_their_own_name(kiosk):
    """The invitation stands in other languages, each named as its speakers do, in the other's turn too."""
    kiosk.show("idle-tells-languages")
    assert kiosk.person.sees("English: Hold your")
    kiosk.app.tr.language = "en"
    kiosk.person.wait(2)
    assert any("Bokmål" in words or "Norsk" in words for words in kiosk.person.reads())


def test_nothing_is_drawn_between_two_turns(kiosk):
    """While the same picture stands, the screen tells that it is idle and draws nothing anew."""
    kiosk.show(views()["idle-tells-worth"])
    before = list(kiosk.app.screen._attract.boxes)
    for _ in range(20):
        kiosk.pass_time(TURN / 100)
    assert kiosk.app.screen._attract.boxes == before
