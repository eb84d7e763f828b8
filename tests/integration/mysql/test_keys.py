"""How keys of new rows come back: one INSERT for many where InnoDB alone decides about keys, one
row at a time where something else may, a comparison where nobody can see.
"""

from __future__ import annotations

from typing import Any

import pytest
from requirements import only
from servers.databases import Database
from statements import Statements, record

from accord import (
    Column,
    DateTime,
    FetchedValue,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    cast,
    explain,
    func,
    select,
    text,
    types as sqltypes,
)
from accord.exc import FlushError
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    made: Mapped[str] = mapped_column(String(20), server_default="made")


@pytest.fixture
def items(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    return engine


def insert_and_check(engine: Any, count: int, database: Database) -> None:
    """Each object has the key of the row with its own payload."""
    with Session(engine) as session:
        objects = [Item(name=f"payload {n}") for n in range(count)]
        session.add_all(objects)
        session.flush()
        mine = {item.id: item.name for item in objects}
        session.commit()
    stored = dict(database.read("SELECT id, name FROM item"))
    assert mine.items() <= stored.items() and len(mine) == count


def strategy(engine: Any, entity: type = Item) -> str:
    return str(explain(entity, engine))


@pytest.mark.parametrize("count", [1, 2, 1000, 70_000])
def test_keys_belong_to_the_rows_they_were_counted_for(
    items: Any, database: Database, count: int
) -> None:
    insert_and_check(items, count, database)


def test_a_thousand_new_objects_take_five_statements_at_most(items: Any) -> None:
    sent = record(items)
    with Session(items) as session:
        session.add_all([Item(name=str(n)) for n in range(1000)])
        session.commit()
    assert len(sent.raw) <= 5
    assert [s.verb for s in sent.raw].count("INSERT") == 1


class Eager(Base):
    __tablename__ = "eager"
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012 - as mapped classes are written

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    made: Mapped[str] = mapped_column(String(20), server_default="made")


def test_fetched_values_come_with_five_statements_at_most(items: Any) -> None:
    sent = record(items)
    with Session(items) as session:
        objects = [Eager(name=str(n)) for n in range(1000)]
        session.add_all(objects)
        session.flush()
        assert {item.made for item in objects} == {"made"}
    assert len(sent.raw) <= 5


def test_the_increment_of_the_connection_is_kept(items: Any, database: Database) -> None:
    with items.connect() as connection:
        connection.exec_driver_sql("SET SESSION auto_increment_increment = 10")
        connection.exec_driver_sql("SET SESSION auto_increment_offset = 5")
        connection.commit()
        with Session(connection) as session:
            objects = [Item(name=f"n{n}") for n in range(5)]
            session.add_all(objects)
            session.flush()
            assert [item.id % 10 for item in objects] == [5] * 5
            mine = {item.id: item.name for item in objects}
            session.commit()
        connection.invalidate()
    assert dict(database.read("SELECT id, name FROM item")) == mine


def test_rows_with_and_without_given_keys_in_one_flush(items: Any, database: Database) -> None:
    with Session(items) as session:
        objects = [Item(id=n if n % 3 == 0 else None, name=f"n{n}") for n in range(100, 160)]
        session.add_all(objects)
        session.flush()
        mine = {item.id: item.name for item in objects}
        session.commit()
    assert dict(database.read("SELECT id, name FROM item")) == mine


def test_the_reasons_are_explained(items: Any) -> None:
    shown = strategy(items)
    assert "range" in shown and "counted from the first" in shown


def test_with_a_trigger_rows_go_in_one_by_one_and_its_keys_are_kept(
    items: Any, database: Database
) -> None:
    database.write(
        "CREATE TRIGGER twist BEFORE INSERT ON item FOR EACH ROW SET NEW.made = 'twisted'"
    )
    assert "INSERT triggers: twist" in strategy(items)
    with Session(items) as session:
        objects = [Item(name=f"n{n}") for n in range(5)]
        session.add_all(objects)
        session.flush()
        assert {item.made for item in objects} == {"twisted"}
        mine = {item.id: item.name for item in objects}
        session.commit()
    assert dict(database.read("SELECT id, name FROM item")) == mine


@only("mariadb", "MySQL reports the counted key, not the trigger's")
def test_a_trigger_that_changes_keys_is_honoured(items: Any, database: Database) -> None:
    database.write(
        "CREATE TRIGGER twist BEFORE INSERT ON item FOR EACH ROW "
        "SET NEW.id = 1000 - cast(substr(NEW.name, 2) AS integer)"
    )
    with Session(items) as session:
        objects = [Item(name=f"n{n}") for n in range(5)]
        session.add_all(objects)
        session.flush()
        assert [item.id for item in objects] == [1000, 999, 998, 997, 996]


@only("mysql", "MariaDB returns the trigger's keys")
def test_a_trigger_that_changes_keys_never_gives_wrong_ones(items: Any, database: Database) -> None:
    database.write(
        "CREATE TRIGGER twist BEFORE INSERT ON item FOR EACH ROW "
        "SET NEW.id = 1000 - cast(substr(NEW.name, 2) AS signed)"
    )
    with Session(items) as session:
        objects = [Item(name=f"n{n}") for n in range(5)]
        session.add_all(objects)
        try:
            session.flush()
        except FlushError:
            return
        mine = {item.id: item.name for item in objects}
        session.commit()
    assert dict(database.read("SELECT id, name FROM item")) == mine


def test_without_the_privilege_trigger_rows_are_compared_first(
    items: Any, poor_engine: Any, database: Database
) -> None:
    assert "without the privilege TRIGGER" in strategy(poor_engine)
    insert_and_check(poor_engine, 1000, database)


def test_a_trigger_the_user_may_not_see_never_gives_wrong_keys(
    items: Any, poor_engine: Any, database: Database
) -> None:
    database.write(
        "CREATE TRIGGER twist BEFORE INSERT ON item FOR EACH ROW "
        "SET NEW.id = 1000 - cast(substr(NEW.name, 2) AS signed)"
    )
    with Session(poor_engine) as session:
        objects = [Item(name=f"n{n}") for n in range(5)]
        session.add_all(objects)
        if "INSERT triggers" in strategy(poor_engine):  # newer MariaDB shows it all the same
            session.flush()
            assert [item.id for item in objects] == [1000, 999, 998, 997, 996]
        else:
            with pytest.raises(FlushError):
                session.flush()
            assert [item.id for item in objects] == [None] * 5


def test_only_innodb_is_counted(engine: Any, database: Database) -> None:
    database.write(
        "CREATE TABLE item (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40), "
        "made VARCHAR(20) DEFAULT 'made') ENGINE=MyISAM"
    )
    assert "engine MyISAM" in strategy(engine)
    insert_and_check(engine, 5, database)


def test_a_partitioned_table_is_compared(engine: Any, database: Database) -> None:
    database.write(
        "CREATE TABLE item (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40), "
        "made VARCHAR(20) DEFAULT 'made') PARTITION BY HASH(id) PARTITIONS 4"
    )
    assert "the table is partitioned" in strategy(engine)
    insert_and_check(engine, 500, database)


def test_a_view_is_not_counted(engine: Any, database: Database) -> None:
    database.write(
        "CREATE TABLE base (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40), "
        "made VARCHAR(20) DEFAULT 'made')"
    )
    database.write("CREATE VIEW item AS SELECT * FROM base")
    assert "not a plain table but a view" in strategy(engine)


def test_a_temporary_table_goes_in_row_by_row(engine: Any) -> None:
    metadata = MetaData()
    table = Table(
        "scratch",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("n", Integer),
        prefixes=["TEMPORARY"],
    )

    class Scratch:
        pass

    from accord.orm import registry

    registry().map_imperatively(Scratch, table)
    with engine.connect() as connection:
        metadata.create_all(connection, checkfirst=False)
        with Session(connection) as session:
            objects = [Scratch() for _ in range(3)]
            for n, one in enumerate(objects):
                one.n = n  # type: ignore[attr-defined]  # mapped
            session.add_all(objects)
            session.flush()
            found = session.execute(select(table.c.id, table.c.n)).all()
            assert sorted(map(tuple, found)) == [(1, 0), (2, 1), (3, 2)]


# -- sequences, pre-executed defaults -------------------------------------------------------------


@only("mariadb", "MySQL has no sequences")
def test_sequence_keys_are_drawn_many_at_a_time(engine: Any, database: Database) -> None:
    class Own(DeclarativeBase):
        pass

    class Numbered(Own):
        __tablename__ = "numbered"

        id: Mapped[int] = mapped_column(Sequence("numbers", start=7, increment=3), primary_key=True)
        name: Mapped[str] = mapped_column(String(20))

    Own.metadata.create_all(engine)
    sent = record(engine)
    with Session(engine) as session:
        objects = [Numbered(name=f"n{n}") for n in range(2500)]
        session.add_all(objects)
        session.flush()
        assert objects[0].id == 7 and objects[1].id == 10
        assert session.scalar(Sequence("numbers")) == 7 + 3 * 2500
        mine = {one.id: one.name for one in objects}
        session.commit()
    assert dict(database.read("SELECT id, name FROM numbered")) == mine
    assert len([s for s in sent.raw if "NEXTVAL" in s.text.upper()]) == 4


def test_a_sequence_is_ignored_where_there_is_none(engine: Any, is_mariadb: bool) -> None:
    if is_mariadb:
        pytest.skip("MariaDB has sequences")
    metadata = MetaData()
    table = Table("t", metadata, Column("id", Integer, Sequence("s"), primary_key=True))
    metadata.create_all(engine)
    with engine.begin() as connection:
        assert connection.execute(table.insert()).inserted_primary_key == (1,)


def test_a_datetime_key_made_by_now(engine: Any) -> None:
    class Own(DeclarativeBase):
        pass

    class Moment(Own):
        __tablename__ = "moment"

        at = mapped_column(DateTime(), default=func.now(), primary_key=True)
        name = mapped_column(String(10))

    Own.metadata.create_all(engine)
    with Session(engine) as session:
        moment = Moment(name="x")
        session.add(moment)
        session.commit()
        assert session.get(Moment, moment.at) is moment
        session.expunge_all()
        assert session.scalars(select(Moment)).one().at == moment.at


def test_a_timestamp_key_made_by_now_cast_to_binary(engine: Any) -> None:
    from accord import Binary

    class Own(DeclarativeBase):
        pass

    class Stamp(Own):
        __tablename__ = "stamp"

        at = mapped_column(sqltypes.TIMESTAMP(), default=cast(func.now(), Binary), primary_key=True)
        name = mapped_column(String(10))

    Own.metadata.create_all(engine)
    with Session(engine) as session:
        stamp = Stamp(name="x")
        session.add(stamp)
        session.commit()
        found = session.execute(select(Stamp.at)).scalar_one()
        assert session.get(Stamp, found) is stamp


# -- collations -----------------------------------------------------------------------------------


def test_keys_that_a_collation_calls_equal_are_one_object(engine: Any, database: Database) -> None:
    class Own(DeclarativeBase):
        pass

    class Word(Own):
        __tablename__ = "word"

        word: Mapped[str] = mapped_column(
            String(20, collation="utf8mb4_general_ci"), primary_key=True
        )
        made: Mapped[str] = mapped_column(String(5), server_default="made")

    Own.metadata.create_all(engine)
    with Session(engine) as session:
        word = Word(word="a")
        session.add(word)
        session.commit()
        assert session.get(Word, "A ") is word
        assert session.get(Word, "a") is word
        session.expunge_all()
        assert session.get(Word, "A ") is session.get(Word, "a")


def test_client_keys_with_values_to_fetch_are_matched_by_value(
    engine: Any, statements: Statements
) -> None:
    class Own(DeclarativeBase):
        pass

    class Word(Own):
        __tablename__ = "word"

        word: Mapped[str] = mapped_column(String(20), primary_key=True)
        made: Mapped[str] = mapped_column(String(50), server_default=text("(concat('m', 'ade'))"))
        trigger: Mapped[str | None] = mapped_column(String(9), server_default=FetchedValue())

    Own.metadata.create_all(engine)
    with Session(engine) as session:
        words = [Word(word=f"w{n:04}") for n in range(500)]
        session.add_all(words)
        session.flush()
        assert {word.made for word in words} == {"made"}
