"""Board 02, 18: the patron's loans, and the return-only visit without a card."""

from __future__ import annotations

from kiosk.desk.views import AccountView
from kiosk.ui.screens.screen import Choice, Disc, Screen, Text
from kiosk.ui.theme import GOOD_MOOD, NEUTRAL_MOOD, SOFT, Rect
from kiosk.ui.widgets.buttons import row_button
from kiosk.ui.widgets.panel import SpotBanner
from kiosk.ui.widgets.rows import LoanCard
from lending.visit import Done, StillHere


class AccountScreen(Screen[AccountView]):
    """The loans, due soonest first; waiting for something to be scanned."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, view = self.shape, self.view
        self._page = 0
        undo = () if shape.wide and shape.large else self.undo_choice()
        self.buttons(Choice("check", self.tr("done"), Done()), *undo)
        room = self.with_visit(len(undo))
        if not (shape.wide and shape.large):
            room = self._scan_banner(room)
        if not view.loans:
            self._empty(room)
            return
        title = self.tr("account.title", n=len(view.loans))
        height = 52 if shape.large else 40
        head = self.chip_so_far(room.top_part(height))
        self.stack(head, [Text(title, "title", 600)])
        self._rows = room.below(height + (20 if shape.large else 4))
        self._cards: list[LoanCard] = []
        self._show_page()

    def _empty(self, room: Rect) -> None:
        large = self.shape.large
        title = self.tr("account.none" if self.view.has_card else "account.return_only")
        text = self.tr("account.none_text" if self.view.has_card else "account.return_only_text")
        items = [
            Disc(128 if large else 72, None, "scan-barcode" if not self.view.has_card else "hand", NEUTRAL_MOOD),
            Text(title, "title", 600, gap=32 if large else 14),
            Text(text, "body", 400, SOFT, gap=12 if large else 6),
        ]
        self.stack(room, items)

    def _scan_banner(self, room: Rect) -> Rect:
        shape = self.shape
        height = 88 if shape.large else 60
        key = "visit.scan_any" if self.view.has_card else "visit.scan_return"
        place = room.bottom_part(height)
        self.add(SpotBanner(self.stage, place, "scan-barcode", self.tr(key).replace("\n", " "), "", GOOD_MOOD))
        return room.above(height + (24 if shape.large else 8))

    def _show_page(self) -> None:
        shape, loans = self.shape, self.view.loans
        for card in self._cards:
            self.remove(card)
        gap = 16 if shape.large else 8
        tall, low, least = (112, 88, 72) if shape.large else (80, 66, 60)
        room = self._rows
        holds = int((room.h + gap) // (low + gap))
        if len(loans) <= holds:
            shown, height = loans, min(tall, (room.h - gap * (len(loans) - 1)) / len(loans))
        else:
            foot = room.bottom_part(shape.touch)
            room = room.above(shape.touch + gap)
            holds = max(1, int((room.h + gap) // (least + gap)))
            pages = -(-len(loans) // holds)
            self._page %= pages
            shown = loans[self._page * holds : (self._page + 1) * holds]
            height = min(tall, (room.h - gap * (holds - 1)) / holds)
            if not self._page_button_there():
                text = self.tr("page.next")
                self._pager = row_button(self.stage, foot, "arrow-right", text, self._turn)
                self.add(self._pager)
        for at, loan in enumerate(shown):
            card = LoanCard(self.stage, Rect(room.x, room.y + at * (height + gap), room.w, height), loan)
            self._cards.append(card)
            self.add(card)

    def _page_button_there(self) -> bool:
        return getattr(self, "_pager", None) is not None

    def _turn(self) -> None:
        self._page += 1
        self._show_page()
        self.stage.submit(StillHere())
