"""Reading a request body with a bound in bytes and in time, whatever the sender claims about it."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, UnreadablePostError

from lending.errors import Refused, TryLater
from sync.hub.journal.batch import NotReadable, TooLarge, read_json, unpack
from sync.protocol import MAX_BATCH_BYTES, MAX_BODY_SECONDS

_LENGTH = re.compile(r"[0-9]{1,18}")


def json_object(
    request: HttpRequest, most_bytes: int = MAX_BATCH_BYTES, most_seconds: float = MAX_BODY_SECONDS
) -> dict[str, Any]:
    """Return the JSON object in the request.

    Raises TooLarge, NotReadable, TryLater if it came too slowly, or, without a length, Refused.
    """
    length = request.META.get("CONTENT_LENGTH") or ""
    if not _LENGTH.fullmatch(length):
        raise Refused("the request must say its Content-Length")
    if int(length) > most_bytes:
        raise TooLarge(f"the request is larger than {most_bytes} bytes")
    body = _read(request, int(length), most_seconds)
    return read_json(unpack(body, request.headers.get("Content-Encoding", ""), most_bytes))


def _read(request: HttpRequest, length: int, most_seconds: float) -> bytes:
    """Return the body. One that trickles is cut off, so that it does not keep a thread of the hub for itself."""
    line = request.META.get("gunicorn.socket")
    over = threading.Event()
    timer = threading.Timer(most_seconds, _cut, (line, over))
    timer.daemon = True
    if line is not None:
        timer.start()
    try:
        body = request.read(length)
    except UnreadablePostError:
        body = b""
    finally:
        timer.cancel()
    if len(body) == length:
        return body
    if over.is_set():
        raise TryLater("the request came too slowly")
    raise NotReadable("the connection was cut before the whole request had come")


def _cut(line: socket.socket, over: threading.Event) -> None:
    over.set()
    with suppress(OSError):
        line.shutdown(socket.SHUT_RD)
