"""espeak-ng (Debian's package of that name): a small voice without network that speaks all our languages but one.

It has no voice for Northern Sámi, and none for Nynorsk, which the Bokmål voice reads: the words are right, the melody
is that of Bokmål. What is said goes in by a pipe: a command line can be read by every user of the machine.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from functools import cache

from hardware.errors import Reason
from hardware.voice.child import LONGEST_SECONDS, PLAYER, ChildVoice, Saying, deaf, programs_there
from hardware.voice.port import OnState, Utterance

__all__ = ["VOICES", "EspeakVoice"]

PROGRAM = "espeak-ng"
VOICES: Mapping[str, str] = {"nb": "nb", "nn": "nb", "en": "en-gb", "sv": "sv", "da": "da", "uk": "uk"}
"""The voice of each language; there is none for `se`."""

WORDS_A_MINUTE = 150
"""A little slower than espeak-ng's own 175: somebody listens who reads slowly or not at all."""

_LIST_SECONDS = 5.0


class EspeakVoice(ChildVoice):
    """Speaks through `player`. `volume` is 0 to 100, where 50 is espeak-ng's own."""

    def __init__(
        self, volume: int = 50, player: tuple[str, ...] = PLAYER, on_state: OnState = deaf,
        longest: float = LONGEST_SECONDS,
    ) -> None:  # fmt: skip
        self._volume = max(0, min(100, volume))
        self._player = player
        there = _voices_there() if programs_there([PROGRAM, player[0]]) else frozenset()
        self._languages = frozenset(tag for tag, voice in VOICES.items() if voice in there)
        super().__init__(on_state, longest)
        self._tell(bool(self._languages), None if self._languages else Reason.NOT_FOUND, "")

    def languages(self) -> frozenset[str]:
        """Return the tags of the languages it has a voice for; none if a program is missing."""
        return self._languages

    def programs_for(self, utterance: Utterance) -> Saying:
        """Return espeak-ng, and the player behind it."""
        return Saying((self.speaker(utterance.language), self._player), _text(utterance))

    def speaker(self, language: str) -> tuple[str, ...]:
        """Return the program that reads text and writes a WAV file, and its options."""
        options = ("-v", VOICES[language], "-a", str(2 * self._volume), "-s", str(WORDS_A_MINUTE), "-b", "1")
        return (PROGRAM, *options, "--stdin", "--stdout")

    def wav(self, utterance: Utterance) -> bytes:
        """Return the WAV file that would be played. Raises CalledProcessError, OSError or TimeoutExpired."""
        return subprocess.run(  # noqa: S603 - our own options
            self.speaker(utterance.language), input=_text(utterance), capture_output=True, check=True, timeout=20
        ).stdout


def _text(utterance: Utterance) -> bytes:
    """Return one sentence a line, each with an end, so that there is a pause between them."""
    ended = (text if text.rstrip().endswith((".", "!", "?", ":")) else f"{text}." for text in utterance.sentences)
    return "\n".join(ended).encode()


@cache
def _voices_there() -> frozenset[str]:
    try:
        told = subprocess.run(  # noqa: S603
            [PROGRAM, "--voices"],
            capture_output=True, text=True, timeout=_LIST_SECONDS, check=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    lines = [line.split() for line in told.splitlines()[1:]]
    return frozenset(line[1] for line in lines if len(line) > 1)
