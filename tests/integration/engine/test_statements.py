"""Statements on a real database: what goes in comes back, and what a result knows about it."""

from __future__ import annotations

import datetime
import decimal
import pickle
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from requirements import needs, not_on

from accord import (
    DDL,
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Uuid,
    bindparam,
    column,
    delete,
    exc,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)

metadata = MetaData()
users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(50)),
    Column("level", Integer, default=7),
    Column("tag", String(9), default=lambda: "t"),
    Column("next", Integer, default=lambda context: context.get_current_parameters()["level"] + 1),
    Column("touched", Integer, onupdate=lambda: 99),
    Column("upper", String(9), default=func.upper("sql")),
)
values = Table(
    "vals",
    metadata,
    Column("key", String(9), primary_key=True),
    Column("amount", Numeric(10, 2)),
    Column("day", Date),
    Column("moment", DateTime),
    Column("flag", Boolean),
    Column("blob", LargeBinary),
    Column("data", JSON),
    Column("uid", Uuid),
)
pairs = Table(
    "pairs",
    metadata,
    Column("a", Integer, ForeignKey("users.id"), primary_key=True),
    Column("b", Integer, primary_key=True, default=5),
    Column("made", String(9), server_default="here"),
)


@pytest.fixture
def connection(engine: Any) -> Iterator[Any]:
    with engine.connect() as connection:
        metadata.create_all(connection)
        connection.commit()
        yield connection


# How a driver writes parameters: by place, by the name a.
MARKS = {
    "qmark": ("?", ":a"),
    "format": ("%s", "%(a)s"),
    "pyformat": ("%s", "%(a)s"),
    "named": (":1", ":a"),
    "numeric": (":1", ""),
}


# --- INSERT ---


def test_insert_and_its_key(connection: Any) -> None:
    result = connection.execute(insert(users), {"name": "squidward"})
    assert result.inserted_primary_key == (1,) and result.inserted_primary_key.id == 1
    assert result.inserted_primary_key_rows == [(1,)]
    assert result.rowcount == 1 and result.is_insert and not result.returns_rows
    assert not result.closed and result.returned_defaults in (None, (1,))
    row = connection.execute(select(users)).one()
    assert row == (1, "squidward", 7, "t", 8, None, "SQL")
    assert result.last_inserted_params()["name"] == "squidward"
    for ask in (
        result.all,
        result.first,
        result.scalar,
        result.keys,
        result.mappings,
        lambda: list(result),
    ):
        with pytest.raises(exc.ResourceClosedError, match="returns no rows"):
            ask()


@needs("lastrowid")
def test_lastrowid(connection: Any) -> None:
    assert connection.execute(insert(users), {"name": "squidward"}).lastrowid == 1


def test_values_in_the_statement(connection: Any) -> None:
    assert connection.execute(insert(users).values(name="a", level=1)).inserted_primary_key == (1,)
    assert connection.execute(insert(users).values(id=30, name="b")).inserted_primary_key == (30,)
    assert connection.execute(insert(users), {"id": 40}).inserted_primary_key == (40,)
    (empty,) = connection.execute(insert(users)).inserted_primary_key
    (computed,) = connection.execute(
        insert(users).values(name=func.upper("x"))
    ).inserted_primary_key
    found = connection.execute(select(users.c.id, users.c.name, users.c.next)).all()
    assert {key: rest for key, *rest in found} == {
        1: ["a", 2],
        30: ["b", 8],
        40: [None, 8],
        empty: [None, 8],
        computed: ["X", 8],
    }


def test_composite_keys_and_server_defaults(connection: Any) -> None:
    connection.execute(insert(users), {"id": 1})
    result = connection.execute(insert(pairs), {"a": 1})
    assert result.inserted_primary_key == (1, 5) and result.inserted_primary_key._fields == (
        "a",
        "b",
    )


@needs("returning_insert")
def test_return_defaults(connection: Any) -> None:
    connection.execute(insert(users), {"id": 1})
    result = connection.execute(insert(pairs).values(a=1, b=6).return_defaults(pairs.c.made))
    assert result.returned_defaults.made == "here" and result.inserted_primary_key == (1, 6)
    result = connection.execute(insert(pairs).values(a=1, b=7).return_defaults())
    assert result.returned_defaults == ("here",) and result.returned_defaults_rows == [("here",)]


