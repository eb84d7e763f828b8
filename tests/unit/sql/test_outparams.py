"""`outparam()`: a parameter of its own kind, for the databases that have such."""

from __future__ import annotations

import pytest

from accord import Integer, bindparam, outparam, text
from accord.dialects import mysql, oracle, postgresql, sqlite
from accord.exc import CompileError
from accord.sql.keys import lookup_key


def test_it_is_a_parameter_with_a_name() -> None:
    made = outparam("x", Integer)
    assert (made.isoutparam, bindparam("x").isoutparam) == (True, False)
    statement = text("BEGIN :x := :y; END;").bindparams(made)
    assert str(statement) == "BEGIN :x := :y; END;"
    assert lookup_key(statement) != lookup_key(text("BEGIN :x := :y; END;"))
    assert str(statement.compile(dialect=oracle.dialect())) == "BEGIN :x := :y; END;"


@pytest.mark.parametrize("module", [sqlite, postgresql, mysql])
def test_databases_without_them_say_so(module: object) -> None:
    statement = text("CALL f(:x)").bindparams(outparam("x", Integer))
    with pytest.raises(CompileError, match="no out parameters; select what"):
        statement.compile(dialect=module.dialect())  # type: ignore[attr-defined]  # it has one
