"""Board 04: all about one thing, whether it is here, and how to get it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.desk.views_browse import CanHold, ThingView
from kiosk.ui.money import number
from kiosk.ui.screens.screen import Screen, Text, gendered
from kiosk.ui.theme import (
    ATTENTION_MOOD,
    GOOD_MOOD,
    INFO_MOOD,
    INK,
    MAIN,
    NEUTRAL,
    NEUTRAL_MOOD,
    ON_MAIN,
    SOFT,
    Kind,
    Mood,
    Rect,
    split,
)
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.buttons import MAIN_PAINT, Button, second_button
from kiosk.ui.widgets.pair import Pair
from kiosk.ui.widgets.panel import IconDisc, Panel, SpotBanner
from kiosk.ui.widgets.things import Drawing, standing_words
from kiosk.ui.widgets.words import Icon, Words, measure
from lending.availability import Stand
from lending.visit import GoBack, PlaceHold, StartBrowse, StillHere

_FEW_PARTS = 3
_CARD_GAP, _LEAST_CARD = 16, 72
"""With larger text: the gap above the drawing of a card, and the least height at which it says something."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One line about the thing: an icon, what it says, a word more."""

    icon: str
    title: str
    text: str = ""


class ThingScreen(Screen[ThingView]):
    """The drawing, what it is for, where it stands, and what speaks for it. How to use and to borrow it lie behind a
    button each.
    """

    def build(self) -> None:
        """Put everything in its place."""
        self._shows = ""
        self._lay_out()

    def memory(self) -> object:
        """Return which of the pages is open."""
        return self._shows

    def remember(self, memory: object) -> None:
        """Open the page again."""
        self._shows = str(memory or "")
        self._lay_out_anew()

    def _turn(self, to: str) -> None:
        self._shows = to
        self._lay_out_anew()
        self.stage.submit(StillHere())

    def _lay_out_anew(self) -> None:
        with self.at_once():
            self._lay_out()

    def _lay_out(self) -> None:
        self.empty()
        if self.view.hold is CanHold.WAITS:
            self._card_page()
        elif self._shows == "use":
            self._use_page()
        elif self._shows == "borrow":
            self._borrow_page()
        else:
            self._first_page()

    # --- The first page

    def _first_page(self) -> None:
        shape = self.shape
        has_more = bool(self.view.how_to or self.view.parts or self.view.needs)
        self._foot(more=has_more)
        room = shape.content(1 + has_more)
        if shape.kind is Kind.WIDE_LARGE:
            self._picture(room.left_part(shape.column))
            self._told(room.after(shape.column + shape.gutter), 88)
        elif shape.kind is Kind.TALL_LARGE:
            self._picture(room.top_part(300))
            self._told(room.below(324), 88)
        elif shape.narrow:
            self._told(room, 50, beside=self._beside_title(room))
        else:
            size = 80 if shape.wide else 120
            self._picture(Rect(room.x, room.y, size, size))
            self._told(room, 50, beside=size + 16)

    def _beside_title(self, room: Rect) -> float:
        """Show a small picture beside a title that needs no line more then; return the pixels it takes."""
        size, title = 64.0, self.tr.text(self.view.face.name)
        alone, beside = (
            measure(self.stage, title, (wide, 400), "title", 600) for wide in (room.w, room.w - size - 16)
        )
        if len(beside.lines) > len(alone.lines) or beside.size < alone.size:
            return 0.0
        self._picture(Rect(room.x, room.y, size, size))
        return size + 16

    def _picture(self, place: Rect) -> None:
        face = self.view.face
        share = 0.8 if self.shape.large else 0.86
        self.add(Drawing(self.stage, place, face.drawing, face.tint or NEUTRAL, share))

    def _told(self, room: Rect, banner: float, beside: float = 0) -> None:
        """Put the name, what it is for, the banner and the proofs; the first two stand `beside` a small picture."""
        tr, view, large = self.tr, self.view, self.shape.large
        head = beside - 16 if beside else min(130.0, room.h * 0.3)
        head = max(0.0, beside - 16) if self.shape.narrow else head
        words = [Text(tr.text(view.face.name), "title", 600)]
        use = tr.text(view.use)
        if use:
            words.append(Text(use, "body" if large else "small", 400, SOFT, 4))
        head = self.head_height(head, room.after(beside), None, tr.text(view.face.name), use)
        self.stack(room.top_part(head).after(beside), words, "middle" if beside else "top")
        gap = 24 if large else 8
        text, more = self._stand_words()
        place = Rect(room.x, room.y + head + gap, room.w, SpotBanner.height(self.stage, banner, room.w, text, more))
        if self.shape.text > 1:
            self.add(SpotBanner(self.stage, place, self._mood()[0], text, more, self._mood()[1]))
        else:
            self.add(StandBanner(self.stage, place, self._mood(), text, more))
        self._proofs(Rect(room.x, place.bottom + gap, room.w, room.bottom - place.bottom - gap))

    def _mood(self) -> tuple[str, Mood]:
        stand = self.view.standing.stand
        if stand is Stand.HERE:
            return "circle-check", GOOD_MOOD
        if stand is Stand.BACK:
            return "clock", ATTENTION_MOOD
        return {Stand.RESTS: "hourglass", Stand.ELSEWHERE: "map-pin"}.get(stand, "clock"), INFO_MOOD

    def _stand_words(self) -> tuple[str, str]:
        """Return where it stands, and what follows from that."""
        tr, view = self.tr, self.view
        standing = view.standing
        mine = tr("thing.have_hold") if view.hold is CanHold.HAVE else ""
        match standing.stand:
            case Stand.HERE:
                many = standing.copies > 1
                text = tr("thing.here_of", n=standing.here, all=standing.copies) if many else tr("thing.here")
                return text, tr("thing.shelf", shelf=standing.shelf) if standing.shelf else ""
            case Stand.BACK if standing.back is not None:
                return tr("thing.back", date=tr.day(standing.back)), mine
            case Stand.ELSEWHERE:
                return standing_words(tr, standing), mine
            case Stand.RESTS:
                return tr("thing.rests"), mine
            case _:
                ask = tr("thing.call", phone=self.telephone()) if view.phone else tr("thing.ask")
                return tr("thing.out"), mine or ask

    # --- What speaks for it

    def _proofs(self, room: Rect) -> None:
        proofs = self._all_proofs()
        large = self.shape.large
        columns, gap = (1 if self.shape.narrow else 2), 16
        wide = (room.w - gap * (columns - 1)) / columns - 48
        least = max([Pair.height(self.stage, 84 if large else 50, wide, one.title, one.text) for one in proofs])
        rows = max(1, int(room.h // least))
        shown = proofs[: rows * columns]
        if self.shape.text > 1:
            self.dropped += len(proofs) - len(shown) + (room.h < least)
        rows = max(1, -(-len(shown) // columns))
        high = min(room.h, rows * max(least, 112 if large else 64))
        for cell, proof in zip(split(room.top_part(high), columns, gap, rows, 0), shown, strict=False):
            self.add(ProofLine(self.stage, cell, proof))

    def _all_proofs(self) -> list[Proof]:
        """Return what is known of the thing, what matters most first. What nobody knows is left out."""
        found = (self._condition(), self._price(), self._parts(), self._term(), self._asks(), self._times(),
                 self._rent(), self._weight())  # fmt: skip
        return [proof for proof in found if proof is not None]

    def _condition(self) -> Proof | None:
        tr, view = self.tr, self.view
        checked = tr("thing.checked", date=tr.short_day(view.checked_on)) if view.checked_on else ""
        if view.fine:
            return Proof("shield-check", tr("thing.fine"), checked)
        return Proof("shield-check", checked) if checked else None

    def _times(self) -> Proof | None:
        times = self.view.times_lent
        return Proof("users", self.tr("thing.times", n=times), self.tr("thing.times_text")) if times else None

    def _parts(self) -> Proof | None:
        parts = self.view.parts
        if not parts:
            return None
        names = ", ".join(self.tr.text(part).lower() for part in parts[:_FEW_PARTS])
        more = "…" if len(parts) > _FEW_PARTS else ""
        return Proof("package", self.tr("thing.parts", n=len(parts)), names + more)

    def _term(self) -> Proof | None:
        view, tr = self.view, self.tr
        renews = tr("thing.renews", n=view.renewals) if view.renewals else ""
        return Proof("calendar", tr("thing.days", n=view.loan_days), renews) if view.loan_days else None

    def _price(self) -> Proof:
        view, tr = self.view, self.tr
        buy = tr("thing.buy", kroner=number(tr, view.buy_kroner)) if view.buy_kroner else ""
        return Proof("coins", tr("thing.free"), buy)

    def _rent(self) -> Proof | None:
        rent, tr = self.view.rent_kroner, self.tr
        return Proof("store", tr("thing.rent", kroner=number(tr, rent)), tr("thing.rent_text")) if rent else None

    def _asks(self) -> Proof | None:
        view, tr = self.view, self.tr
        if view.training:
            return Proof("book-open", tr("thing.training"), tr("thing.training_text"))
        return Proof("user", tr("thing.age", n=view.age), tr("thing.age_text")) if view.age else None

    def _weight(self) -> Proof | None:
        kilos = self.view.weight_kg
        return None if kilos is None else Proof("weight", self.tr("thing.weight", kilos=number(self.tr, kilos)))

    # --- The foot

    def _foot(self, *, more: bool) -> None:
        view, tr, shape = self.view, self.tr, self.shape
        places = shape.others(1 + more)
        back = second_button(self.stage, places[0], "arrow-left", tr("back"), self.send(GoBack()))
        self.add(back)
        if more:
            words = tr("thing.use") if view.how_to else tr("thing.contents")
            icon = "book-open" if places[1].w > 190 else ""  # noqa: PLR2004  # room for words only
            self.add(second_button(self.stage, places[1], icon, words, lambda: self._turn("use")))
        match view.hold:
            case CanHold.NO if view.standing.stand is Stand.HERE:
                self._main("hand", tr("thing.borrow"), lambda: self._turn("borrow"))
            case CanHold.CARD | CanHold.TOUCH:
                self._main("bookmark", gendered(tr, "cannot.hold", view.face), self.send(PlaceHold()))
            case _:
                self._main("layout-grid", tr("thing.others"), self.send(StartBrowse()))

    def _main(self, icon: str, text: str, act: Callable[[], None]) -> None:
        self.add(Button(self.stage, self.shape.main, icon, text, act, MAIN_PAINT))

    # --- The further pages

    def _card_page(self) -> None:
        """Ask for the card, and say what follows."""
        shape, tr = self.shape, self.tr
        room = shape.content()
        self._main("x", tr("thing.card_no"), self.send(GoBack()))
        thing = tr.text(self.view.face.definite)
        words = [Text(tr("idle.title"), "title", 600), Text(tr("thing.card", thing=thing), "body", 400, INK, 12)]
        if shape.text > 1 and not shape.wide:
            spare = room.h - sum(self.height_of(item, room) for item in words) - _CARD_GAP
            if not shape.higher and spare >= _LEAST_CARD:
                self.add(Drawing(self.stage, room.bottom_part(spare), "card-and-reader", share=1))
            self.stack(room, words, "top")
        elif shape.wide:
            self.add(Drawing(self.stage, room.right_part(room.w * 0.46), "card-and-reader", share=1))
            self.stack(room.before(room.w * 0.5), words)
        else:
            self.add(Drawing(self.stage, room.top_part(room.h * 0.5), "card-and-reader", share=1))
            self.stack(room.below(room.h * 0.55), words, "top")

    def _borrow_page(self) -> None:
        """Say how the thing on the shelf becomes a loan."""
        shape = self.shape
        self._main("check", self.tr("thing.borrow_ok"), lambda: self._turn(""))
        head, gap = (64, 16) if shape.large else (44, 6)
        room = self.titled(shape.content(), head, gap, self.tr("thing.borrow_title"))
        NumberedSteps.put(self, room, self._borrow_steps())

    def _borrow_steps(self) -> list[str]:
        tr, view = self.tr, self.view
        shelf = view.standing.shelf
        take = tr("thing.borrow_1_shelf", shelf=shelf) if shelf else tr("thing.borrow_1")
        scan = tr("thing.borrow_2")
        return [take, scan] if view.has_card else [take, tr("thing.borrow_card"), scan]

    def _use_page(self) -> None:
        """Show how it is used and what belongs to it."""
        shape, tr, view = self.shape, self.tr, self.view
        room = shape.content()
        self.add(Button(self.stage, shape.main, "check", tr("thing.use_ok"), lambda: self._turn(""), MAIN_PAINT))
        parts = [tr.text(part) for part in view.parts]
        needs = [tr.text(need) for need in view.needs]
        steps = [tr.text(step) for step in view.how_to]
        side = Rect(0, 0, 0, 0)
        if parts or needs:
            if shape.wide:
                side = room.right_part(shape.column)
                room = room.before(shape.column + shape.gutter)
            else:
                high = room.h * (0.42 if steps else 1.0)
                side, room = room.bottom_part(high), room.above(high + shape.gutter)
            self._side(side if steps else shape.content(), parts, needs)
        if steps:
            head, gap = (64, 16) if shape.large else (44, 6)
            NumberedSteps.put(self, self.titled(room, head, gap, tr("thing.use")), steps)

    def _side(self, place: Rect, parts: list[str], needs: list[str]) -> None:
        """Show the parts, and under them what it asks of whoever uses it."""
        large = self.shape.large
        self.add(Panel(self.stage, place))
        inner = place.inset(self.shape.pad)
        line = 36 if large else 26
        if self.shape.text > 1:
            said = [*parts, *needs, self.tr("thing.parts", n=len(parts))]
            tall = [measure(self.stage, one, (inner.w - 34, 400), "small", 600, 3).height + 4 for one in said]
            line = round(max(line, *tall))
        lines = [("", text) for text in needs]
        if parts:
            lines = [("package", self.tr("thing.parts", n=len(parts))), *(("check", part) for part in parts), *lines]
        room = max(1, int(inner.h // line))
        if len(lines) > room:
            self.dropped += len(lines) - room + 1
            lines = [*lines[: room - 1], ("", "…")]
        for at, (icon, text) in enumerate(lines):
            row = Rect(inner.x, inner.y + at * line, inner.w, line)
            bold = icon != "check"
            if icon:
                size = 24 if large else 18
                self.add(Icon(self.stage, row.left_part(size), icon, size, MAIN if not bold else INK))
                row = row.after(size + 10)
            self.add(Words(self.stage, row, text, "small", 600 if bold and icon else 400, INK,
                           most=1 if self.shape.text <= 1 else 3))  # fmt: skip


class StandBanner(Box):
    """Where the thing stands, in one line; at the right on which shelf, or whom to ask."""

    def __init__(self, stage: Stage, rect: Rect, mood: tuple[str, Mood], text: str, more: str) -> None:
        super().__init__(stage, rect)
        icon, (tint, ink) = mood
        large = stage.shape.large
        self.fill(rect, tint, stage.shape.radius)
        size, pad = (36, 20) if large else (26, 12)
        inner = rect.inset(pad, 6)
        self.add(Icon(stage, inner.left_part(size), icon, size, ink))
        room = inner.after(size + pad)
        if more:
            wide = min(room.w * 0.5, measure(stage, more, (room.w, inner.h), "body", 600, 1).width + 4)
            self.add(Words(stage, room.right_part(wide), more, "body", 600, INK, "right", most=1))
            room = room.before(wide + 12)
        self.add(Words(stage, room, text, "body", 600, INK, most=1))


class ProofLine(Box):
    """A disc with an icon, what speaks for the thing, and a word more."""

    def __init__(self, stage: Stage, rect: Rect, proof: Proof) -> None:
        super().__init__(stage, rect)
        large = stage.shape.large
        size = 56 if large else 38
        self.add(IconDisc(stage, Rect(rect.x, rect.y + (rect.h - size) / 2, size, size), proof.icon, NEUTRAL_MOOD))
        room = rect.after(size + (16 if large else 10))
        self.add(Pair(stage, room, proof.title, proof.text, (36, 30) if large else (26, 22)))


class NumberedSteps(Box):
    """A few steps, each with its number."""

    @classmethod
    def put(cls, screen: Box, room: Rect, steps: list[str]) -> None:
        """Put the steps under each other into `room`."""
        large = screen.stage.shape.large
        most = 112 if large else 72
        if screen.stage.shape.text > 1:
            most = round(max(measure(screen.stage, step, (room.w - 60, 1000), most=6).height + 12 for step in steps))
        high = min(max(most, 48), room.h / max(1, len(steps)))
        for at, step in enumerate(steps):
            screen.add(cls(screen.stage, Rect(room.x, room.y + at * high, room.w, high), at + 1, step))

    def __init__(self, stage: Stage, rect: Rect, number: int, text: str) -> None:
        super().__init__(stage, rect)
        large = stage.shape.large
        size = min(rect.h - 8, 56 if large else 40)
        disc = Rect(rect.x, rect.y + (rect.h - size) / 2, size, size)
        self.fill(disc, MAIN, size / 2)
        self.add(Words(stage, disc, str(number), "body" if large else "small", 600, ON_MAIN, "center", most=1))
        self.add(Words(stage, rect.after(size + 20).inset(0, 2), text, "body", 400, INK,
                       most=2 if stage.shape.text <= 1 else 6))  # fmt: skip
