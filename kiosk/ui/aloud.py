"""Reads the screen aloud to whoever has asked for it: what is drawn, in reading order, and no second wording.

Said are a screen's titles and its body text, then the main button. What lies in rows, panels and lists of a visit is
shown and not said: somebody stands behind. What can be borrowed is nobody's secret, and is said. With headphones, the
rows of an account are said too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hardware.voice.port import Utterance, Voice
from kiosk.desk.views import AccountView
from kiosk.ui.screens.aids import AidsScreen
from kiosk.ui.screens.browse import BrowseScreen
from kiosk.ui.screens.pads import CodeScreen, PinScreen
from kiosk.ui.screens.screen import Screen
from kiosk.ui.screens.search import SearchScreen
from kiosk.ui.tr import Translator
from kiosk.ui.widgets.box import Box
from kiosk.ui.widgets.keyboard import Field
from kiosk.ui.widgets.panel import SpotBanner
from kiosk.ui.widgets.status import StayBanner
from kiosk.ui.widgets.things import ThingTile
from kiosk.ui.widgets.touchable import Touchable
from kiosk.ui.widgets.visit import VisitPanel, VisitStrip
from kiosk.ui.widgets.words import Words

_SAID = frozenset({"invitation", "big", "title", "body"})
_LINE = 8.0
"""Pixels up or down within which words stand on one line and are read from the left."""

_FIGURES = re.compile(r"\d+")

Sentences = tuple[str, ...]


def sentences(screen: Screen[Any], *, headphones: bool = False) -> Sentences:
    """Return what is said of `screen`: its own words, then its main button. `headphones` adds the account's rows."""
    override = OVERRIDES.get(type(screen))
    said = list(override(screen) if override is not None else _own_words(screen))
    if headphones and isinstance(screen.view, AccountView):
        said += _rows(screen)
    main = _main_button(screen)
    if main:
        said.append(screen.tr("voice.button", says=main))
    return _each_once(said)


def warning(banner: StayBanner) -> Sentences:
    """Return what is said when the time is nearly over."""
    tr = banner.stage.tr
    words = [box.text for box in _in_order(banner.boxes) if isinstance(box, Words) and box.text]
    return (*words, tr("voice.button", says=tr("stay.button")))


def _own_words(screen: Screen[Any]) -> list[str]:
    """Return titles, then body text, that stand on the screen itself or in a banner, not in a row or a panel."""
    own = [box for box in _in_order(screen.boxes) if isinstance(box, Words) and box.role in _SAID]
    banners = [text for box in _in_order(screen.boxes) if isinstance(box, SpotBanner) for text in _words_inside(box)]
    titles = [box.text for box in own if box.role != "body" and any(map(str.isalpha, box.text))]
    others = [box.text for box in own if box.text and box.text not in titles]
    return [*titles, *others, *banners]


def _title_only(screen: Screen[Any]) -> list[str]:
    """Return the words of title size: beside a keypad, nothing that somebody has typed."""
    return [box.text for box in _in_order(screen.boxes) if isinstance(box, Words) and box.role == "title"]


def _all_words(screen: Screen[Any]) -> list[str]:
    """Return all words that stand on the screen itself, small ones too."""
    return [box.text for box in _in_order(screen.boxes) if isinstance(box, Words) and box.text]


def _list_words(screen: BrowseScreen) -> list[str]:
    """Return which category this is, how much of it is shown, and the things: they are nobody's secret."""
    return [screen.name_of(screen.view.chosen), *_all_words(screen), *_things(screen)]


def _search_words(screen: SearchScreen) -> list[str]:
    """Return what to write, or what fits; nothing of what somebody has written."""
    asks = [] if screen.memory() else [screen.tr("search.hint")]
    answer = [box for box in screen.boxes if not isinstance(box, Field | Touchable)]
    said = [text for box in answer for text in _words_inside(box)]
    return [*asks, *said, *_things(screen)]


def _things(screen: Screen[Any]) -> list[str]:
    return [box.says for box in _in_order(screen.walk()) if isinstance(box, ThingTile)]


def _rows(screen: Screen[Any]) -> list[str]:
    rows = [
        box for box in _in_order(screen.boxes) if not isinstance(box, Words | Touchable | VisitPanel | VisitStrip)
    ]
    return [", ".join(text) for text in (_words_inside(row) for row in rows) if text]


def _words_inside(box: Box) -> list[str]:
    return [inner.text for inner in _in_order(_walk(box)) if isinstance(inner, Words) and inner.text]


def _walk(box: Box) -> Iterator[Box]:
    for inner in box.boxes:
        if not isinstance(inner, Touchable):
            yield inner
            yield from _walk(inner)


def _main_button(screen: Screen[Any]) -> str:
    main = screen.shape.main
    return next((box.says for box in screen.walk() if isinstance(box, Touchable) and box.rect == main), "")


def _in_order(boxes: Any) -> list[Box]:
    return sorted(boxes, key=lambda box: (round(box.rect.y / _LINE), box.rect.x))


def _each_once(texts: list[str]) -> Sentences:
    return tuple(dict.fromkeys(" ".join(text.split()) for text in texts))


OVERRIDES: Mapping[type[Screen[Any]], Callable[[Any], list[str]]] = {
    PinScreen: _title_only,
    CodeScreen: _title_only,
    AidsScreen: _all_words,
    BrowseScreen: _list_words,
    SearchScreen: _search_words,
}
"""Screens of which something else is said than the rule says."""


class Aloud:
    """Says each new screen once, what changes on it, and the warning before the time is over.

    Everything is called on the main thread; the voice works elsewhere. `headphones` says that nobody else hears.
    """

    def __init__(self, voice: Voice, *, headphones: bool = False) -> None:
        self._voice = voice
        self._headphones = headphones
        self._kind: type[Screen[Any]] | None = None
        self._heard: frozenset[str] = frozenset()
        self._banner: StayBanner | None = None
        self._on = False

    def offers(self, language: str) -> bool:
        """Return whether anything can be said in `language` on this station."""
        return language in self._voice.languages()

    def turn(self, screen: Screen[Any] | None, banner: StayBanner | None, tr: Translator, *, on: bool) -> None:
        """Look at what is drawn now; called several times a second. Says what is new, or nothing."""
        if not on or screen is None or not self.offers(tr.language):
            self._stop()
            return
        fresh = self._news(screen)
        if banner is not self._banner:
            self._banner = banner
            if banner is not None:
                fresh = (*fresh, *warning(banner))
        if fresh:
            self._voice.say(Utterance(tr.language, fresh))
        self._on = True

    def _news(self, screen: Screen[Any]) -> Sentences:
        """Return all of a screen of another kind; of the same kind only what it did not say before.

        A figure alone is no news: seconds that are counted down would be said for ever.
        """
        now = sentences(screen, headphones=self._headphones)
        if not self._on or self._kind is not type(screen):
            self._voice.hush()
            self._heard = frozenset()
        self._kind = type(screen)
        fresh = tuple(text for text in now if _plain(text) not in self._heard)
        self._heard = frozenset(_plain(text) for text in now)
        return fresh

    def _stop(self) -> None:
        if self._on:
            self._voice.hush()
        self._on, self._banner = False, None


def _plain(text: str) -> str:
    return _FIGURES.sub("0", text)
