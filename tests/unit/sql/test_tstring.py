"""SQL of template strings: what is in braces is SQL or a parameter, what is not is as it is."""

from __future__ import annotations

import sys

import pytest
from templatelib import Interpolation, Template, template
from world import QMARK, address, text as rendered, user

from accord import (
    JSON,
    Integer,
    and_,
    bindparam,
    column,
    func,
    insert,
    literal,
    select,
    text,
    tstring,
)
from accord.exc import ArgumentError, CompileError
from accord.orm import DeclarativeBase, Mapped, mapped_column
from accord.sql.keys import lookup_key
from accord.sql.templates import TString


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "thing"

    id: Mapped[int] = mapped_column(primary_key=True)


@pytest.mark.parametrize(
    ("parts", "shown", "params"),
    [
        (("SELECT ", 5), "SELECT :param_1", {"param_1": 5}),
        (("SELECT ", "it's"), "SELECT :param_1", {"param_1": "it's"}),
        (("SELECT ", None, ", ", True), "SELECT NULL, :param_1", {"param_1": True}),
        (
            ("SELECT ", user.c.id, " FROM ", user, " WHERE a = ':x' AND ", user.c.name == "y"),
            "SELECT user_account.id FROM user_account WHERE a = ':x' AND user_account.name = "
            ":name_1",
            {"name_1": "y"},
        ),
        (
            ("SELECT ", Thing.id, " FROM ", Thing),
            "SELECT thing.id FROM thing",
            {},
        ),
        (
            ("SELECT * FROM ", select(address.c.id).where(address.c.id == 1), " AS x"),
            "SELECT * FROM (SELECT address.id FROM address WHERE address.id = :id_1) AS x",
            {"id_1": 1},
        ),
        (("x IN ", bindparam("q", [1, 2], expanding=True)), "x IN (:q_1, :q_2)", {"q": [1, 2]}),
        (("SELECT ", func.f(3)), "SELECT f(:param_1)", {"param_1": 3}),
        (("a = ", bindparam("k", 1), " OR b = ", bindparam("k", 1)), "a = :k OR b = :k", {"k": 1}),
        (("a ", text("raw :z").bindparams(z=2)), "a raw :z", {"z": 2}),
        (("a ", template("b ", 4, " c"), " d"), "a b :param_1 c d", {"param_1": 4}),
        (("a ", literal({"k": 1}, JSON)), "a :param_1", {"param_1": {"k": 1}}),
        ((), "", {}),
    ],
)
def test_braces_are_sql_or_parameters(
    parts: tuple[object, ...], shown: str, params: dict[str, object]
) -> None:
    made = tstring(template(*parts))
    assert isinstance(made, TString)
    assert " ".join(str(made).split()) == shown
    assert made.compile().params == params


def test_it_stands_where_text_stands() -> None:
    piece = tstring(template("a = ", 1, " OR b"))
    assert str(and_(piece, user.c.id == 2)) == "(a = :param_1 OR b) AND user_account.id = :id_1"
    query = select(user.c.id, tstring(template("1 + ", 2))).where(piece).order_by(piece)
    assert rendered(query, QMARK) == (
        "SELECT user_account.id, 1 + ? FROM user_account WHERE a = ? OR b ORDER BY a = ? OR b"
    )
    columns = tstring(template("SELECT a FROM t WHERE b = ", 3)).columns(column("a", Integer))
    assert rendered(select(columns.subquery("s").c.a), QMARK) == (
        "SELECT s.a FROM (SELECT a FROM t WHERE b = ?) AS s"
    )
    assert tstring(template("SELECT ", 1)).is_write is False
    assert tstring(template("DELETE FROM ", user)).is_write is True


def test_the_same_template_with_other_values_is_the_same_statement() -> None:
    one, two = (tstring(template("SELECT ", number, ", 1")) for number in (1, 2))
    key = lookup_key(one)
    assert key == lookup_key(two)
    assert key != lookup_key(tstring(template("SELECT ", "x", ", 1")))
    assert key != lookup_key(tstring(template("SELECT ", 1, ", 2")))
    assert key != lookup_key(text("SELECT {}, 1"))
    assert one.compile().params != two.compile().params


def test_parameters_by_name_can_be_given_later() -> None:
    made = tstring(template("a = ", bindparam("k", type_=Integer), " AND b = ", 2))
    bound = made.bindparams(k=7)
    assert bound.compile().params == {"k": 7, "param_1": 2}
    assert made.bindparams(bindparam("k", 8)).compile().params["k"] == 8
    assert made.execution_options(x=1).get_execution_options() == {"x": 1}
    with pytest.raises(ArgumentError, match="no bindparam\\(\\) named 'z'"):
        made.bindparams(z=1)


@pytest.mark.parametrize("given", ["SELECT 1", 5, None])
def test_other_things_are_no_templates(given: object) -> None:
    words = "takes a template string" if sys.version_info >= (3, 14) else "they come with 3.14"
    with pytest.raises(ArgumentError, match=words):
        tstring(given)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (Interpolation(5, "x", "r"), r"\{x\} .* conversion or a format"),
        (Interpolation(5, "x", None, ">10"), r"\{x\} .* conversion or a format"),
        (Interpolation(user.c.id.label("y"), "x"), r"\{x\} .* is a label"),
        (Interpolation(insert(user), "x"), r"\{x\} .* statement of its own \(Insert\)"),
        (Interpolation([1, 2], "x"), "cannot be one SQL value"),
    ],
)
def test_what_could_mean_two_things_is_refused(part: Interpolation, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        tstring(Template("SELECT ", part))


def test_no_nul_characters() -> None:
    with pytest.raises(CompileError, match="NUL"):
        tstring(template("a\0b"))


@pytest.mark.skipif(sys.version_info < (3, 14), reason="template strings come with Python 3.14")
def test_real_template_strings() -> None:
    value = 5
    made = eval('t"SELECT {value}"', {"value": value})
    assert tstring(made).compile().params == {"param_1": 5}
