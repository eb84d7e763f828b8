"""Seed page 000, "Grabbing IDs After Inserts": a test for each block and described behaviour."""

from pathlib import Path
from typing import Any

import pytest
from orm_api import (
    BACKEND,
    IS_ACCORD,
    Column,
    Integer,
    String,
    accord_only,
    create_engine,
    event,
    exc,
    module,
    not_on,
    only,
    sessionmaker,
    text,
)
from servers.databases import SQLiteFile
from statements import record

declarative_base = module("ext.declarative").declarative_base
Base = declarative_base()


# The page's columns have no length; some databases want one.
class MyModel(Base):
    __tablename__ = "my_model"

    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    name = Column(String(50))


# The page's LASTVAL() is PostgreSQL's; this is what its block asks for in the words of others.
LAST_KEY = {
    "sqlite": "SELECT last_insert_rowid() as id",
    "postgresql": "SELECT LASTVAL() as id",
    "mariadb": "SELECT LAST_INSERT_ID() as id",
    "mysql": "SELECT LAST_INSERT_ID() as id",
}


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with sessionmaker(bind=engine)() as session:
        yield session


def stored_names(rows: Any, table: str) -> list[str]:
    return [name for (name,) in rows(f"SELECT name FROM {table} ORDER BY id")]


# --- what a session is ---------------------------------------------------------------------------


def test_session_buffers_between_objects_and_database(session: Any, statements: Any) -> None:
    session.add(MyModel(name="Alice"))
    assert statements.kinds == []
    session.flush()
    assert statements.writes() == [("INSERT", "my_model")]


def test_add_marks_for_insertion_without_a_statement(session: Any, statements: Any) -> None:
    new_object = MyModel(name="Alice")
    session.add(new_object)
    assert new_object in session.new
    assert new_object.id is None
    assert len(statements) == 0


def test_flush_sends_insert_for_added_objects(session: Any, statements: Any) -> None:
    session.add(MyModel(name="Alice"))
    session.flush()
    (sent,) = statements.of("INSERT")
    assert "Alice" in sent.values


def test_flush_sends_update_for_modified_objects(session: Any, statements: Any) -> None:
    one = MyModel(name="Alice")
    session.add(one)
    session.commit()
    one.name = "Alicia"
    statements.clear()
    session.flush()
    (sent,) = statements.of("UPDATE")
    assert sent.table == "my_model"
    assert "Alicia" in sent.values


def test_flush_sends_delete_for_deleted_objects(session: Any, statements: Any) -> None:
    one = MyModel(name="Alice")
    session.add(one)
    session.commit()
    session.delete(one)
    statements.clear()
    session.flush()
    assert ("DELETE", "my_model") in statements.kinds


def test_one_flush_sends_all_three(session: Any, statements: Any) -> None:
    changed, gone = MyModel(name="a"), MyModel(name="b")
    session.add_all([changed, gone])
    session.commit()
    statements.clear()
    changed.name = "A"
    session.delete(gone)
    session.add(MyModel(name="c"))
    session.flush()
    assert {verb for verb, _ in statements.writes()} == {"INSERT", "UPDATE", "DELETE"}


# --- retrieving inserted ids ---------------------------------------------------------------------


def test_block_id_from_the_attribute_after_flush(session: Any) -> None:
    new_object = MyModel(name="Alice")
    session.add(new_object)
    session.flush()

    inserted_id = new_object.id
    assert inserted_id == 1


def test_reading_the_id_after_flush_sends_nothing(session: Any, statements: Any) -> None:
    new_object = MyModel(name="Alice")
    session.add(new_object)
    session.flush()
    statements.clear()
    assert new_object.id == 1
    assert len(statements) == 0


@accord_only
@only("postgresql", "LASTVAL() is PostgreSQL's")
def test_block_lastval_is_the_key_of_the_object(session: Any) -> None:
    new_object = MyModel(name="Bob")
    session.add(new_object)
    session.flush()

    inserted_id = session.execute("SELECT LASTVAL() as id").fetchone()[0]
    assert inserted_id == new_object.id


@accord_only
@not_on("postgresql", "LASTVAL() is PostgreSQL's")
def test_block_lastval_is_one_clear_error_elsewhere(session: Any) -> None:
    new_object = MyModel(name="Bob")
    session.add(new_object)
    session.flush()

    with pytest.raises(exc.DatabaseError) as caught:
        session.execute("SELECT LASTVAL() as id")
    assert "LASTVAL" in str(caught.value)
    assert "Bob" not in str(caught.value)


@accord_only
@not_on("postgresql", "LASTVAL() is PostgreSQL's")
def test_lastval_error_loses_nothing(session: Any) -> None:
    new_object = MyModel(name="Bob")
    session.add(new_object)
    session.flush()
    with pytest.raises(exc.DatabaseError):
        session.execute("SELECT LASTVAL() as id")
    session.commit()
    assert new_object.id == 1
    assert new_object.name == "Bob"


@accord_only
def test_plain_string_runs_as_text_and_fetches_a_row(session: Any) -> None:
    session.add(MyModel(name="Bob"))
    session.flush()
    cursor = session.execute("SELECT max(id) as id FROM my_model")
    assert cursor.fetchone()[0] == 1


@accord_only
def test_plain_string_takes_named_parameters(session: Any) -> None:
    session.add(MyModel(name="Bob"))
    session.flush()
    row = session.execute("SELECT id, name FROM my_model WHERE name = :name", {"name": "Bob"}).one()
    assert row == (1, "Bob")
    assert row.name == "Bob"


