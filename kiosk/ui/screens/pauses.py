"""The screens of a station that starts, rests, or was without power; and the calm one if a screen itself fails."""

from __future__ import annotations

from typing import Any

from kiosk.desk.views import (
    EnrolStep,
    EnrolView,
    OutOfServiceView,
    PowerBackView,
    ReturnsOnlyView,
    StartingView,
    View,
    VisitLine,
)
from kiosk.desk.views_care import LoadingView, MomentView
from kiosk.ui.money import number
from kiosk.ui.screens.hero import Banner, Fact, HeroScreen
from kiosk.ui.screens.nearby import far
from kiosk.ui.screens.screen import Choice, Disc, Screen, Text, it_is_yours
from kiosk.ui.theme import (
    ATTENTION_MOOD,
    CARD,
    GOOD_MOOD,
    INFO_MOOD,
    INK,
    MAIN,
    NEUTRAL_MOOD,
    ON_MAIN,
    SOFT,
    Kind,
    Mood,
    Rect,
    split,
)
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.panel import Panel, SpotBanner, ThingDisc
from kiosk.ui.widgets.visit import line_when
from kiosk.ui.widgets.words import Icon, Words, measure, needed
from lending.visit import Done, GoOn, LineState

_PAD, _DISC, _ICON, _ROW_GAP = 12, 56, 26, 8
"""Of a row after a power cut on a compact layout, in pixels."""
_GROWN_STATE = 26
_READABLE = 0.87
"""A name that one line makes smaller than this takes two."""
_LEAST_ROW = 72
_PAIRED_FROM = 500
"""The width from which a row has its state beside the words."""


class StartingScreen(HeroScreen[StartingView]):
    """The station is nearly ready."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, ready = self.tr, self.view.enrolled
        key = "starting.ready" if ready else "starting.new"
        scene = Disc(256, None, "house" if ready else "list-checks", NEUTRAL_MOOD)
        self.hero(None, tr(key), tr(f"{key}_text"), title_role="big", scene=scene)


_ENROL_DISCS = {
    EnrolStep.WAITING: ("qr-code", NEUTRAL_MOOD),
    EnrolStep.WORKING: ("hourglass", INFO_MOOD),
    EnrolStep.DONE: ("circle-check", GOOD_MOOD),
    EnrolStep.NO_NETWORK: ("wifi-off", INFO_MOOD),
    EnrolStep.HUB_DOWN: ("cloud-off", INFO_MOOD),
    EnrolStep.SLOW_DOWN: ("hourglass", INFO_MOOD),
}


class EnrolScreen(HeroScreen[EnrolView]):
    """The station waits for its enrolment code, or says what came of one."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, view = self.tr, self.view
        step = view.step
        icon, mood = _ENROL_DISCS.get(step, ("info", ATTENTION_MOOD))
        banner = None
        if not view.scanner:
            banner = Banner("plug-zap", tr("enrol.no_scanner"), tr("enrol.no_scanner_text"), ATTENTION_MOOD)
        elif step not in (EnrolStep.WAITING, EnrolStep.WORKING, EnrolStep.DONE):
            again = "enrol.by_itself" if step in _BY_ITSELF else "enrol.again"
            banner = Banner("scan-barcode", tr(again), tr("enrol.again_text"), INFO_MOOD)
        scene = Disc(256, None, icon, mood)
        self.hero(None, tr(f"enrol.{step}"), tr(f"enrol.{step}_text"), banner=banner, title_role="big", scene=scene)
        if view.name and banner is None:
            _in_the_corner(self, view.name)


_BY_ITSELF = (EnrolStep.NO_NETWORK, EnrolStep.HUB_DOWN, EnrolStep.SLOW_DOWN, EnrolStep.STRANGER)


def _in_the_corner(screen: Screen[Any], code: str) -> None:
    """Say at the lower right what a technician asks for, beside the buttons that turn pages and not under them."""
    shape = screen.shape
    place = Rect(shape.margin, shape.height - 28, shape.content().w, 24)
    screen.add(Words(screen.stage, place, code, "code", 400, SOFT, "right", most=1))


