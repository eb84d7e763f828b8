"""Table and MetaData: registration, duplicates, extension, copies, autoincrement."""

import pickle

import pytest

from accord import sqltypes as t
from accord.exc import ArgumentError, DuplicateTableError, InvalidRequestError
from accord.schema import (
    BLANK_SCHEMA,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    UniqueConstraint,
)
from accord.schema.constraint_model import constraint_model


def pk(**options):
    return Column("id", t.Integer, primary_key=True, **options)


def test_a_second_table_of_a_name_is_an_error_by_both_its_names():
    assert issubclass(DuplicateTableError, InvalidRequestError)
    assert issubclass(DuplicateTableError, ArgumentError)


def test_a_metadata_is_bound_to_nothing():
    class Engine:
        pass

    with pytest.raises(ArgumentError, match=r"not Engine; .*metadata.create_all\(engine\)"):
        MetaData(Engine())


def test_tables_by_name():
    metadata = MetaData()
    user = Table("user", metadata, pk())
    other = Table("user", metadata, pk(), schema="sales")
    assert metadata.tables["user"] is user
    assert metadata.tables["sales.user"] is other
    assert (other.name, other.schema, other.fullname, other.key) == (
        "user",
        "sales",
        "sales.user",
        "sales.user",
    )
    assert "user" in metadata and user in metadata and "x" not in metadata
    assert str(other) == "sales.user"
    with pytest.raises(TypeError):
        metadata.tables["x"] = user
    metadata.remove(user)
    assert "user" not in metadata.tables
    metadata.clear()
    assert not metadata.tables


def test_default_schema():
    metadata = MetaData(schema="sales")
    assert Table("a", metadata, pk()).schema == "sales"
    assert Table("b", metadata, pk(), schema=BLANK_SCHEMA).schema is None
    assert Table("c", metadata, pk(), schema="other").schema == "other"
    assert set(metadata.tables) == {"sales.a", "b", "other.c"}


def test_second_definition_of_a_table():
    metadata = MetaData()
    first = Table("user", metadata, pk())
    with pytest.raises(DuplicateTableError, match=r"'user' is defined twice.*extend_existing=True"):
        Table("user", metadata, pk())
    with pytest.raises(DuplicateTableError):
        Table("user", metadata, comment="x")
    assert Table("user", metadata) is first
    assert Table("user", metadata, autoload_with=object()) is first  # it is not asked
    assert Table("user", metadata, Column("x", t.Integer), keep_existing=True) is first
    assert "x" not in first.c
    assert Table("user", MetaData(), pk()) is not first
    with pytest.raises(ArgumentError, match="exclude each other"):
        Table("user", metadata, pk(), keep_existing=True, extend_existing=True)


def test_extend_existing():
    metadata = MetaData()
    first = Table("user", metadata, pk(), Column("name", t.String(5)))
    again = Table(
        "user",
        metadata,
        Column("name", t.String(50)),
        Column("x", t.Integer, ForeignKey("user.id")),
        UniqueConstraint("x"),
        extend_existing=True,
        comment="c",
        info={"a": 1},
        mysql_engine="InnoDB",
    )
    assert again is first
    assert first.c.name.type.length == 50 and [c.name for c in first.c] == ["id", "name", "x"]
    assert first.comment == "c" and first.info == {"a": 1}
    assert first.dialect_options == {"mysql": {"engine": "InnoDB"}}
    assert any(isinstance(c, UniqueConstraint) for c in first.constraints)


def test_must_exist():
    metadata = MetaData()
    Table("user", metadata, pk())
    assert Table("user", metadata, must_exist=True).name == "user"
    with pytest.raises(InvalidRequestError, match="'nope' is not defined; there is user"):
        Table("nope", metadata, must_exist=True)


def test_bad_tables():
    with pytest.raises(ArgumentError, match="takes a MetaData as second argument"):
        Table("x", Column("y", t.Integer))
    with pytest.raises(ArgumentError, match="needs a name"):
        Table("", MetaData())
    with pytest.raises(TypeError, match="did you mean 'comment'"):
        Table("x", MetaData(), coment="x")
    metadata = MetaData()
    with pytest.raises(ArgumentError):
        Table("broken", metadata, Column("x", t.Integer), Column("x", t.Integer))
    assert "broken" not in metadata.tables  # a failed definition leaves nothing behind
    Table("broken", metadata, Column("x", t.Integer))


