"""What the environment says to the hub, read in one place. Nothing here needs Django."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync.cards import CardKey
from sync.invitation import key_fingerprint

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
CARD_KEY_VERSION = 1

_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 10,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8000; "
    "PRAGMA secure_delete=ON",
}
"""A backlog changes the same pages batch after batch: they go into the file every 32 MB of log, not every 4.
What is erased is overwritten, whoever erases it: no keyed hash is left in a free place of the file."""
_LINE_OPTIONS = {
    "application_name": "nabolan-hub",
    "connect_timeout": "3",
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""A database host that has gone silent is given up within seconds, so that another one is asked.

Seconds; the last one in milliseconds.
"""
_HOST = re.compile(r"(?:\[(?P<bare>[0-9A-Fa-f:.%]+)\]|(?P<host>[^:\[\]]*))(?::(?P<port>[0-9]{1,5}))?")


class SettingError(Exception):
    """A setting in the environment cannot be used; the text names it and tells what it must look like."""


def data_dir() -> Path:
    """Return the folder of the hub's own files: database and keys, unless they are set otherwise."""
    named = os.environ.get("HUB_DATA_DIR")
    return Path(named) if named else Path.home() / ".local" / "share" / "nabolan" / "hub"


def make_data_dir() -> Path:
    """Return the data folder, which now exists and belongs to its owner alone."""
    folder = data_dir()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def flag(name: str, *, default: bool) -> bool:
    """Return whether the setting `name` says yes (1, yes, true, on)."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "yes", "true", "on"}


def number(name: str, default: int) -> int:
    """Return the setting `name` as a whole number; raises SettingError."""
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise SettingError(f"{name} must be a whole number") from None


def allowed_hosts() -> list[str]:
    """Return the host names the hub answers to: only this machine's own if none are set."""
    named = os.environ.get("HUB_ALLOWED_HOSTS", "")
    return [host.strip() for host in named.split(",") if host.strip()] or list(LOOPBACK)


def https() -> bool:
    """Return whether browsers and stations reach the hub over TLS: yes, unless it is only for this machine."""
    return flag("HUB_HTTPS", default=not set(allowed_hosts()) <= set(LOOPBACK))


def public_url() -> str:
    """Return where stations reach the hub: `HUB_URL`, else the first host it answers to that others can reach."""
    named = os.environ.get("HUB_URL", "").strip().rstrip("/")
    if named:
        return named
    for host in allowed_hosts():
        if host not in LOOPBACK and not host.startswith((".", "*")):
            return f"https://{host}"
    return "http://127.0.0.1:8000"


def certificate_pin() -> str:
    """Return the SHA-256 (hex) of the public key in `HUB_CERTIFICATE`, the file with the certificate that stations
    see; "" if it is not set: then an authority they know must vouch for the hub. Raises SettingError.
    """
    named = os.environ.get("HUB_CERTIFICATE", "").strip()
    if not named:
        return ""
    try:
        certificate = x509.load_pem_x509_certificate(Path(named).read_bytes())
    except (OSError, ValueError):
        raise SettingError("HUB_CERTIFICATE must name a readable file with the hub's certificate (PEM)") from None
    return key_fingerprint(certificate)


def database(url: str | None = None) -> dict[str, Any]:
    """Return Django's description of the database in `HUB_DATABASE_URL`; SQLite in the data folder if unset.

    Takes `sqlite:///path` and `postgres://name:password@host:port/database?option=value`; a socket folder goes
    into `?host=/folder`. Several hosts stand with commas between; with `target_session_attrs=read-write` the one that
    takes writes is used. Options are those of libpq. Raises SettingError.
    """
    named = url if url is not None else os.environ.get("HUB_DATABASE_URL", "")
    if not named:
        return _sqlite(str(data_dir() / "hub.sqlite3"))
    scheme, _, rest = named.partition("://")
    if scheme == "sqlite":
        return _sqlite(unquote(urlsplit(named).path.removeprefix("/")))
    if scheme not in {"postgres", "postgresql"}:
        raise SettingError("HUB_DATABASE_URL must begin with sqlite:/// or postgres://")
    return _postgres(rest)


def _postgres(rest: str) -> dict[str, Any]:
    """Return the description of `name:password@host:port,host:port/database?option=value`."""
    where, _, query = rest.partition("?")
    place, _, name = where.partition("/")
    person, _, hosts = place.rpartition("@")
    user, _, password = person.partition(":")
    options: dict[str, Any] = _LINE_OPTIONS | dict(parse_qsl(query))
    pairs = [_HOST.fullmatch(host) for host in hosts.split(",")]
    if not all(pairs):
        raise SettingError("HUB_DATABASE_URL must name its hosts as host:port, with commas between several")
    found = [(pair["bare"] or pair["host"], pair["port"] or "") for pair in pairs if pair is not None]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(name),
        "USER": unquote(user),
        "PASSWORD": unquote(password),
        "HOST": options.pop("host", ",".join(host for host, _ in found)),
        "PORT": options.pop("port", ",".join(port for _, port in found) if any(port for _, port in found) else ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(path: str) -> dict[str, Any]:
    # Connections stay open: closing the last one checkpoints the WAL, which must not happen beside a writer.
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": _SQLITE_OPTIONS, "CONN_MAX_AGE": None}


def sqlite_path() -> Path | None:
    """Return the SQLite file, or None if the database is another one."""
    described = database()
    return Path(described["NAME"]) if described["ENGINE"].endswith("sqlite3") else None


def make_place_for_database() -> None:
    """Make the SQLite file, readable by its owner alone, if that is the database and it is not there yet."""
    path = sqlite_path()
    if path is None:
        return
    if not os.environ.get("HUB_DATABASE_URL"):
        make_data_dir()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)


def secret_key() -> str:
    """Return the key that sessions and forms are signed with; made once and kept if it is not set."""
    return os.environ.get("HUB_SECRET_KEY") or _kept("secret.key", 50)


def seal_key() -> X25519PrivateKey:
    """Return the key that opens sealed cards; made once and kept if it is not set. Raises SettingError."""
    return X25519PrivateKey.from_private_bytes(_key_bytes("HUB_SEAL_KEY", "seal.key"))


def card_key() -> CardKey:
    """Return the key card ids are hashed with; made once and kept if it is not set. Raises SettingError."""
    return CardKey(CARD_KEY_VERSION, _key_bytes("HUB_CARD_KEY", "card.key"))


def _key_bytes(setting: str, file_name: str) -> bytes:
    text = os.environ.get(setting) or _kept(file_name, 32)
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:  # noqa: PLR2004 - 32 bytes is what both kinds of key have
        raise SettingError(f"{setting} must be 64 hex digits")
    return key


def _kept(file_name: str, count: int) -> str:
    """Return the secret kept in the data folder; the first caller makes it, readable by its owner alone.

    It appears under its name only when it is whole: others, in this process or another, may ask at the same moment.
    """
    path = make_data_dir() / file_name
    if not path.exists():
        handle, fresh = tempfile.mkstemp(prefix=f".{file_name}.", dir=path.parent)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(count))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)
        Path(fresh).unlink()
    return path.read_text("ascii").strip()
