"""What is lent and what comes back, where words need more room than the boards gave them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kiosk.ui.aids import Aids
from kiosk.ui.gallery.measure import Gauge
from kiosk.ui.screens.confirmed import LentCard
from kiosk.ui.screens.cost import CostPanel
from kiosk.ui.widgets.answers import AnswerTile
from kiosk.ui.widgets.bars import RangeBar
from kiosk.ui.widgets.box import Box
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.panel import SpotBanner
from kiosk.ui.widgets.rows import TickRow
from kiosk.ui.widgets.things import Drawing
from kiosk.ui.widgets.words import Icon, Words

pytestmark = pytest.mark.screen

PORTRAIT, LANDSCAPE = (720, 1280), (800, 480)
WORST = [
    ("uk", "instead"), ("uk", "instead-rented"), ("uk", "instead-bought"), ("uk", "instead-dear"),
    ("uk", "instead-dear-bought"), ("se", "instead-dear-bought"), ("en", "instead-dear"),
    ("en", "confirmed-asks-two"), ("nb", "confirmed-long"), ("uk", "confirmed-doubtful"),
]  # fmt: skip


def look(kiosk, size, language="nb", text=1.0, *, reach=False):
    """Make the window so large, and its words so large and in this language."""
    kiosk.resize(*size)
    kiosk.app.use(Aids(text=text, reach=reach, language=language))


def those(kiosk, kind):
    """Return all boxes of a kind on the screen."""
    return [box for box in kiosk.app.scene.walk() if isinstance(box, kind)]


@pytest.mark.parametrize("reach", [False, True])
@pytest.mark.parametrize(("language", "name"), WORST)
def test_the_longest_words_at_their_largest_are_all_there(kiosk, language, name, reach):
    """In portrait with letters twice as large nothing is cut, left out, or on no page whole."""
    look(kiosk, PORTRAIT, language, 2.0, reach=reach)
    kiosk.show(name)
    assert Gauge(kiosk.app, pixels=False).measure().findings == []


@pytest.mark.parametrize(("language", "name", "size"), [
    ("nb", "account-holds", LANDSCAPE), ("da", "staff-tasks", PORTRAIT), ("se", "staff-tasks", PORTRAIT),
    ("uk", "staff-tasks", PORTRAIT), ("nb", "thing-bare", (1280, 800)),
])  # fmt: skip
def test_what_is_touched_is_whole_within_reach(kiosk, language, name, size):
    """Half a window is little for twice as large letters: a row has its button under its words, a task its tile."""
    look(kiosk, size, language, 2.0, reach=True)
    kiosk.show(name)
    assert Gauge(kiosk.app, pixels=False).measure().findings == []


@pytest.mark.parametrize(("language", "size"), [("en", (1280, 800)), ("en", LANDSCAPE), ("se", (1280, 800))])
def test_what_a_new_one_costs_the_climate_is_said_whole(kiosk, language, size):
    """That it is an estimate stands last, if need be on a third line; nothing of it is left out in a small window."""
    look(kiosk, size, language)
    kiosk.show("instead-dear-bought")
    assert any("CO2e" in text for text in kiosk.person.reads())
    assert Gauge(kiosk.app, pixels=False).measure().findings == []


def test_a_long_word_leaves_the_sign_of_what_was_chosen(kiosk):
    """Beside Ukrainian's "to rent" on the narrowest tile, chosen, stands a smaller sign."""
    look(kiosk, LANDSCAPE, "uk", reach=True)
    kiosk.show("instead-rented")
    assert Gauge(kiosk.app, pixels=False).measure().findings == []


@pytest.mark.parametrize("name", ["instead", "instead-bought", "instead-borrowed"])
def test_what_it_costs_takes_as_much_room_as_it_says(kiosk, name):
    """With larger text there is no empty ground between the parts of the panel."""
    look(kiosk, PORTRAIT, text=2.0)
    kiosk.show(name)
    [panel] = those(kiosk, CostPanel)
    parts = sorted((box.rect for box in panel.boxes[1:]), key=lambda rect: rect.y)
    gaps = [lower.y - upper.bottom for upper, lower in pairwise(parts)]
    assert max(gaps) <= 12
    assert panel.rect.bottom - max(part.bottom for part in parts) <= 12


@pytest.mark.parametrize("name", ["instead-bought", "instead-rented", "instead-dear-bought"])
def test_the_bars_stay_after_an_answer_in_portrait(kiosk, name):
    """The answers make room for them."""
    look(kiosk, PORTRAIT)
    kiosk.show(name)
    assert len(those(kiosk, RangeBar)) == 2


