"""Servers for the tests: which is wanted, where it comes from, what is said when there is none."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from servers import containers, provide
from servers.databases import Databases
from servers.provide import LocalServer, Provider, Unavailable, Undelivered
from servers.shared import Shared
from servers.table import HERE, table, wanted

# --- the table ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "version", "driver"),
    [
        ("postgresql", "postgresql", "15", "psycopg"),
        ("postgresql18", "postgresql", "18", "psycopg"),
        ("mariadb10.5", "mariadb", "10.5", "pymysql"),
        ("mysql+mysqldb", "mysql", "9", "mysqldb"),
        ("oracle", "oracle", "23", "oracledb"),
    ],
)
def test_a_backend_by_name_version_and_driver(
    text: str, name: str, version: str, driver: str
) -> None:
    found = wanted(text)
    assert (found.name, found.version, found.driver) == (name, version, driver)


def test_sqlite_is_the_default_and_needs_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACCORD_TEST_BACKEND", raising=False)
    assert wanted().name == "sqlite" and wanted().entry is None


@pytest.mark.parametrize("text", ["nosuchdb", "PostgreSQL!", "18"])
def test_an_unknown_backend_is_named(text: str) -> None:
    with pytest.raises(LookupError, match=text[:5]):
        wanted(text)


@pytest.mark.parametrize("entry", table().values(), ids=lambda entry: entry.name)
def test_a_row_of_the_table_is_complete(entry: Any) -> None:
    assert entry.driver and entry.image.count("{version}") == 1 and entry.install
    assert bool(entry.script) == bool(entry.setting) == bool(entry.local)
    assert not entry.script or (HERE / entry.script).exists()
    assert not entry.local or entry.default in entry.local


# --- where a server comes from --------------------------------------------------------------------


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked, in order; everything says no."""
    asked: list[str] = []

    def no(way: str, error: type[Exception]) -> Any:
        def refuse(self: Any, *args: Any) -> str:
            asked.append(way)
            raise error(f"no {way}")

        return refuse

    monkeypatch.setattr(Provider, "_by_url", no("url", Unavailable))
    monkeypatch.setattr(Provider, "_by_container", no("container", containers.NoContainer))
    monkeypatch.setattr(Provider, "_by_script", no("local", Unavailable))
    monkeypatch.delenv("ACCORD_TEST_SERVERS", raising=False)
    return asked


def test_the_order_is_url_container_local_and_asked_once(ways: list[str]) -> None:
    provider = Provider()
    for _ in range(2):
        with pytest.raises(Unavailable):
            provider.server(wanted("postgresql"))
    assert ways == ["url", "container", "local"]


def test_without_any_the_reasons_and_what_to_install_are_said(ways: list[str]) -> None:
    with pytest.raises(Unavailable) as caught:
        Provider().server(wanted("mariadb"))
    for words in ("mariadb 10.11", "no url", "no container", "no local", "mariadb-server-core"):
        assert words in str(caught.value)


