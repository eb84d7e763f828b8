"""Constraints, foreign keys, indexes, naming conventions, and the model the unit of work sees."""

import pytest

from accord import sqltypes as t
from accord.exc import (
    ArgumentError,
    ConstraintColumnNotFoundError,
    InvalidRequestError,
    NoReferencedColumnError,
    NoReferencedTableError,
)
from accord.schema import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    ForeignKeyTarget,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    conv,
)
from accord.schema.constraint_model import constraint_model
from accord.sql.functions import func
from accord.sql.text import TextClause


def pk():
    return Column("id", t.Integer, primary_key=True)


def make(*items, name="t", metadata=None, **options):
    return Table(name, MetaData() if metadata is None else metadata, pk(), *items, **options)


# --- foreign keys ---------------------------------------------------------------------------------


def test_foreign_key_by_name_in_any_order():
    metadata = MetaData()
    child = make(Column("p", t.Integer, ForeignKey("parent.id")), name="child", metadata=metadata)
    parent = make(name="parent", metadata=metadata)
    (key,) = child.foreign_keys
    assert key.column is parent.c.id and key.parent is child.c.p
    assert key.target_fullname == "parent.id"
    assert key.constraint.referred_table is parent
    assert list(key.constraint.columns) == [child.c.p]
    assert key.constraint.referred_columns == [parent.c.id]
    assert child.c.p.foreign_keys == {key}
    assert key.references(parent) and key.get_referent(parent) is parent.c.id
    assert key.get_referent(parent.alias()).name == "id"
    assert key.get_referent(child) is None


def test_foreign_key_to_a_table_means_the_column_called_alike():
    metadata = MetaData()
    child = make(Column("ref", t.Integer, ForeignKey("parent")), name="child", metadata=metadata)
    (key,) = child.foreign_keys
    assert key.target_table_key == "parent" and key.target_column_name == "ref"
    parent = make(Column("ref", t.Integer), name="parent", metadata=metadata)
    assert key.column is parent.c.ref


def test_foreign_key_target_in_names_may_have_dots():
    metadata = MetaData()
    parent = make(Column("a.b", t.Integer), name="my.tbl", metadata=metadata)
    child = make(Column("p", ForeignKey(("my.tbl", "a.b"))), name="child", metadata=metadata)
    (key,) = child.foreign_keys
    assert key.column is parent.c["a.b"] and key.target_column is None
    assert key.target_tokens == ForeignKeyTarget(None, "my.tbl", "a.b")
    assert key.target_table_name == "my.tbl"
    copied = child.to_metadata(other := MetaData(), schema="s")
    assert next(iter(copied.foreign_keys)).target_tokens == ("s", "my.tbl", "a.b")
    assert next(iter(copied.foreign_keys)).target_table_key == "s.my.tbl"
    parent.to_metadata(other, schema="s")
    assert next(iter(copied.foreign_keys)).column.table is other.tables["s.my.tbl"]
    assert ForeignKey("s.my.id").target_tokens == ("s", "my", "id")
    assert ForeignKey(parent.c.id).target_tokens == (None, "my.tbl", "id")
    assert ForeignKey(parent.c.id).target_column is parent.c.id


def test_foreign_key_by_column_and_self_reference():
    parent = make(name="parent")
    child = make(Column("p", ForeignKey(parent.c.id)), name="child", metadata=parent.metadata)
    assert next(iter(child.foreign_keys)).column is parent.c.id
    own = Column("id", t.Integer, primary_key=True)
    node = Table("node", MetaData(), own, Column("up", ForeignKey(own)))
    assert next(iter(node.foreign_keys)).column is node.c.id


def test_foreign_key_across_schemas():
    metadata = MetaData(schema="a")
    near = make(name="near", metadata=metadata)
    far = Table("far", metadata, pk(), schema="b")
    child = make(
        Column("n", ForeignKey("near.id")),
        Column("f", ForeignKey("b.far.id")),
        name="child",
        metadata=metadata,
    )
    assert next(iter(child.c.n.foreign_keys)).column is near.c.id
    assert next(iter(child.c.f.foreign_keys)).column is far.c.id