def test_figures_go_under_the_words_that_leave_them_no_room(kiosk):
    """With larger text neither what is told nor what it costs is cut."""
    look(kiosk, PORTRAIT, "uk", 2.0)
    kiosk.show("instead-dear")
    bar = those(kiosk, RangeBar)[0]
    says, figures = (box for box in bar.boxes if isinstance(box, Words))
    assert figures.rect.y >= says.rect.bottom - 1
    assert not says.cut
    assert not figures.cut


@pytest.mark.parametrize(
    ("name", "words"), [("confirmed-doubtful", "Vi ser på datoen"), ("ask-damage-long", "Ett trykk holder")]
)
def test_a_long_title_does_not_take_the_words_under_it(kiosk, name, words):
    """In portrait there is height for both, at ordinary text too."""
    look(kiosk, PORTRAIT)
    kiosk.show(name)
    assert kiosk.person.sees(words)


@pytest.mark.parametrize(
    ("name", "words"), [("ask-return-on-shelf", "Nei, ikke nå"), ("instead-bought", "Lever en til")]
)
def test_buttons_beside_each_other_have_icons_all_or_none(kiosk, name, words):
    """Where one would break its words in two for an icon, they stand on one line, and none has an icon."""
    look(kiosk, LANDSCAPE)
    kiosk.show(name)
    at = kiosk.person.find(words).rect.y
    buttons = [one for one in those(kiosk, Button) if one.rect.y == at and one.rect != kiosk.app.shape.main]
    assert len(buttons) == 2
    assert not any(isinstance(box, Icon) for one in buttons for box in one.boxes)
    assert all(box.lines == 1 for one in buttons for box in one.boxes if isinstance(box, Words))


@pytest.mark.parametrize("language", ["uk", "en", "se"])
def test_no_button_alone_has_no_icon(kiosk, language):
    """Also where it is a long word that leaves no room for one."""
    look(kiosk, LANDSCAPE, language)
    kiosk.show("instead-bought")
    main = kiosk.app.shape.main
    buttons = [one for one in those(kiosk, Button) if one.rect.y == main.y and one.rect != main]
    icons = [any(isinstance(box, Icon) for box in one.boxes) for one in buttons]
    assert len(icons) == 2
    assert len(set(icons)) == 1


@pytest.mark.parametrize(("size", "name"), [((1280, 800), "returned-long"), (PORTRAIT, "instead-dear")])
def test_a_banner_breaks_its_words_before_they_get_small(kiosk, size, name):
    """On a large window a long name takes a second line."""
    look(kiosk, size)
    kiosk.show(name)
    [banner] = those(kiosk, SpotBanner)
    assert min(box.size_share for box in banner.boxes if isinstance(box, Words)) >= 0.9


@pytest.mark.parametrize("name", ["which-missing", "which-missing-two", "which-missing-eleven"])
def test_in_portrait_the_parts_stand_at_the_hand(kiosk, name):
    """They end above the buttons, all of them, and the thing is seen in the room above."""
    look(kiosk, PORTRAIT)
    kiosk.show(name)
    rows, [drawing] = those(kiosk, TickRow), those(kiosk, Drawing)
    assert len(rows) == len(kiosk.app.view.parts)
    assert drawing.rect.bottom <= min(row.rect.y for row in rows)
    assert kiosk.app.shape.content(1).bottom - max(row.rect.bottom for row in rows) < 110


@pytest.mark.parametrize("name", ["confirmed", "confirmed-long", "confirmed-two"])
def test_a_card_fits_on_a_page_of_the_smallest_window(kiosk, name):
    """With letters twice as large it has no picture there that would be cut, and is no higher than its words."""
    look(kiosk, LANDSCAPE, text=2.0)
    kiosk.show(name)
    cards = those(kiosk, LentCard)
    assert cards
    for card in cards:
        said = [box for box in card.walk() if isinstance(box, Words)]
        assert [type(box) for box in card.walk() if type(box) is Box] == []
        assert card.rect.bottom - max(box.rect.bottom for box in said) <= 12


@pytest.mark.parametrize("name", ["confirmed-two", "confirmed-asks-two"])
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_a_single_further_loan_has_a_card_with_its_day(kiosk, size, name):
    """No card says "1 more" in its place."""
    look(kiosk, size, text=2.0)
    kiosk.show(name)
    assert len(those(kiosk, LentCard)) == 2


