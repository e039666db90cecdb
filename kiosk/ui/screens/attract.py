"""What the idle screen tells in turn, slowly: nothing moves, one picture takes the place of another.

It begins with the card and the reader whenever somebody has left, and comes back to it every second time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.desk.views import ThingFace
from kiosk.desk.views_idle import Attract
from kiosk.ui.money import kroner
from kiosk.ui.theme import GOOD_MOOD, HAIRLINE, INFO_MOOD, INK, NEUTRAL_MOOD, SOFT, Mood, Rect, Role
from kiosk.ui.tr import LANGUAGES, Translator
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.panel import IconDisc, ThingDisc
from kiosk.ui.widgets.touchable import Tile
from kiosk.ui.widgets.words import Words, measure
from lending.visit import OpenPage, Page

TURN_MS = 12_000
"""How long each picture stays. Long enough to read, and drawing one costs next to nothing."""
_LEAST_FACE, _LEAST_WORDS = 52, 160
"""With larger text: the size of the picture, and the width its words need beside it."""
_ASKS_FOR_A_TOUCH = frozenset({Page.SUGGEST, Page.NEARBY})
_OTHERS = 3
"""Languages greeted on one picture; on a small window one."""


Send = Callable[[OpenPage], Callable[[], None]]
"""Makes an act that sends a touch."""


@dataclass(frozen=True, slots=True)
class Slide:
    """One picture: a thing or an icon, words, and the page a touch on it opens, if any."""

    title: str
    text: str = ""
    icon: str = "info"
    mood: Mood = NEUTRAL_MOOD
    thing: ThingFace | None = None
    page: Page | None = None


def slides(tr: Translator, told: Attract, others: int = _OTHERS) -> tuple[Slide, ...]:
    """Return what to tell, in this language."""
    worth = [
        Slide(
            tr.begin(one.thing.name),
            tr("attract.worth", amount=kroner(tr, one.buy)),
            thing=one.thing,
            page=Page.IMPACT,
        )
        for one in told.worth
    ]
    words = [
        Slide(tr.text(word.words), "", "calendar" if word.kind == "event" else "info", INFO_MOOD)
        for word in told.words
    ]
    near = [Slide(tr("nearby.title"), tr("nearby.hint"), "map-pin", page=Page.NEARBY)] if told.places else []
    card = Slide(tr("help.card"), tr("help.card_text"), "id-card", GOOD_MOOD, page=Page.HELP)
    wish = Slide(tr("attract.wish"), tr("attract.wish_text"), "lightbulb", GOOD_MOOD, page=Page.SUGGEST)
    lines = [
        f"{tr(f'language.{other}')}: {Translator(language=other)('idle.title')}" for other in _others(tr)[:others]
    ]
    greeting = [Slide(lines[0], "\n".join(lines[1:]), "languages", GOOD_MOOD)] if lines else []
    return (*words, *worth[:1], card, *worth[1:2], wish, *greeting, *worth[2:], *near)


def _others(tr: Translator) -> tuple[str, ...]:
    known = [language for language in ("en", "nb", "uk", "se") if language in LANGUAGES]
    return tuple(language for language in known if language != tr.language)


class AttractBox(Box):
    """The drawing of the card and the reader, and the slides, in turn; without `send` none of them can be touched."""

    def __init__(
        self, stage: Stage, rect: Rect, told: Attract, send: Callable[[OpenPage], Callable[[], None]] | None
    ) -> None:
        super().__init__(stage, rect)
        there = slides(stage.tr, told, _OTHERS if stage.shape.large else 1)
        if send is None:
            there = tuple(replace(slide, page=None) for slide in there if slide.page not in _ASKS_FOR_A_TOUCH)
        self._slides = tuple(slide for slide in there if stage.shape.text <= 1 or _fits(stage, rect, slide))
        self._send = send
        self._begin = told.begin - stage.clock() // TURN_MS
        self._shown = -1
        self.tell()

    def tell(self) -> None:
        """Show what it is the turn of now; nothing is drawn while that is the same."""
        turn = (self.stage.clock() // TURN_MS + self._begin) % max(1, 2 * len(self._slides))
        if turn == self._shown:
            return
        self._shown = turn
        self.empty()
        self.wipe()
        if turn % 2 == 0:
            self.picture(self.rect, "card-and-reader")
            return
        slide = self._slides[turn // 2]
        if slide.page is not None and self._send is not None:
            self.add(SlideCard(self.stage, self.rect, slide, self._send))
        else:
            self.add(PlainSlide(self.stage, self.rect, slide))


def _face(box: Box, rect: Rect, slide: Slide) -> None:
    stage, large, grown = box.stage, box.stage.shape.large, box.stage.shape.text > 1
    pad = 32 if large else 14
    size = min(
        rect.h - 2 * pad, rect.w * 0.36, 240 if large else _LEAST_FACE if grown else 72 if stage.shape.reach else 110
    )
    gap = 32 if large else 14
    words = rect.after(pad + size + gap).before(pad).inset(0, pad / 2)
    role: Role = "title"
    if not grown and _is_cut(stage, words, slide):  # a smaller picture leaves more room, none leaves most
        words = rect.after(pad + size / 2 + gap).before(pad).inset(0, pad / 4)
        size /= 2
        if stage.shape.text <= 1 and _is_cut(stage, words, slide):
            words, size, role = rect.inset(pad, pad / 4), 0.0, "body"
    upper, lower = _measured(stage, words, slide, role)
    top = words.y + max(0, (words.h - upper - lower - 8) / 2)
    disc = Rect(rect.x + pad, rect.y + (rect.h - size) / 2, size, size)
    if not size:
        pass
    elif slide.thing is not None:
        box.add(ThingDisc(stage, disc, slide.thing.drawing, slide.thing.tint))
    else:
        box.add(IconDisc(stage, disc, slide.icon, slide.mood))
    most = _lines(stage)
    box.add(Words(stage, Rect(words.x, top, words.w, upper), slide.title, role, 600, INK, most=most))
    if slide.text:
        place = Rect(words.x, top + upper + 8, words.w, min(lower, words.bottom - top - upper - 8))
        box.add(Words(stage, place, slide.text, "body", 400, SOFT, valign="top", most=most))


def _fits(stage: Stage, rect: Rect, slide: Slide) -> bool:
    """Return whether all larger words of `slide` have room beside its picture, in the size chosen."""
    pad, gap = 14, 14
    words = rect.after(pad + _LEAST_FACE + gap).before(pad)
    if words.w < _LEAST_WORDS or rect.h < _LEAST_FACE + pad:
        return False
    room = (words.w, 1000.0)
    said = [measure(stage, slide.title, room, "title", 600)]
    if slide.text:
        said.append(measure(stage, slide.text, room, "body", 400))
    return sum(one.height + 8 for one in said) + pad <= rect.h


def _lines(stage: Stage) -> int:
    return 4 if stage.shape.text <= 1 else 6


def _measured(stage: Stage, words: Rect, slide: Slide, role: Role = "title") -> tuple[float, float]:
    """Return the heights of the title and the text."""
    most, share = _lines(stage), 0.6 if slide.text else 1
    fitted = measure(stage, slide.title, (words.w, words.h * share), role, 600, 1 if role == "body" else most)
    if fitted.cut:
        fitted = measure(stage, slide.title, (words.w, words.h * share), role, 600, most)
    upper = fitted.height + 1
    lower = 0.0
    if slide.text:
        lower = measure(stage, slide.text, (words.w, words.h - upper - 8), "body", 400, most).height + 1
    return upper, lower


def _is_cut(stage: Stage, words: Rect, slide: Slide) -> bool:
    """Return whether the title or the text would end in an ellipsis."""
    upper, _ = _measured(stage, words, slide)
    said = [measure(stage, slide.title, (words.w, upper), "title", 600, _lines(stage))]
    if slide.text:
        said.append(measure(stage, slide.text, (words.w, words.h - upper - 8), "body", 400, _lines(stage)))
    return any(one.cut for one in said)


class SlideCard(Tile):
    """A picture that leads somewhere when it is touched."""

    def __init__(
        self, stage: Stage, rect: Rect, slide: Slide, send: Callable[[OpenPage], Callable[[], None]]
    ) -> None:
        assert slide.page is not None  # noqa: S101 - others are no cards to touch
        act, radius = send(OpenPage(slide.page)), stage.shape.panel_radius
        super().__init__(stage, rect, slide.title, act, edge=HAIRLINE, radius=radius)
        _face(self, rect, slide)


class PlainSlide(Box):
    """A picture that only tells something."""

    def __init__(self, stage: Stage, rect: Rect, slide: Slide) -> None:
        super().__init__(stage, rect)
        _face(self, rect, slide)
