"""Which keys are put together while the station runs: all that no search for whole keys in the code can find.

`{}` stands for what is filled in. A test holds this against the catalogues: a key that is neither written whole in
the code nor said here is unused, and one that is said here and stands in no catalogue is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kiosk.desk.views import DueSoon, EnrolStep, ShutOut
from kiosk.ui.palette import Theme
from kiosk.ui.shapes import TEXTS
from kiosk.ui.tr import GENDERS, LANGUAGES
from lending.impact import Instead
from lending.nouns import Condition, Damage
from lending.rules import Reason
from lending.visit import OddScan

_ACCOUNT = ("none", "pickup", "return_only")
_BESIDES_CODE = ("note", "title", "wait", "wrong")
_COUNTED = ("again", "answers", "co2e", "kroner", "not", "who")
_FIRST_PAGES = ("impact", "nearby", "offer", "suggest")
_PLACES = ("bua", "library", "other", "renter", "repair", "reuse", "station", "workshop")
_SEEN = ("card_known", "card_new", "card_unreadable", "code_other", "item_known", "item_new")
_WRITTEN = ("offer", "suggest")

COMPOSED: Mapping[str, Iterable[str]] = {
    "about.card{}_text": ("", "_new"),
    "account.{}": (*_ACCOUNT, *(soon for soon in DueSoon if soon is not DueSoon.LATER)),
    "account.{}_text": _ACCOUNT,
    "aids.text_{}": tuple(str(at + 1) for at in range(len(TEXTS))),
    "aids.{}": Theme,
    "cannot.{}": (*Reason, "other"),
    "cannot.{}_hold": (Reason.ALREADY_OUT,),
    "cannot.{}_text": (*Reason, "other"),
    "card_stop.{}": (Reason.CARD_BLOCKED, Reason.CARD_EXPIRED),
    "code.{}": _BESIDES_CODE,
    "counting.{}": _COUNTED,
    "counting.{}_text": _COUNTED,
    "damage.{}": Damage,
    "damage.{}_text": Damage,
    "enrol.{}": EnrolStep,
    "enrol.{}_text": EnrolStep,
    "heard.{}": _WRITTEN,
    "heard.{}_text": (*_WRITTEN, "nothing"),
    "help.to_{}": _FIRST_PAGES,
    "help.{}_step": ("card", "parts", "scan"),
    "help.{}_step_text": ("card", "parts", "scan"),
    "instead.{}": Instead,
    "instead.{}_text": (Instead.BORROWED, Instead.NOT_DONE),
    "language.{}": LANGUAGES,
    "nearby.{}": _PLACES,
    "notice.{}": OddScan,
    "notice.{}_text": OddScan,
    "pin.{}": (*_BESIDES_CODE, "enter", "only_return"),
    "returned.{}": Condition,
    "returned.{}_text": Condition,
    "staff.{}": (
        *(shut for shut in ShutOut if shut),
        *("card_reader", "scanner", "voice"),
        *("hub_down", "no_link", "ok", "slow_down", "stranger"),
    ),
    "starting.{}_text": ("new", "ready"),
    "tech.{}_text": ("move_title", "move_unknown", "register_known", "register_waits"),
    "tech.seen.{}": _SEEN,
    "tech.seen.{}_text": _SEEN,
    "thanks.{}": (Condition.OK, Condition.DAMAGED),
    "thanks.{}_text": (Condition.OK, Condition.DAMAGED),
    "write.{}": _WRITTEN,
    "write.{}_hint": _WRITTEN,
}
"""What is filled into which keys."""


def composed() -> set[str]:
    """Return all keys that are put together; those of a thing's gender are asked for with `gendered`."""
    return {pattern.replace("{}", str(filled)) for pattern, values in COMPOSED.items() for filled in values}


def gendered_keys(key: str) -> set[str]:
    """Return the keys of a sentence that follows the gender of a thing."""
    return {f"{key}.{gender}" for gender in GENDERS}
