"""TLS to a hub known by its own key: no authority has to vouch for it, and none can for somebody else."""

from __future__ import annotations

import hmac
import ssl
from typing import Any

from cryptography import x509
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import SSLError

from sync.invitation import key_fingerprint


class PinnedAdapter(HTTPAdapter):
    """Connects only to a server that proves to have the key with this fingerprint; before that nothing is sent."""

    def __init__(self, pin: str) -> None:
        self._pin = pin
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **named: Any) -> None:  # noqa: FBT001, FBT002 - named by requests
        """Make the pool of connections that look at the key."""
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **named)
        self.poolmanager.pool_classes_by_scheme = {"https": _pool_for(self._pin)}


def _pool_for(pin: str) -> type[HTTPSConnectionPool]:
    class Connection(HTTPSConnection):
        """A connection that ends where the key is another one."""

        def connect(self) -> None:
            super().connect()
            if not _has_key(self.sock, pin):
                self.close()
                raise SSLError("the hub's key is not the one this station knows")
            self.is_verified = True

    class Pool(HTTPSConnectionPool):
        """A pool of such connections."""

        ConnectionCls = Connection

    return Pool


def _has_key(line: Any, pin: str) -> bool:
    der = line.getpeercert(binary_form=True) if isinstance(line, ssl.SSLSocket) else None
    try:
        return der is not None and hmac.compare_digest(key_fingerprint(x509.load_der_x509_certificate(der)), pin)
    except ValueError:
        return False
