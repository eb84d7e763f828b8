"""The comparison of values: what differs between a catalog and declared tables, what does not."""

import pytest

from accord import (
    CheckConstraint,
    Column,
    Computed,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    UniqueConstraint,
    text,
)
from accord.dialect.reflection import (
    ReflectedCheck,
    ReflectedColumn,
    ReflectedComputed,
    ReflectedForeignKey,
    ReflectedIndex,
    ReflectedPrimaryKey,
    ReflectedTable,
    ReflectedUnique,
)
from accord.hooks import load_dialect
from accord.schemadiff import Catalog, Terms, differences, statements

KEY = ReflectedPrimaryKey(columns=("id",))


def terms(name="postgresql"):
    dialect = load_dialect(name)(None)
    renderer = dialect.ddl_renderer(dialect.target, sql_renderer=dialect.renderer, dialect=dialect)
    return Terms(dialect=name, renderer=renderer, reflection=dialect.reflection())


def there(*columns, name="item", **parts):
    key = ReflectedColumn(name="id", type=Integer(), nullable=False)
    return ReflectedTable(name=name, columns=(key, *columns), primary_key=KEY, **parts)


def item(*parts, name="item", metadata=None):
    key = Column("id", Integer, primary_key=True, autoincrement=False)
    return Table(name, MetaData() if metadata is None else metadata, key, *parts)


def compared(declared, found, dialect="postgresql", sequences=(), has=()):
    tables = [declared] if isinstance(declared, Table) else declared
    reflected = [found] if isinstance(found, ReflectedTable) else found
    catalog = Catalog(
        tables={(one.schema, one.name): one for one in reflected}, sequences=frozenset(has)
    )
    return differences(tables, sequences, catalog, terms(dialect))


def said(*arguments, **options):
    return [str(one) for one in compared(*arguments, **options)]


def ddl(*arguments, dialect="postgresql", **options):
    found = compared(*arguments, dialect=dialect, **options)
    return [str(one) for one in statements(found, terms(dialect))]


def name(type_=None, **options):
    return ReflectedColumn(name="name", type=type_ or String(20), **options)


def test_equal_values_have_no_difference():
    assert said(item(Column("name", String(20))), there(name())) == []


def test_the_order_of_columns_and_the_names_of_constraints_do_not_count():
    declared = item(
        Column("name", String(20)), Column("a", Integer), UniqueConstraint("a"),
        CheckConstraint("a > 5"),
    )  # fmt: skip
    found = there(
        ReflectedColumn(name="a", type=Integer()), name(),
        uniques=(ReflectedUnique(columns=("a",), name="made_up"),),
        checks=(ReflectedCheck(sqltext="(a) > 5", name="made_up_2"),),
    )  # fmt: skip
    assert said(declared, found) == []


@pytest.mark.parametrize(
    ("column", "found", "expected"),
    [
        (Column("name", String(30)), name(),
         ["change type of column name of table item: VARCHAR(20) → VARCHAR(30)"]),
        (Column("name", String(20), nullable=False), name(),
         ["change nullability of column name of table item: NULL → NOT NULL"]),
        (Column("name", String(20), server_default="x"), name(),
         ["change default of column name of table item: none → 'x'"]),
        (Column("name", String(20)), name(default="'x'::character varying"),
         ["change default of column name of table item: 'x'::character varying → none"]),
        (Column("name", String(20), comment="c"), name(),
         ["change comment of column name of table item: none → c"]),
        (Column("name", Integer, Computed("id + 1")), name(Integer()),
         ["change computation of column name of table item: none → id + 1"]),
    ],
)  # fmt: skip
def test_a_column_differs(column, found, expected):
    assert said(item(column), there(found)) == expected


@pytest.mark.parametrize(
    ("column", "found"),
    [
        (Column("name", String(20), server_default="x"), name(default="'x'::character varying")),
        (Column("name", Integer, server_default="-1"), name(Integer(), default="'-1'::integer")),
        (Column("name", Integer, server_default=text("1.0")), name(Integer(), default="1")),
        (Column("name", String(20), comment=""), name()),
        (Column("name", Integer, Computed("id + 1")),
         name(Integer(), computed=ReflectedComputed(sqltext="(id + 1)", persisted=True))),
    ],
)  # fmt: skip
def test_a_column_is_the_same_in_other_words(column, found):
    assert said(item(column), there(found)) == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("x in (1, -2)", "(x = ANY (ARRAY[1, '-2'::integer]))"),
        ("s NOT IN ('a', 'b')",
         "((s)::text <> ALL ((ARRAY['a'::character varying, 'b'::character varying])::text[]))"),
        ("x between 1 and 5", "((x >= 1) AND (x <= 5))"),
        ("s LIKE 'a%'", "((s)::text ~~ 'a%'::text)"),
        ("x != 3", "(x <> 3)"),
        ('"select" > 0', '("select" > (0)::numeric)'),
    ],
)  # fmt: skip
def test_what_postgresql_rewrites_is_the_same(written, kept):
    assert terms().reflection.same_sql(written, kept)


