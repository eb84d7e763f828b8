"""What sqlglot does not read of T-SQL, SQL Server runs, or its double where there is none."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("sqlglot", reason="needs the parser: pip install sqlglot")

from grammar import proof
from grammar.exceptions import Fragment


@proof.of("mssql")
def test_the_database_runs_what_sqlglot_does_not_read(fragment: Fragment, engine: Any) -> None:
    proof.prove(fragment, engine)
