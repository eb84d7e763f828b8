"""Column: arguments, defaults, attachment, copies."""

import datetime as dt

import pytest

from accord import sqltypes as t
from accord.exc import ArgumentError, DuplicateColumnError
from accord.schema import (
    CheckConstraint,
    Column,
    ColumnDefault,
    Computed,
    DefaultClause,
    FetchedValue,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    Sequence,
    Table,
    UniqueConstraint,
)
from accord.sql.functions import func
from accord.sql.text import TextClause


def table(*columns, name="t", metadata=None, **options):
    return Table(name, MetaData() if metadata is None else metadata, *columns, **options)


def test_name_type_and_items_by_position_or_keyword():
    assert Column("x", t.Integer).name == "x"
    assert isinstance(Column("x", t.Integer).type, t.Integer)
    assert isinstance(Column(t.String(5)).type, t.String)
    assert Column(t.String(5)).name is None
    assert isinstance(Column(name="x", type_=t.Text).type, t.Text)
    assert Column("x", ForeignKey("a.b")).type is t.NULLTYPE
    assert Column("x").type is t.NULLTYPE
    assert Column("x", t.Integer, key="y").key == "y"
    with pytest.raises(ArgumentError, match="given twice"):
        Column("x", t.Integer, name="y")
    with pytest.raises(ArgumentError, match="given twice"):
        Column("x", t.Integer, type_=t.Text)
    with pytest.raises(ArgumentError, match="an SQL type such as String"):
        Column("x", int)
    with pytest.raises(ArgumentError, match="a Column takes a name, a type, then"):
        Column("x", t.Integer, "nonsense")
    with pytest.raises(ArgumentError, match="a Column takes a name"):
        Column("x", t.Integer, UniqueConstraint("x"))


def test_misspelt_keywords_are_refused_with_a_hint():
    with pytest.raises(TypeError, match="did you mean 'nullable'"):
        Column("x", t.Integer, nulable=True)
    with pytest.raises(TypeError, match="did you mean 'autoincrement'"):
        Column("x", t.Integer, auto_increment=True)
    with pytest.raises(TypeError, match="unexpected keyword argument 'size'"):
        Column("x", t.Integer, size=5)
    column = Column("x", t.Integer, sqlite_on_conflict_not_null="FAIL", mysql_charset="utf8")
    assert column.dialect_options == {
        "sqlite": {"on_conflict_not_null": "FAIL"},
        "mysql": {"charset": "utf8"},
    }
    assert column.dialect_option("sqlite", "on_conflict_not_null") == "FAIL"
    assert column.dialect_option("sqlite", "other", 5) == 5


def test_nullable():
    assert Column("x", t.Integer).nullable
    assert not Column("x", t.Integer, primary_key=True).nullable
    assert Column("x", t.Integer, primary_key=True, nullable=True).nullable
    assert not Column("x", t.Integer, nullable=False).nullable
    assert not Column("x", t.Integer, Identity()).nullable
    assert Column("x", t.Integer, Identity(), nullable=True).nullable


def test_scalar_default():
    column = Column("x", t.Integer, default=5)
    default = column.default
    assert (default.arg, default.is_scalar, default.is_callable, default.is_clause_element) == (
        5,
        True,
        False,
        False,
    )
    assert default.column is column
    assert Column("x", t.Integer, default=None).default is None
    assert Column("x", t.Integer, default=1, insert_default=2).default.arg == 2
    assert Column("x", t.Boolean, default=False).default.arg is False


def test_callable_default_with_and_without_context():
    class Maker:
        def __call__(self):
            return 7

        def method(self, context):
            return context

    def none():
        return 1

    def one(context):
        return context

    def optional(value=3):
        return value

    for function, result, wants in [
        (none, 1, False),
        (one, "ctx", True),
        (optional, 3, False),
        (dict, {}, False),
        (dt.datetime.now, None, False),
        (dt.datetime.utcnow, None, False),
        (Maker(), 7, False),
        (Maker().method, "ctx", True),
        (lambda: 5, 5, False),
    ]:
        default = Column("x", t.Integer, default=function).default
        assert default.is_callable and default.takes_context is wants
        assert default.function == function
        if result is not None:
            assert default.arg("ctx") == result
    with pytest.raises(ArgumentError, match="no argument, or one"):
        Column("x", t.Integer, default=lambda a, b: 1)


def test_expression_default_and_onupdate():
    column = Column("x", t.DateTime, default=func.now(), onupdate=func.now())
    assert column.default.is_clause_element and not column.default.for_update
    assert column.onupdate.is_clause_element and column.onupdate.for_update
    assert Column("x", t.Integer, onupdate=5).onupdate.arg == 5
    assert Column("x", t.Integer, onupdate=lambda: 5).onupdate.arg(None) == 5