@pytest.mark.parametrize(
    ("written", "kept"), [("x > 5", "x > 6"), ("s = 'A'", "s = 'a'"), ("x > 5", "x >= 5")]
)
def test_other_conditions_are_not(written, kept):
    assert not terms().reflection.same_sql(written, kept)


@pytest.mark.parametrize(
    ("dialect", "declared", "found"),
    [
        ("postgresql", "FLOAT", "DOUBLE PRECISION"),
        ("postgresql", "FLOAT(10)", "REAL"),
        ("postgresql", "DECIMAL(5, 2)", "NUMERIC(5,2)"),
        ("postgresql", "TIMESTAMP", "TIMESTAMP WITHOUT TIME ZONE"),
        ("mysql", "INTEGER", "INT(11)"),
        ("mysql", "BOOL", "TINYINT(1)"),
        ("mysql", "NUMERIC(5)", "DECIMAL(5,0)"),
        ("mysql", "VARCHAR(5)", "VARCHAR(5) CHARACTER SET utf8mb4 COLLATE `utf8mb4_bin`"),
    ],
)
def test_types_with_several_names_are_the_same(dialect, declared, found):
    assert terms(dialect).reflection.same_type(declared, found)


@pytest.mark.parametrize(
    ("dialect", "declared", "found"),
    [
        ("postgresql", "VARCHAR(5)", "VARCHAR(6)"),
        ("postgresql", "INTEGER", "INTEGER[]"),
        ("postgresql", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITHOUT TIME ZONE"),
        ("mysql", "INTEGER", "BIGINT(20)"),
        ("mysql", "VARCHAR(5) COLLATE utf8mb4_bin", "VARCHAR(5) COLLATE utf8mb4_general_ci"),
    ],
)
def test_other_types_are_not(dialect, declared, found):
    assert not terms(dialect).reflection.same_type(declared, found)


def test_new_and_gone_columns_are_perhaps_a_rename():
    (add, remove) = ddl(item(Column("title", String(20))), there(name()))
    assert add == (
        "-- perhaps name was renamed; then, instead of adding and dropping: "
        "ALTER TABLE item RENAME COLUMN name TO title\n"
        "ALTER TABLE item ADD COLUMN title VARCHAR(20);"
    )
    assert remove == (
        "-- DATA LOSS: the values of this column go\nALTER TABLE item DROP COLUMN name;"
    )


def test_a_new_table_with_the_columns_of_one_that_goes_is_perhaps_a_rename():
    dropped, created = ddl(item(name="thing"), there())
    assert dropped.startswith("-- DATA LOSS")
    assert created.startswith("-- perhaps item was renamed; then, instead: ALTER TABLE item RENAME")


def test_a_column_that_takes_no_null_says_what_rows_lack():
    (statement,) = ddl(item(Column("name", String(20), nullable=False)), there())
    assert statement.startswith("-- existing rows have no value for it")


def test_keys_are_dropped_before_and_made_after_what_they_need():
    metadata = MetaData()
    declared = item(Column("other_id", ForeignKey("other.id", name="fk_new")), metadata=metadata)
    other = item(name="other", metadata=metadata)
    gone = there(name="gone")
    found = there(
        ReflectedColumn(name="gone_id", type=String(3)),
        foreign_keys=(
            ReflectedForeignKey(
                columns=("gone_id",), referred_table="gone", referred_columns=("id",), name="fk_old"
            ),
        ),
    )
    lines = [s.splitlines()[-1] for s in ddl([declared, other], [found, gone])]
    assert [line.split(" (")[0] for line in lines] == [
        "ALTER TABLE item DROP CONSTRAINT fk_old;",
        "DROP TABLE gone;",
        ");",  # CREATE TABLE other
        "ALTER TABLE item ADD COLUMN other_id INTEGER;",
        "ALTER TABLE item DROP COLUMN gone_id;",
        "ALTER TABLE item ADD CONSTRAINT fk_new FOREIGN KEY(other_id) REFERENCES other",
    ]


def test_what_a_foreign_key_does_is_part_of_it():
    metadata = MetaData()
    declared = item(
        Column("other_id", ForeignKey("other.id", name="fk", ondelete="CASCADE")), metadata=metadata
    )
    other = item(name="other", metadata=metadata)
    key = ReflectedForeignKey(
        columns=("other_id",), referred_table="other", referred_columns=("id",), name="fk"
    )
    column = ReflectedColumn(name="other_id", type=Integer())
    assert said([declared, other], [there(column, foreign_keys=(key,)), there(name="other")]) == [
        "remove foreign key fk (other_id) → other (id) of table item",
        "add foreign key fk (other_id) → other (id) ON DELETE CASCADE of table item",
    ]


def test_indexes_are_compared_with_direction_and_condition():
    def declared(**options):
        table = item(Column("name", String(20)))
        Index("ix", table.c.name.desc(), **options)
        return table

    old = ReflectedIndex(name="ix", columns=("name",), sorting={"name": ("desc",)})
    assert said(declared(), there(name(), indexes=(old,))) == []
    assert said(declared(unique=True), there(name(), indexes=(old,))) == [
        "remove index ix (name) of table item",
        "add index ix UNIQUE (name DESC) of table item",
    ]
    assert said(declared(postgresql_where=text("id > 5")), there(name(), indexes=(old,)))
    assert said(declared(postgresql_using="gin"), there(name(), indexes=(old,)))


def test_a_sequence_that_a_default_draws_from_stays():
    counted = ReflectedColumn(name="n", type=Integer(), default="nextval('item_n_seq'::regclass)")
    declared = item(Column("n", Integer, server_default=text("nextval('item_n_seq')")))
    has = [(None, "item_n_seq"), (None, "old")]
    new = Sequence("new")
    assert said(declared, there(counted), has=has, sequences=[new]) == [
        "add sequence new", "remove sequence old",
    ]  # fmt: skip


def test_an_enum_gets_its_new_labels_in_their_places_and_loses_none():
    def enum(*labels):
        return Enum(*labels, name="state")

    declared = item(Column("state", enum("a", "b", "c")))
    found = there(ReflectedColumn(name="state", type=enum("b", "d")))
    first, second, by_hand = ddl(declared, found)
    assert first.endswith("ALTER TYPE state ADD VALUE 'a' BEFORE 'b';")
    assert second.endswith("ALTER TYPE state ADD VALUE 'c' AFTER 'b';")
    assert "'d' cannot be taken from a type; by hand" in by_hand
    assert not [line for line in by_hand.splitlines() if not line.startswith("--")]


def test_mysql_makes_all_changes_of_a_column_in_one_statement():
    declared = item(Column("name", String(30), nullable=False, server_default="x"))
    (statement,) = ddl(declared, there(name()), dialect="mysql")
    assert statement.splitlines() == [
        "-- change type of column name of table item: VARCHAR(20) → VARCHAR(30)",
        "-- change nullability of column name of table item: NULL → NOT NULL",
        "-- fails while rows hold NULL in it",
        "-- change default of column name of table item: none → 'x'",
        "ALTER TABLE item MODIFY name VARCHAR(30) DEFAULT 'x' NOT NULL;",
    ]


def test_sql_server_and_oracle_alter_columns_in_their_words():
    declared = item(Column("name", String(30), nullable=False), Column("a", Integer))
    found = there(name())
    server = [one.splitlines()[-1] for one in ddl(declared, found, dialect="mssql")]
    assert server == [
        "ALTER TABLE item ADD a INTEGER NULL;",
        "ALTER TABLE item ALTER COLUMN name NVARCHAR(30) NOT NULL;",
    ]
    oracle = [one.splitlines()[-1] for one in ddl(declared, found, dialect="oracle")]
    assert oracle == [
        "ALTER TABLE item ADD (a INTEGER);",
        "ALTER TABLE item MODIFY (name VARCHAR2(30 CHAR));",
        "ALTER TABLE item MODIFY (name NOT NULL);",
    ]
    default = item(Column("name", String(20), server_default="x"))
    (by_hand,) = ddl(default, found, dialect="mssql")
    assert "-- alter column, by hand: SQL Server keeps the default of column 'name'" in by_hand


def test_sqlite_adds_what_it_can_and_gives_a_recipe_for_the_rest():
    (added,) = ddl(item(Column("name", String(20))), there(), dialect="sqlite")
    assert added == "ALTER TABLE item ADD COLUMN name VARCHAR(20);"
    (recipe,) = ddl(item(Column("name", String(30))), there(name()), dialect="sqlite")
    assert all(line.startswith("--") for line in recipe.splitlines())
    assert "-- INSERT INTO accord_new_item (id, name) SELECT id, name FROM item;" in recipe
    assert "-- ALTER TABLE accord_new_item RENAME TO item;" in recipe


def test_hostile_names_and_values_of_a_catalog_stay_in_comments():
    evil = "x\nDROP TABLE y; --"
    found = [
        there(name=evil),
        there(
            ReflectedColumn(name="v", type=String(3), default=f"'{evil}'", comment=evil),
            ReflectedColumn(name=evil, type=String(9)),
            checks=(ReflectedCheck(sqltext=f"v <> '{evil}'", name=evil),),
        ),
    ]
    printed = "\n".join(ddl(item(Column("v", String(3)), Column("w", String(9))), found))
    lines = [line for line in printed.splitlines() if not line.startswith("--")]
    assert lines == [
        "ALTER TABLE item ADD COLUMN w VARCHAR(9);",
        "ALTER TABLE item ALTER COLUMN v DROP DEFAULT;",
        "COMMENT ON COLUMN item.v IS NULL;",
    ]
    assert "drop table, by hand" in printed
    assert "drop column, by hand" in printed
    assert "drop constraint, by hand" in printed
