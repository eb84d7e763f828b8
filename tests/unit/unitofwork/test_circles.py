"""Circles of a graph, and where a row can wait."""

import pytest
from flow_doubles import Bind
from flow_models import Unique
from hypothesis import given, strategies as st

from accord.schema.constraint_model import constraint_model
from accord.unitofwork.circles import components, longest_path, parkable, reserved
from accord.unitofwork.operations import Cell, Kind, Operation, writes_of


def reachable(edges: list[set[int]], start: int) -> set[int]:
    found: set[int] = set()
    ways = [start]
    while ways:
        for target in edges[ways.pop()] - found:
            found.add(target)
            ways.append(target)
    return found


@given(
    st.integers(1, 8).flatmap(
        lambda count: st.lists(st.sets(st.integers(0, count - 1)), min_size=count, max_size=count)
    )
)
def test_components_are_those_that_reach_each_other(edges: list[set[int]]) -> None:
    found = components(len(edges), lambda node: sorted(edges[node]))
    assert sorted(node for component in found for node in component) == list(range(len(edges)))
    reach = [reachable(edges, node) for node in range(len(edges))]
    for component in found:
        for node in component:
            together = {
                other
                for other in range(len(edges))
                if other == node or (other in reach[node] and node in reach[other])
            }
            assert together == set(component)


def test_deep_graphs_need_no_recursion() -> None:
    count = 50_000
    found = components(count, lambda node: [node + 1] if node + 1 < count else [])
    assert len(found) == count
    assert len(components(count, lambda node: [(node + 1) % count])) == 1


def test_longest_path() -> None:
    assert longest_path({}) == 0
    assert longest_path({1: [2, 3], 2: [3], 3: [4]}) == 3
    assert longest_path({node: [node + 1] for node in range(20_000)}) == 20_000


MAPPER = Unique.__mapper__
WRITES = writes_of(Bind(), MAPPER, MAPPER.tables[0])


def slot(*names: str):
    for found in constraint_model(WRITES.table).unique:
        if tuple(column.name for column in found.columns) == names:
            return found
    raise LookupError(names)


def operation(kind: Kind, *keys: str) -> Operation:
    cells = tuple(Cell(WRITES.by_key[key], [None]) for key in keys)
    return Operation(kind, WRITES, [object()], cells)


@pytest.mark.parametrize(
    ("written", "key", "expected"),
    [
        (("nick",), ("nick",), "nick"),
        (("email",), ("email",), "email"),
        (("number",), ("number",), "number"),
        (("token",), ("token",), "token"),
        (("day",), ("day",), None),
        (("area", "place"), ("area", "place"), "area"),
        (("place",), ("area", "place"), "place"),
    ],
)
def test_where_a_row_can_wait(
    written: tuple[str, ...], key: tuple[str, ...], expected: str | None
) -> None:
    field = parkable(operation(Kind.UPDATE, *written), slot(*key))
    assert (field.key if field else None) == expected


def test_deleted_row_may_wait_in_any_column() -> None:
    field = parkable(operation(Kind.DELETE), slot("area", "place"))
    assert field is not None and field.key == "area"


def test_new_row_does_not_wait() -> None:
    assert parkable(operation(Kind.INSERT, "nick"), slot("nick")) is None


def test_reserved_values_fit_and_differ() -> None:
    emails = {reserved(WRITES.by_key["email"]) for _ in range(50)}
    assert len(emails) == 50
    assert all(isinstance(email, str) and len(email) <= 40 for email in emails)
    numbers = {reserved(WRITES.by_key["number"]) for _ in range(50)}
    assert len(numbers) == 50
    assert all(isinstance(number, int) and -(2**31) <= number < -(2**29) for number in numbers)
    assert reserved(WRITES.by_key["nick"]) is None
