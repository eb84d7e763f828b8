"""Reflection: the statements parse and run, and rows as Oracle's views give them become tables.

The rows are canned: they have the shape the reference manual gives the ALL_… views.
"""

from __future__ import annotations

from typing import Any

import pytest
from doubles.oracle import Server
from doubles.oracle.refusals import check

from accord import MetaData, Table, inspect
from accord.exc import AccordWarning, NoSuchTableError
from accord_oracle import reflection
from accord_oracle.reflection import OracleReflection

TEXTS = {
    name: value
    for name, value in vars(reflection).items()
    if name.isupper() and isinstance(value, str) and value.startswith("SELECT")
}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_statement_parses_in_sqlglots_oracle_dialect(name: str) -> None:
    check(TEXTS[name])


def column(name: str, type_: str, **given: Any) -> tuple[Any, ...]:
    row = {
        "table": "ORDERS", "precision": None, "scale": None, "chars": None, "length": None,
        "nullable": "Y", "default": None, "virtual": "NO", "identity": "NO", **given,
    }  # fmt: skip
    return (
        "SCOTT", row["table"], name, type_, row["precision"], row["scale"], row["chars"],
        row["length"], row["nullable"], row["default"], row["virtual"], row["identity"], "NO", "NO",
        row.get("place", 1),
    )  # fmt: skip