class OutOfServiceScreen(HeroScreen[OutOfServiceView]):
    """The station takes a break. Readable from the door."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, view = self.tr, self.view
        facts = [Fact("phone", view.phone, large=True)] if view.phone else []
        near = self._near(view)
        if facts and not near:
            facts.append(Fact("shield-check", tr("out.saved"), tr("out.saved_text")))
        title = "out.nearest" if near else "library.talk"
        facts = [*near, *facts]
        disc = Disc(128 if facts else 256, None, "hourglass", ATTENTION_MOOD)
        self.hero(
            disc if facts else None,
            tr("out.title"),
            tr("out.text"),
            banner=Banner("hand", tr("out.keep"), tr("out.keep_text"), GOOD_MOOD),
            panel_title=tr(title),
            facts=facts,
            title_role="big",
            scene=disc,
        )
        if view.code:
            _in_the_corner(self, view.code)

    def _near(self, view: OutOfServiceView) -> list[Fact]:
        """Return where the nearest other station is, and when it is open."""
        tr, place = self.tr, view.nearest
        if place is None:
            return []
        where = " · ".join(part for part in (place.address, far(tr, place.metres)) if part)
        facts = [Fact("house", place.name, where, GOOD_MOOD)]
        hours = tr.text(place.hours)
        return [*facts, Fact("clock", hours, tr.text(place.way))] if hours else facts


class ReturnsOnlyScreen(HeroScreen[ReturnsOnlyView]):
    """The station takes things back and lends nothing until there is room again."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, view = self.tr, self.view
        put_back = tr("returns_only.thing", thing=tr.text(view.thing.definite)) if view.thing is not None else ""
        self.hero(
            Disc(128, None, "archive-restore", GOOD_MOOD) if view.phone else None,
            tr("returns_only.title"),
            "\n".join(part for part in (tr("returns_only.text"), put_back) if part),
            banner=Banner("scan-barcode", tr("card_stop.scan"), tr("card_stop.scan_text")),
            panel_title=tr("library.talk"),
            facts=[Fact("phone", view.phone, large=True)] if view.phone else [],
            scene=Disc(256, None, "archive-restore", GOOD_MOOD),
            choices=[Choice("check", tr("cannot.ok"), GoOn()), Choice("door-open", tr("done"), Done())],
        )


class SorryScreen(HeroScreen[View]):  # any view: one that nobody has drawn is shown so
    """Something in the screen itself went wrong. Whatever was confirmed is saved."""

    def build(self) -> None:
        """Put everything in its place."""
        tr = self.tr
        self.hero(None, tr("sorry.title"), tr("sorry.text"), scene=Disc(256, None, "hourglass", INFO_MOOD),
                  choices=[Choice("check", tr("done"), Done())])  # fmt: skip


