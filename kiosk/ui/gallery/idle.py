"""Before a visit: starting, being enrolled, waiting for somebody."""

from __future__ import annotations

from dataclasses import replace

from kiosk.desk.views import EnrolStep, EnrolView, IdleView, StartingView, Status, View
from kiosk.desk.views_languages import LanguagesView
from kiosk.ui.gallery.common import CATEGORIES, FULL, LONG_OFFLINE, PHONE, SHUT_OUT, STATUS

_ENROL = (EnrolStep.WAITING, EnrolStep.STRANGER, EnrolStep.OTHER_STATION)
"""The shortest words, and the longest of each kind."""


def idle() -> dict[str, View]:
    """The station starts, is enrolled, or waits for somebody."""
    return {
        "starting": StartingView(STATUS),
        "starting-new": StartingView(STATUS, enrolled=False),
        **{f"enrol-{step}": EnrolView(Status(""), step=step, name="ls-0042") for step in _ENROL},
        "enrol-no-scanner": EnrolView(Status(""), scanner=False),
        "idle": IdleView(STATUS, here=32, categories=CATEGORIES, phone=PHONE),
        "idle-offline": IdleView(LONG_OFFLINE, here=32, categories=CATEGORIES, phone=PHONE),
        "idle-reader-rests": IdleView(replace(STATUS, reader_up=False), here=32, categories=CATEGORIES[:4]),
        "idle-scanner-rests": IdleView(replace(STATUS, scanner_up=False), here=0, phone=PHONE),
        "idle-both-rest": IdleView(
            replace(STATUS, scanner_up=False, reader_up=False, clock_synced=False), here=1,
            categories=CATEGORIES[:1], phone=PHONE,
        ),
        "idle-shut-out": IdleView(SHUT_OUT, here=32, categories=CATEGORIES, phone=PHONE),
        "idle-code": IdleView(STATUS, here=32, categories=CATEGORIES, phone=PHONE, code_entry=True),
        "languages": LanguagesView(STATUS),
        "idle-returns-only": IdleView(FULL, here=32, categories=CATEGORIES, phone=PHONE, code_entry=True),
    }  # fmt: skip
