"""Larger text, another language, another network: whoever is in the middle of something goes on where they were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.desk.views import PinTyped
from kiosk.ui.aids import Aids
from kiosk.ui.gallery import views
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.words import Words
from lending.visit import Done, NoteWritten, WordsGiven

pytestmark = pytest.mark.screen

each_change = pytest.mark.parametrize(
    "aids",
    [Aids(language="en"), Aids(Theme.CONTRAST), Aids(text=1.4), Aids(reach=True)],
    ids=["language", "colours", "text", "reach"],
)


def use(kiosk, aids):
    """Choose other aids in the middle of a screen."""
    before = kiosk.app.screen
    kiosk.app.use(aids)
    kiosk.person.wait(2)
    assert kiosk.app.screen is not before


def main(kiosk):
    """Touch the main button."""
    there = next(box for box in kiosk.person.controls() if box.rect == kiosk.app.shape.main)
    kiosk.person.touch(there.says)


def turn(kiosk, aids, name, words):
    """Go on to the next page, choose other aids, and return the row that stood first before and after."""
    kiosk.resize(800, 480)
    kiosk.show(name)
    kiosk.person.touch(words)
    before = kiosk.app.screen.memory()
    use(kiosk, aids)
    return before, kiosk.app.screen.memory()


@each_change
@pytest.mark.parametrize(("name", "touch"), [("suggest", WordsGiven), ("note", NoteWritten)])
def test_what_is_being_written_stays(kiosk, name, touch, aids):
    """Letters written so far stand in the line, and are sent with those that follow."""
    kiosk.show(name)
    for letter in "sag":
        kiosk.person.touch(letter)
    use(kiosk, aids)
    kiosk.person.touch("e")
    main(kiosk)
    assert kiosk.asked == [touch("sage")]


@each_change
@pytest.mark.parametrize(("name", "words"), [("account-nine", "Vis flere"), ("borrow-eleven", "Del 1"),
                                             ("nearby-many", "Vis flere")])  # fmt: skip
def test_the_page_stays(kiosk, name, words, aids):
    """What stood first is still shown, also where a page now holds more or fewer rows."""
    before, after = turn(kiosk, aids, name, words)
    assert before > 0
    assert after <= before
    if not aids.reach and aids.text == 1:
        assert after == before


@each_change
def test_staff_go_on_choosing(kiosk, aids):
    """A long list of things stays at its page; a search stays a search, with its letters."""
    before, after = turn(kiosk, aids, "register-choose-many", "Neste side")
    assert 0 < after[0] <= before[0]
    kiosk.app.use(Aids())
    kiosk.person.touch("Søk")
    kiosk.person.touch("t")
    use(kiosk, aids)
    assert kiosk.app.screen.memory()[1:] == (True, "t")
    assert any(box.text == "t" for box in kiosk.app.screen.walk() if isinstance(box, Words))


@each_change
def test_whoever_returns_only_is_not_asked_for_a_pin_again(kiosk, aids):
    """The words for a return stay."""
    kiosk.show("pin")
    kiosk.person.touch("Bare levere")
    use(kiosk, aids)
    main(kiosk)
    assert kiosk.asked == [Done()]


def test_the_page_of_larger_text_stays_in_another_language(kiosk):
    """Whoever has paged down at double text stays there when the language changes."""
    kiosk.resize(800, 480)
    kiosk.app.use(Aids(text=2.0))
    kiosk.show("borrow-start")
    kiosk.app.screen.turn_sheet(2)
    page = kiosk.app.screen.sheet_page
    assert page == 2
    use(kiosk, Aids(text=2.0, language="en"))
    assert kiosk.app.screen.sheet_page == page


def test_the_page_stays_when_the_network_goes(kiosk):
    """A screen that speaks of the network is made anew, at the page where it was."""
    kiosk.resize(800, 480)
    kiosk.show("account-nine")
    kiosk.person.touch("Vis flere")
    before = kiosk.app.screen
    first = before.memory()
    view = views()["account-nine"]
    kiosk.show(replace(view, status=replace(view.status, offline=True)))
    assert kiosk.app.screen is not before
    assert kiosk.app.screen.memory() == first > 0
    kiosk.show(replace(view, loans=view.loans[:8]))
    assert kiosk.app.screen.memory() == 0


def test_digits_stay_while_the_desk_takes_a_moment(kiosk):
    """A slow disk takes the screen for a moment, not what was typed; another card begins anew."""
    silent = 0.0
    kiosk.app._silence = lambda: silent
    kiosk.show("pin")
    for digit in "49":
        kiosk.person.touch(digit)
    silent = 9.0
    kiosk.pass_time(1)
    assert kiosk.person.sees("Et øyeblikk")
    silent = 0.0
    kiosk.pass_time(1)
    for digit in "38":
        kiosk.person.touch(digit)
    kiosk.person.touch("Fortsett")
    assert kiosk.asked == [PinTyped("4938")]
    assert "49" not in repr(kiosk.app.screen.left_at())
