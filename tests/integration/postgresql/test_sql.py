"""SQL and DDL that PostgreSQL alone has, executed."""

from typing import Any

import pytest

from accord import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    Sequence,
    String,
    Table,
    Text,
    UniqueConstraint,
    case,
    cast,
    column,
    exc,
    exists,
    extract,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
    true,
    type_coerce,
    values,
    within_group,
)
from accord.orm import DeclarativeBase, Session, aliased, mapped_column
from accord.schema import CreateIndex, CreateTable
from accord_postgresql import (
    ARRAY,
    HSTORE,
    INT4RANGE,
    JSONB,
    All,
    Any as AnyOf,
    ExcludeConstraint,
    Range,
    aggregate_order_by,
    array,
    array_agg,
)

metadata = MetaData()
T = Table(
    "t",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(30)),
    Column("n", Integer),
    Column("tags", ARRAY(String)),
    Column("data", JSONB),
    Column("span", INT4RANGE),
)
ROWS = [
    {
        "id": 1,
        "name": "Ann",
        "n": 10,
        "tags": ["a", "b"],
        "data": {"k": {"x": [1, 2]}, "s": "v"},
        "span": Range(1, 5),
    },
    {
        "id": 2,
        "name": "bob",
        "n": 20,
        "tags": ["b", "c"],
        "data": {"k": 5, "flag": True},
        "span": Range(4, 9),
    },
    {"id": 3, "name": "Cy%d", "n": 20, "tags": [], "data": ["k"], "span": Range(20, None)},
]


@pytest.fixture
def connection(engine: Any) -> Any:
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(T), ROWS)
    with engine.connect() as connection:
        yield connection


def ids(connection: Any, *criteria: Any) -> list[int]:
    return connection.scalars(select(T.c.id).where(*criteria).order_by(T.c.id)).all()  # type: ignore[no-any-return]


def test_text_operators(connection: Any) -> None:
    assert ids(connection, T.c.name.ilike("a%")) == [1]
    assert ids(connection, T.c.name.like("%\\%%", escape="\\")) == [3]
    assert ids(connection, T.c.name.contains("%", autoescape=True)) == [3]
    assert ids(connection, T.c.name.regexp_match("^[a-z]")) == [2]
    assert ids(connection, T.c.name.regexp_match("^[a-z]", flags="i")) == [1, 2, 3]
    assert ids(connection, ~T.c.name.regexp_match("^[a-z]")) == [1, 3]
    assert ids(connection, T.c.name.regexp_match("B.b", flags="ix")) == [2]
    assert (
        connection.scalar(select(func.upper(T.c.name.regexp_replace("o", "0"))).where(T.c.id == 2))
        == "B0B"
    )
    assert ids(connection, T.c.name.match("bob")) == [2]
    assert ids(connection, T.c.name.icontains("N")) == [1]
    with pytest.raises((exc.ArgumentError, exc.CompileError)):
        ids(connection, T.c.name.regexp_match("x", flags="i'"))


def test_array_operators(connection: Any) -> None:
    tags = T.c.tags
    assert ids(connection, tags.contains(["b"])) == [1, 2]
    assert ids(connection, ~tags.contains(["b"])) == [3]
    assert ids(connection, tags.contained_by(["a", "b"])) == [1, 3]
    assert ids(connection, tags.overlap(["c", "x"])) == [2]
    assert ids(connection, tags.any("a")) == [1]
    assert ids(connection, tags.all("b")) == [3]
    assert ids(connection, AnyOf("c", tags)) == [2]
    assert ids(connection, All("c", tags)) == [3]
    assert ids(connection, tags[1] == "b") == [2]
    assert connection.scalar(select(tags[1:1]).where(T.c.id == 1)) == ["a"]
    assert ids(connection, tags == ["b", "c"]) == [2]
    assert connection.scalar(select(tags + ["z"]).where(T.c.id == 1)) == ["a", "b", "z"]
    assert connection.scalar(select(func.array_length(tags, 1)).where(T.c.id == 1)) == 2
    assert connection.scalar(select(array([1, 2, 3]))) == [1, 2, 3]
    assert connection.scalar(select(array([[1], [2]]))) == [[1], [2]]
    assert connection.scalar(select(array([], type_=Integer))) == []
    assert connection.scalar(select(array_agg(T.c.n))) == [10, 20, 20]
    names = func.string_agg(T.c.name, aggregate_order_by(literal("-"), T.c.id.desc()))
    assert connection.scalar(select(names)) == "Cy%d-bob-Ann"
    assert connection.scalars(select(func.unnest(tags)).where(T.c.id == 1)).all() == ["a", "b"]


