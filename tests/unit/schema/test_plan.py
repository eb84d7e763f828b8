"""The order of creation and removal, circles, sequences, listeners."""

import sqlite3
import warnings

import pytest
from hypothesis import given, settings, strategies as st

from accord import create_engine, event, sqltypes as t
from accord.exc import CircularDependencyError, InvalidRequestError
from accord.schema import (
    DDL,
    Column,
    CreateTable,
    DDLRenderer,
    DropTable,
    ForeignKey,
    Index,
    MetaData,
    Notify,
    Sequence,
    Table,
    create_plan,
    drop_plan,
    sort_tables,
)


class NoAlter(DDLRenderer):
    supports_alter = False
    supports_sequences = False


def link(metadata, name, *targets, named=False, nullable=True, **options):
    columns = [
        Column(
            f"{target}_id",
            t.Integer,
            ForeignKey(f"{target}.id", name=f"fk_{name}_{target}" if named else None, **options),
            nullable=nullable,
        )
        for target in targets
    ]
    return Table(name, metadata, Column("id", t.Integer, primary_key=True), *columns)


def statements(plan):
    """The plan in short: CREATE a, ALTER b …"""
    found = []
    for step in plan:
        if not isinstance(step, Notify):
            element = step.element
            name = getattr(element, "name", None)
            if type(step).__name__ in ("AddConstraint", "DropConstraint"):
                name = element.table.name
            found.append(f"{type(step).__name__} {name}")
    return found


