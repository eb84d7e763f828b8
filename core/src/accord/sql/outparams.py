"""Out parameters: values that a procedure gives back, ``outparam("x", Integer)``.

In: a name and a type. Out: a parameter for `text()`; its value is in `CursorResult.out_parameters`
once the text was executed. Which databases have them the renderers say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.sqltypes.base import NULLTYPE, T_co, TypeEngine, to_instance

from .nodes import NamedParameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .compiled import Compiled


class OutParameter(NamedParameter[T_co]):
    """A parameter that a statement gives a value."""

    __slots__ = ()

    visit_name = "outparam"
    isoutparam = True

    def _compose(self) -> None:
        self.cache_key = ("outparam", self.name, self.type.key)


def outparam(key: str, type_: TypeEngine | type[TypeEngine] | None = None) -> OutParameter[Any]:
    """A parameter that a procedure gives a value; on Oracle. Put it into a text with
    ``text("BEGIN total(:year, :sum); END;").bindparams(outparam("sum", Integer))``.

    Args:
        key: its name.
        type_: the type of the value; the driver has to know it.

    Returns:
        The parameter.
    """
    return OutParameter(key, None, NULLTYPE if type_ is None else to_instance(type_))


def given_back(compiled: Compiled, sent: Any) -> Mapping[str, Any]:
    """The values of the out parameters of a statement that was executed.

    Args:
        compiled: the statement.
        sent: the parameters that the driver got; places for values are among them.

    Returns:
        The values by name.
    """
    found: dict[str, Any] = {}
    for position, slot in enumerate(compiled.parameter_slots):
        place = sent[slot.name] if isinstance(sent, dict) else sent[position]
        value = getattr(place, "value_given_back", None)
        if value is not None:
            convert = slot.entry.result
            raw = value()
            found[slot.label] = raw if convert is None else convert(raw)
    return found
