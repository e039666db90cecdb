"""Nobody is stuck: what can be touched on each screen leads on, or the screen goes by itself."""

from __future__ import annotations

import pytest
from kivy.base import EventLoop

from kiosk.desk.views import EnrolView, OutOfServiceView, StartingView
from kiosk.desk.views_care import LoadingView, MomentView
from kiosk.desk.views_languages import LanguagesView
from kiosk.ui.aids import Aids
from kiosk.ui.gallery import views
from kiosk.ui.widgets.keyboard import Keyboard
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.pager import PageButton
from kiosk.ui.widgets.touchable import Touchable, touchable_at

pytestmark = pytest.mark.screen

GO_BY_THEMSELVES = {StartingView, EnrolView, LoadingView, MomentView, OutOfServiceView}
"""Nothing can be done at the station itself: it is being made ready, or somebody has to come."""
LAID_OVER = {LanguagesView}
"""It asks the desk for nothing: `test_languages` closes it."""
ONE_OF_EACH = tuple({type(view): name for name, view in views().items()}.values())


def can_be_hit(kiosk):
    """Yield the screen's own controls that a finger in their middle hits on this page; no keys to write with."""
    own = {id(box) for box in kiosk.app.screen.walk()}
    pads = [box for box in kiosk.app.screen.walk() if isinstance(box, Keyboard | Keypad)]
    own -= {id(key) for pad in pads for key in pad.walk()}
    width, height = EventLoop.window.size
    for placed in list(kiosk.app.scene.placed()):
        x, y = placed.rect.x + placed.rect.w / 2, placed.rect.y + placed.rect.h / 2
        there = id(placed.box) in own and isinstance(placed.box, Touchable) and not isinstance(placed.box, PageButton)
        if there and 0 <= x < width and 0 <= y < height and touchable_at(kiosk.app.scene, x, y) is placed.box:
            yield placed.box


def way_on(kiosk):
    """Touch one control after the other, on each page, and return the first that asks the desk for something."""
    for page in range(kiosk.app.screen.sheet_pages):
        kiosk.app.screen.turn_sheet(page - kiosk.app.screen.sheet_page)
        tried = set()
        while control := next((box for box in can_be_hit(kiosk) if box.says not in tried), None):
            tried.add(control.says)
            kiosk.sent.clear()
            control.press()
            control.lift(here=True)
            if kiosk.asked:
                return control.says
    return None


@pytest.mark.parametrize(
    ("size", "aids", "names"),
    [
        ((800, 480), Aids(), tuple(views())),
        ((800, 480), Aids(text=2.0, reach=True), ONE_OF_EACH),
        ((720, 1280), Aids(text=1.4, reach=True), ONE_OF_EACH),
    ],
    ids=("all", "large", "reach"),
)
def test_every_screen_has_a_way_on(kiosk, size, aids, names):
    """A touch leads on from every screen, without anything typed; five kinds wait for the station itself."""
    kiosk.resize(*size)
    kiosk.app.use(aids)
    there = views()
    stuck = set()
    for name in names:
        kiosk.show(name)
        if way_on(kiosk) is None:
            stuck.add(type(there[name]))
    assert stuck <= GO_BY_THEMSELVES | LAID_OVER
    assert stuck >= GO_BY_THEMSELVES, "a kind that has a way on need not be named here"


def test_a_screen_without_a_button_would_be_noticed(kiosk):
    """Planted: what has lost its buttons, or lies under something else, has no way on."""
    kiosk.show("account")
    assert way_on(kiosk)
    kiosk.show("thanks")
    for box in [box for box in kiosk.app.screen.boxes if isinstance(box, Touchable)]:
        kiosk.app.screen.remove(box)
    assert way_on(kiosk) is None
    kiosk.show("account")
    kiosk.app.scene.add(Touchable(kiosk.app.screen.stage, kiosk.app.scene.rect, "Lokk", lambda: None))
    assert way_on(kiosk) is None