def test_foreign_key_errors_name_what_there_is():
    metadata = MetaData()
    child = make(
        Column("a", t.Integer, ForeignKey("nope.id")),
        Column("b", t.Integer, ForeignKey("parent.nope")),
        name="child",
        metadata=metadata,
    )
    make(name="parent", metadata=metadata)
    with pytest.raises(
        NoReferencedTableError, match=r"child\.a .*no table 'nope'; it has child, parent"
    ):
        next(iter(child.c.a.foreign_keys)).column  # noqa: B018
    with pytest.raises(NoReferencedColumnError, match=r"child\.b .*no column 'nope'; it has id"):
        next(iter(child.c.b.foreign_keys)).column  # noqa: B018
    with pytest.raises(InvalidRequestError, match="belongs to no column of a table yet"):
        ForeignKey("a.b").column  # noqa: B018
    with pytest.raises(ArgumentError, match=r"\(table, column\) or \(schema, table, column\)"):
        ForeignKey(("a", "b", "c", "d"))
    with pytest.raises(ArgumentError, match="takes 'table.column' or a Column, not int"):
        ForeignKey(5)
    loose = Column("x", t.Integer)
    late = make(Column("y", t.Integer, ForeignKey(loose)))
    with pytest.raises(InvalidRequestError, match="belongs to no table"):
        next(iter(late.foreign_keys)).column  # noqa: B018
    key = ForeignKey("a.b")
    Column("x", key)
    with pytest.raises(InvalidRequestError, match="belongs to column 'x' already"):
        Column("y", key)


def test_link_to_name():
    metadata = MetaData()
    make(Column("db_name", t.Integer, key="code"), name="parent", metadata=metadata)
    child = make(
        Column("a", ForeignKey("parent.code")),
        Column("b", ForeignKey("parent.db_name", link_to_name=True)),
        name="child",
        metadata=metadata,
    )
    assert {next(iter(c.foreign_keys)).column.key for c in (child.c.a, child.c.b)} == {"code"}


def test_composite_foreign_key():
    metadata = MetaData()
    parent = Table(
        "parent",
        metadata,
        Column("a", t.Integer, primary_key=True),
        Column("b", t.String, primary_key=True),
    )
    child = make(
        Column("pa"),
        Column("pb"),
        ForeignKeyConstraint(
            ["pa", "pb"], ["parent.a", "parent.b"], name="fk", ondelete="SET NULL"
        ),
        name="child",
        metadata=metadata,
    )
    (constraint,) = child.foreign_key_constraints
    assert constraint.column_keys == ["pa", "pb"] and len(constraint) == 2
    assert constraint.referred_columns == [parent.c.a, parent.c.b]
    assert isinstance(child.c.pb.type, t.String)
    assert len(child.foreign_keys) == 2
    assert all(key.constraint is constraint for key in child.foreign_keys)
    with pytest.raises(ArgumentError, match="as many columns as it references, not 2 and 1"):
        ForeignKeyConstraint(["a", "b"], ["p.a"])
    with pytest.raises(ArgumentError, match="takes two lists"):
        ForeignKeyConstraint("a", "p.a")
    with pytest.raises(
        ConstraintColumnNotFoundError, match="'nope', which the table does not have; it has id"
    ):
        make(ForeignKeyConstraint(["nope"], ["p.a"]))


def test_foreign_key_options_reach_the_constraint():
    table = make(
        Column(
            "x",
            t.Integer,
            ForeignKey(
                "p.id",
                name="fk",
                ondelete="CASCADE",
                onupdate="RESTRICT",
                deferrable=True,
                initially="DEFERRED",
                use_alter=True,
                match="FULL",
                info={"a": 1},
                comment="c",
                postgresql_not_valid=True,
            ),
        )
    )
    (constraint,) = table.foreign_key_constraints
    assert (constraint.name, constraint.ondelete, constraint.onupdate) == (
        "fk",
        "CASCADE",
        "RESTRICT",
    )
    assert constraint.deferrable and constraint.initially == "DEFERRED" and constraint.use_alter
    assert constraint.match == "FULL" and constraint.info == {"a": 1} and constraint.comment == "c"
    assert constraint.dialect_options == {"postgresql": {"not_valid": True}}


# --- unique, check, index -------------------------------------------------------------------------


def test_constraints_by_column_objects_attach_themselves():
    table = make(Column("a", t.Integer), Column("b", t.Integer))
    unique = UniqueConstraint(table.c.a, table.c.b)
    check = CheckConstraint(table.c.a > 5)
    key = ForeignKeyConstraint([table.c.a], ["p.id"])
    index = Index("ix", func.lower(table.c.a), table.c.b.desc())
    assert {unique, check, key} <= table.constraints and index in table.indexes
    assert list(index.columns) == [table.c.a, table.c.b]
    late_a = Column("a", t.Integer)
    late = CheckConstraint(late_a > 5)
    assert late.table is None
    assert late in make(late_a).constraints