def run(metadata, renderer=NoAlter):
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA foreign_keys = ON")

    class Bind:
        def execute(self, element):
            connection.execute(str(element))

        class dialect:
            name = "sqlite"

    for plan in (create_plan, drop_plan):
        for step in plan(metadata, renderer=renderer):
            step.fire(Bind()) if isinstance(step, Notify) else connection.execute(
                renderer(DEFAULT_TARGET).render(step)
            )
        if plan is create_plan:
            tables = {
                row[0]
                for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            assert tables == {table.name for table in metadata.tables.values()}
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    connection.close()


from accord.sql.target import DEFAULT_TARGET  # noqa: E402


def test_tables_in_dependency_order():
    metadata = MetaData()
    link(metadata, "a", "c", "b")
    link(metadata, "b", "c")
    link(metadata, "c")
    link(metadata, "self", "self")
    assert [table.name for table in metadata.sorted_tables] == ["c", "b", "a", "self"]
    assert statements(create_plan(metadata)) == [
        "CreateTable c",
        "CreateTable b",
        "CreateTable a",
        "CreateTable self",
    ]
    assert statements(drop_plan(metadata)) == [
        "DropTable self",
        "DropTable a",
        "DropTable b",
        "DropTable c",
    ]
    run(metadata)


def test_explicit_dependency():
    metadata = MetaData()
    first, second = link(metadata, "a"), link(metadata, "b")
    first.add_is_dependent_on(second)
    assert [table.name for table in metadata.sorted_tables] == ["b", "a"]


def test_circle_warns_and_is_opened_by_alter():
    metadata = MetaData()
    link(metadata, "a", "b", named=True)
    link(metadata, "b", "a", named=True)
    with pytest.warns(UserWarning, match="circle.*use_alter"):
        assert len(metadata.sorted_tables) == 2
    assert statements(create_plan(metadata)) == [
        "CreateTable a",
        "CreateTable b",
        "AddConstraint a",
    ]
    assert statements(drop_plan(metadata)) == ["DropConstraint a", "DropTable b", "DropTable a"]


def test_use_alter_needs_no_warning():
    metadata = MetaData()
    link(metadata, "a", "b", named=True, use_alter=True)
    link(metadata, "b", "a", named=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [table.name for table in metadata.sorted_tables] == ["a", "b"]
    assert statements(create_plan(metadata)) == [
        "CreateTable a",
        "CreateTable b",
        "AddConstraint a",
    ]


def test_circle_is_opened_at_the_nullable_key():
    metadata = MetaData()
    link(metadata, "a", "b", named=True, nullable=False)
    link(metadata, "b", "a", named=True)
    assert statements(create_plan(metadata)) == [
        "CreateTable b",
        "CreateTable a",
        "AddConstraint b",
    ]


def test_circle_without_names_cannot_be_dropped():
    metadata = MetaData()
    link(metadata, "a", "b")
    link(metadata, "b", "a")
    assert statements(create_plan(metadata))[-1] == "AddConstraint a"
    with pytest.raises(CircularDependencyError, match=r"name='fk_…'"):
        drop_plan(metadata)


def test_circle_where_nothing_can_be_altered():
    metadata = MetaData()
    link(metadata, "a", "b")
    link(metadata, "b", "a")
    assert statements(create_plan(metadata, renderer=NoAlter)) == ["CreateTable a", "CreateTable b"]
    with pytest.warns(UserWarning, match="dropped one after the other"):
        assert len(drop_plan(metadata, renderer=NoAlter)) > 2
    with pytest.warns(UserWarning):
        run(metadata)


def test_only_what_is_missing_and_only_what_is_there():
    metadata = MetaData()
    a = link(metadata, "a")
    b = link(metadata, "b", "a")
    Index("ix_b", b.c.a_id)
    assert statements(create_plan(metadata, existing=lambda item: item is a)) == [
        "CreateTable b",
        "CreateIndex ix_b",
    ]
    assert statements(drop_plan(metadata, existing=lambda item: item is a)) == ["DropTable a"]
    assert statements(create_plan(metadata, [b])) == ["CreateTable b", "CreateIndex ix_b"]
    assert statements(create_plan(metadata, [])) == []
    run(metadata)


def test_sequences():
    metadata = MetaData()
    Sequence("free", metadata=metadata)
    Sequence("optional", metadata=metadata, optional=True)
    Table("t", metadata, Column("id", t.Integer, Sequence("of_column"), primary_key=True))

    class Optional(DDLRenderer):
        sequences_optional = True

    assert statements(create_plan(metadata)) == [
        "CreateSequence free",
        "CreateSequence optional",
        "CreateSequence of_column",
        "CreateTable t",
    ]
    assert "CreateSequence optional" not in statements(create_plan(metadata, renderer=Optional))
    assert statements(create_plan(metadata, renderer=NoAlter)) == ["CreateTable t"]
    assert statements(drop_plan(metadata)) == [
        "DropTable t",
        "DropSequence of_column",
        "DropSequence free",
        "DropSequence optional",
    ]
    assert "CreateSequence free" not in statements(
        create_plan(metadata, existing=lambda item: getattr(item, "name", "") == "free")
    )
    assert statements(create_plan(metadata, [metadata.tables["t"]])) == [
        "CreateSequence of_column",
        "CreateTable t",
    ]


def test_comments_are_statements_where_they_must_be():
    metadata = MetaData()
    Table("t", metadata, Column("id", t.Integer, primary_key=True, comment="c"), comment="t")

    class Comments(DDLRenderer):
        supports_comments = True

    assert statements(create_plan(metadata, renderer=Comments)) == [
        "CreateTable t",
        "SetTableComment t",
        "SetColumnComment id",
    ]
    assert statements(create_plan(metadata)) == ["CreateTable t"]


def test_what_a_dialect_adds():
    class Types(DDLRenderer):
        @classmethod
        def before_create(cls, tables):
            return [DDL("CREATE TYPE x")]

        @classmethod
        def after_drop(cls, tables):
            return [DDL("DROP TYPE x")]

    metadata = MetaData()
    link(metadata, "a")
    plan = [step for step in create_plan(metadata, renderer=Types) if not isinstance(step, Notify)]
    assert str(plan[0]) == "CREATE TYPE x"
    plan = [step for step in drop_plan(metadata, renderer=Types) if not isinstance(step, Notify)]
    assert str(plan[-1]) == "DROP TYPE x"


# --- listeners ------------------------------------------------------------------------------------


def fire(plan, connection="connection"):
    for step in plan:
        if isinstance(step, Notify):
            step.fire(connection)


def test_listeners_of_tables_and_metadata():
    metadata = MetaData()
    heard = []

    def listener(label):
        return lambda target, connection, **details: heard.append((label, target, connection))

    early = Table(
        "early",
        metadata,
        Column("id", t.Integer, primary_key=True),
        listeners=[("after_create", listener("early"))],
    )
    table = link(metadata, "a")
    event.listen(table, "before_create", listener("before a"))
    event.listen(table, "after_create", listener("after a"))
    event.listen(metadata, "before_create", listener("before all"))
    event.listen(metadata, "after_drop", listener("after drop"))

    @event.listens_for(Table, "before_drop")
    def every(target, connection, **details):
        heard.append(("drop", target, connection))

    try:
        fire(create_plan(metadata))
        assert heard == [
            ("before all", metadata, "connection"),
            ("before a", table, "connection"),
            ("after a", table, "connection"),
            ("early", early, "connection"),
        ]
        heard.clear()
        fire(drop_plan(metadata))
        assert [(label, target) for label, target, _ in heard] == [
            ("drop", early),
            ("drop", table),
            ("after drop", metadata),
        ]
    finally:
        event.remove(Table, "before_drop", every)
    with pytest.raises(InvalidRequestError, match="No such event"):
        event.listen(table, "before_nonsense", every)


def test_listeners_know_the_tables():
    metadata = MetaData()
    table = link(metadata, "a")
    seen = {}
    event.listen(
        metadata, "after_create", lambda target, connection, **details: seen.update(details)
    )
    fire(create_plan(metadata, checkfirst=False))
    assert seen == {"tables": [table], "checkfirst": False}


def test_ddl_as_a_listener():
    class Bind:
        def __init__(self):
            self.executed = []

        def execute(self, element):
            self.executed.append(str(element))

        class dialect:
            name = "sqlite"

    metadata = MetaData()
    table = link(metadata, "a")
    event.listen(table, "after_create", DDL("CREATE TRIGGER x ON %(table)s"))
    event.listen(table, "after_create", DDL("nothing").execute_if(dialect="oracle"))
    bind = Bind()
    fire(create_plan(metadata), bind)
    assert bind.executed == ["CREATE TRIGGER x ON a"]


def test_attachment_events():
    heard = []

    @event.listens_for(Column, "after_parent_attach")
    def attached(column, table):
        heard.append((column.name, table.name))

    try:
        link(MetaData(), "a", "b")
    finally:
        event.remove(Column, "after_parent_attach", attached)
    assert heard == [("id", "a"), ("b_id", "a")]


# --- any graph ------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 6), st.booleans(), st.booleans()),
        max_size=14,
        unique_by=lambda e: e[:2],
    )
)
def test_every_graph_can_be_created_and_dropped(edges):
    metadata = MetaData()
    for number in range(7):
        keys = [
            Column(
                f"to_{target}",
                t.Integer,
                ForeignKey(f"t{target}.id", name=f"fk_{number}_{target}", use_alter=alter),
                nullable=nullable,
            )
            for source, target, nullable, alter in edges
            if source == number
        ]
        Table(f"t{number}", metadata, Column("id", t.Integer, primary_key=True), *keys)
    plan = [step for step in create_plan(metadata) if not isinstance(step, Notify)]
    there: set = set()
    added = 0
    for step in plan:
        if type(step).__name__ == "CreateTable":
            for key in step.include_foreign_key_constraints:
                assert key.referred_table in there or key.referred_table is step.element
                added += 1
            there.add(step.element)
        else:
            assert step.element.table in there and step.element.referred_table in there
            added += 1
    assert len(there) == 7 and added == len(edges)
    dropped: set = set()
    constraints = {
        key for table in metadata.tables.values() for key in table.foreign_key_constraints
    }
    for step in drop_plan(metadata):
        if type(step).__name__ == "DropConstraint":
            constraints.discard(step.element)
        elif type(step).__name__ == "DropTable":
            pointing = [
                key
                for key in constraints
                if key.referred_table is step.element and key.table is not step.element
            ]
            assert all(key.table in dropped for key in pointing)
            dropped.add(step.element)
    assert len(dropped) == 7
    assert len(sort_tables(metadata.tables.values(), warn=False)) == 7


