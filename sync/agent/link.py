"""One HTTP link to the hub. Every outcome is typed by what the station can do about it."""

from __future__ import annotations

import gzip
import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from lending.errors import NotAllowed, Refused
from sync.agent.pinned import PinnedAdapter
from sync.agent.troubles import NoAnswer, Trouble, retry_after
from sync.invitation import is_this_machine

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
ANSWER_SECONDS = 60.0
SLOWEST_BYTES = 4096
"""An answer may take `ANSWER_SECONDS`, and a second more for each `SLOWEST_BYTES` that have come: one that trickles
must not hold up what waits behind it, and a long feed over a slow line may take its time.
"""
MAX_ANSWER_BYTES = 64 * 1024 * 1024
GZIP_FROM_BYTES = 2000
"""What is shorter is not worth zipping."""
_PIECE = 65536
_LONGEST_NO = 4096
_LONGEST_REASON = 200
_REDIRECTS = range(300, 400)
"""The hub never redirects: this is the login page of a network in between."""


class NoSuchCall(Refused):
    """The hub does not know this call: it is older than the station."""


class HubLink:
    """Calls to one hub with one token, over one kept connection. Used by one thread at a time.

    With a `pin` (SHA-256 of its public key in hex) the hub is known by its key; else an authority must vouch for it,
    the one in `ca_file` if that is named.
    """

    def __init__(
        self, url: str, token: str = "", *, ca_file: str = "", pin: str = "", client: str = "nabolan"
    ) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["User-Agent"] = client
        self.token(token)
        if pin:
            self._session.mount("https://", PinnedAdapter(pin))
            self._session.verify = False  # the key is looked at instead, in PinnedAdapter
        elif ca_file:
            self._session.verify = ca_file
        self._heard_ms: int | None = None
        self._heard_at = 0.0

    def token(self, token: str) -> None:
        """Carry this token from now on."""
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    @property
    def is_private(self) -> bool:
        """Whether nobody in between can read along: TLS, or a hub on this machine."""
        address = urlsplit(self._url)
        return address.scheme == "https" or is_this_machine(address.hostname or "")

    @property
    def heard_ms(self) -> int | None:
        """The hub's time at its last answer (Unix ms, whole seconds); None before the first or if it does not say."""
        return self._heard_ms

    @property
    def heard_at(self) -> float:
        """When the hub last answered anything but "later" and "no", by `time.monotonic` (seconds)."""
        return self._heard_at

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def post(self, path: str, data: Mapping[str, Any]) -> object:
        """Return the hub's answer to `data`.

        Raises TryLater (no answer, or later), Refused (the answer is no) or NotAllowed.
        """
        content = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
        zipped = len(content) > GZIP_FROM_BYTES
        return self.post_content(path, gzip.compress(content, 1) if zipped else content, zipped=zipped)

    def post_content(
        self, path: str, content: bytes, *, zipped: bool, sent: Callable[[], None] | None = None
    ) -> object:
        """Return the hub's answer to JSON that is encoded already; `sent` is called once all of it is on the line.

        Raises like `post`.
        """
        headers = {"Content-Type": "application/json"}
        if zipped:
            headers["Content-Encoding"] = "gzip"
        return self._call("POST", path, content if sent is None else _Told(content, sent), headers)

    def get(self, path: str, read: Callable[[bytes], object] = json.loads) -> object | None:
        """Return the hub's answer, or None if nothing is new (304). Raises like `post`, and what `read` raises."""
        return self._call("GET", path, None, {}, read)

    def _call(
        self,
        method: str,
        path: str,
        content: bytes | _Told | None,
        headers: dict[str, str],
        read: Callable[[bytes], object] = json.loads,
    ) -> object | None:
        try:
            with self._session.request(
                method,
                self._url + path,
                data=content,
                headers=headers,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as answer:
                understood = _understand(answer, read)
                self._heard_ms, self._heard_at = _date_ms(answer.headers.get("Date")), time.monotonic()
                return understood
        except requests.exceptions.SSLError:
            raise NoAnswer("what answers cannot prove to be the hub", Trouble.STRANGER) from None
        except (requests.RequestException, HTTPError) as error:
            raise NoAnswer(f"no answer from the hub ({type(error).__name__})", Trouble.NO_LINK) from None
        except OSError:  # raised before anything is sent
            raise NoAnswer(
                "the hub was not called: the file named in ca_file cannot be read", Trouble.STRANGER
            ) from None


class _Told:
    """A body that tells when it has been sent."""

    def __init__(self, content: bytes, sent: Callable[[], None]) -> None:
        self._content = io.BytesIO(content)
        self._length = len(content)
        self._sent = sent

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; none once all those before are on the line."""
        some = self._content.read(size)
        if not some:
            self._sent()
        return some


def _date_ms(date: str | None) -> int | None:
    try:
        read = parsedate_to_datetime(date or "")
        return int(read.replace(tzinfo=read.tzinfo or UTC).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return None


def _understand(answer: requests.Response, read: Callable[[bytes], object]) -> object | None:
    if answer.status_code == requests.codes.not_modified:
        return None
    if answer.status_code in (requests.codes.unauthorized, requests.codes.forbidden):
        said = _problem(answer)
        if said is None:
            raise NoAnswer(f"something else than the hub answered ({answer.status_code})", Trouble.NO_LINK)
        raise NotAllowed(f"the hub does not allow this station ({answer.status_code}{said})")
    if answer.status_code == requests.codes.too_many_requests or answer.status_code >= requests.codes.server_error:
        wait = retry_after(answer.headers.get("Retry-After"))
        busy = wait > 0 or answer.status_code == requests.codes.too_many_requests
        trouble = Trouble.SLOW_DOWN if busy else Trouble.HUB_DOWN
        raise NoAnswer(f"the hub asks to wait ({answer.status_code})", trouble, wait)
    if answer.status_code in _REDIRECTS:
        raise NoAnswer(f"something else than the hub answered ({answer.status_code})", Trouble.NO_LINK)
    if answer.status_code == requests.codes.not_found:
        raise NoSuchCall(f"the hub said no ({_reason(answer)})")
    if answer.status_code != requests.codes.ok:
        raise Refused(f"the hub said no ({_reason(answer)})")
    return _read_json(answer, read)


def _reason(answer: requests.Response) -> str:
    """Return the number of a "no", with the hub's own words for it if there are any."""
    return f"{answer.status_code}{_problem(answer) or ''}"


def _problem(answer: requests.Response) -> str | None:
    """Return the hub's own words for a "no" behind a colon, "" where they cannot be shown; None if this is not the
    form in which the hub says no: a proxy or the login page of a network in between must not shut a station out.
    """
    try:
        words = json.loads(b"".join(_pieces(answer, _LONGEST_NO)))["problem"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(words, str):
        return None
    return f": {words}" if words.isprintable() and 0 < len(words) <= _LONGEST_REASON else ""


def _read_json(answer: requests.Response, read: Callable[[bytes], object]) -> object:
    body = bytearray()
    for piece in _pieces(answer, MAX_ANSWER_BYTES + 1):
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            raise NoAnswer("the hub's answer is too long to be one", Trouble.NO_LINK)
    try:
        return read(bytes(body))
    except (ValueError, RecursionError):
        raise NoAnswer("the hub's answer cannot be understood", Trouble.NO_LINK) from None


def _pieces(answer: requests.Response, most: int) -> Iterator[bytes]:
    """Yield the content piece by piece as it comes, at most so many bytes. Raises NoAnswer if it trickles."""
    latest, left = time.monotonic() + ANSWER_SECONDS, most
    while left > 0 and (piece := answer.raw.read1(min(left, _PIECE), decode_content=True)):
        yield piece
        left -= len(piece)
        latest += len(piece) / SLOWEST_BYTES
        if time.monotonic() > latest:
            answer.close()
            raise NoAnswer("the hub's answer comes too slowly", Trouble.NO_LINK)
