"""Letting a station in by a letter from the hub, held to its own scanner or typed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import version

from kiosk.desk.views import EnrolStep
from kiosk.settings import Settings
from kiosk.store.upkeep import whose_journal
from lending.errors import Damaged, NotAllowed, Refused, TryLater
from sync.agent.identity import Identity, enrol, load
from sync.agent.link import HubLink
from sync.agent.troubles import Trouble, trouble_of
from sync.invitation import Invitation, NoInvitation, read

log = logging.getLogger(__name__)

_STEPS = {
    Trouble.NO_LINK: EnrolStep.NO_NETWORK,
    Trouble.HUB_DOWN: EnrolStep.HUB_DOWN,
    Trouble.SLOW_DOWN: EnrolStep.SLOW_DOWN,
    Trouble.STRANGER: EnrolStep.STRANGER,
}
TRIED_AGAIN = frozenset({EnrolStep.NO_NETWORK, EnrolStep.HUB_DOWN, EnrolStep.SLOW_DOWN, EnrolStep.STRANGER})
"""What passes by itself: the code still counts, and is tried again."""


def software() -> str:
    """Return the name and version this station tells the hub."""
    return f"nabolan/{version('nabolan')}"


def try_letter(settings: Settings, raw: bytes, show: Callable[[EnrolStep, str], None]) -> EnrolStep:
    """Let this station in with what was scanned; return where that ended, DONE if it has its identity now.

    `show` gets each step and the station's id once it is known. Nothing of the letter is logged.
    """
    try:
        letter = read(raw)
    except NoInvitation as no:
        return EnrolStep.TOO_NEW if no.newer else EnrolStep.NOT_READ
    show(EnrolStep.WORKING, letter.station)
    try:
        if is_of_another(settings, letter.station):
            return EnrolStep.OTHER_STATION
        enrol_with(settings, letter)
    except TryLater as silence:
        log.info("enrolment: %s; it will be tried again", silence)
        return _STEPS[trouble_of(silence)]
    except (Refused, NotAllowed) as no:
        log.warning("enrolment: %s", no)
        return EnrolStep.REFUSED
    except Damaged as damage:
        log.error("enrolment: %s", damage)  # noqa: TRY400 - the trace says nothing more
        return EnrolStep.DISK
    return EnrolStep.DONE


def is_of_another(settings: Settings, station: str) -> bool:
    """Return whether this unit holds the journal of another station, which must be wiped or sent first. The journal
    says so itself: the identity beside it may be spoilt or gone.
    """
    owner = whose_journal(settings.database)
    if owner:
        return owner != station
    try:
        before = load(settings.data_dir)
    except (NotAllowed, Refused):
        return False
    return before.station != station and settings.database.exists()


def is_from_own_hub(settings: Settings, identity: Identity, raw: bytes) -> bool:
    """Return whether a scan is a letter for this station from the very hub that let it in, by address and key. Only
    that may come from anybody: with another hub the station would tell a stranger who borrows what.
    """
    try:
        letter = read(raw)
    except NoInvitation:
        return False
    hub = (identity.hub_url, identity.pin) if identity.hub_url else (settings.hub_url.rstrip("/"), "")
    return letter.station == identity.station and (letter.url, letter.pin) == hub


def enrol_with(settings: Settings, letter: Invitation) -> Identity:
    """Let this station in with a letter. Raises as `sync.agent.identity.enrol`."""
    ca_file = "" if letter.pin else settings.ca_file
    link = HubLink(letter.url, ca_file=ca_file, pin=letter.pin, client=software())
    try:
        return enrol(link, letter.code, settings.data_dir, hub_url=letter.url, pin=letter.pin, station=letter.station)
    finally:
        link.close()


def link_to_hub(settings: Settings, identity: Identity) -> HubLink:
    """Return a link to the hub that let this station in; that of the settings where the identity does not say."""
    if identity.hub_url:
        ca_file = "" if identity.pin else settings.ca_file
        return HubLink(identity.hub_url, identity.token, ca_file=ca_file, pin=identity.pin, client=software())
    return HubLink(settings.hub_url, identity.token, ca_file=settings.ca_file, client=software())


def has_hub(settings: Settings, identity: Identity) -> bool:
    """Return whether this station knows where its hub is."""
    return bool(identity.hub_url or settings.hub_url)
