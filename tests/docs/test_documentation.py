"""Every Python block of docs/ and README.md runs, every named command exists, every link leads
somewhere.

A page runs from top to bottom in one namespace, in a process and a folder of its own, as a reader
would do it. A ```python block with ``>>>`` is a doctest; one whose first line is ``# name.py`` is a
file of that name; any other one is simply executed. A ```toml block with ``[project]`` makes its
entry points visible, as installing that distribution would. Of shell blocks only the names are
checked: sub-commands and options of `accord`, files of the repository.

Examples in docstrings run as well; they find the classes and rows of docs/getting-started.md.
"""

import doctest
import importlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", ROOT / "core" / "README.md", ROOT / "dialects/sqlite/README.md"]
GUIDES = [ROOT / "docs" / "dialects" / "write-a-dialect.md"]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), *GUIDES, *READMES]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)")
_FILE = re.compile(r"# (?P<name>[\w/]+\.py)$")
_LINK = re.compile(r"\]\((?P<target>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
_FLAGS = doctest.ELLIPSIS


@dataclass(frozen=True)
class Block:
    """One fenced block; `line` is the number of its first line in the page."""

    language: str
    source: str
    line: int


def blocks(page: str) -> list[Block]:
    found: list[Block] = []
    lines = page.splitlines()
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        at += 1
        if fence is None:
            continue
        start = at
        while lines[at].strip() != "```":
            at += 1
        indent = len(fence["indent"])
        source = "\n".join([line[indent:] for line in lines[start:at]])
        found.append(Block(fence["language"], source + "\n", start + 1))
        at += 1
    return found


def as_written(output: str) -> str:
    return re.sub(r"[ \t]+$", "", output, flags=re.M).expandtabs(4)


class RenderedOutput(doctest.OutputChecker):
    """Rendered SQL has blanks at line ends and tabs; Markdown has neither."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return super().check_output(want, as_written(got), optionflags)


# --- running one page, in a process of its own ----------------------------------------------------


def run_page(path: Path, runner: doctest.DocTestRunner) -> None:
    """Run the blocks of a page in the working directory."""
    sys.path.insert(0, os.getcwd())
    found = blocks(path.read_text("utf-8"))
    for block in found:  # what a reader has on disk before Python starts
        name = file_name(block)
        if name is not None:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(block.source, "utf-8")
        elif block.language == "toml" and "[project]" in block.source:
            install(tomllib.loads(block.source)["project"])
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for block in found:
        if block.language != "python" or file_name(block) is not None:
            continue
        if ">>> " in block.source:
            test = doctest.DocTestParser().get_doctest(
                block.source, namespace, path.name, str(path), block.line - 1
            )
            test.globs = namespace  # get_doctest copies it; what a block defines has to stay
            runner.run(test, clear_globs=False)
        else:
            source = "\n" * (block.line - 1) + block.source
            exec(compile(source, str(path), "exec"), namespace)


def file_name(block: Block) -> str | None:
    first = _FILE.match(block.source.split("\n", 1)[0])
    return first["name"] if block.language == "python" and first is not None else None


def install(project: dict[str, Any]) -> None:
    """Make the entry points of a distribution visible to importlib.metadata, here and now."""
    info = Path(f"{project['name'].replace('-', '_')}-{project['version']}.dist-info")
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(metadata, "utf-8")
    lines = []
    for group, names in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {target}" for name, target in names.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", "utf-8")


def main(page: str) -> None:
    runner = doctest.DocTestRunner(RenderedOutput(), verbose=False, optionflags=_FLAGS)
    run_page(Path(page), runner)
    sys.exit(1 if runner.failures else 0)


# --- tests ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_python_of_the_page_runs(name: str, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, __file__, str(ROOT / name)],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-6000:]


def test_every_page_has_database_files_of_its_own() -> None:
    """A reader goes from page to page in one folder: the tables of another one are in the way."""
    pages: dict[str, set[str]] = {}
    for name in NAMES:
        for block in blocks((ROOT / name).read_text("utf-8")):
            if block.language == "python":
                for file in re.findall(r"sqlite:///(\w[\w.-]*)", block.source):
                    pages.setdefault(file, set()).add(name)
    assert {file: names for file, names in pages.items() if len(names) > 1} == {}


def commands(name: str) -> list[list[str]]:
    """Words of each line of the page's shell blocks; `&&` begins a new command. Of a list of
    commands in a text block, command and sub-command.
    """
    found = []
    for block in blocks((ROOT / name).read_text("utf-8")):
        for line in block.source.splitlines():
            if block.language in ("sh", "shell", "bash", "console"):
                found += [command.split("#")[0].split() for command in line.split("&&")]
            elif block.language == "text" and line.startswith("accord "):
                found.append(line.split()[:2])
    return found


@pytest.mark.parametrize("name", NAMES)
def test_commands_of_the_page_exist(name: str) -> None:
    typer = pytest.importorskip("typer", reason="the command line needs the extra cli")
    from accord.cli.app import app

    known = typer.main.get_command(app)
    for words in commands(name):
        if not words or Path(words[0]).name != "accord" or len(words) == 1:
            continue
        command, rest = known, words[1:]
        if not rest[0].startswith("-"):
            assert rest[0] in known.commands, f"{name}: accord has no command {rest[0]!r}"
            command, rest = known.commands[rest[0]], rest[1:]
            while rest and rest[0] in getattr(command, "commands", {}):
                command, rest = command.commands[rest[0]], rest[1:]
        options = {option for parameter in command.params for option in parameter.opts}
        used = {word.split("=")[0] for word in rest if word.startswith("-")}
        assert used <= options | {"--help"}, f"{name}: {' '.join(words)}"


@pytest.mark.parametrize("name", NAMES)
def test_files_named_in_shell_blocks_exist(name: str) -> None:
    for words in commands(name):
        for word in words:
            path = word.strip("\"'").split("[")[0]
            if path.startswith(("./", "examples/", "dialects/", "plugins/", "tests/")):
                assert (ROOT / path).exists(), f"{name}: {word}"


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("name", NAMES)
def test_links_of_the_page_lead_somewhere(name: str) -> None:
    page = ROOT / name
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text("utf-8"), flags=re.M | re.S)
    for link in _LINK.finditer(text):
        target, anchor = link["target"], link["anchor"]
        if target.startswith(("http:", "https:")):
            continue
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{name}: {target}"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), f"{name}: {target}#{anchor}"


def test_index_names_every_page() -> None:
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    missing = [page.name for page in PAGES if page.parent.name == "docs" and page.name not in index]
    assert missing == ["index.md"]


# --- examples in docstrings -----------------------------------------------------------------------


def modules_with_examples() -> list[str]:
    sources = ROOT / "core" / "src"
    return [
        ".".join(file.relative_to(sources).with_suffix("").parts).removesuffix(".__init__")
        for file in sorted((sources / "accord").rglob("*.py"))
        if ">>> " in file.read_text("utf-8")
    ]


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """`Author`, `Book`, an engine, a session with one author and her two books."""
    monkeypatch.chdir(tmp_path)
    guide = blocks((ROOT / "docs" / "getting-started.md").read_text("utf-8"))
    found: dict[str, Any] = {}
    for block in guide[1:3]:  # the models, the engine
        exec(compile(block.source, "getting-started.md", "exec"), found)
    assert {"Author", "Book", "engine"} <= set(found)
    with found["Session"](found["engine"]) as session:
        books = [found["Book"](title=title) for title in ("Notes", "Letters")]
        session.add(found["Author"](name="Ada", books=books))
        session.commit()
        yield {**found, "session": session}
    found["engine"].dispose()


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples_in_docstrings_run(name: str, names: dict[str, Any]) -> None:
    module = importlib.import_module(name)
    seen = {**names, **vars(module), "__name__": "__main__"}  # a reader's module, not ours
    seen.pop("annotations", None)  # doctest would take over `from __future__ import annotations`
    examples = doctest.DocTestFinder(exclude_empty=True).find(module, name, globs=seen)
    runner = doctest.DocTestRunner(RenderedOutput(), verbose=False, optionflags=_FLAGS)
    report: list[str] = []
    for example in examples:
        names["session"].rollback()
        runner.run(example, out=report.append)
    assert runner.tries > 0
    assert not runner.failures, "".join(report)


def test_the_most_used_functions_have_examples() -> None:
    from accord import MetaData, Result, create_engine, explain, select
    from accord.orm import (
        Session,
        aliased,
        joinedload,
        mapped_column,
        relationship,
        selectinload,
        sessionmaker,
    )

    used = [
        create_engine, Session, sessionmaker, relationship, mapped_column, select, aliased,
        selectinload, joinedload, Result.scalars, MetaData.create_all, explain,
    ]  # fmt: skip
    assert [item for item in used if ">>> " not in str(item.__doc__)] == []


if __name__ == "__main__":
    main(sys.argv[1])
