"""What can be touched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.ui.theme import Rect
from kiosk.ui.widgets.box import Box, Stage


class Touchable(Box):
    """A place that does something when a finger is lifted on it.

    `says` are the words on it, `beside` the words that tell it from others of the same name.
    """

    def __init__(self, stage: Stage, rect: Rect, says: str, act: Callable[[], None], beside: str = "") -> None:
        super().__init__(stage, rect)
        self.says = says
        self.beside = beside
        self.act = act
        self.down = False

    def look(self) -> None:
        """Draw the present state; called when a finger comes down or leaves."""

    def on_touch_down(self, touch: Any) -> bool:
        """Take the touch if it is here."""
        if not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        self.down = True
        self.look()
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Act if the finger is still here."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.down = False
        self.look()
        if self.collide_point(*touch.pos) and self.parent is not None:
            self.act()
        return True
