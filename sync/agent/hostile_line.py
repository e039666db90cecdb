"""A line between stations and the hub that does the worst a network can do: a simulator for tests and rehearsals.

```text
station ──▶ REFUSE     reset at once
            CUT_UP     reset after n bytes of what the station says: a torn request
            CUT_DOWN   reset after n bytes of what the hub says: half an answer
            LINGER     every piece comes late
            TWICE      all that is said reaches the hub twice, at the same time
            AGAIN      all that is said reaches the hub once more, later, perhaps long after the station has gone
            HONEST     as it should be, until n bytes have passed
```
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum

_CHUNK = 65536
_MAX_KEPT = 4 * 1024 * 1024
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing sends RST."""

Address = tuple[str, int]


class Fault(StrEnum):
    """What is done to one connection."""

    REFUSE = "refuse"
    CUT_UP = "cut up"
    CUT_DOWN = "cut down"
    LINGER = "linger"
    TWICE = "twice"
    AGAIN = "again"
    HONEST = "honest"


_CUT_UPWARDS = frozenset(Fault) - {Fault.CUT_DOWN}
_LONG = (3.5, 6.0)
_POWERS = {Fault.CUT_UP: (0.0, 4.0), Fault.CUT_DOWN: (0.0, 3.3)}
"""Between which powers of ten the bytes lie that pass before a connection is reset. No connection lives for ever."""


class HostileLine:
    """Relays TCP from a port on this machine to where `hub` says, and does to each connection what `random` draws.

    `hub` is asked anew for every connection; with several hubs behind the line it may name each in turn. Faults are
    counted in `done`. After `heal()` everything passes. It runs on a thread of its own until `close()`.
    """

    def __init__(self, hub: Callable[[], Address | None], seed: int, longest_delay: float = 0.2) -> None:
        self._hub = hub
        self._random = random.Random(seed)
        self._delay = longest_delay
        self._is_healed = threading.Event()
        self.done: Counter[Fault] = Counter()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._run, name="hostile-line", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port stations call."""
        return int(self._server.getsockname()[1])

    def heal(self) -> None:
        """Let everything through from now on; connections that something is being done to are reset."""
        self._is_healed.set()
        self._loop.call_soon_threadsafe(self._reset_all)

    def close(self) -> None:
        """Reset what is open, and end."""
        self.heal()
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    # --- the line's own thread

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._listening = self._loop.run_until_complete(asyncio.start_server(self._serve, sock=self._server))
        self._loop.run_forever()
        self._loop.close()

    async def _end(self) -> None:
        self._listening.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)

    def _reset_all(self) -> None:
        for writer in list(self._open):
            _reset(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._open.add(writer)
        try:
            await _Connection(self, reader, writer).serve()
        except (OSError, asyncio.IncompleteReadError):
            _reset(writer)
        finally:
            self._open.discard(writer)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def draw(self) -> tuple[Fault, int]:
        """Return what is done to the next connection, and after how many bytes: few are as likely as many."""
        fault = Fault.HONEST if self._is_healed.is_set() else self._random.choice(list(Fault))
        self.done[fault] += 1
        return fault, int(10 ** self._random.uniform(*_POWERS.get(fault, _LONG)))

    @property
    def is_healed(self) -> bool:
        """Whether everything is let through."""
        return self._is_healed.is_set()

    async def linger(self) -> None:
        """Let time pass."""
        if not self.is_healed:
            await asyncio.sleep(self._random.uniform(0, self._delay))

    async def call(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return a connection to the hub; raises OSError if there is none."""
        address = self._hub()
        if address is None:
            raise ConnectionRefusedError
        reader, writer = await asyncio.open_connection(*address)
        self._open.add(writer)
        return reader, writer

    def over(self, writer: asyncio.StreamWriter) -> None:
        """Forget a connection to the hub that is closed."""
        self._open.discard(writer)
        writer.close()

    def say_again(self, said: bytes) -> None:
        """Say all of this to the hub once more, some time later."""
        task = self._loop.create_task(self._again(said))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _again(self, said: bytes) -> None:
        await asyncio.sleep(self._random.uniform(0, 10 * self._delay))
        with suppress(OSError, TimeoutError):
            reader, writer = await self.call()
            try:
                writer.write(said)
                await writer.drain()
                async with asyncio.timeout(5):
                    await reader.read(_CHUNK)
            finally:
                self.over(writer)


class _Connection:
    """One connection of a station, with its fault."""

    def __init__(self, line: HostileLine, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._line = line
        self._reader, self._writer = reader, writer
        self._fault, self._left = line.draw()
        self._said = bytearray()

    async def serve(self) -> None:
        if self._fault is Fault.REFUSE:
            _reset(self._writer)
            return
        up_reader, up_writer = await self._line.call()
        twin = await self._line.call() if self._fault is Fault.TWICE else None
        ways = [
            asyncio.ensure_future(self._upwards([up_writer] if twin is None else [up_writer, twin[1]])),
            asyncio.ensure_future(self._downwards(up_reader)),
        ]
        if twin is not None:
            ways.append(asyncio.ensure_future(_swallow(twin[0])))
        try:
            await asyncio.wait(ways[:2], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for writer in (up_writer, *((twin[1],) if twin else ())):
                self._line.over(writer)
            if self._fault is Fault.AGAIN and self._said:
                self._line.say_again(bytes(self._said))

    async def _upwards(self, hubs: list[asyncio.StreamWriter]) -> None:
        while data := await self._reader.read(_CHUNK):
            if self._fault is Fault.AGAIN and len(self._said) < _MAX_KEPT:
                self._said += data
            passed = await self._pass(data, _CUT_UPWARDS)
            for hub in hubs:
                hub.write(passed)
            for hub in hubs:
                await hub.drain()
            if len(passed) < len(data):
                for writer in (*hubs, self._writer):
                    _reset(writer)
                return

    async def _downwards(self, hub: asyncio.StreamReader) -> None:
        while data := await hub.read(_CHUNK):
            passed = await self._pass(data, frozenset({Fault.CUT_DOWN}))
            self._writer.write(passed)
            await self._writer.drain()
            if len(passed) < len(data):
                _reset(self._writer)
                return

    async def _pass(self, data: bytes, cut_by: frozenset[Fault]) -> bytes:
        """Return as much of `data` as is let through, when its time has come."""
        if self._fault is Fault.LINGER:
            await self._line.linger()
        if self._fault not in cut_by or self._line.is_healed:
            return data
        passed = data[: self._left]
        self._left -= len(passed)
        return passed


async def _swallow(reader: asyncio.StreamReader) -> None:
    with suppress(OSError):
        while await reader.read(_CHUNK):
            pass


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST, so that the other side learns of it in the middle of its sentence."""
    sock = writer.get_extra_info("socket")
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
