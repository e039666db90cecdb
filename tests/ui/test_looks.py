"""Every screen in other colours, larger text and reach mode. NABOLAN_LOOKS=all draws every example in every look;
NABOLAN_GROUPS=idle,account takes those groups only, NABOLAN_LANG=uk another language.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import product

import pytest
from kivy.base import EventLoop
from PIL import Image

from kiosk.ui.aids import Aids
from kiosk.ui.gallery import GROUPS, views
from kiosk.ui.loop import drawn
from kiosk.ui.theme import SHAPES, TEXTS, Rect, Theme, contrast, split
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.pager import PageButton
from kiosk.ui.widgets.touchable import Touchable
from kiosk.ui.widgets.words import Words

pytestmark = [pytest.mark.screen, pytest.mark.timeout(1800)]

ALL = os.environ.get("NABOLAN_LOOKS") == "all"
LANGUAGE = os.environ.get("NABOLAN_LANG", "nb")
SOME = [group for group in os.environ.get("NABOLAN_GROUPS", "").split(",") if group]
USUAL = ("idle-code", "account-holds", "card-stop", "pin", "borrow", "confirmed-two", "returned", "thanks-missing")
SAMPLE = [
    ((800, 480), Aids(text=2.0)),
    ((720, 1280), Aids(reach=True)),
    ((1280, 800), Aids(Theme.CONTRAST, 1.4)),
    ((1024, 600), Aids(Theme.CONTRAST)),
]
EVERY = [
    (size, Aids(theme, text, reach, language=LANGUAGE))
    for size, theme, text, reach in product(SHAPES, Theme, TEXTS, (False, True))
]  # fmt: skip
each_look = pytest.mark.parametrize(
    ("size", "aids"),
    EVERY if ALL else SAMPLE,
    ids=lambda one: f"{one[0]}x{one[1]}" if isinstance(one, tuple) else f"{one.theme}-{one.text}-{one.reach}",
)
WORST = {"text": (21.0, ""), "edge": (21.0, ""), "touch": (999.0, ""), "smaller": (1.0, "")}


@pytest.fixture(scope="module", autouse=True)
def _tell_the_worst(request):
    """Print the worst that was measured, so that it can be followed over time."""
    yield
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(
            "\nworst: " + ", ".join(f"{what} {v:.2f} ({where})" for what, (v, where) in WORST.items())
        )


def examples():
    """Return the names of the examples to draw."""
    if SOME:
        return [name for group in SOME for name in GROUPS[group]()]
    return sorted(views()) if ALL else USUAL


def note(what, value, where):
    """Keep the worst value."""
    if value < WORST[what][0]:
        WORST[what] = (value, where)


def seen(kiosk):
    """Yield the boxes whose middle can be seen."""
    width, height = EventLoop.window.size
    for placed in kiosk.app.scene.placed():
        rect = drawn_place(placed)
        x, y = rect.x + rect.w / 2, rect.y + rect.h / 2
        whole = placed.seen is None or (rect.y >= placed.seen.y - 1 and rect.bottom <= placed.seen.bottom + 1)
        if placed.is_at(x, y) and whole and rect.bottom <= height + 1 and rect.right <= width + 1:
            yield placed


def drawn_place(placed):
    """Return where something is drawn: letters may take less than their place."""
    box, rect, zoom = placed.box, placed.rect, placed.box.stage.shape.zoom
    if not isinstance(box, Words):
        return rect
    return Rect(rect.x + (box.drawn.x - box.rect.x) * zoom, rect.y + (box.drawn.y - box.rect.y) * zoom,
                box.drawn.w * zoom, box.drawn.h * zoom)  # fmt: skip


def pieces(placed):
    """Return what must be seen whole: a box, each line of words higher than a page, a part of a control that is."""
    rect, box = drawn_place(placed), placed.box
    if placed.seen is None or rect.h <= placed.seen.h:
        return [rect]
    if isinstance(box, Words):
        return list(split(rect, 1, 0, box.lines))
    least = box.stage.shape.on_window(Rect(0, 0, 0, box.stage.shape.touch)).h
    return [Rect(rect.x, min(max(rect.y, placed.seen.y), rect.bottom - least), rect.w, least)]


def found_whole(kiosk):
    """Yield each box that is seen whole, with the number of its line: of one in a piece all, that is -1."""
    for placed in kiosk.app.scene.placed():
        parts = pieces(placed)
        for at, part in enumerate(parts):
            if placed.seen is None or (part.y >= placed.seen.y - 1 and part.bottom <= placed.seen.bottom + 1):
                yield id(placed.box), -1 if len(parts) == 1 else at


def picture():
    """Return what the window shows."""
    width, height, rgba = drawn()
    return Image.frombytes("RGBA", (width, height), rgba, "raw", "RGBA", 0, -1).convert("RGB")


def hexed(colour):
    """Return a pixel as #RRGGBB."""
    return "#{:02X}{:02X}{:02X}".format(*colour)


def contrast_of_words(image, place):
    """Return the contrast of the letters inside `place` with what they stand on: its commonest colour."""
    crop = image.crop((round(place.x), round(place.y), round(place.right), round(place.bottom)))
    colours = Counter({colour: n for n, colour in crop.getcolors(1 << 20)})
    ground, _ = colours.most_common(1)[0]
    return max(contrast(hexed(colour), hexed(ground)) for colour in colours)


