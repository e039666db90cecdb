"""Typing a PIN or a pickup code: what is sent, what is shown, and what is never shown."""

from __future__ import annotations

import gc
import logging
from dataclasses import replace

import pytest
from kivy.graphics import Rectangle

from kiosk.desk.views import PinTyped
from kiosk.ui.gallery import views
from kiosk.ui.theme import SHAPES
from kiosk.ui.widgets.keypad import Places
from lending.visit import CodeEntered, Done

pytestmark = pytest.mark.screen
each_window = pytest.mark.parametrize("size", SHAPES, ids=lambda size: f"{size[0]}x{size[1]}")


@pytest.fixture
def types(kiosk):
    """Touch the keys of these digits where they stand."""

    def touch_keys(digits):
        for digit in digits:
            kiosk.person.touch(digit)

    return touch_keys


def keys(kiosk):
    """Return the keys that can be touched."""
    return [box for box in kiosk.person.controls() if len(box.says) == 1 and box.says.isdigit()]


@each_window
def test_a_pin_goes_to_the_desk_and_is_nowhere_else(kiosk, types, size, caplog):
    """The digits are sent once and hidden: no text, log or repr of anything on the screen shows them in a row."""
    caplog.set_level(logging.DEBUG)
    kiosk.resize(*size)
    kiosk.show("pin")
    types("493857")
    assert [says for says in kiosk.person.reads() if says.isdigit()] == sorted("1234567890", key="1234567890".index)
    assert not any(kiosk.person.sees(part) for part in ("49", "93", "38", "85", "57"))
    shown = [repr(box) + str(getattr(box, "says", "")) for box in kiosk.app.scene.walk()]
    assert not any("493857" in text for text in [*shown, repr(kiosk.app.screen)])
    kiosk.person.touch("Fortsett")
    assert kiosk.asked == [PinTyped("493857")]
    assert "493857" not in repr(kiosk.sent)
    assert "493857" not in caplog.text
    assert "493857" not in vars(kiosk.app.screen).values()


def test_what_was_typed_goes_with_the_screen(kiosk, types):
    """When the visit ends in the middle of typing, the digits are forgotten."""
    kiosk.show("pin")
    types("4938")
    screen = kiosk.app.screen
    kiosk.show("idle")
    gc.collect()
    assert "4938" not in vars(screen).values()


def test_each_digit_is_one_dot(kiosk, types):
    """The field shows a dot for each digit, and the erasing key takes one away."""
    kiosk.show("pin")
    field = next(box for box in kiosk.app.scene.walk() if isinstance(box, Places))

    def dots():
        return sum(type(drawn) is Rectangle for drawn in field._ink.children)

    types("1593")
    assert dots() == 4
    kiosk.person.touch("Slett")
    assert dots() == 3
    assert kiosk.person.sees("Minst fire sifre")


@each_window
def test_the_keys_are_large(kiosk, size):
    """Keys are 96 pixels or more each way; where the window is low, no lower than a control may be."""
    kiosk.resize(*size)
    for name in ("pin", "code"):
        kiosk.show(name)
        assert len(keys(kiosk)) == 10
        least = {(800, 480): 64, (1024, 600): 88}.get(size, 96)
        places = [kiosk.person.place(key) for key in keys(kiosk)]
        assert all(place.h >= least and place.w >= 96 for place in places)


def test_no_pin_of_three_digits_is_sent(kiosk, types):
    """The main button waits for four digits, and then for no more than twelve."""
    kiosk.show("pin")
    types("123")
    kiosk.person.touch("Minst fire sifre")
    assert kiosk.asked == []
    types("4567890123456")
    kiosk.person.touch("Fortsett")
    assert kiosk.asked == [PinTyped("123456789012")]


def test_after_a_wrong_pin_the_field_is_empty(kiosk, types):
    """While the answer is awaited the keys rest; a wrong one says so, and the typing begins anew."""
    view = views()["pin"]
    kiosk.show(view)
    types("4938")
    kiosk.person.touch("Fortsett")
    screen = kiosk.app.screen
    kiosk.show(replace(view, checking=True))
    assert kiosk.person.sees("Et øyeblikk")
    assert keys(kiosk) == []
    kiosk.show(replace(view, wrong=1))
    assert kiosk.app.screen is screen
    assert kiosk.person.sees("Det var ikke riktig kode.")
    assert kiosk.person.sees("Minst fire sifre")
    assert len(keys(kiosk)) == 10


def test_a_wait_is_counted_down(kiosk):
    """After several wrong tries the seconds run down in words, nothing can be typed, and then the keys come back."""
    kiosk.show("pin-wait")
    assert kiosk.person.sees("Prøv igjen om")
    assert keys(kiosk) == []
    kiosk.pass_time(14)
    assert kiosk.person.find("Prøv igjen om 1 sekund")
    kiosk.person.touch("Prøv igjen om 1 sekund")
    assert kiosk.asked == []
    kiosk.pass_time(1)
    assert kiosk.person.sees("Minst fire sifre")
    assert len(keys(kiosk)) == 10


def test_a_newer_wait_replaces_the_one_before(kiosk):
    """When the desk says how long it still is, that counts."""
    view = views()["pin-wait"]
    kiosk.show(view)
    kiosk.pass_time(3)
    kiosk.show(replace(view, wait_seconds=12))
    assert kiosk.person.find("Prøv igjen om 12 sekunder")


def test_typing_goes_on_when_the_network_goes(kiosk, types):
    """A view that tells of something else leaves the digits typed so far."""
    view = views()["pin"]
    kiosk.show(view)
    types("49")
    kiosk.show(replace(view, status=replace(view.status, offline=True, queued=2)))
    types("38")
    kiosk.person.touch("Fortsett")
    assert kiosk.asked == [PinTyped("4938")]


@each_window
def test_whoever_only_returns_needs_no_pin(kiosk, types, size):
    """The button beside the keys says how to return, leads back to the keys, and forgets what was typed."""
    kiosk.resize(*size)
    kiosk.show("pin")
    types("49")
    kiosk.person.touch("Bare levere")
    assert kiosk.person.sees("Skann tingen du vil levere")
    assert kiosk.person.sees("Du trenger ingen kode for å levere.")
    assert kiosk.person.find("Ferdig").rect == kiosk.app.shape.main
    kiosk.show(replace(views()["pin"], wrong=1))
    kiosk.pass_time(1)
    kiosk.person.touch("Tast PIN-koden")
    assert kiosk.person.sees("Minst fire sifre")
    kiosk.person.touch("Bare levere")
    kiosk.person.touch("Ferdig")
    assert kiosk.asked == [Done()]


@each_window
def test_a_pickup_code(kiosk, types, size):
    """Six digits, shown in their boxes and mended with the erasing key, are sent; fewer are not."""
    kiosk.resize(*size)
    kiosk.show("code")
    types("12345")
    kiosk.person.touch("Tast seks sifre")
    kiosk.person.touch("Slett")
    types("6789")
    kiosk.person.touch("Hent")
    assert kiosk.asked == [CodeEntered("123467")]


def test_giving_up_a_code(kiosk):
    """The way out of the code ends the visit."""
    kiosk.show("code-wrong")
    assert kiosk.person.sees("Det var ikke riktig kode.")
    kiosk.person.touch("Avbryt")
    assert kiosk.sent == [Done()]
