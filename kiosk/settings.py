"""The settings of a station, from `station.toml`. Everything about lending comes from the feed instead."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assets import words
from lending.errors import Refused
from sync.invitation import is_this_machine

DEFAULT_FILE = Path("/etc/nabolan/station.toml")


THEMES = ("light", "contrast")
TEXTS = (1.0, 1.4, 2.0)
SPEAKER, HEADPHONES = "speaker", "headphones"
VOICE_OUTPUTS = ("", SPEAKER, HEADPHONES)


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs from one station to the next before it has spoken with the hub.

    `rotation` is 0, 90, 180 or 270 degrees. An empty port means that the station has no such device. `voice_output`
    is where the voice is heard, one of `VOICE_OUTPUTS`, `voice_volume` 0 to 100, `voice_device` an ALSA name.
    `language`, `theme` (one of `THEMES`), `text` (one of `TEXTS`), `reach` and `voice` are what the screen comes back
    to when nobody has been there for a minute.
    """

    data_dir: Path = Path("/var/lib/nabolan")
    language: str = "nb"
    hub_url: str = ""
    ca_file: str = ""
    reader_port: str = ""
    scanner_port: str = ""
    theme: str = "light"
    text: float = 1.0
    reach: bool = False
    voice: bool = False
    rotation: int = 0
    show_cursor: bool = False
    voice_output: str = ""
    voice_volume: int = 50
    voice_device: str = ""
    voice_recordings: str = ""

    @property
    def database(self) -> Path:
        """The station's one database file."""
        return self.data_dir / "station.db"


_PLACES: dict[tuple[str, str], tuple[str, type]] = {
    ("station", "data_dir"): ("data_dir", str),
    ("station", "language"): ("language", str),
    ("hub", "url"): ("hub_url", str),
    ("hub", "ca_file"): ("ca_file", str),
    ("card_reader", "port"): ("reader_port", str),
    ("scanner", "port"): ("scanner_port", str),
    ("aids", "theme"): ("theme", str),
    ("aids", "text"): ("text", float),
    ("aids", "reach"): ("reach", bool),
    ("aids", "voice"): ("voice", bool),
    ("screen", "rotation"): ("rotation", int),
    ("screen", "show_cursor"): ("show_cursor", bool),
    ("voice", "output"): ("voice_output", str),
    ("voice", "volume"): ("voice_volume", int),
    ("voice", "device"): ("voice_device", str),
    ("voice", "recordings"): ("voice_recordings", str),
}


def read_settings(file: Path) -> Settings:
    """Return the settings in `file`.

    Raises Refused with the line or the key that is wrong, and what would be right.
    """
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}. Copy station.toml.example there.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{file}: {error}") from None
    return settings_from(data, str(file))


def settings_from(data: dict[str, Any], where: str = "station.toml") -> Settings:
    """Return the settings in plain data. Raises Refused for a key or a value that does not belong there."""
    values: dict[str, Any] = {}
    for section, content in data.items():
        if not isinstance(content, dict):
            raise Refused(f"{where}: {section} stands outside a section")
        for key, value in content.items():
            name, kind = _place(section, key, where)
            if kind is float and type(value) is int:
                value = float(value)  # noqa: PLW2901 - 2 is 2.0
            if type(value) is not kind:
                raise Refused(f"{where}: [{section}] {key} must be of type {kind.__name__}")
            values[name] = Path(str(value)) if name == "data_dir" else value
    settings = Settings(**values)
    _look_through(settings, where)
    return settings


def _look_through(settings: Settings, where: str) -> None:
    """Raise Refused for a value that no station can follow."""
    if settings.language not in words.FORMS:
        raise Refused(f"{where}: [station] language must be one of {', '.join(words.FORMS)}")
    if settings.theme not in THEMES:
        raise Refused(f'{where}: [aids] theme must be "light" or "contrast"')
    if settings.text not in TEXTS:
        raise Refused(f"{where}: [aids] text must be one of {', '.join(str(text) for text in TEXTS)}")
    if settings.voice and not settings.voice_output:
        raise Refused(f"{where}: [aids] voice needs [voice] output")
    if settings.hub_url and not _is_private(settings.hub_url):
        raise Refused(f"{where}: [hub] url must begin with https:// (http:// only to this machine itself)")
    if settings.rotation not in (0, 90, 180, 270):
        raise Refused(f"{where}: [screen] rotation must be 0, 90, 180 or 270")
    if settings.voice_output not in VOICE_OUTPUTS:
        raise Refused(f'{where}: [voice] output must be "speaker", "headphones" or "" for no voice')
    if not 0 <= settings.voice_volume <= 100:  # noqa: PLR2004 - percent
        raise Refused(f"{where}: [voice] volume must be 0 to 100")


def _is_private(url: str) -> bool:
    """Return whether nobody can read along on the way to this address: a token and the library's keys go there."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(parts.hostname or ""))


def _place(section: str, key: str, where: str) -> tuple[str, type]:
    place = _PLACES.get((section, key))
    if place is None:
        known = ", ".join(f"[{s}] {k}" for s, k in _PLACES)
        raise Refused(f"{where}: [{section}] {key} is not a setting; these are: {known}")
    return place


assert {name for name, _ in _PLACES.values()} == {f.name for f in fields(Settings)}  # noqa: S101 - ours, at import