class LoadingScreen(HeroScreen[LoadingView]):
    """The first list from the library is on its way, or waited for. Whoever returns something need not wait."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, view = self.tr, self.view
        text = tr("starting.new_text")
        if view.things or view.cards:
            cards = tr("loading.cards", n=view.cards, count=number(tr, view.cards)) if view.cards else ""
            things = tr("loading.things", n=view.things, count=number(tr, view.things))
            text = "\n".join(part for part in (things, cards) if part)
        banner = Banner("scan-barcode", tr("loading.returns"), tr("loading.returns_text"), GOOD_MOOD)
        scene = Disc(256, None, "list-checks", NEUTRAL_MOOD)
        self.hero(None, tr("starting.new"), text, title_role="big", scene=scene, banner=banner)


class MomentScreen(HeroScreen[MomentView]):
    """The desk takes longer than people expect. Nothing is asked of anybody."""

    def build(self) -> None:
        """Put everything in its place."""
        tr = self.tr
        self.hero(None, tr("moment.title"), tr("moment.text"), title_role="big",
                  scene=Disc(256, None, "hourglass", INFO_MOOD))  # fmt: skip


class PowerBackScreen(Screen[PowerBackView]):
    """Board 11: per thing saved or not saved, in words."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr, view = self.shape, self.tr, self.view
        lost = tuple(line for line in view.lines if line.state is LineState.NOT_SAVED)
        others = [Choice("x", self._leave_words(lost[0]), Done())] if lost else []
        self.buttons(Choice("check", tr("done"), Done()), *others)
        room = shape.content(len(others))
        shown = bool(lost) and shape.kind is Kind.WIDE_LARGE
        if shown:
            self._scan_again(room.right_part(shape.column), lost[0])
            room = room.before(shape.column + shape.gutter)
        disc = Disc(88 if shape.large else 52, None, "plug-zap", INFO_MOOD)
        usual, gap = (96, 24) if shape.large else (60, 8)
        room = self.headed(room, usual, gap, disc, tr("power.title"), self._when())
        icon, words, more, mood = "shield-check", tr("power.before"), "", GOOD_MOOD
        if lost and not shown:
            words = tr("power.again", thing=tr.text(lost[0].thing.definite))
            icon, more, mood = "scan-barcode", tr("power.again_text"), ATTENTION_MOOD
        foot = SpotBanner.height(self.stage, 88 if shape.large else 60, room.w, words, more)
        self.add(SpotBanner(self.stage, room.bottom_part(foot), icon, words, more, mood))
        self._lines(room.above(foot + (16 if shape.large else 8)), view.lines)

    def _leave_words(self, line: VisitLine) -> str:
        """Say what the further button does; with larger text a long name stands in the list only."""
        said = self.tr("power.leave", thing=self.tr.text(line.thing.definite))
        room = self.shape.others(1)[0].inset(40, 0)
        fitted = measure(self.stage, said, (room.w, room.h), "body", 600, 2)
        small = fitted.cut or (self.shape.text > 1 and fitted.size < 0.8 * self.shape.sizes.body)
        return self.tr("power.leave_it") if small else said

    def _when(self) -> str:
        tr, view = self.tr, self.view
        if view.since is not None and view.minutes:
            return tr("power.for_from", n=view.minutes, time=tr.time(view.since))
        if view.since is not None:
            return tr("power.from", time=tr.time(view.since))
        return tr("power.for", n=view.minutes) if view.minutes else ""

    def _lines(self, room: Rect, lines: tuple[VisitLine, ...]) -> None:
        shape = self.shape
        if not lines:
            return
        if shape.text > 1 and not shape.wide:
            self._grown_lines(room, lines)
            return
        gap = 16 if shape.large else 8
        most, least = (152, 84) if shape.large else (84, 64) if shape.text <= 1 else (124, 104)
        rows = max(1, int((room.h + gap) // (least + gap)))
        columns = 1 if len(lines) <= rows or not shape.wide else 2
        rows = min(rows, -(-len(lines) // columns))
        height = min(most, (room.h - gap * (rows - 1)) / rows)
        places = split(room.top_part(rows * height + (rows - 1) * gap), columns, shape.gutter, rows, gap)
        lost_first = sorted(lines, key=lambda line: line.state is not LineState.NOT_SAVED)
        shown = lines if len(lines) <= len(places) else lost_first[: len(places) - 1]
        for place, line in zip(places, shown, strict=False):
            self.add(SavedRow(self.stage, place, line))
        if len(lines) > len(shown):
            self.dropped += shape.text > 1
            more = self.tr("power.more", n=len(lines) - len(shown))
            self.add(Words(self.stage, places[-1].inset(16, 0), more, "body", 600, GOOD_MOOD.on, most=2))

    def _grown_lines(self, room: Rect, lines: tuple[VisitLine, ...]) -> None:
        """Put all under each other, what was not saved first, each as high as its larger words need; where that is
        too much, a higher canvas is made.
        """
        y = room.y
        for line in sorted(lines, key=lambda line: line.state is not LineState.NOT_SAVED):
            place = Rect(room.x, y, room.w, SavedRow.needs(self.stage, room.w, line))
            self.add(SavedRow(self.stage, place, line))
            y = place.bottom + _ROW_GAP
        self.dropped += y - _ROW_GAP > room.bottom + 1

    def _scan_again(self, rect: Rect, line: VisitLine) -> None:
        tr = self.tr
        self.add(Panel(self.stage, rect))
        disc = Rect(rect.x + (rect.w - 240) / 2, rect.y + 80, 240, 240)
        self.add(ThingDisc(self.stage, disc, line.thing.drawing, line.thing.tint))
        badge = Rect(disc.right - 92, disc.bottom - 96, 112, 112)
        mark = Box(self.stage, badge)
        mark.disc(badge, CARD)
        mark.disc(badge.inset(8), MAIN)
        self.add(mark, Icon(self.stage, badge, "scan-barcode", 48, ON_MAIN))
        words = Rect(rect.x + 24, disc.bottom + 48, rect.w - 48, rect.bottom - disc.bottom - 72)
        again = tr("power.hold", thing=tr.text(line.thing.definite))
        parts = [Text(again, "body", 600), Text(tr("power.again_text"), "small", 400, SOFT)]
        self.stack(words, parts, "top", align="center")


class SavedRow(Box):
    """One thing of an interrupted visit: saved, or not saved."""

    @staticmethod
    def needs(stage: Stage, width: float, line: VisitLine) -> float:
        """Return how high a row so wide must be for larger words, as the parts below place them."""
        name, state = stage.tr.text(line.thing.name), _state(stage, line)
        beside = _PAD + _DISC
        if width < _PAIRED_FROM:
            room = width - beside - 10 - 8
            upper = measure(stage, name, (room, 1000), "body", 600).height + 1
            lower = measure(stage, state, (room - _GROWN_STATE - 4, 1000), "small", 600).height + 1
            return max(_LEAST_ROW, upper + max(_GROWN_STATE, lower) + 16)
        right = measure(stage, state, (width / 2, 1000), "body", 600, 1).width + 2 + _ICON + 12
        room = width - beside - 20 - _PAD - right - 12
        upper = measure(stage, name, (room, 1000), "body", 600).height + 1
        return max(_LEAST_ROW, upper + measure(stage, _detail(stage, line), (room, 1000), "small").height + 1 + 16)

    def __init__(self, stage: Stage, rect: Rect, line: VisitLine) -> None:
        super().__init__(stage, rect)
        tr, large = stage.tr, stage.shape.large
        lost = line.state is LineState.NOT_SAVED
        mood = ATTENTION_MOOD if lost else GOOD_MOOD
        self.fill(rect, mood.tint, stage.shape.radius)
        disc = min(104 if large else _DISC, rect.h - 16)
        pad = 24 if large else _PAD
        self.add(
            ThingDisc(stage, Rect(rect.x + pad, rect.y + (rect.h - disc) / 2, disc, disc), line.thing.drawing, CARD)
        )
        state = _state(stage, line)
        if rect.w < _PAIRED_FROM:  # one column of two
            self._narrow(rect.after(pad + disc + 10).before(8), line, state, mood)
            return
        icon = 36 if large else _ICON
        width = measure(stage, state, (rect.w / 2, rect.h), "body", 600, 1).width + 2
        right = rect.inset(pad, 0).right_part(width + icon + 12)
        self.add(Icon(stage, right.left_part(icon), "circle-alert" if lost else "circle-check", icon, mood.on))
        self.add(Words(stage, right.after(icon + 12), state, "body", 600, mood.on, most=1))
        words = rect.after(pad + disc + 20).before(pad + right.w + 12)
        self._pair(words.inset(0, 4), tr.text(line.thing.name), _detail(stage, line))

    def _pair(self, words: Rect, name: str, text: str) -> None:
        """Put the name over the text, each in a second line where one would cut it."""
        stage = self.stage
        least = 34 if stage.shape.large else 26
        if stage.shape.text > 1:
            lines = more = 0  # as many as there are: the row was made for them
            upper = measure(stage, name, (words.w, words.h), "body", 600).height + 1
            lower = measure(stage, text, (words.w, words.h - upper), "small").height + 1
        else:
            lines, upper = needed(stage, name, (words.w, words.h - least), "body", 600, share=_READABLE)
            more, lower = needed(stage, text, (words.w, words.h - upper), "small")
        top = words.y + max(0.0, (words.h - upper - lower) / 2)
        self.add(Words(stage, Rect(words.x, top, words.w, upper), name, "body", 600, INK, most=lines))
        self.add(Words(stage, Rect(words.x, top + upper, words.w, lower), text, "small", 400, INK, most=more))

    def _narrow(self, words: Rect, line: VisitLine, state: str, mood: Mood) -> None:
        stage = self.stage
        upper, lower = (38.0, 34.0) if stage.shape.large else (30.0, 26.0)
        name, most = stage.tr.text(line.thing.name), 1
        if stage.shape.text > 1:
            most = 0
            upper = measure(stage, name, (words.w, words.h - lower), "body", 600).height + 1
        else:
            most, upper = needed(stage, name, (words.w, words.h - lower - 4), "body", 600, share=_READABLE)
        top = words.y + (words.h - upper - lower) / 2
        self.add(Words(stage, Rect(words.x, top, words.w, upper), name, "body", 600, INK, most=most))
        below = Rect(words.x, top + upper, words.w, lower)
        icon = "circle-alert" if mood is ATTENTION_MOOD else "circle-check"
        self.add(Icon(stage, below.left_part(lower), icon, lower - 4, mood.on))
        self.add(Words(stage, below.after(lower + 4), state, "small", 600, mood.on, most=1))


def _state(stage: Stage, line: VisitLine) -> str:
    return stage.tr("power.not_saved" if line.state is LineState.NOT_SAVED else "power.saved")


def _detail(stage: Stage, line: VisitLine) -> str:
    """Return what more there is to say of a thing: until when it is lent, when it came back, what to do."""
    tr = stage.tr
    if line.state is LineState.NOT_SAVED:
        return tr("power.if_you_take_it")
    if line.state is LineState.LENT and line.due is not None:
        return tr("borrow.due", it_is_yours=it_is_yours(tr, line.thing), date=tr.day(line.due))
    if line.state is LineState.RENEWED and line.due is not None:
        return tr("account.renewed", date=tr.day(line.due))
    if line.state is LineState.RETURNED:
        return " ".join(part for part in (tr("visit.returned"), line_when(tr, line)) if part)
    return tr("visit.undone") if line.state is LineState.UNDONE else tr("visit.lent")
