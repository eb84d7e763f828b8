"""What tables say besides columns in the schema comparison: options, EXCLUDE, partitions; and what
is said about changes that may lose values."""

from __future__ import annotations

from typing import Any

import pytest
from requirements import BACKEND, not_on, only
from schema_api import apply, compared, said

from accord import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Enum,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    select,
    text,
)

pytestmark = not_on("oracle", "mssql", "the comparison has not been tried on their servers")


def item(*parts: Any, **options: Any) -> MetaData:
    metadata = MetaData()
    Table("Item", metadata, Column("id", Integer, primary_key=True), *parts, **options)
    return metadata


def there_and_back(engine: Any, first: Any, second: Any) -> list[str]:
    """The words of the way there; both ways leave nothing to do, and rows stay."""
    first().create_all(engine)
    with engine.begin() as connection:
        connection.execute(first().tables["Item"].insert(), [{"id": 1}, {"id": 2}])
    found = compared(engine, second())
    for state in (second, first):
        apply(engine, compared(engine, state()))
        assert said(compared(engine, state())) == []
    with engine.connect() as connection:
        assert connection.scalars(select(first().tables["Item"].c.id)).all() == [1, 2]
    return said(found)


# --- options -------------------------------------------------------------------------------------


@only("sqlite", "its options")
@pytest.mark.parametrize("option", [{"sqlite_strict": True}, {"sqlite_with_rowid": False},
                                    {"sqlite_autoincrement": True}])  # fmt: skip
def test_options_of_sqlite_are_made_by_a_rebuild(engine: Any, option: dict[str, Any]) -> None:
    (name,) = option
    words = there_and_back(
        engine, lambda: item(Column("n", Integer)), lambda: item(Column("n", Integer), **option)
    )
    assert [w for w in words if name in w] == [
        f"change option {name} of table Item: {not option[name]} → {option[name]}"
    ]


@only("mysql", "mariadb", "their options")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"mysql_engine": "InnoDB"}, {"mysql_engine": "MyISAM"}),
        ({"mysql_charset": "utf8mb4"}, {"mysql_charset": "latin1"}),
        ({"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_general_ci"},
         {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}),
        ({"mysql_collate": "utf8mb4_general_ci"}, {"mysql_collate": "utf8mb4_bin"}),
        ({"mysql_row_format": "DYNAMIC"}, {"mysql_row_format": "COMPRESSED"}),
    ],
)  # fmt: skip
def test_options_of_mysql_are_altered(engine: Any, first: Any, second: Any) -> None:
    name = Column("name", String(20))
    words = there_and_back(
        engine, lambda: item(name.copy(), **first), lambda: item(name.copy(), **second)
    )
    assert len(words) == 1
    assert words[0].startswith("change option ")


@only("postgresql", "its options")
def test_storage_of_postgresql_is_altered(engine: Any) -> None:
    words = there_and_back(
        engine,
        lambda: item(postgresql_with={"fillfactor": 70}),
        lambda: item(postgresql_with={"fillfactor": 90, "autovacuum_enabled": False}),
    )
    assert words == [
        "change option postgresql_with of table Item: fillfactor = 70 → "
        "fillfactor = 90, autovacuum_enabled = false"
    ]


def test_options_that_nobody_declares_are_left_alone(engine: Any) -> None:
    options: dict[str, Any] = {
        "mysql": {"mysql_engine": "MyISAM", "mysql_charset": "latin1"},
        "mariadb": {"mysql_engine": "MyISAM", "mysql_charset": "latin1"},
        "postgresql": {"postgresql_with": {"fillfactor": 70}},
    }.get(BACKEND.name, {})
    item(**options).create_all(engine)
    assert said(compared(engine, item())) == []


# --- PostgreSQL ----------------------------------------------------------------------------------


