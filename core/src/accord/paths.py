"""The modules ported code imports from that accord has no module for: `accord.sql.schema` and the
like.

SQLAlchemy's names stand in its inner modules too, and editors write import lines with those. In:
the name of a module the import system found nowhere. Out: a module that looks names up where
accord has them. Type checkers read the `.pyi` of the same name; a contract test compares the two.
Nothing here is imported before such an import line runs.
"""

from __future__ import annotations

from importlib import import_module
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Final

#: Path below `accord` → the modules below `accord` that have its names; the first one wins.
PATHS: Final[dict[str, tuple[str, ...]]] = {
    "engine.base": ("engine",),
    "engine.interfaces": ("engine",),
    "event.api": ("event",),
    "future": (),
    "orm.base": ("orm", "mapping"),
    "orm.decl_api": ("orm", "mapping"),
    "orm.interfaces": ("orm", "mapping", "mapping.properties"),
    "orm.mapped_collection": ("orm",),
    "orm.mapper": ("orm",),
    "orm.properties": ("orm", "mapping.properties"),
    "orm.relationships": ("orm", "mapping"),
    "orm.scoping": ("orm",),
    "orm.strategy_options": ("orm",),
    "orm.util": ("orm", "mapping"),
    "sql.base": ("sql", "schema"),
    "sql.compiler": (),
    "sql.ddl": ("schema",),
    "sql.naming": ("schema",),
    "sql.schema": ("schema",),
    "sql.sqltypes": ("sqltypes",),
    "sql.type_api": ("sqltypes",),
}

#: Single names: (path, name) → (module, what it is called there).
OTHERWISE: Final = {
    ("engine.interfaces", "Compiled"): ("sql", "Compiled"),
    ("engine.interfaces", "DBAPIConnection"): ("dialect", "DBAPIConnection"),
    ("engine.interfaces", "DBAPICursor"): ("dialect", "DBAPICursor"),
    ("engine.interfaces", "Dialect"): ("dialect", "Dialect"),
    ("future", "Connection"): ("engine", "Connection"),
    ("future", "Engine"): ("engine", "Engine"),
    ("future", "create_engine"): ("engine", "create_engine"),
    ("future", "select"): ("sql", "select"),
    ("sql.compiler", "Compiled"): ("sql", "Compiled"),
    ("sql.compiler", "IdentifierPreparer"): ("sql.preparer", "IdentifierPreparer"),
    ("sql.schema", "DEFAULT_NAMING_CONVENTION"): ("schema.naming", "DEFAULT_CONVENTION"),
    ("sql.compiler", "SQLCompiler"): ("sql.render", "Renderer"),
    ("sql.compiler", "DDLCompiler"): ("dialect", "DDLRenderer"),
}

_INHERITANCE: Final = "share columns with a mixin or a base class that says __abstract__ = True"
_READ_BY_SELECT: Final = "read the collection with a select() of its class"
#: Modules and names of packages that this version does not have, and what to write instead.
NOT_YET: Final = {
    "ext.associationproxy": "write a property over the relationship",
    "ext.asyncio": "use the engines and sessions of accord and accord.orm",
    "ext.baked": "write select(): repeated statements are compiled once by themselves",
    "ext.horizontal_shard": "use one session for each shard, or Session(binds=…)",
    "ext.hybrid": "write a property, and a column_property() for queries",
    "ext.mutable": "call accord.orm.attributes.flag_modified(obj, name) after a change in place",
    "ext.orderinglist": "set the position where members are added; relationship(order_by=…) reads",
    "orm.Bundle": "select the columns",
    "orm.DynamicMapped": _READ_BY_SELECT,
    "orm.MappedAsDataclass": "map plain classes: they have a constructor and a repr",
    "orm.WriteOnlyMapped": _READ_BY_SELECT,
    "orm.composite": "map the columns by themselves and write a property over them",
    "orm.dynamic_loader": _READ_BY_SELECT,
    "orm.mapped_as_dataclass": "map plain classes: they have a constructor and a repr",
    "orm.polymorphic_union": _INHERITANCE,
    "orm.query_expression": "select the expression beside the class",
    "orm.selectin_polymorphic": _INHERITANCE,
    "orm.with_expression": "select the expression beside the class",
    "orm.with_loader_criteria": "write the criteria in the query or in a primaryjoin",
    "orm.with_polymorphic": _INHERITANCE,
}

_ROOT: Final = __name__.partition(".")[0]


class _Elsewhere(ModuleType):
    """A module without names of its own."""

    def __getattr__(self, name: str) -> object:
        path = self.__name__.removeprefix(f"{_ROOT}.")
        if name == "__all__":
            return public_names(path)
        if not name.startswith("_"):
            renamed = OTHERWISE.get((path, name))
            if renamed is not None:
                return getattr(_module(renamed[0]), renamed[1])
            for home in PATHS[path]:
                found = _module(home)
                if name in getattr(found, "__all__", ()):
                    return getattr(found, name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __dir__(self) -> list[str]:
        return public_names(self.__name__.removeprefix(f"{_ROOT}."))


class _Elsewheres(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Elsewhere(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass  # names are looked up when they are asked for


def _module(path: str) -> ModuleType:
    return import_module(f"{_ROOT}.{path}")


def public_names(path: str) -> list[str]:
    """Return the names that can be imported from `path`."""
    names = {name for home in PATHS[path] for name in getattr(_module(home), "__all__", ())}
    return sorted(names | {name for where, name in OTHERWISE if where == path})


def spec_of(fullname: str) -> ModuleSpec | None:
    """Return the import system's answer for the module `fullname`, None if it is not listed.

    It asks for what packages do not have, too: ``from accord.orm import Bundle`` comes here.
    """
    path = fullname.removeprefix(f"{_ROOT}.")
    if path in NOT_YET:
        raise ImportError(
            f"{fullname} is not available in this version; {NOT_YET[path]}", name=fullname
        )
    if path not in PATHS:
        return None
    return ModuleSpec(fullname, _Elsewheres(), origin="another module of accord")


__all__ = ["NOT_YET", "OTHERWISE", "PATHS", "public_names", "spec_of"]
