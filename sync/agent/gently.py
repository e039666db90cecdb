"""Reading a long answer without taking the machine from whoever stands at the screen.

One interpreter runs one thread at a time. A feed of half a million cards read in one go would hold up every touch for
a third of a second, and the collector of garbage would go through all of it again and again.
"""

from __future__ import annotations

import gc
import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from lending.errors import Refused

SHORT_BYTES = 256 * 1024
"""An answer up to this long is read in one go."""

_AT_A_TIME = 200
_PAUSE_SECONDS = 0.001
_SWITCH_SECONDS = 0.0005
_blanks = re.compile(r"[ \t\n\r]*").match
_decode = json.JSONDecoder().raw_decode

Convert = Callable[[Any], object]


@contextmanager
def in_the_background() -> Iterator[None]:
    """Let other threads have their turn at once, and keep the collector of garbage out of it."""
    collects, switches = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(switches)
        if collects:
            gc.enable()


def read_gently(raw: bytes, converts: Mapping[str, Convert]) -> object:
    """Return what the JSON text `raw` says; the elements of each list at the top whose name `converts` knows are
    converted one by one.

    Raises ValueError if it is no JSON, Refused if an element cannot be converted.
    """
    if len(raw) <= SHORT_BYTES:
        return json.loads(raw)
    text = raw.decode()
    at = _end_of_blanks(text, 0)
    if text[at : at + 1] != "{":
        return json.loads(raw)
    found: dict[str, Any] = {}
    at = _members(text, at + 1, converts, found)
    if _end_of_blanks(text, at) != len(text):
        raise ValueError("something follows the answer")
    return found


def _members(text: str, at: int, converts: Mapping[str, Convert], found: dict[str, Any]) -> int:
    at = _end_of_blanks(text, at)
    if text[at : at + 1] == "}":
        return at + 1
    while True:
        name, at = _decode(text, _end_of_blanks(text, at))
        if not isinstance(name, str):
            raise ValueError("a name is missing")  # noqa: TRY004 - the text is wrong, not a type
        at = _end_of_blanks(text, _after(text, at, ":"))
        if name in converts and text[at : at + 1] == "[":
            found[name], at = _elements(text, at + 1, converts[name])
        else:
            found[name], at = _decode(text, at)
        at = _end_of_blanks(text, at)
        if text[at : at + 1] == "}":
            return at + 1
        at = _after(text, at, ",")


def _elements(text: str, at: int, convert: Convert) -> tuple[list[object], int]:
    found: list[object] = []
    at = _end_of_blanks(text, at)
    if text[at : at + 1] == "]":
        return found, at + 1
    while True:
        element, at = _decode(text, _end_of_blanks(text, at))
        found.append(_converted(element, convert))
        if len(found) % _AT_A_TIME == 0:
            time.sleep(_PAUSE_SECONDS)
        at = _end_of_blanks(text, at)
        if text[at : at + 1] == "]":
            return found, at + 1
        at = _after(text, at, ",")


def _converted(element: object, convert: Convert) -> object:
    try:
        return convert(element)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(f"the feed cannot be understood: {error}") from None


def _after(text: str, at: int, sign: str) -> int:
    at = _end_of_blanks(text, at)
    if text[at : at + 1] != sign:
        raise ValueError(f"{sign} is missing")
    return at + 1


def _end_of_blanks(text: str, at: int) -> int:
    found = _blanks(text, at)
    assert found is not None  # noqa: S101 - no blanks are blanks too
    return found.end()
