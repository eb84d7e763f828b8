"""Reflection of SQLite: what accord created comes back as it was declared, and foreign SQL is read
as well."""

from __future__ import annotations

import pytest

from accord import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    create_engine,
    event,
    func,
    inspect,
    text,
    types,
)
from accord.engine.reflection import ObjectKind
from accord.exc import ArgumentError, InvalidRequestError, NoSuchTableError
from accord.schema import CreateIndex, CreateTable


@pytest.fixture
def engine():
    return create_engine("sqlite://")


def run(engine, *statements):
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


SHOP = (
    'CREATE TABLE "order" ('
    " id INTEGER PRIMARY KEY AUTOINCREMENT, -- CHECK (no constraint)\n"
    " customer_id INT NOT NULL CONSTRAINT fk_customer REFERENCES customer ON DELETE CASCADE"
    "   DEFERRABLE INITIALLY DEFERRED,"
    " code VARCHAR(20) COLLATE NOCASE DEFAULT 'a, b)' CONSTRAINT uq_code UNIQUE,"
    " net DECIMAL(10, 2) CHECK (net > 0), /* UNIQUE (net) */"
    " gross NUMERIC AS (net * 1.19) STORED, half REAL GENERATED ALWAYS AS (net / 2) VIRTUAL,"
    " state TEXT NOT NULL DEFAULT (lower('NEW')) CONSTRAINT ck_state CHECK (state IN ('new', ')')),"
    " CONSTRAINT uq_pair UNIQUE (customer_id, state),"
    " CONSTRAINT ck_both CHECK (net > 1 OR state = 'x')"
    ")",
    "CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT)",
    'CREATE TABLE line (order_id INTEGER, "no" INTEGER, ref_a INT, ref_b INT,'
    ' CONSTRAINT pk_line PRIMARY KEY ("no", order_id),'
    ' CONSTRAINT fk_self FOREIGN KEY (ref_a, ref_b) REFERENCES line ("no", order_id)'
    " ON UPDATE SET NULL) WITHOUT ROWID",
    "CREATE INDEX ix_state ON \"order\" (state DESC, lower(code)) WHERE net > 5 AND state <> ')'",
    'CREATE UNIQUE INDEX ux_net ON "order" (net)',
    'CREATE VIEW cheap AS SELECT id, net FROM "order" WHERE net < 10',
)


# --- the inspector ---


def test_names(engine):
    run(engine, *SHOP, "CREATE TEMP TABLE t (i INT)", "CREATE TEMP VIEW v AS SELECT 1 AS one")
    inspector = inspect(engine)
    assert inspector.get_table_names() == ["customer", "line", "order"]
    assert inspector.get_view_names() == ["cheap"]
    assert inspector.get_temp_table_names() == ["t"]
    assert inspector.get_temp_view_names() == ["v"]
    assert inspector.get_sequence_names() == []
    assert inspector.get_materialized_view_names() == []
    assert inspector.get_schema_names() == ["main"]
    assert inspector.default_schema_name == "main"
    assert inspector.get_view_definition("cheap").startswith("CREATE VIEW cheap AS SELECT")
    with pytest.raises(NoSuchTableError, match="'customer'"):
        inspector.get_view_definition("customer")


def test_columns(engine):
    run(engine, *SHOP)
    columns = {column["name"]: column for column in inspect(engine).get_columns("order")}
    assert list(columns) == ["id", "customer_id", "code", "net", "gross", "half", "state"]
    assert columns["id"] == {
        "name": "id", "type": columns["id"]["type"], "nullable": False, "default": None,
        "autoincrement": True, "comment": None, "primary_key": 1,
    }  # fmt: skip
    assert isinstance(columns["id"]["type"], types.INTEGER)
    assert not columns["customer_id"]["nullable"] and columns["code"]["nullable"]
    code = columns["code"]
    assert isinstance(code["type"], types.VARCHAR) and code["type"].length == 20
    assert code["type"].collation == "NOCASE" and code["default"] == "'a, b)'"
    net = columns["net"]["type"]
    assert isinstance(net, types.DECIMAL) and (net.precision, net.scale) == (10, 2)
    assert columns["gross"]["computed"] == {"sqltext": "net * 1.19", "persisted": True}
    assert columns["half"]["computed"] == {"sqltext": "net / 2", "persisted": False}
    assert columns["state"]["default"] == "lower('NEW')" and columns["state"]["primary_key"] == 0


