"""Operators that types bring: overridden ones, added methods, members of JSON and arrays."""

import operator
from typing import Any

import pytest

from accord import ARRAY, JSON, Column, Integer, MetaData, String, Table, column, func
from accord.exc import InvalidRequestError
from accord.orm import DeclarativeBase, Mapped, mapped_column
from accord.sql import operators
from accord.types import TypeDecorator, TypeEngine, UserDefinedType


class Odd(Integer):
    class comparator_factory(Integer.Comparator):
        def __add__(self, other: Any) -> Any:
            return self.op("goofy")(other)

        def __radd__(self, other: Any) -> Any:
            return self.op("yfoog")(other)

        def __eq__(self, other: Any) -> Any:
            return func.same(self.expr, other)

        def startswith(self, other: Any) -> Any:
            return func.begins(self.expr, other)

        def log(self, other: Any) -> Any:
            return func.log(self.expr, other)


class Loud(String):
    class comparator_factory(String.Comparator):
        def operate(self, op: Any, *others: Any, **options: Any) -> Any:
            if op is operators.LIKE:
                return func.shout(self.expr, *others)
            return super().operate(op, *others, **options)


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    odd: Mapped[int] = mapped_column(Odd)
    data: Mapped[Any] = mapped_column(JSON)
    items: Mapped[Any] = mapped_column(ARRAY(Integer))


odd = column("a", Odd)


@pytest.mark.parametrize("a", [odd, Table("t", MetaData(), Column("a", Odd)).c.a, Thing.odd])
def test_an_overridden_operator_decides_what_it_builds(a: Any) -> None:
    name = str(a + 1).partition(" ")[0]
    assert str(a + 1).startswith(f"{name} goofy ")
    assert str(1 + a).startswith(f"{name} yfoog ")
    assert str(a == 1).startswith(f"same({name}, ")
    assert str(a.startswith("x")).startswith(f"begins({name}, ")


def test_operators_that_are_not_overridden_build_as_usual() -> None:
    assert str(odd - 1) == "a - :a_1"
    assert str(odd > 1) == "a > :a_1"
    assert str(odd.in_([1])) == "a IN (:a_1_1)"


def test_a_method_of_the_comparator_is_a_method_of_the_expression() -> None:
    assert str(odd.log(2)) == "log(a, :param_1)"
    assert str(Thing.odd.log(2)).startswith("log(thing.odd, ")
    assert not hasattr(column("a", Integer), "log")


def test_operate_sees_every_operator() -> None:
    loud = column("s", Loud)
    assert str(loud.like("x")).startswith("shout(s, ")
    assert str(loud == "x") == "s = :s_1"


def test_the_result_of_an_overridden_operator_goes_on_as_its_type_says() -> None:
    assert isinstance((odd + 1).type, Odd)
    assert str((odd + 1) + 2) == "(a goofy :a_1) goofy :param_1"


def test_a_decorator_has_the_operators_of_what_it_stores() -> None:
    class Document(TypeDecorator[Any]):
        impl = JSON
        cache_ok = True

    member = column("d", Document())["a"].as_integer()
    assert isinstance(member.type, Integer)

    class Own(TypeDecorator[Any]):
        impl = Integer
        cache_ok = True

        class comparator_factory(TypeDecorator.Comparator):
            def __mul__(self, other: Any) -> Any:
                return func.times(self.expr, other)

    assert str(column("d", Own()) * 2).startswith("times(d, ")


def test_every_type_has_a_comparator_to_derive_from() -> None:
    assert UserDefinedType.Comparator is TypeEngine.Comparator is Integer.comparator_factory


def test_constants_that_is_compares_with() -> None:
    class Never(TypeDecorator[Any]):
        impl = String
        cache_ok = True
        coerce_to_is_types = ()

    class Both(TypeDecorator[Any]):
        impl = Integer
        cache_ok = True
        coerce_to_is_types = (type(None), bool)

    assert str(column("a", Never()) == None) == "a = :a_1"  # noqa: E711
    assert str(column("a", Never()).is_(None)) == "a IS NULL"
    assert str(column("a", Both()) == True) == "a IS true"
    assert str(column("a", Both()) != True) == "a IS NOT true"


# --- JSON and arrays ------------------------------------------------------------------------------


def test_members_of_json_are_asked_for_as_other_types() -> None:
    data = column("d", JSON)
    for method, affinity in (
        ("as_string", "string"), ("as_integer", "integer"), ("as_float", "float"),
        ("as_boolean", "boolean"), ("as_json", "json"),
    ):  # fmt: skip
        assert getattr(data["a"], method)().type.affinity == affinity
        assert getattr(Thing.data["a", 1], method)().type.affinity == affinity
    assert data["a"].as_numeric(10, 2).type.scale == 2
    assert data["a"].as_integer().cache_key != data["a"].as_float().cache_key


def test_a_document_is_not_a_member() -> None:
    with pytest.raises(InvalidRequestError, match=r"belong to a member: column\['key'\]"):
        column("d", JSON).as_integer()


def test_arrays_compare_with_any_and_all() -> None:
    items = column("i", ARRAY(Integer))
    assert str(items.any(5)) == ":param_1 = ANY (i)"
    assert str(items.all(5, operators.LT)) == ":param_1 < ALL (i)"
    assert str(items.any(5, operator=operator.ge)) == ":param_1 >= ANY (i)"
    assert str(Thing.items.any(5)) == ":param_1 = ANY (thing.items)"


def test_arrays_have_items_and_slices() -> None:
    items = column("i", ARRAY(Integer, dimensions=2))
    assert items[1].type.dimensions == 1
    assert isinstance(items[1][2].type, Integer)
    assert str(items[1:2]) == "i[:index_1::index_2]"
    zero = column("z", ARRAY(Integer, zero_indexes=True))
    assert zero[0].compile().params == {"index_1": 1}


def test_containment_of_arrays_belongs_to_a_dialect() -> None:
    with pytest.raises(NotImplementedError, match="the dialect's own type"):
        column("i", ARRAY(Integer)).contains([1])
