"""The kit about itself: every capability has its proof and its probe, no test is nameless, nothing
is skipped in silence.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from accord.dialect import Capabilities, Never
from accord_conformance import Kit, Refused, Test, Unproven, Verdict, all_tests, run_test
from accord_conformance.declared import declared, question_ids
from accord_conformance.kit import Absent
from accord_conformance.model import GROUPS, ON_DOUBLES
from accord_conformance.registry import questions


def test_every_field_of_every_group_has_a_proof_and_a_probe() -> None:
    asked = {question.id.partition(":")[0] for question in questions()}
    fields = set()
    for group in dataclasses.fields(Capabilities):
        value = getattr(Capabilities(), group.name)
        if dataclasses.is_dataclass(value):
            fields |= {f"{group.name}.{item.name}" for item in dataclasses.fields(value)}
        else:
            fields.add(group.name)
    assert fields - asked == {"limits_since"}  # other numbers for the same questions
    assert asked <= fields


def test_every_choice_of_a_menu_is_a_question() -> None:
    ids = list(question_ids())
    assert len(ids) == len(set(ids))
    assert "dml.update_forms:merge" in ids
    assert "transactions.isolation_levels:SERIALIZABLE" in ids
    declared_ones = Capabilities()
    assert isinstance(declared(declared_ones, "dml.upsert:merge"), Never)


def test_there_are_three_hundred_tests_in_every_group_of_the_plan() -> None:
    tests = all_tests()
    assert len(tests) >= 300
    assert {test.group for test in tests} == set(GROUPS)
    assert set(GROUPS) >= ON_DOUBLES


def test_ids_are_unique_and_every_test_says_what_holds() -> None:
    tests = all_tests()
    assert len({test.id for test in tests}) == len(tests)
    assert [test.id for test in tests if not test.body.__doc__] == []
    assert [test.id for test in tests if not test.id.isascii() or "[" in test.id] == []


def test_needs_are_questions_that_exist() -> None:
    ids = set(question_ids())
    assert {need for test in all_tests() for need in test.needs} <= ids


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(f"sqlite:///{tmp_path}/test.db")


def outcome(kit: Kit, body: object, *needs: str) -> tuple[Verdict, str]:
    result = run_test(kit, Test("connect", "made-up", body, needs))  # type: ignore[arg-type]  # any body
    return result.verdict, result.detail


def test_a_test_that_passes_is_proven(kit: Kit) -> None:
    assert outcome(kit, lambda kit: None)[0] is Verdict.PROVEN


def test_an_exception_is_broken_with_its_message(kit: Kit) -> None:
    assert outcome(kit, lambda kit: 1 / 0) == (
        Verdict.BROKEN,
        "ZeroDivisionError: division by zero",
    )


def test_a_missing_capability_is_absent_with_the_dialects_reason(kit: Kit) -> None:
    verdict, detail = outcome(kit, lambda kit: None, "keys.sequences")
    assert verdict is Verdict.ABSENT
    assert detail == "keys.sequences: SQLite has no sequences"


def test_what_cannot_run_names_what_it_needs(kit: Kit) -> None:
    def body(kit: Kit) -> None:
        raise Unproven("a second moon")

    assert outcome(kit, body) == (Verdict.UNPROVEN, "needs a second moon")

    def absent(kit: Kit) -> None:
        raise Absent("no moon at all")

    assert outcome(kit, absent) == (Verdict.ABSENT, "no moon at all")


def test_a_test_that_hangs_is_broken(kit: Kit) -> None:
    import time

    result = run_test(kit, Test("connect", "slow", lambda kit: time.sleep(30)), timeout=1)
    assert result.verdict is Verdict.BROKEN
    assert "did not end within 1 s" in result.detail


def test_tables_of_a_test_are_gone_afterwards(kit: Kit) -> None:
    from accord import Column, Integer

    names = []

    def body(kit: Kit) -> None:
        table = kit.table("left", Column("id", Integer, primary_key=True))
        kit.connect(kit.new_engine()).execute(table.insert(), {"id": 1})
        names.append(table.name)
        raise ValueError

    assert outcome(kit, body)[0] is Verdict.BROKEN
    assert not kit.engine.has_table(names[0])


def test_a_database_that_is_not_for_tests_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="'shop.db' contains neither 'test' nor 'conformance'"):
        Kit(f"sqlite:///{tmp_path}/shop.db")
    Kit(f"sqlite:///{tmp_path}/shop.db", i_know=True).close()
    Kit(f"sqlite:///{tmp_path}/shop_conformance.db").close()


def test_a_database_in_memory_is_unproven_where_two_connections_are_needed() -> None:
    with Kit("sqlite://") as kit:
        verdict, detail = outcome(kit, lambda kit: kit.new_engine())
    assert verdict is Verdict.UNPROVEN
    assert "database in memory" in detail


def test_on_a_double_what_needs_a_server_says_so(tmp_path: Path) -> None:
    with Kit(f"sqlite:///{tmp_path}/x", double=True) as kit:
        results = [
            run_test(kit, test) for test in all_tests() if test.group in ("ddl", "capabilities")
        ]
    assert {result.verdict for result in results} == {Verdict.UNPROVEN}
    assert {result.detail for result in results} == {"needs a server: the driver is a double"}
