"""Counts Python frames entered, and how deep, while a block runs."""

import gc
import sys
from collections import Counter
from typing import Any


class Frames:
    """`calls` frames entered (a resumed generator counts anew), at most `depth` of them at once."""

    def __init__(self) -> None:
        self.calls = -1  # leaving the block enters __exit__
        self.depth = 0
        self.by_function: Counter[str] = Counter()
        self._level = 0

    def __enter__(self) -> "Frames":
        gc.disable()
        sys.setprofile(self._seen)
        return self

    def __exit__(self, *exc: object) -> None:
        sys.setprofile(None)
        gc.enable()
        del self.by_function[f"{__name__}.__exit__"]

    def _seen(self, frame: Any, event: str, arg: Any) -> None:
        if event == "call":
            self.calls += 1
            self._level += 1
            self.depth = max(self.depth, self._level)
            self.by_function[f"{frame.f_globals.get('__name__')}.{frame.f_code.co_name}"] += 1
        elif event == "return":
            self._level -= 1

    def __str__(self) -> str:
        most = ", ".join(f"{name} {count}" for name, count in self.by_function.most_common(25))
        return f"{self.calls} frames, {self.depth} deep: {most}"
