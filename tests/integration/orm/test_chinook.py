"""The Chinook sample as objects in one flush: generated keys, links by relationship, verified."""

import importlib
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from orm_api import IS_ACCORD, PEER, Session, accord_only, enforcing, event, select
from statements import record

EXAMPLE = Path(__file__).parents[3] / "examples" / "chinook.py"
DATA = os.environ.get("ACCORD_CHINOOK", "")

pytestmark = pytest.mark.skipif(
    not DATA or not Path(DATA).exists(),
    reason="needs ChinookData.json (the Chinook sample database): set ACCORD_CHINOOK to its path",
)


@pytest.fixture(scope="module")
def chinook() -> Any:
    """The example as a module; under a peer, with the peer in accord's place."""
    saved = {name: sys.modules.get(name) for name in ("accord", "accord.orm")}
    if not IS_ACCORD:
        sys.modules["accord"] = importlib.import_module(PEER)
        sys.modules["accord.orm"] = importlib.import_module(f"{PEER}.orm")
    spec = importlib.util.spec_from_file_location("example_chinook", EXAMPLE)
    assert spec is not None and spec.loader is not None
    module = ModuleType("example_chinook")
    sys.modules["example_chinook"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["example_chinook"]
    for name, original in saved.items():
        if original is None:
            sys.modules.pop(name, None)
        else:
            sys.modules[name] = original


@pytest.fixture(scope="module")
def data(chinook: Any) -> Any:
    return chinook.read(DATA)


@pytest.fixture
def created(chinook: Any, engine: Any) -> Any:
    enforcing(engine)
    chinook.Base.metadata.create_all(engine)
    return engine


def test_every_row_total_and_link_is_as_in_the_file(
    chinook: Any, data: Any, created: Any, rows: Any
) -> None:
    keys = chinook.store(created, data)
    assert chinook.verify(created, data, keys) == 15607
    tables = chinook.Base.metadata.tables
    assert sum(rows(f'SELECT count(*) FROM "{name}"')[0][0] for name in tables) == 15607


def test_no_key_of_the_file_is_used(chinook: Any, data: Any, created: Any) -> None:
    """The file's rows in reverse order get other keys, and everything still matches."""
    reverse = {table: rows[::-1] for table, rows in data.items()}
    keys = chinook.store(created, reverse)
    assert any(new != old for table in keys.values() for old, new in table.items())
    assert chinook.verify(created, data, keys) == 15607


@accord_only
def test_one_flush_of_few_statements(chinook: Any, data: Any, created: Any) -> None:
    flushes = []
    objects = chinook.build(data)
    statements = record(created)
    with Session(created) as session:
        event.listen(session, "after_flush", lambda session, context: flushes.append(1))
        session.add_all(obj for table in objects.values() for obj in table.values())
        session.commit()
    assert len(flushes) == 1
    assert {sent.verb for sent in statements.all} == {"INSERT"}
    assert len(statements.raw) <= 80


def test_changes_to_the_stored_sample(chinook: Any, data: Any, created: Any) -> None:
    chinook.store(created, data)
    with Session(created) as session:
        artist = session.scalars(select(chinook.Artist).where(chinook.Artist.name == "AC/DC")).one()
        assert {album.title for album in artist.albums} == {
            "For Those About To Rock We Salute You",
            "Let There Be Rock",
        }
        playlist = session.scalars(select(chinook.Playlist).order_by(chinook.Playlist.id)).first()
        count = len(playlist.tracks)
        del playlist.tracks[:10]
        session.commit()
        assert len(playlist.tracks) == count - 10
        boss = session.scalars(
            select(chinook.Employee).where(chinook.Employee.reports_to == None)  # noqa: E711
        ).one()
        assert {employee.last_name for employee in boss.reports} == {"Edwards", "Mitchell"}
