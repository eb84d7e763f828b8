"""The kit finds dialects that lie: each turns red in the groups it has to, and in no other."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from lies import LIES  # noqa: E402

from accord_conformance import Run, Verdict  # noqa: E402


def red(run: Run) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for result in run.all():
        if result.verdict is Verdict.BROKEN:
            found.setdefault(result.group, []).append(f"{result.id}: {result.detail}")
    return found


def test_there_are_ten_lies() -> None:
    assert len(LIES) >= 10


@pytest.mark.parametrize("name", LIES)
def test_a_lie_turns_red_where_it_has_to_and_nowhere_else(name: str, tmp_path: Path) -> None:
    lie = LIES[name]
    url = f"sqlite:///{tmp_path}/test.db?synchronous=off&foreign_keys=on"
    with Run(url, dialect=lie.dialect()) as run:
        found = red(run)
    assert set(found) == lie.red, found
