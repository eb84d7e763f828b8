"""The reflection contract: what a dialect need not answer itself."""

import pytest

from accord.dialect import ReflectedTable, Reflection, unknown_type
from accord.exc import AccordWarning
from accord.sqltypes import NullType


class Catalog(Reflection):
    """A catalog of three tables that only answers for one table at a time."""

    tables = ("a", "b", "c")

    def default_schema_steps(self, bind):
        return "main"
        yield

    def schema_names_steps(self, bind):
        return ["main"]
        yield

    def table_names_steps(self, bind, schema):
        return list(self.tables)
        yield

    def view_names_steps(self, bind, schema):
        return []
        yield

    def sequence_names_steps(self, bind, schema):
        return []
        yield

    def table_steps(self, bind, name, schema):
        return ReflectedTable(name=name, schema=schema) if name in self.tables else None
        yield


def ended(steps):
    try:
        next(steps)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("nothing had to be asked")


def test_several_tables_are_asked_for_one_by_one_unless_the_dialect_knows_better():
    found = ended(Catalog().tables_steps(None, ["c", "missing", "a"], "main"))
    assert [(table.name, table.schema) for table in found] == [("c", "main"), ("a", "main")]


def test_what_a_database_may_not_have_is_empty_without_a_question():
    catalog = Catalog()
    assert ended(catalog.materialized_view_names_steps(None, None)) == []
    assert ended(catalog.temp_table_names_steps(None)) == []
    assert ended(catalog.temp_view_names_steps(None)) == []
    assert ended(catalog.view_definition_steps(None, "v", None)) is None


def test_an_unknown_type_warns_and_names_type_and_column():
    with pytest.warns(AccordWarning, match="'GEOMETRY' of column 't.place'"):
        assert type(unknown_type("GEOMETRY", "t.place")) is NullType