def test_column_access_errors_name_what_there_is():
    table = Table("t", MetaData(), pk())
    with pytest.raises(AttributeError, match="table t has no column 'x'; it has id"):
        table.c.x  # noqa: B018
    with pytest.raises(KeyError, match="it has id"):
        table.c["x"]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([pk()], "id"),
        ([Column("id", t.BigInteger, primary_key=True)], "id"),
        ([Column("id", t.String, primary_key=True)], None),
        ([pk(autoincrement=False)], None),
        ([pk(default=5)], None),
        ([pk(server_default="5")], None),
        ([Column("id", t.Integer, Identity(), primary_key=True)], "id"),
        ([Column("id", t.Integer, Sequence("s"), primary_key=True)], "id"),
        ([Column("id", t.Integer, ForeignKey("x.id"), primary_key=True)], None),
        ([Column("id", t.Integer, ForeignKey("x.id"), primary_key=True, autoincrement=True)], "id"),
        (
            [
                Column(
                    "id", t.Integer, ForeignKey("x.id"), primary_key=True, autoincrement="ignore_fk"
                )
            ],
            "id",
        ),
        ([pk(), Column("b", t.Integer, primary_key=True)], None),
        ([pk(autoincrement=True), Column("b", t.Integer, primary_key=True)], "id"),
        ([Column("x", t.Integer)], None),
    ],
)
def test_autoincrement_column(columns, expected):
    table = Table("t", MetaData(), *[column.copy() for column in columns])
    found = table.autoincrement_column
    assert (None if found is None else found.name) == expected


def test_autoincrement_of_a_decorated_integer():
    class Wrapped(t.TypeDecorator):
        impl = t.BigInteger
        cache_ok = True

    table = Table("t", MetaData(), Column("id", Wrapped, primary_key=True))
    assert table.autoincrement_column is table.c.id


def test_autoincrement_errors():
    table = Table("t", MetaData(), Column("id", t.String, primary_key=True, autoincrement=True))
    with pytest.raises(ArgumentError, match=r"t\.id has autoincrement=True and the type String"):
        table.autoincrement_column  # noqa: B018
    two = [Column(name, t.Integer, primary_key=True, autoincrement=True) for name in "ab"]
    with pytest.raises(ArgumentError, match=r"\(a, b\); only one"):
        Table("t", MetaData(), *two).autoincrement_column  # noqa: B018


def test_autoincrement_follows_later_changes():
    table = Table("t", MetaData(), pk())
    assert table.autoincrement_column is table.c.id
    table.append_column(Column("b", t.Integer, primary_key=True))
    assert table.autoincrement_column is None


def test_primary_key_constraint():
    table = Table(
        "t",
        MetaData(),
        Column("a", t.Integer),
        Column("b", t.Integer),
        PrimaryKeyConstraint("b", "a"),
    )
    assert [c.name for c in table.primary_key] == ["b", "a"]
    assert table.c.a.primary_key and not table.c.a.nullable
    assert table.c.a in table.primary_key and len(table.primary_key) == 2
    assert table.primary_key.columns.keys() == ["b", "a"]
    named = Table("u", MetaData(), pk(), PrimaryKeyConstraint(name="pk_u"))
    assert named.primary_key.name == "pk_u" and [c.name for c in named.primary_key] == ["id"]
    assert len([c for c in named.constraints if isinstance(c, PrimaryKeyConstraint)]) == 1
    reordered = Table(
        "v",
        MetaData(),
        pk(),
        Column("b", t.Integer, primary_key=True),
        PrimaryKeyConstraint("b", "id"),
    )
    assert [c.name for c in reordered.primary_key] == ["b", "id"]
    with pytest.raises(ArgumentError, match="say it once"):
        Table("w", MetaData(), pk(), Column("b", t.Integer), PrimaryKeyConstraint("b"))


def test_derived_values_are_computed_once_and_forgotten_on_change():
    table = Table("t", MetaData(), pk(), Column("a", t.Integer))
    model = constraint_model(table)
    assert constraint_model(table) is model
    table.append_constraint(UniqueConstraint("a"))
    assert constraint_model(table) is not model
    again = constraint_model(table)
    Index("ix", table.c.a, unique=True)
    assert len(constraint_model(table).unique) == len(again.unique) + 1


def copied(table, **options):
    return table.to_metadata(MetaData(), **options)


def test_to_metadata_copies_everything():
    metadata = MetaData()
    Table("parent", metadata, pk())
    table = Table(
        "t",
        metadata,
        pk(),
        Column("p", ForeignKey("parent.id", name="fk", ondelete="CASCADE"), index=True),
        Column("u", t.Integer, unique=True),
        Column("e", t.Enum("a", "b", create_constraint=True)),
        CheckConstraint("u > 5", name="ck"),
        UniqueConstraint("p", "u", name="uq"),
        ForeignKeyConstraint(["u"], ["parent.id"], name="fk2"),
        Index("ix", "u", "p"),
        comment="c",
        info={"a": 1},
        prefixes=["TEMPORARY"],
        mysql_engine="InnoDB",
    )
    twin = copied(table)
    assert twin is not table and [c.name for c in twin.c] == [c.name for c in table.c]
    assert twin.comment == "c" and twin.info == {"a": 1} and twin.prefixes == ["TEMPORARY"]
    assert twin.dialect_options == {"mysql": {"engine": "InnoDB"}}

    def shape(of):
        return sorted(
            (type(c).__name__, c.name if isinstance(c.name, str) else "") for c in of.constraints
        )

    assert shape(twin) == shape(table)
    assert {i.name for i in twin.indexes} == {"ix_t_p", "ix"}
    key = next(k for k in twin.foreign_key_constraints if k.name == "fk")
    assert key.ondelete == "CASCADE" and key.elements[0].target_fullname == "parent.id"
    assert [c.name for c in twin.primary_key] == ["id"]


