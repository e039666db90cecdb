"""Whose a heartbeat is: a signed one must be signed by the station, and one that signs is believed no unsigned one.

```text
version 1, no signature ─▶ the station has signed one before, in this epoch or a later one? ─▶ refused
                        └▶ it never has: a station of before beats were signed ─▶ taken
version 2               ─▶ names this station, signed with the key of its epoch ─▶ taken, and noted
                        └▶ else ─▶ refused, counted as an alarm
```

Nothing but that count changes by a beat that is refused. What asks for a new token goes the same way: an attacker who
used it first would lock the station out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lending.errors import Refused
from sync.heartbeat import ROLL, Beat, is_signed, is_signed_by, whole_number
from sync.hub.fleet.models import Station
from sync.hub.journal.ingest import SignatureRefused, count_alarm
from sync.hub.journal.models import Journal

_A_ROLL = "what asked for a new token"


def check_beat(station: Station, data: Mapping[str, Any], beat: Beat) -> bool:
    """Return whether `beat`, read from `data`, is signed by the station. Raises Refused if it may not be believed."""
    if not is_signed(data):
        if Journal.objects.filter(station=station, epoch__gte=beat.epoch, signs_beats=True).exists():
            raise _not_believed(station)
        if not Journal.objects.filter(station=station, epoch=beat.epoch).exists() and _signs(station):
            raise _not_believed(station)
        return False
    journal = Journal.objects.filter(station=station, epoch=beat.epoch).first()
    if journal is None:
        raise Refused(f"epoch: station {station.station_id} was never enrolled for epoch {beat.epoch}")
    if not is_signed_by(data, station.station_id, bytes.fromhex(journal.public_key)):
        raise _not_believed(station)
    return True


def check_roll(station: Station, data: Mapping[str, Any]) -> None:
    """Do nothing if the station itself asks for a new token, or one of before beats were signed. Raises Refused if it
    may be somebody who has the token alone.
    """
    if not is_signed(data):
        if Journal.objects.filter(station=station, epoch=station.epoch, signs_beats=True).exists():
            raise _not_believed(station, _A_ROLL)
        return
    journal = Journal.objects.filter(station=station, epoch=whole_number(data, "epoch")).first()
    key = b"" if journal is None else bytes.fromhex(journal.public_key)
    if data.get("asks") != ROLL or not is_signed_by(data, station.station_id, key):
        raise _not_believed(station, _A_ROLL)


def _signs(station: Station) -> bool:
    return Journal.objects.filter(station=station, signs_beats=True).exists()


def _not_believed(station: Station, what: str = "a heartbeat") -> SignatureRefused:
    count_alarm(station, what)
    return SignatureRefused("signature: does not hold for this station's key")


def note_signing(station: Station, beat: Beat) -> None:
    """Note that the station signs its beats. Runs inside a transaction, before the station is locked: batches lock a
    journal first too.
    """
    Journal.objects.filter(station=station, epoch=beat.epoch, signs_beats=False).update(signs_beats=True)