def test_constraints(engine):
    run(engine, *SHOP)
    inspector = inspect(engine)
    assert inspector.get_pk_constraint("order") == {"constrained_columns": ["id"], "name": None}
    assert inspector.get_pk_constraint("line") == {
        "constrained_columns": ["no", "order_id"], "name": "pk_line",
    }  # fmt: skip
    assert inspector.get_unique_constraints("order") == [
        {"name": "uq_code", "column_names": ["code"]},
        {"name": "uq_pair", "column_names": ["customer_id", "state"]},
    ]
    assert inspector.get_check_constraints("order") == [
        {"name": "ck_both", "sqltext": "net > 1 OR state = 'x'"},
        {"name": "ck_state", "sqltext": "state IN ('new', ')')"},
        {"name": None, "sqltext": "net > 0"},
    ]


def test_foreign_keys(engine):
    run(engine, *SHOP)
    inspector = inspect(engine)
    assert inspector.get_foreign_keys("order") == [
        {
            "name": "fk_customer", "constrained_columns": ["customer_id"], "referred_schema": None,
            "referred_table": "customer", "referred_columns": ["id"],
            "options": {"ondelete": "CASCADE", "deferrable": True, "initially": "DEFERRED"},
        }
    ]  # fmt: skip
    (own,) = inspector.get_foreign_keys("line")
    assert own["constrained_columns"] == ["ref_a", "ref_b"]
    assert own["referred_columns"] == ["no", "order_id"]
    assert own["options"] == {"onupdate": "SET NULL"}


def test_indexes(engine):
    run(engine, *SHOP)
    state, net = inspect(engine).get_indexes("order")
    assert str(state["dialect_options"].pop("sqlite_where")) == "net > 5 AND state <> ')'"
    assert state == {
        "name": "ix_state", "column_names": ["state", None], "unique": False,
        "expressions": ["state", "lower(code)"], "column_sorting": {"state": ("desc",)},
        "dialect_options": {},
    }  # fmt: skip
    assert net == {
        "name": "ux_net", "column_names": ["net"], "unique": True, "dialect_options": {},
    }  # fmt: skip


def test_options_and_comment(engine):
    run(engine, *SHOP)
    inspector = inspect(engine)
    assert inspector.get_table_options("order") == {"sqlite_autoincrement": True}
    assert inspector.get_table_options("line") == {"sqlite_with_rowid": False}
    assert inspector.get_table_options("customer") == {}
    assert inspector.get_table_comment("order") == {"text": None}


def test_views_and_temporary_tables_have_columns(engine):
    run(engine, *SHOP, "CREATE TEMP TABLE customer (other TEXT)")
    inspector = inspect(engine)
    assert [column["name"] for column in inspector.get_columns("cheap")] == ["id", "net"]
    assert [column["name"] for column in inspector.get_columns("customer")] == ["other"]
    assert [column["name"] for column in inspector.get_columns("customer", "main")] == [
        "id", "name",
    ]  # fmt: skip


def test_what_exists(engine):
    run(engine, *SHOP)
    inspector = inspect(engine)
    assert inspector.has_table("ORDER") and inspector.has_table("cheap")
    assert not inspector.has_table("nothing") and not inspector.has_sequence("s")
    assert inspector.has_schema("main") and not inspector.has_schema("other")
    assert inspector.has_index("order", "ux_net") and not inspector.has_index("order", "x")
    assert not inspector.has_index("nothing", "x")
    with pytest.raises(NoSuchTableError, match="no table or view 'nothing'"):
        inspector.get_columns("nothing")
    with pytest.raises(NoSuchTableError, match="'nothing' in schema 'main'"):
        inspector.get_columns("nothing", schema="main")