def test_database_side_id_through_text(session: Any) -> None:
    new_object = MyModel(name="Bob")
    session.add(new_object)
    session.flush()
    cursor = session.execute(text("SELECT max(id) as id FROM my_model"))
    assert cursor.fetchone()[0] == new_object.id


# --- additional considerations -------------------------------------------------------------------


def test_flush_alone_is_not_permanent(session: Any, rows: Any) -> None:
    session.add(MyModel(name="Alice"))
    session.flush()
    assert stored_names(rows, "my_model") == []
    session.rollback()
    assert stored_names(rows, "my_model") == []


def test_commit_makes_it_permanent(session: Any, rows: Any) -> None:
    session.add(MyModel(name="Alice"))
    session.flush()
    session.commit()
    assert stored_names(rows, "my_model") == ["Alice"]


def test_commit_flushes_by_itself(session: Any, rows: Any) -> None:
    session.add(MyModel(name="Alice"))
    session.commit()
    assert stored_names(rows, "my_model") == ["Alice"]


def test_generated_keys_continue_after_existing_rows(session: Any) -> None:
    first = MyModel(name="a")
    session.add(first)
    session.commit()
    second, third = MyModel(name="b"), MyModel(name="c")
    session.add_all([second, third])
    session.flush()
    assert [first.id, second.id, third.id] == [1, 2, 3]


# --- the two complete programs -------------------------------------------------------------------


@only("sqlite", "the program's database is a file")
def test_block_complete_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    engine = create_engine("sqlite:///mydatabase.db")
    Base = declarative_base()

    class User(Base):
        __tablename__ = "users"

        id = Column(Integer, primary_key=True)
        name = Column(String)

    Base.metadata.create_all(engine)

    Session = sessionmaker(bind=engine)
    session = Session()

    new_user = User(name="Charlie")
    session.add(new_user)
    session.flush()
    inserted_id = new_user.id
    print(f"Inserted user ID: {inserted_id}")
    assert capsys.readouterr().out == "Inserted user ID: 1\n"

    assert stored_names(SQLiteFile(tmp_path / "mydatabase.db").read, "users") == []
    session.commit()
    assert stored_names(SQLiteFile(tmp_path / "mydatabase.db").read, "users") == ["Charlie"]
    session.close()
    engine.dispose()


@only("sqlite", "the program's database is a file")
def test_complete_program_runs_again_on_the_existing_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ids = []
    for _ in range(2):
        engine = create_engine("sqlite:///mydatabase.db")
        Base.metadata.create_all(engine)  # creates only what is missing
        session = sessionmaker(bind=engine)()
        user = User(name="Charlie")
        session.add(user)
        session.flush()
        ids.append(user.id)
        session.commit()
        session.close()
        engine.dispose()
    assert ids == [1, 2]


@accord_only
@pytest.mark.skipif(BACKEND.name not in LAST_KEY, reason="no expression for the last key")
def test_block_complete_program_with_execute(
    session: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    new_user = User(name="David")
    session.add(new_user)
    session.flush()
    cursor = session.execute(LAST_KEY[BACKEND.name])
    inserted_id = cursor.fetchone()[0]
    print(f"Inserted user ID: {inserted_id}")
    assert capsys.readouterr().out == "Inserted user ID: 1\n"
    session.commit()


# --- identity map and listeners ------------------------------------------------------------------


def test_identity_map_tracks_objects_by_primary_key(session: Any) -> None:
    user = User(name="Eve")
    session.add(user)
    assert list(session.identity_map.keys()) == []
    session.flush()
    assert dict(session.identity_map.items()) == {(User, (1,), None): user}
    assert list(session.identity_map.values()) == [user]


def test_listener_on_after_insert_sees_the_generated_id(session: Any) -> None:
    seen: list[int] = []

    def capture(mapper: Any, connection: Any, target: Any) -> None:
        seen.append(target.id)

    event.listen(User, "after_insert", capture)
    try:
        users = [User(name="a"), User(name="b")]
        session.add_all(users)
        session.flush()
    finally:
        event.remove(User, "after_insert", capture)
    assert seen == [user.id for user in users] == [1, 2]


def test_listener_on_before_update_and_after_delete(session: Any) -> None:
    calls: list[tuple[str, str]] = []

    def updated(mapper: Any, connection: Any, target: Any) -> None:
        calls.append(("before_update", target.name))

    def deleted(mapper: Any, connection: Any, target: Any) -> None:
        calls.append(("after_delete", target.name))

    event.listen(User, "before_update", updated)
    event.listen(User, "after_delete", deleted)
    try:
        user = User(name="a")
        session.add(user)
        session.flush()
        user.name = "b"
        session.flush()
        session.delete(user)
        session.flush()
    finally:
        event.remove(User, "before_update", updated)
        event.remove(User, "after_delete", deleted)
    assert calls == [("before_update", "b"), ("after_delete", "b")]


def test_old_import_path_of_declarative_base_works() -> None:
    assert module("ext.declarative").declarative_base is not None
    assert isinstance(declarative_base(), type)
    assert IS_ACCORD or module("orm").declarative_base is not None


def test_statement_count_of_the_whole_program_is_small(engine: Any) -> None:
    Base.metadata.create_all(engine)
    statements = record(engine)
    with sessionmaker(bind=engine)() as session:
        session.add(User(name="Charlie"))
        session.flush()
    assert statements.kinds == [("INSERT", "users")]
