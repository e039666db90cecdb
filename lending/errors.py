"""Errors of the whole project, grouped by what the caller can do about them.

```text
NabolanError
├── TryLater     no answer, timeout, hub busy        → keep order, back off
├── Refused      the hub answered no, or bad input   → keep with reason, go on
├── NotAllowed   token revoked, station unknown      → stop sending, keep the journal
└── Damaged      chain broken, disk full, read-only  → stop lending, tell staff
```

An error names station, sequence number and field, never a card number.
"""


class NabolanError(Exception):
    """Something of ours went wrong; the subclass says what the caller can do."""


class TryLater(NabolanError):  # noqa: N818 - named for what the caller does
    """No answer came. Nothing is known about the effect: keep order, back off, send again."""


class Refused(NabolanError):  # noqa: N818
    """The answer was no, or the input cannot be understood. Sending the same again changes nothing."""


class NotAllowed(NabolanError):  # noqa: N818
    """This station may not talk to the hub. Stop sending, keep the journal, show it."""


class Damaged(NabolanError):  # noqa: N818
    """What is stored cannot be trusted or written. Stop lending and tell staff."""


class EntryRefused(Refused):
    """One entry cannot be read; `seq` and `field` say where, the others go on."""

    def __init__(self, reason: str, *, field: str, seq: int | None = None) -> None:
        where = f"entry {seq}" if seq is not None else "entry"
        super().__init__(f"{where}: {field}: {reason}")
        self.reason = reason
        self.field = field
        self.seq = seq
