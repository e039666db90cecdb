"""What the screens share on which somebody writes with the keys."""

from __future__ import annotations

from typing import TypeVar

from kiosk.desk.views import Status, View
from kiosk.ui.screens.screen import Screen
from kiosk.ui.widgets.keyboard import Field
from kiosk.ui.writing import Writing
from lending.visit import StillHere

V = TypeVar("V", bound=View)


class WritingScreen(Screen[V]):
    """A line and the keys. What was written is kept in this object only, and is gone with the screen.

    `build` makes `_writing` and `_field`; the keys call `_write` and `_erase`.
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