def contrast_of_edge(image, rect):
    """Return how well the left edge of a control stands out from what is beside it."""
    y = round(rect.y + rect.h / 2)
    outside = hexed(image.getpixel((max(0, round(rect.x) - 4), y)))
    return max(contrast(hexed(image.getpixel((round(rect.x) + x, y))), outside) for x in range(1, 8))


def pages(kiosk, name):
    """Show an example, and yield each of its pages."""
    kiosk.show(name)
    assert kiosk.app.faults == 0, name
    for page in range(kiosk.app.screen.sheet_pages):
        kiosk.app.screen.turn_sheet(page - kiosk.app.screen.sheet_page)
        kiosk.person.wait(1)
        yield page


@each_look
def test_everything_can_be_read_and_touched(kiosk, size, aids):
    """On each page text reaches 4.5 : 1 and edges 3 : 1 in real pixels; controls are large and apart."""
    kiosk.resize(*size)
    kiosk.app.use(aids)
    least = 72 if min(size) >= 700 else 64
    for name in examples():
        for page in pages(kiosk, name):
            image, where = picture(), f"{name} {size[0]}x{size[1]} {aids.theme} {aids.text} page {page}"
            there = list(seen(kiosk))
            for placed in there:
                if isinstance(placed.box, Words) and placed.box.text:
                    found = contrast_of_words(image, drawn_place(placed))
                    note("text", found, f"{placed.box.text[:20]} in {where}")
                    assert found >= 4.5, (where, placed.box.text)
                if isinstance(placed.box, Button | PageButton):
                    drawn = getattr(placed.box, "drawn", placed.box.rect)
                    zoom = placed.box.stage.shape.zoom
                    found = contrast_of_edge(image, placed.rect.inset(0, (placed.box.rect.h - drawn.h) * zoom / 2))
                    waits = getattr(getattr(placed.box, "_paint", None), "ground", "") == "waiting"
                    if not waits:  # it asks for nothing yet, and its words say so
                        note("edge", found, f"{placed.box.says[:20]} in {where}")
                        assert found >= 3, (where, placed.box.says)
            controls = [placed for placed in there if isinstance(placed.box, Touchable)]
            for placed in controls:
                side = min(placed.rect.w, placed.rect.h)
                note("touch", side, f"{placed.box.says[:20]} in {where}")
                assert side >= least - 1 or aids.reach, (where, placed.box.says, placed.rect)
            for at, one in enumerate(controls):
                for other in controls[at + 1 :]:
                    assert not one.rect.inset(1).overlaps(other.rect.inset(1)), (where, one.box.says, other.box.says)


@each_look
def test_the_main_button_stays(kiosk, size, aids):
    """Whatever a screen says, the main button is at one place of the window, on every page."""
    kiosk.resize(*size)
    kiosk.app.use(aids)
    places = set()
    for name in ("account", "borrow", "confirmed", "returned", "card-stop"):
        for _ in pages(kiosk, name):
            shape = kiosk.app.shape
            there = [p.rect for p in seen(kiosk) if isinstance(p.box, Touchable) and p.box.rect == shape.main]
            places |= {tuple(round(n) for n in rect) for rect in there}
            assert len(there) == 1, name
    kinds = 1 if aids.text <= 1 else 2  # beside others, or alone and as wide as the window
    assert len({(x + w, y + h) for x, y, w, h in places}) == 1
    assert len(places) <= kinds


@each_look
def test_every_word_is_on_some_page_whole(kiosk, size, aids):
    """By paging, every text and every control is seen whole at least once, and no text is cut."""
    kiosk.resize(*size)
    kiosk.app.use(aids)
    for name in examples():
        wanted, found, lines = set(), set(), set()
        for _ in pages(kiosk, name):
            boxes = [box for box in kiosk.app.screen.walk() if isinstance(box, Words | Touchable)]
            wanted |= {id(box) for box in boxes}
            found |= {id(placed.box) for placed in seen(kiosk)}
            lines |= set(found_whole(kiosk))
        found |= {
            id(box)
            for box in boxes
            if (id(box), -1) in lines or {(id(box), at) for at in range(getattr(box, "lines", 1))} <= lines
        }
        missed = [getattr(box, "text", "") or box.says for box in boxes if id(box) in wanted - found]
        assert missed == [], (name, kiosk.app.screen.sheet_pages)
        if aids.text > 1:
            cut = [box.text for box in kiosk.app.screen.walk() if isinstance(box, Words) and box.cut]
            assert cut == [], name
            for box in kiosk.app.screen.walk():
                if isinstance(box, Words) and box.text:
                    note("smaller", box.size_share, f"{box.text[:20]} in {name} {size[0]}x{size[1]} {aids.text}")


def test_a_cut_text_would_be_noticed(kiosk):
    """Planted: a pale grey word is found too faint, and one without room is found cut."""
    kiosk.show("account")
    box = Words(kiosk.app._stage(kiosk.app.shape), Rect(600, 600, 200, 40), "Blekt", colour="#C9C9C9")
    kiosk.app.scene.add(box)
    assert contrast_of_words(picture(), box.drawn) < 4.5
    kiosk.app.scene.remove(box)
    assert Words(box.stage, box.rect.left_part(20), "Skann det du vil", most=1).cut
