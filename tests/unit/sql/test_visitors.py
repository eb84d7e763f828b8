"""Looking through SQL by SQLAlchemy's names."""

from __future__ import annotations

import pytest
from world import address, user

from accord import (
    Nullable,
    ReturnsRows,
    Selectable,
    and_,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    union,
)
from accord.sql import operators
from accord.sql.expression import HasCTE, HasPrefixes, HasSuffixes, NotNullable
from accord.sql.visitors import (
    ClauseVisitor,
    Visitable,
    iterate,
    replacement_traverse,
    traverse,
    traverse_using,
)

QUERY = select(user.c.id, func.max(user.c.name)).where(
    and_(user.c.id == 1, user.c.name.between("a", "b"), text("x"))
)


def test_nodes_are_visited_by_kind() -> None:
    found: dict[str, list[object]] = {}

    def put(kind: str) -> object:
        return lambda node: found.setdefault(kind, []).append(node)

    kinds = ("column", "bindparam", "function", "binary", "clauselist", "textclause", "select")
    assert traverse(QUERY, {}, {kind: put(kind) for kind in kinds}) is QUERY
    assert {kind: len(nodes) for kind, nodes in found.items()} == {
        "column": 4, "bindparam": 3, "function": 1, "binary": 2, "clauselist": 1, "textclause": 1,
        "select": 1,
    }  # fmt: skip
    assert next(iterate(QUERY)) is QUERY
    assert list(iterate(None)) == []
    assert all(isinstance(node, Visitable) for node in iterate(QUERY))
    only = []
    traverse_using([user.c.id], QUERY, {"column": only.append})
    assert only == [user.c.id]


def test_a_visitor_is_a_class_too() -> None:
    class Names(ClauseVisitor):
        def __init__(self) -> None:
            self.names: list[str] = []

        def visit_bindparam(self, node: object) -> None:
            self.names.append(node.hint)  # type: ignore[attr-defined]  # a parameter

    visitor = Names()
    assert visitor.traverse(QUERY) is QUERY
    assert visitor.names == ["id", "name", "name"]
    assert visitor.traverse_single(literal(1)) is None
    assert visitor.traverse_single(user) is None


def test_replacing_makes_another_piece() -> None:
    def double(node: object) -> object:
        return address.c.id if node is user.c.id else None

    replaced = replacement_traverse(user.c.id == 1, {}, double)
    assert str(replaced) == "address.id = :id_1"
    assert replacement_traverse(QUERY, {}, lambda node: None) is QUERY


@pytest.mark.parametrize(
    ("kind", "has", "has_not"),
    [
        (Selectable, (user, select(user), union(QUERY, QUERY), user.alias()), (user.c.id,)),
        (ReturnsRows, (user, select(user), insert(user)), (user.c.id, text("x"))),
        (HasCTE, (select(user), delete(user)), (user,)),
        (HasPrefixes, (select(user), insert(user), select(user).cte()), (user,)),
        (HasSuffixes, (select(user), select(user).cte()), (user, insert(user))),
    ],
)
def test_kinds_can_be_asked_for(
    kind: type, has: tuple[object, ...], has_not: tuple[object, ...]
) -> None:
    assert all(isinstance(thing, kind) for thing in has)
    assert not any(isinstance(thing, kind) for thing in has_not)


def test_nullable_is_for_type_checkers() -> None:
    assert Nullable(user.c.id) is NotNullable(user.c.id) is user.c.id


def test_questions_about_operators() -> None:
    asked = {
        name: [
            op.name
            for op in (operators.eq, operators.lt, operators.add, operators.and_, operators.desc_op)
            if getattr(operators, name)(op)
        ]
        for name in ("is_comparison", "is_boolean", "is_commutative", "is_associative",
                     "is_ordering_modifier")
    }  # fmt: skip
    assert asked == {
        "is_comparison": ["eq", "lt"],
        "is_boolean": ["eq", "lt", "and"],
        "is_commutative": ["eq", "add"],
        "is_associative": ["add", "and"],
        "is_ordering_modifier": ["desc"],
    }
    assert operators.mirror(operators.lt) is operators.gt
    assert operators.mirror(operators.eq) is operators.eq
    assert operators.is_precedent(operators.add, operators.mul)
    assert not operators.is_precedent(operators.mul, operators.add)
    assert not operators.is_precedent(operators.add, operators.add)
    assert operators.is_precedent(operators.sub, operators.sub)
