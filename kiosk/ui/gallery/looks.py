"""How an example can look: language, window, theme, size of the letters, and whether all is within reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

from assets import words
from kiosk.ui.aids import Aids
from kiosk.ui.theme import SHAPES, TEXTS, Theme
from lending.errors import Refused

LANGUAGES = tuple(words.FORMS)
THEMES = tuple(theme.value for theme in Theme)
SIZES = TEXTS
REACH = (False, True)


@dataclass(frozen=True, slots=True)
class Look:
    """One way to draw all examples."""

    language: str
    width: int
    height: int
    theme: str = Theme.LIGHT.value
    text: float = 1.0
    reach: bool = False

    @property
    def shape(self) -> str:
        """The window as people write it: 800x480."""
        return f"{self.width}x{self.height}"

    @property
    def aids(self) -> Aids:
        """The reading aids that make it."""
        return Aids(Theme(self.theme), self.text, self.reach, language=self.language)

    @property
    def folder(self) -> str:
        """The folder of its pictures: language, then all the rest."""
        return f"{self.language}/{self.shape}-{self.theme}-{self.text:g}{'-reach' if self.reach else ''}"

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for another process and for the page."""
        return {**asdict(self), "shape": self.shape, "folder": self.folder}


def choose(languages: str, shapes: str, themes: str, texts: str, reach: str) -> list[Look]:
    """Return the looks that are asked for, each given as "a,b" with "" for all; `reach` is "no", "yes" or "both".

    Raises Refused for a value there is none of.
    """
    known = [f"{width}x{height}" for width, height in SHAPES]
    chosen = product(
        _among("--lang", languages, LANGUAGES),
        _among("--shape", shapes, known),
        _among("--theme", themes, THEMES),
        _among("--text", texts, [f"{text:.1f}" for text in SIZES]),
        {"no": (False,), "yes": (True,)}.get(reach, REACH),
    )
    return [Look(language, *_size(shape), theme, float(text), low) for language, shape, theme, text, low in chosen]


def _size(shape: str) -> tuple[int, int]:
    width, _, height = shape.partition("x")
    return int(width), int(height)


def _among(option: str, asked: str, known: Iterable[str]) -> list[str]:
    there = list(known)
    wanted = [value.strip() for value in asked.split(",") if value.strip()]
    for value in wanted:
        if value not in there:
            raise Refused(f"{option} {value} is not there; these are: {', '.join(there)}")
    return wanted or there
