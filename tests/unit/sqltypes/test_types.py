"""Type objects: keys, copies, variants, inference, expression types, display."""

import copy
import datetime as dt
import enum
import pickle
import uuid
from decimal import Decimal
from typing import ClassVar

import pytest

from accord import column, sqltypes as t
from accord.exc import ArgumentError
from accord.sql import operators as ops


class Color(enum.Enum):
    red = "r"
    green = "g"
    scarlet = "r"  # an alias


class Level(enum.IntEnum):
    low = 1


class Slug(enum.StrEnum):
    a = "b"
    b = "a"


class Upper(t.TypeDecorator[str]):
    impl = t.String
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else value.upper()


def test_key_tells_types_apart_and_equal_types_together():
    assert t.String(50).key == (t.String, 50)
    assert t.String().key == (t.String,)
    assert t.String(50).key == t.String(50).key != t.String(51).key
    assert t.String(50).key != t.VARCHAR(50).key
    assert t.Numeric(10, 2).key != t.Numeric(10, 3).key
    assert t.Numeric(asdecimal=False).key != t.Numeric().key
    assert t.DateTime(timezone=True).key != t.DateTime().key
    assert t.Enum("a", "b").key == t.Enum("a", "b").key != t.Enum("b", "a").key
    assert t.ARRAY(t.Integer).key != t.ARRAY(t.String).key
    assert t.ARRAY(t.Integer, dimensions=2).key != t.ARRAY(t.Integer).key
    assert t.TupleType(t.Integer, t.String).key == t.TupleType(t.Integer(), t.String()).key
    assert t.JSON().key != t.JSON(none_as_null=True).key
    for type_ in (t.String(5), t.Enum(Color), t.ARRAY(t.Integer), t.PickleType(), t.JSON()):
        hash(type_.key)


def test_key_sees_variants_and_evaluates_none():
    plain = t.String()
    assert plain.with_variant(t.Text(), "mysql").key != plain.key
    assert plain.with_variant(t.Text(), "mysql").key == plain.with_variant(t.Text, "mysql").key
    assert plain.evaluates_none().key != plain.key
    assert plain.should_evaluate_none is False  # the original is as it was


def test_subclass_with_its_own_arguments_gets_its_own_key():
    class Money(t.Numeric):
        def __init__(self, currency):
            super().__init__(10, 2)
            self.currency = currency

    assert Money("EUR").key == Money("EUR").key != Money("USD").key


def test_unhashable_attribute_makes_the_type_unique_instead_of_failing():
    class Odd(t.String):
        def __init__(self):
            super().__init__()
            self.extras = []

    one = Odd()
    assert one.key == one.key != Odd().key


def test_decorator_key_follows_cache_ok():
    class Careless(Upper):
        cache_ok = None

    class Broken(Upper):
        def __init__(self):
            super().__init__()
            self.choices = ["a"]

    assert Upper(5).key == Upper(5).key != Upper(6).key
    one = Careless(5)
    assert one.key == one.key != Careless(5).key
    with pytest.raises(ArgumentError, match="cache_ok"):
        Broken().key  # noqa: B018


def test_with_variant_errors_say_what_to_write():
    with pytest.raises(ArgumentError, match="at least one dialect name"):
        t.String().with_variant(t.Text())
    with pytest.raises(ArgumentError, match="already has a variant"):
        t.String().with_variant(t.Text(), "x").with_variant(t.Text(), "x")
    with pytest.raises(ArgumentError, match="variants of its own"):
        t.String().with_variant(t.Text().with_variant(t.CHAR(), "y"), "x")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, t.Integer),
        (2**31, t.BigInteger),
        (-(2**31), t.Integer),
        (True, t.Boolean),
        ("x", t.String),
        (1.5, t.Double),
        (Decimal(1), t.Numeric),
        (b"x", t.LargeBinary),
        (bytearray(b"x"), t.LargeBinary),
        (dt.date(2020, 1, 1), t.Date),
        (dt.datetime(2020, 1, 1), t.DateTime),
        (dt.time(1), t.Time),
        (dt.timedelta(1), t.Interval),
        (uuid.UUID(int=1), t.Uuid),
        (None, t.NullType),
        ([1], t.NullType),
        (object(), t.NullType),
        (Color.red, t.Enum),
        (Level.low, t.Integer),
        (Slug.a, t.String),
    ],
)
def test_infer(value, expected):
    assert type(t.infer(value)) is expected


