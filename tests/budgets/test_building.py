"""Exact counts that gate: frames entered while statements are built, on CPython 3.12.

A program builds its statements again at each use, so building is as hot as running.
"""

import sys
from typing import Any

import pytest
from counting import Frames
from orm_api import (
    DeclarativeBase,
    Mapped,
    String,
    accord_only,
    delete,
    func,
    insert,
    mapped_column,
    select,
    update,
)

pytestmark = [
    accord_only,
    pytest.mark.skipif(
        sys.version_info[:2] != (3, 12), reason="frame counts are defined on CPython 3.12"
    ),
]


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "build_user"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    age: Mapped[int]


users = User.__table__

STATEMENTS: dict[str, tuple[Any, int]] = {
    "one by key": (lambda n: select(User).where(User.id == n), 5),
    "columns, conditions, order, limit": (
        lambda n: (
            select(User.id, User.name)
            .where(User.id > n, User.name != "x")
            .order_by(User.name.desc())
            .limit(10)
        ),
        28,
    ),
    "a list": (lambda n: select(User).where(User.id.in_([n, n + 1])), 14),
    "a count": (lambda n: select(func.count()).select_from(User).where(User.age > n), 25),
    "core by key": (lambda n: select(users).where(users.c.id == n), 8),
    "insert": (lambda n: insert(users).values(id=n, name="x", age=5), 37),
    "update": (lambda n: update(users).where(users.c.id == n).values(name="x"), 28),
    "delete": (lambda n: delete(users).where(users.c.id == n), 12),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_frames_of_building(name: str) -> None:
    build, budget = STATEMENTS[name]
    for warm in range(3):
        _ = build(warm).key
    with Frames() as counted:
        statement = build(7)
    assert counted.calls <= budget, str(counted)
    with Frames() as keyed:
        _ = statement.key
    assert keyed.calls <= 1, str(keyed)
