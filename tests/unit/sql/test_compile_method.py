"""`statement.compile(…)`: for whom, with which options, what it knows; `str()` and `repr()`."""

from __future__ import annotations

import pytest
from world import user

from accord import (
    ARRAY,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    cast,
    column,
    create_engine,
    delete,
    func,
    insert,
    literal,
    select,
    types,
    update,
)
from accord.dialects import mssql, mysql, oracle, postgresql, sqlite
from accord.exc import ArgumentError, InvalidRequestError
from accord.schema import CreateTable
from accord.sql import ColumnElement

metadata = MetaData()
tenant = Table("t", metadata, Column("id", Integer), Column("name", String(9)), schema="app")
STATEMENT = select(user.c.id).where(user.c.name == "x", user.c.id.in_([7, 8]))


def flat(text):
    return " ".join(str(text).split())


# --- for whom -------------------------------------------------------------------------------------


def test_a_dialect_is_an_instance_or_a_class():
    for dialect in (sqlite.dialect(), sqlite.dialect):
        assert flat(STATEMENT.compile(dialect=dialect)).endswith(
            "name = ? AND user_account.id IN (?, ?)"
        )


def test_or_that_of_an_engine_or_a_connection():
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        assert str(STATEMENT.compile(connection)) == str(STATEMENT.compile(engine))
    assert STATEMENT.compile(engine).dialect is engine.dialect
    assert str(CreateTable(tenant).compile(engine)) == str(
        CreateTable(tenant).compile(dialect=sqlite.dialect())
    )


@pytest.mark.parametrize("wrong", ["postgresql", 5, object()])
def test_anything_else_is_refused_with_what_to_write(wrong):
    with pytest.raises(ArgumentError, match=r"dialect=postgresql\.dialect\(\)"):
        STATEMENT.compile(dialect=wrong)


@pytest.mark.parametrize(
    ("module", "mark"),
    [(sqlite, "?"), (postgresql, "%s"), (mysql, "%s"), (mssql, "%(name_1)s"), (oracle, ":name_1")],
)
def test_parameters_are_written_as_the_driver_wants_them(module, mark):
    assert f"name = {mark}" in str(STATEMENT.compile(dialect=module.dialect()))


def test_or_as_the_caller_does():
    dialect = postgresql.dialect(paramstyle="named")
    text = str(select(literal("50%").label("x")).compile(
        dialect=dialect, compile_kwargs={"literal_binds": True}
    ))  # fmt: skip
    assert text == "SELECT '50%' AS x"
    assert ":name_1" in str(STATEMENT.compile(dialect=dialect))


def test_a_driver_that_is_not_installed_is_not_needed():
    class Elsewhere(postgresql.dialect):
        drivers = {"gone": "accord_no_such_driver:Driver"}
        default_driver = "gone"

    assert ":name_1" in str(STATEMENT.compile(dialect=Elsewhere()))


def test_expressions_types_and_ddl_compile_too():
    assert str((user.c.id + 1).compile(dialect=sqlite.dialect())) == "user_account.id + ?"
    assert types.DateTime().compile(dialect=mysql.dialect()) == "DATETIME(6)"
    assert "CREATE TABLE app.t" in str(CreateTable(tenant).compile(dialect=postgresql.dialect()))


# --- options --------------------------------------------------------------------------------------


def test_values_in_the_text():
    compiled = STATEMENT.compile(compile_kwargs={"literal_binds": True})
    assert flat(compiled).endswith("WHERE user_account.name = 'x' AND user_account.id IN (7, 8)")
    assert (compiled.params, compiled.positiontup) == ({}, [])


def test_a_list_is_one_parameter_or_as_many_as_the_text_has():
    one = STATEMENT.compile()
    assert one.params == {"name_1": "x", "id_1": [7, 8]}
    assert one.positiontup == ["name_1", "id_1"]
    many = STATEMENT.compile(compile_kwargs={"render_postcompile": True})
    assert many.params == {"name_1": "x", "id_1_1": 7, "id_1_2": 8}
    assert many.positiontup == ["name_1", "id_1_1", "id_1_2"]
    assert str(one) == str(many)
    for name in many.params:
        assert f":{name}" in str(many)


