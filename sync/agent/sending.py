"""A batch on its way to the hub: made ready before its turn comes, signed when it is sent, sent beside other work.

While the hub works on one batch the next is read and encoded, so that neither waits for the other. Only the call
itself runs on a thread of its own; whoever started it does everything else, and there is never more than one call.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lending.times import Reading
from sync.agent.link import GZIP_FROM_BYTES
from sync.journal import WireEntry, sign_batch
from sync.protocol import MAX_BATCH_ENTRIES, Receipt, fitting_forms, make_batch

_GZIP = 31
"""zlib's word for "with the frame of gzip"."""


class ReadyBatch:
    """Entries, encoded and packed. The clock and the signature over it come last, when the batch is sent.

    `more` says that entries wait behind these.
    """

    def __init__(self, waiting: Sequence[WireEntry]) -> None:
        forms = fitting_forms(waiting)
        self.wires = waiting[: len(forms)]
        self.last = int(self.wires[-1]["seq"])
        self.more = len(forms) < len(waiting) or len(waiting) >= MAX_BATCH_ENTRIES
        self._start = b'{"entries":[' + b",".join(forms) + b"],"
        self._packer = None
        if len(self._start) > GZIP_FROM_BYTES:
            self._packer = zlib.compressobj(1, wbits=_GZIP)
            self._start = self._packer.compress(self._start)

    @property
    def is_packed(self) -> bool:
        """Whether the content is zipped."""
        return self._packer is not None

    def content(self, station: str, epoch: int, clock: Reading, client: str, key: Ed25519PrivateKey) -> bytes:
        """Return the signed batch as it is sent. Once only."""
        batch = make_batch(station, epoch, self.wires, clock, client)
        batch["signature"] = sign_batch(batch, key)
        del batch["entries"]
        end = json.dumps(batch, ensure_ascii=False, separators=(",", ":")).encode()[1:]
        return self._start + (end if self._packer is None else self._packer.compress(end) + self._packer.flush())


@dataclass(frozen=True, slots=True)
class Answer:
    """What the hub said, and the station's clocks when it was asked and when it had answered."""

    receipt: Receipt
    asked: Reading
    heard: Reading


class Call:
    """A call to the hub. With `aside` its answer is waited for beside whoever made it, who goes on once all has
    been sent: work of theirs would only hold up the sending. Else it is over when this has been made.
    """

    def __init__(self, ask: Callable[[Callable[[], None]], Answer], *, aside: bool) -> None:
        self._ask = ask
        self._sent = threading.Event()
        self._outcome: Answer | Exception | None = None
        self._thread = threading.Thread(target=self._run, name="sync-call", daemon=True) if aside else None
        if self._thread is None:
            self._run()
        else:
            self._thread.start()
            self._sent.wait()

    def _run(self) -> None:
        try:
            self._outcome = self._ask(self._sent.set)
        except Exception as error:  # noqa: BLE001 - raised where the answer is waited for
            self._outcome = error
        finally:
            self._sent.set()

    def wait(self) -> None:
        """Wait until it is over, whatever came of it."""
        if self._thread is not None:
            self._thread.join()

    def answer(self) -> Answer:
        """Return the answer once it is there. Raises what the call raised."""
        self.wait()
        if isinstance(self._outcome, Answer):
            return self._outcome
        raise self._outcome or RuntimeError("the call ended without an answer")


def batch_of(waiting: Sequence[WireEntry]) -> ReadyBatch | None:
    """Return the first of what waits, made ready; None if nothing waits."""
    return ReadyBatch(waiting) if waiting else None
