"""The forms of requests and answers, as the API's own documentation shows them."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from sync.heartbeat import MAX_BEAT_BYTES, Order
from sync.hub.api.describe import json_body
from sync.hub.api.shapes import MOST
from sync.protocol import MAX_BATCH_BYTES, MAX_BATCH_ENTRIES, MAX_REASON, VerdictKind

Whole = Annotated[int, Field(ge=0, le=MOST)]
Key = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Problem(Schema):
    """What happened, and what to do now."""

    problem: Annotated[str, Field(min_length=1, max_length=1000)]
    what_now: Annotated[str, Field(min_length=1, max_length=1000)]


class EnrolmentOut(Schema):
    """What a station gets when it is enrolled. Keys are hex; the token is shown this once."""

    station: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,62}$")]
    token: Annotated[str, Field(min_length=1, max_length=200)]
    epoch: Annotated[int, Field(ge=1, lt=2**31)]
    card_key: Key
    card_key_version: Annotated[int, Field(ge=1)]
    hub_seal_key: Key


class VerdictOut(Schema):
    """The hub's word on one entry, in the order of the batch. `id` is as it was sent, at most 64 characters of it."""

    id: Annotated[str, Field(max_length=64)]
    seq: Annotated[int, Field(ge=1, le=MOST)]
    verdict: VerdictKind
    reason: Annotated[str, Field(max_length=MAX_REASON)]


class ReceiptOut(Schema):
    """The hub holds every entry of the batch's epoch up to and including `acknowledged`."""

    acknowledged: Whole
    verdicts: Annotated[list[VerdictOut], Field(max_length=MAX_BATCH_ENTRIES)]
    hub_wall_ms: Whole


class PinOut(Schema):
    """Whether the PIN belongs to the card. A card nobody knows has no right one."""

    right: bool


class ReplyOut(Schema):
    """The answer to a heartbeat. `held` is null where the hub does not know the epoch."""

    hub_wall_ms: Whole
    held: Whole | None
    forked: bool
    orders: Annotated[list[Order], Field(max_length=len(Order))]


class TokenOut(Schema):
    """A token, shown this once."""

    token: Annotated[str, Field(min_length=1, max_length=200)]


class HealthOut(Schema):
    """Whether the hub can do its work. `due`: items and holds that what was taken in is not counted for yet."""

    status: Literal["ok"]
    hub_wall_ms: Whole
    due: Whole


ENROL_BODY = json_body("EnrolIn", "At most 4 KiB.")

BEAT_BODY = json_body("Beat", f"At most {MAX_BEAT_BYTES} bytes. What a later version adds is passed over.")

EPOCH_BODY = json_body("EpochIn", f"At most {MAX_BEAT_BYTES} bytes.")

TOKEN_BODY = json_body("TokenIn", f"At most {MAX_BEAT_BYTES} bytes.")

PIN_BODY = json_body("PinIn", "At most 1 KiB.")

JOURNAL_BODY = json_body("Batch", f"At most {MAX_BATCH_ENTRIES} entries and {MAX_BATCH_BYTES} bytes, unpacked.")
