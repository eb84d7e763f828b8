"""What sqlglot does not read of Oracle's SQL, Oracle runs, or its double."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("sqlglot", reason="needs the parser: pip install sqlglot")

from grammar import proof
from grammar.exceptions import Fragment


@proof.of("oracle")
def test_the_database_runs_what_sqlglot_does_not_read(
    fragment: Fragment, oracle_engine: Any
) -> None:
    proof.prove(fragment, oracle_engine)
