"""The forms of requests and answers, as the API's own documentation shows them."""

from __future__ import annotations

from ninja import Schema


class Problem(Schema):
    """What happened, and what to do now."""

    problem: str
    what_now: str


class EnrolmentOut(Schema):
    """What a station gets when it is enrolled. Keys are hex; the token is shown this once."""

    station: str
    token: str
    epoch: int
    card_key: str
    card_key_version: int
    hub_seal_key: str


class VerdictOut(Schema):
    """The hub's word on one entry: stored, quarantined or conflict."""

    id: str
    seq: int
    verdict: str
    reason: str


class ReceiptOut(Schema):
    """The hub holds every entry of the batch's epoch up to and including `acknowledged`."""

    acknowledged: int
    verdicts: list[VerdictOut]
    hub_wall_ms: int


class PinOut(Schema):
    """Whether the PIN belongs to the card. A card nobody knows has no right one."""

    right: bool


class ReplyOut(Schema):
    """The answer to a heartbeat. `held` is null where the hub does not know the epoch."""

    hub_wall_ms: int
    held: int | None
    forked: bool
    orders: list[str]


class TokenOut(Schema):
    """A token, shown this once."""

    token: str


class HealthOut(Schema):
    """Whether the hub can do its work. `due`: items and holds that what was taken in is not counted for yet."""

    status: str
    hub_wall_ms: int
    due: int


ENROL_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["code", "public_key"],
                    "properties": {
                        "code": {
                            "type": "string",
                            "description": "the one-time code, hyphens and case do not matter",
                        },
                        "public_key": {"type": "string", "description": "Ed25519, 64 hex digits"},
                    },
                }
            }
        },
    }
}

BEAT_BODY = {
    "requestBody": {
        "required": True,
        "description": "At most 8 KiB. What a later version adds is passed over.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["version", "client", "epoch", "head", "clock"],
                    "properties": {
                        "version": {"type": "integer", "minimum": 1},
                        "client": {"type": "string", "maxLength": 100},
                        "epoch": {"type": "integer", "minimum": 0},
                        "head": {
                            "type": "object",
                            "required": ["seq", "hash"],
                            "properties": {"seq": {"type": "integer"}, "hash": {"type": "string"}},
                        },
                        "clock": {"type": "object"},
                        "devices": {"type": "array", "maxItems": 16, "items": {"type": "object"}},
                    },
                }
            }
        },
    }
}

PIN_BODY = {
    "requestBody": {
        "required": True,
        "description": "At most 1 KiB.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["patron_ref", "pin"],
                    "properties": {
                        "patron_ref": {"type": "string", "description": "the keyed hash of the card's number"},
                        "pin": {"type": "string", "description": "4 to 12 digits"},
                    },
                }
            }
        },
    }
}

JOURNAL_BODY = {
    "requestBody": {
        "required": True,
        "description": "At most 500 entries and 1 MiB, unpacked; may be sent with Content-Encoding: gzip.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["protocol", "client", "station", "epoch", "clock", "entries", "signature"],
                    "properties": {
                        "protocol": {"type": "integer"},
                        "client": {"type": "string"},
                        "station": {"type": "string"},
                        "epoch": {"type": "integer"},
                        "clock": {"type": "object"},
                        "entries": {"type": "array", "items": {"type": "object"}},
                        "signature": {"type": "string"},
                    },
                }
            }
        },
    }
}
