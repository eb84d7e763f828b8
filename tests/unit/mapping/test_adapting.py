"""Rewriting expressions: over aliases, without attributes, keeping key and parameters right."""

from typing import Any

from mapping_bases import make_base

from accord.mapping import Mapped, mapped_column
from accord.mapping.adapting import (
    columns_exchanged,
    columns_of,
    rewritten,
    table_exchanged,
    without_attributes,
)
from accord.sql import and_, case, cast, exists, func, literal, not_, or_, select, tuple_
from accord.sqltypes import String

Base = make_base()


class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[int]
    y: Mapped[str]


class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)


def expressions() -> list[Any]:
    a = A.__table__.c
    return [
        a.x == 3,
        and_(a.x > 1, or_(a.y == "q", not_(a.id == a.x))),
        a.x.between(1, 2),
        a.x.in_([1, 2, 3]),
        a.y.like("%x", escape="/"),
        case((a.x == 1, a.y), else_="z"),
        cast(a.x, String),
        func.coalesce(a.x, a.id, 4),
        func.count(a.x).over(partition_by=a.y, order_by=a.id),
        func.sum(a.x).filter(a.y == "u"),
        tuple_(a.x, a.y),
        a.x.label("other"),
        a.y.desc().nulls_last(),
        (a.x + 1) * a.id,
        exists().where(B.__table__.c.id == a.x),
        select(func.max(B.__table__.c.id)).where(B.__table__.c.id < a.x).scalar_subquery(),
        a.x.in_(select(B.__table__.c.id).where(B.__table__.c.id == a.id)),
    ]


def test_every_kind_of_expression_moves_to_an_alias() -> None:
    table = A.__table__
    for expression in expressions():
        alias = table.alias("moved")
        moved = table_exchanged(expression, table, alias)
        built_directly = table_exchanged(expression, table, alias)
        text = str(select(literal(1)).select_from(alias).where(moved == 1))
        assert "a.x" not in text and "a.id" not in text and "moved." in text
        assert moved.binds == expression.binds
        assert moved.cache_key == built_directly.cache_key != expression.cache_key
        assert moved.has_anon and not expression.has_anon
        assert {str(c.name) for c in columns_of(moved)} == {
            str(c.name) for c in columns_of(expression)
        }


def test_nothing_to_exchange_returns_the_same_node() -> None:
    for expression in expressions():
        assert table_exchanged(expression, B.__table__, B.__table__.alias()) is not None
        assert rewritten(expression, lambda part: None) is expression


def test_keys_are_those_of_the_same_expression_written_by_hand() -> None:
    a, other = A.__table__.c, A.__table__.alias()
    written = and_(other.c.x == 3, other.c.y.in_(["u"]))
    moved = table_exchanged(and_(a.x == 3, a.y.in_(["u"])), A.__table__, other)
    assert moved.cache_key == written.cache_key
    assert select(other.c.id).where(moved).key == select(other.c.id).where(written).key


def test_columns_may_become_values() -> None:
    a = A.__table__.c
    condition = columns_exchanged(A.x == a.id, {a.id: literal(7)})
    assert str(condition) == "a.x = :param_1" and [b.value for b in condition.binds] == [7]


def test_without_attributes() -> None:
    plain = without_attributes(and_(A.x == 1, A.y == "z"))
    a = A.__table__.c
    assert plain.cache_key == and_(a.x == 1, a.y == "z").cache_key
