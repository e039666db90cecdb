"""Odd scans, a power cut, out of service."""

from __future__ import annotations

from datetime import datetime

from kiosk.desk.views import NoticeView, OutOfServiceView, PowerBackView, View, VisitLine
from kiosk.desk.views_care import LoadingView, MomentView, SorryView
from kiosk.ui.gallery.common import BACK_TENT, FRIDAY, LENT_DRILL, LONG, OFFLINE, PHONE, SKIS, STATUS, TENT, time_left
from kiosk.ui.gallery.pages import PLACES
from lending.visit import LineState, OddScan


def pauses() -> dict[str, View]:
    """What was scanned is no thing, the power was out, the station takes a break."""
    notices: dict[str, View] = {
        f"notice-{about}": NoticeView(STATUS, countdown=time_left(), about=about) for about in OddScan
    }
    lost = VisitLine(TENT, LineState.NOT_SAVED)
    four = (LENT_DRILL, VisitLine(SKIS, LineState.LENT, FRIDAY), BACK_TENT, VisitLine(LONG, LineState.NOT_SAVED))
    since = datetime(2026, 11, 20, 14, 26)  # noqa: DTZ001  # as NOW
    return notices | {
        "power-back": PowerBackView(STATUS, (LENT_DRILL, lost), time_left(), since=since, minutes=4),
        "power-back-saved": PowerBackView(STATUS, (LENT_DRILL,), time_left(), minutes=1),
        "power-back-nothing": PowerBackView(STATUS, (), time_left(), since=since),
        "power-back-four": PowerBackView(OFFLINE, four, time_left()),
        "out-of-service": OutOfServiceView(STATUS, phone=PHONE, code="NB-0042 · D07"),
        "sorry": SorryView(STATUS, phone=PHONE),
        "moment": MomentView(OFFLINE),
        "loading-waits": LoadingView(OFFLINE),
        "loading": LoadingView(STATUS, things=1240, cards=84_500),
        "out-of-service-near": OutOfServiceView(STATUS, phone=PHONE, code="NB-0042 · D07", nearest=PLACES[0]),
        "out-of-service-no-phone": OutOfServiceView(STATUS, code="D07"),
    }
