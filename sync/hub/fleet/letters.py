"""The enrolment code as a picture: what the hub shows, prints and a station's scanner reads."""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno

from sync.hub import environment
from sync.invitation import Invitation, write


@dataclass(frozen=True, slots=True)
class Letter:
    """A one-time code with all a station needs beside it. The repr hides it."""

    code: str
    text: str

    def __repr__(self) -> str:
        return "Letter(hidden)"

    def svg(self) -> str:
        """Return the QR as an SVG element without styles or scripts, so that it may stand in a page of ours."""
        out = io.BytesIO()
        self._symbol().save(
            out, kind="svg", xmldecl=False, svgns=False, border=4, omitsize=True, svgclass="qr", lineclass=None,
            dark="#000", light="#fff",
        )  # fmt: skip
        return out.getvalue().decode()

    def terminal(self) -> str:
        """Return the QR in half blocks, for a terminal."""
        out = io.StringIO()
        self._symbol().terminal(out, border=2, compact=True)
        return out.getvalue()

    def _symbol(self) -> segno.QRCode:
        return segno.make_qr(self.text, error="m", boost_error=False)


def letter_for(station_id: str, code: str) -> Letter:
    """Return the letter with this code. Raises Refused or SettingError if the hub's address or key is wrong."""
    invitation = Invitation(station_id, code, environment.public_url(), environment.certificate_pin())
    return Letter(code, write(invitation))
