"""A server in a container, through testcontainers, when Docker answers and has or gets the image.

In: what is wanted. Out: a URL. The container outlives the process that started it; its id is kept
in a file, so that whoever uses it last can remove it.
"""

from __future__ import annotations

import os
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

from servers.table import Entry, Wanted

PASSWORD = "Accord-4711"  # SQL Server wants length, cases and digits
_ARGUMENTS: dict[str, dict[str, Any]] = {
    "postgresql": {"username": "postgres", "password": PASSWORD, "dbname": "test", "driver": None},
    "mariadb": {"username": "root", "password": PASSWORD, "dbname": "test"},
    "mysql": {"username": "root", "password": PASSWORD, "dbname": "test"},
    "oracle": {"oracle_password": PASSWORD},
    "mssql": {"password": PASSWORD, "dbname": "master"},
}


class NoContainer(Exception):
    """No container can be had; says why."""


class Container:
    """One container; `folder` holds the id and the URL of the one that runs."""

    def __init__(self, wanted: Wanted, folder: Path) -> None:
        assert wanted.entry is not None
        self.wanted, self.folder = wanted, folder
        self._entry: Entry = wanted.entry
        self.image = self._entry.image.format(version=wanted.version)

    def check(self) -> None:
        """NoContainer unless Docker answers and has the image, or gets it now."""
        with closing(docker()) as client:
            errors = import_module("docker.errors")
            try:
                client.images.get(self.image)
            except errors.ImageNotFound:
                self._pull(client, (errors.DockerException, OSError))

    def _pull(self, client: Any, failures: tuple[type[Exception], ...]) -> None:
        try:
            client.images.pull(self.image)
        except failures as error:
            reason = f"image {self.image} cannot be pulled ({first_line(error)})"
            raise NoContainer(reason) from error

    def start(self) -> str:
        """The URL of the container that runs already, or of a new one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with closing(docker()) as client:
            if self._running(client):
                return (self.folder / "url").read_text("utf-8")
        os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")  # the last user removes it
        module, _, name = self._entry.container.partition(":")
        try:
            factory = getattr(import_module(f"testcontainers.community.{module}"), name)
        except ImportError as error:
            raise NoContainer(f"testcontainers cannot be imported ({error})") from error
        container = factory(self.image, **_ARGUMENTS[self.wanted.name])
        container.with_command(" ".join(self._entry.options))
        container.start()
        url = str(container.get_connection_url())
        (self.folder / "id").write_text(container.get_wrapped_container().id, "utf-8")
        (self.folder / "url").write_text(url, "utf-8")
        return url

    def stop(self) -> None:
        """Removes the container with its data."""
        with closing(docker()) as client:
            found = self._running(client)
            if found is not None:
                found.remove(force=True, v=True)
        for path in self.folder.iterdir():
            path.unlink()
        self.folder.rmdir()

    def _running(self, client: Any) -> Any:
        known = self.folder / "id"
        if not known.exists():
            return None
        errors = import_module("docker.errors")
        try:
            found = client.containers.get(known.read_text("utf-8"))
        except errors.NotFound:
            return None
        return found if found.status == "running" else None


def docker() -> Any:
    """A client of the Docker daemon that answered; NoContainer with the reason."""
    try:
        module = import_module("docker")
    except ImportError as error:
        raise NoContainer(f"the docker package cannot be imported ({error})") from error
    try:
        client = module.from_env(timeout=60)
        client.ping()
    except module.errors.DockerException as error:
        raise NoContainer(f"Docker does not answer ({first_line(error)})") from error
    return client


def first_line(error: BaseException) -> str:
    """Enough of an error to know it by."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
