"""What sqlglot does not read, the database runs; and no entry of the list is out of date."""

from __future__ import annotations

from typing import Any

import pytest
from requirements import BACKEND

pytest.importorskip("sqlglot", reason="needs the parser: pip install sqlglot")

from grammar import proof
from grammar.exceptions import Fragment


@proof.of(BACKEND.name)
def test_the_database_runs_what_sqlglot_does_not_read(fragment: Fragment, engine: Any) -> None:
    proof.prove(fragment, engine)