def test_infer_sees_zones():
    assert t.infer(dt.datetime(2020, 1, 1, tzinfo=dt.UTC)).timezone
    assert not t.infer(dt.datetime(2020, 1, 1)).timezone
    assert t.infer(dt.time(1, tzinfo=dt.UTC)).timezone


@pytest.mark.parametrize(
    ("left", "op", "right", "expected"),
    [
        (t.Integer(), "+", t.Integer(), t.Integer),
        (t.Integer(), "/", t.Integer(), t.Numeric),
        (t.Integer(), "//", t.Integer(), t.Integer),
        (t.Integer(), "*", t.Numeric(), t.Numeric),
        (t.Integer(), "*", t.Float(), t.Float),
        (t.Integer(), "*", t.Interval(), t.Interval),
        (t.Numeric(), "+", t.Integer(), t.Numeric),
        (t.Numeric(), "+", t.Float(), t.Float),
        (t.Float(), "+", t.Numeric(), t.Float),
        (t.Date(), "-", t.Date(), t.Integer),
        (t.Date(), "-", t.DateTime(), t.Interval),
        (t.Date(), "+", t.Interval(), t.DateTime),
        (t.Date(), "+", t.Integer(), t.Date),
        (t.Date(), "+", t.Time(), t.DateTime),
        (t.Integer(), "+", t.Date(), t.Date),
        (t.DateTime(), "-", t.DateTime(), t.Interval),
        (t.DateTime(), "+", t.Interval(), t.DateTime),
        (t.Time(), "-", t.Time(), t.Interval),
        (t.Time(), "+", t.Date(), t.DateTime),
        (t.Interval(), "+", t.Date(), t.DateTime),
        (t.Interval(), "+", t.Time(), t.Time),
        (t.Interval(), "*", t.Integer(), t.Interval),
        (t.String(), "||", t.Integer(), t.String),
        (t.NULLTYPE, "+", t.Integer(), t.Integer),
        (t.Enum("a"), "||", t.String(), t.String),
        (t.UUID(), "->", t.Integer(), t.UUID),
    ],
)
def test_result_of(left, op, right, expected):
    assert type(left.result_of(op, right)) is expected


def test_coerce_compared_value():
    column = t.String(50)
    assert column.coerce_compared_value(ops.EQ, "x") is column
    assert type(column.coerce_compared_value(ops.EQ, 5)) is t.Integer
    assert column.coerce_compared_value(ops.EQ, None) is column
    price = t.Numeric(10, 2)
    for value in (Decimal(1), 1, 1.5):
        assert price.coerce_compared_value(ops.GT, value) is price
    assert type(t.DateTime().coerce_compared_value(ops.SUB, dt.timedelta(1))) is t.Interval
    color = t.Enum(Color)
    assert color.coerce_compared_value(ops.EQ, Color.red) is color
    assert color.coerce_compared_value(ops.EQ, "green") is color
    assert type(color.coerce_compared_value(ops.LIKE, "gr%")) is t.String
    ident = t.Uuid(as_uuid=False)
    assert ident.coerce_compared_value(ops.EQ, "x") is ident
    data = t.JSON()
    assert data.coerce_compared_value(ops.EQ, {"a": 1}) is data
    assert type(data.coerce_compared_value(ops.EQ, 5)) is t.Integer
    upper = Upper()
    assert upper.coerce_compared_value(ops.EQ, 5) is upper
    assert type(t.NULLTYPE.coerce_compared_value(ops.EQ, 5)) is t.Integer


def test_python_type():
    assert t.Integer().python_type is int
    assert t.Numeric().python_type is Decimal
    assert t.Numeric(asdecimal=False).python_type is float
    assert t.Enum(Color).python_type is Color
    assert t.Enum("a").python_type is str
    assert t.Uuid(as_uuid=False).python_type is str
    assert t.ARRAY(t.Integer).python_type is list
    assert Upper().python_type is str
    assert t.PickleType().python_type is object
    with pytest.raises(NotImplementedError):
        t.NULLTYPE.python_type  # noqa: B018


def test_repr_and_str():
    assert repr(t.String(50)) == "String(length=50)"
    assert repr(t.Integer()) == "Integer()"
    assert repr(t.Numeric(10, 2)) == "Numeric(precision=10, scale=2)"
    assert repr(t.Enum("a", "b")) == "Enum('a', 'b')"
    assert repr(t.Enum(Color)) == "Enum(Color)"
    assert repr(t.ARRAY(t.Integer)) == "ARRAY(Integer())"
    assert repr(Upper(5)) == "Upper(length=5)"
    assert repr(t.DateTime(timezone=True)) == "DateTime(timezone=True)"
    assert repr(t.JSON.NULL) == "JSON.NULL"
    assert str(t.String(50)) == "VARCHAR(50)"
    assert str(t.NULLTYPE) == "NULL"
    assert t.Numeric(10, 2).compile() == "NUMERIC(10, 2)"