def test_the_ways_can_be_chosen(ways: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_TEST_SERVERS", "local,url")
    with pytest.raises(Unavailable):
        Provider().server(wanted("mysql"))
    assert ways == ["local", "url"]
    monkeypatch.setenv("ACCORD_TEST_SERVERS", "cloud")
    with pytest.raises(LookupError, match="cloud"):
        Provider()


def test_a_url_of_the_environment_is_taken_with_the_wanted_driver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACCORD_TEST_MYSQL_URL", "mysql://u:p@host:33/db")
    server = Provider().server(wanted("mysql+mysqldb"))
    assert server.url == "mysql+mysqldb://u:p@host:33/db"
    assert server.way == "url" and server.address == ("host", 33)


def test_a_failed_download_is_no_missing_server(
    ways: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> str:
        raise Undelivered("the archive does not answer")

    monkeypatch.setattr(Provider, "_by_script", fail)
    with pytest.raises(Undelivered, match="archive does not answer"):
        Provider().server(wanted("postgresql"))


def test_exit_status_75_of_a_script_is_a_failed_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "postgres.sh").write_text("echo 'download failed: mirror' >&2; exit 75")
    monkeypatch.setattr(provide, "HERE", tmp_path)
    with pytest.raises(Undelivered, match="mirror"):
        LocalServer(wanted("postgresql"), tmp_path / "x").start()
    (tmp_path / "postgres.sh").write_text("echo 'error: no disk' >&2; exit 1")
    with pytest.raises(Unavailable, match="no disk"):
        LocalServer(wanted("postgresql"), tmp_path / "x").start()


def test_a_test_run_ends_with_the_message_and_the_status_of_a_failed_download(
    tmp_path: Path,
) -> None:
    program = (
        "import sys, pytest, servers.provide as p\n"
        "def fail(*args): raise p.Undelivered('the archive does not answer')\n"
        "p.Provider._find = fail\n"
        "sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', *sys.argv[1:]]))\n"
    )
    root = HERE.parents[1]
    environment = {
        **os.environ,
        "ACCORD_TEST_BACKEND": "postgresql",
        "PYTHONPATH": str(root / "tests"),
    }
    done = subprocess.run(
        [sys.executable, "-c", program, "tests/integration/engine/test_statements.py"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 75, done.stdout + done.stderr
    assert "DOWNLOAD FAILED: the archive does not answer" in done.stdout


# --- sharing --------------------------------------------------------------------------------------


def _use(folder: str, held: Any, go: Any) -> None:
    path = Path(folder)
    shared = Shared(path, lambda: _note(path, "start"), lambda: _note(path, "stop") and None)
    shared.acquire()
    held.set()
    go.wait(20)
    shared.release()


def _note(path: Path, word: str) -> str:
    with path.with_suffix(".log").open("a") as log:
        log.write(f"{word}\n")
    return word


def test_the_last_process_that_uses_a_server_stops_it(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    mine = Shared(folder, lambda: _note(folder, "start"), lambda: _note(folder, "stop") and None)
    mine.acquire()
    context = multiprocessing.get_context("spawn")
    held, go = context.Event(), context.Event()
    other = context.Process(target=_use, args=(str(folder), held, go))
    other.start()
    assert held.wait(60)
    mine.release()
    log = folder.with_suffix(".log")
    assert "stop" not in log.read_text()
    go.set()
    other.join(60)
    assert log.read_text().split() == ["start", "start", "stop"]


# --- the real things ------------------------------------------------------------------------------


def test_a_container_when_docker_answers(tmp_path: Path) -> None:
    """Runs where Docker does and the image is there or can be pulled."""
    try:
        containers.docker().close()
    except containers.NoContainer as reason:
        pytest.skip(f"{reason}; tests/servers/docker/daemon.sh start gives the machine one")
    found = 0
    for name in ("postgresql", "mariadb", "mysql"):
        provider = Provider(("container",), tmp_path)
        try:
            server = provider.server(wanted(name))
        except Unavailable as reason:
            print(reason)
            continue
        found += 1
        assert server.way == "container"
        databases = Databases(wanted(name), provider)
        database = databases.take("probe", tmp_path)
        database.write("CREATE TABLE t (a integer)")
        database.write("INSERT INTO t VALUES (?)", 7)
        assert database.read("SELECT a FROM t WHERE a = ?", 7) == [(7,)]
        databases.close()
        provider.close()
        assert not (tmp_path / f"{name}{wanted(name).version}-container").exists()
    if not found:
        pytest.skip("Docker answers, and no image of a server is there or can be pulled")


def test_a_used_database_comes_back_empty(provider: Provider, tmp_path: Path) -> None:
    """On the backend under test; prepared transactions and open locks are no obstacle."""
    databases = Databases(wanted(), provider)
    try:
        first = databases.take("one", tmp_path)
        first.write("CREATE TABLE leftover (a integer)")
        databases.give_back(first)
        again = databases.take("two", tmp_path)
        again.write("CREATE TABLE leftover (a integer)")
        assert again.read("SELECT * FROM leftover") == []
    finally:
        databases.close()
