"""Types that put SQL around their values, in RETURNING INTO and array statements of Oracle."""

from typing import Any

from wrappedtypes import run_through


def test_values_go_through_the_type(oracle_engine: Any) -> None:
    run_through(oracle_engine)
