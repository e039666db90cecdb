"""The voice: real speech from the real espeak-ng, and processes that stop when told."""

from __future__ import annotations

import array
import io
import json
import sys
import threading
import time
import wave
from pathlib import Path
from shutil import which

import pytest
from support.waiting import until

from hardware.errors import Reason
from hardware.voice.child import ChildVoice, Saying
from hardware.voice.espeak import VOICES, EspeakVoice
from hardware.voice.port import Utterance
from hardware.voice.recorded import RecordedVoice
from hardware.voice.simulator import VoiceSimulator
from hardware.voice.together import Voices

needs_espeak = pytest.mark.skipif(which("espeak-ng") is None, reason="espeak-ng is not installed here")
HELLO = {
    "nb": "Hei! Du har to lån.",
    "nn": "Hei! Du har to lån.",
    "en": "Hello! You have two loans.",
    "sv": "Hej! Du har två lån.",
    "da": "Hej! Du har to lån.",
    "uk": "Вітаємо! Ви позичили дві речі.",
}
SECONDS = 10


def program(*lines):
    """Return a little program in the place of a sound card's player."""
    return (sys.executable, "-c", "import pathlib, sys, time\n" + "\n".join(lines))


def keeps(path):
    """Return a player that keeps what it should play."""
    return program(f"pathlib.Path({str(path)!r}).write_bytes(sys.stdin.buffer.read())")


class Spoken(ChildVoice):
    """Says each utterance with the program its first sentence is."""

    def languages(self):
        return frozenset({"nb"})

    def programs_for(self, utterance):
        return Saying((program(utterance.sentences[0]),))


def loudness(wav):
    with wave.open(io.BytesIO(wav)) as file:
        samples = array.array("h", file.readframes(2**30))
        rate = file.getframerate()
    return len(samples) / rate, (sum(s * s for s in samples) / max(1, len(samples))) ** 0.5


@needs_espeak
@pytest.mark.parametrize("language", sorted(HELLO))
def test_each_language_is_heard(language):
    """A sentence becomes between one and six seconds of sound that is no silence."""
    voice = EspeakVoice(player=keeps("unused"))
    try:
        assert language in voice.languages()
        seconds, loud = loudness(voice.wav(Utterance(language, (HELLO[language],))))
    finally:
        voice.close()
    assert 1 < seconds < 6
    assert loud > 300


@needs_espeak
def test_each_language_has_its_own_voice():
    """The same letters sound otherwise in every language; Nynorsk alone is read by another's voice, Bokmål's."""
    voice = EspeakVoice(player=keeps("unused"))
    sound = {tag: voice.wav(Utterance(tag, ("Vi har en sag her.",))) for tag in VOICES}
    voice.close()
    assert sound["nn"] == sound["nb"]
    del sound["nn"]
    assert len(set(sound.values())) == len(sound)
    assert "se" not in VOICES


@needs_espeak
def test_what_is_said_reaches_the_player(tmp_path):
    """espeak-ng's sound goes into the player; louder is louder."""
    heard = []
    for volume in (20, 80):
        played = tmp_path / f"{volume}.wav"
        voice = EspeakVoice(volume, player=keeps(played))
        voice.say(Utterance("nb", (HELLO["nb"], "Knapp: Ferdig")))
        until(lambda played=played, voice=voice: played.exists() and not voice._running)
        voice.close()
        assert played.read_bytes()[:4] == b"RIFF"
        heard.append(max(array.array("h", played.read_bytes()[44 : 44 + 2 * 20_000])))
    assert heard[1] > 2 * heard[0]


@needs_espeak
def test_no_command_line_tells_what_is_said():
    """Anybody on the machine can read command lines: no word of a sentence stands in one."""
    voice = EspeakVoice(player=keeps("unused"))
    saying = voice.programs_for(Utterance("nb", ("Slagdrill",)))
    voice.close()
    assert not any("Slagdrill" in word for words in saying.programs for word in words)
    assert b"Slagdrill" in saying.text


def test_without_its_programs_no_language_is_offered(monkeypatch):
    """Where espeak-ng is missing nothing is spoken, and whoever asks is told why."""
    monkeypatch.setenv("PATH", "/nowhere")
    told = []
    voice = EspeakVoice(on_state=lambda up, why: told.append((up, why)))
    voice.say(Utterance("nb", ("Hei",)))
    voice.close()
    assert voice.languages() == frozenset()
    assert told == [(False, Reason.NOT_FOUND)]


def test_the_newest_is_said_and_the_one_before_stops(tmp_path):
    """A long sentence ends when the next comes; its process is gone."""
    voice = Spoken()
    long, done = tmp_path / "long", tmp_path / "done"
    voice.say(Utterance("nb", (f"pathlib.Path({str(long)!r}).touch(); time.sleep(30)",)))
    until(long.exists)
    began = time.monotonic()
    voice.say(Utterance("nb", (f"pathlib.Path({str(done)!r}).touch()",)))
    until(done.exists)
    assert time.monotonic() - began < SECONDS / 2
    voice.close()