def test_many_rows(connection: Any) -> None:
    result = connection.execute(
        insert(users),
        [
            {"name": "a"},
            {
                "name": "b",
            },
        ],
    )
    assert result.rowcount == 2
    with pytest.raises(exc.InvalidRequestError, match="several were inserted"):
        result.inserted_primary_key
    assert result.inserted_primary_key_rows == [(None,), (None,)]
    assert [p["name"] for p in result.last_inserted_params()] == ["a", "b"]
    assert connection.execute(select(users.c.next)).scalars().all() == [8, 8]
    result = connection.execute(
        insert(users).values(
            [
                {"name": "c"},
                {
                    "name": "d",
                },
            ]
        )
    )
    assert result.rowcount == 2 and result.inserted_primary_key == (None,)
    assert connection.scalar(select(func.sum(users.c.next))) == 32


def test_sets_need_the_same_names(connection: Any) -> None:
    with pytest.raises(exc.StatementError, match="parameter 'name', in parameter group 1"):
        connection.execute(insert(users), [{"name": "a"}, {"level": 3}])
    connection.execute(insert(users), [{"name": "a"}, {"name": "b"}])


@needs("returning_insert", "multi_values")
def test_many_rows_that_return_values_take_few_statements(connection: Any) -> None:
    from accord import event

    sent: list[str] = []
    event.listen(connection.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    limits = connection.engine.capabilities.limits
    count = 3_000
    rows = [{"name": f"n{n}", "level": n} for n in range(count)]
    statement = insert(users).returning(users.c.id, users.c.name, users.c.next, users.c.upper)
    result = connection.execute(statement, rows)
    found = {row.name: (row.next, row.upper) for row in result}
    assert found == {f"n{n}": (n + 1, "SQL") for n in range(count)} and result.rowcount == count
    width = len(users.c)
    assert len(sent) <= -(-count // min(limits.rows, limits.parameters // width))
    del sent[:]
    ordered = insert(users).returning(users.c.level, sort_by_parameter_order=True)
    assert connection.execute(ordered, rows[:20]).scalars().all() == list(range(20))


@needs("returning_insert", "returning_delete")
def test_returning(connection: Any) -> None:
    result = connection.execute(insert(users).returning(users.c.id, users.c.name), {"name": "a"})
    assert result.one() == (1, "a")
    with pytest.raises(exc.InvalidRequestError, match=r"returning\(\)"):
        result.inserted_primary_key
    names = [{"name": n} for n in "xyz"]
    many = connection.execute(insert(users).returning(users.c.name, users.c.id), names)
    assert sorted(many.all()) == [("x", 2), ("y", 3), ("z", 4)] and many.rowcount == 3
    gone = connection.execute(delete(users).where(users.c.id > 2).returning(users.c.id))
    assert sorted(gone.scalars()) == [3, 4]


def test_unknown_names_and_wrong_types(connection: Any) -> None:
    with pytest.raises(exc.CompileError, match="nope"):
        connection.execute(insert(users), {"nope": 1})
    with pytest.raises(exc.StatementError, match=r"users\.name: expected str, got int"):
        connection.execute(insert(users), {"name": 5})
    with pytest.raises(exc.StatementError, match=r"users\.name"):
        connection.execute(insert(users), [{"name": "a"}, {"name": 5}])
    assert connection.scalar(select(func.count()).select_from(users)) == 0


# --- UPDATE, DELETE ---


def test_update_and_delete(connection: Any) -> None:
    connection.execute(insert(users), [{"name": n} for n in "abc"])
    result = connection.execute(update(users).where(users.c.id < 3).values(name="z"))
    assert result.rowcount == 2 and result.last_updated_params() == {"name": "z", "touched": 99}
    assert not result.is_insert
    with pytest.raises(exc.InvalidRequestError, match=r"insert\(\)"):
        result.inserted_primary_key
    changed = update(users).where(users.c.id == bindparam("key"))
    result = connection.execute(changed, [{"key": 1, "name": "one"}, {"key": 2, "name": "two"}])
    assert result.rowcount == 2
    found = connection.execute(select(users.c.name, users.c.touched).order_by(users.c.id)).all()
    assert found == [("one", 99), ("two", 99), ("c", None)]
    assert connection.execute(delete(users).where(users.c.name == "one")).rowcount == 1
    assert connection.execute(delete(users)).rowcount == 2
    with pytest.raises(exc.InvalidRequestError, match=r"update\(\)"):
        connection.execute(insert(users), {"name": "x"}).last_updated_params()


# --- SELECT ---


def test_types_round_trip(connection: Any) -> None:
    row = {
        "key": "k",
        "amount": decimal.Decimal("12.34"),
        "day": datetime.date(2026, 11, 21),
        "moment": datetime.datetime(2026, 11, 21, 8, 30, 1),
        "flag": True,
        "blob": b"\0\xff",
        "data": {"a": [1, None]},
        "uid": uuid.UUID(int=7),
    }
    connection.execute(insert(values), row)
    got = connection.execute(select(values)).mappings().one()
    assert dict(got) == row and got["flag"] is True
    assert connection.execute(select(values.c.day, values.c.flag)).all() == [(row["day"], True)]
    assert connection.scalar(select(values.c.moment)) == row["moment"]
    connection.execute(insert(values), [{"key": f"k{n}", "day": row["day"]} for n in range(2500)])
    days = connection.execute(select(values.c.day, values.c.key)).all()
    assert len(days) == 2501 and {d for d, _ in days} == {row["day"]}


@not_on("mysql", "mariadb", "a DATETIME without fsp= holds seconds")
def test_microseconds_round_trip(connection: Any) -> None:
    moment = datetime.datetime(2026, 11, 21, 8, 30, 1, 5)
    connection.execute(insert(values), {"key": "k", "moment": moment})
    assert connection.scalar(select(values.c.moment)) == moment


def test_rows_by_column_object(connection: Any) -> None:
    connection.execute(insert(users), [{"name": n} for n in "ab"])
    row = connection.execute(select(users)).first()
    assert row._mapping[users.c.name] == "a" == row.name and users.c.id in row._mapping
    assert pickle.loads(pickle.dumps(row)).name == "a"
    labelled = connection.execute(select(users.c.name.label("called"))).first()
    assert labelled.called == "a" == labelled._mapping[users.c.name]
    for _ in range(2):  # the second time from the cache
        one, two = users.alias(), users.alias()
        both = select(one.c.id, two.c.id, two.c.name).where(one.c.id < two.c.id)
        row = connection.execute(both).one()
        assert row == (1, 2, "b") and row._fields == ("id", "id_1", "name")
        assert row._mapping[one.c.id] == 1 and row._mapping[two.c.id] == 2
        single = users.alias()
        found = connection.execute(select(single.c.name).order_by(single.c.id)).first()
        assert found._mapping[single.c.name] == "a"
    result = connection.execute(select(users.c.id, users.c.name))
    assert result.scalars(users.c.name).all() == ["a", "b"]
    assert connection.execute(select(users)).columns(users.c.name).all() == [("a",), ("b",)]


def test_text(connection: Any) -> None:
    assert connection.execute(text("SELECT :a AS one, 'x' AS two"), {"a": 5}).all() == [(5, "x")]
    row = connection.execute(text("SELECT 1 AS a, 2 AS a")).one()
    assert row == (1, 2) and row.a == 2 and row._fields == ("a", "a")
    done = connection.execute(
        text("INSERT INTO users (name) VALUES (:n)"), [{"n": "a"}, {"n": "b"}]
    )
    assert done.rowcount == 2 and not done.returns_rows
    day = datetime.date(2026, 11, 21)
    connection.execute(insert(values), {"key": "k", "day": day})
    typed = text("SELECT day AS d FROM vals").columns(d=Date)
    assert connection.scalar(typed) == day
    empty = connection.execute(text("SELECT 1 AS a FROM users WHERE 1 = 0"))
    assert empty.keys() == ["a"] and empty.all() == []
    with pytest.raises(exc.StatementError, match="'a'"):
        connection.execute(text("SELECT :a"))
    with pytest.raises(exc.InvalidRequestError, match="once for each"):
        connection.execute(select(users).where(users.c.id == bindparam("x")), [{"x": 1}, {"x": 2}])
    with pytest.raises(exc.DatabaseError, match=r"(?i)syntax"):
        connection.execute(text("SELEC"))


def test_types_given_to_text_by_name_are_found_by_name(connection: Any) -> None:
    day = datetime.date(2026, 11, 21)
    connection.execute(insert(values), {"key": "k", "day": day, "flag": True})
    source = text("SELECT vals.amount, vals.flag, vals.day AS d FROM vals")
    row = connection.execute(source.columns(d=Date, flag=Boolean)).one()
    assert row == (None, True, day) and row.d == day and row._fields == ("amount", "flag", "d")
    mixed = connection.execute(source.columns(column("d", Date), flag=Boolean)).one()
    assert mixed == (None, True, day) and mixed._mapping[column("d", Date)] == day
    fewer = connection.execute(source.columns(column("x", Numeric), column("y", Boolean))).one()
    assert fewer.flag is True and fewer.y is True and fewer.x is None  # by position
    assert fewer._mapping[column("y", Boolean)] is True and fewer._fields[:2] == ("amount", "flag")


def test_text_among_columns_is_named_by_the_database(connection: Any) -> None:
    connection.execute(insert(values), {"key": "k", "day": datetime.date(2026, 11, 21)})
    counted = select(text("count(*) AS n"), func.max(values.c.day).label("day")).select_from(values)
    row = connection.execute(counted).one()
    assert row.n == 1 and row.day == datetime.date(2026, 11, 21)
    assert row._mapping["n"] == 1 and row._fields == ("n", "day")
    for every in ("*", text("vals.*"), literal_column("vals.*")):
        star = select(every, values.c.day.label("again")).select_from(values)
        if every == "*" and connection.dialect.name in ("mysql", "mariadb", "oracle"):
            star = select(every).select_from(values)
        row = connection.execute(star).one()
        assert row.key == "k" and row._fields[:3] == ("key", "amount", "day")
        if "again" in row._fields:
            assert row.again == datetime.date(2026, 11, 21)
    some = connection.execution_options(yield_per=1).execute(counted)
    assert [row.n for row in some] == [1]


def test_columns_are_found_by_key_and_under_distinct(connection: Any) -> None:
    other = Table("users", MetaData(), Column("name", String(50), key="called"))
    connection.execute(insert(other), {"called": "a"})
    row = connection.execute(select(other)).one()
    assert row.called == row.name == row._mapping["called"] == "a" and row._fields == ("name",)
    row = connection.execute(select(users.c.name.distinct())).one()
    assert row._mapping[users.c.name] == "a"


def test_ddl_of_ones_own_may_give_rows(connection: Any) -> None:
    dual = " FROM dual" if connection.dialect.name == "oracle" else ""
    assert connection.execute(DDL(f"SELECT 1 AS a{dual}")).all() == [(1,)]


def test_what_is_no_statement(connection: Any) -> None:
    for wrong in ("SELECT 1", 3, None, users, object()):
        with pytest.raises(exc.ObjectNotExecutableError):
            connection.execute(wrong)
    with pytest.raises(exc.ArgumentError, match="list of such dicts"):
        connection.execute(text("SELECT :a"), (1,))
    assert connection.scalar(func.upper("a")) == "A"
    assert connection.execute(select(users), []).all() == []


def test_driver_sql(connection: Any) -> None:
    run = connection.exec_driver_sql
    by_place, by_name = MARKS[connection.dialect.paramstyle]
    assert run(f"SELECT {by_place} AS a", (5,)).one().a == 5
    if by_name:
        assert run(f"SELECT {by_name} AS a", {"a": 6}).scalar() == 6
    assert run(f"INSERT INTO users (name) VALUES ({by_place})", [("a",), ("b",)]).rowcount == 2
    assert run(f"INSERT INTO users (name) VALUES ({by_place})", ("c",)).rowcount == 1
    for wrong in (1, [1, 2], "x"):
        with pytest.raises(exc.ArgumentError):
            run(f"SELECT {by_place}", wrong)
    with pytest.raises(exc.ArgumentError, match="string"):
        run(text("SELECT 1"))


def test_streaming(connection: Any) -> None:
    connection.execute(insert(users), [{"name": str(n)} for n in range(250)])
    statement = select(users.c.id).order_by(users.c.id)
    parts = connection.execute(statement.execution_options(yield_per=100)).partitions()
    assert [len(part) for part in parts] == [100, 100, 50]
    result = connection.execute(statement, execution_options={"stream_results": True})
    assert result.fetchmany(3) == [(1,), (2,), (3,)] and sum(1 for _ in result) == 247
    assert result.all() == []
    half = connection.execution_options(stream_results=True).execute(statement)
    half.fetchone()
    if connection.engine.capabilities.transactions.statements_beside_stream:
        connection.execute(delete(users).where(users.c.id == 250))
    else:
        with pytest.raises(exc.InvalidRequestError, match="can execute nothing else beside it"):
            connection.execute(delete(users).where(users.c.id == 250))
    half.close()
    with pytest.raises(exc.ResourceClosedError):
        half.all()
    left = connection.execute(statement)
    left.fetchone()
    connection.close()
    with pytest.raises(exc.ResourceClosedError, match="transaction of this streamed result"):
        left.all()
    with pytest.raises(exc.ArgumentError):
        connection.execute(statement.execution_options(yield_per=0))


def test_statement_and_call_options(connection: Any) -> None:
    before = len(connection.engine.compiled)
    connection.execute(select(users.c.tag), execution_options={"compiled_cache": None})
    assert len(connection.engine.compiled) == before
    connection.execute(select(users.c.tag))
    assert len(connection.engine.compiled) == before + 1


def test_driver_sql_without_parameters_may_have_percent_signs(connection: Any) -> None:
    bare = {"no_parameters": True}
    found = connection.exec_driver_sql("SELECT 'a%b' AS x", execution_options=bare)
    assert found.scalar() == "a%b"
    if connection.dialect.paramstyle in ("format", "pyformat"):
        assert connection.exec_driver_sql("SELECT 'a%%b' AS x").scalar() == "a%b"
    assert connection.execute(text("SELECT 'a%b' AS x"), execution_options=bare).scalar() == "a%b"


def test_row_counts_are_kept_when_the_rows_were_read(connection: Any) -> None:
    many = connection.execute(insert(users), [{"name": "a"}, {"name": "b"}])
    assert many.rowcount == 2
    changed = connection.execute(
        update(users).values(tag="x"), execution_options={"preserve_rowcount": True}
    )
    changed.close()
    assert changed.rowcount == 2


def test_names_of_columns_are_those_of_the_driver(connection: Any) -> None:
    names = {"driver_column_names": True}
    found = connection.execute(text('SELECT 1 AS "a.b"'), execution_options=names)
    if connection.dialect.target.quote_open == '"':
        assert list(found.keys()) == ["a.b"]


def test_in_lists_of_any_length(connection: Any) -> None:
    connection.execute(insert(users), [{"name": str(n)} for n in range(40)])
    for length in (0, 1, 2, 3, 5, 17, 40):
        statement = select(users.c.id).where(users.c.id.in_(range(1, length + 1)))
        assert len(connection.execute(statement).all()) == length


# --- tables ---


def test_create_and_drop(engine: Any) -> None:
    assert not engine.has_table("users")
    metadata.create_all(engine)
    metadata.create_all(engine)
    with engine.connect() as c:
        assert c.has_table("users") and c.has_table("pairs")
        with pytest.raises(exc.DatabaseError, match=r"exist|already"):
            metadata.create_all(c, checkfirst=False)
        c.rollback()
        pairs.drop(c)
        c.commit()
    assert not engine.has_table("pairs") and engine.has_table("users")
    metadata.drop_all(engine)
    metadata.drop_all(engine)
    assert not engine.has_table("users")


@needs("transactional_ddl")
def test_ddl_is_part_of_the_transaction(connection: Any) -> None:
    other = Table("other", MetaData(), Column("id", Integer, primary_key=True))
    other.create(connection)
    assert connection.has_table("other")
    connection.rollback()
    assert not connection.has_table("other")


# --- listeners ---


def test_execute_events(connection: Any) -> None:
    from accord import event

    engine = connection.engine
    heard: list[Any] = []

    @event.listens_for(engine, "before_execute", retval=True)
    def before(conn: Any, clause: Any, multi: Any, params: Any, options: Any) -> Any:
        heard.append(("before", dict(params), list(multi)))
        return clause, multi, {**params, "name": "changed"} if params else params

    @event.listens_for(engine, "after_execute")
    def after(conn: Any, clause: Any, multi: Any, params: Any, options: Any, result: Any) -> None:
        heard.append(("after", result.rowcount))

    connection.execute(insert(users), {"name": "a"})
    connection.execute(insert(users), [{"name": "b"}])
    event.remove(engine, "before_execute", before)
    event.remove(engine, "after_execute", after)
    assert heard == [
        ("before", {"name": "a"}, []),
        ("after", 1),
        ("before", {}, [{"name": "b"}]),
        ("after", 1),
    ]
    assert sorted(connection.execute(select(users.c.name)).scalars()) == ["b", "changed"]
