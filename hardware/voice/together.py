"""Several voices as one: each language is said by the first that speaks it."""

from __future__ import annotations

from hardware.voice.port import Utterance, Voice

__all__ = ["Voices"]


class Voices:
    """The first of `voices` that speaks a language says it."""

    def __init__(self, *voices: Voice) -> None:
        self._voices = voices

    def languages(self) -> frozenset[str]:
        """Return all languages any of them speaks."""
        return frozenset[str]().union(*(voice.languages() for voice in self._voices))

    def say(self, utterance: Utterance) -> None:
        """Let the first that can say it; the others fall silent."""
        self.hush()
        for voice in self._voices:
            if utterance.language in voice.languages():
                voice.say(utterance)
                return

    def hush(self) -> None:
        """Let all be silent."""
        for voice in self._voices:
            voice.hush()

    def close(self) -> None:
        """Stop all for good."""
        for voice in self._voices:
            voice.close()
