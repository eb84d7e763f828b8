"""Reading CREATE statements: what is a constraint, and what only looks like one."""

import pytest

from accord_sqlite.definition import (
    KeyDefinition,
    index_expressions,
    names_in,
    parts_of,
    split,
    table_definition,
)


def test_strings_comments_and_quoted_names_hide_what_is_in_them():
    text = """a 'x, (y' "b, (c" [d, e] `f,g` -- , (
        (1, (2)) /* ), */ h"""
    assert [(part.kind, part.name) for part in parts_of(text)] == [
        ("word", "a"), ("string", "x, (y"), ("name", "b, (c"), ("name", "d, e"), ("name", "f,g"),
        ("group", "1, (2)"), ("word", "h"),
    ]  # fmt: skip
    assert len(split(text)) == 1 and len(split("a, (b, c), 'd, e'")) == 3


@pytest.mark.parametrize(
    ("quoted", "name"), [('"a""b"', 'a"b'), ("`a``b`", "a`b"), ("[a]", "a"), ("'it''s'", "it's")]
)
def test_quoted_names_mean_what_is_inside(quoted, name):
    assert names_in(f"{quoted} COLLATE NOCASE DESC, Other") == (name, "other")


def test_constraints_of_columns_and_of_the_table():
    found = table_definition(
        "CREATE TABLE t (a INT CONSTRAINT pk PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT, "
        "b TEXT NOT NULL UNIQUE CHECK (b <> '') CONSTRAINT c2 CHECK (length(b) < 9), "
        "c INT CONSTRAINT fk REFERENCES x (y) ON DELETE SET DEFAULT NOT DEFERRABLE, "
        "CONSTRAINT u UNIQUE (b, c), "
        'FOREIGN KEY (a, b) REFERENCES "Other" DEFERRABLE INITIALLY DEFERRED) STRICT'
    )
    assert found.primary_key == KeyDefinition(("a",), "pk")
    assert found.uniques == [KeyDefinition(("b",)), KeyDefinition(("b", "c"), "u")]
    assert found.checks == [(None, "b <> ''"), ("c2", "length(b) < 9")]
    assert found.foreign_keys == [
        KeyDefinition(("c",), "fk", "x", False, None),
        KeyDefinition(("a", "b"), None, "other", True, "DEFERRED"),
    ]
    assert found.autoincrement and found.strict and not found.without_rowid


def test_generated_columns_and_collations():
    found = table_definition(
        "CREATE TABLE t (a INT, B AS (a * 2), c TEXT COLLATE nocase "
        "GENERATED ALWAYS AS (lower(a)) STORED, d INT DEFAULT (1) REFERENCES x)"
    )
    assert found.generated == {"b": "a * 2", "c": "lower(a)"}
    assert found.collations == {"c": "nocase"}
    assert [key.referred for key in found.foreign_keys] == ["x"]


def test_a_column_may_be_named_like_a_word_of_the_grammar():
    found = table_definition('CREATE TABLE t ("check" INT, [unique] INT UNIQUE, "primary" TEXT)')
    assert found.checks == [] and found.primary_key is None
    assert found.uniques == [KeyDefinition(("unique",))]


@pytest.mark.parametrize("sql", ["", "CREATE VIRTUAL TABLE t USING fts5", "CREATE TABLE t ()"])
def test_a_text_without_columns_says_nothing(sql):
    assert table_definition(sql).checks == []


def test_indexes_have_expressions_and_conditions():
    keys, where = index_expressions(
        "CREATE UNIQUE INDEX IF NOT EXISTS i ON t (a DESC, lower(b) COLLATE NOCASE ASC, "
        "coalesce(c, 'WHERE')) WHERE a > 1 AND b <> ')'"
    )
    assert keys == ["a", "lower(b)", "coalesce(c, 'WHERE')"]
    assert where == "a > 1 AND b <> ')'"
    assert index_expressions("CREATE INDEX i ON t (a)") == (["a"], None)
