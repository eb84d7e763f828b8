"""Puts the shim of the integration tests on the path; frames are counted with nobody watching."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

for _folder in (Path(__file__).parent, Path(__file__).parents[1] / "integration"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))


@pytest.fixture(autouse=True)
def _unwatched(pytestconfig: pytest.Config) -> Iterator[None]:
    gate = pytestconfig.pluginmanager.get_plugin("grammar")
    if gate is None:
        yield
    else:
        with gate.looking_away():
            yield
