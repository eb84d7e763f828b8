"""Something that several processes use at once: the first starts it, the last stops it.

Two lock files beside its folder: one for the moments of starting and stopping, one that each user
holds for as long as it lives. The system drops the locks of a process that dies.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class Shared:
    """`start` has to be idempotent: it is called by every user, `stop` by the last one."""

    def __init__(self, folder: Path, start: Callable[[], str], stop: Callable[[], None]) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._moment = folder.with_name(f".{folder.name}.lock")
        self._users = folder.with_name(f".{folder.name}.users")
        self._start, self._stop = start, stop
        self._held: int | None = None
        self._pid = os.getpid()

    def acquire(self) -> str:
        """Starts it if need be; what `start` says."""
        with self._alone():
            answer = self._start()
            self._held = os.open(self._users, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._held, fcntl.LOCK_SH)
        return answer

    def release(self) -> None:
        """Stops it unless another process uses it. In a forked child it does nothing."""
        held, self._held = self._held, None
        if held is None or os.getpid() != self._pid:
            return
        with self._alone():
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self._stop()
            finally:
                os.close(held)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = os.open(self._moment, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