def test_hush_is_at_once(tmp_path):
    """Told to be silent it kills the player, and counts that as no fault."""
    told, begun = [], tmp_path / "begun"
    voice = Spoken(lambda up, why: told.append((up, why)))
    voice.say(Utterance("nb", (f"pathlib.Path({str(begun)!r}).touch(); time.sleep(30)",)))
    until(begun.exists)
    processes = list(voice._running)
    voice.hush()
    assert all(process.wait(SECONDS) is not None for process in processes)
    voice.close()
    assert told == []


def test_a_hush_while_the_program_is_chosen_counts(tmp_path):
    """Between taking up a sentence and starting its program too: loans are not read out to whoever comes next."""
    asked, said = threading.Event(), tmp_path / "said"

    class Late(Spoken):
        def programs_for(self, utterance):
            self.hush()
            asked.set()
            return super().programs_for(utterance)

    voice = Late()
    voice.say(Utterance("nb", (f"pathlib.Path({str(said)!r}).touch()",)))
    assert asked.wait(SECONDS)
    voice._thread.join(0.5)
    voice.close()
    assert not said.exists()


def test_a_player_that_hangs_is_ended():
    """After the longest time a program is killed, the fault is told once, and a later good one is told too."""
    told, up = [], threading.Event()

    def hear(works, why):
        told.append((works, why))
        if works:
            up.set()

    voice = Spoken(hear, longest=0.3)
    for _ in range(2):
        voice.say(Utterance("nb", ("time.sleep(30)",)))
        until(lambda: voice._running)
        until(lambda: not voice._running)
    voice.say(Utterance("nb", ("pass",)))
    # the longest time is short here, and a start of Python may take longer: try until one was in time
    voice._longest = SECONDS
    voice.say(Utterance("nb", ("pass",)))
    assert up.wait(SECONDS)
    voice.close()
    assert [works for works, _ in told] == [False, True]


def test_a_program_that_fails_is_told():
    """A player that ends with an error, as without a sound card, is a fault."""
    told = threading.Event()
    voice = Spoken(lambda up, _why: None if up else told.set())
    voice.say(Utterance("nb", ("sys.exit(1)",)))
    assert told.wait(SECONDS)
    voice.close()


def test_recordings_say_what_they_have(tmp_path):
    """Sentences with a recording are played in order; those without are counted, and nothing else is offered."""
    folder = tmp_path / "se"
    folder.mkdir()
    for name in ("a.wav", "b.wav"):
        (folder / name).write_bytes(b"RIFF")
    index = {"Bures!": "a.wav", "Loana": "b.wav", "gone": "no.wav", "away": "../../etc/passwd"}
    (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
    (tmp_path / "nn").mkdir()
    (tmp_path / "nn" / "index.json").write_text("[]", encoding="utf-8")
    voice = RecordedVoice(tmp_path, player=(sys.executable, "-c", "pass"))
    saying = voice.programs_for(Utterance("se", ("Loana", "not there", "gone", "away", "Bures!")))
    voice.close()
    assert voice.languages() == {"se"}
    assert [Path(file).name for file in saying.programs[0][3:]] == ["b.wav", "a.wav"]
    assert voice.unsaid == 3
    for nowhere in (tmp_path / "nothing", tmp_path / ("x" * 300), tmp_path / "se" / "a.wav"):
        assert RecordedVoice(nowhere, player=(sys.executable,)).languages() == frozenset()


def test_a_name_no_disk_takes_costs_no_start(tmp_path):
    """An index that names a file of 300 letters is laid aside with a warning; the station starts without it."""
    (tmp_path / "se").mkdir()
    (tmp_path / "se" / "index.json").write_text(json.dumps({"Bures!": "x" * 300}), encoding="utf-8")
    voice = RecordedVoice(tmp_path, player=(sys.executable,))
    voice.close()
    assert voice.languages() == frozenset()


def test_each_language_is_said_by_the_first_that_speaks_it():
    """Recordings come before a program's voice; a language nobody speaks silences everybody."""
    people, machine = VoiceSimulator(frozenset({"se"})), VoiceSimulator(frozenset({"se", "nb"}))
    both = Voices(people, machine)
    both.say(Utterance("nb", ("Hei",)))
    both.say(Utterance("se", ("Bures",)))
    assert [len(voice.said) for voice in (people, machine)] == [1, 1]
    assert machine.saying is None
    both.say(Utterance("xx", ("?",)))
    assert people.saying is None
    assert both.languages() == {"se", "nb"}
    both.close()
    assert people.closed
    assert machine.closed


def test_what_is_said_stands_in_no_log():
    """The text of an utterance is not in its repr, which is what a log would show."""
    assert "Slagdrill" not in repr(Utterance("nb", ("Slagdrill",)))
