"""The letter a new station is let in with: what the hub's QR holds, and how a station reads it.

```text
NB1*LS-0042*ABCDEFGHIJKLMNOP*<52 letters>*HTTPS://HUB.EXAMPLE.ORG*1A2B3C4D
 |     |           |              |               |                 '- first 32 bits of the SHA-256 of all before
 |     |           |              |               '- where the hub is
 |     |           |              '- SHA-256 of the hub's public key in base32; empty: an ordinary authority vouches
 |     |           '- the one-time code, 80 bits in base32
 |     '- for which station
 '- version of this form
```
All signs are those of QR's short alphabet as long as the address has no path: such a symbol is small, and a scanner
that swaps capitals does no harm. The text holds a secret until it is used: it is never logged, and shows in no repr.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lending.errors import Refused

VERSION = "NB1"
LONGEST = 256
"""Signs of the longest letter: what a scanner's line takes."""

_MAX_URL = 120
_PARTS = 6
_STATION = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_CODE = re.compile(r"[A-Z2-7]{16}")
_PIN = re.compile(r"[0-9a-f]{64}")
_URL = re.compile(r"[A-Za-z0-9:/._~%\[\]-]+")
_BEGINNING = re.compile(r"NB[0-9]{1,3}\*")
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_FRAMING = "\x02\x03\r\n\t "


class NoInvitation(Refused):
    """What was read is no letter of this kind; `newer` says that a newer version of this program made it."""

    def __init__(self, reason: str, *, newer: bool = False) -> None:
        super().__init__(reason)
        self.newer = newer


@dataclass(frozen=True, slots=True)
class Invitation:
    """Where the hub is, by which key it is known (SHA-256 in hex, "" for an ordinary authority), and the code."""

    station: str
    code: str
    url: str
    pin: str = ""

    def __repr__(self) -> str:
        return f"Invitation(station={self.station!r}, hidden)"


def write(letter: Invitation) -> str:
    """Return the text for the QR. Raises Refused if the address or anything else cannot stand in one."""
    url = _checked_url(letter.url)
    code = letter.code.replace("-", "").replace(" ", "").upper()
    if not _STATION.fullmatch(letter.station) or not _CODE.fullmatch(code):
        raise Refused("this station or code cannot stand in a letter")
    pin = _pin_out(letter.pin)
    shown = url.upper() if urlsplit(url).path in ("", "/") else url
    text = f"{VERSION}*{letter.station.upper()}*{code}*{pin}*{shown}"
    whole = f"{text}*{_check(text)}"
    if len(whole) > LONGEST:
        raise Refused("the hub's address is too long for a letter")
    return whole


def looks_like_one(raw: bytes) -> bool:
    """Return whether a scan begins as a letter does. No item's code does, since there is no star in one."""
    return _BEGINNING.match(_clean(raw[:16]).upper()) is not None


def read(raw: bytes | str) -> Invitation:
    """Return what a scan or a typed line says. Raises NoInvitation, which repeats nothing of it, for all else."""
    data = raw.encode(errors="replace") if isinstance(raw, str) else raw
    if len(data) > LONGEST:
        raise NoInvitation("it is longer than an enrolment code")
    parts = _clean(data).split("*")
    if not re.fullmatch(r"NB[0-9]{1,3}", parts[0].upper()):
        raise NoInvitation("it is no enrolment code")
    if parts[0].upper() != VERSION:
        raise NoInvitation("a newer version made this enrolment code", newer=True)
    if len(parts) != _PARTS or parts[-1].upper() != _check("*".join(parts[:-1])):
        raise NoInvitation("the enrolment code was not read whole")
    _, station, code, pin, url, _ = parts
    letter = Invitation(station.lower(), code.upper(), _url_in(url), _pin_in(pin))
    if not _STATION.fullmatch(letter.station) or not _CODE.fullmatch(letter.code):
        raise NoInvitation("the enrolment code makes no sense")
    return letter


def _clean(data: bytes) -> str:
    text = data.decode("ascii", errors="replace").strip(_FRAMING)
    aim = _AIM.match(text)
    return text[aim.end() :] if aim else text


def _check(text: str) -> str:
    return hashlib.sha256(text.upper().encode(errors="replace")).hexdigest()[:8].upper()


def _pin_out(pin: str) -> str:
    if not pin:
        return ""
    if not _PIN.fullmatch(pin):
        raise Refused("the fingerprint of the hub's key must be 64 hex digits")
    return base64.b32encode(bytes.fromhex(pin)).decode().rstrip("=")


def _pin_in(text: str) -> str:
    if not text:
        return ""
    try:
        pin = base64.b32decode(text.upper() + "=" * (-len(text) % 8)).hex()
    except (binascii.Error, ValueError):
        pin = ""
    if not _PIN.fullmatch(pin):
        raise NoInvitation("the enrolment code makes no sense")
    return pin


def _url_in(text: str) -> str:
    try:
        return _checked_url(text)
    except Refused as wrong:
        raise NoInvitation(str(wrong)) from None


def _checked_url(text: str) -> str:
    """Return an address with its scheme and host in small letters and no slash at the end."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    scheme = parts.scheme.lower()
    plain = not (parts.query or parts.fragment or "@" in parts.netloc) and len(text) <= _MAX_URL
    if not host or not plain or scheme not in ("https", "http") or not _URL.fullmatch(text):
        raise Refused("the hub's address is not one like https://hub.example.org")
    if scheme == "http" and not is_this_machine(host):
        raise Refused("the hub's address must begin with https://")
    return f"{scheme}://{parts.netloc.lower()}{parts.path}".rstrip("/")


def key_fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 (hex) of a certificate's public key. It stays when the certificate is renewed."""
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key).hexdigest()


def is_this_machine(host: str) -> bool:
    """Return whether a host name can only be this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
