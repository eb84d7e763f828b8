"""The command and the pytest plugin, as somebody without a project runs them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from accord_conformance import load
from accord_conformance.cli import app


def call(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output


def test_run_writes_everything_that_is_asked_for(tmp_path: Path) -> None:
    files = {name: tmp_path / f"r.{name}" for name in ("json", "markdown", "html", "badge")}
    options = [word for name, path in files.items() for word in (f"--{name}", str(path))]
    code, output = call("run", f"sqlite:///{tmp_path}/test.db", "-g", "connect", *options)
    assert code == 0, output
    assert "connect" in output and "proven" in output
    assert all(path.stat().st_size for path in files.values())
    assert load(files["json"]).dialect == "sqlite"


def test_verify_runs_a_share_again(tmp_path: Path) -> None:
    url, file = f"sqlite:///{tmp_path}/test.db", tmp_path / "r.json"
    call("run", url, "-g", "render", "--json", str(file))
    code, output = call("verify", str(file), url, "--share", "0.2")
    assert code == 0 and "0 differ" in output
    file.write_text(file.read_text().replace('": "proven"', '": "broken"'))
    code, output = call("verify", str(file), url, "--share", "0.2")
    assert code == 1 and "the report says broken" in output


def test_list_names_tests_and_what_holds() -> None:
    code, output = call("list", "-g", "connect")
    assert code == 0 and "connect/select-one  The simplest statement gives its row." in output


def test_table_is_made_from_reports(tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    call("run", f"sqlite:///{tmp_path}/test.db", "-g", "connect", "--json", str(file))
    code, output = call("table", str(file))
    assert code == 0 and output.startswith("# What works where")


def test_an_unknown_group_is_named() -> None:
    code, output = call("list", "-g", "nonsense")
    assert code == 2 and "nonsense" in output


def command(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_database_that_is_not_for_tests_ends_it_with_one_line(tmp_path: Path) -> None:
    main = "from accord_conformance.cli import main; main()"
    done = command("-c", main, "run", "sqlite:///shop.db", cwd=tmp_path)
    assert done.returncode == 2
    assert "--i-know" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "shop.db").exists()


def test_pytest_runs_the_same_tests_with_stable_ids(tmp_path: Path) -> None:
    done = command(
        "-m", "pytest", "-p", "no:cacheprovider", "--accord-url", "sqlite:///test.db",
        "--accord-group", "connect", "--accord-json", "r.json", "-v", "--pyargs",
        "accord_conformance", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    assert "suite.py::connect/select-one[sqlite] PASSED" in done.stdout
    assert re.search(r"connect/closed-port\[sqlite\] SKIPPED", done.stdout)
    assert load(tmp_path / "r.json").counts()


def test_without_a_url_pytest_collects_nothing_of_the_kit(tmp_path: Path) -> None:
    done = command("-m", "pytest", "-p", "no:cacheprovider", "--pyargs", "accord_conformance",
                   cwd=tmp_path)  # fmt: skip
    assert done.returncode == 5, done.stdout[-2000:]  # no tests collected
