"""Choosing a language by its own name, and finding the station's own again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.desk.views import Countdown
from kiosk.ui.gallery import views
from kiosk.ui.theme import SHAPES
from kiosk.ui.tr import LANGUAGES, Translator
from lending.visit import StillHere

pytestmark = pytest.mark.screen

ONE_OF_EACH = tuple({type(view): name for name, view in views().items() if name != "languages"}.values())
_A_KEY = 3
_NAMES = {language: Translator(language=language)(f"language.{language}") for language in LANGUAGES}
_HELLO = {language: Translator(language=language)("account.title", n=2) for language in LANGUAGES}


@pytest.mark.parametrize("size", SHAPES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_two_touches_lead_to_every_language(kiosk, size):
    """From any language any other is two touches away: the button with the name of this one, and the other's name."""
    kiosk.resize(*size)
    kiosk.show("account")
    for before, language in zip(("nb", *LANGUAGES[1:]), (*LANGUAGES[1:], "nb"), strict=True):
        kiosk.person.touch(_NAMES[before])
        kiosk.person.touch(_NAMES[language])
        assert kiosk.person.sees(_HELLO[language])


@pytest.mark.parametrize(("size", "to"), [((1280, 800), "en"), ((800, 480), "uk")], ids=["en-1280", "uk-800"])
@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_every_screen_speaks_another_language_in_two_touches(kiosk, size, to, name):
    """Wherever somebody stands, the language is two touches away: nothing is asked of the desk, and no word stays."""
    kiosk.resize(*size)
    kiosk.show(name)
    kiosk.app._silence = lambda: 9.0 if name == "moment" else 0.0
    screen = type(kiosk.app.screen)
    before = {words for words in kiosk.person.reads() if len(words) > _A_KEY and words[-1].isalpha()}
    kiosk.person.touch(_NAMES["nb"])
    kiosk.person.touch(_NAMES[to])
    assert type(kiosk.app.screen) is screen
    assert kiosk.person.find(_NAMES[to])
    assert kiosk.asked == []
    assert len(before & set(kiosk.person.reads())) < len(before) / 2, before


def test_the_language_switch_takes_effect_at_once(kiosk):
    """A touch on a language's own name turns everything on the screen, and says somebody is there."""
    kiosk.show("account")
    kiosk.person.touch("Bokmål")
    kiosk.person.touch("English")
    assert kiosk.person.sees("Hello! You have 2 loans.")
    assert kiosk.person.sees("Saturday 21 November")
    assert kiosk.sent == [StillHere()]
    kiosk.person.touch("English")
    kiosk.person.touch("Bokmål")
    assert kiosk.person.sees("Hei! Du har 2 lån.")


def test_the_next_person_finds_the_language_of_the_station(kiosk):
    """A language chosen before the card stays for the visit; a minute after it, the station's own comes back."""
    kiosk.show("idle")
    kiosk.person.touch("Bokmål")
    kiosk.person.touch("English")
    assert kiosk.person.sees("Hold your card")
    kiosk.show("account")
    assert kiosk.person.sees("Hello! You have 2 loans.")
    kiosk.show("idle")
    assert kiosk.person.find("English")
    kiosk.pass_time(61)
    assert kiosk.person.sees("eller skann noe du vil levere")


def test_the_choice_goes_away_untouched(kiosk):
    """The way back, the same button again, and a scan all lead out of the choice, and the language stays."""
    kiosk.show("account")
    for way_out in ("Tilbake", "Bokmål"):
        kiosk.person.touch("Bokmål")
        assert kiosk.person.sees("Velg språk")
        place = kiosk.person.place([box for box in kiosk.person.controls() if box.says == way_out][-1])
        kiosk.person.touch_at(place.x + place.w / 2, place.y + place.h / 2)
        assert kiosk.person.sees(_HELLO["nb"])
    kiosk.person.touch("Bokmål")
    kiosk.show("notice-isbn")
    assert not kiosk.person.sees("Velg språk")
    assert kiosk.app.tr.language == "nb"


def test_the_choice_stays_while_only_time_passes(kiosk):
    """A prolonged visit or a lost network takes nothing from under the finger."""
    kiosk.show("account")
    kiosk.person.touch("Bokmål")
    view = views()["account"]
    status = replace(view.status, offline=True)
    kiosk.show(replace(view, status=status, countdown=Countdown(kiosk.up_ms + 60_000, 60_000, 15_000)))
    assert kiosk.person.sees("Velg språk")


def test_a_choice_nobody_makes_is_closed(kiosk):
    """On an idle station the choice gives way after a minute without a touch."""
    kiosk.show("idle")
    kiosk.person.touch("Bokmål")
    assert kiosk.person.sees("Velg språk")
    kiosk.pass_time(61)
    assert kiosk.person.sees("eller skann noe du vil levere")


def test_words_nobody_has_read_say_so(kiosk):
    """Northern Sámi and Ukrainian tell in their own words that no native speaker has read them; the others do not."""
    kiosk.show("languages")
    unread = {
        language for language in LANGUAGES if kiosk.person.sees(Translator(language=language)("language.unread"))
    }
    assert unread == {"se", "uk"}
