"""Distributions made of two files in a temporary folder, visible to importlib.metadata."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from accord.hooks import forget_entry_points

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """``install(distribution, group, {name: target}, module=source)`` puts one distribution on
    sys.path.
    """
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(distribution: str, group: str, entries: dict[str, str], **modules: str) -> None:
        info = tmp_path / f"{distribution.replace('-', '_')}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n"
        )
        lines = [f"{name} = {target}" for name, target in entries.items()]
        (info / "entry_points.txt").write_text("\n".join([f"[{group}]", *lines, ""]))
        for module, source in modules.items():
            (tmp_path / f"{module}.py").write_text(source)
        forget_entry_points()

    yield install
    forget_entry_points()
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]
