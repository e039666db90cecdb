"""Every screen in other colours, larger text and reach mode. NABOLAN_LOOKS=all draws every example in every look;
NABOLAN_GROUPS=idle,account takes those groups only, NABOLAN_LANG=uk another language. `nabolan station gallery
--measure` does the same for all languages, and tells all it finds.
"""

from __future__ import annotations

import os
from itertools import product

import pytest

from kiosk.ui.aids import Aids
from kiosk.ui.gallery import GROUPS, views
from kiosk.ui.gallery.findings import Example, as_data, table
from kiosk.ui.gallery.measure import Gauge
from kiosk.ui.theme import SHAPES, TEXTS, Theme
from kiosk.ui.widgets.touchable import Touchable

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


@pytest.fixture(scope="module")
def examples(request):
    """Take what was measured, and print the worst of it at the end, so that it can be followed over time."""
    examples: list[Example] = []
    yield examples
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line("\n" + table(as_data(examples)))


def names():
    """Return the names of the examples to draw."""
    if SOME:
        return [name for group in SOME for name in GROUPS[group]()]
    return sorted(views()) if ALL else USUAL


@each_look
def test_everything_can_be_read_and_touched(kiosk, examples, size, aids):
    """On all pages words reach 4.5 : 1 and edges 3 : 1 in real pixels; controls are large and apart; every text and
    control is seen whole on one of them, nothing is cut, and the main button stays.
    """
    kiosk.resize(*size)
    kiosk.app.use(aids)
    gauge = Gauge(kiosk.app)
    wrong = {}
    for name in names():
        kiosk.show(name)
        assert kiosk.app.faults == 0, name
        measured = gauge.measure()
        examples.append(Example(f"{aids.language}/{size[0]}x{size[1]}-{aids.theme}-{aids.text}", name, measured))
        if measured.findings:
            wrong[name] = measured.findings
    assert wrong == {}


@each_look
def test_the_main_button_stays(kiosk, size, aids):
    """Whatever a screen says, the main button is at one place of the window, on every page."""
    kiosk.resize(*size)
    kiosk.app.use(aids)
    places = set()
    for name in ("account", "borrow", "confirmed", "returned", "card-stop"):
        kiosk.show(name)
        for page in range(kiosk.app.screen.sheet_pages):
            kiosk.app.screen.turn_sheet(page - kiosk.app.screen.sheet_page)
            main = kiosk.app.shape.main
            there = [p.rect for p in kiosk.app.scene.placed() if isinstance(p.box, Touchable) and p.box.rect == main]
            places |= {tuple(round(n) for n in rect) for rect in there}
            assert len(there) == 1, name
    kinds = 1 if aids.text <= 1 else 2  # beside others, or alone and as wide as the window
    assert len({(x + w, y + h) for x, y, w, h in places}) == 1
    assert len(places) <= kinds
