"""Finding a mapped class by the name a relationship gives.

Filled by `registry` as classes are mapped, asked by `resolve`. In: ``"Address"``, or as much of the
dotted module path as it takes to be unambiguous (``"models.billing.Address"``). Out: the one class,
or an error that lists the candidates. Classes are held weakly: one that is dropped can be defined
anew.
"""

from __future__ import annotations

import warnings
import weakref
from typing import TYPE_CHECKING

from accord import exc

if TYPE_CHECKING:
    from collections.abc import Iterator


class ClassNames:
    """The mapped classes of one or more registries, by name."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[weakref.ref[type]]] = {}

    def add(self, cls: type) -> None:
        """Register; a class of the same name and module is replaced, which is worth a warning."""
        present = self.named(cls.__name__)
        for other in present:
            if other.__module__ == cls.__module__ and other is not cls:
                warnings.warn(
                    f"There is a mapped class {cls.__module__}.{cls.__name__} already; "
                    f'relationships that name "{cls.__name__}" now mean the new one. Give one '
                    "of the two another name",
                    exc.AccordWarning,
                    stacklevel=6,
                )
        kept = [other for other in present if other.__module__ != cls.__module__]
        self._by_name[cls.__name__] = [weakref.ref(other) for other in (*kept, cls)]

    def remove(self, cls: type) -> None:
        """Forget a class that is no longer mapped."""
        kept = [weakref.ref(other) for other in self.named(cls.__name__) if other is not cls]
        if kept:
            self._by_name[cls.__name__] = kept
        else:
            self._by_name.pop(cls.__name__, None)

    def named(self, name: str) -> list[type]:
        """Return all classes of that name."""
        found = (reference() for reference in self._by_name.get(name, ()))
        return [cls for cls in found if cls is not None]

    def find(self, path: str) -> type | None:
        """Return the one class that `path` means, None if there is none."""
        module, _, name = path.rpartition(".")
        found = self.named(name)
        if module:
            wanted = f".{module}"
            found = [cls for cls in found if f".{cls.__module__}".endswith(wanted)]
        if len(found) > 1:
            choices = " or ".join(f'"{cls.__module__}.{cls.__name__}"' for cls in found)
            raise exc.InvalidRequestError(
                f'Several mapped classes are called "{path}"; write as much of the module path '
                f"as tells them apart: {choices}"
            )
        return found[0] if found else None

    def starts_path(self, token: str) -> bool:
        """Tell whether some mapped class lives in a module whose path has `token` as a part."""
        return any(token in cls.__module__.split(".") for cls in self)

    def suggestion(self, path: str) -> str:
        """Return a hint at names like `path`, empty if there is none."""
        names = {cls.__name__ for cls in self}
        import difflib  # only for messages

        close = difflib.get_close_matches(path.rpartition(".")[2], sorted(names), n=3)
        return f" (did you mean {' or '.join(map(repr, close))}?)" if close else ""

    def __iter__(self) -> Iterator[type]:
        for name in list(self._by_name):
            yield from self.named(name)

    def __len__(self) -> int:
        return sum(1 for _ in self)


__all__ = ["ClassNames"]