@pytest.fixture
def catalog(oracle_double: Server) -> Server:
    views = oracle_double.views
    views["ALL_OBJECTS"] = (
        ("OWNER", "OBJECT_NAME", "OBJECT_TYPE"),
        [("SCOTT", "ORDERS", "TABLE"), ("SCOTT", "Mixed", "TABLE"), ("SCOTT", "RECENT", "VIEW")],
    )
    views["ALL_TAB_COMMENTS"] = (
        ("OWNER", "TABLE_NAME", "COMMENTS"),
        [("SCOTT", "ORDERS", "what was ordered")],
    )
    views["ALL_COL_COMMENTS"] = (
        ("OWNER", "TABLE_NAME", "COLUMN_NAME", "COMMENTS"),
        [("SCOTT", "ORDERS", "NAME", "who")],
    )
    views["ALL_TAB_COLS"] = (
        ("OWNER", "TABLE_NAME", "COLUMN_NAME", "DATA_TYPE", "DATA_PRECISION", "DATA_SCALE",
         "CHAR_LENGTH", "DATA_LENGTH", "NULLABLE", "DATA_DEFAULT", "VIRTUAL_COLUMN",
         "IDENTITY_COLUMN", "DEFAULT_ON_NULL", "HIDDEN_COLUMN", "COLUMN_ID"),
        [
            column("ID", "NUMBER", scale=0, nullable="N", identity="YES", place=1,
                   default='"SCOTT"."ISEQ$$_1".nextval'),
            column("NAME", "VARCHAR2", chars=30, nullable="N", default="'x' ", place=2),
            column("PRICE", "NUMBER", precision=10, scale=2, place=3),
            column("ANY_NUMBER", "NUMBER", place=4),
            column("MADE", "TIMESTAMP(6) WITH TIME ZONE", place=5),
            column("DAY", "DATE", place=6),
            column("TOOK", "INTERVAL DAY(2) TO SECOND(6)", place=7),
            column("RATIO", "BINARY_DOUBLE", place=8),
            column("DOUBLE_PRICE", "NUMBER", virtual="YES", default='"PRICE"*2', place=9),
            column("RAW_ID", "RAW", length=16, place=10),
            column("DOC", "CLOB", place=11),
            column("F", "FLOAT", precision=126, place=12),
            column("Mixed Case", "CHAR", chars=3, place=13),
            column("PARENT_ID", "NUMBER", precision=9, scale=0, place=14),
        ],
    )  # fmt: skip
    views["ALL_TAB_IDENTITY_COLS"] = (
        ("OWNER", "TABLE_NAME", "COLUMN_NAME", "GENERATION_TYPE", "IDENTITY_OPTIONS"),
        [("SCOTT", "ORDERS", "ID", "BY DEFAULT",
          "START WITH: 5, INCREMENT BY: 2, MAX_VALUE: 9999999999999999999999999999, MIN_VALUE: 1, "
          "CYCLE_FLAG: N, CACHE_SIZE: 20, ORDER_FLAG: N, SCALE_FLAG: N")],
    )  # fmt: skip
    views["ALL_CONSTRAINTS"] = (
        ("OWNER", "TABLE_NAME", "CONSTRAINT_NAME", "CONSTRAINT_TYPE", "SEARCH_CONDITION_VC",
         "R_OWNER", "R_CONSTRAINT_NAME", "DELETE_RULE", "DEFERRABLE", "DEFERRED", "GENERATED",
         "INDEX_NAME"),
        [
            ("SCOTT", "ORDERS", "SYS_C001", "P", None, None, None, None, "NOT DEFERRABLE",
             "IMMEDIATE", "GENERATED NAME", "SYS_C001"),
            ("SCOTT", "ORDERS", "UQ_ORDERS", "U", None, None, None, None, "NOT DEFERRABLE",
             "IMMEDIATE", "USER NAME", "UQ_ORDERS"),
            ("SCOTT", "ORDERS", "FK_PARENT", "R", None, "SCOTT", "PK_PARENT", "CASCADE",
             "DEFERRABLE", "DEFERRED", "USER NAME", None),
            ("SCOTT", "ORDERS", "CK_PRICE", "C", "price > 0", None, None, None, "NOT DEFERRABLE",
             "IMMEDIATE", "USER NAME", None),
            ("SCOTT", "ORDERS", "SYS_C002", "C", '"NAME" IS NOT NULL', None, None, None,
             "NOT DEFERRABLE", "IMMEDIATE", "GENERATED NAME", None),
            ("SCOTT", "PARENTS", "PK_PARENT", "P", None, None, None, None, "NOT DEFERRABLE",
             "IMMEDIATE", "USER NAME", "PK_PARENT"),
        ],
    )  # fmt: skip
    views["ALL_CONS_COLUMNS"] = (
        ("OWNER", "CONSTRAINT_NAME", "COLUMN_NAME", "POSITION"),
        [
            ("SCOTT", "SYS_C001", "ID", 1),
            ("SCOTT", "UQ_ORDERS", "NAME", 1),
            ("SCOTT", "UQ_ORDERS", "DAY", 2),
            ("SCOTT", "FK_PARENT", "PARENT_ID", 1),
            ("SCOTT", "CK_PRICE", "PRICE", None),
            ("SCOTT", "SYS_C002", "NAME", None),
            ("SCOTT", "PK_PARENT", "ID", 1),
        ],
    )
    views["ALL_INDEXES"] = (
        ("OWNER", "INDEX_NAME", "TABLE_OWNER", "TABLE_NAME", "UNIQUENESS", "INDEX_TYPE",
         "COMPRESSION", "PREFIX_LENGTH"),
        [
            ("SCOTT", "SYS_C001", "SCOTT", "ORDERS", "UNIQUE", "NORMAL", "DISABLED", None),
            ("SCOTT", "UQ_ORDERS", "SCOTT", "ORDERS", "UNIQUE", "NORMAL", "DISABLED", None),
            ("SCOTT", "IX_LOWER", "SCOTT", "ORDERS", "NONUNIQUE", "FUNCTION-BASED NORMAL",
             "ENABLED", 1),
            ("SCOTT", "IX_DESC", "SCOTT", "ORDERS", "NONUNIQUE", "FUNCTION-BASED NORMAL",
             "DISABLED", None),
        ],
    )  # fmt: skip
    views["ALL_IND_COLUMNS"] = (
        ("INDEX_OWNER", "INDEX_NAME", "COLUMN_NAME", "DESCEND", "COLUMN_POSITION"),
        [
            ("SCOTT", "SYS_C001", "ID", "ASC", 1),
            ("SCOTT", "UQ_ORDERS", "NAME", "ASC", 1),
            ("SCOTT", "UQ_ORDERS", "DAY", "ASC", 2),
            ("SCOTT", "IX_LOWER", "SYS_NC0001$", "ASC", 1),
            ("SCOTT", "IX_LOWER", "DAY", "ASC", 2),
            ("SCOTT", "IX_DESC", "SYS_NC0002$", "DESC", 1),
        ],
    )
    views["ALL_IND_EXPRESSIONS"] = (
        ("INDEX_OWNER", "INDEX_NAME", "COLUMN_EXPRESSION", "COLUMN_POSITION"),
        [("SCOTT", "IX_LOWER", 'LOWER("NAME")', 1), ("SCOTT", "IX_DESC", '"PRICE"', 1)],
    )
    views["ALL_TABLES"] = (
        ("OWNER", "TABLE_NAME", "IOT_NAME", "DURATION", "NESTED"),
        [
            ("SCOTT", "ORDERS", None, None, "NO"),
            ("SCOTT", "Mixed", None, None, "NO"),
            ("SCOTT", "SCRATCH", None, "SYS$SESSION", "NO"),
            ("OTHER", "THEIRS", None, None, "NO"),
        ],
    )
    views["ALL_MVIEWS"] = (("OWNER", "MVIEW_NAME"), [("SCOTT", "SUMS")])
    views["ALL_VIEWS"] = (
        ("OWNER", "VIEW_NAME", "TEXT"),
        [("SCOTT", "RECENT", "SELECT id FROM orders")],
    )
    views["ALL_USERS"] = (("USERNAME",), [("OTHER",), ("SCOTT",)])
    views["ALL_SEQUENCES"] = (
        ("SEQUENCE_OWNER", "SEQUENCE_NAME"),
        [("SCOTT", "ORDER_SEQ"), ("SCOTT", "ISEQ$$_1")],
    )
    return oracle_double