def test_attached_databases_are_schemas(engine, tmp_path):
    with engine.connect() as connection:
        connection.exec_driver_sql(f"ATTACH DATABASE '{tmp_path / 'o.db'}' AS other")
        for statement in SHOP:
            connection.exec_driver_sql(
                statement.replace("CREATE TABLE ", "CREATE TABLE other.")
                .replace("INDEX ", "INDEX other.")
                .replace("VIEW ", "VIEW other.")
            )
        inspector = inspect(connection)
        assert inspector.get_schema_names() == ["main", "other"]
        assert inspector.get_table_names() == []
        assert inspector.get_table_names("other") == ["customer", "line", "order"]
        assert [i["name"] for i in inspector.get_indexes("order", "other")] == [
            "ix_state", "ux_net",
        ]  # fmt: skip
        metadata = MetaData(schema="other")
        metadata.reflect(connection)
        assert sorted(metadata.tables) == ["other.customer", "other.line", "other.order"]


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("VARCHAR(7)", types.VARCHAR), ("bigint", types.BIGINT), ("double  precision",
         types.DOUBLE_PRECISION), ("JSON TEXT", types.JSON), ("TIMESTAMP", types.TIMESTAMP),
        ("UNSIGNED BIG INT", types.INTEGER), ("NATIVE CHARACTER(70)", types.TEXT),
        ("DOUBLE THING", types.REAL), ("GEOMETRY", types.NUMERIC), ("", types.NullType),
        ("BOOL", types.BOOLEAN), ("DATE", types.DATE), ("FLOAT(5)", types.FLOAT),
    ],
)  # fmt: skip
def test_types_by_name_and_else_by_affinity(engine, declared, kind):
    run(engine, f"CREATE TABLE t (x {declared})")
    (column,) = inspect(engine).get_columns("t")
    assert type(column["type"]) is kind


def test_only_the_rowid_counts(engine):
    run(
        engine,
        "CREATE TABLE a (id INT PRIMARY KEY)",
        "CREATE TABLE b (id INTEGER PRIMARY KEY DESC)",
        "CREATE TABLE c (id INTEGER PRIMARY KEY) WITHOUT ROWID",
        "CREATE TABLE d (id INTEGER, x INTEGER, PRIMARY KEY (id, x))",
        "CREATE TABLE e (id integer, PRIMARY KEY (id))",
    )
    counts = {name: inspect(engine).get_columns(name)[0]["autoincrement"] for name in "abcde"}
    assert counts == {"a": False, "b": False, "c": False, "d": False, "e": True}


def test_one_question_for_each_table_until_the_cache_is_cleared(engine):
    run(engine, "CREATE TABLE t (a INT)")
    sent = []
    event.listen(engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    inspector = inspect(engine)
    inspector.get_columns("t")
    count = len(sent)
    inspector.get_columns("t")[0]["name"] = "changed"
    inspector.get_pk_constraint("t")
    assert len(sent) == count and inspector.get_columns("t")[0]["name"] == "a"
    run(engine, "ALTER TABLE t ADD b INT")
    assert len(inspector.get_columns("t")) == 1
    inspector.clear_cache()
    assert len(inspector.get_columns("t")) == 2


def test_a_connection_reflects_what_its_transaction_has_made(engine):
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INT)")
        assert inspect(connection).has_table("t")
        assert connection.in_transaction()
        connection.rollback()
        assert not inspect(connection).has_table("t")


def test_many_tables_at_once(engine):
    run(engine, *SHOP)
    inspector = inspect(engine)
    assert set(inspector.get_multi_columns()) == {
        (None, "customer"), (None, "line"), (None, "order"),
    }  # fmt: skip
    assert list(inspector.get_multi_pk_constraint(filter_names=["line"])) == [(None, "line")]
    assert list(inspector.get_multi_columns(kind=ObjectKind.VIEW)) == [(None, "cheap")]
    assert len(inspector.get_multi_indexes(kind=ObjectKind.ANY)) == 4


