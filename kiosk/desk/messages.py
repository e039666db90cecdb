"""News for the desk that are no part of a visit: devices, the network, the hub's clock."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.desk.views import ShutOut


@dataclass(frozen=True, slots=True)
class DeviceState:
    """A device went up or down: `card_reader`, `scanner` or `voice`. `reason` is plain and holds no data read."""

    name: str
    up: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LinkState:
    """The network came or went, as the agent judges it."""

    offline: bool
    shut_out: ShutOut = ShutOut.NO
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class HubClockHeard:
    """When the boot `boot` was `up_ms` old, it was `hub_ms` at the hub, give or take `within_ms`."""

    boot: str
    up_ms: int
    hub_ms: int
    within_ms: int
