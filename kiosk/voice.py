"""The voice of this station, as its settings say."""

from __future__ import annotations

from pathlib import Path

from hardware.voice.child import PLAYER
from hardware.voice.espeak import EspeakVoice
from hardware.voice.port import OnState, Voice
from hardware.voice.recorded import RecordedVoice
from hardware.voice.together import Voices
from kiosk.settings import Settings

VOICE = "voice"


def voice_of(settings: Settings, on_state: OnState) -> Voice | None:
    """Return the station's voice, or None if it has none. `on_state` hears whether it works, and if not, why."""
    if not settings.voice_output:
        return None
    player = (*PLAYER, "-D", settings.voice_device) if settings.voice_device else PLAYER
    spoken = EspeakVoice(settings.voice_volume, player, on_state)
    if not settings.voice_recordings:
        return spoken
    return Voices(RecordedVoice(Path(settings.voice_recordings), player), spoken)
