"""`sort_by_parameter_order` where the INSERT says more than columns and values."""

from typing import Any

import pytest
import sortedrows
from requirements import BACKEND, needs
from sortedrows import MANY, ORDER, keyed

from accord import insert, select, update, upsert
from accord.exc import IntegrityError
from accord.sql import bindparam

pytestmark = needs("returning_insert")


def test_expressions(engine: Any) -> None:
    sortedrows.expressions(engine)


def test_parameters_of_the_statements_own(engine: Any) -> None:
    """A round trip for all on PostgreSQL; elsewhere a statement a row is what is exact."""
    sortedrows.own_parameters(engine, 3 if BACKEND.name == "postgresql" else MANY)


def test_upserts(engine: Any) -> None:
    sortedrows.upserts(engine)


def test_equal_keys(engine: Any) -> None:
    sortedrows.equal_keys(engine)


def test_rows_that_are_skipped_come_back_not_at_all(engine: Any, statements: Any) -> None:
    if BACKEND.name == "mariadb":
        pytest.skip("MariaDB's rule for nothing returns the row that is there")
    sortedrows.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(keyed), [{"code": f"c{n}", "n": n} for n in range(0, 100, 2)])
        statements.clear()
        statement = upsert(keyed, update=[]).returning(keyed.c.n, **ORDER)
        found = connection.scalars(statement, [{"code": f"c{n}", "n": n} for n in range(100)])
        assert found.all() == list(range(1, 100, 2))
        assert len(statements) < 5


def test_prefixes(engine: Any, statements: Any) -> None:
    prefix = {"sqlite": "OR IGNORE", "mariadb": "IGNORE"}.get(BACKEND.name)
    if prefix is None:
        pytest.skip("no prefix that matters")
    sortedrows.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(keyed), [{"code": "c7", "n": -1}])
        statements.clear()
        statement = insert(keyed).prefix_with(prefix).returning(keyed.c.code, **ORDER)
        found = connection.scalars(statement, [{"code": f"c{n}", "n": n} for n in range(100)])
        assert found.all() == [f"c{n}" for n in range(100) if n != 7]
        assert len(statements) < 5


def test_outside_of_a_transaction_too(make_engine: Any) -> None:
    engine = make_engine("other").execution_options(isolation_level="AUTOCOMMIT")
    sortedrows.metadata.create_all(engine)
    with engine.connect() as connection:
        statement = insert(keyed).returning((keyed.c.n + 1).label("m"), **ORDER)
        rows = [{"code": f"c{n}", "n": n} for n in range(20)]
        assert connection.scalars(statement, rows).all() == list(range(1, 21))
        twice = [{"code": code, "n": 1} for code in ("x", "y", "x")]
        with pytest.raises(IntegrityError):
            connection.execute(statement, twice)
        kept = select(keyed.c.code).where(keyed.c.code.in_(["x", "y"])).order_by(keyed.c.code)
        assert connection.scalars(kept).all() == ["x", "y"]


@needs("returning_update")
def test_updates_of_many_sets_return_their_rows_in_turn(engine: Any, statements: Any) -> None:
    sortedrows.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(keyed), [{"code": f"c{n}", "n": n} for n in range(50)])
        statements.clear()
        changing = (
            update(keyed)
            .where(keyed.c.code == bindparam("which"))
            .values(n=bindparam("new"))
            .returning(keyed.c.n)
        )
        sets = [{"which": f"c{n * 7 % 50}", "new": 1000 + n} for n in range(50)]
        assert connection.scalars(changing, sets).all() == [1000 + n for n in range(50)]
        if BACKEND.name == "postgresql":
            assert len(statements) == 1
        assert connection.scalar(select(keyed.c.n).where(keyed.c.code == "c7")) == 1001
