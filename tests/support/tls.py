"""A TLS server on loopback with a certificate of its own, before whatever listens behind it."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync.invitation import key_fingerprint


class TlsFront:
    """Takes TLS on a port of its own and hands the plain bytes to `behind`; `pin` is the fingerprint of its key."""

    def __init__(self, folder: Path, behind: int) -> None:
        self.file = folder / f"hub-{behind}.pem"
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "the hub")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
            .sign(key, hashes.SHA256())
        )
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
        self.pin = key_fingerprint(made)
        self._behind = behind
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self.file)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._server.getsockname()[1]}"
        self.heard = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more calls."""
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError), line:
            line.settimeout(5)
            with (
                self._tls.wrap_socket(line, server_side=True) as safe,
                socket.create_connection(("127.0.0.1", self._behind), 5) as hub,
            ):
                self._pass_on(safe, hub)

    def _pass_on(self, safe: ssl.SSLSocket, hub: socket.socket) -> None:
        """Carry bytes both ways, on one thread: OpenSSL's connections are not for two."""
        while True:
            ready = [safe] if safe.pending() else select.select([safe, hub], [], [], 5)[0]
            if not ready:
                return
            for source in ready:
                data = source.recv(65536)
                if not data:
                    return
                if source is safe:
                    self.heard += len(data)
                    hub.sendall(data)
                else:
                    safe.sendall(data)
