"""The technician's menu."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from kiosk.desk.views import DeviceRow, ShutOut, StaffMenuView, StaffRow, Status, View
from kiosk.ui.gallery.common import DRILL, KAYAK, LONG, NOW, OFFLINE, SHUT_OUT, STATUS, time_left


def staff() -> dict[str, View]:
    """The technician's menu, calm and in trouble."""
    devices = (DeviceRow("card_reader", up=True), DeviceRow("scanner", up=True))
    down = (DeviceRow("card_reader", up=True), DeviceRow("scanner", up=False, reason="no answer on /dev/ttyACM0"))
    left = (
        StaffRow(LONG, datetime(2026, 11, 18, 9, 5)),  # noqa: DTZ001  # as NOW
        StaffRow(DRILL, NOW),
        StaffRow(KAYAK),
    )
    common: dict[str, Any] = {"countdown": time_left(), "has_card": True, "feed_version": 412}
    troubled = Status(
        "Bragernes", offline=True, clock_synced=False, scanner_up=False, queued=31, returns_only=True,
        data_age_hours=80, repaired="2 entries of November were cut off",
    )  # fmt: skip
    return {
        "staff": StaffMenuView(
            replace(STATUS, data_age_hours=3), left=left, done=2, devices=devices, last_contact=NOW, **common
        ),
        "staff-none": StaffMenuView(STATUS, devices=devices, last_contact=NOW, **common),
        "staff-many": StaffMenuView(OFFLINE, left=left * 7, devices=devices, last_contact=NOW, done=1, **common),
        "staff-shut-out": StaffMenuView(SHUT_OUT, left=left, devices=devices, last_contact=NOW, **common),
        "staff-forked": StaffMenuView(
            replace(STATUS, offline=True, shut_out=ShutOut.FORKED, trouble="stranger"),
            left=left,
            devices=devices,
            last_contact=NOW,
            **common,
        ),
        "staff-trouble": StaffMenuView(troubled, left=left[:2], devices=down, **common),
    }
