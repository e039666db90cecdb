"""Reading aids: what a person chooses takes effect at once, loses nothing, and is gone when nobody is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hardware.voice.simulator import VoiceSimulator
from kiosk.desk.views import PinTyped
from kiosk.ui.aids import Aids
from kiosk.ui.aloud import Aloud
from kiosk.ui.gallery import views
from kiosk.ui.strain import strain
from kiosk.ui.theme import SHAPES, Theme
from lending.visit import Done, OpenPage, Page, PartAnswered, StillHere

pytestmark = pytest.mark.screen
each_window = pytest.mark.parametrize("size", SHAPES, ids=lambda size: f"{size[0]}x{size[1]}")


@each_window
def test_each_aid_is_two_touches_away(kiosk, size):
    """One touch opens the aids over any screen, one touch uses one at once, and the screen is there again after."""
    kiosk.resize(*size)
    kiosk.show("account")
    kiosk.person.touch("Lesehjelp")
    for words, beside, aids in (
        ("Sterke", "Farger", Aids(theme=Theme.CONTRAST)),
        ("Stor", "Tekst", Aids(Theme.CONTRAST, 1.4)),
        ("Vanlige", "Farger", Aids(text=1.4)),
        ("Lavt nede", "Knapper", Aids(text=1.4, reach=True)),
        ("Størst", "Tekst", Aids(text=2.0, reach=True)),
        ("Tilbake til vanlig", "", Aids()),
    ):
        kiosk.person.touch(words, beside)
        assert kiosk.app.aids == aids
    kiosk.person.touch("Lukk")
    assert kiosk.person.sees("Hei! Du har 2 lån.")
    assert kiosk.asked == []


@each_window
def test_text_is_as_large_as_chosen(kiosk, size):
    """Words of a size are drawn 1.4 and 2 times as high as at ordinary text."""
    kiosk.resize(*size)
    kiosk.show("account")

    def high():
        name = next(box for box in kiosk.app.screen.walk() if getattr(box, "text", "") == "Telt, 3 personer")
        return kiosk.app.shape.on_window(name.drawn).h

    before = high()
    for text in (1.4, 2.0):
        kiosk.app.use(Aids(text=text))
        kiosk.person.wait(2)
        assert high() == pytest.approx(before * text, rel=0.06)


@each_window
def test_help_is_offered_over_every_screen(kiosk, size):
    """The sheet leads to help wherever the desk serves a visit, also in the largest letters, but not over help itself
    and not where nobody could answer.
    """
    kiosk.resize(*size)
    for name in ("idle", "pin", "card-stop", "staff", "power-back"):
        kiosk.show(name)
        for text, reach in ((1.0, False), (2.0, True)):
            kiosk.app.use(Aids(text=text, reach=reach))
            kiosk.app.open_aids()
            kiosk.person.touch("Hjelp")
            assert kiosk.asked == [OpenPage(Page.HELP)], name
            kiosk.sent.clear()
            kiosk.app.use(Aids())
    for name in ("help", "out-of-service", "starting"):
        kiosk.show(name)
        kiosk.app.open_aids()
        kiosk.person.wait(2)
        assert kiosk.person.sees("Farger")
        assert "Hjelp" not in kiosk.person.reads()


def test_typed_digits_are_kept(kiosk):
    """Whoever chooses larger text in the middle of typing goes on where they were, and no digit is shown."""
    kiosk.show("pin")
    for digit in "49":
        kiosk.person.touch(digit)
    kiosk.person.touch("Lesehjelp")
    kiosk.person.touch("Stor", "Tekst")
    kiosk.person.touch("Lukk")
    for digit in "38":
        kiosk.person.touch(digit)
    kiosk.person.touch("Fortsett")
    assert kiosk.asked == [PinTyped("4938")]


def test_the_visit_goes_on_under_the_aids(kiosk):
    """The countdown goes on and can be prolonged; another step of the visit comes to the front at once."""
    view = views()["borrow-start"]
    kiosk.show(view)
    kiosk.person.touch("Lesehjelp")
    kiosk.show(replace(view, countdown=replace(view.countdown, ends_up_ms=view.countdown.ends_up_ms + 5_000)))
    assert kiosk.person.sees("Farger")
    kiosk.pass_time(30)
    kiosk.person.touch("Jeg er her fortsatt")
    assert kiosk.sent[-1] == StillHere()
    kiosk.show("confirmed")
    assert not kiosk.person.sees("Farger")
    kiosk.person.touch("Ferdig")
    assert kiosk.asked == [Done()]


def test_a_minute_alone_brings_back_the_stations_own(kiosk):
    """What was chosen, and an open sheet, are gone when nobody has been there for a minute; not during a visit."""
    home = kiosk.app.home = kiosk.app.aids = Aids(theme=Theme.CONTRAST)
    kiosk.show("account")
    kiosk.app.use(Aids(text=2.0, language="en"))
    kiosk.pass_time(61)
    assert kiosk.app.aids.text == 2.0
    kiosk.person.touch("Reading aids")
    kiosk.show("idle")
    kiosk.pass_time(59)
    assert kiosk.app.aids.text == 2.0
    kiosk.pass_time(2)
    assert kiosk.app.aids == home
    assert kiosk.person.find("Lesehjelp")


def test_a_voice_is_offered_where_there_is_one(kiosk):
    """Without a voice, or in a language it does not speak, none is offered; switched on, it reads each screen."""
    kiosk.show("account")
    kiosk.person.touch("Lesehjelp")
    assert not kiosk.person.sees("Stemme")
    voice = VoiceSimulator()
    kiosk.app.read_aloud(Aloud(voice))
    kiosk.show("borrow")
    kiosk.person.touch("Lesehjelp")
    kiosk.person.touch("På", "Stemme")
    assert voice.said[-1].sentences[-1] == "Knapp: Lukk"
    kiosk.show("account")
    assert voice.saying.sentences[0] == "Hei! Du har 2 lån."
    kiosk.app.use(replace(kiosk.app.aids, language="se"))
    assert voice.saying is None
    kiosk.show("borrow")
    kiosk.person.touch(kiosk.app.tr("status.aids"))
    assert not kiosk.person.sees(kiosk.app.tr("aids.voice"))


@each_window
def test_what_does_not_fit_is_paged(kiosk, size):
    """At double text every part of a long list can be found by paging, and touched where it is."""
    kiosk.resize(*size)
    kiosk.app.use(Aids(text=2.0))
    kiosk.show("borrow-start")
    main = kiosk.person.place(kiosk.person.find("4 deler igjen"))
    kiosk.person.touch("Sidehåndtak")
    assert kiosk.person.place(kiosk.person.find("4 deler igjen")) == main
    kiosk.person.touch("Batteri 1")
    kiosk.person.touch("Avbryt")
    assert [type(touch).__name__ for touch in kiosk.asked] == ["PartAnswered", "PartAnswered", "CancelItem"]
    assert [touch.index for touch in kiosk.asked[:2] if isinstance(touch, PartAnswered)] == [3, 0]


@each_window
@pytest.mark.parametrize("name", ["borrow", "account-five", "returned", "pin", "confirmed-asks", "idle-code"])
@pytest.mark.parametrize("text", [1.0, 1.4])
def test_in_reach_mode_all_is_below_the_middle(kiosk, size, name, text):
    """Seated, everything that can be touched lies below the middle of the window, on every page; nothing moves up."""
    kiosk.resize(*size)
    kiosk.app.use(Aids(reach=True, text=text))
    kiosk.show(name)
    for _ in range(kiosk.app.screen.sheet_pages):
        for placed in kiosk.app.scene.placed():
            if placed.box in kiosk.person.controls():
                top = placed.rect.y if placed.seen is None else max(placed.rect.y, placed.seen.y)
                assert top >= size[1] / 2 - 1 or placed.rect.bottom <= top, (placed.box.says, placed.rect)
        kiosk.app.screen.turn_sheet(1)


def test_strain_sees_what_does_not_fit(kiosk):
    """A screen on a canvas too small for its words is strained; on its own it is not."""
    kiosk.show("about-me")
    assert strain(kiosk.app.screen) < 10
    small = kiosk.app._stage(replace(kiosk.app.shape, width=700, height=420))
    assert strain(type(kiosk.app.screen)(small, kiosk.app.view)) > 50
