"""Digits are typed: the PIN of a card, and a pickup code."""

from __future__ import annotations

from abc import abstractmethod
from typing import TypeVar

from kiosk.desk.pin import LONGEST, SHORTEST
from kiosk.desk.views import CodeView, PinTyped, PinView, Status
from kiosk.ui.screens.screen import Disc, Screen, Text
from kiosk.ui.theme import GOOD_MOOD, SOFT, Kind, Rect, Role
from kiosk.ui.widgets.buttons import MAIN_PAINT, WAITING_PAINT, Button, second_button
from kiosk.ui.widgets.keypad import Keypad, Places
from kiosk.ui.widgets.panel import SpotBanner
from kiosk.ui.widgets.words import Words, measure
from lending.holds import CODE_DIGITS
from lending.visit import CodeEntered, Done, StillHere

V = TypeVar("V", PinView, CodeView)

_FIELD = {Kind.WIDE_LARGE: 88, Kind.WIDE_SMALL: 60, Kind.TALL_LARGE: 88, Kind.TALL_SMALL: 48}
_NOTE = {Kind.WIDE_LARGE: 80, Kind.WIDE_SMALL: 62, Kind.TALL_LARGE: 80, Kind.TALL_SMALL: 26}
_WORDS = {Kind.TALL_LARGE: 256, Kind.TALL_SMALL: 136}
"""What the title, the field and the note above the keys take at least, with the gap below."""


_GROWN_FIELD = 52
"""Pixels of the window that what is typed takes, with larger text."""