@only("postgresql", "it has EXCLUDE")
def test_exclude_constraints(engine: Any) -> None:
    from accord.dialects.postgresql import TSRANGE, ExcludeConstraint

    def state(*pairs: Any, **options: Any) -> MetaData:
        constraints = [ExcludeConstraint(*pairs, name="no overlap", **options)] if pairs else []
        return item(Column("during", TSRANGE), Column("box", TSRANGE), *constraints)

    during, box = ("during", "&&"), ("box", "&&")
    states: list[Any] = [
        lambda: state(), lambda: state(during), lambda: state(during, box),
        lambda: state(during, where=text("id > 5 and id < 10")),
        lambda: state(during, where=text("id > 5 and id < 11")),
        lambda: state(during, deferrable=True, initially="DEFERRED"),
    ]  # fmt: skip
    states[0]().create_all(engine)
    for number, one in enumerate(states[1:] + states[:1]):
        found = compared(engine, one())
        assert found, number
        apply(engine, found)
        assert said(compared(engine, one())) == []


@only("postgresql", "it has partitions")
def test_partitions_are_part_of_their_table(engine: Any) -> None:
    def state(by: str | None) -> MetaData:
        metadata = MetaData()
        Table("log", metadata, Column("day", Date, nullable=False), Column("n", Integer),
              postgresql_partition_by=by)  # fmt: skip
        return metadata

    state("RANGE (day)").create_all(engine)
    with engine.begin() as connection:
        connection.execute(text(
            "CREATE TABLE log_2024 PARTITION OF log "
            "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"
        ))  # fmt: skip
    assert said(compared(engine, state("RANGE (day)"))) == []
    assert said(compared(engine, state(None))) == []
    (statement,) = compared(engine, state("LIST (n)")).statements
    assert statement.sql is None
    assert "by hand: make a new table with its partitions" in str(statement)
    apply(engine, compared(engine, MetaData()))
    assert said(compared(engine, MetaData())) == []


@only("postgresql", "it has NULLS NOT DISTINCT and INCLUDE")
def test_what_unique_constraints_say_besides_their_columns(engine: Any) -> None:
    options = {"postgresql_include": ["n"]}
    words = there_and_back(
        engine,
        lambda: item(Column("n", Integer), UniqueConstraint("n", "id", name="u")),
        lambda: item(Column("n", Integer), UniqueConstraint("n", "id", name="u", **options)),
    )
    assert len(words) == 2


def test_a_unique_constraint_that_the_key_is_already(engine: Any) -> None:
    def state() -> MetaData:
        return item(Column("n", Integer), UniqueConstraint("id", name="u"))

    state().create_all(engine)
    assert said(compared(engine, state())) == []


@only("postgresql", "it has identities")
def test_an_identity_is_altered_and_numbers_go_on(engine: Any) -> None:
    def state(*identity: Any) -> MetaData:
        metadata = MetaData()
        Table("Item", metadata, Column("id", Integer, *identity, primary_key=True))
        return metadata

    states: list[Any] = [
        lambda: state(), lambda: state(Identity()), lambda: state(Identity(always=True)),
        lambda: state(Identity(always=True, increment=5, cycle=True, maxvalue=1000, cache=3)),
        lambda: state(Identity(increment=2)),
    ]  # fmt: skip
    states[0]().create_all(engine)
    with engine.begin() as connection:
        connection.execute(text('INSERT INTO "Item" SELECT generate_series(1, 7)'))
    for one in states[1:]:
        found = compared(engine, one())
        assert found
        apply(engine, found)
        assert said(compared(engine, one())) == []
    with engine.begin() as connection:
        assert connection.scalar(text('INSERT INTO "Item" DEFAULT VALUES RETURNING id')) > 7


