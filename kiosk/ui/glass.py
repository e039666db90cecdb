"""The whole window as Kivy sees it: one widget that draws the boxes and tells them of fingers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.ui.widgets.box import Box
from kiosk.ui.widgets.touchable import Touchable, touchable_at

SAME_SPOT_PIXELS = 24
SECOND_TOUCH_SECONDS = 0.1
NEW_SCREEN_SECONDS = 0.4
"""A touch at the spot of the one before is taken as its echo for so long; longer if the screen changed meanwhile,
so that a double tap on "borrow" does not also touch "done" behind it.
"""


class Glass(Widget):  # type: ignore[misc]  # Kivy has no types
    """Shows `scene`; `touched` hears of each finger, and whether it hit a control."""

    def __init__(self, touched: Callable[[bool], None]) -> None:
        super().__init__(size_hint=(None, None))
        self._touched = touched
        self._last: tuple[float, float, float] | None = None
        self._changed_at = -math.inf
        self._abouts = 0
        self.scene: Box | None = None

    def hold(self, scene: Box) -> None:
        """Show `scene` instead of the one before."""
        if self.scene is not None:
            self.canvas.remove(self.scene.group)
            self.scene.take_apart()
        self.scene = scene
        self.canvas.add(scene.group)
        there = scene.stage.shape.on_window(scene.rect)
        self.size = there.w, scene.stage.shape.depth

    def screen_changed(self) -> None:
        """Note that a screen of another kind came."""
        self._changed_at = Clock.get_time()

    def about_changed(self) -> None:
        """Note that the screen is about something else now: a finger that is down was not meant for it."""
        self._abouts += 1

    def on_touch_down(self, touch: Any) -> bool:
        """Tell the control under the finger, unless this is the echo of the touch before."""
        if self.scene is None or _is_wheel(touch) or self._is_echo(touch):
            return True
        self._last = (touch.x, touch.y, Clock.get_time())
        control = self._control(touch)
        if control is not None:
            touch.grab(self)
            touch.ud["control"], touch.ud["about"] = control, self._abouts
            control.press()
        self._touched(control is not None)
        return True

    def on_touch_move(self, touch: Any) -> bool:  # noqa: ARG002
        """Nothing on this screen is dragged."""
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Tell the control the finger came down on, or the one drawn anew in its place when the station's state
        changed meanwhile: a reader that comes back takes nobody's touch.
        """
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        control: Touchable = touch.ud.pop("control")
        there = self._control(touch)
        meant = there is not None and touch.ud["about"] == self._abouts and there.stands_for(control)
        if there is not None and there is not control and meant:
            control.lift(here=False)
            there.lift(here=True)
            return True
        control.lift(here=there is control)
        return True

    def _control(self, touch: Any) -> Touchable | None:
        if self.scene is None:
            return None
        return touchable_at(self.scene, touch.x, self.scene.stage.shape.depth - touch.y)

    def _is_echo(self, touch: Any) -> bool:
        if self._last is None:
            return False
        x, y, when = self._last
        since = Clock.get_time() - when
        quiet = NEW_SCREEN_SECONDS if self._changed_at >= when else SECOND_TOUCH_SECONDS
        return bool(math.dist((x, y), (touch.x, touch.y)) < SAME_SPOT_PIXELS and 0 <= since < quiet)


def _is_wheel(touch: Any) -> bool:
    """Return whether this is a mouse wheel or another button than the left one a finger comes as."""
    return touch.button not in (None, "left")
