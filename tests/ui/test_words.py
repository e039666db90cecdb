"""The catalogues, and speaking another language at once."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale

import kiosk.ui
from kiosk.ui.gallery import DRILL, SKIS, TENT
from kiosk.ui.screens.screen import it_is_yours
from kiosk.ui.tr import LANGUAGES, MissingWordsError, Translator, catalogue
from lending.rules import Reason
from lending.visit import StillHere

_SYSTEM_WORDS = re.compile(
    r"synkron|transaksjon|ugyldig|feilet|feilkode|server|terminal|invalid|failed|error|transaction|synchron|device",
    re.IGNORECASE,
)


def _places(entry):
    forms = [entry] if isinstance(entry, str) else list(entry.values())
    return [{name for _, name, _, _ in Formatter().parse(form) if name is not None} for form in forms]


def test_every_language_says_everything():
    """Each key is in every language."""
    assert {frozenset(catalogue(language)) for language in LANGUAGES} == {frozenset(catalogue("nb"))}


@pytest.mark.parametrize("key", sorted(catalogue("nb")))
def test_a_sentence_has_the_same_places_in_every_language(key):
    """Each sentence, in each plural form and language, has the same places to fill."""
    places = [found for language in LANGUAGES for found in _places(catalogue(language)[key])]
    assert all(found == places[0] for found in places)


@pytest.mark.parametrize("language", LANGUAGES)
def test_counted_sentences_have_the_plural_forms_of_their_language(language):
    """A sentence with a number has exactly the forms its language knows."""
    forms = {str(Locale.parse(language).plural_form(n)) for n in range(200)}
    counted = [entry for entry in catalogue(language).values() if not isinstance(entry, str)]
    assert counted
    assert all(set(entry) == forms for entry in counted)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_system_words(language):
    """Nothing on the screen is synchronised, invalid or failed."""
    said = " ".join(str(entry) for entry in catalogue(language).values())
    assert not _SYSTEM_WORDS.findall(said)


def test_every_key_in_the_code_is_in_the_catalogue():
    """A key written in the code is in the catalogue; one whose end is filled in has keys that begin so."""
    code = "".join(file.read_text("utf-8") for file in Path(kiosk.ui.__file__).parent.rglob("*.py"))
    for key, whole in re.findall(r'tr\((f?)"([^"]+)"', code):
        start = whole.split("{")[0]
        assert whole in catalogue("nb") or (key == "f" and any(k.startswith(start) for k in catalogue("nb"))), whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_reason_says_what_one_can_do(language):
    """Each reason why something is not lent has a title and an explanation of its own."""
    words = catalogue(language)
    titles = {words[f"cannot.{reason}"] for reason in Reason}
    assert len(titles) == len(Reason)
    assert all(words[f"cannot.{reason}_text"] not in titles for reason in Reason)


def test_numbers_and_days_are_said_as_people_do():
    """One loan and two loans, and a date with its weekday."""
    nb, en = Translator(language="nb"), Translator(language="en")
    assert (en("account.title", n=1), en("account.title", n=2)) == (
        "Hello! You have 1 loan.",
        "Hello! You have 2 loans.",
    )
    assert nb("borrow.left", n=1) == "1 del igjen"
    assert nb("borrow.left", n=3) == "3 deler igjen"
    assert nb.day(date(2026, 11, 27)) == "fredag 27. november"
    assert en.day(date(2026, 11, 27)) == "Friday 27 November"


def test_a_thing_keeps_its_gender():
    """The drill is "din", the tent "ditt", the skis "dine"."""
    nb = Translator(language="nb")
    assert [it_is_yours(nb, thing) for thing in (DRILL, TENT, SKIS)] == ["Den er din", "Det er ditt", "De er dine"]


def test_an_unknown_key_is_an_error():
    """A sentence nobody wrote is noticed, not shown as a key."""
    with pytest.raises(MissingWordsError):
        Translator()("no.such.sentence")


@pytest.mark.screen
def test_the_language_switch_takes_effect_at_once(kiosk):
    """A touch on the other language's own name turns everything on the screen, and says somebody is there."""
    kiosk.show("account")
    kiosk.person.touch("English")
    assert kiosk.person.sees("Hello! You have 2 loans.")
    assert kiosk.person.sees("Saturday 21 November")
    assert kiosk.sent == [StillHere()]
    kiosk.person.touch("Norsk")
    assert kiosk.person.sees("Hei! Du har 2 lån.")


@pytest.mark.screen
def test_the_next_person_finds_the_language_of_the_station(kiosk):
    """A language chosen before the card stays for the visit; when it is over, the station's own comes back."""
    kiosk.show("idle")
    kiosk.person.touch("English")
    assert kiosk.person.sees(["Hold your card", " the reader"][0])
    kiosk.show("account")
    assert kiosk.person.sees("Hello! You have 2 loans.")
    kiosk.show("idle")
    assert kiosk.person.sees("eller skann noe du vil levere")