@pytest.fixture
def inspector(catalog: Server, oracle_engine: Any) -> Any:
    return inspect(oracle_engine)


def test_names(inspector: Any) -> None:
    assert inspector.default_schema_name == "scott"
    assert inspector.get_schema_names() == ["other", "scott"]
    assert inspector.get_table_names() == ["Mixed", "orders"]
    assert inspector.get_table_names(schema="other") == ["theirs"]
    assert inspector.get_view_names() == ["recent"]
    assert inspector.get_materialized_view_names() == ["sums"]
    assert inspector.get_temp_table_names() == ["scratch"]
    assert inspector.get_sequence_names() == ["order_seq"]
    assert inspector.get_view_definition("recent") == "SELECT id FROM orders"


def test_columns_and_their_types(inspector: Any) -> None:
    columns = {found["name"]: found for found in inspector.get_columns("orders")}
    shown = {name: str(found["type"].compile(inspector.dialect)) for name, found in columns.items()}
    assert shown == {
        "id": "INTEGER", "name": "VARCHAR2(30 CHAR)", "price": "NUMBER(10, 2)",
        "any_number": "NUMBER", "made": "TIMESTAMP WITH TIME ZONE", "day": "DATE",
        "took": "INTERVAL DAY(2) TO SECOND(6)", "ratio": "BINARY_DOUBLE",
        "double_price": "NUMBER", "raw_id": "RAW(16)", "doc": "CLOB", "f": "DOUBLE PRECISION",
        "Mixed Case": "CHAR(3 CHAR)", "parent_id": "NUMBER(9, 0)",
    }  # fmt: skip
    assert not columns["id"]["nullable"] and columns["price"]["nullable"]
    assert columns["name"]["default"] == "'x'"
    assert columns["name"]["comment"] == "who"
    assert columns["id"]["default"] is None
    assert (columns["id"]["identity"]["start"], columns["id"]["identity"]["increment"]) == (5, 2)
    assert columns["double_price"]["computed"]["sqltext"] == '"PRICE"*2'


def test_constraints(inspector: Any) -> None:
    assert inspector.get_pk_constraint("orders")["constrained_columns"] == ["id"]
    assert inspector.get_pk_constraint("orders")["name"] is None
    (key,) = inspector.get_foreign_keys("orders")
    assert key["name"] == "fk_parent"
    assert (key["constrained_columns"], key["referred_table"], key["referred_columns"]) == (
        ["parent_id"], "parents", ["id"],
    )  # fmt: skip
    assert key["referred_schema"] is None
    assert key["options"] == {"ondelete": "CASCADE", "deferrable": True, "initially": "DEFERRED"}
    (unique,) = inspector.get_unique_constraints("orders")
    assert (unique["name"], unique["column_names"]) == ("uq_orders", ["name", "day"])
    (check_,) = inspector.get_check_constraints("orders")
    assert (check_["name"], check_["sqltext"]) == ("ck_price", "price > 0")
    assert inspector.get_table_comment("orders") == {"text": "what was ordered"}


def test_indexes(inspector: Any) -> None:
    indexes = {found["name"]: found for found in inspector.get_indexes("orders")}
    assert set(indexes) == {"uq_orders", "ix_lower", "ix_desc"}
    assert indexes["uq_orders"]["duplicates_constraint"] == "uq_orders"
    assert indexes["ix_lower"]["expressions"] == ['LOWER("NAME")', "day"]
    assert indexes["ix_desc"]["column_names"] == ["price"]
    assert indexes["ix_desc"]["column_sorting"] == {"price": ("desc",)}
    assert indexes["ix_lower"]["dialect_options"] == {"oracle_compress": 1}


def test_autoload(catalog: Server, oracle_engine: Any) -> None:
    table = Table("orders", MetaData(), autoload_with=oracle_engine, resolve_fks=False)
    assert [column_.name for column_ in table.primary_key] == ["id"]
    assert table.c.price.type.scale == 2


def test_a_table_that_is_not_there(inspector: Any) -> None:
    with pytest.raises(NoSuchTableError):
        inspector.get_columns("nothing")
    assert not inspector.has_table("nothing")


def test_an_unknown_type_is_a_warning(catalog: Server, oracle_engine: Any) -> None:
    columns, rows = catalog.views["ALL_TAB_COLS"]
    catalog.views["ALL_TAB_COLS"] = (columns, [column("SHAPE", "SDO_GEOMETRY", table="Mixed")])
    with pytest.warns(AccordWarning, match="SDO_GEOMETRY.*shape"):
        inspect(oracle_engine).get_columns("Mixed")


def test_a_table_is_five_statements(catalog: Server, oracle_engine: Any) -> None:
    with oracle_engine.connect() as connection:
        catalog.statements.clear()
        connection.run(OracleReflection().table_steps(oracle_engine, "orders", None))
    assert len(catalog.statements) == 5
