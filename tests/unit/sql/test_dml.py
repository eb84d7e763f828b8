"""INSERT, UPDATE and DELETE as text and with their parameters."""

from __future__ import annotations

import pytest
from world import QMARK, address, fact, parameters, render, text, user

from accord.exc import ArgumentError, CompileError, InvalidRequestError
from accord.schema import Column, MetaData, Sequence, Table
from accord.sql import (
    RenderTarget,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    null,
    select,
    table,
    text as sql_text,
    union_all,
    update,
)
from accord.sqltypes import Integer, String

other = user.alias("other")

CASES = [
    (
        insert(user).values(name="x", fullname="y"),
        "INSERT INTO user_account (name, fullname) VALUES (?, ?)",
    ),
    (
        insert(user).values(fullname="y").values(name="x"),
        "INSERT INTO user_account (name, fullname) VALUES (?, ?)",
    ),
    (insert(user).values({user.c.name: "x"}), "INSERT INTO user_account (name) VALUES (?)"),
    (insert(user).values((1, "x")), "INSERT INTO user_account (id, name) VALUES (?, ?)"),
    (insert(user).values(), "INSERT INTO user_account DEFAULT VALUES"),
    (
        insert(user).values(name=func.lower("X")),
        "INSERT INTO user_account (name) VALUES (lower(?))",
    ),
    (insert(user).values(name=null()), "INSERT INTO user_account (name) VALUES (NULL)"),
    (
        insert(user).values(id=select(func.max(user.c.id)).scalar_subquery() + 1),
        "INSERT INTO user_account (id) VALUES ((SELECT max(user_account.id) AS max_1 FROM "
        "user_account) + ?)",
    ),
    (
        insert(user).values(id=select(func.max(user.c.id) + 1)),
        "INSERT INTO user_account (id) VALUES ((SELECT max(user_account.id) + ? AS anon_1 "
        "FROM user_account))",
    ),
    (
        insert(user).values([{"name": "x", "id": 1}, {"name": "y", "id": 2}]),
        "INSERT INTO user_account (id, name) VALUES (?, ?), (?, ?)",
    ),
    (
        insert(user).values([(1, "x"), (2, "y")]),
        "INSERT INTO user_account (id, name) VALUES (?, ?), (?, ?)",
    ),
    (insert(user).values([{"name": func.now()}]), "INSERT INTO user_account (name) VALUES (now())"),
    (
        insert(user).values(name="x").returning(user.c.id),
        "INSERT INTO user_account (name) VALUES (?) RETURNING user_account.id",
    ),
    (
        insert(user).values(name="x").returning(func.length(user.c.name).label("n")),
        "INSERT INTO user_account (name) VALUES (?) RETURNING length(user_account.name) AS n",
    ),
    (
        insert(user).from_select(["name"], select(address.c.email).where(address.c.id > 1)),
        "INSERT INTO user_account (name) SELECT address.email FROM address WHERE address.id > ?",
    ),
    (
        insert(user).prefix_with("OR IGNORE").values(name="x"),
        "INSERT OR IGNORE INTO user_account (name) VALUES (?)",
    ),
    (insert(table("t")).values(x=1), "INSERT INTO t (x) VALUES (?)"),
    (
        update(user).values(fullname="x").where(user.c.id == 1),
        "UPDATE user_account SET fullname=? WHERE user_account.id = ?",
    ),
    (update(user).values(id=user.c.id + 1), "UPDATE user_account SET id=(user_account.id + ?)"),
    (
        update(user).values({"name": "x"}, fullname=None),
        "UPDATE user_account SET name=?, fullname=?",
    ),
    (
        update(user).values(
            name=select(address.c.email).where(address.c.user_id == user.c.id).scalar_subquery()
        ),
        "UPDATE user_account SET name=(SELECT address.email FROM address WHERE "
        "address.user_id = user_account.id)",
    ),
    (
        update(user).values(name=address.c.email).where(address.c.user_id == user.c.id),
        "UPDATE user_account SET name=address.email FROM address WHERE address.user_id = "
        "user_account.id",
    ),
    (
        update(user).values(name=other.c.name).where(other.c.id == user.c.id),
        "UPDATE user_account SET name=other.name FROM user_account AS other WHERE other.id = "
        "user_account.id",
    ),
    (
        update(user).ordered_values((user.c.name, "x"), ("id", 2)),
        "UPDATE user_account SET name=?, id=?",
    ),
    (
        update(user).filter_by(id=1).values(name="x").returning(user),
        "UPDATE user_account SET name=? WHERE user_account.id = ? RETURNING user_account.id, "
        "user_account.name, "
        "user_account.fullname, user_account.active",
    ),
    (delete(user), "DELETE FROM user_account"),
    (delete(user).where(user.c.id == 1), "DELETE FROM user_account WHERE user_account.id = ?"),
    (
        delete(user).where(address.c.user_id == user.c.id),
        "DELETE FROM user_account USING address WHERE address.user_id = user_account.id",
    ),
    (
        delete(user).where(select(address.c.id).where(address.c.user_id == user.c.id).exists()),
        "DELETE FROM user_account WHERE EXISTS (SELECT address.id FROM address WHERE "
        "address.user_id = user_account.id)",
    ),
    (
        delete(user).where(user.c.id.in_(select(address.c.user_id))).returning(user.c.id),
        "DELETE FROM user_account WHERE user_account.id IN (SELECT address.user_id FROM "
        "address) RETURNING user_account.id",
    ),
]


