"""Tokens: who a call comes from, and how a token gives way to a new one without locking a station out.

A station that is given a new token may never hear the answer. So both count until the new one is used for the first
time; from then on the old one is nobody's.
"""

from __future__ import annotations

import hashlib
import secrets

from lending.errors import NotAllowed
from sync.heartbeat import Order
from sync.hub.database import writing
from sync.hub.fleet.models import Fork, Station


def token_hash(token: str) -> str:
    """Return what the hub keeps of a token. 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def station_of(token: str) -> Station | None:
    """Return the station with this token, or None. Raises NotAllowed if it has been shut out."""
    digest = token_hash(token)
    station = Station.objects.filter(token_hash=digest).first()
    if station is None:
        station = _first_use(digest)
    if station is not None and station.revoked:
        raise NotAllowed(f"station {station.station_id} has been shut out by staff")
    return station


def _first_use(digest: str) -> Station | None:
    if not Station.objects.filter(next_token_hash=digest).exists():
        return None
    with writing():
        station = Station.objects.select_for_update().filter(next_token_hash=digest).first()
        if station is None:  # another call of the same station was quicker
            return Station.objects.filter(token_hash=digest).first()
        if Fork.objects.filter(station=station, new_epoch=station.epoch, undone_ms=None).exists():
            station.late_token_hash = station.token_hash or ""  # the other unit of a forked journal has it too
        station.token_hash, station.next_token_hash = digest, ""
        station.orders = [order for order in station.orders if order != Order.ROLL_TOKEN.value]
        station.save(update_fields=["token_hash", "next_token_hash", "late_token_hash", "orders"])
    return station


def late_station_of(token: str) -> Station | None:
    """Return the station of which this token may still bring what an ended epoch has to say, or None."""
    return Station.objects.filter(late_token_hash=token_hash(token), revoked=False).first()


def next_token(station: Station) -> str:
    """Return a new token for the station; its old one counts until this one is used."""
    token = secrets.token_urlsafe(32)
    with writing():
        Station.objects.filter(pk=station.pk).update(next_token_hash=token_hash(token))
    return token
