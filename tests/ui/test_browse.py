"""A person looks around at a station: a real desk and store behind the screen, real touches, real pixels."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image
from support.desks import DeskRun
from support.library import ANNA, BERIT, DRILL, HAMMER, SAW, SECOND_DRILL, make_feed, make_item
from support.rooms import Room

from kiosk.ui.aids import Aids
from kiosk.ui.gallery import views
from kiosk.ui.theme import GOOD, LIGHT, ON_STOP, SHAPES, STOP
from kiosk.ui.widgets.words import Words
from lending.nouns import Category, Part, Text
from lending.visit import (
    CardShown,
    ConfirmLoan,
    Done,
    ItemScanned,
    OpenPage,
    Page,
    RestIsHere,
    SearchFor,
    StartBrowse,
    Tick,
)

pytestmark = pytest.mark.screen

WINDOWS = ((1280, 800), (800, 480))
SPEECH = {
    "nb": {
        "look": "Se hva som finnes", "all": "Alt", "more": "Vis flere", "back": "Tilbake", "search": "Søk",
        "hold": "Sett av den neste", "card": "Hold kortet mot leseren", "held": "Satt av til deg.",
        "tools": "Verktøy", "drill": "Slagdrill", "here": "2 her nå", "parts": "3 deler",
        "here_of": "2 av 2 er her nå",
        "alike": "Mente du en av disse?", "none": "Vi fant ikke det her. Prøv gjerne et annet ord.",
        "back_day": "Tilbake søndag 6. desember", "borrow": "Lån denne", "steps": "Skann merkelappen på tingen.",
        "nothing": "Ingenting her ennå", "nearby": "Steder i nærheten", "show_all": "Vis alt", "read": "Greit",
        "ok": "Greit", "ask": "Leverer du", "typo": "slgdrill",
    },
    "en": {
        "look": "See what is here", "all": "All", "more": "Show more", "back": "Back", "search": "Search",
        "hold": "Hold the next one", "card": "Hold your card", "held": "Set aside for you.",
        "tools": "Tools", "drill": "Hammer drill", "here": "2 here now", "parts": "3 parts",
        "here_of": "2 of 2 are here now", "alike": "Did you mean one of these?",
        "none": "We did not find that here. Do try another word.", "back_day": "Back Sunday 6 December",
        "borrow": "Borrow this", "steps": "Scan the label on the thing.", "ok": "All right",
        "nothing": "Nothing here yet", "nearby": "Places nearby", "show_all": "Show all", "read": "OK",
        "ask": "Are you returning",
        "typo": "hamer dril",
    },
}  # fmt: skip
each = pytest.mark.parametrize("size", WINDOWS, ids=lambda size: f"{size[0]}x{size[1]}")
each_language = pytest.mark.parametrize("language", sorted(SPEECH))


def named(item, nb, en):
    name = Text.of({"nb": nb, "en": en})
    return replace(item, name=name, definite=name, drawing="drill", tint="#EFE6D0", thing="hammer-drill", shelf="B3")


PARTS = tuple(Part(f"p{n}", Text.of({"nb": f"del {n}", "en": f"part {n}"})) for n in range(3))
FIRST, SECOND = (replace(named(item, "Slagdrill", "Hammer drill"), parts=PARTS) for item in (DRILL, SECOND_DRILL))
TOOLS = Category("tools", Text.of({"nb": "Verktøy", "en": "Tools"}), "hammer", "hammer", "#EFE9DC")
OTHERS = tuple(make_item(f"06{n:08d}", f"ting {n:02d}", f"thing {n:02d}") for n in range(9))


class Here(Room):
    """A station with two drills and a few other things, and words written out as people read them."""

    def __init__(self, kiosk, path, language, size):
        self.says = SPEECH[language]
        super().__init__(kiosk, path, language, size)
        self.sees("look")

    @staticmethod
    def _furnished(path, _clock):
        items = (FIRST, SECOND, HAMMER, SAW, *OTHERS)
        return DeskRun(path, feed=replace(make_feed(items=items), categories=(TOOLS,)))

    def sees(self, key):
        self.person.wait_for(self.says[key])

    def touches(self, key, beside=""):
        self.person.touch(self.says[key], beside)

    def opens_the_search(self):
        self.touches("look")
        self.sees("here")
        self.touches("search")

    def types(self, words):
        self.person.wait_for("123")
        for letter in words:
            self.person.touch({" ": "Mellomrom" if self.says is SPEECH["nb"] else "Space"}.get(letter, letter))

    def lends(self, card, *items):
        self.run.gives(CardShown(card, "sealed"))
        for item in items:
            self.run.gives(ItemScanned(item.code), RestIsHere(), ConfirmLoan())
        self.run.gives(Done())
        self.run.entries()
        self.sees("look")


@pytest.fixture
def here(kiosk, tmp_path):
    made = []

    def make(language, size):
        made.append(Here(kiosk, tmp_path / "station.db", language, size))
        return made[0]

    yield make
    for station in made:
        station.run.desk.stop()


@each_language
@each
def test_from_idle_to_a_thing_and_back(here, tmp_path, language, size):
    """A category on the idle screen opens its things, a card its page, and "back" leads all the way to idle."""
    here = here(language, size)
    here.touches("tools")
    here.sees("here")
    here.touches("drill")
    here.sees("here_of")
    here.sees("parts")
    picture = Image.open(here.person.look(tmp_path / "thing.png")).convert("RGB")
    assert dict(_colours(picture))[_rgb(LIGHT.colour(GOOD))] > 10_000
    here.touches("borrow")
    here.sees("steps")
    here.touches("ok")
    here.touches("back")
    here.sees("here")
    here.touches("back")
    here.sees("look")
    assert here.run.kinds() == ["started"]


def _colours(picture):
    return [(colour, count) for count, colour in picture.getcolors(picture.width * picture.height)]


def _rgb(colour):
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


@each_language
@each
def test_an_empty_category_has_ways_on(here, language, size):
    """A category whose things a feed has just taken away says so; all things and other places are one touch away."""
    here = here(language, size)
    here.touches("look")
    here.sees("here")
    here.run.gives(StartBrowse("gone"))
    here.sees("nothing")
    here.touches("nearby")
    here.sees("read")
    here.touches("read")
    here.sees("nothing")
    here.touches("show_all")
    here.sees("here")


@each
def test_pages_turn(here, size):
    """The main button shows six more; from the second page on there is a way to the one before."""
    here = here("nb", size)
    here.touches("look")
    here.sees("here")
    here.touches("more")
    here.person.wait_for("Forrige")
    here.person.touch("Forrige")
    here.sees("here")


@each_language
@each
def test_a_search_with_a_typo_finds_what_was_meant(here, language, size):
    """Letters touched on the screen, one of them wrong: the thing is there, and its page is one touch away."""
    here = here(language, size)
    here.opens_the_search()
    here.types(here.says["typo"])
    here.sees("drill")
    here.touches("drill")
    here.sees("here_of")
    here.touches("back")
    here.person.wait_for(here.says["typo"])


@each_language
@each
def test_a_search_in_vain_says_so_and_is_known(here, language, size):
    """Nothing fits: the screen says so calmly, and the words are in the journal once the search is left."""
    here = here(language, size)
    here.opens_the_search()
    here.types("xylofon")
    here.sees("none")
    here.touches("back")
    here.sees("here")
    wires = here.run.entries()
    assert [wire["body"] for wire in wires[1:]] == [{"words": "xylofon"}]


@each_language
@each
def test_a_card_on_the_page_of_a_thing_sets_it_aside(here, language, size):
    """Both are out: touch "set aside", show the card, and it is done."""
    here = here(language, size)
    here.lends(BERIT, FIRST, SECOND)
    here.touches("look")
    here.person.wait_for("ting 00" if language == "nb" else "thing 00")
    here.touches("search")
    here.types("drill")
    here.sees("drill")
    here.touches("drill")
    here.sees("back_day")
    here.touches("hold")
    here.sees("card")
    here.run.gives(CardShown(ANNA, "sealed"))
    here.sees("held")
    assert here.run.kinds()[-1] == "hold_placed"


@each_language
@each
def test_a_scan_while_searching_is_served(here, language, size):
    """Who scans a thing in the middle of a search is asked about that thing."""
    here = here(language, size)
    here.opens_the_search()
    here.types("dr")
    here.sees("drill")
    here.run.gives(ItemScanned(HAMMER.code))
    here.sees("ask")


@each_language
@each
def test_nobody_there_any_more(here, language, size):
    """A search nobody touches gives way to the idle screen, and nothing that was typed is on it."""
    here = here(language, size)
    here.opens_the_search()
    here.types("dr")
    here.sees("drill")
    here.run.clock.advance(61_000)
    here.run.gives(Tick())
    here.sees("look")
    assert "dr" not in here.person.reads()


# --- The search screen by itself


def test_letters_are_sent_as_they_come(kiosk):
    """Each touch sends the words so far; results of words before do not undo what was written since."""
    kiosk.show("search")
    for key in ("h", "e", "n"):
        kiosk.person.touch(key)
    assert [touch.words for touch in kiosk.asked] == ["h", "he", "hen"]
    kiosk.show(replace(views()["search-found"], words="he"))
    assert kiosk.person.sees("hen")
    assert kiosk.person.sees("Slagdrill")


def test_another_language_keeps_what_was_written(kiosk):
    """The switch of language in the middle of a search keeps the words that were sent."""
    kiosk.show("search-found")
    kiosk.app.tr.language = "en"
    kiosk.person.wait(2)
    assert kiosk.person.sees("henge opp gardin")
    assert kiosk.person.sees("Hammer drill")


def test_a_wish_is_one_touch_away_where_nothing_fits(kiosk):
    """Who found nothing can tell the library at once what is missing."""
    kiosk.show("search-none")
    kiosk.person.touch("Foreslå det")
    assert kiosk.sent == [OpenPage(Page.SUGGEST)]


def test_somebody_else_begins_with_an_empty_line(kiosk):
    """After the idle screen nothing of an earlier search is left."""
    kiosk.show("search")
    kiosk.person.touch("h")
    kiosk.show("idle")
    kiosk.show("search")
    assert SearchFor("h") in kiosk.sent
    assert "h" not in [text for text in kiosk.person.reads() if len(text) == 1][:1]
    assert kiosk.person.sees("Hva skal du gjøre?")


@each
def test_the_categories_are_one_touch_away(kiosk, size):
    """Where there is no room beside the things, one button opens the categories and closes them again."""
    kiosk.resize(*size)
    kiosk.show("browse")
    if size == (800, 480):
        kiosk.person.touch("Alt")
    kiosk.person.touch("Hage")
    assert [touch.category for touch in kiosk.asked] == ["garden"]


@each
def test_how_to_use_it_is_one_touch_away(kiosk, tmp_path, size):
    """The steps and the parts stand on a page of their own, and the way back is its main button."""
    kiosk.resize(*size)
    kiosk.show("thing")
    kiosk.person.touch("Slik gjør du")
    assert kiosk.person.sees("Sett i et ladet batteri.")
    assert kiosk.person.sees("Borsett, 5 bor")
    kiosk.person.look(tmp_path / "use.png")
    kiosk.person.touch("Greit")
    assert kiosk.person.sees("2 av 3 er her nå")


@each
def test_a_picture_this_station_lacks_stops_no_list(kiosk, size):
    """A library may name an icon or a drawing of a later version: a parcel stands there, and the list goes on."""
    view = views()["browse-category"]
    faces = [replace(card, face=replace(card.face, drawing="hovercraft")) for card in view.things]
    new = [replace(category, icon="hovercraft", drawing="hovercraft") for category in view.categories]
    kiosk.resize(*size)
    kiosk.show(replace(view, things=tuple(faces), categories=tuple(new)))
    assert kiosk.person.sees("Vaffeljern")
    kiosk.show(replace(views()["idle"], categories=tuple(new)))
    assert kiosk.person.sees("Her nå")


def test_no_red_on_a_list(kiosk, tmp_path):
    """However things stand, nothing in a list is painted in the colours that stop."""
    kiosk.show("browse-category")
    picture = Image.open(kiosk.person.look(tmp_path / "list.png")).convert("RGB")
    stop = {_rgb(LIGHT.colour(ON_STOP)), _rgb(LIGHT.colour(STOP))}
    assert not stop & set(dict(_colours(picture)))


@pytest.mark.parametrize("size", SHAPES, ids=str)
@pytest.mark.parametrize("text", [1.0, 2.0])
def test_in_reach_mode_an_empty_list_says_so_on_its_first_page(kiosk, size, text):
    """What is only read stands above what is touched: nobody turns a page to learn that nothing is here."""
    kiosk.resize(*size)
    kiosk.app.use(Aids(text=text, reach=True))
    for name in ("browse-none", "browse-nothing-yet"):
        kiosk.show(name)
        says = "Ingenting her ennå. Se gjerne et annet sted."
        one = next(one for one in kiosk.app.screen.placed() if isinstance(one.box, Words) and one.box.text == says)
        assert one.seen is None or one.seen.holds(one.rect, 1), name
