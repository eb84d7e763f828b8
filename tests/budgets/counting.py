"""Counts Python frames entered, and how deep, while a block runs."""

import gc
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Frames:
    """`calls` frames entered (a resumed generator counts anew), `depth` of them at once."""

    def __init__(self) -> None:
        self.calls = 0
        self.depth = 0
        self.by_module: Counter[str] = Counter()
        self._level = 0

    def __call__(self, frame: Any, event: str, arg: Any) -> None:
        if event == "call":
            self.calls += 1
            self._level += 1
            self.depth = max(self.depth, self._level)
            self.by_module[f"{frame.f_globals.get('__name__')}.{frame.f_code.co_name}"] += 1
        elif event == "return":
            self._level -= 1

    def __str__(self) -> str:
        most = ", ".join(f"{name} {count}" for name, count in self.by_module.most_common(25))
        return f"{self.calls} frames, {self.depth} deep: {most}"


@contextmanager
def frames() -> Iterator[Frames]:
    counted = Frames()
    gc.disable()
    sys.setprofile(counted)
    try:
        yield counted
    finally:
        sys.setprofile(None)
        gc.enable()
        counted.calls -= 1  # this function's own continuation
        counted.by_module = Counter(
            {k: n for k, n in counted.by_module.items() if not k.endswith(".frames")}
        )