def test_tables_in_the_order_of_their_foreign_keys(engine):
    run(
        engine,
        "CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INT CONSTRAINT fk_ab REFERENCES b)",
        "CREATE TABLE b (id INTEGER PRIMARY KEY)",
        "CREATE TABLE c (id INTEGER PRIMARY KEY, d_id INT CONSTRAINT fk_cd REFERENCES d)",
        "CREATE TABLE d (id INTEGER PRIMARY KEY, c_id INT CONSTRAINT fk_dc REFERENCES c)",
    )
    found = inspect(engine).get_sorted_table_and_fkc_names()
    names = [name for name, _ in found]
    assert names.index("b") < names.index("a") and names[-1] is None
    assert dict(found)["a"] == [("a", "fk_ab")]
    assert len(dict(found)[None]) == 1


# --- tables from the catalog ---


def test_a_table_is_made_from_the_catalog(engine):
    run(engine, *SHOP)
    metadata = MetaData()
    order = Table("order", metadata, autoload_with=engine)
    assert order.c.keys() == ["id", "customer_id", "code", "net", "gross", "half", "state"]
    assert order.autoincrement_column is order.c.id and not order.c.state.nullable
    assert order.c.gross.computed.persisted and str(order.c.state.server_default.arg) == (
        "lower('NEW')"
    )
    assert "customer" in metadata.tables  # its foreign key points there
    (key,) = order.foreign_key_constraints
    assert key.name == "fk_customer" and key.ondelete == "CASCADE"
    assert order.c.customer_id.references(metadata.tables["customer"].c.id)
    assert {index.name for index in order.indexes} == {"ix_state", "ux_net"}
    assert {c.name for c in order.constraints if isinstance(c, UniqueConstraint)} == {
        "uq_code", "uq_pair",
    }  # fmt: skip


def test_what_was_reflected_creates_the_same_again(engine):
    run(engine, *SHOP)
    metadata = MetaData()
    metadata.reflect(engine)
    copy = create_engine("sqlite://")
    metadata.create_all(copy)
    before, after = inspect(engine), inspect(copy)
    for name in before.get_table_names():
        one, other = before.reflected(name), after.reflected(name)
        for part in ("primary_key", "foreign_keys", "uniques", "checks", "options"):
            assert getattr(one, part) == getattr(other, part), (name, part)
        for a, b in zip(one.columns, other.columns, strict=True):
            assert repr(a.type) == repr(b.type) and a.nullable == b.nullable
            assert (a.name, a.computed, a.autoincrement) == (b.name, b.computed, b.autoincrement)
        assert [i.name for i in one.indexes] == [i.name for i in other.indexes]
        assert [(i.columns, i.expressions, i.sorting) for i in one.indexes] == [
            (i.columns, i.expressions, i.sorting) for i in other.indexes
        ]


def parts(statement):
    return [line.strip().rstrip(",") for line in str(statement).splitlines() if line.strip()]


def test_what_was_declared_comes_back(engine):
    declared = MetaData()
    Table("parent", declared, Column("id", Integer, primary_key=True))
    Table(
        "child",
        declared,
        Column("a", Integer),
        Column("b", String(5), server_default="it's"),
        Column("parent_id", ForeignKey("parent.id", name="fk_p", ondelete="SET NULL")),
        Column("n", Numeric(8, 3)),
        Column("twice", Integer, Computed("a * 2", persisted=True)),
        PrimaryKeyConstraint("a", "b", name="pk_child"),
        UniqueConstraint("n", name="uq_n"),
        CheckConstraint("a > 5 AND b <> 'x:y'", name="ck_a"),
        ForeignKeyConstraint(["a", "b"], ["child.a", "child.b"], name="fk_self"),
        Index("ix_n", text("n").desc(), unique=True),
        Index("ix_low", func.lower(text("b")), sqlite_where=text("a > 1")),
    )
    declared.create_all(engine)
    child = Table("child", MetaData(), autoload_with=engine)
    shown = CreateTable(child).compile(dialect=engine.dialect)
    wanted = CreateTable(declared.tables["child"]).compile(dialect=engine.dialect)
    assert sorted(parts(shown)) == sorted(parts(wanted))
    assert child.primary_key.name == "pk_child" and child.primary_key.column_keys == ["a", "b"]
    indexes = [str(CreateIndex(i).compile(dialect=engine.dialect)) for i in child.indexes]
    assert sorted(index.strip() for index in indexes) == [
        "CREATE INDEX ix_low ON child (lower(b)) WHERE a > 1",
        "CREATE UNIQUE INDEX ix_n ON child (n DESC)",
    ]


