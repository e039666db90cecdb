"""Sentences a person has read aloud, for languages no program speaks.

A folder per language holds WAV files and `index.json`, a mapping from sentence to file name. Only a sentence that
stands there word for word is said; the others stay silent. No recordings come with Nabolån yet.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path

from hardware.voice.child import PLAYER, ChildVoice, Saying, deaf, programs_there
from hardware.voice.port import OnState, Utterance

__all__ = ["INDEX", "RecordedVoice"]

log = logging.getLogger(__name__)

INDEX = "index.json"


class RecordedVoice(ChildVoice):
    """Plays the recordings in `folder`. `unsaid` counts sentences there was none for."""

    def __init__(self, folder: Path, player: tuple[str, ...] = PLAYER, on_state: OnState = deaf) -> None:
        self.unsaid = 0
        self._player = player
        self._files = _look_into(folder) if programs_there(player[:1]) else {}
        super().__init__(on_state)

    def languages(self) -> frozenset[str]:
        """Return the languages that have any recording."""
        return frozenset(tag for tag, files in self._files.items() if files)

    def programs_for(self, utterance: Utterance) -> Saying | None:
        """Return the player with one file after the other; None if no sentence has been recorded."""
        files = self._files.get(utterance.language, {})
        found = [str(files[sentence]) for sentence in utterance.sentences if sentence in files]
        self.unsaid += len(utterance.sentences) - len(found)
        return Saying(((*self._player, *found),)) if found else None


def _look_into(folder: Path) -> Mapping[str, Mapping[str, Path]]:
    """Return what there is by language; nothing where the folder is missing or may not be looked into."""
    try:
        return {index.parent.name: _read(index) for index in sorted(folder.glob(f"*/{INDEX}"))}
    except OSError as error:
        log.warning("the recordings cannot be used: %s", error.strerror)
        return {}


def _read(index: Path) -> Mapping[str, Path]:
    """Return the files of one language that are there; none of an index that makes no sense."""
    try:
        told = json.loads(index.read_text(encoding="utf-8"))
        named = {str(text): index.parent / Path(str(name)).name for text, name in told.items()}
        return {text: file for text, file in named.items() if file.is_file()}
    except (OSError, ValueError, AttributeError):
        log.warning("the recordings in %s cannot be used", index.parent.name)
        return {}
