"""Functions: by name, known ones, and those that users define."""

from __future__ import annotations

import pickle

import pytest
from world import text, user

from accord import func, literal, select
from accord.exc import ArgumentError
from accord.sql import functions
from accord.sql.elements import quoted_name
from accord.sqltypes import ARRAY, DateTime, Integer, Numeric, String, Time

USER = user.c


@pytest.fixture(autouse=True)
def _registry(monkeypatch):
    """What a test registers is forgotten after it."""
    kept = {package: dict(known) for package, known in functions._REGISTRY.items()}
    monkeypatch.setattr(functions, "_REGISTRY", kept)


@pytest.mark.parametrize(
    ("call", "type_"),
    [
        (lambda: func.count(), Integer),
        (lambda: func.max(USER.name), String),
        (lambda: func.coalesce(None, USER.id), Integer),
        (lambda: func.now(), DateTime),
        (lambda: func.current_time(), Time),
        (lambda: func.percent_rank(), Numeric),
        (lambda: func.array_agg(USER.id), ARRAY),
        (lambda: func.mode().within_group(USER.name), String),
        (lambda: func.percentile_disc(0.5).within_group(USER.id), Integer),
        (lambda: func.percentile_disc([0.1, 0.9]).within_group(USER.id), ARRAY),
        (lambda: func.lower("X", type_=Integer), Integer),
    ],
)
def test_the_type_of_a_known_function(call, type_):
    assert type(call().type) is type_


def test_a_known_function_is_a_class_that_can_be_imported():
    from accord.sql.functions import coalesce, max  # noqa: A004

    assert isinstance(func.max(USER.id), max)
    assert isinstance(func.max(USER.id), functions.GenericFunction)
    assert str(coalesce(USER.name, "x")) == "coalesce(user_account.name, :param_1)"
    with pytest.raises(ImportError):
        from accord.sql.functions import nosuch  # noqa: F401


def test_known_functions_are_pickled():
    for call in (func.max(USER.id + 1), func.count(), func.geo.area(1).over(rows=(None, 0))):
        assert str(pickle.loads(pickle.dumps(call))) == str(call)


def test_arguments_can_be_looped_over_and_rendered_as_one():
    clauses = func.area(USER.id, 5).clauses
    assert [str(clause) for clause in clauses] == ["user_account.id", ":param_1"]
    assert str(clauses) == "user_account.id, :param_1"


def test_a_generic_function_is_found_by_being_defined():
    class as_utc(functions.GenericFunction):  # noqa: N801
        type = DateTime()
        inherit_cache = True

        def __init__(self, moment):
            super().__init__(moment, literal("utc"))

    made = func.as_utc(USER.name)
    assert isinstance(made, as_utc)
    assert isinstance(made.type, DateTime)
    assert str(made) == "as_utc(user_account.name, :param_1)"
    assert select(made).key == select(func.as_utc(USER.name)).key
    assert text(select(made)) == (
        "SELECT as_utc(user_account.name, ?) AS as_utc_1 FROM user_account"
    )


def test_package_name_and_identifier_of_a_generic_function():
    class area(functions.GenericFunction):  # noqa: N801
        type = Numeric()
        package = "geo"
        name = quoted_name("ST_Area", True)
        identifier = "area"

    assert str(func.geo.AREA(USER.id)) == '"ST_Area"(user_account.id)'
    assert str(func.area(USER.id)) == "area(user_account.id)"
    assert str(func.other.area(USER.id)) == "other.area(user_account.id)"


def test_kinds_of_functions_to_derive_from():
    class best(functions.ReturnTypeFromArgs):  # noqa: N801
        inherit_cache = True

    class moment(functions.AnsiFunction):  # noqa: N801
        type = DateTime()

    class middle(functions.OrderedSetAgg):  # noqa: N801
        inherit_cache = True

    assert isinstance(func.best(USER.name).type, String)
    assert (str(func.moment()), str(func.moment(3))) == ("MOMENT", "moment(:param_1)")
    assert isinstance(func.middle(1).within_group(USER.name).type, String)


def test_a_function_element_with_a_type_of_its_class():
    class double(functions.FunctionElement):  # noqa: N801
        name = "double"
        type = Integer()

    assert isinstance(double(USER.id).type, Integer)
    assert text(select(double(USER.id))) == (
        "SELECT double(user_account.id) AS double_1 FROM user_account"
    )


def test_the_name_of_a_function_is_not_that_of_its_column():
    counted = func.count()
    assert counted.name == "count"
    assert select(counted).column_descriptions[0]["name"] == "count"
    assert [column.name for column in select(counted).subquery().c] == ["count_1"]


def test_a_function_as_a_comparison():
    compared = func.ST_Equals(USER.name, USER.fullname).as_comparison(1, 2)
    assert (compared.left, compared.right) == (USER.name, USER.fullname)
    assert str(compared) == "ST_Equals(user_account.name, user_account.fullname)"
    assert str(~compared) == "NOT (ST_Equals(user_account.name, user_account.fullname))"
    with pytest.raises(ArgumentError, match="from 1 to 2; there is no 3"):
        func.ST_Equals(USER.name, USER.fullname).as_comparison(1, 3)


def test_names_of_functions_are_quoted_where_they_are_no_words():
    assert str(getattr(func, 'a"b')(1)) == '"a""b"(:param_1)'
    assert str(func.MyFunc(1)) == "MyFunc(:param_1)"
    assert str(func.select(1)) == "select(:param_1)"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: func.aggregate_strings(USER.name, 5), "separator as a string"),
        (lambda: func.next_value(5), "takes a Sequence"),
        (lambda: func.mode().within_group(), "what to order by"),
        (lambda: func.sum(USER.id).aggregate_order_by(), "what to order by"),
        (lambda: func.sum(USER.id).over(exclude="ties"), "needs a frame"),
        (lambda: func.sum(USER.id).over(rows=(0, 1), exclude="all"), "takes one of"),
        (lambda: func.sum(USER.id).over(rows=(3, 1)), "exchange its two bounds"),
        (lambda: func.sum(USER.id).over(rows=(None, 0), groups=(None, 0)), "one of range_"),
    ],
)
def test_what_is_refused_says_what_to_write(call, words):
    with pytest.raises(ArgumentError, match=words):
        call()
