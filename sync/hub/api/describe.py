"""The API's description of itself: named shapes, and for every call each answer that can come, with its headers."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from sync.hub.api.shapes import SHAPES, ref

_LATER = {"429": "Too often: send the same again later", "503": "The hub is busy or looked after: again later"}
_ALWAYS = {"500": "Something went wrong at the hub: send the same again later", **_LATER}
_WITH_BODY = {
    "400": "No: nothing was stored, and sending the same again changes nothing",
    "413": "More than a request may hold: send it in smaller pieces",
}
_WITH_TOKEN = {
    "401": "The token is missing or no longer counts: stop, keep the journal, enrol anew",
    "403": "The station was shut out: stop, keep the journal, ask the library",
}
_WITH_ARGUMENTS = {"422": "An argument is missing or malformed"}
_RETRY_AFTER = {
    "Retry-After": {
        "required": True,
        "description": "seconds to wait before the same is sent again",
        "schema": {"type": "integer", "minimum": 1},
    }
}


class DescribedAPI(NinjaAPI):
    """An API whose description names every answer a caller can get."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """Return the OpenAPI description, complete."""
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"].update(SHAPES)
        for calls in schema["paths"].values():
            for call in calls.values():
                _complete(call)
        return schema


def _complete(call: dict[str, Any]) -> None:
    """Add to a call the answers that the hub's own guards give."""
    answers = {str(status): answer for status, answer in call["responses"].items()}
    wanted = dict(_ALWAYS)
    if "requestBody" in call:
        wanted |= _WITH_BODY
    if call.get("security"):
        wanted |= _WITH_TOKEN
    if call.get("parameters"):
        wanted |= _WITH_ARGUMENTS
    for status, why in wanted.items():
        content = {"application/json": {"schema": ref("Problem")}}
        answers[status] = {"description": why, "content": content}
        if status in _LATER:
            answers[status]["headers"] = _RETRY_AFTER
    call["responses"] = dict(sorted(answers.items()))


def json_body(name: str, why: str) -> dict[str, Any]:
    """Return what a call says of the body it takes: the named shape, as JSON, packed or not."""
    content = {"application/json": {"schema": ref(name)}}
    packed = "It may be sent with Content-Encoding: gzip, and must say its Content-Length."
    return {"requestBody": {"required": True, "description": f"{why} {packed}", "content": content}}


def json_answer(name: str, why: str) -> dict[str, Any]:
    """Return what a call says of its good answer: the named shape, as JSON."""
    return {"description": why, "content": {"application/json": {"schema": ref(name)}}}
