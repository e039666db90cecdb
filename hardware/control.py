"""A line to the simulators: a person, a control panel, a test or another process plays them through it.

One line of text in, one line out: `ok`, `ok <details>`, or `error: <a sentence>`. It listens on loopback
only, and belongs to simulators: a station with real devices does not have it.
"""

import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from hardware.errors import ControlRefused

__all__ = ["LONGEST_LINE", "LOOPBACK", "MOST_CONNECTIONS", "ControlClient", "ControlServer"]

LOOPBACK = "127.0.0.1"
LONGEST_LINE = 512
MOST_CONNECTIONS = 16
_LONGEST_ANSWER = 4096
_WEB = (b"GET ", b"POST ", b"PUT ", b"HEAD ", b"OPTIONS ")  # a web page must not place cards


class _Hangup(Exception):  # noqa: N818 - an ending, not an error
    """This connection is over."""


class ControlServer:
    """A control line at `address` from construction to `close`.

    `perform` gets one line at a time, in the server's thread, and returns details or raises
    ControlRefused; any other exception is answered as an error too, and stops nothing.
    """

    def __init__(self, perform: Callable[[str], str], port: int = 0) -> None:
        self._perform = perform
        self._listener = socket.create_server((LOOPBACK, port))
        self._listener.setblocking(False)
        self.address: tuple[str, int] = (LOOPBACK, self._listener.getsockname()[1])
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._wake_out, self._wake_in = socket.socketpair()
        self._selector.register(self._wake_out, selectors.EVENT_READ)
        self._held: dict[socket.socket, bytes] = {}
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="control", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave no thread and no socket behind; may be called twice."""
        if self._closing:
            return
        self._closing = True
        self._wake_in.send(b"w")
        self._thread.join()
        for connection in list(self._held):
            self._drop(connection)
        self._selector.close()
        for end in (self._listener, self._wake_in, self._wake_out):
            end.close()

    def _serve(self) -> None:
        while not self._closing:
            for key, _ in self._selector.select():
                if key.fileobj is self._listener:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket) and key.fileobj in self._held:
                    self._attend(key.fileobj)

    def _accept(self) -> None:
        with suppress(OSError):
            connection, _ = self._listener.accept()
            if len(self._held) >= MOST_CONNECTIONS:
                connection.close()
                return
            connection.settimeout(1.0)
            self._held[connection] = b""
            self._selector.register(connection, selectors.EVENT_READ)

    def _attend(self, connection: socket.socket) -> None:
        try:
            self._held[connection] += connection.recv(LONGEST_LINE) or self._over()
            self._answer_lines(connection)
        except (_Hangup, OSError):
            self._drop(connection)

    def _answer_lines(self, connection: socket.socket) -> None:
        while True:
            line, end, rest = self._held[connection].partition(b"\n")
            if len(line) > LONGEST_LINE:
                connection.sendall(b"error: the line is too long\n")
                self._over()
            if not end:
                return
            if line.startswith(_WEB):
                self._over()
            self._held[connection] = rest
            connection.sendall(self._answer(line).encode() + b"\n")

    def _answer(self, line: bytes) -> str:
        try:
            text = line.decode("utf-8").strip()
            details = self._perform(text)
        except UnicodeDecodeError:
            return "error: the line is not UTF-8"
        except ControlRefused as refused:
            return f"error: {refused}"
        except Exception as error:  # noqa: BLE001 - a hostile line may meet any weakness; the bench stays up
            return f"error: it did not work ({type(error).__name__})"
        return f"ok {details}".rstrip()

    def _over(self) -> bytes:
        raise _Hangup

    def _drop(self, connection: socket.socket) -> None:
        del self._held[connection]
        self._selector.unregister(connection)
        connection.close()


class ControlClient:
    """The other end of the control line; each command makes a connection of its own."""

    def __init__(self, address: tuple[str, int], timeout: float = 10.0) -> None:
        self.address = address
        self._timeout = timeout

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Return a client for the address in `path`, as `python -m hardware.simulate` writes it."""
        host, port = path.read_text(encoding="utf-8").strip().rsplit(":", 1)
        return cls((host, int(port)))

    def send(self, command: str) -> str:
        """Return the details of what was done, "" if there are none.

        Raises ControlRefused with the simulator's sentence, OSError if it does not answer.
        """
        if "\n" in command:
            raise ControlRefused("a command is one line")
        with socket.create_connection(self.address, self._timeout) as connection:
            connection.sendall(command.encode() + b"\n")
            with connection.makefile("rb") as answers:
                answer = answers.readline(_LONGEST_ANSWER).decode().strip()
        if answer.startswith("error: "):
            raise ControlRefused(answer.removeprefix("error: "))
        if not answer.startswith("ok"):
            raise ConnectionError("the simulators gave no answer")
        return answer.removeprefix("ok").strip()
