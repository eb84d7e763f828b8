"""Programs of users, as strict as a type checker can be: right ones are clean, wrong ones are not.

Every program in `examples` says with `assert_type` what its rows and objects are; both checkers
have to find the same. Every program in `wrong` names, line by line, the complaint of each.
"""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EXAMPLES = HERE / "examples"
WRONG = HERE / "wrong"
CHECKERS = ("mypy", "pyright")

_EXPECTED = re.compile(r"# mypy: (?P<mypy>[\w, -]+); pyright: (?P<pyright>[\w, ]+)$")


def expected(folder: Path, checker: str) -> dict[tuple[str, int], list[str]]:
    """The complaints that the programs of a folder announce."""
    found = {}
    for program in sorted(folder.glob("*.py")):
        for number, line in enumerate(program.read_text().splitlines(), 1):
            announced = _EXPECTED.search(line)
            if announced:
                codes = [code.strip() for code in announced[checker].split(",")]
                found[program.name, number] = [code for code in codes if code != "nothing"]
    return {place: codes for place, codes in found.items() if codes}


@pytest.mark.parametrize("checker", CHECKERS)
def test_the_types_of_the_examples_are_what_they_say(checked, checker):
    said = checked(EXAMPLES, strict=True)[checker]

    assert said.messages == []


@pytest.mark.parametrize("checker", CHECKERS)
def test_wrong_programs_are_refused_where_they_are_wrong(checked, checker):
    said = checked(WRONG, strict=True)[checker]

    assert {place: sorted(codes) for place, codes in said.errors.items()} == {
        place: sorted(codes) for place, codes in expected(WRONG, checker).items()
    }, "\n".join(said.messages)


def test_every_example_asserts_types():
    """A program that asserts nothing would always pass."""
    silent = [
        program.name
        for program in sorted(EXAMPLES.glob("*.py"))
        if program.name != "models.py" and "assert_type(" not in program.read_text()
    ]

    assert silent == []
