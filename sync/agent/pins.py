"""Asking the hub whether a PIN is right. The PIN leaves the station in this one request, and only over TLS."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

from lending.errors import NotAllowed, Refused, TryLater
from sync.agent.link import HubLink

log = logging.getLogger(__name__)


class HubPins:
    """Checks PINs over a link of its own, so that a batch on its way holds up nobody at the screen."""

    def __init__(self, link: HubLink) -> None:
        self._link = link
        self._turn = threading.Lock()

    def __call__(self, patron_ref: str, pin: str) -> bool | None:
        """Return whether the PIN belongs to the card; None if the hub cannot be asked or does not say."""
        if not self._link.is_private:
            log.error("PINs are not checked: the hub's address does not begin with https://")
            return None
        try:
            with self._turn:
                answer = self._link.post("/api/pin", {"patron_ref": patron_ref, "pin": pin})
        except (TryLater, Refused, NotAllowed) as silence:
            log.info("a PIN could not be checked: %s", silence)
            return None
        right = answer.get("right") if isinstance(answer, Mapping) else None
        return right if isinstance(right, bool) else None

    def close(self) -> None:
        """Let go of the connection."""
        self._link.close()
