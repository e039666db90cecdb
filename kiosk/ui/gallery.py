"""One example of every screen, to look at: `python -m kiosk.ui.gallery --out DIR [--shape 800x480] [--lang en]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kiosk.desk.views import (
    AboutMeView,
    AccountView,
    AskDamageView,
    AskReturnView,
    BorrowView,
    CannotLendView,
    CardStopView,
    CategoryTile,
    CodeView,
    ConfirmedView,
    Countdown,
    DeviceRow,
    DueSoon,
    EnrolStep,
    EnrolView,
    HoldMadeView,
    HoldRow,
    IdleView,
    LoanRow,
    NoticeView,
    OtherCardView,
    OutOfServiceView,
    PartRow,
    PinUncheckedView,
    PinView,
    PowerBackView,
    ReturnedView,
    ReturnsOnlyView,
    ShutOut,
    StaffMenuView,
    StaffRow,
    StartingView,
    Status,
    ThanksView,
    ThingFace,
    UnknownCardView,
    View,
    VisitLine,
    WhichMissingView,
)
from kiosk.ui import environment
from kiosk.ui.theme import SHAPES
from lending.nouns import Condition, PartAnswer, Text
from lending.rules import WAY_ON, WORTH_WAITING, Reason, WayOn
from lending.visit import AskWhy, LineState, OddScan

NOW = datetime(2026, 11, 20, 14, 32)  # noqa: DTZ001  # the station's local time has no zone on the screen
UP_MS = 1_000_000
_FRIDAY, _MONDAY, _TOMORROW = date(2026, 11, 27), date(2026, 11, 23), date(2026, 11, 21)


def text(nb: str, en: str) -> Text:
    """Return a text in both languages."""
    return Text.of({"nb": nb, "en": en})


def _face(names: tuple[str, str], definite: tuple[str, str], yours: str, drawing: str, tint: str,
          shelf: str = "") -> ThingFace:  # fmt: skip
    return ThingFace(text(*names), text(*definite), text(yours, "yours"), drawing, tint, shelf)


DRILL = _face(("Slagdrill", "Hammer drill"), ("slagdrillen", "the hammer drill"), "din", "drill", "#EFE6D0", "B3")
TENT = _face(("Telt, 3 personer", "Tent, 3 people"), ("teltet", "the tent"), "ditt", "tent", "#ECEBD3", "A1")
SEWING = _face(("Symaskin", "Sewing machine"), ("symaskinen", "the sewing machine"), "din", "sewing", "#F1E3D6", "C2")
PROJECTOR = _face(("Projektor", "Projector"), ("projektoren", "the projector"), "din", "projector", "#F3E4E2", "F1")
KAYAK = _face(("Kajakk", "Kayak"), ("kajakken", "the kayak"), "din", "kayak", "#D9ECEC")
SKIS = _face(("Fjellski, 190 cm", "Mountain skis, 190 cm"), ("fjellskiene", "the mountain skis"), "dine", "ski",
             "#E1ECF3", "V4")  # fmt: skip
LONG = _face(
    ("Høytrykksspyler med terrassevasker", "High-pressure washer with patio cleaner"),
    ("høytrykksspyleren med terrassevasker", "the high-pressure washer with patio cleaner"),
    "din", "washer", "#DFE9EF", "Ytterboden 12",
)  # fmt: skip
BARE = _face(("Vaffeljern", "Waffle iron"), ("vaffeljernet", "the waffle iron"), "ditt", "", "#F3E4E2")

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
_H, _M = PartAnswer.HERE, PartAnswer.MISSING


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
_SHUT_OUT = Status("Bragernes", offline=True, queued=12, shut_out=ShutOut.NOT_ALLOWED)
_UNSET = Status("Bragernes", offline=True, clock_synced=False)
_LONG_OFFLINE = Status("Fjell bydelshus og nærmiljøsenter", offline=True)
_FULL = Status("Bragernes", returns_only=True)
_PHONE = "00 00 00 00"


def _time(left_ms: int = 36_000, span_ms: int = 60_000) -> Countdown:
    return Countdown(UP_MS + left_ms, span_ms, 15_000)


def _closing(left_ms: int = 8_000) -> Countdown:
    return Countdown(UP_MS + left_ms, 8_000, 0)


_LENT_TENT = VisitLine(TENT, LineState.LENT, _MONDAY, can_undo=True)
_LENT_DRILL = VisitLine(DRILL, LineState.LENT, _FRIDAY, can_undo=True)
_BACK_DRILL = VisitLine(DRILL, LineState.RETURNED, at=NOW)
_BACK_TENT = VisitLine(TENT, LineState.RETURNED, at=NOW)
_NOW_DRILL = VisitLine(DRILL, None)
_PLAIN_TENT = replace(_LENT_TENT, can_undo=False)
_LOANS = (
    LoanRow(TENT, _TOMORROW, DueSoon.TOMORROW),
    LoanRow(SEWING, date(2026, 12, 4), DueSoon.LATER),
)
_FIVE = (
    LoanRow(LONG, date(2026, 11, 18), DueSoon.OVERDUE),
    LoanRow(KAYAK, date(2026, 11, 20), DueSoon.TODAY),
    *_LOANS,
    LoanRow(SKIS, date(2026, 12, 10), DueSoon.LATER),
)


def views() -> Mapping[str, View]:  # noqa: D103
    return _idle() | _account() | _cards() | _pads() | _borrow() | _cannot() | _returns() | _odd() | _staff()


_ENROL = (EnrolStep.WAITING, EnrolStep.STRANGER, EnrolStep.OTHER_STATION)
"""The shortest words, and the longest of each kind."""


def _idle() -> dict[str, View]:
    return {
        "starting": StartingView(STATUS),
        "starting-new": StartingView(STATUS, enrolled=False),
        **{f"enrol-{step}": EnrolView(Status(""), step=step, name="ls-0042") for step in _ENROL},
        "enrol-no-scanner": EnrolView(Status(""), scanner=False),
        "idle": IdleView(STATUS, here=32, categories=CATEGORIES, phone=_PHONE),
        "idle-offline": IdleView(_LONG_OFFLINE, here=32, categories=CATEGORIES, phone=_PHONE),
        "idle-reader-rests": IdleView(replace(STATUS, reader_up=False), here=32, categories=CATEGORIES[:4]),
        "idle-scanner-rests": IdleView(replace(STATUS, scanner_up=False), here=0, phone=_PHONE),
        "idle-both-rest": IdleView(
            replace(STATUS, scanner_up=False, reader_up=False, clock_synced=False), here=1,
            categories=CATEGORIES[:1], phone=_PHONE,
        ),
        "idle-shut-out": IdleView(_SHUT_OUT, here=32, categories=CATEGORIES, phone=_PHONE),
        "idle-code": IdleView(STATUS, here=32, categories=CATEGORIES, phone=_PHONE, code_entry=True),
        "idle-returns-only": IdleView(_FULL, here=32, categories=CATEGORIES, phone=_PHONE, code_entry=True),
    }  # fmt: skip


def _account() -> dict[str, View]:
    card: dict[str, Any] = {"has_card": True, "phone": _PHONE, "limit": 9}
    ready = HoldRow(PROJECTOR, _MONDAY, ready=True)
    waits = HoldRow(LONG, date(2026, 12, 1))
    renewable = tuple(replace(loan, can_renew=True) for loan in _FIVE)
    renewed = (renewable[2], replace(_LOANS[1], due=date(2026, 12, 11), renewals=1))
    line = VisitLine(SEWING, LineState.RENEWED, date(2026, 12, 11))
    code = VisitLine(PROJECTOR, LineState.LENT, _FRIDAY, can_undo=True)
    return {
        "account-renew": AccountView(STATUS, countdown=_time(), loans=renewable[2:4], **card),
        "account-renewed": AccountView(STATUS, (line,), _time(), loans=renewed, **card),
        "account-hold": AccountView(STATUS, countdown=_time(), loans=renewable[2:4], holds=(ready,), **card),
        "account-hold-only": AccountView(STATUS, countdown=_time(), holds=(ready,), **card),
        "account-holds": AccountView(
            OFFLINE, (_LENT_TENT,), _time(), loans=renewable[:4],
            holds=(waits, replace(ready, thing=SKIS), replace(ready, thing=TENT)), **card,
        ),
        "account-limit": AccountView(STATUS, countdown=_time(), loans=renewable[2:4], **(card | {"limit": 2})),
        "account-pickup": AccountView(STATUS, countdown=_time(), has_card=True),
        "account-pickup-done": AccountView(STATUS, (code,), _time(), has_card=True),
        "account": AccountView(STATUS, countdown=_time(), loans=_LOANS, **card),
        "account-last-seconds": AccountView(STATUS, (_LENT_TENT,), _time(12_000), loans=_LOANS, **card),
        "account-none": AccountView(STATUS, countdown=_time(), **card),
        "account-five": AccountView(
            OFFLINE, (replace(_LENT_DRILL, can_undo=False), _LENT_TENT), _time(), loans=_FIVE, **card
        ),
        "account-nine": AccountView(STATUS, countdown=_time(), loans=(*_FIVE, *_FIVE[:4]), **card),
        "account-return-only": AccountView(STATUS, countdown=_time()),
        "account-lends-nothing": AccountView(_SHUT_OUT, countdown=_time(), loans=_LOANS, **card),
        "account-none-lends-nothing": AccountView(_SHUT_OUT, countdown=_time(), **card),
        "account-many-lines": AccountView(
            STATUS, (_BACK_TENT, _BACK_DRILL, replace(_LENT_DRILL, thing=LONG, can_undo=False),
                     VisitLine(SEWING, LineState.UNDONE), _LENT_TENT), _time(), loans=_LOANS[:1], **card,
        ),
    }  # fmt: skip


def _cards() -> dict[str, View]:
    card: dict[str, Any] = {"has_card": True, "phone": _PHONE, "countdown": _time()}
    return {
        "card-stop": CardStopView(STATUS, **card),
        "card-stop-no-phone": CardStopView(OFFLINE, countdown=_time(), has_card=True),
        "unknown-card": UnknownCardView(OFFLINE, **card),
        "unknown-card-full": UnknownCardView(STATUS, room=False, **card),
    }


def _pads() -> dict[str, View]:
    card: dict[str, Any] = {"has_card": True, "phone": _PHONE, "countdown": _time()}
    about: dict[str, Any] = {"open_loans": 2, "retention_days": 28, **card}
    return {
        "pin": PinView(STATUS, **card),
        "pin-wrong": PinView(STATUS, wrong=1, **card),
        "pin-wait": PinView(STATUS, wrong=4, wait_seconds=15, **card),
        "pin-checking": PinView(STATUS, wrong=1, checking=True, **card),
        "pin-unchecked": PinUncheckedView(OFFLINE, **card),
        "code": CodeView(STATUS, countdown=_time()),
        "code-wrong": CodeView(OFFLINE, countdown=_time(), wrong=2),
        "code-wait": CodeView(STATUS, countdown=_time(), wrong=5, wait_seconds=60),
        "other-card": OtherCardView(STATUS, (_LENT_TENT,), **card),
        "about-me": AboutMeView(
            OFFLINE, in_feed=True, returned_loans=3, holds=1, waiting=4, forgotten_by=date(2026, 12, 18),
            pin_until=_FRIDAY, **about,
        ),
        "about-me-plain": AboutMeView(STATUS, in_feed=True, **about),
        "about-me-new": AboutMeView(OFFLINE, returned_loans=1, waiting=1, **(about | {"open_loans": 0})),
    }  # fmt: skip


def _borrow() -> dict[str, View]:
    card: dict[str, Any] = {"has_card": True, "phone": _PHONE, "countdown": _time()}
    mixed = parts(_H, _H, _H, _H, _M, _H, None, _H)
    lines = (_LENT_TENT, _NOW_DRILL)
    three = (_LENT_DRILL, VisitLine(SKIS, LineState.LENT, _FRIDAY), _LENT_TENT)
    return {
        "borrow": BorrowView(STATUS, lines, thing=DRILL, parts=mixed, due=_FRIDAY, **card),
        "borrow-start": BorrowView(STATUS, (_NOW_DRILL,), thing=DRILL, parts=parts(*[None] * 4), due=_FRIDAY, **card),
        "borrow-ready": BorrowView(OFFLINE, lines, thing=DRILL, parts=parts(*[_H] * 8), due=_FRIDAY, **card),
        "borrow-eleven": BorrowView(
            STATUS, (_LENT_TENT, VisitLine(LONG, None)), thing=LONG, parts=parts(*[_H] * 9, None, None),
            due=_FRIDAY, **card,
        ),
        "borrow-no-parts": BorrowView(STATUS, (VisitLine(BARE, None),), thing=BARE, due=_FRIDAY, **card),
        "confirmed": ConfirmedView(STATUS, (_LENT_DRILL,), _closing(), thing=DRILL, has_card=True),
        "confirmed-two": ConfirmedView(
            OFFLINE, (_PLAIN_TENT, _LENT_DRILL), _closing(12_000), thing=DRILL, has_card=True
        ),
        "confirmed-long": ConfirmedView(
            STATUS, (VisitLine(LONG, LineState.LENT, date(2026, 9, 30), can_undo=True),), _closing(), thing=LONG,
            has_card=True,
        ),
        "confirmed-five": ConfirmedView(
            STATUS, (*three, VisitLine(LONG, LineState.LENT, _FRIDAY), VisitLine(BARE, LineState.LENT, _FRIDAY)),
            _closing(24_000), thing=BARE, has_card=True,
        ),
        "borrow-doubtful": BorrowView(STATUS, thing=BARE, due=_FRIDAY, due_doubtful=True, **card),
        "confirmed-asks": ConfirmedView(STATUS, (_LENT_DRILL,), _closing(), thing=DRILL, has_card=True, asks=True),
        "confirmed-asks-two": ConfirmedView(
            OFFLINE, (_PLAIN_TENT, _LENT_DRILL), _closing(12_000), thing=DRILL, has_card=True, asks=True
        ),
        "confirmed-doubtful": ConfirmedView(
            _UNSET, (_LENT_DRILL,), _closing(), thing=DRILL, has_card=True, asks=True, due_doubtful=True
        ),
        "ask-damage": AskDamageView(STATUS, (_LENT_DRILL,), thing=DRILL, **card),
        "ask-damage-long": AskDamageView(STATUS, countdown=_time(), thing=LONG),
        "hold-made": HoldMadeView(STATUS, thing=PROJECTOR, until=_FRIDAY, **card),
        "hold-made-long": HoldMadeView(OFFLINE, (_LENT_TENT,), thing=LONG, until=date(2026, 12, 16), **card),
    }  # fmt: skip


def _cannot() -> dict[str, View]:
    """One for each reason; those that offer similar things or a hold have them."""
    card: dict[str, Any] = {"has_card": True, "phone": _PHONE, "countdown": _time()}
    similar = (KAYAK, TENT)
    reasons: dict[str, View] = {
        f"cannot-{reason}": CannotLendView(
            STATUS, thing=DRILL, reason=reason, way_on=way, like_it=similar if way is WayOn.TAKE_SIMILAR else (),
            can_hold=reason in WORTH_WAITING, **card,
        )
        for reason, way in WAY_ON.items()
    }  # fmt: skip
    cannot = {
        "limit-reached": CannotLendView(
            STATUS, (_PLAIN_TENT,), thing=LONG, reason=Reason.LIMIT_REACHED, way_on=WayOn.BRING_SOMETHING_BACK, **card
        ),
        "provisional-limit": CannotLendView(
            STATUS, thing=DRILL, reason=Reason.PROVISIONAL_LIMIT, way_on=WayOn.CALL_LIBRARY, **card
        ),
        "already-out": CannotLendView(STATUS, thing=DRILL, reason=Reason.ALREADY_OUT, like_it=similar, **card),
        "held-for-other-alone": CannotLendView(
            STATUS, thing=LONG, reason=Reason.HELD_FOR_OTHER, way_on=WayOn.TAKE_SIMILAR, can_hold=True,
            countdown=_time(), has_card=True,
        ),
        "returns-only": ReturnsOnlyView(_FULL, phone=_PHONE),
        "returns-only-thing": ReturnsOnlyView(_FULL, countdown=_time(), thing=LONG),
    }  # fmt: skip
    return reasons | cannot


def _returns() -> dict[str, View]:
    both = (_BACK_TENT, _BACK_DRILL)
    two = parts(None, _M, None, None, _M, None)
    eleven = parts(_M, *[None] * 10)
    t = _time()
    return {
        "ask-return-unknown": AskReturnView(STATUS, countdown=t, why=AskWhy.ITEM_UNKNOWN),
        "ask-return-on-shelf": AskReturnView(STATUS, countdown=t, thing=DRILL, why=AskWhy.ON_SHELF),
        "returned": ReturnedView(STATUS, both, t, thing=DRILL),
        "returned-long": ReturnedView(STATUS, (replace(_BACK_DRILL, thing=LONG),), t, thing=LONG),
        "returned-no-shelf": ReturnedView(STATUS, (replace(_BACK_DRILL, thing=KAYAK),), t, thing=KAYAK),
        "which-missing": WhichMissingView(STATUS, both, t, thing=DRILL, parts=parts(*[None] * 8)),
        "which-missing-two": WhichMissingView(STATUS, both, t, thing=DRILL, parts=two),
        "which-missing-eleven": WhichMissingView(STATUS, (_BACK_DRILL,), t, thing=LONG, parts=eleven),
        "thanks": ThanksView(STATUS, both, _closing(), thing=DRILL, answer=Condition.OK),
        "thanks-missing": ThanksView(
            STATUS, (_BACK_DRILL,), _closing(), thing=DRILL, answer=Condition.MISSING,
            missing=(text("Batteri 2", "Battery 2"), text("Dybdestopp", "Depth stop"), text("Lader", "Charger")),
        ),
        "thanks-damaged": ThanksView(STATUS, (_BACK_DRILL,), _closing(), thing=KAYAK, answer=Condition.DAMAGED),
        "thanks-swap": ThanksView(
            STATUS, (_BACK_DRILL,), _closing(), thing=DRILL, answer=Condition.DAMAGED, swap=DRILL, has_card=True
        ),
        "thanks-swap-no-card": ThanksView(
            STATUS, (_BACK_DRILL,), _closing(), thing=KAYAK, answer=Condition.DAMAGED, swap=replace(TENT, shelf="")
        ),
        "thanks-unknown": ThanksView(STATUS, countdown=_closing()),
    }  # fmt: skip


def _odd() -> dict[str, View]:
    notices: dict[str, View] = {
        f"notice-{about}": NoticeView(STATUS, countdown=_time(), about=about) for about in OddScan
    }
    lost = VisitLine(TENT, LineState.NOT_SAVED)
    four = (_LENT_DRILL, VisitLine(SKIS, LineState.LENT, _FRIDAY), _BACK_TENT, VisitLine(LONG, LineState.NOT_SAVED))
    since = datetime(2026, 11, 20, 14, 26)  # noqa: DTZ001  # as NOW
    return notices | {
        "power-back": PowerBackView(STATUS, (_LENT_DRILL, lost), _time(), since=since, minutes=4),
        "power-back-saved": PowerBackView(STATUS, (_LENT_DRILL,), _time(), minutes=1),
        "power-back-nothing": PowerBackView(STATUS, (), _time(), since=since),
        "power-back-four": PowerBackView(OFFLINE, four, _time()),
        "out-of-service": OutOfServiceView(OFFLINE, phone=_PHONE, code="NB-0042 · D07"),
        "out-of-service-no-phone": OutOfServiceView(STATUS, code="D07"),
    }


def _staff() -> dict[str, View]:
    devices = (DeviceRow("card_reader", up=True), DeviceRow("scanner", up=True))
    down = (DeviceRow("card_reader", up=True), DeviceRow("scanner", up=False, reason="no answer on /dev/ttyACM0"))
    left = (
        StaffRow(LONG, datetime(2026, 11, 18, 9, 5)),  # noqa: DTZ001  # as NOW
        StaffRow(DRILL, NOW),
        StaffRow(KAYAK),
    )
    common: dict[str, Any] = {"countdown": _time(), "has_card": True, "feed_version": 412}
    troubled = Status(
        "Bragernes", offline=True, clock_synced=False, scanner_up=False, queued=31, returns_only=True,
        data_age_hours=80, repaired="2 entries of November were cut off",
    )  # fmt: skip
    return {
        "staff": StaffMenuView(
            replace(STATUS, data_age_hours=3), left=left, done=2, devices=devices, last_contact=NOW, **common
        ),
        "staff-none": StaffMenuView(STATUS, devices=devices, last_contact=NOW, **common),
        "staff-many": StaffMenuView(OFFLINE, left=left * 7, devices=devices, last_contact=NOW, done=1, **common),
        "staff-shut-out": StaffMenuView(_SHUT_OUT, left=left, devices=devices, last_contact=NOW, **common),
        "staff-forked": StaffMenuView(
            replace(STATUS, offline=True, shut_out=ShutOut.FORKED, trouble="stranger"),
            left=left,
            devices=devices,
            last_contact=NOW,
            **common,
        ),
        "staff-trouble": StaffMenuView(troubled, left=left[:2], devices=down, **common),
    }


def draw(out: Path, shapes: tuple[tuple[int, int], ...], languages: tuple[str, ...], only: str = "") -> list[Path]:
    """Draw every example in the window sizes and languages, one PNG each, and return the files."""
    from kiosk.ui.app import KioskApp  # noqa: PLC0415  # Kivy reads its surroundings at import

    out.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for language in languages:
        app = KioskApp(lambda _touch: None, lambda: UP_MS, lambda: NOW, language)
        app.open()
        for width, height in shapes:
            app.resize(width, height)
            app.step(2)
            for name, view in views().items():
                if only not in name:
                    continue
                app.show(view)
                app.step(2)
                files.append(app.screenshot(out / f"{width}x{height}-{language}-{name}.png"))
        app.close()
        if app.faults:
            sys.exit(f"{app.faults} screens could not be drawn")
    return files


def sheet(files: list[Path], to: Path, columns: int = 4, width: int = 480) -> None:
    """Put the pictures side by side, made smaller, into one."""
    from PIL import Image  # noqa: PLC0415  # only for looking, not on a station

    pictures = [Image.open(file) for file in files]
    tallest = max(round(picture.height * width / picture.width) for picture in pictures)
    rows = -(-len(pictures) // columns)
    whole = Image.new("RGB", (columns * (width + 8), rows * (tallest + 8)), "#808080")
    for at, picture in enumerate(pictures):
        small = picture.resize((width, round(picture.height * width / picture.width)))
        whole.paste(small, ((at % columns) * (width + 8), (at // columns) * (tallest + 8)))
    whole.save(to)


def main() -> None:
    """Draw what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--shape", help="as 800x480; without it, all four")
    parser.add_argument("--lang", help="nb or en; without it, both")
    parser.add_argument("--only", default="", help="only examples with this in their name")
    given = parser.parse_args()
    shapes = SHAPES
    if given.shape:
        width, height = given.shape.split("x")
        shapes = ((int(width), int(height)),)
    with tempfile.TemporaryDirectory() as home:
        widest, highest = max(w for w, _ in shapes), max(h for _, h in shapes)
        environment.prepare(Path(home), environment.Window(widest, highest))  # off screen a window cannot grow
        languages = (given.lang,) if given.lang else ("nb", "en")
        files = draw(given.out, shapes, languages, given.only)
        for width, height in shapes:
            mine = [file for file in files if file.name.startswith(f"{width}x{height}-")]
            sheet(mine, given.out / f"sheet-{width}x{height}.png", 4 if width >= height else 6)


if __name__ == "__main__":
    main()
