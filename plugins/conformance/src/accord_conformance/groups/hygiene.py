"""Group hygiene: what a dialect imports, how it is found, and whether its methods keep to the
contract.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from accord.dialect import (
    STANDARD,
    Dialect,
    Driver,
    KeyStrategy,
    TwoPhase,
    TypeTable,
)
from accord.dialect.reflection import Reflection
from accord.hooks import installed_dialects
from accord.schema import DDLRenderer
from accord.sql.render import Renderer
from accord_conformance import check
from accord_conformance.model import Absent
from accord_conformance.registry import group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accord_conformance.kit import Kit

test = group("hygiene")

SURFACE = ("accord.dialect", "accord.schema", "accord.sql", "accord.sqltypes", "accord.exc")


def _package(kit: Kit) -> str:
    module = next(
        (
            cls.__module__
            for cls in kit.dialect_class.__mro__
            if not cls.__module__.startswith(("accord_conformance.", "accord."))
        ),
        "",
    )
    return module.partition(".")[0]


def _sources(kit: Kit) -> Iterator[tuple[Path, ast.Module]]:
    name = _package(kit)
    module = importlib.import_module(name)
    if name == "__main__" or not getattr(module, "__file__", None):
        raise Absent("the dialect is not an installed package with sources")
    home = Path(str(module.__file__))
    files = sorted(home.parent.rglob("*.py")) if home.name == "__init__.py" else [home]
    for file in files:
        yield file, ast.parse(file.read_text("utf-8"))


def _imports(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, []
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [alias.name for alias in node.names]
            if node.module == "accord":  # from accord import sqltypes
                yield from ((f"accord.{name}", []) for name in names)
            else:
                yield node.module, names


@test("author-surface-only")
def author_surface(kit: Kit) -> None:
    """Of accord the dialect imports the author surface and nothing else."""
    foreign = [
        f"{file.name}: {module}"
        for file, tree in _sources(kit)
        for module, _ in _imports(tree)
        if (module == "accord" or module.startswith("accord."))
        and not any(module == home or module.startswith(home + ".") for home in SURFACE)
    ]
    check.equal(foreign, [], "imports beyond accord.dialect, schema, sql, sqltypes, exc")


@test("no-private-names")
def no_private_names(kit: Kit) -> None:
    """No name of accord's that begins with an underscore is imported."""
    private = [
        f"{file.name}: {module} {name}"
        for file, tree in _sources(kit)
        for module, names in _imports(tree)
        if module == "accord" or module.startswith("accord.")
        for name in [*module.split("."), *names]
        if name.startswith("_")
    ]
    check.equal(private, [])


@test("other-dialects-by-name")
def other_dialects(kit: Kit) -> None:
    """Of another dialect (one that this is a variant of) it imports the package's public names."""
    own = _package(kit)
    others = {plugin.target.partition(":")[0].partition(".")[0] for plugin in installed_dialects()}
    found = [
        f"{file.name}: {module}"
        for file, tree in _sources(kit)
        for module, _ in _imports(tree)
        if module.partition(".")[0] in others - {own} and "." in module
    ]
    check.equal(found, [])


@test("driver-imported-on-use")
def driver_on_use(kit: Kit) -> None:
    """Importing the dialect imports no driver; `import accord` does not import the dialect."""
    package = _package(kit)
    if package == "__main__":
        raise Absent("the dialect is not an installed package")
    driver = kit.dialect.driver.module
    name = getattr(driver, "__name__", "") if isinstance(driver, ModuleType) else ""
    code = (
        "import sys, accord\n"
        "import accord.dialect\n"
        f"assert {package!r} not in sys.modules, 'accord imports the dialect'\n"
        "before = set(sys.modules)\n"
        f"import {package}\n"
        f"print({name!r} in set(sys.modules) - before)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=_environment(),
    )
    check.same(run.returncode, 0, run.stderr[-500:])
    check.same(run.stdout.strip(), "False", f"importing {package} imports {name}")


def _environment() -> dict[str, str]:
    import os

    paths = [path for path in sys.path if path]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


@test("entry-point")
def entry_point(kit: Kit) -> None:
    """The dialect is installed under its name, once."""
    scheme = kit.url.drivername.partition("+")[0]
    owners = [plugin for plugin in installed_dialects() if plugin.name == scheme]
    if not owners:
        raise Absent(f"no entry point {scheme!r} in group accord.dialects: given as a class")
    check.same(len(owners), 1)


@test("typed")
def typed(kit: Kit) -> None:
    """The package carries py.typed."""
    module = importlib.import_module(_package(kit))
    if not hasattr(module, "__path__"):
        raise Absent("the dialect is a module, not a package")
    check.true((Path(str(module.__file__)).parent / "py.typed").exists(), "py.typed is missing")


@test("attributes")
def attributes(kit: Kit) -> None:
    """Every attribute the contract asks for is there, and of the right kind."""
    cls = kit.dialect_class
    check.true(str(cls.name).isidentifier(), f"name {cls.name!r}")
    check.true(issubclass(cls.renderer, Renderer), "renderer")
    check.true(issubclass(cls.ddl_renderer, DDLRenderer), "ddl_renderer")
    check.true(isinstance(cls.types, TypeTable), "types")
    for strategy in cls.key_strategies:
        check.true(issubclass(strategy, KeyStrategy), repr(strategy))
    for target in cls.drivers.values():
        module, _, name = target.partition(":")
        check.true(module and name, f"driver {target!r} is not 'module:Class'")


