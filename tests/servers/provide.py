"""Finds or starts the server of a backend.

In this order: the URL in ACCORD_TEST_<NAME>_URL; a container, when Docker answers; a local server
by the scripts of this folder (installed, a wheel, unpacked packages). Nothing of it: `Unavailable`,
with every reason and what to install. A failed download is `Undelivered`: no defect of the tests.

Processes share what was started: it runs as long as one of them uses it, the last one stops it.
ACCORD_TEST_SERVERS=container,local says which ways may be tried.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from servers.containers import Container, NoContainer
from servers.shared import Shared
from servers.table import HERE, Entry, Wanted

WAYS = ("url", "container", "local")
UNDELIVERED = 75
"""Exit status for a download that failed, of the scripts and of a test run (EX_TEMPFAIL)."""


class Unavailable(Exception):
    """There is no such server here; says why and what to install."""


class Undelivered(Exception):
    """What it takes could not be downloaded."""


@dataclass(frozen=True)
class Server:
    """A server that runs. `way` is how it was found."""

    wanted: Wanted
    url: str
    way: str

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        assert parts.hostname and parts.port, "the URL of a test server names host and port"
        return parts.hostname, parts.port


@dataclass(frozen=True)
class LocalServer:
    """One server of the scripts, in a folder of its own; tests that kill servers have their own."""

    wanted: Wanted
    folder: Path
    options: tuple[str, ...] = ()

    def run(self, verb: str) -> str:
        """What the script answers."""
        entry = self.wanted.entry
        assert entry is not None
        command = [
            "bash",
            str(HERE / entry.script),
            verb,
            *([] if verb == "install" else [str(self.folder)]),
        ]
        environment = {
            **os.environ,
            entry.setting: self.wanted.version,
            entry.arguments: " ".join((*entry.options, *self.options)),
        }
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.strip()
        words = (done.stderr or done.stdout).strip()[-2000:]
        if done.returncode == UNDELIVERED:
            raise Undelivered(f"{self.wanted}: {words}")
        raise Unavailable(f"{entry.script} {verb}: {words}")

    def install(self) -> None:
        """Fetches the software."""
        self.run("install")

    def start(self) -> str:
        """Starts the server where it does not run; its URL."""
        return self.run("start")

    def crash(self) -> None:
        """SIGKILL; committed and prepared work is there again after `start`."""
        self.run("crash")

    def destroy(self) -> None:
        """Stops it and deletes its data."""
        self.run("destroy")


class Provider:
    """Gives out servers; `close` lets go of them."""

    def __init__(self, ways: tuple[str, ...] | None = None, home: Path | None = None) -> None:
        asked = os.environ.get("ACCORD_TEST_SERVERS")
        self._ways = ways or (tuple(asked.split(",")) if asked else WAYS)
        unknown = set(self._ways) - set(WAYS)
        if unknown:
            raise LookupError(f"ACCORD_TEST_SERVERS: {sorted(unknown)} are not of {WAYS}")
        self._home = home
        self._servers: dict[Wanted, Server] = {}
        self._missing: dict[Wanted, Unavailable | Undelivered] = {}
        self._used: list[Shared] = []

    def server(self, wanted: Wanted) -> Server:
        """A running server, found or started once."""
        known = self._missing.get(wanted)
        if known is not None:
            raise type(known)(*known.args)  # a new one: each raising makes a traceback longer
        if wanted not in self._servers:
            try:
                self._servers[wanted] = self._find(wanted)
            except (Unavailable, Undelivered) as reason:
                self._missing[wanted] = reason
                raise
        return self._servers[wanted]

    def own(self, wanted: Wanted, name: str) -> LocalServer:
        """A local server nobody else uses, not started yet: for tests that kill it."""
        entry = wanted.entry
        if entry is None or "local" not in self._ways or wanted.version not in entry.local:
            raise Unavailable(f"there is no local server of {wanted} to kill")
        return LocalServer(wanted, self._place() / f"{wanted.name}{wanted.version}-{name}")

    def close(self) -> None:
        """Stops what was started here and nobody else uses."""
        self._servers.clear()
        while self._used:
            self._used.pop().release()

    def _find(self, wanted: Wanted) -> Server:
        entry = wanted.entry
        if entry is None:
            raise LookupError(f"{wanted} needs no server")
        tries: dict[str, Callable[[Wanted, Entry], str]] = {
            "url": self._by_url,
            "container": self._by_container,
            "local": self._by_script,
        }
        reasons, undelivered = [], False
        for way in self._ways:
            try:
                url = tries[way](wanted, entry)
                return Server(wanted, with_driver(url, wanted), way)
            except (Unavailable, NoContainer) as reason:
                reasons.append(f"{way}: {reason}")
            except Undelivered as reason:
                undelivered = True
                reasons.append(f"{way}: {reason}")
        message = f"no server for {wanted}. {'; '.join(reasons)}. Install: {entry.install}"
        raise Undelivered(message) if undelivered else Unavailable(message)

    def _by_url(self, wanted: Wanted, entry: Entry) -> str:
        url = os.environ.get(entry.url_variable)
        if not url:
            raise Unavailable(f"{entry.url_variable} is not set")
        return url

    def _by_container(self, wanted: Wanted, entry: Entry) -> str:
        container = Container(wanted, self._folder(wanted, "container"))
        container.check()
        return self._share(container.folder, container.start, container.stop)

    def _by_script(self, wanted: Wanted, entry: Entry) -> str:
        if not entry.script:
            raise Unavailable(f"there is no local server of {wanted.name}")
        if wanted.version not in entry.local:
            raise Unavailable(f"{entry.script} knows the versions {', '.join(entry.local)}")
        local = LocalServer(wanted, self._folder(wanted, "local"))
        return self._share(local.folder, local.start, local.destroy)

    def _share(self, folder: Path, start: Callable[[], str], stop: Callable[[], None]) -> str:
        shared = Shared(folder, start, stop)
        url = shared.acquire()
        self._used.append(shared)
        return url

    def _folder(self, wanted: Wanted, way: str) -> Path:
        return self._place() / f"{wanted.name}{wanted.version}-{way}"

    def _place(self) -> Path:
        if self._home is None:
            self._home = _home()
        return self._home


def with_driver(url: str, wanted: Wanted) -> str:
    """The URL as the wanted dialect and driver take it."""
    _, _, rest = url.partition("://")
    return f"{wanted.name}+{wanted.driver}://{rest}"


def _home() -> Path:
    """A short path that the account of the servers can reach; sockets are in there."""
    given = os.environ.get("ACCORD_TEST_SERVER_HOME")
    home = Path(given or tempfile.gettempdir(), *(() if given else (f"accord-{os.getuid()}",)))
    home.mkdir(mode=0o755, parents=True, exist_ok=True)
    if not given and home.stat().st_uid != os.getuid():
        raise Unavailable(f"{home} belongs to somebody else: set ACCORD_TEST_SERVER_HOME")
    return home
