"""Whatever can be wrong with a screen is found by measuring it: each kind is planted here."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from kiosk.ui.aids import Aids
from kiosk.ui.gallery.findings import Example, Figure, Kind, Measured, as_data, table
from kiosk.ui.gallery.measure import Gauge
from kiosk.ui.gallery.pixels import is_plain
from kiosk.ui.theme import HAIRLINE, INK, PAPER, SHAPES, Rect
from kiosk.ui.widgets.box import Box
from kiosk.ui.widgets.buttons import Button, Paint
from kiosk.ui.widgets.words import Words

pytestmark = pytest.mark.screen

FREE = Rect(160, 160, 300, 80)
"""Nothing else stands there on the screen that starts the station."""


@pytest.fixture
def planted(kiosk):
    """Measure an almost empty screen with boxes put on it, each made of the screen's stage."""
    kiosk.show("starting")

    def measured(*makes):
        kiosk.app.screen.add(*(make(kiosk.app.screen.stage) for make in makes))
        return Gauge(kiosk.app).measure()

    return measured


def words(text, rect=FREE, **look):
    """Return what makes words at a place."""
    return lambda stage: Words(stage, rect, text, **look)


def button(text, rect=FREE, **look):
    """Return what makes a second button at a place."""
    return lambda stage: Button(stage, rect, "", text, lambda: None, **look)


def _flowing(stage):
    box = Box(stage, FREE.top_part(10))
    box.add(Words(stage, FREE, "Ut over kanten"))
    return box


def test_nothing_is_found_where_nothing_is_wrong(planted):
    """Plain words and a large button are right, and they are measured."""
    right = planted(words("Godt å lese", FREE.moved(100)), button("Trykk her"))
    assert right.findings == []
    assert set(right.worst) == set(Figure)
    assert right.worst[Figure.CONTRAST].value > 4.5
    assert right.worst[Figure.EDGE].value > 3


@pytest.mark.parametrize(
    ("kind", "makes"),
    [
        (Kind.FAINT, [words("Blekt", colour="#C9C9C9")]),
        (Kind.FAINT, [words("Usett", colour=PAPER)]),
        (Kind.CUT, [words("Skann det du vil låne eller levere", FREE.left_part(60), most=1)]),
        (Kind.FLOWS, [_flowing]),
        (Kind.MISSED, [words("Utenfor", FREE.moved(900))]),
        (Kind.OVERLAP, [words("Over"), words("Under", FREE.moved(9))]),
        (Kind.COVERED, [words("Det siste ordet er borte"), button("Over", Rect(260, 160, 200, 80))]),
        (Kind.GLYPH, [words("中")]),
        (Kind.UNFILLED, [words("Du har {n} lån")]),
        (Kind.LETTERS, [words("Små bokstaver", factor=0.3)]),
        (Kind.SMALL, [button("Liten", FREE.top_part(60))]),
        (Kind.CLOSE, [button("Over"), button("Under", FREE.moved(76))]),
        (Kind.NAMELESS, [button("")]),
        (Kind.EDGE, [button("Uten kant", paint=Paint(PAPER, HAIRLINE, INK, PAPER))]),
    ],
)
def test_what_is_wrong_is_found(planted, kind, makes):
    """Each planted defect is found as what it is, and nothing stops at it."""
    assert kind in {one.kind for one in planted(*makes).findings}


def test_a_main_button_elsewhere_is_found(kiosk):
    """A main button that is a little higher than its place is missed there."""
    kiosk.show("account")
    gauge = Gauge(kiosk.app)
    assert gauge.measure().findings == []
    for box in kiosk.app.screen.boxes:
        if box.rect == kiosk.app.shape.main:
            box.rect = box.rect.moved(-8)
    assert gauge.measure().of(Kind.MAIN) != []


def test_what_a_screen_leaves_out_is_found(kiosk):
    """A screen that had no room for something says so, and that is found."""
    kiosk.app.use(Aids(text=1.4))
    kiosk.show("account")
    kiosk.app.screen.dropped = 1
    assert Gauge(kiosk.app).measure().of(Kind.LEFT_OUT) != []


