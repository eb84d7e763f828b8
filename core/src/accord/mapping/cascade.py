"""What an operation on an object means for the objects it refers to.

Part of a relationship's definition. In: the `cascade=` argument as users write it ("all,
delete-orphan"). Out: a `Cascade`, a frozen record of six yes/no answers that session, unit of work
and collections read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from accord import exc
from accord.records import dataclass, fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Cascade:
    """The cascades of one relationship; ``"delete" in cascade`` asks by the word users write."""

    save_update: bool = False
    merge: bool = False
    delete: bool = False
    delete_orphan: bool = False
    refresh_expire: bool = False
    expunge: bool = False

    def __iter__(self) -> Iterator[str]:
        return (word for word, field in _FIELDS.items() if getattr(self, field))

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and word in _FIELDS and bool(getattr(self, _FIELDS[word]))

    def __str__(self) -> str:
        return ", ".join(self) or "none"


_FIELDS: Final = {field.name.replace("_", "-"): field.name for field in fields(Cascade)}
_DEFAULT: Final = frozenset({"save-update", "merge"})
#: What a viewonly relationship never does: it does not write.
_WRITING: Final = frozenset({"save-update", "delete", "delete-orphan"})


def parse_cascade(
    given: str | Iterable[str] | Literal[False] | None, owner: str, *, viewonly: bool = False
) -> Cascade:
    """Return the cascades that `cascade=` of the relationship called `owner` asks for.

    None and False stand for the argument left out. Of a viewonly relationship those remain that
    write nothing, so that ``cascade="all"`` may be written on it.
    """
    words = _words(given, owner) if given is not None and given is not False else _DEFAULT
    if viewonly:
        words -= _WRITING
    return Cascade(**{_FIELDS[word]: True for word in words})


def _words(given: str | Iterable[str], owner: str) -> frozenset[str]:
    listed = given.split(",") if isinstance(given, str) else given
    words = {word.strip().lower() for word in listed} - {""}
    if "none" in words:
        if len(words) > 1:
            raise exc.ArgumentError(
                f'cascade= of {owner} says "none" and more; write one or the other'
            )
        return frozenset()
    if "all" in words:
        words = (words - {"all"}) | (_FIELDS.keys() - {"delete-orphan"})
    for word in sorted(words - _FIELDS.keys()):
        import difflib  # only for messages

        close = difflib.get_close_matches(word, [*_FIELDS, "all", "none"], n=1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        raise exc.ArgumentError(
            f"Unknown cascade {word!r} on {owner}{hint}; the words are: {', '.join(_FIELDS)}, "
            "all, none"
        )
    return frozenset(words)


__all__ = ["Cascade", "parse_cascade"]
