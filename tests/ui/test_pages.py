"""Help, places, figures and writing, as somebody in front of the screen meets them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from kiosk.desk.views import Status
from kiosk.desk.views_idle import Attract, Word, Worth
from kiosk.desk.views_pages import PlaceRow
from kiosk.ui.gallery import LONG, text, views
from kiosk.ui.screens.nearby import far
from kiosk.ui.theme import SHAPES
from kiosk.ui.tr import Translator
from lending.impact import Span
from lending.visit import GoOn, OpenPage, Page, WordsGiven

pytestmark = pytest.mark.screen

WAYS = {
    "nb": ("Steder i nærheten", "Si hva du savner", "Lån ut noe selv", "Hva lånene betyr", "Greit"),
    "en": ("Places nearby", "Say what is missing", "Lend your own", "What the loans come to", "OK"),
}
PAGES = (Page.NEARBY, Page.SUGGEST, Page.OFFER, Page.IMPACT)


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("language", WAYS)
def test_help_leads_on(kiosk, size, language):
    """Four ways on and one back, each one touch, in both languages and every shape."""
    kiosk.app.tr.language = language
    kiosk.resize(*size)
    kiosk.show("help")
    for words in WAYS[language]:
        kiosk.person.touch(words)
    assert kiosk.sent == [*(OpenPage(page) for page in PAGES), GoOn()]


@pytest.mark.parametrize("size", SHAPES)
def test_every_place_is_a_few_touches_away(kiosk, size):
    """All places come round, with kind and distance; the nearer stand in the order given."""
    kiosk.resize(*size)
    kiosk.show("nearby-many")
    seen = set(kiosk.person.reads())
    for _ in range(3):
        kiosk.person.touch("Vis flere")
        seen |= set(kiosk.person.reads())
    assert {"Åssiden", "BUA Kolben", "Byttehylla"} <= seen
    assert any(text.startswith("Reparasjon") and text.endswith("13\xa0km") for text in seen)


def test_few_places_have_no_pages(kiosk):
    """What fits has no button for more; without any place the library is named."""
    kiosk.show("nearby")
    assert {box.says for box in kiosk.person.controls()} == {"Greit", "Bokmål", "Lesehjelp"}
    kiosk.show("nearby-none")
    assert kiosk.person.sees("Biblioteket vet mer")


def test_distances_are_round():
    """Metres to the ten, kilometres with a decimal up to ten, and nothing where nobody knows."""
    tr = Translator(language="nb")
    assert [far(tr, metres) for metres in (654, 2_430, 31_400, None)] == ["650\xa0m", "2,4\xa0km", "31\xa0km", ""]


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize(("language", "send", "name"), [("nb", "Send", "kajakk"), ("en", "Send", "kayak")])
def test_writing_a_wish(kiosk, size, language, send, name):
    """Letter by letter, a letter taken back, and sent with the main button; nothing can be sent before."""
    kiosk.app.tr.language = language
    kiosk.resize(*size)
    kiosk.show("suggest-no-ideas")
    kiosk.person.touch({"nb": "Skriv noe først", "en": "Write something first"}[language])
    for letter in f"{name}x":
        kiosk.person.touch(letter)
    kiosk.person.touch({"nb": "Slett", "en": "Erase"}[language])
    kiosk.person.touch(send)
    assert [sent.words for sent in kiosk.asked] == [name]


@pytest.mark.parametrize("size", [(1280, 800), (720, 1280)])
def test_one_touch_asks_for_what_others_have(kiosk, size):
    """A thing that other stations have is asked for by its name, under one name in every language."""
    kiosk.resize(*size)
    kiosk.app.tr.language = "en"
    kiosk.show("suggest")
    kiosk.person.touch("Kayak")
    assert kiosk.sent == [WordsGiven("Kajakk")]


def test_what_was_searched_for_can_be_changed_and_sent(kiosk):
    """Words of a search without a hit stand in the line, to be changed and sent."""
    kiosk.show(replace(views()["suggest"], words="gardinstang"))
    assert kiosk.person.sees("gardinstang")
    kiosk.person.touch(kiosk.app.tr("key.erase"))
    kiosk.person.touch("k")
    kiosk.person.touch("Send")
    assert kiosk.sent[-1] == WordsGiven("gardinstank")


def test_what_was_written_stays_when_the_network_goes(kiosk):
    """The screen is not made anew under somebody who writes."""
    kiosk.show("suggest")
    kiosk.person.touch("q")
    kiosk.show(replace(views()["suggest"], status=Status("Bragernes", offline=True)))
    assert kiosk.person.sees("q")
    kiosk.person.touch("w")
    kiosk.person.touch("Send")
    assert kiosk.sent[-1] == WordsGiven("qw")


def test_what_was_left_out_is_said_calmly(kiosk):
    """A number that was left out is told of, without blame; where nothing was left, so is that."""
    kiosk.show("heard-offer")
    assert kiosk.person.sees("Vi tok ut et nummer eller en adresse")
    kiosk.show("heard-nothing")
    assert kiosk.person.sees("Vi lagrer ikke nummer eller e-post.")
    kiosk.person.touch("Skriv en til")
    assert kiosk.sent == [OpenPage(Page.SUGGEST)]


@pytest.mark.parametrize("size", SHAPES)
def test_figures_tell_kroner_first(kiosk, size):
    """Kroner, then uses, then CO2e as an estimate; how it is counted is one touch away."""
    kiosk.resize(*size)
    kiosk.show("impact")
    reads = kiosk.person.reads()
    assert any("48\xa0000" in text for text in reads)
    assert any("CO2e" in text and "anslag" in text for text in reads)
    kiosk.person.touch("Slik regner vi")
    assert kiosk.sent == [OpenPage(Page.COUNTING)]


def test_few_answers_are_not_told(kiosk):
    """One answer does not speak for all loans: no kroner and no CO2e before five have answered."""
    kiosk.show("impact-few")
    assert kiosk.person.sees("Når fem har svart")
    assert not any(" kr" in text or " kg" in text for text in kiosk.person.reads())


@pytest.mark.parametrize("size", SHAPES)
def test_a_station_that_rests_names_the_nearest(kiosk, size):
    """Out of service: where the nearest other station is, how far, and when it is open."""
    kiosk.resize(*size)
    kiosk.show("out-of-service-near")
    assert kiosk.person.sees("Nærmeste stasjon")
    assert kiosk.person.sees("900 m")
    assert kiosk.person.sees("Åpent til 20 i dag")
    assert not kiosk.person.sees("alt virker")


def test_words_of_the_library_stand_in_the_account(kiosk):
    """What the library has to say stands under the loans, also where there are none."""
    kiosk.show("account-words")
    assert kiosk.person.sees("flytter til Åssiden")
    kiosk.show("account-none-words")
    assert kiosk.person.sees("Stengt 24. desember")


@pytest.mark.parametrize("size", SHAPES)
def test_absurd_names_and_sums_are_held_in(kiosk, measure, size):
    """Names without end, sums beyond sense and dozens of places flow over nothing and stop no screen."""
    kiosk.resize(*size)
    endless = replace(LONG, name=text("Æ" * 200, "W" * 200), definite=text("ord " * 60, "word " * 60), shelf="S" * 90)
    far_off = PlaceRow(
        "N" * 200, "?", "A" * 200, *(text("ord " * 90, "word " * 90),) * 3, phone="9" * 50, metres=10**9
    )
    much, all_views = Span(0, 2**40), views()
    sums = replace(all_views["impact"].figures, loans=10**12, kroner=much, grams=much, made=much)
    absurd = {
        "instead": {"thing": endless, "buy": much, "rent": much, "uses": 10**9},
        "instead-bought": {"thing": endless, "saved": much, "co2e": much, "co2e_source": "S" * 200},
        "nearby-many": {"places": (far_off,) * 60},
        "suggest": {"ideas": (endless,) * 9},
        "impact": {"figures": sums},
        "out-of-service-near": {"nearest": far_off},
        "account-words": {"words": (Word(far_off.what),) * 9},
        "idle": {"attract": Attract((Worth(endless, much),), begin=1)},
    }
    for name, changes in absurd.items():
        page = measure(kiosk, name, replace(all_views[name], **changes))
        for said in page.texts:
            assert page.shape.window.holds(said.letters), (name, said)
            assert said.letters.w <= said.place.w + 1, (name, said)
            assert said.letters.h <= said.place.h + 1, (name, said)
        for (one, here), (other, there) in combinations(page.controls, 2):
            assert not here.overlaps(there), (name, one, other)
