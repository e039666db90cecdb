"""A network line that can be cut: a relay between station and hub for rehearsals, tests and the tour."""

from __future__ import annotations

import contextlib
import select
import socket
import threading

_CHUNK = 65536


class NetworkLine:
    """Relays TCP from a port on this machine to the hub, until it is cut.

    `cut()` drops what is open and refuses what comes; `drop_after(n)` cuts the next connection once `n` bytes of the
    answer have passed; `mend()` lets everything through again.
    """

    def __init__(self, hub: tuple[str, int]) -> None:
        self._hub = hub
        self._server = socket.create_server(("127.0.0.1", 0))
        self._is_cut = threading.Event()
        self._answer_bytes: int | None = None
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, name="network-line", daemon=True).start()

    @property
    def port(self) -> int:
        """The port the station calls instead of the hub's."""
        port: int = self._server.getsockname()[1]
        return port

    def cut(self) -> None:
        """Cut the line, in the middle of whatever is being said."""
        self._is_cut.set()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let everything through again."""
        self._answer_bytes = None
        self._is_cut.clear()

    def aim(self, hub: tuple[str, int]) -> None:
        """Lead to another hub from now on; what is open goes on."""
        self._hub = hub

    def drop_after(self, answer_bytes: int) -> None:
        """Let requests through whole, but cut the next answer after this many bytes."""
        self._answer_bytes = answer_bytes

    def close(self) -> None:
        """Cut the line for good."""
        self.cut()
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for a call
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                station, _ = self._server.accept()
            except OSError:
                return
            if self._is_cut.is_set():
                station.close()
                continue
            threading.Thread(target=self._relay, args=(station,), daemon=True).start()

    def _relay(self, station: socket.socket) -> None:
        with station, contextlib.suppress(OSError), socket.create_connection(self._hub, timeout=5) as hub:
            with self._lock:
                self._open |= {station, hub}
            try:
                self._pass_on(station, hub)
            finally:
                with self._lock:
                    self._open -= {station, hub}

    def _pass_on(self, station: socket.socket, hub: socket.socket) -> None:
        passed = 0
        while not self._is_cut.is_set():
            ready, _, _ = select.select([station, hub], [], [], 0.2)
            for source in ready:
                data = source.recv(_CHUNK)
                if not data:
                    return
                if source is station:
                    hub.sendall(data)
                    continue
                limit = self._answer_bytes
                if limit is not None and passed + len(data) > limit:
                    station.sendall(data[: max(0, limit - passed)])
                    return
                passed += len(data)
                station.sendall(data)
