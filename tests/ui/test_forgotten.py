"""What somebody typed is gone with the screen it was typed on: nobody finds it afterwards, and it is kept nowhere."""

from __future__ import annotations

import gc
from types import FunctionType, MethodType

import pytest

from kiosk.desk.views_staff import RegisterState, RegisterView
from kiosk.ui.aids import Aids
from kiosk.ui.gallery import views
from kiosk.ui.theme import SHAPES
from kiosk.ui.widgets import keyboard, words

pytestmark = pytest.mark.screen

LETTERS = "yvgl"
"""They stand beside each other in no word of any screen."""
WRITTEN = [("search", None), ("suggest", None), ("offer", None), ("note", None), ("register-choose", "tech.search")]
each_screen = pytest.mark.parametrize(("name", "first"), WRITTEN, ids=[name for name, _ in WRITTEN])


def held_by(*things):
    """Yield every text that can be reached from these, through our own objects, what holds them, and their acts."""
    left, seen = list(things), set()
    while left:
        thing = left.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, str):
            yield thing
        elif isinstance(thing, MethodType):
            left.append(thing.__self__)
        elif isinstance(thing, FunctionType) or _is_plain(thing) or type(thing).__module__.startswith("kiosk."):
            left += gc.get_referents(thing) if not isinstance(thing, FunctionType) else _cells(thing)


def _cells(act):
    return [cell.cell_contents for cell in act.__closure__ or ()]


def _is_plain(thing):
    return isinstance(thing, dict | list | tuple | set | frozenset) or type(thing).__name__ == "deque"


def typed_in(texts):
    return sorted({text for text in texts if LETTERS[:2] in text})


def types(kiosk, name, first):
    """Write the letters on this screen, and see them there."""
    kiosk.show(name)
    if first:
        kiosk.person.touch(kiosk.app.tr(first))
    for letter in LETTERS:
        kiosk.person.touch(letter)
    assert kiosk.person.sees(LETTERS)
    return kiosk.app.screen


@each_screen
@pytest.mark.parametrize("size", [SHAPES[0], SHAPES[2]], ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_that_was_typed_stays(kiosk, size, name, first):
    """Once somebody else's screen stands there, neither it, nor the one before, nor the window has a letter of it."""
    kiosk.resize(*size)
    screen = types(kiosk, name, first)
    assert typed_in(held_by(screen))
    kiosk.show("idle")
    assert typed_in(held_by(screen, kiosk.app)) == []


@pytest.fixture
def kept(monkeypatch):
    """The texts whose measures or pictures are kept for the next time, from now on."""
    texts = set()

    def notes(keeps):
        return lambda text, *given: (texts.add(text), keeps(text, *given))[1]

    for module, name in ((words, "_fit"), (words, "_texture"), (words, "width_of"), (keyboard, "width_of")):
        monkeypatch.setattr(module, name, notes(getattr(module, name)))
    return texts


@each_screen
def test_what_is_typed_is_not_kept_for_drawing(kiosk, kept, name, first):
    """The measures and pictures of words that come again are kept; those of what somebody types are not."""
    types(kiosk, name, first)
    assert "Lesehjelp" in kept
    assert typed_in(kept) == []


def test_drawn_as_other_words_it_would_be_kept(kiosk, kept, monkeypatch):
    """Planted: a line that is drawn like a title stays with the pictures of titles."""
    monkeypatch.setattr(keyboard, "TypedWords", words.Words)
    types(kiosk, "note", None)
    assert typed_in(kept)


@each_screen
def test_larger_text_keeps_it_for_the_person_alone(kiosk, name, first):
    """Aids chosen in the middle keep what is written; afterwards it is gone from both screens all the same."""
    before = types(kiosk, name, first)
    kiosk.app.use(Aids(text=1.4))
    kiosk.person.wait(2)
    assert typed_in(held_by(kiosk.app.screen))
    assert typed_in(held_by(before)) == []
    after = kiosk.app.screen
    kiosk.show("idle")
    assert typed_in(held_by(before, after, kiosk.app)) == []


@pytest.mark.parametrize("state", list(RegisterState))
def test_every_state_of_a_registration_can_be_left(kiosk, state):
    """Nothing was written yet where a tag is to be scanned, or is known: leaving that stumbles over nothing."""
    view = views()["register-choose"]
    kiosk.show(RegisterView(view.status, state=state, thing=view.things[0].face, things=view.things, count=1))
    kiosk.show("staff")
    kiosk.show(view)
    kiosk.show("idle")
    assert kiosk.app.faults == 0
