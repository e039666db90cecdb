"""What sharing comes to, as somebody in front of the screen meets it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.ui.gallery import views
from kiosk.ui.money import co2e, kroner
from kiosk.ui.theme import SHAPES
from kiosk.ui.tr import Translator
from lending.impact import Instead, Span
from lending.visit import Done, GoOn, InsteadGiven, OpenPage, Page

pytestmark = pytest.mark.screen

ANSWERS = {
    "nb": ("Kjøpt en ny", "Leid en", "Lånt av noen andre", "Latt være"),
    "en": ("Bought a new one", "Rented one", "Borrowed elsewhere", "Not done it"),
}


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("language", ANSWERS)
def test_one_touch_answers_the_question(kiosk, size, language):
    """Each of the four answers is one touch, in both languages and every shape."""
    kiosk.app.tr.language = language
    kiosk.resize(*size)
    kiosk.show("instead")
    for words in ANSWERS[language]:
        kiosk.person.touch(words)
    assert kiosk.sent == [InsteadGiven(answer) for answer in Instead]


@pytest.mark.parametrize("size", SHAPES)
def test_before_an_answer_nothing_was_saved(kiosk, size):
    """Before the answer the screen tells what renting and buying cost, and says neither "saved" nor CO2e."""
    kiosk.resize(*size)
    kiosk.show("instead")
    assert kiosk.person.sees("300\u2013450 kr")
    assert kiosk.person.sees("1\xa0800\u20132\xa0900\xa0kr")
    assert kiosk.person.sees("Takk! Slagdrillen er levert.")
    assert not kiosk.person.sees("sparte")
    assert not kiosk.person.sees("CO2e")


@pytest.mark.parametrize("size", SHAPES)
def test_after_an_answer_comes_the_range_for_it(kiosk, size):
    """Bought: kroner large, then uses, and CO2e last, marked as an estimate. It cannot be answered twice."""
    kiosk.resize(*size)
    kiosk.show("instead")
    kiosk.show("instead-bought")
    reads = kiosk.person.reads()
    saved = reads.index("1\xa0800\u20132\xa0900\xa0kr")
    used = next(at for at, text in enumerate(reads) if "48 ganger" in text)
    carbon = next(at for at, text in enumerate(reads) if "CO2e" in text)
    assert saved < used < carbon
    assert "Anslag" in reads[carbon]
    assert {box.says for box in kiosk.person.controls()} == {
        "Ferdig", "Lever en til", "Slik regner vi", "Bokmål", "Lesehjelp"
    }  # fmt: skip
    kiosk.person.touch("Slik regner vi")
    assert kiosk.sent[-1] == OpenPage(Page.COUNTING)


@pytest.mark.parametrize("answer", [Instead.BORROWED, Instead.NOT_DONE])
def test_other_answers_claim_no_saving(kiosk, answer):
    """Who would have borrowed or left it is thanked, and told that nothing is counted."""
    kiosk.show(f"instead-{answer}")
    assert kiosk.person.sees("Takk for svaret!")
    assert kiosk.person.sees("ingen kroner")
    assert not kiosk.person.sees("CO2e")


def test_the_question_can_be_left(kiosk):
    """One touch ends it, another goes on with returning."""
    kiosk.show("instead")
    kiosk.person.touch("Ferdig")
    kiosk.person.touch("Lever en til")
    assert kiosk.sent == [Done(), GoOn()]


def test_the_chosen_answer_stands_out(kiosk, tmp_path):
    """The pixels of the chosen tile are another colour than before, the others are not outlined any more."""
    kiosk.show("instead")
    rect = kiosk.person.place(kiosk.person.find("Leid en"))
    spot = (round(rect.right - 40), round(rect.y + 20))
    before = _pixel(kiosk, tmp_path / "before.png", spot)
    kiosk.show("instead-rented")
    assert _pixel(kiosk, tmp_path / "after.png", spot) != before == (255, 255, 255)


def _pixel(kiosk, path, spot):
    from PIL import Image  # noqa: PLC0415

    return Image.open(kiosk.person.look(path)).convert("RGB").getpixel(spot)


def test_a_thing_without_price_has_no_bars(kiosk):
    """Nothing is made up where no price is known."""
    kiosk.show(replace(views()["instead"], buy=None, rent=None))
    assert not any(" kr" in words for words in kiosk.person.reads())


def test_figures_are_said_as_people_do():
    """Thousands are grouped as the language does, one figure stands alone, and much CO2e is told in tonnes."""
    nb, en = Translator(language="nb"), Translator(language="en")
    assert kroner(nb, Span(1900, 2900)) == "1\xa0900\u20132\xa0900\xa0kr"
    assert kroner(en, Span(1900, 2900)) == "NOK\xa01,900\u20132,900"
    assert kroner(nb, Span(0, 0)) == "0\xa0kr"
    assert kroner(nb, Span(1_480_000, 32_000_000)) == "1,5\u201332\xa0mill.\xa0kr"
    assert co2e(nb, Span(4250, 36_800)) == "4,2\u201337\xa0kg"
    assert co2e(en, Span(1_200_000, 3_400_000)) == "1.2\u20133.4\xa0tonnes"
