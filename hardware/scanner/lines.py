"""Bytes from a scanner made into whole scans, with a bound on everything."""

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["IDLE", "LONGEST_SCAN", "LineSplitter"]

IDLE = 0.15  # seconds of silence after which half a scan is no scan
LONGEST_SCAN = 256

_ENDS = b"\r\n\t"
_SPOKEN = frozenset(range(0x20, 0x7F)) | {0x02, 0x03, 0x1D}  # text, its frame, GS1's separator


@dataclass(slots=True)
class LineSplitter:
    """Scans end with CR, LF or TAB, or any row of them; nothing else ever makes a scan.

    A scan is dropped when its end does not come (`idle`), and noise is: after a byte that no scanner
    sends, or 256 without an end, everything up to the next silence is dropped, and counts as one scan
    that is malformed. A good code in the same breath as noise is lost with it; a person scans it again.
    """

    partial: int = 0
    noisy: int = 0
    _held: bytes = b""
    _in_noise: bool = False
    _heard: float = 0.0

    def feed(self, data: bytes, now: float) -> list[bytes]:
        """Return the scans that `data` completes, in order; `now` is in seconds, on any steady clock."""
        self._heard = now
        return list(self._split(data))

    def idle(self, now: float) -> None:
        """Forget half a scan, or noise, if the line has been silent for long enough."""
        if now - self._heard < IDLE:
            return
        self.partial += bool(self._held)
        self.forget()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is begun: no half scan, and no noise that has yet to end."""
        return not self._held and not self._in_noise

    def forget(self) -> None:
        """Start with an empty line; the counts stay."""
        self._held = b""
        self._in_noise = False

    def _split(self, data: bytes) -> Iterator[bytes]:
        for octet in data:
            if self._in_noise:
                return
            if octet in _ENDS:
                whole, self._held = self._held, b""
                if whole:
                    yield whole
            elif octet not in _SPOKEN or len(self._held) >= LONGEST_SCAN:
                yield self._begin_noise()
            else:
                self._held += bytes([octet])

    def _begin_noise(self) -> bytes:
        self._held = b""
        self._in_noise = True
        self.noisy += 1
        return b"\xff"  # no code has it: malformed
