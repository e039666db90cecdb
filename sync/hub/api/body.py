"""Reading a request body with a bound, whatever the sender claims about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, UnreadablePostError

from lending.errors import Refused
from sync.hub.journal.batch import NotReadable, TooLarge, read_json, unpack
from sync.protocol import MAX_BATCH_BYTES


def json_object(request: HttpRequest, most_bytes: int = MAX_BATCH_BYTES) -> dict[str, Any]:
    """Return the JSON object in the request. Raises TooLarge, NotReadable or, without a length, Refused."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdigit():
        raise Refused("the request must say its Content-Length")
    if int(length) > most_bytes:
        raise TooLarge(f"the request is larger than {most_bytes} bytes")
    try:
        body = request.read(int(length))
    except UnreadablePostError:
        raise NotReadable("the connection was cut before the whole request had come") from None
    if len(body) != int(length):
        raise NotReadable("the connection was cut before the whole request had come")
    return read_json(unpack(body, request.headers.get("Content-Encoding", ""), most_bytes))