def test_the_columns_that_will_get_values():
    assert (
        flat(insert(tenant).compile(column_keys=["name"]))
        == "INSERT INTO app.t (name) VALUES (:name)"
    )
    compiled = update(tenant).compile(column_keys=["name"], dialect=sqlite.dialect())
    assert flat(compiled) == "UPDATE app.t SET name=?"


def test_schemas_under_another_name():
    for text in (
        select(tenant.c.id).compile(schema_translate_map={"app": "new"}),
        select(tenant.c.id).compile(compile_kwargs={"schema_translate_map": {"app": "new"}}),
    ):
        assert flat(text) == "SELECT new.t.id FROM new.t"
    created = CreateTable(tenant).compile(schema_translate_map={"app": None})
    assert flat(created).startswith("CREATE TABLE t (")


# --- what the answer knows ------------------------------------------------------------------------


def test_it_knows_statement_dialect_and_names():
    dialect = mysql.dialect()
    compiled = STATEMENT.compile(dialect=dialect)
    assert compiled.statement is STATEMENT
    assert compiled.dialect is dialect
    assert compiled.string == str(compiled)
    assert compiled.preparer.quote("select") == "`select`"


def test_parameters_can_be_constructed_with_other_values():
    statement = select(user.c.id).where(
        user.c.id == bindparam("n"), user.c.name == bindparam("m", "a")
    )
    compiled = statement.compile()
    assert compiled.params == {"n": None, "m": "a"}
    assert compiled.construct_params() == {"n": None, "m": "a"}
    assert compiled.construct_params({"n": 5, "m": "b"}) == {"n": 5, "m": "b"}
    with pytest.raises(InvalidRequestError, match="required for bind parameter 'n'"):
        compiled.construct_params({"m": "b"})


def test_a_dialect_writes_names():
    names = postgresql.dialect().identifier_preparer
    assert names.format_table(tenant) == "app.t"
    assert names.quote("a b") == '"a b"'
    assert names.requires_quotes("order")
    assert mssql.dialect().identifier_preparer.quote("a]b") == "[a]]b]"


# --- str() and repr() -----------------------------------------------------------------------------


class unwritten(ColumnElement):
    inherit_cache = True


@pytest.mark.parametrize(
    ("element", "text"),
    [
        (
            lambda: select(unwritten()),
            "SELECT <unwritten: default has no rendering for unwritten> AS anon_1",
        ),
        (lambda: select(column("a\0b")), r"SELECT 'a\x00b'"),
        (lambda: cast(user.c.id, types.NullType()), "CAST(user_account.id AS NullType())"),
        (lambda: postgresql.array([1, 2]), "ARRAY[:param_1, :param_2]"),
        (
            lambda: (
                postgresql.insert(tenant).values(id=1).on_conflict_do_nothing(index_elements=["id"])
            ),
            "INSERT INTO app.t (id) VALUES (:id) ON CONFLICT (id) DO NOTHING",
        ),
        (lambda: cast(user.c.id, ARRAY(Integer)), "CAST(user_account.id AS INTEGER ARRAY)"),
        (lambda: select(column("x" * 70)), f"SELECT {'x' * 70}"),
    ],
)
def test_str_never_fails(element, text):
    assert flat(element()) == text


def test_str_of_what_cannot_be_read_at_all_is_still_text():
    class broken(ColumnElement):
        inherit_cache = True

        def __getattribute__(self, name):
            if name in ("visit_name", "type"):
                raise RuntimeError("no")
            return super().__getattribute__(name)

    assert "RuntimeError" in str(broken()) or "no" in str(broken())


def test_repr_shows_the_sql_and_never_a_value():
    assert repr(select(user.c.id).where(user.c.name == "secret")) == (
        "<Select SELECT user_account.id FROM user_account WHERE user_account.name = :name_1>"
    )
    assert repr(func.lower(user.c.name)) == "<lower lower(user_account.name)>"
    long = select(*[column(f"column_{n}") for n in range(100)])
    assert len(repr(long)) < 350


def test_what_kind_of_statement_was_compiled():
    kinds = [
        (compiled.isinsert, compiled.isupdate, compiled.isdelete)
        for compiled in (
            insert(user).compile(), update(user).compile(), delete(user).compile(),
            select(user).compile(),
        )
    ]  # fmt: skip
    assert kinds == [
        (True, False, False), (False, True, False), (False, False, True), (False, False, False)
    ]  # fmt: skip
