"""Times in words: days by name, and how long ago."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from sync.hub.clock import moment

_DAYS = {
    "nb": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "nb": (
        "januar februar mars april mai juni juli august september oktober november desember".split()  # noqa: SIM905
    ),
    "en": (
        "January February March April May June July August September October November December".split()  # noqa: SIM905
    ),
}
_WEEK = 7
_FAR_PAST, _FAR_FUTURE = -62_000_000_000_000, 253_000_000_000_000


def local(ms: int) -> datetime:
    """Return the library's local time of a Unix time in milliseconds; what no calendar holds becomes its end."""
    return moment(min(max(ms, _FAR_PAST), _FAR_FUTURE)).astimezone(ZoneInfo(settings.TIME_ZONE))


def day(when: date, language: str) -> str:
    """Return a day as `28. november` or `28 November`."""
    month = _MONTHS[language][when.month - 1]
    return f"{when.day} {month}" if language == "en" else f"{when.day}. {month}"


def weekday(when: date, language: str) -> str:
    """Return a day as `fredag 28. november`."""
    return f"{_DAYS[language][when.weekday()]} {day(when, language)}"


def day_and_time(ms: int, now_ms: int, language: str) -> str:
    """Return a time as `i dag 13:41`, `i går 18:40`, `torsdag 17:12`, else `12. november 17:12` (with its year)."""
    then, today = local(ms), local(now_ms).date()
    return f"{_day_word(then.date(), today, language)} {then:%H:%M}"


def whole_day(ms: int, now_ms: int, language: str) -> str:
    """Return the day of a time as `28. november`, with its year if that is not this one."""
    then, today = local(ms).date(), local(now_ms).date()
    return day(then, language) + (f" {then.year}" if then.year != today.year else "")


def _day_word(then: date, today: date, language: str) -> str:
    past = (today - then).days
    if past == 0:
        return "today" if language == "en" else "i dag"
    if past == 1:
        return "yesterday" if language == "en" else "i går"
    if 1 < past < _WEEK:
        return _DAYS[language][then.weekday()]
    return day(then, language) + (f" {then.year}" if then.year != today.year else "")


def ago(ms: int, now_ms: int, language: str) -> str:
    """Return how long ago: `nå nettopp`, `2 min siden`, `3 timer siden`, `2 døgn siden`."""
    minutes = max(0, now_ms - ms) // 60_000
    hours, days = minutes // 60, minutes // (24 * 60)
    if minutes < 1:
        return "just now" if language == "en" else "nå nettopp"
    if hours < 1:
        return f"{minutes} min ago" if language == "en" else f"{minutes} min siden"
    if days < 1:
        unit = ("hour" if hours == 1 else "hours") if language == "en" else ("time" if hours == 1 else "timer")
        return f"{hours} {unit} ago" if language == "en" else f"{hours} {unit} siden"
    unit = ("day" if days == 1 else "days") if language == "en" else "døgn"
    return f"{days} {unit} ago" if language == "en" else f"{days} {unit} siden"


def span(ms: int, language: str) -> str:
    """Return a difference of clocks as `± 1 s`, `± 4 min`, `± 3 t` (`± 3 h`); below a second it is `± 1 s`."""
    seconds = max(1, abs(ms) // 1000)
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"± {seconds} s"
    if seconds < 3600:  # noqa: PLR2004 - an hour
        return f"± {seconds // 60} min"
    return f"± {seconds // 3600} {'h' if language == 'en' else 't'}"


_SHORT_MONTHS = {
    "nb": "jan. feb. mars april mai juni juli aug. sep. okt. nov. des.".split(),  # noqa: SIM905
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),  # noqa: SIM905
}


def clock_or_day(ms: int, start: int, end: int, language: str) -> str:
    """Return a moment between `start` and `end` as `13:41`, or `28. nov. 13:41` where those are on several days."""
    then = local(ms)
    if local(start).date() == local(end).date():
        return f"{then:%H:%M}"
    month = _SHORT_MONTHS[language][then.month - 1]
    short = f"{then.day} {month}" if language == "en" else f"{then.day}. {month}"
    return f"{short} {then:%H:%M}"
