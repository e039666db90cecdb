"""Which voice a station has, by its settings."""

from __future__ import annotations

import json
import time

import pytest

from hardware.voice import espeak
from hardware.voice.port import Utterance
from kiosk.settings import Settings
from kiosk.voice import voice_of

SECONDS = 10
VOICES = "Pty Language Age/Gender VoiceName File\\n 5 nb --/M Norwegian gmq/nb\\n"


@pytest.fixture
def played(tmp_path, monkeypatch):
    """Little programs in the place of espeak-ng and aplay; the file in which the player notes what it was given."""
    noted, folder = tmp_path / "played", tmp_path / "bin"
    folder.mkdir()
    speaker = f'if [ "$1" = --voices ]; then printf "{VOICES}"; else cat; fi'
    player = f'echo "$@" > {noted}.new; cat >> {noted}.new; mv {noted}.new {noted}'
    for name, does in (("espeak-ng", speaker), ("aplay", player)):
        (folder / name).write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    espeak._voices_there.cache_clear()
    yield noted
    espeak._voices_there.cache_clear()


def heard(voice, utterance, noted):
    """Say it, and return what the player was given."""
    noted.unlink(missing_ok=True)
    voice.say(utterance)
    end = time.monotonic() + SECONDS
    while not noted.exists():
        assert time.monotonic() < end, "nothing was played"
        time.sleep(0.01)
    return noted.read_text(encoding="utf-8")


def test_without_an_output_there_is_no_voice():
    """A station is silent unless its settings say where it is heard."""
    assert voice_of(Settings(), lambda _up, _why: None) is None


def test_the_sound_goes_where_the_settings_say(played):
    """The player is told the device, and the sentence comes in by the pipe; that it works is told."""
    told = []
    settings = Settings(voice_output="speaker", voice_device="plughw:1")
    voice = voice_of(settings, lambda up, _why: told.append(up))
    assert heard(voice, Utterance("nb", ("Hei",)), played).splitlines() == ["-q -D plughw:1", "Hei."]
    voice.close()
    assert told == [True]


def test_recordings_come_first(played, tmp_path):
    """A language that somebody has read aloud is played from the files, another is spoken by the program."""
    (tmp_path / "se").mkdir()
    (tmp_path / "se" / "index.json").write_text(json.dumps({"Bures!": "hei.wav"}), encoding="utf-8")
    (tmp_path / "se" / "hei.wav").write_bytes(b"RIFF")
    settings = Settings(voice_output="headphones", voice_recordings=str(tmp_path))
    voice = voice_of(settings, lambda _up, _why: None)
    assert voice.languages() == {"nb", "nn", "se"}
    assert "hei.wav" in heard(voice, Utterance("se", ("Bures!",)), played)
    assert "Hei." in heard(voice, Utterance("nb", ("Hei",)), played)
    voice.close()