def test_listeners_of_indexes_and_statements_that_make_and_drop_a_table():
    columns = (Column("id", t.Integer, primary_key=True), Column("x", t.Integer))
    table = Table("t", MetaData(), *columns)
    index = Index("ix", table.c.x)
    plain = [str(step) for step in create_plan(table.metadata)]
    heard = []
    event.listen(index, "before_create", lambda *given, **more: heard.append(("before", *given)))
    event.listen(Index, "after_create", after := lambda *given, **more: heard.append(given))
    try:
        plan = create_plan(table.metadata)
        assert [str(step) for step in plan if not isinstance(step, Notify)] == [
            text for text in plain if not text.startswith("-- ")
        ]
        assert "-- before_create of ix" in map(str, plan)
        fire(plan)
        assert heard == [("before", index, "connection"), (index, "connection")]
        heard.clear()
        engine = create_engine("sqlite://")
        table.create(engine)
        index.drop(engine)
        assert [given[0] for given in heard] == ["before", index]
        heard.clear()
        index.create(engine)
        assert [given[0] for given in heard] == ["before", index]
    finally:
        event.remove(Index, "after_create", after)
    table.set_creator_ddl(CreateTable(table, if_not_exists=True))
    table.set_dropper_ddl(DropTable(table, if_exists=True))
    index.drop(engine)
    table.create(engine)  # is there already
    table.drop(engine)
    table.drop(engine)
