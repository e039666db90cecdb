"""Board 02, 18: the patron's loans, and the return-only visit without a card."""

from __future__ import annotations

from kiosk.desk.views import AccountView
from kiosk.ui.screens.screen import Choice, Disc, Screen, Text
from kiosk.ui.theme import GOOD_MOOD, NEUTRAL_MOOD, SOFT, Kind, Rect
from kiosk.ui.widgets.buttons import Button, row_button
from kiosk.ui.widgets.panel import SpotBanner
from kiosk.ui.widgets.rows import LoanCard
from lending.visit import Done, StillHere

_FEW = 2


class AccountScreen(Screen[AccountView]):
    """The loans, due soonest first; waiting for something to be scanned."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, view, tr = self.shape, self.view, self.tr
        self._page = 0
        self._pager: Button | None = None
        self._cards: list[LoanCard] = []
        undo = () if shape.kind is Kind.WIDE_LARGE else self.undo_choice()
        self._undo_there = bool(undo)
        self.buttons(Choice("check", tr("done"), Done()), *undo)
        room = self.with_visit(len(undo))
        if not shape.wide or (shape.kind is Kind.WIDE_SMALL and len(view.loans) <= _FEW):
            room = self.strip_below(self._scan_banner(room))
        if not view.loans:
            self._empty(room)
            return
        height = 52 if shape.large else 40
        head = self.chip_so_far(room.top_part(height))
        self.stack(head, [Text(tr("account.title", n=len(view.loans)), "title", 600)])
        self._rows = room.below(height + (20 if shape.large else 4))
        self._show_page()

    def _empty(self, room: Rect) -> None:
        large, card = self.shape.large, self.view.has_card
        title = self.tr("account.none" if card else "account.return_only")
        text = self.tr("account.none_text" if card else "account.return_only_text")
        items: list[Text | Disc] = [
            Disc(128 if large else 72, None, "hand" if card else "scan-barcode", NEUTRAL_MOOD),
            Text(title, "title", 600, gap=32 if large else 14),
            Text(text, "body", 400, SOFT, gap=12 if large else 6),
        ]
        self.stack(room, items)

    def _scan_banner(self, room: Rect) -> Rect:
        shape = self.shape
        height = 88 if shape.large else 60
        words = self.tr("visit.scan_any" if self.view.has_card else "visit.scan_return").replace("\n", " ")
        self.add(SpotBanner(self.stage, room.bottom_part(height), "scan-barcode", words, "", GOOD_MOOD))
        return room.above(height + (24 if shape.large else 8))

    def _show_page(self) -> None:
        shape, loans = self.shape, self.view.loans
        for card in self._cards:
            self.remove(card)
        gap = 16 if shape.large else 8
        tall, low = (112, 84) if shape.large else (80, 58)
        room, shown = self._rows, loans
        rows = int((room.h + gap) // (low + gap))
        if len(loans) > rows:
            room = self._with_pager(room, gap)
            rows = max(1, int((room.h + gap) // (low + gap)))
            self._page %= -(-len(loans) // rows)
            shown = loans[self._page * rows : (self._page + 1) * rows]
        height = min(tall, (room.h - gap * (min(rows, len(loans)) - 1)) / min(rows, len(loans)))
        self._cards = [
            LoanCard(self.stage, Rect(room.x, room.y + at * (height + gap), room.w, height), loan)
            for at, loan in enumerate(shown)
        ]
        self.add(*self._cards)

    def _with_pager(self, room: Rect, gap: float) -> Rect:
        """Put a button to the next page where there is room for it, and return the room left for rows."""
        shape = self.shape
        beside = shape.kind is Kind.WIDE_SMALL and not self._undo_there
        place = shape.others(1)[0] if beside else room.bottom_part(shape.touch)
        if self._pager is None:
            self._pager = row_button(self.stage, place, "arrow-right", self.tr("page.next"), self._turn)
            self.add(self._pager)
        return room if beside else room.above(shape.touch + gap)

    def _turn(self) -> None:
        self._page += 1
        self._show_page()
        self.stage.submit(StillHere())
