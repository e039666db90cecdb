"""An agent on a line that is cut, or loses an answer at any byte."""

import threading

import pytest
from support import scripted_hub as hub_that
from support.agents import WIRES, Station
from support.waiting import until

from lending.errors import TryLater
from sync.agent.line import NetworkLine


def test_a_cut_line_is_silence_and_a_mended_one_delivers(hub, line):
    """Through a cut line nothing comes; once mended everything is delivered once."""
    station = Station(f"http://127.0.0.1:{line.port}")
    line.cut()
    with pytest.raises(TryLater):
        station.agent.push()
    assert hub.calls == []
    line.mend()
    assert station.agent.push() == len(WIRES)
    station.link.close()


def test_a_line_cut_in_the_middle_of_a_call_is_silence(hub, line):
    """Cutting the line while the hub thinks ends the call, not the agent."""
    station = Station(f"http://127.0.0.1:{line.port}")
    hub.answers = [hub_that.slow(0.2)]
    threading.Timer(0.05, line.cut).start()
    with pytest.raises(TryLater):
        station.agent.push()
    assert station.boxes.dropped == 0
    line.mend()
    station.agent.push()
    assert station.boxes.dropped == len(WIRES)
    station.link.close()


@pytest.mark.parametrize("answer_bytes", [0, 1, 15, 60, 150, 200, 400])
def test_an_answer_lost_at_any_byte_changes_nothing(hub, line, answer_bytes):
    """An answer cut after any number of bytes drops nothing, and sending again doubles nothing."""
    station = Station(f"http://127.0.0.1:{line.port}")
    line.drop_after(answer_bytes)
    with pytest.raises(TryLater):
        station.agent.push()
    assert station.boxes.dropped == 0
    assert hub.prefix == len(WIRES)
    line.mend()
    station.agent.push()
    assert (station.boxes.dropped, hub.prefix, hub.repeated) == (7, 7, 7)
    station.link.close()


def test_a_closed_line_leaves_no_thread():
    """A line that is closed lets its port and its threads go."""
    line = NetworkLine(("127.0.0.1", 1))
    line.close()
    until(lambda: not any(thread.name == "network-line" for thread in threading.enumerate()))