class PadScreen(Screen[V]):
    """A title, a field, keys, and the main button, which says what it waits for.

    After some wrong tries the station takes no new one for a while; the seconds are counted down here. What was typed
    is kept in this object only, and forgotten as soon as it is sent, the wait begins, or the screen goes.
    """

    icon = "check"
    key = ""
    fewest = most = CODE_DIGITS

    def build(self) -> None:
        """Put everything in its place."""
        self._typed = ""
        self._sent = 0
        self._seconds = -1
        self._wait_from(self.view)
        self._lay_out()

    def update(self, view: V) -> bool:
        """Take another answer about what was typed; the digits typed since then stay."""
        if view.lines != self.view.lines or view.has_card != self.view.has_card:
            return False
        wrong = view.wrong != self.view.wrong
        if wrong and self.shape.text > 1:
            return False  # it stands above all else, and that is laid out anew
        self.view = view
        self._wait_from(view)
        if wrong or self._rests():
            self._typed = ""
        self._show()
        return True

    def tell(self) -> None:
        """Count the seconds until the next try."""
        if self._seconds != self._waits():
            self._show()

    def memory(self) -> object:
        """Return the digits typed so far."""
        return self._typed

    def remember(self, memory: object) -> None:
        """Go on with the digits typed before."""
        self._typed = str(memory)[: self.most]
        self._show()

    def reads(self, status: Status) -> tuple[object, ...]:  # noqa: ARG002
        """Return nothing: whatever becomes of the network, nobody types twice."""
        return ()

    def take_apart(self) -> None:
        """Forget what was typed, and let go of everything inside."""
        self._typed = ""
        super().take_apart()

    # --- What the two differ in

    def words_of(self, key: str) -> str:
        """Return a sentence of this pad."""
        return self.tr(f"{self.key}.{key}")

    def show_typed(self, places: Places, typed: str) -> None:
        """Show how far the typing has come."""
        places.dots(self._sent if self.checks() else len(typed))

    @abstractmethod
    def enter(self, typed: str) -> None:
        """Send what was typed."""

    @abstractmethod
    def aside(self) -> Button:
        """Return the way on for those who do not type."""

    def checks(self) -> bool:
        """Return whether an answer is being waited for."""
        return False

    # --- Places

    def _lay_out(self) -> None:
        shape = self.shape
        room = shape.content(1)
        if shape.text > 1 and not shape.wide and not shape.reach:
            self._grown(room)
            return
        if shape.reach:
            low = min(room.h / 2, room.bottom - shape.depth / 2 / shape.zoom) - 12
            keys, words = room.bottom_part(low), room.above(low + 12)
        elif shape.wide:
            width = shape.column if shape.large else shape.column + 32
            keys, words = room.right_part(width), room.before(width + (3 * shape.gutter))
        else:
            more = self._note_height(room.w) - _NOTE[shape.kind]
            height = Keypad.height(self.stage, room.h - _WORDS[shape.kind] - more)
            keys, words = room.bottom_part(height), room.above(height + (32 if shape.large else 12))
        self._words(words)
        self._keys = Keypad(self.stage, keys, self._type, self._erase)
        self.add(self._keys)
        self._finish()

    def _finish(self) -> None:
        """Put the buttons at the foot, and show how things are."""
        shape = self.shape
        self._main = Button(self.stage, shape.main, self.icon, "", self._enter, MAIN_PAINT)
        self.add(self._main, self.aside())
        self._show()

    def _grown(self, room: Rect) -> None:
        """Put what is typed right above the keys, which keep their height: with larger text they are seen at once."""
        shape, stage = self.shape, self.stage
        gap, field = (3.0, _GROWN_FIELD / shape.zoom) if shape.flat else (6.0, 44.0)
        note = self._note_height(room.w)
        title, said = self.words_of("title"), Rect(room.x, room.y, room.w, note)
        first = self.view.wrong > 0 and not self.checks()  # what was wrong comes before all else
        above = note if first else measure(stage, title, (room.w, 400), "title", 600).height + 1
        y = room.y + above + gap
        left = room.bottom - y - field - (0 if first else note + gap) - 2 * gap
        least = Keypad.least(stage)
        keys = Rect(room.x, y + field + gap, room.w, least if shape.higher else max(least, min(left, 1.5 * least)))
        if not first:
            self.add(Words(stage, room.top_part(above), title, "title", 600))
            said = Rect(room.x, keys.bottom + gap, room.w, note)
        self.dropped += left < least
        self._places = Places(stage, Rect(room.x, y, room.w, field), self.most)
        self._keys = Keypad(stage, keys, self._type, self._erase)
        self._note = Words(stage, said, "", "small", 400, SOFT, "left", "top", most=4)
        if first:
            self.add(self._note)
        self.add_together(self._places, self._keys)
        if not first:
            self.add(self._note)
        self._finish()

    def _words(self, room: Rect) -> None:
        shape = self.shape
        field, note = _FIELD[shape.kind], self._note_height(min(room.w, 560))
        if shape.reach and shape.flat and shape.text <= 1:
            note = 30
        title = self.words_of("title")
        gap = 24 if shape.large else 10 if shape.wide else 6
        head = min(120 if shape.large else 84, room.h - field - note - 1.5 * gap)
        spare = max(0.0, room.h - head - field - note - 2 * gap) / 2
        top = room.below(spare if shape.wide else spare * 2)
        self.stack(top.top_part(head), [Text(title, "title", 600)], "bottom")
        place = Rect(top.x, top.y + head + gap, min(top.w, 560), field)
        self._places = Places(self.stage, place, self.most)
        note_place = Rect(top.x, place.bottom + gap / 2, top.w, note)
        role: Role = "small" if shape.kind is Kind.TALL_SMALL else "body"
        self._note = Words(self.stage, note_place, "", role, 400, SOFT, "left", "top",
                           most=2 if shape.text <= 1 else 4)  # fmt: skip
        self.add(self._places, self._note)

    def _note_height(self, width: float) -> float:
        """Return the pixels the words under the field take: with larger text what the longest need."""
        shape = self.shape
        if shape.text <= 1:
            return _NOTE[shape.kind]
        role: Role = "small" if shape.kind is Kind.TALL_SMALL else "body"
        said = (self.words_of("note"), self.words_of("wrong"), self.tr("pause.wrong"))
        return max(measure(self.stage, words, (width, 400), role).height for words in said) + 2

    def _show(self) -> None:
        """Show how things are now."""
        self._seconds = self._waits()
        resting = self._rests()
        self._keys.rest(rests=resting)
        self.show_typed(self._places, self._typed)
        self._note.say(self._how())
        if self.checks():
            self._main.show("hourglass", self.tr("pin.checking"), WAITING_PAINT)
        elif self._seconds:
            self._main.show("clock", self.tr("pause.again", n=self._seconds), WAITING_PAINT)
        elif len(self._typed) < self.fewest:
            self._main.show("circle-dashed", self.words_of("wait"), WAITING_PAINT)
        else:
            self._main.show(self.icon, self.words_of("enter"), MAIN_PAINT)

    def _how(self) -> str:
        """Return the words under the field."""
        if not self.view.wrong or self.checks():
            return self.words_of("note")
        return self.tr("pause.wrong") if self._seconds else self.words_of("wrong")

    # --- Time and touches

    def _wait_from(self, view: V) -> None:
        self._until_ms = self.stage.clock() + view.wait_seconds * 1000 if view.wait_seconds else 0

    def _waits(self) -> int:
        """Return the whole seconds until a new try is taken."""
        return max(0, -(-(self._until_ms - self.stage.clock()) // 1000))

    def _rests(self) -> bool:
        return self.checks() or self._waits() > 0

    def _type(self, digit: str) -> None:
        if len(self._typed) < self.most:
            self._typed += digit
        self._show()
        self.stage.submit(StillHere())

    def _erase(self) -> None:
        self._typed = self._typed[:-1]
        self._show()
        self.stage.submit(StillHere())

    def _enter(self) -> None:
        if self._rests() or len(self._typed) < self.fewest:
            self.stage.submit(StillHere())
            return
        typed, self._typed, self._sent = self._typed, "", len(self._typed)
        self._show()
        self.enter(typed)


class PinScreen(PadScreen[PinView]):
    """The digits are shown as dots only. Whoever just returns needs none."""

    key = "pin"
    fewest, most = SHORTEST, LONGEST

    def build(self) -> None:
        """Put everything in its place."""
        self._returns = False
        super().build()

    def update(self, view: PinView) -> bool:
        """Take another answer; whoever wants to return only is not asked again."""
        if self._returns:
            self.view = view
            self._wait_from(view)
            return True
        return super().update(view)

    def tell(self) -> None:
        """Count the seconds until the next try."""
        if not self._returns:
            super().tell()

    def memory(self) -> object:
        """Return the digits typed so far, or True for somebody who returns only."""
        return self._returns or super().memory()

    def remember(self, memory: object) -> None:
        """Go on with the digits typed before, or with the words for a return."""
        if memory is True:
            self._turn(returns=True)
        else:
            super().remember(memory)

    def enter(self, typed: str) -> None:
        """Send the digits to the desk, and no further."""
        self.stage.submit(PinTyped(typed))

    def checks(self) -> bool:
        """Return whether an answer is being waited for."""
        return self.view.checking

    def aside(self) -> Button:
        """Return the button for those who only return."""
        text, place = self.words_of("only_return"), self.shape.others(1)[0]
        return second_button(self.stage, place, "archive-restore", text, lambda: self._turn(returns=True))

    def _turn(self, *, returns: bool) -> None:
        """Turn to the words for a return, or back to the keys."""
        self._typed = ""
        self._returns = returns
        self.empty()
        if returns:
            self._lay_out_return()
        else:
            self._lay_out()
        self.stage.submit(StillHere())

    def _lay_out_return(self) -> None:
        shape, tr = self.shape, self.tr
        room = shape.content(1)
        height = 88 if shape.large else 60
        scan = tr("card_stop.scan")
        banner = SpotBanner(self.stage, room.bottom_part(height), "scan-barcode", scan, tr("card_stop.scan_text"),
                            GOOD_MOOD)  # fmt: skip
        items: list[Text | Disc] = [
            Disc(128 if shape.large else 72, None, "archive-restore", GOOD_MOOD),
            Text(tr("pin_unchecked.title"), "title", 600, gap=32 if shape.large else 14),
            Text(tr("pin.only_return_text"), gap=16 if shape.large else 8),
        ]
        self.stack(room.above(height + 16), items)
        back = second_button(self.stage, shape.others(1)[0], "key-round", tr("pin.back"),
                             lambda: self._turn(returns=False))  # fmt: skip
        self.add(banner, Button(self.stage, shape.main, "check", tr("done"), self.send(Done()), MAIN_PAINT), back)


class CodeScreen(PadScreen[CodeView]):
    """A pickup code: read from a message and used at once, so the digits are shown."""

    icon = "package"
    key = "code"

    def words_of(self, key: str) -> str:
        """Return a sentence of this pad."""
        return self.tr("code.collect" if key == "enter" else f"code.{key}")

    def show_typed(self, places: Places, typed: str) -> None:
        """Show the digits themselves."""
        places.digits(typed)

    def enter(self, typed: str) -> None:
        """Send the code."""
        self.stage.submit(CodeEntered(typed))

    def aside(self) -> Button:
        """Return the way out."""
        return second_button(self.stage, self.shape.others(1)[0], "x", self.tr("code.cancel"), self.send(Done()))