def test_constraint_over_two_tables_is_refused():
    one = make(Column("a", t.Integer), name="one")
    two = make(Column("a", t.Integer), name="two")
    with pytest.raises(ArgumentError, match="several tables: one, two"):
        UniqueConstraint(one.c.a, two.c.a)
    with pytest.raises(ArgumentError, match="was given column 'a' of table 'two'"):
        make(Column("b", t.Integer), name="three").append_constraint(
            UniqueConstraint("b", two.c.a, _auto_attach=False)
        )


def test_unknown_columns_and_wrong_things():
    with pytest.raises(
        ConstraintColumnNotFoundError, match=r"UniqueConstraint of table 't' names the column 'x'"
    ):
        make(UniqueConstraint("x"))
    with pytest.raises(ConstraintColumnNotFoundError, match="an Index of table 't'"):
        make(Index("ix", "x"))
    with pytest.raises(ArgumentError, match="takes column names or Column objects, not int"):
        UniqueConstraint(5)
    with pytest.raises(ArgumentError, match="a string of SQL or a condition"):
        CheckConstraint(5)
    with pytest.raises(ArgumentError, match="Index takes column names"):
        Index("ix", 5)
    with pytest.raises(ArgumentError, match="first argument of Index is its name"):
        Index(Column("x", t.Integer))


def test_check_given_to_a_column_stays_with_it():
    table = make(Column("x", t.Integer, CheckConstraint("x > 5", name="positive")))
    (check,) = table.c.x.constraints
    assert check.table is table and check not in table.constraints and check.parent is table.c.x


def test_types_ask_for_checks():
    table = make(
        Column("e", t.Enum("a", "b", create_constraint=True, name="letters")),
        Column("b", t.Boolean(create_constraint=True)),
        Column("plain", t.Enum("a")),
    )
    checks = [c for c in table.constraints if isinstance(c, CheckConstraint)]
    assert sorted(c.visit_name for c in checks) == ["type_check", "type_check"]
    assert {c.name for c in checks if isinstance(c.name, str)} == {"letters"}
    assert all(c.type_bound for c in checks)


def test_index_belongs_to_one_table():
    table = make(Column("a", t.Integer))
    index = Index("ix", table.c.a)
    with pytest.raises(ArgumentError, match="belongs to table 't' already"):
        index.attach(make(Column("a", t.Integer), name="u"))
    assert repr(index) == "Index('ix', 'a')"
    assert index.copy().table is None
    text = make(Index("ix2", TextClause("lower(a)")), Column("a", t.Integer), name="v")
    assert len(next(iter(text.indexes)).expressions) == 1


# --- naming conventions ---------------------------------------------------------------------------

CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def test_naming_convention():
    metadata = MetaData(naming_convention=CONVENTION)
    table = make(
        Column("a", t.Integer, ForeignKey("other.id"), index=True),
        Column("b", t.Integer, unique=True),
        UniqueConstraint("a", "b"),
        CheckConstraint("a > 5", name="positive"),
        Column("c", t.Integer, CheckConstraint("c > 5", name="inline")),
        Column("e", t.Enum("x", create_constraint=True, name="letters")),
        Column("f", t.Enum("x", create_constraint=True)),
        metadata=metadata,
    )
    names = {c.name for c in table.constraints if isinstance(c.name, str)}
    assert names == {
        "uq_t_b",
        "uq_t_a_b",
        "ck_t_positive",
        "ck_t_letters",
        "fk_t_a_other",
        "pk_t",
    }
    assert next(iter(table.c.c.constraints)).name == "ck_t_inline"
    assert {i.name for i in table.indexes} == {"ix_t_a"}
    assert isinstance(table.primary_key.name, conv)


