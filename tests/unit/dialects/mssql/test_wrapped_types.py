"""Types that put SQL around their values, in OUTPUT, MERGE and table values of SQL Server."""

from typing import Any

from wrappedtypes import run_through


def test_values_go_through_the_type(engine: Any) -> None:
    run_through(engine)