def test_a_window_that_stays_empty_is_found(kiosk):
    """A picture of the ground alone is found, also where somebody else has taken it."""
    kiosk.show("account")
    width, height = kiosk.app.shape.width, kiosk.app.shape.height
    empty = Gauge(kiosk.app).measure(Image.new("RGB", (int(width), int(height)), "white"))
    assert empty.of(Kind.EMPTY) != []


def test_what_is_too_high_to_reach_is_found(kiosk):
    """In reach mode a control above the middle is found."""
    kiosk.app.use(Aids(reach=True))
    kiosk.show("account")
    gauge = Gauge(kiosk.app)
    assert gauge.measure().of(Kind.HIGH) == []
    stage = kiosk.app.scene.stage
    kiosk.app.scene.add(Button(stage, Rect(100, 100, 200, 80), "", "Høyt oppe", lambda: None))
    assert [one.text for one in gauge.measure().of(Kind.HIGH)] == ["Høyt oppe"]


def test_a_control_beside_a_short_line_covers_nothing(kiosk, planted):
    """The last line of some words may be shorter than the others: what stands beside it is not over it."""
    kiosk.show("starting")
    said = Words(kiosk.app.screen.stage, FREE, "Biblioteket leser alt det du skrev")
    longest, *_, last = said.line_places()
    assert last.right + 40 < longest.right
    beside = Rect(last.right + 8, last.y + 6, 160, 80)
    assert planted(lambda _stage: said, button("Mer", beside)).of(Kind.COVERED) == []
    assert planted(button("Mer", Rect(last.right - 20, last.y + 6, 160, 80))).of(Kind.COVERED) != []


@pytest.mark.parametrize("size", SHAPES)
def test_what_turns_pages_covers_nothing(kiosk, size):
    """Where a station that takes a break has pages, they lie beside its code and not on each other."""
    kiosk.resize(*size)
    kiosk.app.use(Aids(text=2.0, reach=True))
    kiosk.show("out-of-service-near")
    assert kiosk.app.screen.sheet_pages > 1
    assert Gauge(kiosk.app).measure().findings == []


def test_words_on_a_later_page_are_measured(kiosk):
    """Pale words that only a later page shows are found there."""
    kiosk.resize(800, 480)
    kiosk.app.use(Aids(text=2.0))
    kiosk.show("account-five")
    screen = kiosk.app.screen
    shape = screen.shape
    place = Rect(shape.margin, shape.main.y - 40, 200, 30)  # under all that is read
    screen.add(Words(screen.stage, place, "Blekt", colour="#C9C9C9"))
    [pale] = Gauge(kiosk.app).measure().of(Kind.FAINT)
    assert pale.text == "Blekt"
    assert pale.page == screen.sheet_pages - 1


def test_an_empty_window_is_plain():
    """A picture of the ground alone is known; one with colours is not."""
    image = Image.new("RGB", (800, 480), "white")
    assert is_plain(image)
    image.paste(Image.linear_gradient("L").resize((800, 480)))
    assert not is_plain(image)


def test_sums_tell_the_worst_of_each_language():
    """Findings and worst values add up by language; the table has a line for each."""
    good, bad = Measured(2), Measured(1)
    good.note(Figure.CONTRAST, 7.0, "Hei")
    bad.note(Figure.CONTRAST, 3.25, "Bures")
    bad.find(Kind.FAINT, "Bures", 3.25)
    bad.find(Kind.FAINT, "Bures", 3.25, page=1)
    data = as_data([Example("nb/a", "account", good), Example("se/a", "account", bad)])
    assert (data["pictures"], data["pages"]) == (2, 3)
    assert data["found"] == data["languages"]["se"]["found"] == {"faint words": 1}
    assert data["languages"]["nb"]["found"] == {}
    assert data["worst"]["contrast"] == {"value": 3.25, "text": "Bures", "example": "account", "look": "se/a"}
    assert data["findings"][0]["what"] == "faint words"
    assert "3.25, 'Bures' in se/a/account" in table(data)
    assert Measured.from_dict(json.loads(json.dumps(bad.as_dict()))) == bad
