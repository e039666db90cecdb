"""Colours by their role, and what each role is in a theme. A colour's name says what it is for; no Kivy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

Rgba = tuple[float, float, float, float]


class Theme(StrEnum):
    """The two ways the screen can look."""

    LIGHT = "light"
    CONTRAST = "contrast"


# --- Roles (names as in the design's table of roles)

PAPER = "paper"
INK = "ink"
CARD = "card"
SOFT = "soft"
MAIN = "main"
ON_MAIN = "on-main"
PRESSED_MAIN = "pressed-main"
GOOD = "good"
ON_GOOD = "on-good"
ATTENTION = "attention"
ON_ATTENTION = "on-attention"
STOP = "stop"
ON_STOP = "on-stop"
INFO = "info"
ON_INFO = "on-info"
OUTLINE = "outline"
HAIRLINE = "hairline"
NEUTRAL = "neutral"
WAITING = "waiting"
PRESSED_WAITING = "pressed-waiting"
PRESSED_ATTENTION = "pressed-attention"
PRESSED = "pressed"
ROW_LINE = "row-line"
RANGE = "range"
"""The bar of a range; its figures always stand with it."""

TINTS = frozenset({GOOD, ATTENTION, STOP, INFO, NEUTRAL, WAITING})
"""Grounds that carry a mood in light colours; in high contrast they are black with a white outline."""

_LIGHT = {
    PAPER: "#F6F3EC",
    INK: "#14211D",
    CARD: "#FFFFFF",
    SOFT: "#4A5A54",
    MAIN: "#0B5B4C",
    ON_MAIN: "#FFFFFF",
    PRESSED_MAIN: "#073F35",
    GOOD: "#DCEBE5",
    ON_GOOD: "#0B5B4C",
    ATTENTION: "#FBE9CF",
    ON_ATTENTION: "#8A4B00",
    STOP: "#F9DFDA",
    ON_STOP: "#9A2318",
    INFO: "#DCE8F3",
    ON_INFO: "#1F4E79",
    OUTLINE: "#857F70",
    HAIRLINE: "#E3DCCD",
    NEUTRAL: "#EFE9DC",
    WAITING: "#E7E1D4",
    PRESSED_WAITING: "#DDD6C6",
    PRESSED_ATTENTION: "#6E3C00",
    PRESSED: "#DCEBE5",
    ROW_LINE: "#C7D9D1",
    RANGE: "#6B9C8B",
}

_BLACK, _WHITE, _YELLOW, _GREY = "#000000", "#FFFFFF", "#FFD84D", "#3C3C3C"
_CONTRAST = dict.fromkeys(_LIGHT, _WHITE) | {
    PAPER: _BLACK,
    CARD: _BLACK,
    MAIN: _YELLOW,
    ON_MAIN: _BLACK,
    PRESSED_MAIN: "#D9B21F",
    HAIRLINE: "#767676",
    PRESSED_WAITING: _GREY,
    PRESSED_ATTENTION: "#C8C8C8",
    PRESSED: _GREY,
    **dict.fromkeys(TINTS, _BLACK),
}


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme. With `outlines`, a tint is drawn as an outline and a drawing stands on white."""

    theme: Theme
    colours: Mapping[str, str]
    outlines: bool

    def colour(self, role: str) -> str:
        """Return `#RRGGBB` for a role. A colour that is one already (a category's tint) is itself, black with an
        outline where tints are outlines; anything else is the neutral disc's.
        """
        known = self.colours.get(role)
        if known is not None:
            return known
        if self.outlines:
            return _BLACK
        return role if _is_hex(role) else self.colours[NEUTRAL]

    def rgba(self, role: str, alpha: float = 1.0) -> Rgba:
        """Return a role's colour as four numbers from 0 to 1."""
        red, green, blue = _parts(self.colour(role))
        return (red, green, blue, alpha)

    def is_outlined(self, role: str) -> bool:
        """Return whether what is filled with `role` gets an outline instead."""
        return self.outlines and (role in TINTS or role not in self.colours)


LIGHT = Palette(Theme.LIGHT, MappingProxyType(_LIGHT), outlines=False)
CONTRAST = Palette(Theme.CONTRAST, MappingProxyType(_CONTRAST), outlines=True)
PALETTES: Mapping[Theme, Palette] = MappingProxyType({Theme.LIGHT: LIGHT, Theme.CONTRAST: CONTRAST})


def rgba(colour: str, alpha: float = 1.0) -> Rgba:
    """Return a role, or `#RRGGBB`, in the light colours as four numbers from 0 to 1."""
    return LIGHT.rgba(colour, alpha)


TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    (INK, PAPER),
    (INK, CARD),
    (SOFT, PAPER),
    (SOFT, CARD),
    (SOFT, WAITING),
    (SOFT, GOOD),
    (ON_GOOD, PAPER),
    (ON_MAIN, MAIN),
    (ON_MAIN, PRESSED_MAIN),
    (ON_MAIN, ON_ATTENTION),
    (ON_MAIN, PRESSED_ATTENTION),
    (SOFT, PRESSED_WAITING),
    (INK, PRESSED),
    (ON_GOOD, GOOD),
    (ON_GOOD, CARD),
    (ON_GOOD, NEUTRAL),
    (INK, GOOD),
    (INK, ATTENTION),
    (INK, INFO),
    (ON_ATTENTION, ATTENTION),
    (ON_ATTENTION, CARD),
    (ON_STOP, STOP),
    (ON_INFO, INFO),
    (ON_INFO, CARD),
)
"""Every pair of text on ground that is used; each must reach 4.5 : 1 in every theme."""

EDGE_PAIRS: tuple[tuple[str, str], ...] = (
    (OUTLINE, PAPER),
    (OUTLINE, CARD),
    (MAIN, PAPER),
    (ON_ATTENTION, PAPER),
    (RANGE, CARD),
)
"""Edges of what can be touched, on the ground beside them; each must reach 3 : 1 in every theme."""


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2 contrast ratio of two colours as `#RRGGBB`, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _parts(colour)]  # noqa: PLR2004
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _is_hex(colour: str) -> bool:
    try:
        _parts(colour)
    except ValueError:
        return False
    return colour.startswith("#")


class Mood(NamedTuple):
    """A tint and the colour that reads on it."""

    tint: str
    on: str


GOOD_MOOD = Mood(GOOD, ON_GOOD)
ATTENTION_MOOD = Mood(ATTENTION, ON_ATTENTION)
INFO_MOOD = Mood(INFO, ON_INFO)
STOP_MOOD = Mood(STOP, ON_STOP)
"""For staff and technicians only."""
NEUTRAL_MOOD = Mood(NEUTRAL, MAIN)