@pytest.mark.parametrize(("statement", "expected"), CASES, ids=[expected for _, expected in CASES])
def test_text(statement, expected):
    assert text(statement) == expected


def test_shown_without_values_a_statement_names_every_column():
    assert (
        str(insert(address))
        == "INSERT INTO address (id, email, user_id) VALUES (:id, :email, :user_id)"
    )
    assert str(update(address)) == "UPDATE address SET id=:id, email=:email, user_id=:user_id"


def test_values_that_come_with_the_execution():
    statement = insert(user)
    assert (
        text(statement, column_keys=["fullname", "name"])
        == "INSERT INTO user_account (name, fullname) VALUES (?, ?)"
    )
    assert parameters(
        statement, {"name": "x", "fullname": "y"}, column_keys=["fullname", "name"]
    ) == ("x", "y")
    assert text(statement, column_keys=[]) == "INSERT INTO user_account DEFAULT VALUES"
    with pytest.raises(CompileError, match="Unconsumed column names: nosuch"):
        text(statement, column_keys=["nosuch"])


def test_values_of_an_update_that_come_with_the_execution():
    statement = update(user).where(user.c.id == bindparam("b_id"))
    assert (
        text(statement, column_keys=["b_id", "name"])
        == "UPDATE user_account SET name=? WHERE user_account.id = ?"
    )
    assert parameters(statement, {"b_id": 1, "name": "x"}, column_keys=["b_id", "name"]) == ("x", 1)


def test_given_values_add_to_those_of_the_statement():
    statement = insert(user).values(fullname="fixed")
    assert parameters(statement, {"name": "x"}, column_keys=["name"]) == ("x", "fixed")


def test_many_rows():
    compiled = render(insert(user), column_keys=["name", "id"])
    sql, rows = compiled.many((), [{"name": "x", "id": 1}, {"name": "y", "id": 2}])
    assert sql == "INSERT INTO user_account (id, name) VALUES (?, ?)"
    assert rows == [(1, "x"), (2, "y")]


def test_the_shape_of_many_rows_is_in_the_key_not_their_values():
    def rows(*names):
        return insert(user).values([{"name": name} for name in names])

    assert rows("a", "b").key == rows("c", "d").key
    assert rows("a", "b").key != rows("a").key
    assert rows("a", "b").key != insert(user).values([{"name": "a"}, {"name": func.now()}]).key


# --- defaults -------------------------------------------------------------------------------------

metadata = MetaData()
stamped = Table(
    "stamped",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, default="nobody"),
    Column("code", Integer, default=lambda: 7),
    Column("made", String, default=func.now()),
    Column("changed", String, onupdate=func.now()),
    Column("editor", String, onupdate="me"),
    Column("server", String, server_default="x"),
)


