"""A TCP proxy that breaks connections on command, for tests of lost connections and lost answers.

    with FaultProxy("127.0.0.1", 5432) as proxy:   # proxy.port is the port to connect to
        proxy.cut()                      # reset every open connection, go on accepting
        proxy.hang()                     # read but pass nothing on: the other side looks dead
        proxy.resume()                   # pass on what was held back
        proxy.cut_on(b"COMMIT")          # reset when the client sends it, before the server gets it
        proxy.cut_on_reply_to(b"COMMIT") # pass it on, reset before the client gets the answer
        proxy.refuse()                   # accept and reset at once; proxy.accept_again()

It matches bytes on the wire: TLS has to be off.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from types import TracebackType


class FaultProxy:
    """Between clients and one server."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._passing = threading.Event()
        self._passing.set()
        self._on: bytes | None = None
        self._on_reply: bytes | None = None
        self._refusing = False
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def hang(self) -> None:
        self._passing.clear()

    def resume(self) -> None:
        self._passing.set()

    def cut_on(self, words: bytes) -> None:
        self._on = words

    def cut_on_reply_to(self, words: bytes) -> None:
        self._on_reply = words

    def refuse(self) -> None:
        self._refusing = True
        self.cut()

    def accept_again(self) -> None:
        self._refusing = False

    def cut(self) -> None:
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            self._reset(*pair)

    def close(self) -> None:
        self._listener.close()
        self._passing.set()
        self.cut()

    def __enter__(self) -> FaultProxy:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _reset(self, *sockets: socket.socket) -> None:
        self.cuts += 1
        for one in sockets:
            with contextlib.suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RD)  # wakes the thread that reads it
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._refusing:
                self._reset(client)
                continue
            try:
                server = socket.create_connection(self._target, 5)
            except OSError:
                self._reset(client)
                continue
            server.settimeout(None)
            with self._lock:
                self._pairs.append((client, server))
            replies = _Replies()
            for source, target, up in ((client, server, True), (server, client, False)):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(
                    target=self._pump, args=(source, target, up, replies), daemon=True
                ).start()

    def _pump(
        self, source: socket.socket, target: socket.socket, up: bool, replies: _Replies
    ) -> None:
        try:
            while data := source.recv(65536):
                self._passing.wait()
                if self._cuts(data, up, replies):
                    self._reset(source, target)
                    return
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            for one in (source, target):
                with contextlib.suppress(OSError):
                    one.close()

    def _cuts(self, data: bytes, up: bool, replies: _Replies) -> bool:
        if not up:
            return replies.muted
        if self._on is not None and self._on in data:
            self._on = None
            return True
        if self._on_reply is not None and self._on_reply in data:
            self._on_reply = None
            replies.muted = True
        return False


class _Replies:
    """Whether the answers of one connection are to be lost."""

    muted = False
