"""An agent with entries that wait, for a hub that says what the test says."""

from __future__ import annotations

from support.journals import MemoryBoxes, loans, make_identity
from support.library import at
from sync.agent.agent import Agent, Pace
from sync.agent.link import HubLink

IDENTITY = make_identity()
WIRES = loans(7)
"""Seven entries."""


class Station:
    """The sending half of a station: an agent, its boxes, and what it told."""

    def __init__(self, url, wires=WIRES, pace=None):
        self.boxes = MemoryBoxes(wires)
        self.link = HubLink(url, "token")
        self.states = []
        self.agent = self.make(Agent, pace or Pace())

    def make(self, kind, pace):
        return kind(
            self.link,
            IDENTITY,
            self.boxes,
            self.boxes,
            lambda: at(0),
            self.states.append,
            pace=pace,
            jitter=lambda: 0.5,
        )