@test("types-build-on-standard")
def types_on_standard(kit: Kit) -> None:
    """The type table stands on STANDARD, so types it does not name work, too."""
    check.true(STANDARD in list(kit.dialect_class.types.chain()), "STANDARD is not among parents")


@test("own-instances")
def own_instances(kit: Kit) -> None:
    """Two instances share no state."""
    first, second = kit.dialect_class(), kit.dialect_class()
    check.true(vars(first) is not vars(second), "they share a dict")
    check.true(first.driver is not second.driver, "they share a driver object")


@test("driver-complete")
def driver_complete(kit: Kit) -> None:
    """The driver has every member of the Driver protocol."""
    driver = kit.dialect.driver
    names = [
        name
        for name, value in vars(Driver).items()
        if not name.startswith("_") and (callable(value) or isinstance(value, property))
    ]
    missing = [name for name in names if not hasattr(driver, name)]
    check.equal(missing, [])


def _compatible(base: Any, own: Any) -> str | None:
    """Why `own` cannot be called like `base`; None when it can."""
    wanted = inspect.signature(base).parameters
    given = inspect.signature(own).parameters
    kinds = {parameter.kind for parameter in given.values()}
    takes_all = inspect.Parameter.VAR_POSITIONAL in kinds and inspect.Parameter.VAR_KEYWORD in kinds
    if takes_all:
        return None
    for name, parameter in wanted.items():
        other = given.get(name)
        if other is None:
            return f"has no parameter {name!r}"
        if (
            parameter.kind is inspect.Parameter.KEYWORD_ONLY
            and other.kind is inspect.Parameter.POSITIONAL_ONLY
        ):
            return f"parameter {name!r} cannot be given by name"
    extra = [
        name
        for name, parameter in given.items()
        if name not in wanted
        and parameter.default is inspect.Parameter.empty
        and parameter.kind
        in (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    ]
    return f"asks for {', '.join(extra)}, which nobody gives" if extra else None


def _mismatches(base: type, own: type) -> list[str]:
    found = []
    for name, member in inspect.getmembers(base, inspect.isfunction):
        theirs = getattr(own, name)
        if theirs is member or (name.startswith("_") and name != "__init__"):
            continue
        function = inspect.unwrap(theirs) if callable(theirs) else theirs
        if not inspect.isfunction(function):
            continue
        problem = _compatible(member, function)
        if problem:
            found.append(f"{own.__name__}.{name} {problem}")
    return found


@test("signatures-dialect")
def signatures_dialect(kit: Kit) -> None:
    """Overridden methods of the dialect take what the contract gives them."""
    check.equal(_mismatches(Dialect, kit.dialect_class), [])


@test("signatures-renderers")
def signatures_renderers(kit: Kit) -> None:
    """Overridden methods of both renderers, too."""
    check.equal(_mismatches(Renderer, kit.dialect_class.renderer), [])
    check.equal(_mismatches(DDLRenderer, kit.dialect_class.ddl_renderer), [])


@test("signatures-strategies")
def signatures_strategies(kit: Kit) -> None:
    """And of the key strategies, the reflection, two-phase."""
    for strategy in kit.dialect_class.key_strategies:
        check.equal(_mismatches(KeyStrategy, strategy), [])
    if kit.dialect_class.reflection is not None:
        check.equal(_mismatches(Reflection, kit.dialect_class.reflection), [])
    if kit.dialect_class.two_phase is not None:
        check.equal(_mismatches(TwoPhase, kit.dialect_class.two_phase), [])


@test("steps-are-generators")
def steps_are_generators(kit: Kit) -> None:
    """Methods that end in _steps are generators: no I/O behind the engine's back."""
    wrong = []
    for name, _ in inspect.getmembers(Dialect, inspect.isfunction):
        if name.endswith("_steps") or name == "probe":
            own = getattr(kit.dialect_class, name)
            if own is not getattr(Dialect, name) and not inspect.isgeneratorfunction(own):
                returns = str(inspect.signature(own).return_annotation)
                if "Steps" not in returns:
                    wrong.append(name)
    check.equal(wrong, [])


@test("no-connection-in-dialect")
def no_connection(kit: Kit) -> None:
    """After work was done the dialect holds no connection."""
    with kit.engine.connect() as connection:
        connection.execute(kit.select_one())
    held = [name for name, value in vars(kit.dialect).items() if hasattr(value, "cursor")]
    check.equal(held, [])


@test("install-hint")
def install_hint(kit: Kit) -> None:
    """A driver that is missing is an error that says what to install, if the dialect knows."""

    from accord.exc import NoSuchModuleError

    cls = kit.dialect_class
    broken = type(
        cls.__name__,
        (cls,),
        {"drivers": {"gone": "accord_no_such_module:Driver"}, "default_driver": "gone"},
    )
    with check.raises(NoSuchModuleError, re.escape(cls.install_hint or "accord_no_such_module")):
        _ = broken().driver


@test("public-module")
def public_module(kit: Kit) -> None:
    """``accord.dialects.<name>`` is the dialect's public module."""
    name = kit.url.drivername.partition("+")[0]
    if not any(plugin.name == name for plugin in installed_dialects()):
        raise Absent(f"no entry point {name!r}: given as a class")
    module = importlib.import_module(f"accord.dialects.{name}")
    check.true(module.__doc__, f"{module.__name__} says nothing about itself")