def test_jsonb_operators(connection: Any) -> None:
    data = T.c.data
    assert ids(connection, data.has_key("k")) == [1, 2, 3]
    assert ids(connection, data.has_all(["k", "s"])) == [1]
    assert ids(connection, data.has_any(["flag", "s"])) == [1, 2]
    assert ids(connection, data.contains({"k": 5})) == [2]
    assert ids(connection, data.contained_by({"k": 5, "flag": True, "more": 1})) == [2]
    assert ids(connection, data["s"].astext == "v") == [1]
    assert ids(connection, data["s"] == "v") == [1]
    shown = type_coerce(data, JSONB(astext_type=String(9)))["s"].astext
    assert isinstance(shown.type, String) and not isinstance(shown.type, Text)
    assert ids(connection, shown == "v") == [1]
    collected = array_agg(data["s"].astext, type_=ARRAY(String(9)))
    assert isinstance(collected.type.item_type, String)
    is_number = func.jsonb_typeof(data["k"]) == "number"
    assert ids(connection, case((is_number, data["k"].as_integer()), else_=0) == 5) == [2]
    assert connection.scalar(select(data[("k", "x", 1)]).where(T.c.id == 1)) == 2
    assert connection.scalar(select(data[("k", "x", 1)].astext).where(T.c.id == 1)) == "2"
    assert connection.scalar(select(data["k"]["x"][0]).where(T.c.id == 1)) == 1
    assert connection.scalar(select(data.delete_path(["k", "x"])).where(T.c.id == 1)) == {
        "k": {},
        "s": "v",
    }
    assert ids(connection, data.path_exists("$.k.x[*] ? (@ > 1)")) == [1]
    assert ids(connection, data.path_match("$.k == 5")) == [2]
    assert connection.scalar(select(data - "k").where(T.c.id == 1)) == {"s": "v"}
    assert connection.scalar(select(data.concat({"z": 1})).where(T.c.id == 2))["z"] == 1


def test_range_operators(connection: Any) -> None:
    span = T.c.span
    assert ids(connection, span.contains(4)) == [1, 2]
    assert ids(connection, span.contains(Range(5, 6))) == [2]
    assert ids(connection, span.contained_by(Range(0, 6))) == [1]
    assert ids(connection, span.overlaps(Range(8, 21))) == [2, 3]
    assert ids(connection, span.strictly_left_of(Range(9, 10))) == [1, 2]
    assert ids(connection, span.adjacent_to(Range(5, 6))) == [1]
    assert connection.scalar(select(span.intersection(Range(2, 3))).where(T.c.id == 1)) == Range(
        2, 3
    )


def test_hstore_operators(engine: Any, sql: Any) -> None:
    sql("CREATE EXTENSION hstore")
    table = Table("h", MetaData(), Column("id", Integer, primary_key=True), Column("h", HSTORE))
    table.create(engine)
    with engine.connect() as connection:
        connection.execute(insert(table), [{"h": {"a": "1", "b": None}}])
        h = table.c.h
        wanted = select(
            h.has_key("a"), h.has_all(["a", "b"]), h.has_any(["x"]), h.defined("b"), h.keys(),
            h.contains({"a": "1"}), h.delete("a"), h.slice(["a"]), h["a"],
        )  # fmt: skip
        assert connection.execute(wanted).one() == (
            True, True, False, False, ["a", "b"], True, {"b": None}, {"a": "1"}, "1",
        )  # fmt: skip


