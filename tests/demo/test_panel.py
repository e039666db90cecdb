"""The control panel's buttons, pressed on a real bench of simulated devices."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
from support import window

from hardware.control import ControlClient, ControlServer
from hardware.simulate import SimulatedBench

window.begin()

from kiosk.ui.panel import Group, Press  # noqa: E402
from nabolan.demo.panel import HINT, NO_ANSWER, REFUSALS, TITLE, Bench, groups  # noqa: E402

Buttons = dict[str, Press]


@pytest.fixture
def bench() -> Iterator[SimulatedBench]:
    with SimulatedBench() as bench:
        yield bench


@pytest.fixture
def network() -> Iterator[tuple[ControlServer, list[str]]]:
    """A network line that notes what it is told."""
    told: list[str] = []

    def note(word: str) -> str:
        told.append(word)
        return ""

    with ControlServer(note) as server:
        yield server, told


@pytest.fixture
def panel(bench: SimulatedBench, network: tuple[ControlServer, list[str]]) -> tuple[Group, ...]:
    return groups(Bench(ControlClient(bench.control_address), ControlClient(network[0].address)))


@pytest.fixture
def buttons(panel: tuple[Group, ...]) -> Buttons:
    return {press.label.get("nb"): press for group in panel for press in group.presses}


def reader(bench: SimulatedBench) -> dict[str, object]:
    """Return the simulated reader's state."""
    state: dict[str, dict[str, object]] = json.loads(ControlClient(bench.control_address).send("state"))
    return state["reader"]


def test_every_button_does_what_it_says(panel: tuple[Group, ...]) -> None:
    """Pressed one after the other, all buttons of the panel do what they say, and tell it in both languages."""
    for press in (press for group in panel for press in group.presses):
        said = press.act()
        assert said.done, press.label
        assert all(words.get(language) for words in (press.label, said.words) for language in ("nb", "en"))


def test_a_card_can_be_laid_and_taken_away(bench: SimulatedBench, buttons: Buttons) -> None:
    """A card lies on the reader until it is taken away; a second one takes the place of the first."""
    buttons["Kort i orden"].act()
    assert reader(bench)["card"] == "Ntag213"
    buttons["Mobiltelefon"].act()
    assert reader(bench)["card"] == "RandomUidCard"
    buttons["Ta bort kortet"].act()
    assert reader(bench)["card"] is None


def test_the_network_is_cut_and_mended(buttons: Buttons, network: tuple[ControlServer, list[str]]) -> None:
    """The two words for the network go to whoever holds its line, not to the devices."""
    buttons["Kutt nettet"].act()
    buttons["Nettet tilbake"].act()
    assert network[1] == ["cut", "mend"]


def test_a_refusal_is_a_plain_sentence(buttons: Buttons) -> None:
    """What the simulators refuse is told in the panel's words."""
    said = buttons["Ta bort kortet"].act()
    assert (said.done, said.words) == (False, REFUSALS["there is no card on the reader"])
    buttons["Dra ut skanneren"].act()
    said = buttons["Støy"].act()
    assert (said.done, said.words) == (False, REFUSALS["the scanner is unplugged"])


def test_silence_is_a_plain_sentence() -> None:
    """Without devices at the other end the panel says so."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        address = nobody.getsockname()
    client = ControlClient(address, timeout=1.0)
    said = groups(Bench(client, client))[0].presses[0].act()
    assert (said.done, said.words) == (False, NO_ANSWER)


def test_the_panel_speaks_both_languages(panel: tuple[Group, ...]) -> None:
    """What stands around the buttons is there in Bokmål and in English."""
    texts = [TITLE, HINT, NO_ANSWER, *REFUSALS.values(), *(group.title for group in panel if group.title is not None)]
    assert [text for text in texts if not (text.get("nb") and text.get("en"))] == []


def test_pages_hold_every_button_once(panel: tuple[Group, ...]) -> None:
    """Turning the pages shows each thing of the station once, eight at a time."""
    things = panel[1]
    pages = [things.page(number) for number in range(things.pages)]
    assert tuple(press for page in pages for press in page) == things.presses
    assert {len(page) for page in pages[:-1]} == {8}