def test_defaults_of_an_insert():
    compiled = render(insert(stamped).values(id=1))
    assert compiled.text == "INSERT INTO stamped (id, name, code, made) VALUES (?, ?, ?, now())"
    assert [(position, column.name) for position, column in compiled.prefetch] == [
        (1, "name"),
        (2, "code"),
    ]
    given = {compiled.slots[position]: column.default.arg for position, column in compiled.prefetch}
    assert list(given) == ["name", "code"]


def test_defaults_of_an_update():
    compiled = render(update(stamped).values(name="x").where(stamped.c.id == 1))
    assert (
        compiled.text == "UPDATE stamped SET name=?, changed=now(), editor=? WHERE stamped.id = ?"
    )
    assert [(position, column.name) for position, column in compiled.prefetch] == [(1, "editor")]


def test_defaults_of_many_rows_are_one_per_row():
    compiled = render(insert(stamped).values([{"id": 1}, {"id": 2}]))
    assert compiled.text == (
        "INSERT INTO stamped (id, name, code, made) VALUES (?, ?, ?, now()), (?, ?, ?, now())"
    )
    assert [compiled.slots[position] for position, _ in compiled.prefetch] == [
        "name_m0", "code_m0", "name_m1", "code_m1"
    ]  # fmt: skip


def test_defaults_of_insert_from_select():
    plain = Table(
        "plain", MetaData(), Column("id", Integer), Column("name", String, default="nobody")
    )
    statement = insert(plain).from_select(["id"], select(user.c.id))
    assert (
        text(statement)
        == "INSERT INTO plain (id, name) SELECT user_account.id, ? AS anon_1 FROM user_account"
    )
    assert parameters(statement) == ("nobody",)
    bare = insert(plain).from_select(["id"], select(user.c.id), include_defaults=False)
    assert text(bare) == "INSERT INTO plain (id) SELECT user_account.id FROM user_account"


def test_python_defaults_of_insert_from_select_are_parameters_made_at_execution():
    compiled = render(insert(stamped).from_select(["id"], select(user.c.id)))
    assert "SELECT user_account.id, ? AS anon_1, ? AS anon_2, now() AS anon_3" in compiled.text
    assert [compiled.slots[position] for position, _ in compiled.prefetch] == ["code"]


def test_defaults_are_not_added_to_a_set_operation():
    plain = Table(
        "plain", MetaData(), Column("id", Integer), Column("name", String, default="nobody")
    )
    both = union_all(select(user.c.id), select(user.c.id))
    with pytest.raises(CompileError, match="defaults of name .* include_defaults=False"):
        text(insert(plain).from_select(["id"], both))
    bare = insert(plain).from_select(["id"], both, include_defaults=False)
    assert text(bare).startswith("INSERT INTO plain (id) SELECT")


def test_sequences():
    numbered = Table(
        "numbered", MetaData(), Column("id", Integer, Sequence("seq"), primary_key=True)
    )
    assert text(insert(numbered).values()) == "INSERT INTO numbered (id) VALUES (nextval('seq'))"


# --- what surrounds a statement -------------------------------------------------------------------


def test_dml_in_a_cte():
    moved = delete(address).where(address.c.id == 1).returning(address.c.email).cte("moved")
    assert text(insert(user).from_select(["name"], select(moved.c.email))) == (
        "WITH moved AS (DELETE FROM address WHERE address.id = ? RETURNING address.email) "
        "INSERT INTO user_account (name) SELECT moved.email FROM moved"
    )
    assert text(select(user.c.id).add_cte(delete(address).cte("gone"))) == (
        "WITH gone AS (DELETE FROM address) SELECT user_account.id FROM user_account"
    )


def test_returning_where_there_is_none():
    old = RenderTarget("old", "qmark", insert_returning=False, delete_returning=False)
    with pytest.raises(CompileError, match="old has no INSERT … RETURNING"):
        text(insert(user).values(name="x").returning(user.c.id), old)
    with pytest.raises(CompileError, match="old has no DELETE … RETURNING"):
        text(delete(user).returning(user.c.id), old)