def test_select_clauses(connection: Any) -> None:
    first = select(T.c.n, T.c.name).distinct(T.c.n).order_by(T.c.n, T.c.name.desc())
    assert connection.execute(first).all() == [(10, "Ann"), (20, "bob")]
    assert len(connection.execute(first).all()) == 2
    filtered = select(func.count().filter(T.c.n > 10), func.sum(T.c.n).filter(T.c.n < 0))
    assert connection.execute(filtered).one() == (2, None)
    median = within_group(func.percentile_cont(0.5), T.c.n)
    assert connection.scalar(select(median)) == 20
    near = select(T.c.n).where(T.c.id < 3).subquery("near")
    other = T.alias("other")
    lat = (
        select(other.c.name).where(other.c.n == near.c.n).order_by(other.c.id).limit(1).lateral("l")
    )
    joined = select(near.c.n, lat.c.name).join_from(near, lat, true()).order_by(near.c.n)
    assert connection.execute(joined).all() == [(10, "Ann"), (20, "bob")]
    cte = select(T.c.id).where(T.c.n == 20).cte("big").prefix_with("MATERIALIZED")
    assert connection.scalars(select(cte.c.id).order_by(cte.c.id)).all() == [2, 3]
    assert connection.scalars(select(T.c.id).order_by(T.c.id).limit(1).offset(1)).all() == [2]
    assert connection.scalars(
        select(T.c.id).order_by(T.c.n.desc()).fetch(1, with_ties=True)
    ).all() in ([2, 3], [3, 2])
    assert connection.scalars(
        select(T.c.id).order_by(T.c.n.desc().nulls_last(), T.c.id).offset(2)
    ).all() == [1]
    v = values(column("a", Integer), column("b", String), name="v").data([(1, "x"), (2, "y")])
    assert connection.execute(select(v.c.a + 1, v.c.b).order_by(v.c.a)).all() == [
        (2, "x"),
        (3, "y"),
    ]
    assert connection.scalar(select(exists().where(T.c.id == 1)))
    assert connection.scalar(select(cast("5", Integer) + 1)) == 6
    assert connection.scalar(select(extract("year", func.make_date(2024, 2, 3)))) == 2024
    assert connection.scalar(select(literal(7) / literal(2))) == 3.5
    assert connection.scalar(select(literal(7) // literal(2))) == 3
    assert connection.scalar(select(literal(6).bitwise_xor(3))) == 5
    assert connection.scalar(select(func.count()).select_from(T.tablesample(func.system(100)))) == 3
    only = select(T.c.id).with_hint(T, "ONLY", "postgresql").order_by(T.c.id)
    assert connection.scalars(only).all() == [1, 2, 3]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "FOR UPDATE"),
        ({"read": True}, "FOR SHARE"),
        ({"key_share": True}, "FOR NO KEY UPDATE"),
        ({"read": True, "key_share": True}, "FOR KEY SHARE"),
        ({"nowait": True}, "FOR UPDATE NOWAIT"),
        ({"skip_locked": True}, "FOR UPDATE SKIP LOCKED"),
        ({"of": T}, "FOR UPDATE OF t"),
        ({"of": [T.c.id], "read": True, "skip_locked": True}, "FOR SHARE OF t SKIP LOCKED"),
    ],
)
def test_row_locks(connection: Any, options: dict[str, Any], words: str) -> None:
    statement = select(T.c.id).with_for_update(**options)
    assert str(statement.compile(dialect=connection.dialect)).endswith(words)
    assert len(connection.execute(statement).all()) == 3


def test_locks_of_a_table_in_a_schema_and_of_an_alias(engine: Any, sql: Any) -> None:
    sql("CREATE SCHEMA other")
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True), schema="other")
    table.create(engine)
    alias = table.alias("x")
    with engine.connect() as connection:
        connection.execute(select(table).with_for_update(of=table))
        connection.execute(select(alias).with_for_update(of=alias))


def test_skip_locked_leaves_out_what_others_hold(connection: Any, engine: Any) -> None:
    connection.execute(select(T).where(T.c.id == 1).with_for_update())
    with engine.connect() as other:
        found = other.scalars(
            select(T.c.id).order_by(T.c.id).with_for_update(skip_locked=True)
        ).all()
    assert found == [2, 3]


def test_names_that_need_quotes(engine: Any, sql: Any) -> None:
    md = MetaData()
    table = Table(
        "User",
        md,
        Column("order", Integer, primary_key=True),
        Column("Mixed Case", String),
        Column('quo"te', String),
        Column("sel%ect:x", Integer),
        schema="Group",
    )
    sql('CREATE SCHEMA "Group"')
    md.create_all(engine)

    class Base(DeclarativeBase):
        pass

    class User(Base):
        __table__ = table

    with Session(engine) as session:
        session.add_all([User(**{"Mixed Case": str(i), "sel%ect:x": i}) for i in range(20)])
        session.commit()
        users = session.scalars(select(User)).all()
        for user in users:
            setattr(user, 'quo"te', "x")
        session.commit()
        for user in users[:5]:
            session.delete(user)
        session.commit()
        twice = aliased(User)
        assert len(session.execute(select(User, twice).join(twice, true())).all()) == 225
    md.drop_all(engine)


def test_lastval_after_a_flush(engine: Any) -> None:
    class Base(DeclarativeBase):
        pass

    class One(Base):
        __tablename__ = "one"
        id = mapped_column(Integer, primary_key=True)

    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(one := One())
        session.flush()
        assert session.execute("SELECT LASTVAL()").scalar() == one.id


# --- DDL -----------------------------------------------------------------------------------------


def ddl(engine: Any, element: Any) -> str:
    return " ".join(str(element.compile(dialect=engine.dialect)).split())


