"""Declarations that contradict each other, found before a dialect is used.

A capability that is declared without the part it needs fails late and far away: in a statement, or
at the end of a transaction. In: a dialect. Out: sentences, one for each contradiction;
`create_engine` refuses a dialect that has any, the conformance kit reports them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect.support import Never, Unimplemented

if TYPE_CHECKING:
    from accord.dialect.contract import Dialect

REQUIRED = (
    "name", "drivers", "default_driver", "capabilities", "renderer", "ddl_renderer", "types",
    "key_strategies",
)  # fmt: skip


def contradictions(dialect: Dialect) -> list[str]:
    """What cannot be true at once."""
    kind = type(dialect)
    # looked for, not asked for: a renderer may be a descriptor that imports it for who needs it
    declared_names = {name for owner in kind.__mro__ for name in vars(owner)}
    missing = [name for name in REQUIRED if name not in declared_names]
    if missing:
        return [f"it has no {', '.join(missing)}"]
    found: list[str] = []
    transactions = dialect.capabilities.transactions
    if dialect.default_driver not in dialect.drivers:
        found.append(f"default_driver {dialect.default_driver!r} is not among drivers")
    if transactions.default_isolation_level not in transactions.isolation_levels:
        found.append(
            f"default_isolation_level {transactions.default_isolation_level!r} is not among "
            "isolation_levels"
        )
    declared = not isinstance(transactions.two_phase, Never | Unimplemented)
    if declared and dialect.two_phase is None:
        found.append("transactions.two_phase is declared, and Dialect.two_phase is None")
    return found
