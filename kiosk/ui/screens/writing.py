"""What the screens share on which somebody writes with the keys."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Any, TypeVar

from kiosk.desk.views import Status, View
from kiosk.ui.screens.screen import Screen
from kiosk.ui.widgets.keyboard import Field
from kiosk.ui.writing import Writing
from lending.visit import StillHere

V = TypeVar("V", bound=View)

REMEMBERED = 50
"""Words sent whose answers may still come."""

_NO_WORDS: dict[str, Any] = {"words": ""}


class WritingScreen(Screen[V]):
    """A line and the keys. What was written is kept in this object only, and is gone with the screen.

    `build` makes `_writing`, also where nothing is written yet, and `_field`; the keys call `_write` and `_erase`.
    """

    _writing: Writing
    _field: Field

    def reads(self, status: Status) -> tuple[object, ...]:  # noqa: ARG002
        """Return nothing: whatever becomes of the network, nobody writes twice."""
        return ()

    def memory(self) -> object:
        """Return what is being written."""
        return self._writing.text

    def remember(self, memory: object) -> None:
        """Go on with what was being written."""
        self._writing = Writing(str(memory or ""), most=self._writing.most)
        self._show_writing()

    def take_apart(self) -> None:
        """Forget what was written, and let go of everything inside."""
        self._writing = self._writing.clear()
        if getattr(self.view, "words", ""):
            self.view = replace(self.view, **_NO_WORDS)
        super().take_apart()

    def _write(self, letters: str) -> None:
        self._written(self._writing.write(letters))

    def _erase(self) -> None:
        self._written(self._writing.erase())

    def _written(self, writing: Writing) -> None:
        """Show what is written now, and say that somebody is here."""
        self._writing = writing
        self._show_writing()
        self.stage.submit(StillHere())

    def _show_writing(self) -> None:
        self._field.show(self._writing.text)


class AskingScreen(WritingScreen[V]):
    """What is written is sent with each letter, and what fits comes back in a view with those `words`.

    `build` calls `_begin` first.
    """

    _sent: deque[str]

    def _begin(self, words: str, most: int) -> None:
        """Begin with these words, which the view is about."""
        self._writing = Writing(words, most=most)
        self._sent = deque([self._writing.words], maxlen=REMEMBERED)

    def remember(self, memory: object) -> None:
        """Go on with what was being written; its answer may not have come yet."""
        super().remember(memory)
        self._sent.append(self._writing.words)

    def take_apart(self) -> None:
        """Forget what was written, sent and answered, and let go of everything inside."""
        self._sent.clear()
        super().take_apart()