def test_declared_columns_go_before_the_catalog(engine):
    run(engine, *SHOP)
    table = Table(
        "order", MetaData(), Column("code", types.Text, key="short"), autoload_with=engine
    )
    assert table.c.keys() == ["id", "customer_id", "short", "net", "gross", "half", "state"]
    assert isinstance(table.c.short.type, types.Text) and not hasattr(table.c, "code")


def test_only_some_columns(engine):
    run(engine, *SHOP)
    table = Table(
        "order", MetaData(), autoload_with=engine, include_columns=["id", "net"],
        resolve_fks=False,
    )  # fmt: skip
    assert table.c.keys() == ["id", "net"]
    assert {index.name for index in table.indexes} == {"ux_net"}
    assert not table.foreign_key_constraints


def test_a_listener_may_change_a_column(engine):
    run(engine, *SHOP)
    metadata = MetaData()

    @event.listens_for(metadata, "column_reflect")
    def rename(inspector, table, column_info):
        column_info["key"] = f"attr_{column_info['name']}"

    table = Table("order", metadata, autoload_with=engine)
    assert table.c.keys()[:2] == ["attr_id", "attr_customer_id"]
    assert table.primary_key.column_keys == ["attr_id"]
    assert table.c.attr_customer_id.references(metadata.tables["customer"].c.attr_id)


def test_circles_of_foreign_keys_end(engine):
    run(
        engine,
        "CREATE TABLE c (id INTEGER PRIMARY KEY, d_id INT REFERENCES d)",
        "CREATE TABLE d (id INTEGER PRIMARY KEY, c_id INT REFERENCES c)",
    )
    metadata = MetaData()
    Table("c", metadata, autoload_with=engine)
    assert sorted(metadata.tables) == ["c", "d"]


def test_metadata_reflects_all_or_some(engine):
    run(engine, *SHOP)
    everything = MetaData()
    everything.reflect(engine, views=True)
    assert sorted(everything.tables) == ["cheap", "customer", "line", "order"]
    some = MetaData()
    some.reflect(engine, only=["line"])
    assert sorted(some.tables) == ["line"]
    picked = MetaData()
    picked.reflect(engine, only=lambda name, metadata: name.startswith("c"))
    assert sorted(picked.tables) == ["customer"]
    with pytest.raises(InvalidRequestError, match=r"not available in .*: \(nope\)"):
        MetaData().reflect(engine, only=["line", "nope"])


def test_a_table_that_exists_is_extended_only_when_asked(engine):
    run(engine, *SHOP)
    metadata = MetaData()
    Table("customer", metadata, Column("id", Integer, primary_key=True))
    metadata.reflect(engine)
    assert metadata.tables["customer"].c.keys() == ["id"]
    metadata.reflect(engine, extend_existing=True)
    assert metadata.tables["customer"].c.keys() == ["id", "name"]


def test_a_table_that_is_not_there_is_not_made(engine):
    metadata = MetaData()
    with pytest.raises(NoSuchTableError, match="'nothing'"):
        Table("nothing", metadata, autoload_with=engine)
    assert "nothing" not in metadata.tables
    with pytest.raises(ArgumentError, match="engine, a connection or an Inspector, not str"):
        Table("nothing", metadata, autoload_with="sqlite://")


def test_a_reflected_table_maps_a_class(engine):
    from accord.orm import DeclarativeBase, Session

    run(engine, *SHOP)

    class Base(DeclarativeBase):
        pass

    class Customer(Base):
        __table__ = Table("customer", Base.metadata, autoload_with=engine)

    with Session(engine) as session:
        session.add_all([Customer(name="a"), Customer(name="b")])
        session.commit()
        assert [c.name for c in session.query(Customer).order_by(Customer.id)] == ["a", "b"]
