"""The station's clocks: wall time, boot id, time since boot, and whether the wall clock was set from the network."""

from hardware.clock.port import Clock, ClockReading
from hardware.clock.simulator import SimulatedClock
from hardware.clock.system import SystemClock

__all__ = ["Clock", "ClockReading", "SimulatedClock", "SystemClock"]