def test_explicit_names_stay_unless_the_convention_builds_on_them():
    metadata = MetaData(naming_convention=CONVENTION)
    table = make(
        Column("a", t.Integer),
        UniqueConstraint("a", name="mine"),
        CheckConstraint("a > 1", name=conv("final")),
        metadata=metadata,
    )
    assert {"mine", "final"} <= {c.name for c in table.constraints}
    with pytest.raises(InvalidRequestError, match="needs a name of its own"):
        make(CheckConstraint("id > 1"), name="u", metadata=metadata)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("%(table_name)s", "t"),
        ("%(column_0_name)s", "a_name"),
        ("%(column_0_key)s", "a"),
        ("%(column_0_label)s", "t_a_name"),
        ("%(column_1_name)s", "b"),
        ("%(column_0N_name)s", "a_nameb"),
        ("%(column_0_N_name)s", "a_name_b"),
        ("%(column_0_N_key)s", "a_b"),
        ("%(column_0_N_label)s", "t_a_name_t_b"),
        ("%(referred_table_name)s", "other"),
        ("%(referred_column_0_name)s", "x"),
        ("%(referred_column_0_N_name)s", "x_y"),
        ("100%%_%(custom)s", "100%_custom_t"),
    ],
)
def test_tokens(template, expected):
    metadata = MetaData(
        naming_convention={
            "fk": template,
            "custom": lambda constraint, table: f"custom_{table.name}",
        }
    )
    table = make(
        Column("a_name", t.Integer, key="a"),
        Column("b", t.Integer),
        ForeignKeyConstraint(["a", "b"], ["s.other.x", "s.other.y"]),
        metadata=metadata,
    )
    assert next(iter(table.foreign_key_constraints)).name == expected


def test_unknown_token_and_convention_by_class():
    with pytest.raises(InvalidRequestError, match=r"%\(nope\)s, which is neither a token"):
        make(UniqueConstraint("id"), metadata=MetaData(naming_convention={"uq": "%(nope)s"}))
    metadata = MetaData(
        naming_convention={UniqueConstraint: "by_class_%(table_name)s", "uq": "by_key"}
    )
    table = make(UniqueConstraint("id"), metadata=metadata)
    assert "by_class_t" in {c.name for c in table.constraints}


def test_primary_key_name_follows_columns_added_later():
    metadata = MetaData(naming_convention={"pk": "pk_%(table_name)s_%(column_0_N_name)s"})
    table = Table(
        "t",
        metadata,
        Column("a", t.Integer, primary_key=True),
        Column("b", t.Integer, primary_key=True),
    )
    assert table.primary_key.name == "pk_t_a_b"


def test_foreign_key_to_a_column_without_table_is_named_later():
    metadata = MetaData(naming_convention=CONVENTION)
    target = Column("id", t.Integer, primary_key=True)
    child = make(Column("p", t.Integer, ForeignKey(target)), name="child", metadata=metadata)
    (constraint,) = child.foreign_key_constraints
    assert constraint.name is None
    Table("parent", metadata, target)
    assert constraint.final_name == "fk_child_p_parent"


# --- the model ------------------------------------------------------------------------------------


def test_constraint_model():
    metadata = MetaData()
    parent = make(name="parent", metadata=metadata)
    table = make(
        Column(
            "a",
            t.Integer,
            ForeignKey("parent.id", deferrable=True, initially="deferred"),
            nullable=False,
        ),
        Column("b", t.Integer, ForeignKey("t.id", ondelete="SET NULL"), unique=True),
        Column("c", t.String, nullable=False),
        UniqueConstraint("a", "c", name="uq", deferrable=True, initially="IMMEDIATE"),
        Index("plain", "c"),
        Index("unique_index", "c", unique=True),
        Index("partial", "c", unique=True, sqlite_where=TextClause("c > 5")),
        Index("expression", func.lower(TextClause("c")), unique=True),
        metadata=metadata,
    )
    model = constraint_model(table)
    assert [(slot.kind, slot.name, [c.name for c in slot.columns]) for slot in model.unique] == [
        ("primary key", None, ["id"]),
        ("constraint", "uq", ["a", "c"]),
        ("constraint", None, ["b"]),
        ("index", "unique_index", ["c"]),
    ]
    key, unique, nullable, index = model.unique
    assert not key.nullable and not unique.nullable and nullable.nullable and not index.nullable
    assert unique.deferrable and not unique.initially_deferred
    first, second = model.references
    assert first.referred_table is parent and first.referred_columns == (parent.c.id,)
    assert not first.nullable and first.deferrable and first.initially_deferred
    assert second.nullable and second.self_referential and second.ondelete == "SET NULL"
    assert model.foreign_keys is model.references
    hash(model)
    with pytest.raises(AttributeError):
        model.unique = ()


def test_constraint_model_of_a_broken_foreign_key():
    table = make(Column("a", t.Integer, ForeignKey("nope.id")))
    with pytest.raises(NoReferencedTableError):
        constraint_model(table)


def test_table_without_primary_key():
    table = Table("t", MetaData(), Column("a", t.Integer))
    assert constraint_model(table).unique == ()
    assert isinstance(table.primary_key, PrimaryKeyConstraint) and len(table.primary_key) == 0
