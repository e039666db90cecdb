"""Whether the sentences can be read: letters the fonts have, short words, and the tone of a good neighbour."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import assets
import kiosk.ui
from assets import demo, words
from kiosk.ui.tr import LANGUAGES

SAID = {language: words.read(language) for language in LANGUAGES}
LONGEST_LIX = 35.0
A_TEXT = 7
"""LIX is a measure of texts: a label of fewer words has none."""

_SYSTEM_WORDS = {
    "nb": r"synkron|transaksjon|ugyldig|feilet|feilkode|server|terminal|bruker|autentis",
    "nn": r"synkron|transaksjon|ugyldig|feila|feilkode|tenar|terminal|brukar|autentis",
    "se": r"synkron|transakš|gustohuvvon|boasttokoda|serv|termin|geavaheaddji",
    "en": r"synchron|transaction|invalid|failed|error|server|terminal|device|\buser|authenti",
    "sv": r"synkron|transaktion|ogiltig|misslyck|felkod|server|terminal|användar|autentis",
    "da": r"synkron|transaktion|ugyldig|mislyk|fejlkode|server|terminal|bruger[ens]?\b|autentic",
    "uk": r"синхрон|транзакц|недійсн|помилк|збій|сервер|термінал|користувач|автентиф",
}

_CAPITALS = {
    "PIN", "PIN-koden", "PIN-kode", "PIN-kod", "PIN-koda", "PIN-kodat", "PIN-код", "CO2e", "BUA", "NOK", "Wi-Fi",
    "SD-kort",
    "I", "English", "Ok", "OK", "Done", "Ferdig", "Færdig", "Klart", "Gárvvis",
}  # fmt: skip
"""What stands with a capital inside a sentence, rightly."""


def _forms(language):
    for key, entry in SAID[language].items():
        for form in [entry] if isinstance(entry, str) else entry:
            yield key, form


def _written(code):
    """Yield the texts in `code` that read like words for people, docstrings apart."""
    tree = ast.parse(code)
    apart = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        said = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if id(node) not in apart and re.search(r"[a-zæøå]+ [a-zæøå]+|^[A-ZÆØÅ][a-zæøå]{2,}$", said):
            yield said


def test_no_sentence_is_written_in_the_code_of_a_screen():
    """Screens and their parts hold no words of their own; a planted one is seen."""
    home = Path(kiosk.ui.__file__).parent
    files = [file for part in ("screens", "widgets") for file in (home / part).rglob("*.py")]
    assert [(file.name, text) for file in files for text in _written(file.read_text("utf-8"))] == []
    assert list(_written('Words(stage, rect, "Hold kortet mot leseren")')) == ["Hold kortet mot leseren"]


def lix(text):
    """Return LIX after Björnsson: words per sentence, and per cent of words with more than six letters."""
    found = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", re.sub(r"\{\w+\}", "ting", text))
    sentences = [part for part in re.split(r"[.!?:\n]+", text) if re.search(r"\w", part)]
    return len(found) / max(1, len(sentences)) + 100 * sum(len(word) > 6 for word in found) / max(1, len(found)), len(
        found
    )


def test_the_words_are_plain():
    """No text on the screen in Bokmål has a LIX above 35; the hardest are printed."""
    measured = sorted(((*lix(form), key) for key, form in _forms("nb")), reverse=True)
    texts = [(value, key) for value, length, key in measured if length >= A_TEXT]
    print("hardest texts:", ", ".join(f"{key} {value:.0f}" for value, key in texts[:5]))  # noqa: T201 - the worst value is shown
    assert len(texts) > 50
    assert [(key, round(value)) for value, key in texts if value > LONGEST_LIX] == []


def test_lix_is_that_of_the_book():
    """Long words and long sentences raise it; a planted one is too hard."""
    assert lix("Hold kortet mot leseren, og ta med det du vil.") == (10 + 10.0, 10)
    assert lix("Transaksjonen feilet grunnet manglende synkronisering mot bibliotekets hovedsystem.")[0] > LONGEST_LIX


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_system_words(language):
    """Nothing on the screen is synchronised, invalid or failed, and nobody is a user."""
    banned = re.compile(_SYSTEM_WORDS[language], re.IGNORECASE)
    assert [(key, form) for key, form in _forms(language) if banned.search(form)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_have_one_capital(language):
    """Only a sentence's first word has a capital, and nothing shouts."""
    names = {SAID[other][f"language.{other}"] for other in LANGUAGES}
    for key, form in _forms(language):
        if key.startswith("date."):
            continue
        inside = re.findall(r"(?<=[^\W\d_.!?:…\u2013«] )[^\W\d_][\w-]*", form)
        loud = [word for word in inside if word[0].isupper() and word not in _CAPITALS | names]
        assert loud == [], (key, form)
        assert "!!" not in form
        assert form.count("!") <= 1, form


@pytest.mark.parametrize("weight", [400, 600])
def test_the_fonts_have_every_letter(weight):
    """Each letter of each catalogue and of the demo's things has a picture in both weights of the font."""
    with TTFont(assets.font(weight)) as font:
        drawn = set(font.getBestCmap())
    for language in LANGUAGES:
        letters = {letter for _, form in _forms(language) for letter in re.sub(r"\{\w+\}", "", form)} - {"\n"}
        assert sorted(letter for letter in letters if ord(letter) not in drawn) == [], language
    assert sorted(letter for letter in _demo_letters() if ord(letter) not in drawn) == []
    assert ord("中") not in drawn, "a letter that is not there would be noticed"


def _demo_letters():
    said = [message.words for message in demo.messages()]
    for item in demo.items():
        said += [
            text.as_dict() for text in (item.short, item.definite, item.use, *(part.name for part in item.parts))
        ]
    for page in demo.pages():
        said += [*page.tasks, *page.how_to, *page.more]
        said += [{tag: " ".join(called)} for tag, called in page.words.items()]
    for place in demo.places():
        said += [{"name": place["name"]}, {"address": place["address"]}, place["what"], place["hours"]]
    return {letter for text in said for form in text.values() for letter in form}
