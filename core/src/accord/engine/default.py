"""A dialect of no database: standard SQL, to be read or compared.

``statement.compile(dialect=DefaultDialect(paramstyle="qmark"))`` writes it; no engine can be made
with it. In: a parameter style. Out: what the renderer needs to know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from accord.dialect import Capabilities, Dialect
from accord.exc import ArgumentError
from accord.records import replace
from accord.schema import DDLRenderer
from accord.sql.render import Renderer
from accord.sql.target import DEFAULT_TARGET
from accord.sqltypes import STANDARD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, ClassVar

    from accord.sql.target import RenderTarget


class DefaultDialect(Dialect):
    """Standard SQL with named parameters, as `statement.compile()` writes it without a dialect."""

    name = "default"
    drivers: ClassVar[Mapping[str, str]] = {"none": ""}
    default_driver = "none"
    capabilities = Capabilities()
    renderer = Renderer
    ddl_renderer = DDLRenderer
    types = STANDARD
    key_strategies = ()

    def __init__(
        self, paramstyle: str = "named", *, max_identifier_length: int | None = None
    ) -> None:
        super().__init__(paramstyle=paramstyle)
        self._longest = max_identifier_length

    def render_target(self, paramstyle: str) -> RenderTarget:
        """Of every construct the standard's form."""
        target = replace(DEFAULT_TARGET, paramstyle=paramstyle)
        if self._longest is not None:
            target = replace(target, max_identifier_length=self._longest)
        return target

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise ArgumentError(_NO_DATABASE)

    _import_driver = connect_args = probe = classify = has_table_steps = _refuse


_NO_DATABASE: Final = (
    "the default dialect writes SQL and speaks to no database; create_engine() takes the URL of one"
)
