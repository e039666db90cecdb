"""The choice of a language. The screen asks for it by itself; nothing of it reaches the desk."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.desk.views import View


@dataclass(frozen=True, slots=True)
class LanguagesView(View):
    """Which language? It lies over what was shown before, and that comes back with the answer."""