@pytest.mark.parametrize(
    "type_",
    [
        t.String(5),
        t.Enum(Color),
        t.Enum("a", "b"),
        t.JSON(),
        t.PickleType(),
        Upper(5),
        t.ARRAY(t.String(3)),
        t.String().with_variant(t.Text(), "x"),
        t.Interval(),
        t.Numeric(10, 2),
        t.NULLTYPE,
    ],
    ids=repr,
)
def test_types_pickle_and_copy(type_):
    for twin in (pickle.loads(pickle.dumps(type_)), copy.copy(type_), copy.deepcopy(type_)):
        assert repr(twin) == repr(type_)
        if not isinstance(type_, t.PickleType):
            assert twin.key == type_.key
    assert pickle.loads(pickle.dumps(t.NULLTYPE)) is t.NULLTYPE
    assert pickle.loads(pickle.dumps(t.JSON.NULL)) is t.JSON.NULL


def test_enum_members_aliases_and_conflicting_values():
    color = t.Enum(Color)
    assert color.enums == ["red", "green"]
    assert color.name == "color"
    assert t.Enum(Color, omit_aliases=False).enums == ["red", "green", "scarlet"]
    assert color.name_of(Color.scarlet) == "red"
    slug = t.Enum(Slug)  # members are strings equal to the other member's name
    assert slug.name_of(Slug.a) == "a"
    assert slug.name_of("a") == "a"
    assert slug.member_of("a") is Slug.a
    valued = t.Enum(Color, values_callable=lambda cls: [m.value for m in cls])
    assert valued.enums == ["r", "g"]
    assert valued.name_of(Color.red) == "r"
    assert valued.member_of("g") is Color.green


def test_enum_errors_name_the_set_not_the_value():
    with pytest.raises(LookupError, match="'red', 'green'") as info:
        t.Enum(Color).name_of("secret")
    assert "secret" not in str(info.value)
    with pytest.raises(LookupError, match="color") as info:
        t.Enum(Color).member_of("secret")
    assert "secret" not in str(info.value)
    with pytest.raises(ArgumentError, match="shorter"):
        t.Enum("long", length=2)
    with pytest.raises(ArgumentError, match="twice"):
        t.Enum("a", "a")
    with pytest.raises(ArgumentError, match="one Python enum class"):
        t.Enum("a", 5)
    with pytest.raises(ArgumentError, match="values_callable"):
        t.Enum(Color, values_callable=lambda cls: ["one"])


def test_bad_arguments():
    with pytest.raises(ArgumentError, match="non-negative int"):
        t.String("50")
    with pytest.raises(ArgumentError, match="cannot exceed the precision"):
        t.Numeric(2, 5)
    with pytest.raises(ArgumentError, match="dimensions"):
        t.ARRAY(t.ARRAY(t.Integer))
    with pytest.raises(ArgumentError, match="an SQL type"):
        t.to_instance(int)
    with pytest.raises(ArgumentError, match="collation"):
        t.String(collation='x"; DROP TABLE t; --')

    class NoImpl(t.TypeDecorator):
        pass

    with pytest.raises(ArgumentError, match="impl"):
        NoImpl()


def test_decorator_passes_attributes_of_its_impl_through():
    assert Upper(20).length == 20
    with pytest.raises(AttributeError, match="nonsense"):
        Upper(20).nonsense  # noqa: B018


def test_compare_and_copy_values():
    pickled = t.PickleType()
    value = {"a": [1]}
    twin = pickled.copy_value(value)
    assert twin == value and twin["a"] is not value["a"]
    assert t.PickleType(comparator=lambda x, y: True).compare_values(1, 2)
    assert not t.Integer().compare_values(1, 2)


def test_types_unknown_to_standard_sql_have_a_text_and_unknown_ones_can_be_added() -> None:
    class Odd(t.TypeEngine):
        pass

    assert str(Odd()) == "Odd()"
    added = column("a", t.NullType()) + column("b", t.NullType())
    assert str(added) == "a + b" and isinstance(added.type, t.NullType)


def test_whatever_has_members_makes_an_enum() -> None:
    class Member:
        def __init__(self, name: str) -> None:
            self.name = name

    class Made:
        __members__: ClassVar = {name: Member(name) for name in ("one", "two")}

    assert t.Enum(Made).enums == ["one", "two"]
