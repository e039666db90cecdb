"""What the examples are made of: things, parts, states of the station, lines of a visit, times."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from assets.demo import say
from kiosk.desk.views import CategoryTile, Countdown, DueSoon, LoanRow, PartRow, ShutOut, Status, ThingFace, VisitLine
from lending.nouns import PartAnswer, Text
from lending.visit import LineState

NOW = datetime(2026, 11, 20, 14, 32)  # noqa: DTZ001  # the station's local time has no zone on the screen
UP_MS = 1_000_000
FRIDAY, MONDAY, TOMORROW = date(2026, 11, 27), date(2026, 11, 23), date(2026, 11, 21)


def text(nb: str, en: str) -> Text:
    """Return a text in the languages that the demo says it in, in these two at least."""
    return Text.of(say(nb, en).as_dict())


def face(names: tuple[str, str], definite: tuple[str, str], yours: str, drawing: str, tint: str,
         shelf: str = "", ukrainian: str = "din") -> ThingFace:  # fmt: skip
    """Return a thing with its names; `yours` tells its gender in the Nordic languages, `ukrainian` in Ukrainian."""
    number = "dine" if yours == "dine" else "din"
    genders = {"en": number, "se": number, "uk": ukrainian} | dict.fromkeys(("nb", "nn", "sv", "da"), yours)
    return ThingFace(text(*names), text(*definite), Text.of(genders), drawing, tint, shelf)


DRILL = face(("Slagdrill", "Hammer drill"), ("slagdrillen", "the hammer drill"), "din", "drill", "#EFE6D0", "B3")
TENT = face(("Telt, 3 personer", "Tent, 3 people"), ("teltet", "the tent"), "ditt", "tent", "#ECEBD3", "A1")
SEWING = face(
    ("Symaskin", "Sewing machine"), ("symaskinen", "the sewing machine"), "din", "sewing", "#F1E3D6", "C2", "di"
)
PROJECTOR = face(("Projektor", "Projector"), ("projektoren", "the projector"), "din", "projector", "#F3E4E2", "F1")
KAYAK = face(("Kajakk", "Kayak"), ("kajakken", "the kayak"), "din", "kayak", "#D9ECEC")
SKIS = face(("Fjellski, 190 cm", "Mountain skis, 190 cm"), ("fjellskiene", "the mountain skis"), "dine", "ski",
             "#E1ECF3", "V4", "dine")  # fmt: skip
LONG = face(
    ("Høytrykksspyler med terrassevasker", "High-pressure washer with patio cleaner"),
    ("høytrykksspyleren med terrassevasker", "the high-pressure washer with patio cleaner"),
    "din", "washer", "#DFE9EF", "Ytterboden 12", "di",
)  # fmt: skip
BARE = face(("Vaffeljern", "Waffle iron"), ("vaffeljernet", "the waffle iron"), "ditt", "", "#F3E4E2", "", "di")

_PARTS = (
    ("Batteri 1", "Battery 1", "battery"),
    ("Batteri 2", "Battery 2", "battery"),
    ("Lader", "Charger", "charger"),
    ("Sidehåndtak", "Side handle", "sidehandle"),
    ("Dybdestopp", "Depth stop", "depth"),
    ("Borsett, 5 bor", "Drill bits, 5 pieces", "bits"),
    ("Vernebriller", "Safety goggles", "goggles"),
    ("Koffert", "Case", "case"),
    ("Bruksanvisning på norsk", "Instructions in Norwegian", "manual"),
    ("Forlengerledning, 10 meter", "Extension cable, 10 metres", "cable"),
    ("Støvpose", "Dust bag", None),
)
HERE, MISSING = PartAnswer.HERE, PartAnswer.MISSING


def parts(*answers: PartAnswer | None) -> tuple[PartRow, ...]:
    """Return as many parts as there are answers."""
    return tuple(
        PartRow(text(nb, en), drawing, answer) for (nb, en, drawing), answer in zip(_PARTS, answers, strict=False)
    )


CATEGORIES = (
    CategoryTile(text("Elverktøy", "Power tools"), "drill", "#EFE6D0", 8),
    CategoryTile(text("Tur", "Outdoors"), "tent", "#ECEBD3", 6),
    CategoryTile(text("Rengjøring", "Cleaning"), "washer", "#DFE9EF", 5),
    CategoryTile(text("Vinter", "Winter"), "ski", "#E1ECF3", 7),
    CategoryTile(text("Sport", "Sport"), "bike", "#E9E4EE", 4),
    CategoryTile(text("Vann", "Water"), "kayak", "#D9ECEC", 2),
)

STATUS = Status("Bragernes")
OFFLINE = Status("Bragernes", offline=True, queued=3)
SHUT_OUT = Status("Bragernes", offline=True, queued=12, shut_out=ShutOut.NOT_ALLOWED)
UNSET = Status("Bragernes", offline=True, clock_synced=False)
LONG_OFFLINE = Status("Fjell bydelshus og nærmiljøsenter", offline=True)
FULL = Status("Bragernes", returns_only=True)
PHONE = "00 00 00 00"


def time_left(left_ms: int = 36_000, span_ms: int = 60_000) -> Countdown:
    """Return a countdown of a visit, with so much left of its span."""
    return Countdown(UP_MS + left_ms, span_ms, 15_000)


def closing(left_ms: int = 8_000) -> Countdown:
    """Return the countdown of a screen that ends by itself."""
    return Countdown(UP_MS + left_ms, 8_000, 0)


LENT_TENT = VisitLine(TENT, LineState.LENT, MONDAY, can_undo=True)
LENT_DRILL = VisitLine(DRILL, LineState.LENT, FRIDAY, can_undo=True)
BACK_DRILL = VisitLine(DRILL, LineState.RETURNED, at=NOW)
BACK_TENT = VisitLine(TENT, LineState.RETURNED, at=NOW)
NOW_DRILL = VisitLine(DRILL, None)
PLAIN_TENT = replace(LENT_TENT, can_undo=False)
LOANS = (
    LoanRow(TENT, TOMORROW, DueSoon.TOMORROW, row="of-tent"),
    LoanRow(SEWING, date(2026, 12, 4), DueSoon.LATER, row="of-sewing"),
)
FIVE_LOANS = (
    LoanRow(LONG, date(2026, 11, 18), DueSoon.OVERDUE, row="of-washer"),
    LoanRow(KAYAK, date(2026, 11, 20), DueSoon.TODAY, row="of-kayak"),
    *LOANS,
    LoanRow(SKIS, date(2026, 12, 10), DueSoon.LATER, row="of-skis"),
)
