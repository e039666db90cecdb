"""The account and what cannot be lent, as somebody in front of the screen meets them: what stands where."""

from __future__ import annotations

from itertools import combinations

import pytest

from kiosk.ui.aids import Aids
from kiosk.ui.gallery.common import PHONE
from kiosk.ui.gallery.measure import Gauge
from kiosk.ui.theme import SHAPES, Theme
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.panel import Panel, SpotBanner
from kiosk.ui.widgets.rows import HoldCard
from kiosk.ui.widgets.words import Words

pytestmark = pytest.mark.screen

_FULL = 0.9


def _words(kiosk, said):
    return next(box for box in kiosk.app.scene.walk() if isinstance(box, Words) and box.text == said)


def _one(kiosk, kind):
    return next(box for box in kiosk.app.screen.boxes if isinstance(box, kind))


@pytest.mark.parametrize(
    ("size", "said"),
    [((720, 1280), "Hent innen man. 23. nov."), ((800, 480), "Hent innen mandag 23. november")],
    ids=("720x1280", "800x480"),
)
def test_a_day_is_brief_before_it_is_small(kiosk, size, said):
    """Until when a thing is kept stands on one line of full size, with the day in full where it has room."""
    kiosk.resize(*size)
    kiosk.show("account-hold")
    until = _words(kiosk, said)
    assert until.lines == 1
    assert until.size_share >= _FULL


def test_the_day_beside_today_and_tomorrow_is_read_as_easily(kiosk):
    """Beside "I morgen" and a button there is room for a brief day only; it keeps its size."""
    kiosk.resize(720, 1280)
    kiosk.show("account-renew")
    assert _words(kiosk, "lør. 21. nov.").size_share >= _FULL


def test_many_loans_and_a_way_back_leave_room_for_three(kiosk):
    """On the 7-inch screen three of five loans stand above the button for more."""
    kiosk.resize(800, 480)
    kiosk.show("account-five")
    assert [kiosk.person.sees(name) for name in ("Høytrykksspyler", "Kajakk", "Telt", "Symaskin")] == [
        True, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("size", SHAPES)
def test_what_is_here_has_one_name(kiosk, size):
    """The way to what is here says so as on the idle screen, in every window."""
    kiosk.resize(*size)
    kiosk.show("account")
    assert kiosk.person.find("Se hva som finnes")


@pytest.mark.parametrize(("language", "text", "size"), [("da", 2.0, (1280, 800)), ("uk", 2.0, (720, 1280))])
def test_larger_words_leave_each_name_its_room(kiosk, language, text, size):
    """A long button goes under the words, a long chip takes two lines: no name and no day is cut."""
    kiosk.resize(*size)
    kiosk.app.use(Aids(text=text, language=language))
    gauge = Gauge(kiosk.app, pixels=False)
    for name in ("account-holds", "account-hold-only", "account-five"):
        kiosk.show(name)
        assert [(found.what, found.text) for found in gauge.measure().findings] == [], name


@pytest.mark.parametrize("size", [size for size in SHAPES if size[0] > size[1]])
def test_a_panel_is_as_high_as_what_it_says(kiosk, size):
    """One telephone number does not stand on a panel of half the window."""
    kiosk.resize(*size)
    kiosk.show("cannot-too_young")
    panel, shape = _one(kiosk, Panel).rect, kiosk.app.shape
    assert panel.h < shape.content(1).h / 2
    number = _words(kiosk, PHONE)
    assert panel.holds(number.drawn, 1)


def test_the_words_keep_their_size_on_the_7_inch_screen(kiosk):
    """The banner stands under the panel, which has room to spare, and not under the words, which have none."""
    kiosk.resize(800, 480)
    kiosk.show("cannot-limit_reached")
    banner, panel = _one(kiosk, SpotBanner).rect, _one(kiosk, Panel).rect
    assert (banner.x, banner.right) == (panel.x, panel.right)
    assert banner.y > panel.bottom
    said = [box for box in kiosk.app.screen.boxes if isinstance(box, Words) and box.rect.x < panel.x]
    assert all(box.size_share == 1 for box in said)
    assert not any(one.drawn.overlaps(other.drawn.inset(0, 4)) for one, other in combinations(said, 2))


@pytest.mark.parametrize("size", [(800, 480), (1280, 800), (720, 1280)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_within_reach_two_loans_are_one_page(kiosk, size):
    """What is only read stands above the middle, the rows with their buttons below it, and nothing is turned to."""
    kiosk.resize(*size)
    kiosk.app.use(Aids(reach=True))
    kiosk.show("account-renew")
    screen = kiosk.app.screen
    assert screen.sheet_pages == 1
    banner = kiosk.person.place(_one(kiosk, SpotBanner))
    assert banner.bottom < size[1] / 2
    renew = [box for box in kiosk.person.controls() if box.says == "Forny"]
    assert len(renew) == 2  # one for each loan
    assert all(kiosk.person.place(box).y >= size[1] / 2 for box in renew)


def test_within_reach_the_window_is_used_to_its_edge(kiosk):
    """What is one page keeps no room free for the buttons that turn pages; what is more than one does."""
    kiosk.resize(800, 480)
    kiosk.app.use(Aids(reach=True))
    kiosk.show("cannot-too_young")
    assert kiosk.app.screen.sheet_pages == 1
    assert _one(kiosk, Panel).rect.right == kiosk.app.shape.main.right
    kiosk.show("account-holds")
    screen = kiosk.app.screen
    assert screen.sheet_pages > 1
    assert not any(box.says == "Vis flere" for box in kiosk.person.controls())
    rows = [box for box in screen.boxes if isinstance(box, HoldCard)]
    assert all(row.rect.right < kiosk.app.shape.main.right - 64 for row in rows)


def test_resting_keys_do_not_look_like_keys(kiosk):
    """In high contrast an outline says that something can be touched: keys that rest have none."""
    kiosk.resize(800, 480)
    kiosk.app.use(Aids(Theme.CONTRAST))
    kiosk.show("pin-wait")
    resting = next(box for box in kiosk.app.screen.boxes if isinstance(box, Keypad))
    assert [key.inked for key in resting.boxes] == [False] * 10
    kiosk.show("pin")
    keys = next(box for box in kiosk.app.screen.boxes if isinstance(box, Keypad))
    assert all(key.inked for key in keys.boxes)


def test_what_the_station_knows_takes_as_much_room_as_it_says(kiosk):
    """With larger letters a short fact has a lower card than a long one, and the first page shows two."""
    kiosk.resize(720, 1280)
    kiosk.app.use(Aids(text=2.0))
    kiosk.show("about-me")
    screen = kiosk.app.screen
    heights = [box.rect.h for box in screen.boxes if box.boxes and isinstance(box.boxes[0], Panel)]
    assert max(heights) > min(heights) * 1.2
    assert kiosk.person.sees("Navnet ditt er ikke her")
    assert kiosk.person.sees("Kortet ditt er kjent her")


def test_on_a_narrow_button_the_way_to_what_is_here_is_shorter(kiosk):
    """Within reach three buttons share the left of the 7-inch screen: in Ukrainian the usual words would be cut."""
    kiosk.resize(800, 480)
    kiosk.app.use(Aids(reach=True, language="uk"))
    kiosk.show("account")
    look = kiosk.person.find("Показати все")
    assert not any(box.cut for box in look.walk() if isinstance(box, Words))
