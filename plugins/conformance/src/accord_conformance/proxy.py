"""A TCP proxy that can cut: between accord and a server, so that a test can lose the network
without any privilege.

In: where the server is. Out: a port on this machine. Embedded databases have no use for it.
"""

from __future__ import annotations

import contextlib
import socket
import threading


class CutProxy:
    """Passes bytes both ways until told otherwise."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.refusing = False
        self.encrypted = False
        """Whether a TLS handshake was seen: statements cannot be found on the wire then."""
        self._cut_after: bytes | None = None
        self._cut_before: bytes | None = None
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Cut every connection now."""
        with self._lock:
            victims, self._sockets = self._sockets, set()
        for victim in victims:
            _close(victim)

    def cut_before(self, words: bytes) -> None:
        """Cut when the client sends this, before the server sees it."""
        self._cut_before = words

    def cut_after(self, words: bytes) -> None:
        """Cut when the client has sent this and the server answers: the answer is lost."""
        self._cut_after = words

    def close(self) -> None:
        """The end of the proxy."""
        _close(self._server)
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            if self.refusing:
                _close(client)
                continue
            try:
                server = socket.create_connection(self._target, timeout=10)
            except OSError:
                _close(client)
                continue
            server.settimeout(None)
            with self._lock:
                self._sockets |= {client, server}
            pair = _Pair(self)
            threading.Thread(target=pair.up, args=(client, server), daemon=True).start()
            threading.Thread(target=pair.down, args=(server, client), daemon=True).start()


class _Pair:
    """One connection and its two directions."""

    def __init__(self, proxy: CutProxy) -> None:
        self.proxy = proxy
        self.waiting = False

    def up(self, source: socket.socket, target: socket.socket) -> None:
        proxy = self.proxy
        while data := _receive(source):
            if data.startswith(b"\x16\x03"):
                proxy.encrypted = True
            if proxy._cut_before and proxy._cut_before in data:
                proxy._cut_before = None
                proxy.cut()
                return
            if proxy._cut_after and proxy._cut_after in data:
                proxy._cut_after = None
                self.waiting = True
            if not _send(target, data):
                break
        _close(source)
        _close(target)

    def down(self, source: socket.socket, target: socket.socket) -> None:
        while data := _receive(source):
            if self.waiting:
                self.proxy.cut()
                return
            if not _send(target, data):
                break
        _close(source)
        _close(target)


def _receive(source: socket.socket) -> bytes:
    try:
        return source.recv(65536)
    except OSError:
        return b""


def _send(target: socket.socket, data: bytes) -> bool:
    try:
        target.sendall(data)
    except OSError:
        return False
    return True


def _close(victim: socket.socket) -> None:
    with contextlib.suppress(OSError):
        victim.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        victim.close()
