"""What the guide shows: mypy and pyright infer the same type for every expression on every page.

Each page becomes one program, as its reader would type it; every expression that stands alone is
asked for its type. A page is no typed program: functions without annotations, and objects that may
be None, are let through.
"""

import ast
import doctest
import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

_spec = importlib.util.spec_from_file_location(
    "documentation_pages", ROOT / "tests/docs/test_documentation.py"
)
documentation = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(documentation)

#: What a page may do that a typed program would not.
LENIENT = {
    "union-attr", "index", "reportOptionalMemberAccess", "reportOptionalSubscript",
    "var-annotated", "import-not-found", "reportMissingImports",
}  # fmt: skip
#: Lines of pages that are wrong on purpose, or that no checker can follow; by a word in them.
SHOWN_ON_PURPOSE = {
    "append('a post')": "refused by a validator",
    "import Bundle": "what this version does not have says so",
    "select(Pet.name)": "mapped imperatively: the class body says nothing",
    "small.pool.": "a QueuePool unless poolclass says otherwise; checkers know that it is a Pool",
    "cls.__name__": "a mixin's declared_attr; its cls is an instance to the checkers",
}


class Asking(ast.NodeTransformer):
    """Asks for the type of every expression that stands alone outside of functions."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        if isinstance(node.value, ast.Constant):
            return node
        call = ast.Call(ast.Name("reveal_type", ast.Load()), [node.value], [])
        return ast.Expr(call)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        return node


def program_of(page: Path) -> str:
    """The blocks of a page in one program; those that are files of their own left out."""
    parts = []
    for block in documentation.blocks(page.read_text("utf-8")):
        first = block.source.partition("\n")[0]
        if block.language != "python" or documentation._FILE.match(first):
            continue
        source = block.source
        if ">>>" in source:
            examples = doctest.DocTestParser().get_examples(source)
            source = "".join([example.source for example in examples])
        parts.append(source)
    tree = Asking().visit(ast.parse("\n".join(parts)))
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for page in documentation.PAGES:
        if page in documentation.GUIDES:  # a package of several files, checked by its own test
            continue
        name = "_".join(page.relative_to(ROOT).with_suffix("").parts).replace("-", "_")
        (folder / f"{name}.py").write_text(program_of(page), "utf-8")
    return folder


def line_at(pages, place):
    return (pages / place[0]).read_text("utf-8").splitlines()[place[1] - 1]


def agree(mypy: list[str], pyright: list[str]) -> bool:
    """The same, or one of them knows nothing (a function without annotations)."""
    return mypy == pyright or mypy == ["Any"] or pyright == ["Any"]


def test_both_checkers_infer_the_same_types(checked, pages):
    said = checked(pages, strict=False)
    mypy, pyright = said["mypy"], said["pyright"]
    asked = {
        place
        for place in [*mypy.revealed, *pyright.revealed]
        if place not in mypy.errors and place not in pyright.errors
    }

    differing = {
        f"{place[0]}: {line_at(pages, place)}": (mypy.revealed[place], pyright.revealed[place])
        for place in sorted(asked)
        if not agree(mypy.revealed[place], pyright.revealed[place])
    }

    assert differing == {}
    telling = [place for place in asked if mypy.revealed[place] not in (["Any"], ["None"])]
    assert len(telling) > 80, "hardly anything was inferred"


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_neither_finds_a_mistake_in_what_is_shown(checked, pages, checker):
    said = checked(pages, strict=False)[checker]

    wrong = {
        f"{place[0]}: {line_at(pages, place)}": codes
        for place, codes in said.errors.items()
        if not set(codes) <= LENIENT
        and not any(words in line_at(pages, place) for words in SHOWN_ON_PURPOSE)
    }

    assert wrong == {}
