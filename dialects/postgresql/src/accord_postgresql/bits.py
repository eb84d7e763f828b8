"""BitString: the value of a BIT column, a str of '0' and '1' with the operators of bits."""

from __future__ import annotations

from typing import Any, Literal


class BitString(str):
    """``BitString("1010")``; `&`, `|`, `^` take strings of the same length, shifts keep it."""

    __slots__ = ()

    def __new__(cls, value: str) -> BitString:
        if not set(value) <= {"0", "1"}:
            raise ValueError("a BitString consists of the characters 0 and 1")
        return super().__new__(cls, value)

    @classmethod
    def from_int(cls, value: int, length: int) -> BitString:
        """The bits of a number that is not negative, with zeros in front up to `length`."""
        if value < 0 or value.bit_length() > length:
            raise ValueError(f"the number does not fit {length} bits")
        return cls(f"{value:0{length}b}" if length else "")

    @classmethod
    def from_bytes(cls, value: bytes, length: int = -1) -> BitString:
        """The bits of bytes; the first `length` of them counted from the end, if it is given."""
        size = len(value) * 8 if length < 0 else length
        return cls.from_int(int.from_bytes(value, "big"), size)

    @property
    def bit_length(self) -> int:
        return len(self)

    @property
    def octet_length(self) -> int:
        return -(-len(self) // 8)

    def get_bit(self, index: int) -> Literal["0", "1"]:
        """The bit at a place, counted from the left."""
        return "1" if self[index] == "1" else "0"

    def has_bit(self, index: int) -> bool:
        return self[index] == "1"

    def set_bit(self, index: int, value: bool | int | Literal["0", "1"]) -> BitString:
        """The same bits but this one."""
        place = range(len(self))[index]
        bit = "1" if value in (True, 1, "1") else "0"
        return BitString(self[:place] + bit + self[place + 1 :])

    def to_bytes(self, length: int = -1) -> bytes:
        """The bits as the low end of bytes."""
        return int(self).to_bytes(self.octet_length if length < 0 else length, "big")

    def __int__(self) -> int:
        return int(str(self), 2) if self else 0

    def __bytes__(self) -> bytes:
        return self.to_bytes()

    def _with(self, other: Any) -> tuple[int, int]:
        if not isinstance(other, str) or len(other) != len(self):
            raise ValueError("bits combine with a string of as many bits")
        return int(self), int(BitString(other))

    def __and__(self, other: str) -> BitString:
        one, two = self._with(other)
        return BitString.from_int(one & two, len(self))

    def __or__(self, other: str) -> BitString:
        one, two = self._with(other)
        return BitString.from_int(one | two, len(self))

    def __xor__(self, other: str) -> BitString:
        one, two = self._with(other)
        return BitString.from_int(one ^ two, len(self))

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __invert__(self) -> BitString:
        return BitString.from_int(~int(self) & (2 ** len(self) - 1), len(self))

    def __lshift__(self, amount: int) -> BitString:
        return BitString((str(self) + "0" * amount)[-len(self) :] if self else "")

    def __rshift__(self, amount: int) -> BitString:
        return BitString(("0" * amount + str(self))[: len(self)])

    def __add__(self, other: str) -> BitString:
        return BitString(str(self) + str(other))

    def __radd__(self, other: str) -> BitString:
        return BitString(str(other) + str(self))

    def __repr__(self) -> str:
        return f"BitString({str(self)!r})"


def bits_result(value: Any) -> Any:
    """What the driver answers → BitString."""
    return None if value is None else BitString(value)
