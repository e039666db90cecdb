"""The catalogues, and speaking another language at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

import kiosk.ui
from assets import words
from assets.keys import asked_for, keys_in
from kiosk.ui.composed import composed, gendered_keys
from kiosk.ui.gallery import DRILL, SKIS, TENT
from kiosk.ui.screens.screen import it_is_yours
from kiosk.ui.tr import GENDERS, LANGUAGES, MissingWordsError, Translator
from lending.rules import Reason

SAID = {language: words.read(language) for language in LANGUAGES}


def _places(entry):
    forms = [entry] if isinstance(entry, str) else entry
    return [{name.lower() for _, name, _, _ in Formatter().parse(form) if name is not None} for form in forms]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language):
    """Each key is in each language; `python -m assets.words missing LANGUAGE` lists what lacks."""
    assert SAID["nb"].keys() - SAID[language].keys() == set()
    assert SAID[language].keys() - SAID["nb"].keys() == set()


@pytest.mark.parametrize("key", sorted(SAID["nb"]))
def test_a_sentence_has_the_same_places_in_every_language(key):
    """Each sentence, in each plural form and language, has the same places to fill.

    `{Thing}` is `{thing}` at the start of a sentence.
    """
    said = {language: SAID[language][key] for language in LANGUAGES}
    assert {language: _places(entry) for language, entry in said.items()} == {
        language: [_places(said["nb"])[0]] * len(_places(entry)) for language, entry in said.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_has_blanks_around_it(language):
    """Nothing is left out, and nothing begins or ends with a blank, nor has two of them."""
    forms = [
        (key, form)
        for key, entry in SAID[language].items()
        for form in ([entry] if isinstance(entry, str) else entry)
    ]
    assert [key for key, form in forms if not form or form != form.strip() or "  " in form] == []


@pytest.mark.parametrize("key", sorted({key.rpartition(".")[0] for key in SAID["nb"] if key.endswith(".din")}))
def test_what_follows_a_gender_has_all_of_them(key):
    """A sentence with a form for one gender has one for each."""
    assert [gender for gender in GENDERS if f"{key}.{gender}" not in SAID["nb"]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_counted_sentences_have_the_plural_forms_of_their_language(language):
    """A sentence with a number has the forms its language knows, and each number finds its own."""
    forms = words.FORMS[language]
    counted = [entry for entry in SAID[language].values() if not isinstance(entry, str)]
    assert counted
    assert all(len(entry) == len(forms) and all(entry) for entry in counted)
    plural = words.spoken(language).plural
    assert [forms[plural(n)] for n in range(200)] == [Locale.parse(language).plural_form(n) for n in range(200)]


CODE = [file.read_text("utf-8") for file in sorted(Path(kiosk.ui.__file__).parent.rglob("*.py"))]


def test_every_key_the_code_asks_for_is_in_the_catalogues():
    """A key written in the code, and one that is put together, stands in the catalogues, each gender of it too."""
    whole = {key for code in CODE for key in asked_for(code)} | composed()
    genders = {key.rpartition(".")[0] for key in SAID["nb"] if key.endswith(".din")}
    assert {key for key in whole - genders if key not in SAID["nb"]} == set()


def test_every_key_in_the_catalogues_is_used():
    """Each sentence is asked for: whole in the code, in a gender, or put together as `kiosk/ui/composed.py` says."""
    whole = {found.key for code in CODE for found in keys_in(code)} | composed()
    genders = {key for key in SAID["nb"] if f"{key}.din" in SAID["nb"]} | {
        key.rpartition(".")[0] for key in SAID["nb"] if key.endswith(".din")
    }
    for key in genders:
        whole |= gendered_keys(key)
    assert SAID["nb"].keys() - whole == set()


def test_a_planted_key_is_noticed():
    """A sentence nobody asks for and a key nobody wrote are both found."""
    code = 'title = tr("no.such.title") if odd else self.tr("borrow.title", thing=thing)'
    assert asked_for(code) == {"no.such.title", "borrow.title"}
    assert {found.key for found in keys_in('tr("no.such.title"); part = "part.here"; path = "a.b"')} == {
        "no.such.title",
        "part.here",
    }


def test_babel_extracts_the_keys():
    """`pybabel extract -F babel.cfg` finds the sentences with the places they are used at."""
    root = Path(kiosk.ui.__file__).parent.parent
    with (root.parent / "babel.cfg").open(encoding="utf-8") as opened:
        methods, options = parse_mapping_cfg(opened)
    found = {row[2]: row[0] for row in extract_from_dir(root, methods, options)}
    assert found["borrow.title"].endswith("screens/borrow.py")
    assert {found.key for code in CODE for found in keys_in(code)} == found.keys()


def test_the_catalogues_are_as_the_tool_writes_them():
    """Each file is sorted and whole, as `python -m assets.words tidy` leaves it."""
    assert [language for language in LANGUAGES if words.untidy(language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_reason_says_what_one_can_do(language):
    """Each reason why something is not lent has a title and an explanation of its own."""
    said = SAID[language]
    titles = {said[f"cannot.{reason}"] for reason in Reason}
    assert len(titles) == len(Reason)
    assert all(said[f"cannot.{reason}_text"] not in titles for reason in Reason)


ASK_AND_WIPE = {"nb": ("kode til", "slett"), "en": ("a code", "wipe"), "nn": ("kode til", "slett"),
                "se": ("jeara koda", "sihko"), "sv": ("kod till", "radera"), "da": ("kode til", "slet"),
                "uk": ("попросіть код", "зітріть")}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_is_asked_for_before_anything_is_wiped(language):
    """Whoever holds the wrong code to a station reads first what loses nothing."""
    said = SAID[language]["enrol.other_station_text"]
    ask, wipe = (said.lower().index(word) for word in ASK_AND_WIPE[language])
    assert ask < wipe


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
