"""Board 07: a return is saved; the thanks comes before the question. And the end of a return."""

from __future__ import annotations

from kiosk.desk.views import ReturnedView, ThanksView, ThingFace
from kiosk.ui.screens.hero import Banner, HeroScreen
from kiosk.ui.screens.screen import Choice, Disc, Screen, Text, gendered
from kiosk.ui.theme import ATTENTION_MOOD, GOOD_MOOD, INFO_MOOD, INK, NEUTRAL_MOOD, Kind, Rect, split
from kiosk.ui.tr import Translator
from kiosk.ui.widgets.answers import Answer, AnswerTile, add_column, lies
from kiosk.ui.widgets.panel import DONE_MOOD, SpotBanner
from lending.nouns import Condition
from lending.visit import ConditionGiven, Done, GoOn

_WITHIN_REACH = 120
"""In reach mode answers beside each other are so high at most: a page of the smallest window."""


class ReturnedScreen(Screen[ReturnedView]):
    """Saved; how was it? Three big answers, then where to put it."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr, thing = self.shape, self.tr, self.view.thing
        self.buttons(Choice("check", tr("done"), Done()), Choice("scan-barcode", tr("returned.more"), GoOn()))
        room = self.with_visit(1) if shape.kind is Kind.WIDE_LARGE else shape.content(1)
        heights = {Kind.WIDE_LARGE: 96, Kind.WIDE_SMALL: 56, Kind.TALL_LARGE: 128, Kind.TALL_SMALL: 84}
        head: float = heights[shape.kind]
        disc = Disc(88 if shape.large else 48, None, "check", DONE_MOOD)
        title = tr("returned.title", thing=tr.text(thing.definite))
        head = self.head_height(head, room, disc, title, tr("returned.hint"))
        self.header(self.chip_so_far(room.top_part(head), but_newest=True), disc, title, tr("returned.hint"))
        room = room.below(head + (24 if shape.large else 4))
        if thing.shelf:
            where = shelf_words(tr, thing)
            banner = SpotBanner.height(self.stage, 88 if shape.large else 60, room.w, where, "")
            place = room.bottom_part(banner)
            self.add(SpotBanner(self.stage, place, "map-pin", where, "", INFO_MOOD))
            room = room.above(banner + (16 if shape.large else 8))
        ask = 40 if shape.large else 28 if shape.text <= 1 else 32
        self.stack(room.top_part(ask), [Text(tr("returned.question"), "body", 600, INK)])
        room = room.below(ask + (16 if shape.large else 4))
        self._answers(self.within_reach(room, shape.touch if shape.wide else 3 * shape.touch + 16))

    def _answers(self, room: Rect) -> None:
        tr = self.tr
        answers = (
            (Condition.OK, "thumbs-up", GOOD_MOOD),
            (Condition.MISSING, "package-x", ATTENTION_MOOD),
            (Condition.DAMAGED, "wrench", INFO_MOOD),
        )
        told = [
            Answer(
                icon, mood, tr(f"returned.{answer}"), tr(f"returned.{answer}_text"), self.send(ConditionGiven(answer))
            )
            for answer, icon, mood in answers
        ]
        if lies(self.stage):
            self.dropped += not add_column(self, room, told, 8)
            return
        if self.shape.wide:
            places = split(
                room.top_part(min(room.h, _WITHIN_REACH)) if self.shape.reach else room, 3, self.shape.gutter
            )
        else:
            gap = 8 if self.shape.reach else 16
            places = split(room.top_part(min(room.h, 3 * 176 + 2 * gap)), 1, gap, 3)
        for place, one in zip(places, told, strict=True):
            self.add(AnswerTile(self.stage, place, one.icon, one.mood, one.title, one.text, one.act))


class ThanksScreen(HeroScreen[ThanksView]):
    """The end of a return."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, view = self.tr, self.view
        banner = None
        swap = view.swap
        if swap is not None:
            banner = self._swap(swap)
        elif view.thing is not None and view.thing.shelf:
            banner = Banner("map-pin", shelf_words(tr, view.thing), self.closing(), INFO_MOOD)
        elif view.thing is None:
            banner = Banner("map-pin", tr("thanks.leave_it"), self.closing(), INFO_MOOD)
        else:
            banner = Banner("clock", self.closing(), "", INFO_MOOD)
        title, text = self._words()
        self.hero(
            Disc(128, None, "check", DONE_MOOD),
            title,
            text,
            banner=banner,
            scene=Disc(300, swap or view.thing, "package", NEUTRAL_MOOD),
            choices=[Choice("check", tr("done"), Done()), Choice("scan-barcode", tr("returned.more"), GoOn())],
        )

    def _swap(self, swap: ThingFace) -> Banner:
        """Offer the other copy; the line of time at the top still says when the screen closes."""
        tr = self.tr
        where = gendered(tr, "swap.shelf" if swap.shelf else "swap.here", swap, shelf=swap.shelf)
        how = gendered(tr, "swap.scan", swap) if self.view.has_card else tr("swap.card")
        return Banner("scan-barcode", where, how, GOOD_MOOD)

    def tell(self) -> None:
        """Show in how many seconds the screen closes by itself."""
        if self.view.swap is None and self.banner is not None and self.banner.second is not None:
            self.banner.second.say(self.closing())

    def _words(self) -> tuple[str, str]:
        tr, view = self.tr, self.view
        if view.answer is Condition.MISSING and not view.missing:
            return tr("thanks.missing_unsure"), tr("thanks.missing_text")
        if view.answer is Condition.MISSING:
            first, *others = (tr.text(name) for name in view.missing)
            begins = tr("thanks.missing", n=len(view.missing), parts=first).startswith(first)
            names = [first if begins else _inside(first), *map(_inside, others)]
            listed = names[0] if len(names) == 1 else tr("list.and", first=", ".join(names[:-1]), last=names[-1])
            return tr("thanks.missing", n=len(names), parts=listed), tr("thanks.missing_text")
        if view.answer is None or view.thing is None:
            return tr("thanks.unknown"), tr("thanks.unknown_text")
        key, thing = f"thanks.{view.answer}", tr.text(view.thing.definite)
        return tr(key, thing=thing), tr(f"{key}_text", thing=thing)


def _inside(name: str) -> str:
    """Return a name as it stands inside a sentence: "Lader" small, "USB-kabel" as it is."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def shelf_words(tr: Translator, thing: ThingFace) -> str:
    """Return where to put a returned thing."""
    return tr("returned.shelf", thing=tr.text(thing.definite), shelf=thing.shelf)