# --- what may be lost ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "mark"),
    [
        (String(20), String(40), None),
        (String(20), Text(), None),
        (String(40), String(20), "DATA LOSS POSSIBLE"),
        (Text(), String(20), "DATA LOSS POSSIBLE"),
        (SmallInteger(), Integer(), None),
        (Integer(), BigInteger(), None),
        (BigInteger(), Integer(), "DATA LOSS POSSIBLE"),
        (Integer(), Numeric(12, 2), None),
        (Integer(), Numeric(8, 2), "DATA LOSS POSSIBLE"),
        (Numeric(8, 2), Numeric(10, 2), None),
        (Numeric(8, 2), Numeric(8, 4), "DATA LOSS POSSIBLE"),
        (Numeric(8, 2), Numeric(8, 1), "DATA LOSS POSSIBLE"),
        (Numeric(8, 2), Integer(), "DATA LOSS POSSIBLE"),
        (Integer(), String(20), "values are converted"),
        (DateTime(), Date(), "values are converted"),
    ],
)
def test_narrower_types_are_marked(engine: Any, old: Any, new: Any, mark: str | None) -> None:
    item(Column("c", old)).create_all(engine)
    (difference,) = compared(engine, item(Column("c", new))).differences
    notes = [note.partition(":")[0].partition(";")[0] for note in difference.notes]
    assert notes == ([] if mark is None else [mark])
    assert difference.dangerous is (mark == "DATA LOSS POSSIBLE")
    found = compared(engine, item(Column("c", new)))
    apply(engine, found)
    assert said(compared(engine, item(Column("c", new)))) == []


@only("mysql", "mariadb", "their enums are types of columns")
def test_labels_that_go_are_marked(engine: Any) -> None:
    item(Column("c", Enum("a", "b", "c"))).create_all(engine)
    (wider,) = compared(engine, item(Column("c", Enum("a", "b", "c", "d")))).differences
    assert not wider.dangerous
    (narrower,) = compared(engine, item(Column("c", Enum("a", "b")))).differences
    assert narrower.dangerous


def test_columns_and_tables_that_go_are_marked(engine: Any) -> None:
    metadata = item(Column("c", Integer))
    Table("gone", metadata, Column("id", Integer, primary_key=True))
    metadata.create_all(engine)
    found = compared(engine, item())
    assert [one.dangerous for one in found.differences] == [True, True]


# --- found by comparing with other tools ---------------------------------------------------------


@only("postgresql", "its catalog rewrites constants")
def test_constants_in_other_words_are_the_same_value(engine: Any) -> None:
    from accord.dialects.postgresql import ARRAY, INTERVAL, JSONB

    def state() -> MetaData:
        return item(
            Column("a", JSONB, server_default='{"a":1,  "b":[1,2]}'),
            Column("b", INTERVAL, server_default="24 hours"),
            Column("c", DateTime, server_default="2024-01-01"),
            Column("d", ARRAY(Integer), server_default=text("'{1, 2}'")),
        )

    state().create_all(engine)
    assert said(compared(engine, state())) == []
    other = item(*[c.copy() for c in state().tables["Item"].c if c.name not in ("id", "a")],
                 Column("a", JSONB, server_default='{"a":2}'))  # fmt: skip
    assert said(compared(engine, other)) == [
        """change default of column a of table Item: '{"a": 1, "b": [1, 2]}'::jsonb → '{"a":2}'"""
    ]


@only("postgresql", "its indexes have operator classes and storage")
def test_operators_and_storage_of_indexes(engine: Any) -> None:
    def state(**options: Any) -> MetaData:
        return item(Column("n", String(9)), Index("ix", "n", **options))

    states: list[Any] = [
        state, lambda: state(postgresql_ops={"n": "varchar_pattern_ops"}),
        lambda: state(postgresql_with={"fillfactor": 50}),
        lambda: state(postgresql_ops={"n": "text_ops"}, postgresql_with={"fillfactor": 60}),
    ]  # fmt: skip
    states[0]().create_all(engine)
    for one in states[1:]:
        found = compared(engine, one())
        assert len(said(found)) == 2
        apply(engine, found)
        assert said(compared(engine, one())) == []


@only("postgresql", "sqlite", "RESTRICT is a rule of its own there")
def test_restrict_is_not_no_action(engine: Any) -> None:
    def state(rule: str | None) -> MetaData:
        return item(Column("n", ForeignKey("Item.id", name="fk", ondelete=rule)))

    state(None).create_all(engine)
    for rule in ("RESTRICT", None, "NO ACTION", "RESTRICT"):
        apply(engine, compared(engine, state(rule)))
        assert said(compared(engine, state(rule))) == []
    assert compared(engine, state("NO ACTION"))