def test_several_tables_where_there_are_none():
    old = RenderTarget("old", "qmark", update_from=False, delete_using=False)
    with pytest.raises(CompileError, match="old has no UPDATE … FROM"):
        text(update(user).values(name=address.c.email), old)
    with pytest.raises(CompileError, match="old has no DELETE … USING"):
        text(delete(user).where(address.c.id == 1), old)


def test_result_columns_of_returning():
    compiled = render(insert(user).values(name="x").returning(user.c.id, user.c.name.label("n")))
    assert [column.name for column in compiled.columns] == ["id", "n"]
    assert compiled.is_write
    assert compiled.returns_rows
    assert not render(insert(user).values(name="x")).returns_rows
    assert compiled.table is user


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: insert(user).values(nosuch=1), CompileError, "Unconsumed column names: nosuch"),
        (lambda: update(user).values(nosuch=1), CompileError, "Unconsumed column names: nosuch"),
        (lambda: insert("user"), ArgumentError, "takes a table"),
        (lambda: insert(str), ArgumentError, "takes a table"),
        (lambda: insert(user).values([]), ArgumentError, "empty list"),
        (lambda: insert(user).values(5), ArgumentError, "takes a dict"),
        (lambda: insert(user).values({"name": 1}, id=2), ArgumentError, "either"),
        (
            lambda: insert(user).values((1, 2, 3, 4, 5)),
            ArgumentError,
            "5 values are given for the 4",
        ),
        (lambda: insert(user).values([{"id": 1}, {"name": 2}]), CompileError, "row 2"),
        (lambda: insert(user).values([{"id": 1}, {"id": 1, "name": 2}]), CompileError, "row 2"),
        (lambda: insert(user).returning(), ArgumentError, "at least one"),
        (lambda: text(update(user)), CompileError, "x"),
        (lambda: text(update(user), column_keys=[]), CompileError, "sets no column"),
        (lambda: update(user).values("name"), ArgumentError, "takes a dict"),
        (lambda: update(user).ordered_values(("a",)), ArgumentError, "pairs"),
        (lambda: insert(user).from_select(["id"], "select 1"), ArgumentError, "select\\(\\)"),
        (
            lambda: insert(user).values(id=1).from_select(["id"], select(user.c.id)),
            InvalidRequestError,
            r"from_select\(\) does not go together with values\(\)",
        ),
        (lambda: insert(user).values({5: 1}), ArgumentError, "assigned to columns"),
    ],
)
def test_refusals(build, error, message):
    if message == "x":
        assert build() is not None
        return
    with pytest.raises(error, match=message):
        build()


def test_text_and_literal_columns_as_values():
    assert (
        text(update(user).values(name=literal_column("1 + 1")))
        == "UPDATE user_account SET name=(1 + 1)"
    )
    assert (
        text(update(user).values(name=sql_text("upper(name)")))
        == "UPDATE user_account SET name=(upper(name))"
    )


def test_the_row_type_travels():
    assert parameters(insert(fact).values(doc={"a": 1}), target=QMARK) == ('{"a": 1}',)


def test_a_table_can_be_inserted_from_as_it_is():
    assert text(insert(user).from_select(["id", "name"], user.alias("u"))).startswith(
        "INSERT INTO user_account (id, name) SELECT u.id, u.name"
    )


def test_returning_takes_some_columns_of_a_collection():
    assert text(insert(user).values(id=1).returning(user.c["id", "name"])).endswith(
        "RETURNING user_account.id, user_account.name"
    )


@pytest.mark.parametrize("statement", [update(user), delete(user)])
def test_rows_in_the_order_of_parameters_are_for_insert(statement):
    with pytest.raises(ArgumentError, match="INSERT"):
        statement.returning(user.c.id, sort_by_parameter_order=True)


def test_hints_stand_behind_the_table_that_is_written():
    assert text(delete(user).with_hint("WITH (PAGLOCK)")) == (
        "DELETE FROM user_account WITH (PAGLOCK)"
    )
