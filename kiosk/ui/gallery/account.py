"""A card on the reader: the account, other cards, keypads, and what the station knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from kiosk.desk.views import (
    AboutMeView,
    AccountView,
    CardStopView,
    CodeView,
    HoldRow,
    OtherCardView,
    PinUncheckedView,
    PinView,
    UnknownCardView,
    View,
    VisitLine,
)
from kiosk.desk.views_idle import Word
from kiosk.ui.gallery.common import (
    BACK_DRILL,
    BACK_TENT,
    FIVE_LOANS,
    FRIDAY,
    LENT_DRILL,
    LENT_TENT,
    LOANS,
    LONG,
    MONDAY,
    OFFLINE,
    PHONE,
    PROJECTOR,
    SEWING,
    SHUT_OUT,
    SKIS,
    STATUS,
    TENT,
    text,
    time_left,
)
from lending.visit import LineState


def account() -> dict[str, View]:
    """What a card opens: loans, holds, what can be renewed."""
    card: dict[str, Any] = {"has_card": True, "phone": PHONE, "limit": 9}
    ready = HoldRow(PROJECTOR, MONDAY, ready=True, row="hold-of-projector")
    waits = HoldRow(LONG, date(2026, 12, 1), row="hold-of-washer")
    renewable = tuple(replace(loan, can_renew=True) for loan in FIVE_LOANS)
    renewed = (renewable[2], replace(LOANS[1], due=date(2026, 12, 11), renewals=1))
    line = VisitLine(SEWING, LineState.RENEWED, date(2026, 12, 11))
    code = VisitLine(PROJECTOR, LineState.LENT, FRIDAY, can_undo=True)
    return {
        "account-renew": AccountView(STATUS, countdown=time_left(), loans=renewable[2:4], **card),
        "account-renewed": AccountView(STATUS, (line,), time_left(), loans=renewed, **card),
        "account-hold": AccountView(STATUS, countdown=time_left(), loans=renewable[2:4], holds=(ready,), **card),
        "account-hold-only": AccountView(STATUS, countdown=time_left(), holds=(ready,), **card),
        "account-holds": AccountView(
            OFFLINE, (LENT_TENT,), time_left(), loans=renewable[:4],
            holds=(waits, replace(ready, thing=SKIS, row="hold-of-skis"),
                   replace(ready, thing=TENT, row="hold-of-tent")), **card,
        ),
        "account-limit": AccountView(STATUS, countdown=time_left(), loans=renewable[2:4], **(card | {"limit": 2})),
        "account-pickup": AccountView(STATUS, countdown=time_left(), has_card=True),
        "account-pickup-done": AccountView(STATUS, (code,), time_left(), has_card=True),
        "account": AccountView(STATUS, countdown=time_left(), loans=LOANS, **card),
        "account-last-seconds": AccountView(STATUS, (LENT_TENT,), time_left(12_000), loans=LOANS, **card),
        "account-words": AccountView(
            STATUS, countdown=time_left(), loans=LOANS,
            words=(Word(text("Stasjonen flytter til Åssiden fra 1. desember. Lever gjerne der.",
                             "From 1 December this station moves to Åssiden. You can return things there.")),),
            **card,
        ),
        "account-none-words": AccountView(
            STATUS, countdown=time_left(), words=(Word(text("Stengt 24. desember", "Closed on 24 December")),), **card
        ),
        "account-none": AccountView(STATUS, countdown=time_left(), **card),
        "account-five": AccountView(
            OFFLINE, (replace(LENT_DRILL, can_undo=False), LENT_TENT), time_left(), loans=FIVE_LOANS, **card
        ),
        "account-nine": AccountView(STATUS, countdown=time_left(), loans=(*FIVE_LOANS, *FIVE_LOANS[:4]), **card),
        "account-return-only": AccountView(STATUS, countdown=time_left()),
        "account-lends-nothing": AccountView(SHUT_OUT, countdown=time_left(), loans=LOANS, **card),
        "account-none-lends-nothing": AccountView(SHUT_OUT, countdown=time_left(), **card),
        "account-many-lines": AccountView(
            STATUS, (BACK_TENT, BACK_DRILL, replace(LENT_DRILL, thing=LONG, can_undo=False),
                     VisitLine(SEWING, LineState.UNDONE), LENT_TENT), time_left(), loans=LOANS[:1], **card,
        ),
    }  # fmt: skip


def cards() -> dict[str, View]:
    """Cards that cannot borrow, or that nobody knows yet."""
    card: dict[str, Any] = {"has_card": True, "phone": PHONE, "countdown": time_left()}
    return {
        "card-stop": CardStopView(STATUS, **card),
        "card-stop-no-phone": CardStopView(OFFLINE, countdown=time_left(), has_card=True),
        "unknown-card": UnknownCardView(OFFLINE, **card),
        "unknown-card-full": UnknownCardView(STATUS, room=False, **card),
    }


def pads() -> dict[str, View]:
    """PIN, pickup code, a second card, and what this station knows about a card."""
    card: dict[str, Any] = {"has_card": True, "phone": PHONE, "countdown": time_left()}
    about: dict[str, Any] = {"open_loans": 2, "retention_days": 28, **card}
    return {
        "pin": PinView(STATUS, **card),
        "pin-wrong": PinView(STATUS, wrong=1, **card),
        "pin-wait": PinView(STATUS, wrong=4, wait_seconds=15, **card),
        "pin-checking": PinView(STATUS, wrong=1, checking=True, **card),
        "pin-unchecked": PinUncheckedView(OFFLINE, **card),
        "code": CodeView(STATUS, countdown=time_left()),
        "code-wrong": CodeView(OFFLINE, countdown=time_left(), wrong=2),
        "code-wait": CodeView(STATUS, countdown=time_left(), wrong=5, wait_seconds=60),
        "other-card": OtherCardView(STATUS, (LENT_TENT,), **card),
        "about-me": AboutMeView(
            OFFLINE, in_feed=True, returned_loans=3, holds=1, waiting=4, forgotten_by=date(2026, 12, 18),
            pin_until=FRIDAY, **about,
        ),
        "about-me-plain": AboutMeView(STATUS, in_feed=True, **about),
        "about-me-new": AboutMeView(OFFLINE, returned_loans=1, waiting=1, **(about | {"open_loans": 0})),
    }  # fmt: skip
