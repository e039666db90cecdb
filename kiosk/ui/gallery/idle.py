"""Before a visit: starting, being enrolled, waiting for somebody."""

from __future__ import annotations

from dataclasses import replace

from kiosk.desk.views import EnrolStep, EnrolView, IdleView, StartingView, Status, View
from kiosk.desk.views_idle import Attract, Word, Worth
from kiosk.desk.views_languages import LanguagesView
from kiosk.ui.gallery.common import (
    CATEGORIES,
    DRILL,
    FULL,
    LONG,
    LONG_OFFLINE,
    PHONE,
    SHUT_OUT,
    STATUS,
    text,
)
from lending.impact import Span

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
        **_attract(),
        "idle-offline": IdleView(LONG_OFFLINE, here=32, categories=CATEGORIES, phone=PHONE),
        "idle-reader-rests": IdleView(replace(STATUS, reader_up=False), here=32, categories=CATEGORIES[:4]),
        "idle-scanner-rests": IdleView(replace(STATUS, scanner_up=False), here=0, phone=PHONE),
        "idle-both-rest": IdleView(
            replace(STATUS, scanner_up=False, reader_up=False, clock_synced=False), here=CATEGORIES[0].here,
            categories=CATEGORIES[:1], phone=PHONE,
        ),
        "idle-shut-out": IdleView(SHUT_OUT, here=32, categories=CATEGORIES, phone=PHONE),
        "idle-code": IdleView(STATUS, here=32, categories=CATEGORIES, phone=PHONE, code_entry=True),
        "languages": LanguagesView(STATUS),
        "idle-returns-only": IdleView(FULL, here=32, categories=CATEGORIES, phone=PHONE, code_entry=True),
    }  # fmt: skip


def _attract() -> dict[str, View]:
    """Each of the pictures that take turns, by beginning with another one."""
    event = Word(text("Lær å reparere sykkelen: torsdag klokka 18 på biblioteket",
                      "Learn to mend your bike: Thursday at 6 pm at the library"), "event")  # fmt: skip
    drill, long = Worth(DRILL, Span(1800, 2900)), Worth(LONG, Span(29_000, 46_000))
    told = {
        "event": Attract((), (event,), begin=1),
        "notice": Attract((), (Word(text("Stengt 24. desember", "Closed on 24 December")),), begin=1),
        "worth": Attract((drill,), begin=1),
        "worth-long": Attract((long,), begin=1),
        "card": Attract(begin=1),
        "wish": Attract(begin=3),
        "languages": Attract(begin=5),
        "places": Attract(places=True, begin=7),
    }
    code = {"worth-long"}
    return {
        f"idle-tells-{name}": IdleView(
            STATUS, here=32, categories=CATEGORIES, phone=PHONE, attract=one, code_entry=name in code
        )
        for name, one in told.items()
    }
