"""ORDER BY, GROUP BY, LIMIT, OFFSET: strings are names of what is there, numbers are numbers."""

from __future__ import annotations

from typing import Any

import pytest
from hostile import TEXTS, UNNAMEABLE
from orm_api import exc

from accord import func, select, union_all
from accord.orm import DeclarativeBase, Session

SORTED = [
    *[text for text in TEXTS if text not in ("NULL", "null", "true", "DEFAULT")],
    *UNNAMEABLE,
    "id; DROP TABLE victim",
    "id, secret",
    "victim.id",
    "id DESC",
    "id ASC, (SELECT secret FROM victim)",
    "CASE WHEN (SELECT 1) THEN id ELSE name END",
    "lower(name)",
    "1",
    "-id",
    "?",
]


@pytest.mark.parametrize("wanted", SORTED)
def test_order_by_and_group_by_a_string_cve_2019_7164_cve_2019_7548_cve_2021_35042(
    engine: Any, victim: Any, wanted: str
) -> None:
    """SQLAlchemy and Django took any text for SQL."""

    class Base(DeclarativeBase):
        pass

    class Victim(Base):
        __table__ = victim

    statements = [
        select(victim.c.id).order_by(wanted),
        select(func.count()).select_from(victim).group_by(wanted),
        select(Victim).order_by(wanted),
        union_all(select(victim.c.id), select(victim.c.id)).order_by(wanted),
    ]
    with Session(engine) as session:
        for statement in statements:
            with pytest.raises((exc.CompileError, exc.ArgumentError, exc.IdentifierError)):
                session.execute(statement)


def test_a_string_that_is_a_name_sorts(engine: Any, victim: Any) -> None:
    with engine.connect() as connection:
        rows = connection.execute(select(victim.c.id.label("x")).order_by("x"))
        assert rows.scalars().all() == [1, 2]


class Sneaky(int):
    """An integer whose text is SQL."""

    def __str__(self) -> str:
        return "1; DROP TABLE victim"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return str(self)


class Index:
    """Something with __index__, and a text that is SQL."""

    def __index__(self) -> int:
        return 1

    def __str__(self) -> str:
        return "1; DROP TABLE victim"


@pytest.mark.parametrize("number", [Sneaky(1), Index(), True])
@pytest.mark.parametrize("literal", [False, True])
def test_limit_and_offset_are_numbers_whatever_their_text_cve_2012_0805(
    engine: Any, victim: Any, number: Any, literal: bool
) -> None:
    """SQLAlchemy 0.6 wrote limit and offset into the statement with str()."""
    statement = select(victim.c.id).order_by(victim.c.id).limit(number).offset(number)
    with engine.connect() as connection:
        if literal:
            text = str(
                statement.compile(dialect=engine.dialect, compile_kwargs={"literal_binds": True})
            )
            assert "DROP" not in text
            assert connection.exec_driver_sql(text).scalars().all() == [2]
        else:
            assert connection.execute(statement).scalars().all() == [2]


@pytest.mark.parametrize("number", ["1; DROP TABLE victim", "1", 1.5, b"1", [1], {"a": 1}])
@pytest.mark.parametrize("clause", ["limit", "offset", "fetch"])
def test_limit_and_offset_refuse_what_is_no_number_cve_2012_0805(
    victim: Any, number: Any, clause: str
) -> None:
    with pytest.raises((TypeError, exc.ArgumentError)):
        getattr(select(victim), clause)(number)
    with pytest.raises((TypeError, exc.ArgumentError)):
        select(victim)[number:]
