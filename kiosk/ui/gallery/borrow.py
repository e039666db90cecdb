"""A thing to be lent: its parts, the yes, and each reason why it cannot be lent."""

from __future__ import annotations

from datetime import date
from typing import Any

from kiosk.desk.views import (
    AskDamageView,
    BorrowView,
    CannotLendView,
    ConfirmedView,
    HoldMadeView,
    ReturnsOnlyView,
    View,
    VisitLine,
)
from kiosk.ui.gallery.common import (
    BARE,
    DRILL,
    FRIDAY,
    FULL,
    HERE,
    KAYAK,
    LENT_DRILL,
    LENT_TENT,
    LONG,
    MISSING,
    NOW_DRILL,
    OFFLINE,
    PHONE,
    PLAIN_TENT,
    PROJECTOR,
    SKIS,
    STATUS,
    TENT,
    UNSET,
    closing,
    parts,
    time_left,
)
from lending.rules import WAY_ON, WORTH_WAITING, Reason, WayOn
from lending.visit import LineState


def borrow() -> dict[str, View]:
    """The tick list, the yes, and what may come right after it."""
    card: dict[str, Any] = {"has_card": True, "phone": PHONE, "countdown": time_left()}
    mixed = parts(HERE, HERE, HERE, HERE, MISSING, HERE, None, HERE)
    lines = (LENT_TENT, NOW_DRILL)
    three = (LENT_DRILL, VisitLine(SKIS, LineState.LENT, FRIDAY), LENT_TENT)
    return {
        "borrow": BorrowView(STATUS, lines, thing=DRILL, parts=mixed, due=FRIDAY, **card),
        "borrow-start": BorrowView(STATUS, (NOW_DRILL,), thing=DRILL, parts=parts(*[None] * 4), due=FRIDAY, **card),
        "borrow-ready": BorrowView(OFFLINE, lines, thing=DRILL, parts=parts(*[HERE] * 8), due=FRIDAY, **card),
        "borrow-eleven": BorrowView(
            STATUS, (LENT_TENT, VisitLine(LONG, None)), thing=LONG, parts=parts(*[HERE] * 9, None, None),
            due=FRIDAY, **card,
        ),
        "borrow-no-parts": BorrowView(STATUS, (VisitLine(BARE, None),), thing=BARE, due=FRIDAY, **card),
        "confirmed": ConfirmedView(STATUS, (LENT_DRILL,), closing(), thing=DRILL, has_card=True),
        "confirmed-two": ConfirmedView(
            OFFLINE, (PLAIN_TENT, LENT_DRILL), closing(12_000), thing=DRILL, has_card=True
        ),
        "confirmed-long": ConfirmedView(
            STATUS, (VisitLine(LONG, LineState.LENT, date(2026, 9, 30), can_undo=True),), closing(), thing=LONG,
            has_card=True,
        ),
        "confirmed-five": ConfirmedView(
            STATUS, (*three, VisitLine(LONG, LineState.LENT, FRIDAY), VisitLine(BARE, LineState.LENT, FRIDAY)),
            closing(24_000), thing=BARE, has_card=True,
        ),
        "borrow-doubtful": BorrowView(STATUS, thing=BARE, due=FRIDAY, due_doubtful=True, **card),
        "confirmed-asks": ConfirmedView(STATUS, (LENT_DRILL,), closing(), thing=DRILL, has_card=True, asks=True),
        "confirmed-asks-two": ConfirmedView(
            OFFLINE, (PLAIN_TENT, LENT_DRILL), closing(12_000), thing=DRILL, has_card=True, asks=True
        ),
        "confirmed-doubtful": ConfirmedView(
            UNSET, (LENT_DRILL,), closing(), thing=DRILL, has_card=True, asks=True, due_doubtful=True
        ),
        "ask-damage": AskDamageView(STATUS, (LENT_DRILL,), thing=DRILL, **card),
        "ask-damage-long": AskDamageView(STATUS, countdown=time_left(), thing=LONG),
        "hold-made": HoldMadeView(STATUS, thing=PROJECTOR, until=FRIDAY, **card),
        "hold-made-long": HoldMadeView(OFFLINE, (LENT_TENT,), thing=LONG, until=date(2026, 12, 16), **card),
    }  # fmt: skip


def cannot() -> dict[str, View]:
    """One for each reason; those that offer similar things or a hold have them."""
    card: dict[str, Any] = {"has_card": True, "phone": PHONE, "countdown": time_left()}
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
            STATUS, (PLAIN_TENT,), thing=LONG, reason=Reason.LIMIT_REACHED, way_on=WayOn.BRING_SOMETHING_BACK, **card
        ),
        "provisional-limit": CannotLendView(
            STATUS, thing=DRILL, reason=Reason.PROVISIONAL_LIMIT, way_on=WayOn.CALL_LIBRARY, **card
        ),
        "already-out": CannotLendView(STATUS, thing=DRILL, reason=Reason.ALREADY_OUT, like_it=similar, **card),
        "held-for-other-alone": CannotLendView(
            STATUS, thing=LONG, reason=Reason.HELD_FOR_OTHER, way_on=WayOn.TAKE_SIMILAR, can_hold=True,
            countdown=time_left(), has_card=True,
        ),
        "returns-only": ReturnsOnlyView(FULL, phone=PHONE),
        "returns-only-thing": ReturnsOnlyView(FULL, countdown=time_left(), thing=LONG),
    }  # fmt: skip
    return reasons | cannot
