"""Modules of SQLAlchemy that accord answers with its own; type checkers see the same."""

from __future__ import annotations

import ast
from importlib import import_module

import pytest
from workspace import CORE

from accord import paths

STUBS = {path: CORE / f"{path.replace('.', '/')}.pyi" for path in paths.PATHS}

PORTED = """
    engine.base: Connection Engine Transaction
    engine.interfaces: Dialect DBAPIConnection Compiled
    event.api: listen listens_for
    ext.declarative: DeclarativeMeta as_declarative declarative_base has_inherited_table
    future: create_engine select
    orm: ColumnProperty DeclarativeMeta InstanceState KeyFuncDict MANYTOONE MapperProperty
    orm: ORMExecuteState Relationship as_declarative attribute_mapped_collection
    orm: column_mapped_collection has_inherited_table
    orm.decl_api: DeclarativeBase DeclarativeMeta declarative_base declared_attr registry
    orm.properties: ColumnProperty
    orm.relationships: RelationshipProperty relationship
    orm.scoping: scoped_session
    orm.session: Session SessionTransaction make_transient object_session sessionmaker
    orm.util: aliased class_mapper
    sql.compiler: SQLCompiler DDLCompiler IdentifierPreparer Compiled
    sql.ddl: CreateTable CreateIndex DDL
    sql.naming: conv
    sql.schema: DEFAULT_NAMING_CONVENTION Column ForeignKey Index MetaData Table UniqueConstraint
    sql.sqltypes: Boolean Integer JSON String
    sql.type_api: TypeDecorator TypeEngine
    dialects.sqlite.base: JSON
    dialects.sqlite.dml: Insert insert
"""
IMPORTS = [
    (path.strip(), name)
    for path, _, names in (line.partition(":") for line in PORTED.strip().splitlines())
    for name in names.split()
]


@pytest.mark.parametrize(("path", "name"), IMPORTS)
def test_the_import_line_of_ported_code_runs(path: str, name: str) -> None:
    namespace: dict[str, object] = {}
    exec(f"from accord.{path} import {name}", namespace)
    assert namespace[name] is not None


@pytest.mark.parametrize("path", sorted(paths.PATHS))
def test_every_name_is_the_one_of_its_home(path: str) -> None:
    module = import_module(f"accord.{path}")
    assert set(module.__all__) == set(paths.public_names(path)) == set(dir(module))
    for name in module.__all__:
        assert getattr(module, name) is not None
    for home in paths.PATHS[path][:1]:
        own = import_module(f"accord.{home}")
        assert all(getattr(module, name) is getattr(own, name) for name in own.__all__)
    for (where, name), (home, called) in paths.OTHERWISE.items():
        if where == path:
            assert getattr(module, name) is getattr(import_module(f"accord.{home}"), called)


@pytest.mark.parametrize("path", sorted(paths.PATHS))
def test_type_checkers_read_the_same_homes(path: str) -> None:
    tree = ast.parse(STUBS[path].read_text("utf-8"))
    stars = [n.module or "" for n in tree.body if isinstance(n, ast.ImportFrom)]
    homes = [f"accord.{home}" for home in paths.PATHS[path]]
    assert sorted(stars) == sorted(homes)
    assert stars[-1:] == homes[:1]  # to a type checker the last one wins
    given = {ast.unparse(n.targets[0]): n.value for n in tree.body if isinstance(n, ast.Assign)}
    expected = {n: called for (p, n), (_, called) in paths.OTHERWISE.items() if p == path}
    assert {
        name: value.attr for name, value in given.items() if isinstance(value, ast.Attribute)
    } == (expected)


def test_no_stub_lies_beside_a_module() -> None:
    assert [str(stub) for stub in STUBS.values() if stub.with_suffix(".py").exists()] == []


def test_what_is_nowhere_stays_an_error() -> None:
    with pytest.raises(ModuleNotFoundError, match="accord.sql.nowhere"):
        import_module("accord.sql.nowhere")
    with pytest.raises(ImportError, match="Nothing"):
        exec("from accord.sql.schema import Nothing")
    with pytest.raises(ModuleNotFoundError, match="accord_sqlite.nowhere"):
        import_module("accord.dialects.sqlite.nowhere")


@pytest.mark.parametrize("path", sorted(paths.NOT_YET))
def test_what_is_not_there_yet_says_what_to_write(path: str) -> None:
    package, _, name = path.rpartition(".")
    assert not hasattr(import_module(f"accord.{package}"), name)  # else it is there, and this goes
    for line in (f"from accord.{package} import {name}", f"import accord.{path}"):
        with pytest.raises(ImportError, match=f"accord.{path} is not available in this version; "):
            exec(line)
