"""Why a case closed by itself, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lending.explain import Why
from lending.nouns import Text
from sync.hub.review.when import day_and_time
from sync.hub.review.words import say


def _text(nb: str, en: str) -> Text:
    return Text.of({"nb": nb, "en": en})


_WORDS: dict[Why, Text] = {
    Why.RETURN_CAME: _text(
        "Levert på {station} {when}; meldingen kom fram senere.",
        "Returned at {station} {when}; word of it came later.",
    ),
    Why.LOAN_CAME: _text(
        "Lånt på {station} {when}; meldingen kom fram senere.", "Lent at {station} {when}; word of it came later."
    ),
    Why.UNDONE: _text(
        "Angret på {station} {when}, i samme besøk. Tingen forlot aldri stasjonen.",
        "Undone at {station} {when}, in the same visit. The thing never left.",
    ),
    Why.CHECKED: _text("Sett over på {station} {when}.", "Checked by staff at {station} {when}."),
    Why.ITEM_KNOWN: _text("Tingen står i katalogen nå.", "The thing is in the catalogue now."),
    Why.CARD_KNOWN: _text("Kortet står i registeret nå.", "The card is in the register now."),
    Why.NOT_BLOCKED: _text("Kortet er ikke sperret.", "The card is not blocked."),
    Why.BLOCKED_LATER: _text(
        "Kortet ble sperret {when}, etter lånet.", "The card was blocked {when}, after the loan."
    ),
    Why.RUNS_OUT_LATER: _text("Kortet var gyldig da lånet ble gjort.", "The card was good when the loan was made."),
    Why.DATED_OTHERWISE: _text(
        "Stasjonens klokke gikk feil. Det skjedde {when}, ikke {was}.",
        "The station's clock was wrong. It happened {when}, not {was}.",
    ),
    Why.CLOCK_KNOWN: _text(
        "Stasjonens klokke er sammenlignet med vår, så tiden er sikker nå.",
        "The station's clock has been compared with ours, so the time is sure now.",
    ),
    Why.ROOM_AFTER_ALL: _text(
        "Et tidligere lån var levert på {station} {when}; meldingen kom fram senere.",
        "An earlier loan had been returned at {station} {when}; word of it came later.",
    ),
    Why.STAFF_ENDED: _text(
        "Ansatte har sagt at et tidligere lån på kortet er over.",
        "Staff have said that an earlier loan of the card is over.",
    ),
    Why.LOANABLE_AFTER_ALL: _text(
        "Tingen kunne lånes da lånet ble gjort.", "The thing could be lent when the loan was made."
    ),
    Why.STATION_ADMITTED: _text(
        "{station} var ikke stengt ute da dette skjedde.", "{station} was not shut out when this happened."
    ),
    Why.READABLE: _text("Linja kan leses nå, og den teller.", "The entry can be read now, and it counts."),
    Why.WRITTEN: _text("Skrevet til Koha nå.", "Written for Koha now."),
    Why.FORGOTTEN: _text("Hvem som lånte, er slettet.", "Who borrowed has been erased."),
    Why.COUNTS_NO_MORE: _text(
        "Linja som saken bygde på, teller ikke lenger.", "The entry that the case stood on no longer counts."
    ),
    Why.OTHER_CASE: _text("Det samme er en annen sak nå.", "The same is another case now."),
}
_UNTIMED: dict[Why, Text] = {
    Why.DATED_OTHERWISE: _text(
        "Stasjonens klokke gikk feil. Rekkefølgen er en annen.",
        "The station's clock was wrong. The order is another.",
    ),
    Why.ROOM_AFTER_ALL: _text(
        "Låneren hadde færre lån enn vi visste da.", "The borrower had fewer loans than we knew then."
    ),
}


def why_words(why: Mapping[str, Any], names: Mapping[str, str], now_ms: int, language: str) -> str:
    """Return a stored explanation in words; for cases that closed before reasons were kept, the general ones."""
    if not why:
        return say(language, "case.explained.lead")
    reason, station = Why(why["why"]), str(why.get("station", ""))
    at_ms, was_ms = why.get("at_ms"), why.get("was_ms")
    bare = at_ms is None or (reason is Why.DATED_OTHERWISE and was_ms is None)
    text = _UNTIMED.get(reason, _WORDS[reason]) if bare else _WORDS[reason]
    if at_ms is None and "{when}" in text.get(language):
        return say(language, "case.explained.lead")
    return text.get(language).format(
        station=names.get(station, station),
        when=day_and_time(at_ms, now_ms, language) if at_ms is not None else "",
        was=day_and_time(was_ms, now_ms, language) if was_ms is not None else "",
    )
