"""How words are broken into lines and made to fit their place. Pure; the measuring is passed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Measure = Callable[[str, int], float]
"""The width in pixels of one line of text at a type size."""

_NUMBER = re.compile(r"((?<![\w.,])\d(?:[\d.,\u2013\u00a0]*\d)?\.?) (?=[^\W\d])")
"""A number or a range and the space after it, where a word follows: a day and its month, how many of what."""
_SENTENCE = re.compile(r"(?<=[^\W\d][.!?]) (?=\w)")
"""The space between two sentences; not that after a day of the month."""
_BOUND = "\ue000"
"""Stands for a space that no line is broken at: a letter that no text has."""
_LONELY = 0.35
"""A last word shorter than so much of the longest line looks forgotten."""

LEAST_SHARE = 0.72
"""Text keeps so much of its size, unless it would be cut."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Text broken into lines, the type size at which it fits, the pixels it takes, and whether it was shortened."""

    lines: tuple[str, ...]
    size: float
    width: float
    height: float
    cut: bool = False


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Return `text` in lines that are at most `width` wide; a single longer word keeps a line of its own."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and measure(longer) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def kept_together(
    text: str, width: float, measure: Callable[[str], float], *, even: bool = False
) -> list[str]:  # fmt: skip
    """Return `wrap`, but a number stands on one line with the word after it ("27. november", "8 sekunder"), and no
    short word alone on the last, where neither takes a line more. With `even` the lines are as even as can be.
    """

    def wide(words: str) -> float:
        return measure(words.replace(_BOUND, " "))

    lines: list[str] = []
    for paragraph in text.split("\n"):
        source, kept = paragraph, wrap(paragraph, width, wide)
        bound = _NUMBER.sub(rf"\1{_BOUND}", paragraph)
        if len(kept) > 1 and bound != paragraph:
            tried = wrap(bound, width, wide)
            if len(tried) == len(kept) and all(wide(line) <= width for line in tried):
                source, kept = bound, tried
        if len(kept) > 1 and ((even and "\n" not in text) or wide(kept[-1]) < _LONELY * max(map(wide, kept))):
            kept = (even and _sentences(source, len(kept), width, wide)) or balance(source, width, wide)
        lines += [line.replace(_BOUND, " ") for line in kept]
    return lines


def _sentences(text: str, lines: int, width: float, measure: Callable[[str], float]) -> list[str]:
    """Return a title of two sentences as a line each, if it takes two lines anyway; else nothing."""
    ends = [end.start() for end in _SENTENCE.finditer(text) if text[end.end()].isupper()]
    two = [text[: ends[0]], text[ends[0] + 1 :]] if len(ends) == 1 and lines == 2 else []  # noqa: PLR2004
    return two if all(measure(line) <= width for line in two) else []


def balance(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Return `wrap` with as few lines, and the lines as even as that allows: no single word in the last one."""
    best = wrap(text, width, measure)
    if len(best) == 1 or "\n" in text:
        return best
    low, high = 0.0, width
    while high - low > 8:  # noqa: PLR2004  # eight pixels are even enough
        middle = (low + high) / 2
        tried = wrap(text, middle, measure)
        if len(tried) == len(best) and all(measure(line) <= middle for line in tried):
            best, high = tried, middle
        else:
            low = middle
    return best


def fit(
    text: str, room: tuple[float, float], size: int, line: float, measure: Measure, *, most: int = 0, least: int = 1,
    share: float = LEAST_SHARE, even: bool = False,
) -> Fitted:  # fmt: skip
    """Return `text` so that it stays inside `room` (width, height).

    The type gets smaller if needed, down to `share` of it and never under `least` pixels; what then still does not
    fit ends in "…". `line` is the height of a line as a multiple of the size, `most` the largest number of lines
    (0: as many as the height holds).
    """
    width, height = room
    least = min(size, max(least, round(size * share)))
    for step in range(size, least - 1, -1):
        lines = kept_together(text, width, lambda words, step=step: measure(words, step), even=even)  # type: ignore[misc]
        widest = max(measure(words, step) for words in lines)
        if widest <= width and len(lines) * step * line <= height + 0.5 and (not most or len(lines) <= most):
            return Fitted(tuple(lines), step, widest, len(lines) * step * line)
    holds = max(1, int((height + 0.5) // (least * line)))
    whole = wrap(text, width, lambda words: measure(words, least))
    lines = _cut(whole, width, min(most, holds) if most else holds, lambda words: measure(words, least))
    widest = max(measure(words, least) for words in lines)
    return Fitted(tuple(lines), least, widest, len(lines) * least * line, cut=lines != whole)


def _cut(lines: list[str], width: float, most: int, measure: Callable[[str], float]) -> list[str]:
    kept = [_shorten(line, width, measure) for line in lines[:most]]
    if len(lines) > most:
        kept[-1] = _shorten(kept[-1].removesuffix("…") + "…", width, measure)
    return kept


def _shorten(line: str, width: float, measure: Callable[[str], float]) -> str:
    if measure(line) <= width:
        return line
    words = line.removesuffix("…")
    while words and measure(words.rstrip() + "…") > width:
        words = words[:-1]
    return words.rstrip() + "…"