def test_server_defaults():
    assert isinstance(Column("x", t.Integer, server_default="5").server_default, DefaultClause)
    assert Column("x", t.Integer, server_default="5").server_default.arg == "5"
    assert Column("x", t.Integer, server_default=TextClause("5")).server_default.is_clause_element
    assert Column("x", t.Integer, server_default=func.now()).server_default.has_argument
    fetched = FetchedValue()
    column = Column("x", t.Integer, server_default=fetched, server_onupdate=fetched)
    assert not column.server_default.for_update
    assert column.server_onupdate.for_update
    assert not column.server_default.has_argument
    assert Column("x", t.Integer, FetchedValue()).server_default is not None
    with pytest.raises(ArgumentError, match="server_default takes a string"):
        Column("x", t.Integer, server_default=5)
    with pytest.raises(ArgumentError, match="pass it as server_default="):
        Column("x", t.Integer, default=FetchedValue())
    with pytest.raises(ArgumentError, match="pass it as server_onupdate="):
        Column("x", t.Integer, onupdate=FetchedValue())


def test_computed_and_identity():
    column = Column("x", t.Integer, Computed("a + b", persisted=True))
    assert column.computed is column.server_default is column.server_onupdate
    assert column.computed.persisted
    with pytest.raises(ArgumentError, match="Computed and cannot have"):
        Column("x", t.Integer, Computed("a"), default=5)
    with pytest.raises(ArgumentError, match="Computed and cannot have"):
        Column("x", t.Integer, Computed("a"), server_default="5")
    column = Column("x", t.Integer, Identity(start=5))
    assert column.identity is column.server_default and column.identity.is_identity
    with pytest.raises(ArgumentError, match="cannot have a server_default"):
        Column("x", t.Integer, Identity(), server_default="5")
    with pytest.raises(ArgumentError, match="autoincrement=False"):
        Column("x", t.Integer, Identity(), autoincrement=False)


def test_sequence_as_default_joins_the_metadata():
    sequence = Sequence("s")
    column = Column("id", t.Integer, sequence, primary_key=True)
    assert column.default is sequence and column.default.is_sequence
    metadata = MetaData(schema="sales")
    owner = table(column, metadata=metadata)
    assert sequence.metadata is metadata and metadata.sequences == {"sales.s": sequence}
    assert owner.autoincrement_column is column
    assert sequence.next_value().type.python_type is int
    assert Column("id", t.Integer, default=Sequence("s")).default.name == "s"


def test_index_and_unique_flags():
    owner = table(
        Column("a", t.Integer, index=True),
        Column("b", t.Integer, unique=True),
        Column("c", t.Integer, index=True, unique=True),
    )
    assert {(i.name, i.unique) for i in owner.indexes} == {("ix_t_a", False), ("ix_t_c", True)}
    unique = [c for c in owner.constraints if isinstance(c, UniqueConstraint)]
    assert [c.column_keys for c in unique] == [["b"]]
    with pytest.raises(ArgumentError, match="takes True or False"):
        Column("x", t.Integer, index="ix")
    with pytest.raises(ArgumentError, match="UniqueConstraint"):
        Column("x", t.Integer, unique="uq")


def test_sensitive_comment_doc_info_system_quote():
    column = Column(
        "x", t.String, sensitive=True, comment="c", doc="d", info={"a": 1}, system=True, quote=True
    )
    assert column.sensitive and column.comment == "c" and column.doc == "d" and column.system
    assert column.info == {"a": 1}
    assert column.name == "x" and column.name.quote is True
    assert not Column("x", t.String).sensitive
    column.info["b"] = 2
    assert column.info == {"a": 1, "b": 2}


def test_attachment_errors():
    column = Column("x", t.Integer)
    table(column)
    with pytest.raises(ArgumentError, match=r"belongs to table 't' already.*column.copy\(\)"):
        table(column, name="u")
    with pytest.raises(ArgumentError, match="has no name"):
        table(Column(t.Integer))
    with pytest.raises(DuplicateColumnError, match="has a column 'x' already"):
        table(Column("x", t.Integer), Column("x", t.String))
    with pytest.raises(DuplicateColumnError):
        table(Column("x", t.Integer), Column("x", t.String, key="y"))
    with pytest.raises(ArgumentError, match="a Table takes Column, constraint and Index"):
        table(t.Integer)
    with pytest.raises(ArgumentError, match="a Table takes Column"):
        table(None)


def test_replace_column():
    owner = table(
        Column("id", t.Integer, primary_key=True),
        Column("x", t.Enum("a", create_constraint=True), ForeignKey("other.id"), index=True),
        Column("y", t.Integer),
    )
    assert len(owner.constraints) == 3
    owner.append_column(Column("x", t.String), replace_existing=True)
    assert [c.name for c in owner.c] == ["id", "x", "y"]
    assert isinstance(owner.c.x.type, t.String)
    assert not owner.foreign_keys and not owner.indexes and len(owner.constraints) == 1
    owner.append_column(Column("id", t.BigInteger, primary_key=True), replace_existing=True)
    assert list(owner.primary_key) == [owner.c.id] and isinstance(owner.c.id.type, t.BigInteger)
    owner.append_column(Column("id", t.BigInteger), replace_existing=True)
    assert list(owner.primary_key) == []
    with pytest.raises(DuplicateColumnError, match="replace_existing=True"):
        owner.append_column(Column("y", t.Integer))


