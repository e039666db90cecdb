"""Writing to the library: what the station should have, or what one could lend; and the thanks for it."""

from __future__ import annotations

from kiosk.desk.views_pages import HeardView, WriteView
from kiosk.ui.screens.hero import Banner, HeroScreen
from kiosk.ui.screens.screen import Choice, Disc, Text
from kiosk.ui.screens.writing import WritingScreen
from kiosk.ui.theme import GOOD_MOOD, INFO_MOOD, NEUTRAL_MOOD, SOFT, Kind, Rect, split
from kiosk.ui.widgets.buttons import MAIN_PAINT, WAITING_PAINT, Button, second_button
from kiosk.ui.widgets.keyboard import Field, Keyboard
from kiosk.ui.widgets.panel import DONE_MOOD
from kiosk.ui.widgets.tiles import WayTile
from kiosk.ui.writing import Writing
from lending.said import MOST_LETTERS
from lending.visit import GoOn, OpenPage, Page, StillHere, WordsGiven

_HEAD = {Kind.WIDE_LARGE: 76, Kind.WIDE_SMALL: 36, Kind.TALL_LARGE: 120, Kind.TALL_SMALL: 84}
_FIELD = {Kind.WIDE_LARGE: 68, Kind.WIDE_SMALL: 60, Kind.TALL_LARGE: 136, Kind.TALL_SMALL: 84}
_GROWN, _GROWN_FIELD = 8, 40
_FEWEST = 2
"""Letters that can mean something."""


class WriteScreen(WritingScreen[WriteView]):
    """A title, a line to write, the keys, and a few things one touch asks for."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr, page = self.shape, self.tr, self.view.page
        self._writing = Writing(most=MOST_LETTERS).write(self.view.words)
        other = shape.others(1)[0]
        self.add(second_button(self.stage, other, "x", tr("write.cancel"), self.send(GoOn())))
        self._main = Button(self.stage, shape.main, "", "", self._enter, WAITING_PAINT)
        self.add(self._main)
        if shape.text > 1:
            self._grown(shape.content(1))
            self._show_writing()
            return
        foot = min(shape.main.y, other.y) - (16 if shape.large else 8)
        keys = Keyboard.place(self.stage, foot)
        self.add(Keyboard(self.stage, keys, self._write, self._erase))
        room = Rect(shape.margin, shape.top, shape.width - 2 * shape.margin, keys.y - shape.top - 8)
        hint = "" if shape.kind is Kind.WIDE_SMALL else tr("write.hint")
        room = self.titled(room, _HEAD[shape.kind], 8 if shape.large else 4, tr(f"write.{page}"), hint)
        high = min(_FIELD[shape.kind], room.h)
        lines = 2 if high > 80 else 1  # noqa: PLR2004  # room for two
        note = tr("write.no_names" if shape.kind is Kind.WIDE_SMALL else f"write.{page}_hint")
        self._field = Field(self.stage, room.top_part(high), "pencil", note, lines)
        self.add(self._field)
        self._ideas(room.below(high + (12 if shape.large else 8)))
        self._show_writing()

    def _grown(self, room: Rect) -> None:
        """Put the title, what is written with the keys under it, which stay together, and what others have. Within
        reach the line stays above the middle while pages of keys are turned, and the hints follow the keys.
        """
        tr, page, stage, reach = self.tr, self.view.page, self.stage, self.shape.reach
        hint = tr(f"write.{page}_hint")
        inside = Field.holds(stage, room.w, hint)
        title, hints = Text(tr(f"write.{page}"), "title", 600), [Text(tr("write.hint"), "small", 400, SOFT, 4)]
        if not inside:
            hints.append(Text(hint, "small", 400, SOFT, 4))
        said = [title] if reach else [title, *hints]
        room = room.below(self.stack(room, said, "top") - room.y + (_GROWN / 2 if reach else _GROWN))
        field = room.top_part(_GROWN_FIELD)
        middle = self.shape.depth / 2 / self.shape.zoom if reach else 0.0
        keys = Keyboard.place(stage, max(field.bottom + 2, middle) + Keyboard.height(stage))
        self._field = Field(stage, field, "pencil", hint if inside else "")
        self.add_together(self._field, Keyboard(stage, keys, self._write, self._erase))
        rest = room.below(keys.bottom + _GROWN - room.y)
        if reach:
            needs = sum(self.height_of(one, rest) for one in hints)
            self.dropped += rest.h < needs
            self.stack(Rect(rest.x, rest.y, rest.w, max(rest.h, needs)), hints, "top")
            return
        self.dropped += rest.h < 0
        self._ideas(rest)

    def _ideas(self, room: Rect) -> None:
        """Offer what others have, as far as there is room; in reach mode the keys need it."""
        shape, ideas = self.shape, self.view.ideas
        if not ideas or shape.reach or room.h < shape.touch:
            return
        columns = min(4 if shape.wide else 1 if shape.narrow else 2, len(ideas))
        gap = shape.gutter if shape.large else 8
        rows = min(-(-len(ideas) // columns), int((room.h + gap) // (shape.touch + gap)))
        places = split(room.top_part(rows * shape.touch + (rows - 1) * gap), columns, gap, rows)
        for place, idea in zip(places, ideas, strict=False):
            wish = self.send(WordsGiven(idea.name.get("nb")))
            self.add(WayTile(self.stage, place, "plus", self.tr.text(idea.name), wish))

    def _show_writing(self) -> None:
        super()._show_writing()
        ready = len(self._writing.words) >= _FEWEST
        icon, key, paint = (
            ("check", "write.send", MAIN_PAINT) if ready else ("circle-dashed", "write.wait", WAITING_PAINT)
        )
        self._main.show(icon, self.tr(key), paint)

    def _enter(self) -> None:
        words = self._writing.words
        self.stage.submit(WordsGiven(words) if len(words) >= _FEWEST else StillHere())


class HeardScreen(HeroScreen[HeardView]):
    """Thanks; and a calm word if a number or an address was left out."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, view = self.tr, self.view
        banner = Banner("shield-check", tr("heard.left_out"), tr("heard.left_out_text"), INFO_MOOD)
        again = Choice("pencil", tr("heard.again"), OpenPage(view.page))
        icon = "lightbulb" if view.page is Page.SUGGEST else "hand-heart"
        key = f"heard.{view.page}" if view.saved else "heard.nothing"
        disc = Disc(128, None, "check", DONE_MOOD) if view.saved else Disc(128, None, "shield-check", INFO_MOOD)
        self.hero(
            disc,
            tr(key),
            tr(f"{key}_text"),
            banner=banner if view.left_out and view.saved else None,
            scene=None if self.shape.text > 1 else Disc(300, None, icon, GOOD_MOOD if view.saved else NEUTRAL_MOOD),
            choices=[Choice("check", tr("help.ok"), GoOn()), again],
        )
