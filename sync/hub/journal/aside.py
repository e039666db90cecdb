"""How much of one station the hub keeps that counts nowhere: what is set aside, in quarantine, or behind a gap.

All of it is kept, so that nobody's loan is lost while people decide. A station that is broken, or a thief with its
key, could fill the disk with it. From a limit on the hub takes no more of this kind from that station: it refuses the
batch whole and plainly, and shows one case. What it has acknowledged stays, what counts goes its ordinary way, and
what was refused stays at the station.
"""

from __future__ import annotations

from django.conf import settings
from django.db.models import BooleanField, Count, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Length

from lending.errors import Refused
from sync.hub.journal.models import RawEntry, SetAside

BYTES_EACH = 2048
"""So many bytes per entry may be kept on average: about three times what the longest ordinary entry has."""


class TooMuchAside(Refused):
    """The hub keeps as much of this station as it may that counts nowhere. Nothing of the batch was stored."""


def not_counting() -> RawSQL:
    """Return the condition that an entry counts nowhere, in the very words of its index `entries_aside`.

    See `sync.hub.journal.kinds.among` for why.
    """
    return RawSQL("NOT journal_rawentry.in_force", (), output_field=BooleanField())


def kept_aside(station_id: str) -> tuple[int, int]:
    """Return how many entries of a station count nowhere, and how many bytes these are."""
    beside = Coalesce(Sum(Length("wire") + Length("personal")), 0)
    aside = SetAside.objects.filter(journal__station_id=station_id).aggregate(n=Count("pk"), size=beside)
    within = Coalesce(Sum(Length("wire") + Coalesce(Length("personal__plain"), 0)), 0)
    nowhere = RawEntry.objects.filter(not_counting(), journal__station_id=station_id)
    rows = nowhere.aggregate(n=Count("pk"), size=within)
    return aside["n"] + rows["n"], aside["size"] + rows["size"]


def refuse_too_much(station_id: str) -> None:
    """Do nothing while there is room for what a batch has just brought that counts nowhere.

    Runs within the batch's transaction, when all is stored. Raises TooMuchAside, which undoes it.
    """
    most = settings.MOST_ASIDE
    entries, size = kept_aside(station_id)
    if entries > most or size > most * BYTES_EACH:
        raise TooMuchAside(
            f"entries: the hub keeps as much of {station_id} as it may that does not continue its journal or cannot "
            "be read; it takes no more of that until the library has looked"
        )
