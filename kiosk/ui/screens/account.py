"""Board 02, 18: the patron's loans and holds, and the return-only visit without a card."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.desk.views import AccountView, HoldRow, LoanRow
from kiosk.ui.screens.screen import Choice, Disc, Screen, Text, aside, gendered
from kiosk.ui.theme import GOOD_MOOD, INFO_MOOD, NEUTRAL_MOOD, SOFT, Kind, Rect
from kiosk.ui.widgets.box import Box
from kiosk.ui.widgets.buttons import row_button, second_button
from kiosk.ui.widgets.panel import Note, SpotBanner
from kiosk.ui.widgets.rows import HoldCard, LoanCard, button_below
from kiosk.ui.widgets.words import measure
from lending.visit import AskAboutMe, CancelHold, Done, RenewLoan, StartBrowse, StillHere

_FEW = 2
_LOW_ROW = 66
"""With larger text: pixels of a loan whose name and day take one line each."""

Row = Callable[[Rect], Box]
"""Makes one row of the list at its place."""


class AccountScreen(Screen[AccountView]):
    """What stands ready, then the loans, due soonest first; waiting for something to be scanned."""

    def build(self) -> None:
        """Put everything in its place."""
        shape = self.shape
        self._page = 0
        self._shown: list[Box] = []
        self._list: Sequence[Row] = self._rows()
        undo = () if shape.kind is Kind.WIDE_LARGE else self.undo_choice()
        about = (Choice("shield-check", self._about_words(), AskAboutMe()),) if self._is_own() else ()
        look = (Choice("layout-grid", self._look_words(), StartBrowse()),) if about and not undo else ()
        others = (*undo, *about, *look)
        room = self.with_visit(len(others))
        if not self._is_low:
            room = self._said(room)
        if not self._list:
            self._put_buttons(others)
            self._empty(room)
            return
        height = self.head_height(52 if shape.large else 40, room, None, self._title())
        head = self.chip_so_far(room.top_part(height))
        self.stack(head, [Text(self._title(), "title", 600)])
        room = room.below(height + (20 if shape.large else 4))
        if self._is_low:
            room = self._said(room)
        paged = len(self._list) > self._holds(room)
        self.folded = paged or not self._hold_all(self._heights(room.w), room)
        beside = paged and shape.kind is Kind.WIDE_SMALL and not undo
        self._put_buttons((*undo, *about) if beside else others, beside=beside)
        if paged and not beside:
            self._pager(room.bottom_part(shape.touch))
            room = room.above(shape.touch + self._gap)
        self._room = room
        self.dropped += shape.text > 1 and room.h < self._lowest(room.w)
        self._show_page()

    def memory(self) -> object:
        """Return which row stands first."""
        return self._page * self._rows_a_page if self._shown else 0

    def remember(self, memory: object) -> None:
        """Show the page with the row that stood first."""
        if self._shown and isinstance(memory, int):
            self._page = memory // self._rows_a_page
            self._show_page()

    # --- Words

    @property
    def _is_low(self) -> bool:
        """Whether the rows go below the middle, for one can be touched: what is only read stands above them then."""
        renews = any(loan.can_renew for loan in self.view.loans)
        return self.shape.reach and (renews or bool(self.view.holds))

    def _said(self, room: Rect) -> Rect:
        """Show what is only read beside the rows: what to do, the newest thing done, words of the library; return the
        room left.
        """
        shape, few = self.shape, len(self._list) <= _FEW
        rest = room if self._is_low else self._words(room)
        if not shape.wide or (shape.kind is Kind.WIDE_SMALL and few):
            rest = self.strip_below(self._scan_banner(rest), above=self._is_low)
        return self._words(rest) if self._is_low else rest

    def _words(self, room: Rect) -> Rect:
        """Show what the library has to say today at the foot of `room`, where there is some; return the room left."""
        large, words = self.shape.large, self.view.words
        if not words or not (large or len(self._list) <= 1):
            return room
        place, rest = aside(room, 72 if large else 56, 16 if large else 8, above=self._is_low)
        icon = "calendar" if words[0].kind == "event" else "info"
        self.add(Note(self.stage, place, icon, self.tr.text(words[0].words), INFO_MOOD))
        return rest

    def _is_own(self) -> bool:
        """Whether this is the patron's own account, and not a visit that a pickup code opened."""
        view = self.view
        return view.has_card and (view.limit is not None or bool(view.loans or view.holds))

    def can_borrow(self) -> bool:
        """Return whether a card is here that may have one thing more."""
        view = self.view
        return super().can_borrow() and (view.limit is None or len(view.loans) < view.limit)

    def _title(self) -> str:
        view = self.view
        if view.loans:
            return self.tr("account.title", n=len(view.loans))
        return self.tr("account.holds_only", n=len(view.holds))

    def _look_words(self) -> str:
        """Return what leads to all that is here: as on the idle screen, or shorter where that would be cut."""
        said, place = self.tr("idle.look"), self.shape.others(2)[1].inset(4)
        cut = measure(self.stage, said, (place.w, place.h), "body", 600, 2).cut
        return self.tr("browse.show_all") if cut else said

    def _about_words(self) -> str:
        small = self.shape.kind is not Kind.WIDE_LARGE
        return self.tr("about.entry_short" if small else "about.entry")

    def _empty(self, room: Rect) -> None:
        large = self.shape.large
        card = self.view.has_card and not self.view.status.lends_nothing
        key = "return_only" if not card else "none" if self._is_own() else "pickup"
        icon = "scan-barcode" if not card else "hand" if self._is_own() else "bookmark"
        items: list[Text | Disc] = [
            Disc(128 if large else 72, None, icon, NEUTRAL_MOOD),
            Text(self.tr(f"account.{key}"), "title", 600, gap=32 if large else 14),
            Text(self.tr(f"account.{key}_text"), "body", 400, SOFT, gap=12 if large else 6),
        ]
        self.stack(room, items)

    def _scan_banner(self, room: Rect) -> Rect:
        shape = self.shape
        words = self.tr("visit.scan_any" if self.can_borrow() else "visit.scan_return").replace("\n", " ")
        height = SpotBanner.height(self.stage, 88 if shape.large else 60, room.w, words, "")
        place, rest = aside(room, height, 24 if shape.large else 8, above=self._is_low)
        self.add(SpotBanner(self.stage, place, "scan-barcode", words, "", GOOD_MOOD))
        return rest

    # --- Rows

    @property
    def _gap(self) -> int:
        return 16 if self.shape.large else 8

    def _rows(self) -> list[Row]:
        """Return what makes the rows: first what stands here for somebody, then loans, then what is waited for."""
        ready = [self._hold_row(hold) for hold in self.view.holds if hold.ready]
        later = [self._hold_row(hold) for hold in self.view.holds if not hold.ready]
        return [*ready, *map(self._loan_row, self.view.loans), *later]

    def _loan_row(self, loan: LoanRow) -> Row:
        return lambda place: LoanCard(self.stage, place, loan, self.send(RenewLoan(loan.row)))

    def _hold_row(self, hold: HoldRow) -> Row:
        words = self._drop_words(hold)
        return lambda place: HoldCard(self.stage, place, hold, self.send(CancelHold(hold.row)), words)

    def _drop_words(self, hold: HoldRow) -> str:
        return gendered(self.tr, "account.drop", hold.thing)

    def _below(self, text: str, width: float) -> float:
        """Return the pixels a button takes under the words of a row so wide, if it stands there."""
        return self.shape.touch if text and button_below(self.stage, width, text) else 0

    def _lowest(self, width: float) -> float:
        """Return the least height of a row so wide: with buttons in it, as high as they must be."""
        buttons = [self._drop_words(hold) for hold in self.view.holds]
        buttons += [self.tr("account.renew") for loan in self.view.loans if loan.can_renew][:1]
        if self.shape.text > 1:
            below = max((self._below(text, width) for text in buttons), default=0)
            return 92 + (below + 4 if below else 0)
        touched = bool(buttons)
        if self.shape.large:  # beside a button a name has little width, where the window stands
            return 100 if touched and not self.shape.wide else 84
        return 68 if touched else 57

    def _heights(self, width: float) -> list[float]:
        """Return what each row so wide takes with larger text in one column, else nothing: there all are as high."""
        shape = self.shape
        if shape.text <= 1 or shape.wide:
            return []
        ready = [self._hold_height(hold, width) for hold in self.view.holds if hold.ready]
        later = [self._hold_height(hold, width) for hold in self.view.holds if not hold.ready]
        return [*ready, *(self._loan_height(loan, width) for loan in self.view.loans), *later]

    def _hold_height(self, hold: HoldRow, width: float) -> float:
        drop = self._drop_words(hold)
        lines = sum(HoldCard.lines_of(self.stage, hold, width, drop))
        return self._below(drop, width) + (96 if lines <= 3 else 122)  # noqa: PLR2004

    def _loan_height(self, loan: LoanRow, width: float) -> float:
        name, when = LoanCard.lines_of(self.stage, loan, width)
        touch = self._below(self.tr("account.renew") if loan.can_renew else "", width)
        low = _LOW_ROW + (14 if touch else 0)
        return touch + (low if name == when == 1 else 92 if name + when == 3 else 122)  # noqa: PLR2004

    def _holds(self, room: Rect) -> int:
        """Return how many rows `room` holds."""
        heights = self._heights(room.w)
        if heights and self._hold_all(heights, room):
            return len(heights)
        return max(1, int((room.h + self._gap) // (self._lowest(room.w) + self._gap)))

    def _hold_all(self, heights: Sequence[float], room: Rect) -> bool:
        return sum(heights) + self._gap * (len(heights) - 1) <= room.h

    @property
    def _rows_a_page(self) -> int:
        return self._holds(self._room)

    def _show_page(self) -> None:
        for row in self._shown:
            self.remove(row)
        rows, room, gap = self._rows_a_page, self._room, self._gap
        self._page %= -(-len(self._list) // rows)
        shown = self._list[self._page * rows : (self._page + 1) * rows]
        most = min(rows, len(self._list))
        usual = (112 if self.shape.wide else 120) if self.shape.large else 0 if self._is_low else 80
        height = min(max(self._lowest(room.w), usual), (room.h - gap * (most - 1)) / most)
        heights = self._heights(room.w)
        if not self._hold_all(heights, room):
            heights = []
        y, self._shown = room.y, []
        for at, make in enumerate(shown):
            high = heights[at] if heights else height
            self._shown.append(make(Rect(room.x, y, room.w, high)))
            y += high + gap
        self.add(*self._shown)

    # --- Buttons

    def _put_buttons(self, others: tuple[Choice, ...], *, beside: bool = False) -> None:
        """Put the buttons in their places; `beside` keeps the first of the further ones for the next page."""
        places = self.shape.others(len(others) + beside)
        self.buttons(Choice("check", self.tr("done"), Done()))
        if beside:
            self._pager(places[0])
        for place, choice in zip(places[beside:], others, strict=True):
            icon = choice.icon if place.w > 190 else ""  # noqa: PLR2004  # room for words only
            long = self.shape.kind is Kind.WIDE_LARGE and isinstance(choice.touch, AskAboutMe)
            make = row_button if long else second_button
            self.add(make(self.stage, place, icon, choice.text, self.send(choice.touch)))

    def _pager(self, place: Rect) -> None:
        icon = "arrow-right" if place.w > 190 else ""  # noqa: PLR2004  # as above
        self.add(row_button(self.stage, place, icon, self.tr("page.next"), self._turn))

    def _turn(self) -> None:
        self._page += 1
        self._show_page()
        self.stage.submit(StillHere())
