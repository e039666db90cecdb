"""What a station learns of the hub's clock, and when it notes that."""

import pytest
from support import scripted_hub as hub_that
from support.journals import MemoryBoxes, loans, make_identity

from lending.times import Reading
from sync.agent.agent import Agent
from sync.agent.hub_clock import HubClock, HubClockWatch
from sync.agent.link import HubLink

NOW = 1_795_345_200_000
A, B = "a" * 32, "b" * 32
DAY = 86_400_000


def at(up, boot=A):
    return Reading(0, boot, up, synced=False)


@pytest.fixture
def told():
    return []


@pytest.fixture
def watch(told):
    return HubClockWatch(told.append)


def test_the_first_answer_of_a_boot_is_noted(watch, told):
    """The middle of the call, and half of what it took, are what is known; each boot has its own."""
    watch.heard(at(1000), at(1300), NOW)
    watch.heard(at(2000), at(2300), NOW + 1000)
    watch.heard(at(10, B), at(20, B), NOW + 9000)
    assert told == [HubClock(A, 1150, NOW, 151), HubClock(B, 15, NOW + 9000, 6)]


@pytest.mark.parametrize(
    ("moved", "up", "noted"), [(2000, 5000, 1), (2100, 5000, 2), (-2100, 5000, 2), (0, DAY - 1, 1), (0, DAY, 2)]
)
def test_a_moved_clock_and_a_new_day_are_noted(watch, told, moved, up, noted):
    """More than two seconds beyond what the calls leave open, or a day, make a new note; less makes none."""
    watch.heard(at(0), at(2), NOW)
    watch.heard(at(up), at(up + 2), NOW + up + moved)
    assert len(told) == noted


def test_a_slow_first_answer_is_made_better(watch, told):
    """After a call of 20 seconds the next quick one is noted too."""
    watch.heard(at(0), at(20_000), NOW)
    watch.heard(at(30_000), at(30_100), NOW + 30_000)
    assert [one.within_ms for one in told] == [10_001, 51]


def test_readings_that_make_no_sense_are_left(watch, told):
    """A call over a reboot, time that ran back, and a number no entry can hold are no measurements."""
    watch.heard(at(5), at(6, B), NOW)
    watch.heard(at(6), at(5), NOW)
    watch.heard(at(5), at(6), 2**53)
    assert told == []


def test_the_agent_hands_on_what_the_hub_says(told):
    """A receipt tells the hub's time, once."""
    with hub_that.scripted_hub() as hub:
        link, ups = HubLink(hub.url, "token"), iter(range(0, 10_000, 100))
        boxes = MemoryBoxes(loans(3))
        agent = Agent(
            link, make_identity(), boxes, boxes, lambda: at(next(ups)), lambda _: None, hub_clock=told.append
        )
        assert agent.push() == 3
        assert told == [HubClock(A, 50, NOW, 51)]
        boxes.dropped = 0
        agent.push()
        assert len(told) == 1
        link.close()
