"""Letting a station in: a one-time code is exchanged for a token, a new epoch and the library's keys."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets

from django.db.models import F

from lending.errors import Refused
from sync.heartbeat import Head
from sync.hub import environment
from sync.hub.catalogue.looking_around import tell_stations
from sync.hub.database import lock_epochs, writing
from sync.hub.feed.still_open import tell_new_unit
from sync.hub.fleet import forks
from sync.hub.fleet.models import EnrolCode, Station
from sync.hub.fleet.tokens import next_token, token_hash
from sync.hub.journal.models import Journal, RawEntry
from sync.hub.ledger.due import leave_due
from sync.hub.ledger.fold import refold
from sync.protocol import Enrolment

CODE_BYTES = 10
CODE_LIFE_MS = 24 * 3600 * 1000
_STATION_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_TYPED_CODE = re.compile(r"[A-Za-z0-9 -]{0,100}")
_PUBLIC_KEY = re.compile(r"[0-9a-f]{64}")


def create_station(station_id: str, name: str, now_ms: int) -> str:
    """Return a one-time code for the station, which now exists with this name; older codes no longer count.

    The code has 80 random bits, is valid for 24 hours and can be used once. Raises Refused for a bad id or name.
    """
    if not _STATION_ID.fullmatch(station_id):
        raise Refused("a station id is 1 to 63 small letters, digits and hyphens")
    if not name.strip() or len(name) > 200 or "\x00" in name:  # noqa: PLR2004 - the width of the column
        raise Refused("a station needs a name of at most 200 characters")
    code = _new_code()
    with writing():
        station, _ = Station.objects.update_or_create(
            station_id=station_id, defaults={"name": name.strip()}, create_defaults=_new(name.strip(), now_ms)
        )
        EnrolCode.objects.filter(station=station, used_by="").delete()
        EnrolCode.objects.create(code_hash=_hash(code), station=station, expires_ms=now_ms + CODE_LIFE_MS)
        tell_stations(now_ms)
    return code


def _new(name: str, now_ms: int) -> dict[str, object]:
    return {"name": name, "created_ms": now_ms}


def _new_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def _hash(code: str) -> str:
    return hashlib.sha256("".join(c for c in code.upper() if c.isalnum()).encode()).hexdigest()


def enrol(code: str, public_key: str, now_ms: int) -> Enrolment:
    """Return what the station needs to talk to the hub; its code is used up and its old token, if any, is void.

    The same key may come again with its code while it has sent nothing: its first answer may have been lost.
    Raises Refused if the code or the key does not count.
    """
    if not _PUBLIC_KEY.fullmatch(public_key):
        raise Refused("the public key is not 64 hex digits")
    if not _TYPED_CODE.fullmatch(code):
        raise Refused("the code is not made of letters, digits, blanks and hyphens")
    token = secrets.token_urlsafe(32)
    with writing():
        lock_epochs()
        row = EnrolCode.objects.select_for_update().filter(code_hash=_hash(code), expires_ms__gt=now_ms).first()
        if row is None or not _may_use(row, public_key):
            raise Refused("the code is not known, has been used or is older than 24 hours")
        station = Station.objects.select_for_update().get(pk=row.station_id)
        if not row.used_by:
            station.epoch += 1
            Journal.objects.create(station=station, epoch=station.epoch, public_key=public_key)
        row.used_by = public_key
        row.save(update_fields=["used_by"])
        station.token_hash, station.revoked, station.last_contact_ms = token_hash(token), False, now_ms
        station.alarms, station.orders = 0, []
        station.next_token_hash = station.late_token_hash = ""
        station.save(update_fields=["epoch", "token_hash", "next_token_hash", "late_token_hash", "revoked",
                                    "last_contact_ms", "alarms", "orders"])  # fmt: skip
        tell_stations(now_ms)
        tell_new_unit(station, now_ms)
    return _enrolment(station, token)


def _may_use(code: EnrolCode, public_key: str) -> bool:
    if not code.used_by:
        return True
    unused = Journal.objects.filter(
        station=code.station_id, epoch=code.station.epoch, public_key=public_key, held=0, waiting=0
    )
    return code.used_by == public_key and unused.exists()


def _enrolment(station: Station, token: str) -> Enrolment:
    card_key = environment.card_key()
    return Enrolment(
        station=station.station_id,
        token=token,
        epoch=station.epoch,
        card_key=card_key.secret.hex(),
        card_key_version=card_key.version,
        hub_seal_key=environment.seal_key().public_key().public_bytes_raw().hex(),
    )


def new_epoch(station: Station, epoch: int, head: Head, public_key: str, now_ms: int) -> Enrolment:
    """Return what the unit that staff chose needs to go on in a new epoch; its old token counts until the new one is
    used. Raises Refused.
    """
    if not _PUBLIC_KEY.fullmatch(public_key):
        raise Refused("the public key is not 64 hex digits")
    with writing():
        forks.go_on(station, epoch, head, public_key, now_ms)
        token = next_token(station)
        return _enrolment(Station.objects.get(pk=station.pk), token)


def revoke(station_id: str, now_ms: int) -> None:
    """Shut a station out, as after a theft: its tokens and its unused code no longer count. Its journal stays.

    A new code lets it in anew. Raises Refused if there is no such station.
    """
    with writing():
        changed = Station.objects.filter(pk=station_id, revoked=False).update(
            revoked=True, revoked_ms=now_ms, revoked_epoch=F("epoch"), next_token_hash="", late_token_hash=""
        )
        if not changed and not Station.objects.filter(pk=station_id).exists():
            raise Refused(f"there is no station {station_id}")
        EnrolCode.objects.filter(station=station_id, used_by="").delete()
        tell_stations(now_ms)
        # A station whose clock is ahead has sent entries dated later than now: they are cases from now on.
        ahead = RawEntry.objects.filter(journal__station_id=station_id, in_force=True, order_ms__gte=now_ms)
        items = set(ahead.exclude(item="").values_list("item", flat=True))
        leave_due(items, ())
    # At once, but not while the station is held: a batch takes it after its items.
    with writing():
        refold(items, now_ms)