def test_to_metadata_into_other_schemas_and_names():
    metadata = MetaData()
    Table("parent", metadata, pk())
    Table("far", metadata, pk(), schema="far")
    table = Table(
        "t",
        metadata,
        pk(),
        Column("p", ForeignKey("parent.id")),
        Column("f", ForeignKey("far.far.id")),
        Column("s", ForeignKey("t.id")),
    )

    def targets(of):
        return sorted(key.target_fullname for key in of.foreign_keys)

    assert targets(copied(table)) == ["far.far.id", "parent.id", "t.id"]
    moved = copied(table, schema="s")
    assert moved.fullname == "s.t" and targets(moved) == ["far.far.id", "s.parent.id", "s.t.id"]
    renamed = copied(table, name="u")
    assert renamed.fullname == "u"
    chosen = copied(table, schema="s", referred_schema_fn=lambda t, s, c, referred: "z")
    assert targets(chosen) == ["z.far.id", "z.parent.id", "z.t.id"]
    with_default = table.to_metadata(MetaData(schema="d"), schema=None)
    assert with_default.fullname == "d.t"


def test_to_metadata_twice_warns_and_answers_with_the_first():
    table = Table("t", MetaData(), pk())
    target = MetaData()
    first = table.to_metadata(target)
    with pytest.warns(UserWarning, match="exists in the given MetaData already"):
        assert table.to_metadata(target) is first


def test_create_and_drop_go_to_the_bind():
    calls = []

    class Bind:
        def create_tables(self, *args):
            calls.append(("create", *args))

        def drop_tables(self, *args):
            calls.append(("drop", *args))

    metadata = MetaData()
    table = Table("t", metadata, pk())
    bind = Bind()
    metadata.create_all(bind)
    metadata.create_all(bind, tables=[table], checkfirst=False)
    metadata.drop_all(bind)
    table.create(bind)
    table.drop(bind, checkfirst=True)
    assert calls == [
        ("create", metadata, None, True),
        ("create", metadata, [table], False),
        ("drop", metadata, None, True),
        ("create", metadata, [table], False),
        ("drop", metadata, [table], True),
    ]


def test_reprs():
    table = Table("t", MetaData(), pk())
    assert repr(table) == (
        "Table('t', MetaData(), Column('id', Integer(), table=<t>, primary_key=True, "
        "nullable=False), schema=None)"
    )
    assert repr(MetaData(schema="x")) == "MetaData(schema='x')"


def make_default():
    return 5


def test_metadata_pickles_without_its_listeners():
    from accord import event
    from accord.schema import CreateTable, Sequence

    metadata = MetaData(naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s"})
    Table("parent", metadata, pk())
    table = Table(
        "t",
        metadata,
        Column("id", t.Integer, Sequence("s"), primary_key=True),
        Column("p", ForeignKey("parent.id", name="fk"), index=True, default=make_default),
        Column("u", t.String(5), unique=True, server_default="A"),
        Column("e", t.Enum("a", "b", create_constraint=True)),
        CheckConstraint("u > 5", name="ck"),
        info={"a": 1},
        schema="sc",
    )
    event.listen(table, "after_create", lambda target, connection, **details: None)
    twin_metadata = pickle.loads(pickle.dumps(metadata))
    twin = twin_metadata.tables["sc.t"]
    assert twin is not table and twin.cache_key != table.cache_key
    assert twin.c.p.cache_key != table.c.p.cache_key
    assert str(CreateTable(twin)) == str(CreateTable(table))
    assert twin.c.p.table is twin and twin.metadata is twin_metadata
    (key,) = twin.foreign_keys
    assert key.column is twin_metadata.tables["parent"].c.id
    assert twin.c.p.default.arg(None) == 5
    assert twin.info == {"a": 1} and twin.dispatch is None
    assert twin_metadata.sequences["sc.s" if "sc.s" in twin_metadata.sequences else "s"] is (
        twin.c.id.default
    )
    assert constraint_model(twin).unique[0].columns == (twin.c.id,)
    assert [t.name for t in twin_metadata.sorted_tables] == ["parent", "t"]


def test_reflection_needs_something_that_can_reflect():
    metadata = MetaData()
    with pytest.raises(ArgumentError, match="an engine, a connection or an Inspector, not object"):
        Table("t", metadata, autoload_with=object())
    assert not metadata.tables


def test_sequences_and_enums_of_a_metadata_are_found_by_class_and_schema():
    metadata = MetaData(schema="s")
    counter = Sequence("counter", metadata=metadata)
    state = t.Enum("a", name="state", metadata=metadata)
    Table("x", metadata, Column("one", state), Column("two", state))
    assert metadata.get_schema_objects(Sequence) == (counter,)
    (found,) = metadata.get_schema_objects(t.Enum)
    assert (found.name, found.schema) == ("state", "s")
    assert metadata.get_schema_objects(t.Enum, schema="z") == ()
    assert metadata.get_schema_object_by_name(Sequence, "counter") is counter
    assert metadata.get_schema_object_by_name(Sequence, "nobody") is None
