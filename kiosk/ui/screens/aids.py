"""Reading aids: a sheet that lies over whatever screen is open. The visit goes on underneath."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.desk.views import EnrolView, OutOfServiceView, StartingView, View
from kiosk.desk.views_pages import HelpView
from kiosk.ui.aids import Aids
from kiosk.ui.screens.screen import Screen
from kiosk.ui.theme import INK, TEXTS, Rect, Theme, split
from kiosk.ui.widgets.box import Stage
from kiosk.ui.widgets.buttons import MAIN_PAINT, SECOND_PAINT, Button, main_button, second_button
from kiosk.ui.widgets.words import Icon, Words


@dataclass(frozen=True, slots=True)
class Desk:
    """What the sheet needs of the window: the aids in use, the station's own, how to use others, and the ways on.

    `help` opens the help page; None where nobody could answer it.
    """

    aids: Aids
    home: Aids
    has_voice: bool
    use: Callable[[Aids], None]
    languages: Callable[[], None]
    close: Callable[[], None]
    help: Callable[[], None] | None = None


_NO_HELP = (HelpView, StartingView, EnrolView, OutOfServiceView)


def can_open_help(view: View) -> bool:
    """Return whether help can be opened over `view`: not over itself, and not where nobody serves a visit."""
    return not isinstance(view, _NO_HELP)


@dataclass(frozen=True, slots=True)
class _Way:
    """One of the answers to a row: the words on it, and the aids that are in use then."""

    text: str
    aids: Aids


@dataclass(frozen=True, slots=True)
class _Row:
    icon: str
    title: str
    ways: tuple[_Way, ...]


class AidsScreen(Screen[View]):
    """Each aid in a row, with what is in use ticked. A touch takes effect at once."""

    def __init__(self, stage: Stage, view: View, desk: Desk) -> None:
        self.desk = desk
        super().__init__(stage, view)

    def build(self) -> None:
        """Put everything in its place."""
        shape, aids, home = self.shape, self.desk.aids, self.desk.home
        self.add(main_button(self.stage, "check", self.tr("aids.close"), self.desk.close))
        as_home = replace(home, language=aids.language)
        others: list[tuple[str, str, Callable[[], None]]] = []
        if self.desk.help is not None:
            others.append(("circle-help", "aids.help", self.desk.help))
        if aids != as_home:
            others.append(("undo-2", "aids.reset", lambda: self.desk.use(as_home)))
        room = shape.content(len(others))
        for place, (icon, key, act) in zip(shape.others(len(others)), others, strict=True):
            self.add(second_button(self.stage, place, icon, self.tr(key), act))
        columns = 2 if shape.wide else 1
        rows = self._rows()
        lines = -(-(len(rows) + 1) // columns)
        label = shape.sizes.small * 1.5
        gap = min(32.0 if shape.large else 12.0, (room.h - lines * (label + shape.touch)) / max(1, lines - 1))
        pitch = label + shape.touch + max(gap, 6)
        width = (room.w - (columns - 1) * 2 * shape.gutter) / columns
        for at in range(len(rows) + 1):
            down, across = divmod(at, columns)
            place = Rect(room.x + across * (width + 2 * shape.gutter), room.y + down * pitch, width,
                         label + shape.touch)  # fmt: skip
            if at < len(rows):
                self._row(place, label, rows[at])
            else:
                self._language(place, label)

    def _rows(self) -> list[_Row]:
        tr, aids = self.tr, self.desk.aids
        texts = tuple(_Way(tr(f"aids.text_{at + 1}"), replace(aids, text=text)) for at, text in enumerate(TEXTS))
        rows = [
            _Row("a-large-small", tr("aids.text"), texts),
            _Row("contrast", tr("aids.theme"), tuple(
                _Way(tr(f"aids.{theme}"), replace(aids, theme=theme)) for theme in Theme)),
            _Row("accessibility", tr("aids.reach"), (
                _Way(tr("aids.reach_off"), replace(aids, reach=False)),
                _Way(tr("aids.reach_on"), replace(aids, reach=True)))),
        ]  # fmt: skip
        if self.desk.has_voice:
            ways = (_Way(tr("aids.off"), replace(aids, voice=False)), _Way(tr("aids.on"), replace(aids, voice=True)))
            rows.append(_Row("volume-2", tr("aids.voice"), ways))
        return rows

    def _row(self, place: Rect, label: float, row: _Row) -> None:
        self._label(place.top_part(label), row.icon, row.title)
        cells = split(place.below(label), len(row.ways), min(8, self.shape.gutter))
        for cell, way in zip(cells, row.ways, strict=True):
            now = way.aids == self.desk.aids
            paint = MAIN_PAINT if now else SECOND_PAINT
            icon = "check" if now else ""
            self.add(Button(self.stage, cell, icon, way.text, self._uses(way.aids), paint, "small", beside=row.title))

    def _uses(self, aids: Aids) -> Callable[[], None]:
        return lambda: self.desk.use(aids)

    def _label(self, place: Rect, icon: str, text: str) -> None:
        size = place.h * 0.8
        self.add(Icon(self.stage, place.left_part(size), icon, size, INK))
        self.add(Words(self.stage, place.after(size + 8), text, "small", 600, INK, most=1))

    def _language(self, place: Rect, label: float) -> None:
        self._label(place.top_part(label), "languages", self.tr("aids.language"))
        name = self.tr(f"language.{self.desk.aids.language}")
        self.add(
            Button(self.stage, place.below(label), "languages", name, self.desk.languages, SECOND_PAINT, "small")
        )
