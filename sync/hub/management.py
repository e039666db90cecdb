"""What the commands do, once Django is ready."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import OperationalError, connections

from lending.errors import Refused
from lending.nouns import Category, Item
from sync.feed import rules_to_plain
from sync.feed_browse import NearbyPlace, ThingPage
from sync.feed_page import Message
from sync.heartbeat import Order
from sync.hub import environment
from sync.hub.catalogue import looking_around
from sync.hub.catalogue import service as catalogue
from sync.hub.catalogue.models import CatalogueItem
from sync.hub.clock import now_ms
from sync.hub.database import lock_items, turn, writing
from sync.hub.feed import messages
from sync.hub.feed import service as feed
from sync.hub.fleet import enrolment, forks, health
from sync.hub.fleet.letters import letter_for
from sync.hub.fleet.lines import lines_of
from sync.hub.fleet.models import Station
from sync.hub.forgetting.run import Forgetting
from sync.hub.forgetting.tell import lines_of_run
from sync.hub.holds.fold import refold_all_holds
from sync.hub.journal.models import Journal
from sync.hub.journal.retry import date_all_anew, retry_quarantined
from sync.hub.ledger.due import work_off
from sync.hub.ledger.fold import all_items, refold_all
from sync.hub.ledger.kept_back import note_kept_back
from sync.hub.ledger.models import LedgerDue
from sync.hub.patrons import service as patrons
from sync.hub.patrons.rows import CardRow
from sync.hub.review.acts import CODE, COMMAND_LINE, NEW_PASSWORD, REVOKED, STAFF, STAFF_OUT, note
from sync.hub.upkeep.backup import finish_restore
from sync.hub.upkeep.door import shut
from sync.hub.upkeep.form import NEWER, NOT_MIGRATED, missing_steps


def migrate() -> None:
    """Bring the database to the form this version needs. Nothing stored is lost; more calls do nothing."""
    environment.make_place_for_database()
    with shut(), turn():
        call_command("migrate", interactive=False, verbosity=0)
        finish_restore()


def check_form() -> None:
    """Do nothing if the database has the form this version needs.

    Raises Refused if it must be migrated first, or does not answer.
    """
    path = environment.sqlite_path()
    try:
        missing = missing_steps() if path is None or path.exists() else NOT_MIGRATED
    except OperationalError as error:
        raise Refused(f"the database does not answer ({error})") from None
    if missing == NEWER:
        raise Refused("the database has been migrated by a newer version; install that one, or restore a backup")
    if missing:
        raise Refused("the database has not the form this version needs; run `nabolan hub migrate` first")


def create_staff(name: str) -> str:
    """Return a random password for staff member `name`, who can now log in with it. It is kept only as a hash.

    Raises Refused if there is somebody of that name.
    """
    people = get_user_model()
    password = secrets.token_urlsafe(15)
    with writing():
        if people.objects.filter(username=name).exists():
            raise Refused(f"there is already somebody called {name}; take another name")
        people.objects.create_user(username=name, password=password, is_staff=True)
        note(STAFF, COMMAND_LINE, now_ms(), name)
    return password


def reset_password(name: str) -> str:
    """Return another random password for staff member `name`, also for one who was shut out. The old one and the
    logins that began with it no longer count. Raises Refused if there is nobody of that name.
    """
    password = secrets.token_urlsafe(15)
    _change_staff(name, make_password(password), NEW_PASSWORD, active=True)
    return password


def shut_out_staff(name: str) -> None:
    """Let staff member `name` in no more; their logins end, what they did keeps their name. Raises Refused so."""
    _change_staff(name, make_password(None), STAFF_OUT, active=False)


def _change_staff(name: str, password: str, what: str, *, active: bool) -> None:
    with writing():
        if not get_user_model().objects.filter(username=name).update(password=password, is_active=active):
            raise Refused(f"there is nobody called {name}")
        note(what, COMMAND_LINE, now_ms(), name)


def load_catalogue(items: Iterable[Item], categories: Iterable[Category]) -> int:
    """Load the catalogue; see `sync.hub.catalogue.service`."""
    return catalogue.load_catalogue(items, categories, now_ms())


def load_pages(pages: Iterable[ThingPage]) -> int:
    """Load pages of things; see `sync.hub.catalogue.looking_around`."""
    return looking_around.load_pages(pages, now_ms()).changed


def load_places(places: Iterable[NearbyPlace]) -> int:
    """Load places nearby; see `sync.hub.catalogue.looking_around`."""
    return looking_around.load_places(places, now_ms()).changed


def set_message(message: Message, station: str) -> bool:
    """Set a message; see `sync.hub.feed.messages`."""
    return messages.set_message(message, station, now_ms())


def load_cards(rows: Iterable[CardRow | tuple[str, bool]]) -> int:
    """Load cards; see `sync.hub.patrons.service`."""
    return patrons.load_cards(rows, now_ms())


def set_card(card_id: str, changes: Mapping[str, Any]) -> bool:
    """Change one card; see `sync.hub.patrons.service`."""
    return patrons.set_card(card_id, changes, now_ms())


def set_rules(document: object) -> bool:
    """Change the rules; see `sync.hub.feed.service`."""
    return feed.set_rules(document)


def rules() -> dict[str, Any]:
    """Return the rules that hold now, as one document without the version."""
    return {name: value for name, value in rules_to_plain(feed.rules_now()).items() if name != "version"}


def create_station(station_id: str, name: str) -> str:
    """Create a station; see `sync.hub.fleet.enrolment`."""
    with writing():
        code = enrolment.create_station(station_id, name, now_ms())
        note(CODE, COMMAND_LINE, now_ms(), station_id)
    return code


def fleet() -> list[str]:
    """Return how the stations are; see `sync.hub.fleet.health`."""
    return health.fleet_lines(now_ms())


def fork(station_id: str, lives: str | None, *, count_others: bool) -> list[str]:
    """Show or decide a fork; see `sync.hub.fleet.forks`."""
    epoch = forks.forked_journals().get(station_id)
    journal = Journal.objects.filter(station=station_id, epoch=epoch or 0).first()
    if journal is None:
        raise Refused(f"there is no forked journal of {station_id}; `nabolan hub fleet` shows all stations")
    lines = lines_of(journal)
    if lives is not None:
        named = [line.key for line in lines if line.key.startswith(lives)]
        if len(named) != 1:
            raise Refused("no one line has a name that begins so")
        forks.declare(
            station_id, journal.epoch, named[0], count_others=count_others, who=COMMAND_LINE, now_ms=now_ms()
        )
    state = {True: "counts", False: "waits"}
    return [
        f"{line.key[:16] or '-'}  {len(line.entries)} entries after {line.after_seq}  {state[line.in_force]}"
        for line in lines
    ]


def letter(station_id: str, code: str) -> str:
    """Return the QR and its text; see `sync.hub.fleet.letters`."""
    made = letter_for(station_id, code)
    return f"{made.terminal()}\n{made.text}"


def roll(station_id: str) -> None:
    """Ask a station to change its token; see `sync.hub.fleet.health`."""
    with writing():
        if not health.order(station_id, Order.ROLL_TOKEN):
            raise Refused(f"there is no station {station_id}")
        note("roll", COMMAND_LINE, now_ms(), station_id)


def revoke(station_id: str) -> None:
    """Shut a station out; see `sync.hub.fleet.enrolment`."""
    if Station.objects.filter(pk=station_id, revoked=False).exists():
        note(REVOKED, COMMAND_LINE, now_ms(), station_id)
    enrolment.revoke(station_id, now_ms())


def refold() -> int:
    """Take out of quarantine what can be read now, and fold every item and every hold anew."""
    with writing():
        retry_quarantined(now_ms())
        note_kept_back(CatalogueItem.objects.values_list("plain", flat=True), now_ms())
        date_all_anew()
        LedgerDue.objects.all().delete()
        lock_items(all_items())
        refold_all_holds(now_ms())
        return refold_all(now_ms())


def work() -> int:
    """Fold what is due; return how many marks that took away."""
    return work_off()


def forget(*, dry: bool) -> list[str]:
    """Forget what may be forgotten, or with `dry` only count it; return what came of it in plain English."""
    return lines_of_run(Forgetting(now_ms(), dry=dry).run(), dry=dry)


def due() -> int:
    """Return how many marks say that something is to be folded."""
    return LedgerDue.objects.count()


def let_go_of_the_database() -> None:
    """Close this process's connections, so that no child process inherits them."""
    connections.close_all()