def test_keys_that_count(engine: Any) -> None:
    from accord import BigInteger, SmallInteger

    def text_of(*arguments: Any, **options: Any) -> str:
        table = Table("k", MetaData(), Column("id", *arguments, primary_key=True, **options))
        return ddl(engine, CreateTable(table)).partition("( ")[2].partition(",")[0]

    assert text_of(Integer) == "id SERIAL NOT NULL"
    assert text_of(BigInteger) == "id BIGSERIAL NOT NULL"
    assert text_of(SmallInteger) == "id SMALLSERIAL NOT NULL"
    assert text_of(Integer, autoincrement=False) == "id INTEGER NOT NULL"
    assert text_of(Integer, Identity()) == "id INTEGER GENERATED BY DEFAULT AS IDENTITY"
    assert text_of(Integer, Identity(always=True, start=5)) == (
        "id INTEGER GENERATED ALWAYS AS IDENTITY (START WITH 5)"
    )
    assert text_of(Integer, Sequence("s")) == "id INTEGER NOT NULL"
    assert text_of(Integer, Sequence("s", optional=True)) == "id SERIAL NOT NULL"


def test_everything_ddl_can_say_runs(engine: Any, sql: Any) -> None:
    md = MetaData()
    sequence = Sequence(
        "all_options", start=5, increment=2, minvalue=1, maxvalue=100, cycle=True, cache=3,
        data_type=Integer, metadata=md,
    )  # fmt: skip
    Table("base", md, Column("id", Integer, primary_key=True), comment="it's a 100% base")
    table = Table(
        "rich",
        md,
        Column("id", Integer, primary_key=True, comment="the % key"),
        Column("price", Numeric, CheckConstraint("price > 0 AND 5 % 2 = 1", name="positive")),
        Column("twice", Numeric, Computed("price * 2")),
        Column("span", INT4RANGE),
        Column("base_id", ForeignKey("base.id", deferrable=True, initially="DEFERRED")),
        Column("code", String(10, collation="C")),
        UniqueConstraint("code", deferrable=True, initially="IMMEDIATE", name="rich_code"),
        UniqueConstraint("price", postgresql_include=["code"], name="rich_price"),
        ExcludeConstraint(("span", "&&"), where=text("price > 5"), name="rich_span"),
        postgresql_with={"fillfactor": 70, "autovacuum_enabled": False, "user_catalog_table": None},
        postgresql_tablespace="pg_default",
    )
    Index("rich_gist", table.c.span, postgresql_using="gist")
    Index("rich_part", table.c.code, unique=True, postgresql_where=table.c.price > 10)
    Index("rich_low", func.lower(table.c.code), table.c.price.desc().nulls_last())
    Index("rich_expr", table.c.price + 1)
    Index(
        "rich_ops", table.c.code, postgresql_ops={"code": "varchar_pattern_ops"},
        postgresql_include=["price"], postgresql_with={"fillfactor": 50},
        postgresql_tablespace="pg_default",
    )  # fmt: skip
    Table("derived", md, Column("more", Integer), postgresql_inherits="base").add_is_dependent_on(
        md.tables["base"]
    )
    Table(
        "parts", md, Column("id", Integer), Column("at", Integer),
        postgresql_partition_by="RANGE (at)",
    )  # fmt: skip
    md.create_all(engine)
    md.create_all(engine)
    assert sql("SELECT obj_description('base'::regclass)") == [("it's a 100% base",)]
    with engine.connect() as connection:
        assert [connection.scalar(sequence) for _ in range(3)] == [5, 7, 9]
        connection.execute(insert(table), [{"price": 3, "code": "é"}])
        assert connection.scalar(select(table.c.twice)) == 6
    md.drop_all(engine)
    assert inspect(engine).get_table_names() == []


def test_enum_types_come_and_go_with_their_tables(engine: Any, sql: Any) -> None:
    from accord import Enum

    def exists() -> bool:
        return bool(sql("SELECT 1 FROM pg_type WHERE typname = 'mood'"))

    mood = Enum("sad", "it's ok", name="mood")
    md = MetaData()
    one = Table("one", md, Column("id", Integer, primary_key=True), Column("m", mood))
    Table("two", md, Column("id", Integer, primary_key=True), Column("m", ARRAY(mood)))
    md.create_all(engine)
    assert exists()
    one.drop(engine)
    assert exists(), "another table needs it"
    md.create_all(engine)
    md.drop_all(engine)
    assert not exists()


@pytest.mark.parametrize(
    "make",
    [
        lambda t: Index("i", t.c.n, postgresql_using="gin; DROP TABLE x"),
        lambda t: Index("i", t.c.n, postgresql_with={"fillfactor": "1); DROP TABLE x"}),
        lambda t: Index("i", t.c.n, postgresql_unknown=1),
    ],
)
def test_options_are_checked(engine: Any, make: Any) -> None:
    table = Table("x", MetaData(), Column("n", Integer))
    with pytest.raises((exc.ArgumentError, exc.CompileError)):
        ddl(engine, CreateIndex(make(table)))