@pytest.mark.parametrize("name", ["returned", "ask-damage"])
def test_two_answers_are_a_page_of_the_smallest_window(kiosk, name):
    """With letters twice as large an answer is as high as its words, all alike in height where they say as much."""
    look(kiosk, LANDSCAPE, text=2.0)
    kiosk.show(name)
    tiles = those(kiosk, AnswerTile)
    screen = kiosk.app.screen
    seen = set()
    for page in range(screen.sheet_pages):
        screen.turn_sheet(page - screen.sheet_page)
        shown = [kiosk.person.find(tile.says) for tile in tiles if kiosk.person.sees(tile.says)]
        seen.add(len(shown))
    assert max(seen) >= 2
    assert len({tile.rect.h for tile in tiles}) == 1


@pytest.mark.parametrize("language", ["nb", "nn", "en", "da", "sv", "se", "uk"])
@pytest.mark.parametrize("size", [LANDSCAPE, (1024, 600)])
def test_words_beside_an_icon_take_a_second_line_before_they_get_small(kiosk, size, language):
    """On the small windows what happens then is read as easily in each answer."""
    look(kiosk, size, language)
    kiosk.show("ask-damage")
    said = [box for tile in those(kiosk, AnswerTile) for box in tile.boxes if isinstance(box, Words)]
    assert min(box.size_share for box in said) >= 0.8


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("nb", "Batteri 2, dybdestopp og lader mangler."),
        ("uk", "Немає: акумулятор 2, упор глибини і зарядка."),  # noqa: RUF001
    ],
)
def test_names_of_parts_are_written_as_in_a_sentence(kiosk, language, title):
    """The first begins with a capital only where it begins the sentence."""
    look(kiosk, LANDSCAPE, language)
    kiosk.show("thanks-missing")
    assert kiosk.person.sees(title)


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, (1024, 600), (1280, 800)])
@pytest.mark.parametrize("name", ["returned", "returned-no-shelf"])
def test_within_reach_the_answers_are_one_page(kiosk, size, name):
    """They stand in the lower half, all of them at once."""
    look(kiosk, size, reach=True)
    kiosk.show(name)
    assert kiosk.app.screen.sheet_pages == 1
    assert all(kiosk.person.sees(tile.says) for tile in those(kiosk, AnswerTile))
    assert Gauge(kiosk.app, pixels=False).measure().findings == []


@pytest.mark.parametrize("size", [PORTRAIT, (1280, 800)])
@pytest.mark.parametrize("name", ["confirmed-asks", "confirmed-asks-two", "confirmed-doubtful"])
def test_within_reach_a_loan_and_its_question_are_one_page(kiosk, size, name):
    """What was lent stands above the middle, the two answers below it."""
    look(kiosk, size, reach=True)
    kiosk.show(name)
    assert kiosk.app.screen.sheet_pages == 1
    assert kiosk.person.sees("fredag 27. november")
    assert kiosk.person.sees("Var alt i orden?")
    assert Gauge(kiosk.app, pixels=False).measure().findings == []


@pytest.mark.parametrize("name", ["borrow-start", "which-missing", "which-missing-two"])
def test_within_reach_the_picture_stays_above_the_middle(kiosk, name):
    """The parts are on the first page; it took that from them."""
    look(kiosk, PORTRAIT, reach=True)
    kiosk.show(name)
    [drawing] = those(kiosk, Drawing)
    assert drawing.rect.bottom <= PORTRAIT[1] / 2
    assert kiosk.app.screen.sheet_pages == 1


@pytest.mark.parametrize(
    ("size", "name"),
    [
        (PORTRAIT, "instead"),
        (LANDSCAPE, "instead"),
        (LANDSCAPE, "instead-dear"),
        ((1024, 600), "instead-dear"),
        ((1280, 800), "instead-dear"),
    ],
)
def test_within_reach_the_question_is_one_page(kiosk, size, name):
    """All four answers stand below the middle, what it costs beside them or above, bars and all."""
    look(kiosk, size, reach=True)
    kiosk.show(name)
    assert kiosk.app.screen.sheet_pages == 1
    assert len(those(kiosk, RangeBar)) == 2
    assert Gauge(kiosk.app, pixels=False).measure().findings == []


def test_answers_beside_each_other_are_whole_on_one_page(kiosk):
    """Also where the lower half has no room for the longest words and what follows is paged."""
    look(kiosk, LANDSCAPE, "uk", reach=True)
    kiosk.show("returned")
    assert all(kiosk.person.sees(tile.says) for tile in those(kiosk, AnswerTile))
    assert kiosk.app.screen.sheet_pages <= 2
