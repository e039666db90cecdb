"""What the voice says is what the screen shows, and nothing that somebody behind should not hear."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hardware.voice.simulator import VoiceSimulator
from kiosk.desk.views import PinView
from kiosk.ui.aloud import Aloud, sentences
from kiosk.ui.gallery import parts, views
from kiosk.ui.widgets.status import StayBanner
from lending.nouns import PartAnswer

pytestmark = pytest.mark.screen
HERE = PartAnswer.HERE


class Ears:
    """Somebody who has switched the voice on, or not, in front of a kiosk."""

    def __init__(self, kiosk, *, headphones=False):
        self.kiosk, self.voice = kiosk, VoiceSimulator()
        self.aloud = Aloud(self.voice, headphones=headphones)

    def turn(self, *, on=True):
        app = self.kiosk.app
        banner = next((box for box in app.scene.walk() if isinstance(box, StayBanner)), None)
        self.aloud.turn(app.screen, banner, app.tr, on=on)

    def hears(self, view):
        """Show a view, let a few turns pass, and return what was said of it."""
        before = len(self.voice.said)
        self.kiosk.show(view)
        for _ in range(3):
            self.turn()
        return [text for utterance in self.voice.said[before:] for text in utterance.sentences]


@pytest.fixture
def ears(kiosk):
    return Ears(kiosk)


def test_the_title_what_to_do_and_the_main_button_are_said(ears):
    """A screen is said from the top to its main button, in the language that is chosen."""
    assert ears.hears("borrow-start")[0] == "Slagdrill. Er alt med?"
    said = ears.hears("borrow-ready")
    assert said[-1] == "Knapp: Lån slagdrillen"
    ears.kiosk.app.tr.speak("en")
    assert ears.hears("account-none")[-1] == "Button: Done"
    assert ears.voice.said[-1].language == "en"


def test_nothing_is_said_that_is_not_drawn(ears):
    """Every sentence of every example stands on the screen in just these words; only "Button:" is put before one."""
    for name in views():
        ears.kiosk.show(name)
        screen = ears.kiosk.app.screen
        drawn = {" ".join(text.split()) for text in ears.kiosk.person.reads()}
        drawn |= {screen.tr("voice.button", says=box.says) for box in ears.kiosk.person.controls()}
        assert set(sentences(screen)) <= drawn, name


def test_every_screen_says_something(ears):
    """No example is silent, on a large window and on a small one."""
    for size in ((1280, 800), (800, 480)):
        ears.kiosk.resize(*size)
        for name in views():
            ears.kiosk.show(name)
            assert sentences(ears.kiosk.app.screen), name


def test_loans_are_only_counted_unless_there_are_headphones(kiosk):
    """A loudspeaker says how many loans there are and not which; headphones say each, with its date."""
    loud = Ears(kiosk).hears("account-five")
    assert loud[0] == "Hei! Du har 5 lån."
    assert not any("Kajakk" in text for text in loud)
    kiosk.show("idle")
    private = Ears(kiosk, headphones=True).hears("account-five")
    assert any("Kajakk" in text for text in private)
    assert len(private) > len(loud)


def test_what_was_done_before_is_not_said(ears):
    """The list of this visit stands on the screen for the eyes alone."""
    assert not any("Telt" in text for text in ears.hears("borrow"))
    assert not any("Telt" in text for text in ears.hears("card-stop"))


@pytest.mark.parametrize("size", [(1280, 800), (800, 480)])
def test_lists_say_what_they_show(ears, size):
    """A list says its category and its things, a search what to write and what fits, never what was written."""
    ears.kiosk.resize(*size)
    listed = ears.hears("browse-category")
    assert listed[0] == "Elverktøy"
    assert "Vaffeljern" in listed
    assert ears.hears("search")[0] == "Hva skal du gjøre?"
    found = ears.hears("search-found")
    assert found[:3] == ["Slagdrill", "Telt, 3 personer", "Symaskin"]
    assert not any("gardin" in text for text in found)
    assert ears.hears("search-none")[0] == "Vi fant ikke det her. Prøv gjerne et annet ord."


def test_without_its_rule_a_list_would_be_silent(ears, monkeypatch):
    """Planted: read by the common rule, a list says its main button alone."""
    monkeypatch.setattr("kiosk.ui.aloud.OVERRIDES", {})
    assert ears.hears("browse-category") == ["Knapp: Søk"]


def test_nothing_typed_is_said(ears):
    """Beside a keypad only the title and the button are said; no digit of a PIN or a code."""
    for name in ("pin", "code"):
        ears.kiosk.show(name)
        for digit in "1234":
            ears.kiosk.person.touch(digit)
            ears.turn()
    said = [text for utterance in ears.voice.said for text in utterance.sentences]
    assert said
    assert not any(digit in text for text in said for digit in "1234")


def test_it_is_silent_until_asked(ears):
    """Without the aid nothing is said; with it the screen is said at once; switched off, it stops in mid-sentence."""
    ears.kiosk.show("account")
    ears.turn(on=False)
    assert ears.voice.said == []
    ears.turn()
    assert ears.voice.saying is not None
    ears.turn(on=False)
    assert ears.voice.saying is None
    ears.turn()
    assert len(ears.voice.said) == 2


def test_the_next_screen_stops_the_one_before(ears):
    """Whatever is being said ends when another screen comes."""
    ears.hears("borrow")
    ears.hears("confirmed")
    assert ears.voice.saying.sentences[0].startswith("Den er din til")


def test_what_is_confirmed_is_said(ears):
    """A loan and a return are confirmed by ear, with the weekday."""
    assert any("fredag 27. november" in text for text in ears.hears("confirmed"))
    assert any("levert" in text for text in ears.hears("returned"))


def test_a_screen_is_said_once(ears):
    """Turn after turn, and while seconds are counted down, nothing is said again."""
    ears.hears("confirmed")
    ears.kiosk.pass_time(3)
    for _ in range(5):
        ears.turn()
    assert len(ears.voice.said) == 1


def test_what_changes_on_a_screen_is_said_alone(ears):
    """When the last part is ticked, only the button that can now be touched is said."""
    view = views()["borrow"]
    ears.hears(view)
    assert ears.hears(replace(view, parts=parts(*[HERE] * 8))) == ["Knapp: Lån slagdrillen"]


def test_the_warning_before_the_end_is_said_once(ears):
    """In the last seconds the question is said, with its button; the seconds that pass are not."""
    ears.hears("account")
    ears.kiosk.pass_time(23)
    for _ in range(3):
        ears.turn()
        ears.kiosk.pass_time(1)
    assert len(ears.voice.said) == 2
    assert ears.voice.said[-1].sentences[0] == "Er du her fortsatt?"
    assert ears.voice.said[-1].sentences[-1] == "Knapp: Jeg er her fortsatt"


def test_a_voice_is_offered_in_the_languages_it_speaks(ears):
    """Northern Sámi has no voice: it is not offered there."""
    assert ears.aloud.offers("nb")
    assert ears.aloud.offers("uk")
    assert not ears.aloud.offers("se")


def test_a_leaky_rule_is_caught(ears, monkeypatch):
    """Read by the common rule a keypad's screen would say more than its title: a rule of its own keeps it."""
    monkeypatch.setattr("kiosk.ui.aloud.OVERRIDES", {})
    ears.kiosk.show(PinView(views()["pin"].status, wrong=1, has_card=True, countdown=views()["pin"].countdown))
    common = sentences(ears.kiosk.app.screen)
    monkeypatch.undo()
    assert set(sentences(ears.kiosk.app.screen)) < set(common)
