"""Statements and criteria that functions make: what they close over is what it is now."""

from __future__ import annotations

import pytest
from world import address, user

from accord import and_, insert, lambda_stmt, literal, select, text, true, update
from accord.exc import ArgumentError
from accord.sql.lambdas import StatementLambdaElement


def shown(statement: object) -> str:
    return " ".join(str(statement).split())


def test_functions_add_to_the_statement() -> None:
    first = lambda_stmt(lambda: select(user.c.id))
    second = first + (lambda s: s.where(user.c.name == "x"))
    assert isinstance(second, StatementLambdaElement)
    assert shown(first) == "SELECT user_account.id FROM user_account"
    assert shown(second) == f"{shown(first)} WHERE user_account.name = :name_1"
    second += lambda s: s.order_by(user.c.id)
    assert shown(second).endswith("ORDER BY user_account.id")
    assert shown(second.add_criteria(lambda s: s.limit(1), track_on=[1])).endswith("LIMIT :param_1")


def test_closures_are_always_right() -> None:
    def named(name: str, column: object, *, limited: bool) -> StatementLambdaElement:
        made = lambda_stmt(lambda: select(column).where(user.c.name == name))
        return made + (lambda s: s.limit(2) if limited else s)

    one = named("a", user.c.id, limited=False)
    two = named("b", user.c.name, limited=True)
    assert one.compile().params == {"name_1": "a"}
    assert two.compile().params == {"name_1": "b", "param_1": 2}
    assert shown(two).startswith("SELECT user_account.name")
    names = ["x"]
    listed = lambda_stmt(lambda: select(user.c.id).where(user.c.name.in_(names)))
    names.append("y")
    again = lambda_stmt(lambda: select(user.c.id).where(user.c.name.in_(names)))
    assert (listed.compile().params, again.compile().params) == (
        {"name_1": ["x"]},
        {"name_1": ["x", "y"]},
    )


def test_methods_are_those_of_the_statement() -> None:
    statement = lambda_stmt(lambda: select(user.c.id))
    assert (statement.is_select, statement.is_dml) == (True, False)
    assert shown(statement.where(user.c.id == 1)).endswith("WHERE user_account.id = :id_1")
    assert statement.subquery("s").c.keys() == ["id"]
    assert statement.spoil() is statement
    assert statement.execution_options(x=1).get_execution_options() == {"x": 1}
    assert lambda_stmt(lambda: insert(user).values(id=1)).is_dml
    assert lambda_stmt(lambda: text("SELECT 1")).is_text
    with pytest.raises(AttributeError):
        statement.nosuch  # noqa: B018 - the access is what is tested


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: lambda_stmt(select(user)), "a function that makes a statement .* not Select"),
        (lambda: lambda_stmt(5), "not int"),
        (lambda: lambda_stmt(lambda: 5), "has to return a statement, not int"),
        (lambda: lambda_stmt(lambda: "SELECT 1"), "write text"),
        (lambda: lambda_stmt(lambda: select(user)) + 5, "not int"),
        (lambda: lambda_stmt(lambda: select(user)) + (lambda s: None), "not NoneType"),
    ],
)
def test_what_makes_no_statement_is_refused(build: object, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        build()  # type: ignore[operator]  # a lambda of the list


def test_a_function_with_other_arguments_is_an_error_of_python() -> None:
    with pytest.raises(TypeError):
        lambda_stmt(lambda x: select(x))  # type: ignore[misc,arg-type]  # that is tested


def test_criteria_may_be_functions() -> None:
    wanted = 3
    statement = (
        select(lambda: user.c.id)
        .select_from(lambda: user)
        .join(address, lambda: true())
        .where(lambda: user.c.id == wanted)
        .having(lambda: user.c.id > 1)
        .group_by(lambda: user.c.id)
        .order_by(lambda: user.c.name)
    )
    assert shown(statement) == (
        "SELECT user_account.id FROM user_account JOIN address ON true WHERE user_account.id = "
        ":id_1 GROUP BY user_account.id HAVING user_account.id > :id_2 ORDER BY user_account.name"
    )
    assert shown(and_(lambda: user.c.id == 1, true())) == "user_account.id = :id_1"
    assert shown(update(user).values(name="x").where(lambda: literal(1) == user.c.id)).endswith(
        "WHERE :param_1 = user_account.id"
    )