def test_copy_is_a_new_definition_of_the_same():
    default = ColumnDefault(lambda context: context)
    column = Column(
        "x",
        t.Integer,
        ForeignKey("other.id", ondelete="CASCADE"),
        CheckConstraint("x > 5", name="c"),
        key="k",
        default=default,
        onupdate=5,
        server_default="3",
        server_onupdate=FetchedValue(),
        nullable=False,
        index=True,
        unique=True,
        comment="c",
        info={"a": 1},
        sensitive=True,
        mysql_charset="x",
    )
    twin = column.copy()
    assert twin is not column and twin.cache_key != column.cache_key
    assert (twin.name, twin.key, twin.nullable, twin.index, twin.unique, twin.comment) == (
        "x",
        "k",
        False,
        True,
        True,
        "c",
    )
    assert twin.sensitive and twin.dialect_options == {"mysql": {"charset": "x"}}
    assert twin.type is column.type
    assert twin.default.arg(5) == 5 and twin.default is not column.default
    assert twin.default.column is twin and column.default.column is column
    assert twin.onupdate.arg == 5 and twin.onupdate.for_update
    assert twin.server_default.arg == "3"
    assert twin.server_onupdate.for_update
    (key,) = twin.foreign_keys
    assert key.ondelete == "CASCADE" and key.parent is twin
    (check,) = twin.constraints
    assert check.name == "c" and check.column is twin
    twin.info["b"] = 2
    assert column.info == {"a": 1}
    table(column, Column("id", t.Integer, primary_key=True))
    again = column.copy()
    assert again.table is None and twin.table is None


def test_copies_of_identity_computed_sequence():
    for item, attribute in [
        (Identity(start=5), "identity"),
        (Computed("a"), "computed"),
        (Sequence("s"), "default"),
    ]:
        column = Column("x", t.Integer, item)
        twin = column.copy()
        assert getattr(twin, attribute) is not getattr(column, attribute)
        assert getattr(twin, attribute).column is twin
    assert Column("x", t.Integer, Computed("a")).copy().server_onupdate is not None


def test_type_comes_from_the_referenced_column_whatever_the_order():
    metadata = MetaData()
    child = table(Column("a_id", ForeignKey("a.id")), name="c", metadata=metadata)
    middle = table(Column("id", ForeignKey("b.id"), primary_key=True), name="a", metadata=metadata)
    assert child.c.a_id.type is t.NULLTYPE
    table(Column("id", t.Uuid, primary_key=True), name="b", metadata=metadata)
    assert isinstance(middle.c.id.type, t.Uuid)
    assert isinstance(child.c.a_id.type, t.Uuid)
    late = table(name="d", metadata=metadata)
    late.append_column(Column("b_id", ForeignKey("b.id")))
    assert isinstance(late.c.b_id.type, t.Uuid)


def test_untyped_circle_of_foreign_keys_ends():
    metadata = MetaData()
    one = table(Column("id", ForeignKey("b.id")), name="a", metadata=metadata)
    table(Column("id", ForeignKey("a.id")), name="b", metadata=metadata)
    assert one.c.id.type is t.NULLTYPE


def test_references_and_repr():
    metadata = MetaData()
    child = table(Column("a_id", ForeignKey("a.id")), name="c", metadata=metadata)
    parent = table(Column("id", t.Integer, primary_key=True), name="a", metadata=metadata)
    assert child.c.a_id.references(parent.c.id)
    assert not child.c.a_id.references(child.c.a_id)
    assert repr(child.c.a_id) == "Column('a_id', Integer(), ForeignKey('a.id'), table=<c>)"
    assert (
        repr(parent.c.id) == "Column('id', Integer(), table=<a>, primary_key=True, nullable=False)"
    )
    assert "default" in repr(Column("x", t.String, default="secret"))
    assert "secret" not in repr(Column("x", t.String, default="secret"))


def test_append_foreign_key():
    column = Column("x", t.Integer)
    table(column)
    column.append_foreign_key(ForeignKey("other.id"))
    assert len(column.table.foreign_key_constraints) == 1


def test_index_over_columns_before_their_table():
    column, other = Column("x", t.Integer), Column("y", t.Integer)
    index = Index("ix", column, other)
    assert index.table is None
    owner = table(column, other)
    assert index.table is owner and index in owner.indexes


def test_next_value_in_statements():
    from accord.sql import insert, select

    sequence = Sequence("my_seq", schema="s")
    assert str(select(sequence.next_value())).startswith("SELECT nextval('s.my_seq')")
    assert "nextval('s.my_seq')" in str(select(sequence))
    owner = table(Column("id", t.Integer, sequence, primary_key=True), Column("x", t.Integer))
    assert "nextval" in str(insert(owner).values(x=1, id=sequence.next_value()))
    with pytest.raises(TypeError):
        bool(sequence.next_value())
