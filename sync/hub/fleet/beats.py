"""Whose a heartbeat is: a signed one must be signed by the station, and one that signs is believed no unsigned one.

```text
version 1, no signature ─▶ the station has signed one before, in this epoch or a later one? ─▶ refused
                        └▶ it never has: a station of before beats were signed ─▶ taken
version 2               ─▶ names this station, signed with the key of its epoch ─▶ taken, and noted
                        └▶ else ─▶ refused, counted as an alarm
```

Nothing but that count changes by a beat that is refused. What asks for a new token goes the same way: an attacker who
used it first would lock the station out. So does what asks for a new epoch after a fork was decided: an attacker
would put a key of their own in the place of the station's, and be given the key that card ids are hashed with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lending.errors import Refused
from sync.heartbeat import EPOCH, ROLL, Beat, is_signed, is_signed_by, whole_number
from sync.hub.fleet.models import Station
from sync.hub.journal.ingest import SignatureRefused, count_alarm
from sync.hub.journal.models import Journal

_A_ROLL = "what asked for a new token"
_AN_EPOCH = "what asked for a new epoch"


def check_beat(station: Station, data: Mapping[str, Any], beat: Beat) -> bool:
    """Return whether `beat`, read from `data`, is signed by the station. Raises Refused if it may not be believed."""
    if not is_signed(data):
        if _must_sign(station, beat.epoch):
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
    if not _asks(station, data, ROLL):
        raise _not_believed(station, _A_ROLL)


def check_epoch(station: Station, data: Mapping[str, Any]) -> None:
    """Do nothing if the station itself asks to go on in a new epoch, with the key of the one that ends, or one of
    before beats were signed. Raises Refused if it may be somebody who has the token alone.
    """
    if is_signed(data):
        believed = _asks(station, data, EPOCH)
    else:
        believed = not _must_sign(station, whole_number(data, "epoch"))
    if not believed:
        raise _not_believed(station, _AN_EPOCH)


def _asks(station: Station, data: Mapping[str, Any], what: str) -> bool:
    """Return whether this asks for `what`, signed with the key of the station's epoch that it names."""
    journal = Journal.objects.filter(station=station, epoch=whole_number(data, "epoch")).first()
    key = b"" if journal is None else bytes.fromhex(journal.public_key)
    return data.get("asks") == what and is_signed_by(data, station.station_id, key)


def _must_sign(station: Station, epoch: int) -> bool:
    """Return whether the station has signed a beat in this epoch or a later one, or ever if it had no such one."""
    signing = Journal.objects.filter(station=station, signs_beats=True)
    if Journal.objects.filter(station=station, epoch=epoch).exists():
        signing = signing.filter(epoch__gte=epoch)
    return signing.exists()


def _not_believed(station: Station, what: str = "a heartbeat") -> SignatureRefused:
    count_alarm(station, what)
    return SignatureRefused("signature: does not hold for this station's key")


def note_signing(station: Station, beat: Beat) -> None:
    """Note that the station signs its beats. Runs inside a transaction, before the station is locked: batches lock a
    journal first too.
    """
    Journal.objects.filter(station=station, epoch=beat.epoch, signs_beats=False).update(signs_beats=True)
