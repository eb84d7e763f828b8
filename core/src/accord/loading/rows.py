"""The generated code that turns fetched rows into objects.

In: which columns of a row belong to which entity. Out: a function ``load(rows, …) -> list`` with
one straight line of stores per entity, compiled once per plan and registered in `linecache`.
For one entity it returns the objects; for several parts tuples. New objects get the session's
shared lease; an object that is already in the identity map keeps its values unless it is expired
or the plan overwrites (`populate_existing`).
"""

from __future__ import annotations

import linecache
import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from accord.records import dataclass
from accord.state import STATE_KEY, Change, Lease

if TYPE_CHECKING:
    from accord.mapping import Mapper
    from accord.state.identity import References

Convert = Callable[[object], object]


@dataclass(frozen=True, slots=True)
class EntityPart:
    """One entity: attribute `keys[i]` is stored from row position `positions[i]`."""

    mapper: Mapper
    positions: tuple[int, ...]
    keys: tuple[str, ...]
    converts: tuple[Convert | None, ...]
    #: Relationships that an overwriting load forgets.
    lazy: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValuePart:
    """One plain value of the row."""

    position: int
    convert: Convert | None


Part = EntityPart | ValuePart


LoadRows = Callable[
    [
        Sequence[tuple[Any, ...]],
        Sequence["References"],
        Sequence[Lease],
        Sequence[list[object]],
        bool,
    ],
    list[Any],
]
"""Takes rows, then for each entity part its references, its lease and a list for the objects that
were made; and whether to overwrite."""


def compile_loader(parts: Sequence[Part], width: int, label: str) -> LoadRows:
    """Return the loader for rows of `width` values made of `parts`."""
    namespace: dict[str, Any] = {
        "_ref": weakref.ref,
        "_existing": fill_row,
        "_overwrite": overwrite_row,
    }
    lines = ["def load(rows, references, leases, created, overwrite):"]
    body: list[str] = []
    results: list[str] = []
    entities = 0
    for index, part in enumerate(parts):
        if isinstance(part, EntityPart):
            lines += _entity_prologue(entities)
            body += _entity_body(part, entities, namespace)
            results.append(f"o{entities}")
            entities += 1
        else:
            results.append(_value(f"v{part.position}", part.convert, f"c{index}", namespace))
    target = ", ".join(f"v{i}" for i in range(width))
    if len(results) == 1:
        body.append(f"append({results[0]})")
    else:
        body.append(f"append(({', '.join(results)}))")
    lines += ["    out = []", "    append = out.append", f"    for {target}, in rows:"]
    lines += ["        " + line for line in body]
    lines.append("    return out")
    source = "\n".join(lines) + "\n"
    filename = f"<accord loader {label}>"
    exec(compile(source, filename, "exec"), namespace)
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    loader: LoadRows = namespace["load"]
    return loader


def _entity_prologue(number: int) -> list[str]:
    return [
        f"    refs{number} = references[{number}]",
        f"    lease{number} = leases[{number}]",
        f"    find{number} = refs{number}.get",
        f"    made{number} = created[{number}].append",
    ]


def _entity_body(part: EntityPart, number: int, namespace: dict[str, Any]) -> list[str]:
    mapper = part.mapper
    values = [
        _value(f"v{position}", convert, f"e{number}_{position}", namespace)
        for position, convert in zip(part.positions, part.converts, strict=True)
    ]
    key_values = [values[part.keys.index(name)] for name in mapper.pk_keys]
    raw_keys = [f"v{part.positions[part.keys.index(name)]}" for name in mapper.pk_keys]
    key = key_values[0] if len(key_values) == 1 else f"({', '.join(key_values)})"
    namespace[f"names{number}"] = part.keys
    missing = " or ".join(f"{raw} is None" for raw in raw_keys)
    stored = {
        name: "k" if (name,) == mapper.pk_keys else value
        for name, value in zip(part.keys, values, strict=True)
    }
    stored[STATE_KEY] = f"lease{number}"
    namespace[f"lazy{number}"] = part.lazy
    lines = [
        f"if {missing}:",
        f"    o{number} = None",
        "else:",
        f"    k = {key}",
        f"    r = find{number}(k)",
        f"    if r is None or (o{number} := r()) is None:",
        *("        " + line for line in _stores(part, number, stored, namespace)),
        f"        refs{number}[k] = _ref(o{number})",
        f"        made{number}(o{number})",
        "    else:",
        f"        d = o{number}.__dict__",
        "        if overwrite:",
        f"            _overwrite(d, names{number}, ({', '.join(values)},),",
        f"                       lazy{number}, lease{number})",
        f"        elif d[{STATE_KEY!r}] is not lease{number}:",
        f"            _existing(d, names{number}, ({', '.join(values)},))",
    ]
    return lines


def _stores(
    part: EntityPart, number: int, stored: dict[str, str], namespace: dict[str, Any]
) -> list[str]:
    """Return the lines that make a new object and put its values into its instance dict."""
    cls = part.mapper.class_
    namespace[f"cls{number}"] = cls
    namespace[f"new{number}"] = cls.__new__
    lines = [f"o{number} = new{number}(cls{number})", f"d = o{number}.__dict__"]
    return lines + [f"d[{name!r}] = {value}" for name, value in stored.items()]


def _value(name: str, convert: Convert | None, label: str, namespace: dict[str, Any]) -> str:
    if convert is None:
        return name
    namespace[label] = convert
    return f"{label}({name})"


def overwrite_row(
    values: dict[str, Any],
    names: Sequence[str],
    row: Sequence[object],
    lazy: Sequence[str],
    lease: Lease,
) -> None:
    """A row of an object that is already in the identity map, with `populate_existing`: what it
    had is forgotten, relationships that this load does not fill included.
    """
    values.update(zip(names, row, strict=True))
    for name in lazy:
        values.pop(name, None)
    state = values[STATE_KEY]
    if state.deleted:
        state.changes = None
    else:
        values[STATE_KEY] = lease


def fill_row(values: dict[str, Any], names: Sequence[str], row: Sequence[object]) -> None:
    """A row of an object that is already in the identity map: fill what is expired."""
    state = values[STATE_KEY]
    if type(state) is not Change:
        return
    changes = state.changes
    for name, value in zip(names, row, strict=True):
        if name not in values and (changes is None or name not in changes):
            values[name] = value
    if changes is None and not state.deleted:
        values[STATE_KEY] = state.lease
