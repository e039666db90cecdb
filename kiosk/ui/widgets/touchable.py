"""What can be touched."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.ui.theme import CARD, EDGE_PAIRS, OUTLINE, PRESSED, Rect
from kiosk.ui.widgets.box import EDGE, Box, Stage

_OUTLINES = frozenset(edge for edge, _ground in EDGE_PAIRS)


class Touchable(Box):
    """A place that does something when a finger is lifted on it.

    `says` are the words on it, `beside` the words that tell it from others of the same name.
    """

    narrow = False
    """Whether it may be narrower than other controls, as a key among keys is, and with larger text no higher."""

    def __init__(self, stage: Stage, rect: Rect, says: str, act: Callable[[], None], beside: str = "") -> None:
        super().__init__(stage, rect)
        self.says = says
        self.beside = beside
        self.down = False
        self._act: Callable[[], None] | None = act

    def look(self) -> None:
        """Draw the present state; called when a finger comes down or leaves."""

    def press(self) -> None:
        """A finger came down here."""
        self.down = True
        self.look()

    def lift(self, *, here: bool) -> None:
        """The finger was lifted, `here` or somewhere else. What is no longer on the screen does nothing."""
        self.down = False
        if self._act is None:
            return
        self.look()
        if here:
            self._act()

    def stands_for(self, other: Touchable) -> bool:
        """Return whether a person cannot tell this from `other`: the same words at the same place."""
        return (type(self), self.says, self.beside, self.rect) == (type(other), other.says, other.beside, other.rect)

    def take_apart(self) -> None:
        """Let go of everything inside."""
        self._act = None
        super().take_apart()


class Tile(Touchable):
    """A control on a ground of its own with an edge, tinted under a finger. `radius` is a button's unless given.

    `outlined` tells whether it is known by its edge; a card of a thing is known by its drawing and its name.
    """

    def __init__(self, stage: Stage, rect: Rect, says: str, act: Callable[[], None], beside: str = "", *,
                 resting: str = CARD, pressed: str = PRESSED, edge: str = OUTLINE, radius: float | None = None,
                 width: float = EDGE) -> None:  # fmt: skip
        super().__init__(stage, rect, says, act, beside)
        self._resting, self._pressed = resting, pressed
        self.outlined = edge in _OUTLINES
        self._ground, _ = self.frame(rect, resting, edge, stage.shape.radius if radius is None else radius, width)

    def look(self) -> None:
        """Tint the ground under a finger."""
        self._ground.rgba = self.rgba(self._pressed if self.down else self._resting)


def touchable_at(box: Box, x: float, y: float) -> Touchable | None:
    """Return the uppermost control inside `box` at a pixel counted from the window's upper left, or None."""
    found = None
    for placed in box.placed():
        if isinstance(placed.box, Touchable) and placed.is_at(x, y):
            found = placed.box
    return found
