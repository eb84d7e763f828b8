"""Records are dataclasses in all that a program can see; only defining one costs less."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys

import pytest

from accord.records import dataclass, field, fields, replace


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0
    tags: list[str] = field(default_factory=list, compare=False, repr=False)


@dataclass(slots=True)
class Counter:
    start: int
    count: int = field(init=False)

    def __post_init__(self) -> None:
        self.count = self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    name: str
    size: int = 5


@dataclass
class Open:
    a: int
    b: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Same:
    value: int


@dataclass(frozen=True, slots=True)
class Named(Point):
    name: str = ""


def test_the_constructor_takes_positions_names_and_defaults():
    assert Point(1) == Point(x=1, y=0)
    assert Point(1).tags is not Point(1).tags
    assert Options(name="n").size == 5
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        Point()
    with pytest.raises(TypeError, match="positional"):
        Options("n")
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        Point(1, z=1)


def test_fields_that_the_constructor_does_not_take_are_set_after_it():
    counter = Counter(3)
    assert counter.count == 3


def test_frozen_ones_refuse_to_change():
    point = Point(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
        point.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del point.x


def test_equality_and_hash_go_by_the_compared_fields():
    assert Point(1, 2, ["a"]) == Point(1, 2, ["b"])
    assert hash(Point(1, 2, ["a"])) == hash(Point(1, 2, ["b"]))
    assert Point(1) != Point(2)
    assert Point(1) != (1, 0, [])
    assert Same(1) != Same(1)
    assert len({Same(1), Same(1)}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(Counter(1))


def test_the_repr_shows_the_fields_meant_for_it():
    assert repr(Point(1, 2)) == "Point(x=1, y=2)"


def test_slots_leave_no_dict_and_others_have_one():
    assert not hasattr(Point(1), "__dict__")
    assert vars(Open(1)) == {"a": 1, "b": []}


def test_a_derived_class_has_the_fields_of_its_base_first():
    assert [each.name for each in fields(Named)] == ["x", "y", "tags", "name"]
    assert Named(1, 2, [], "n").name == "n"
    assert Named(1) != Point(1)


def test_replace_and_patterns_know_the_fields():
    assert replace(Point(1, 2), y=3) == Point(1, 3)
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


@pytest.mark.parametrize("value", [Point(1, 2, ["t"]), Counter(2), Open(1), Options(name="n")])
def test_they_can_be_copied_and_pickled(value):
    for made in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert made == value
        assert made is not value


def test_the_functions_of_dataclasses_take_them():
    point = Point(1, 2, ["t"])
    assert dataclasses.is_dataclass(point)
    assert [each.name for each in dataclasses.fields(Point)] == ["x", "y", "tags"]
    assert dataclasses.asdict(point) == {"x": 1, "y": 2, "tags": ["t"]}
    assert dataclasses.replace(point, x=5) == Point(5, 2)


def test_a_dataclass_can_be_derived_from_one():
    @dataclasses.dataclass(frozen=True)
    class Weighted(Point):
        weight: float = 1.0

    assert Weighted(1, 2, [], 0.5).weight == 0.5


def test_fields_of_a_dataclass_are_found_as_well():
    @dataclasses.dataclass
    class Theirs:
        a: int = 1

    assert [each.name for each in fields(Theirs)] == ["a"]


def test_defining_one_does_not_import_dataclasses():
    code = "import sys, accord.records; print('dataclasses' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
