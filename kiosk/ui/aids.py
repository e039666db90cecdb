"""What a person chooses for eyes, ears and hands. It holds until nobody has been there for a minute."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.settings import Settings
from kiosk.ui.palette import Theme


@dataclass(frozen=True, slots=True)
class Aids:
    """The reading aids in use. `text` is one of `shapes.TEXTS`; `reach` puts all that can be touched below the middle
    of the window; `voice` reads the screens aloud; `language` is a code of `tr.LANGUAGES`.
    """

    theme: Theme = Theme.LIGHT
    text: float = 1.0
    reach: bool = False
    voice: bool = False
    language: str = "nb"

    @classmethod
    def of(cls, settings: Settings) -> Aids:
        """Return what a station is set up with, for whoever comes next."""
        return cls(Theme(settings.theme), settings.text, settings.reach, settings.voice, settings.language)
