"""A voice that is a program: it notes what would be said, for rehearsals and tests without a loudspeaker."""

from __future__ import annotations

import threading

from hardware.voice.espeak import VOICES
from hardware.voice.port import Utterance

__all__ = ["VoiceSimulator"]

_MOST = 1000


class VoiceSimulator:
    """Speaks the languages of espeak-ng, silently. `said` is everything so far, `saying` what would be heard now."""

    def __init__(self, languages: frozenset[str] = frozenset(VOICES)) -> None:
        self._lock = threading.Lock()
        self._languages = languages
        self.said: list[Utterance] = []
        self.saying: Utterance | None = None
        self.closed = False

    def languages(self) -> frozenset[str]:
        """Return the languages it was made with."""
        return self._languages

    def say(self, utterance: Utterance) -> None:
        """Note it, if it speaks the language; what was being said has stopped in any case."""
        with self._lock:
            self.saying = utterance if utterance.language in self._languages and not self.closed else None
            if self.saying is not None:
                self.said.append(utterance)
                del self.said[:-_MOST]

    def hush(self) -> None:
        """Note that it is silent."""
        with self._lock:
            self.saying = None

    def close(self) -> None:
        """Say nothing any more."""
        self.hush()
        self.closed = True
