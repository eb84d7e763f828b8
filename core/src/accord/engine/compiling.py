"""Compiled SQL by the structure of statements.

In: a statement, an engine. Out: its `Compiled`, from the engine's bounded cache or made now; what
this server cannot do is refused here, before anything is sent.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.sql.cache import is_repeatable
from accord.sql.render.dml import no_returning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accord.engine.engine import Engine
    from accord.sql.compiled import Compiled


def compile_cached(
    engine: Engine, statement: Any, keys: tuple[str, ...] | None, options: Mapping[str, Any]
) -> Compiled:
    """The compiled statement, from the cache or made now. `keys` are the names of values given."""
    # A text is a column expression as well, whose `key` is a name.
    key = statement.cache_key if statement.is_text else statement.key
    if keys is not None:
        key = (key, keys)
    cache: Any = engine.compiled
    if options and "compiled_cache" in options:
        # A dict of the program's may be used with several engines.
        cache, key = options["compiled_cache"], (engine.dialect, key)
    compiled: Compiled | None = None if cache is None else cache.get(key)
    if compiled is not None:
        return compiled
    started = perf_counter()
    dialect = engine.dialect
    if statement.is_dml and statement.parts.returning_columns:
        _check_returning(engine, statement)
    compiled = dialect.renderer(dialect.target).compile(statement, column_keys=keys)
    how = "generated in"
    if cache is None:
        how = "caching disabled"
    elif is_repeatable(key):
        cache[key] = compiled
    else:
        how = "no key"
    if engine.watched:
        engine.statement_clock.generated(compiled.text, perf_counter() - started, how)
    return compiled


def _check_returning(engine: Engine, statement: Any) -> None:
    """Whether this very server can return rows; the renderer only knows the kind of database."""
    kind = statement.visit_name
    if engine.capabilities is None:
        return
    support = getattr(engine.capabilities.dml, f"returning_{kind}")
    if not support:
        raise CompileError(no_returning(engine.dialect.name, kind, support.reason))
