"""Answers about a database: their truth, their reasons, how they are settled for a version."""

import pytest

from accord.dialect import (
    DML,
    YES,
    Capabilities,
    DefaultRow,
    Limits,
    Never,
    Since,
    Unimplemented,
    UpdateForm,
    first,
    offers,
    parse_version,
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3.40.1", (3, 40, 1)),
        ("10.11.19-MariaDB-1", (10, 11, 19)),
        ("15.18 (Debian 15.18-0+deb12u1)", (15, 18)),
        ("19rc1", (19,)),
        ("", ()),
    ],
)
def test_a_version_is_its_leading_numbers(text, numbers):
    assert parse_version(text) == numbers


def test_yes_is_true_and_never_and_unimplemented_are_false_with_their_reasons():
    assert YES
    assert not Never("no sequences")
    assert Never("no sequences").reason == "no sequences"
    assert not Unimplemented("#7")
    assert "#7" in Unimplemented("#7").reason


def test_since_cannot_be_asked_before_the_version_is_known():
    with pytest.raises(TypeError, match="depends on the server"):
        bool(Since("3.35"))


@pytest.mark.parametrize(
    ("version", "supported"),
    [((3, 34, 9), False), ((3, 35), True), ((3, 35, 0), True), ((4,), True)],
)
def test_since_is_settled_by_the_version(version, supported):
    settled = Since("3.35").at(version)
    assert bool(settled) is supported
    if not supported:
        assert settled.reason == "needs version 3.35, the server is 3.34.9"


MENU = ((UpdateForm.FROM_VALUES, Since("3.33")), (UpdateForm.EXECUTEMANY, YES))


def test_a_menu_gives_its_first_supported_choice():
    new = Capabilities(dml=DML(update_forms=MENU)).at((3, 40))
    old = Capabilities(dml=DML(update_forms=MENU)).at((3, 30))
    assert first(new.dml.update_forms, "updating") is UpdateForm.FROM_VALUES
    assert first(old.dml.update_forms, "updating") is UpdateForm.EXECUTEMANY
    assert not offers(old.dml.update_forms, UpdateForm.FROM_VALUES)
    assert "not on the dialect's menu" in offers(old.dml.update_forms, UpdateForm.MERGE).reason


def test_an_exhausted_menu_says_why():
    with pytest.raises(LookupError, match=r"updating \(merge: broken\)"):
        first(((UpdateForm.MERGE, Never("broken")),), "updating")


def test_limits_may_change_with_the_version():
    declared = Capabilities(
        limits=Limits(parameters=999), limits_since=(("3.32", Limits(parameters=5)),)
    )
    assert declared.at((3, 31)).limits.parameters == 999
    assert declared.at((3, 32)).limits.parameters == 5


def test_settling_is_idempotent():
    settled = Capabilities(dml=DML(update_forms=MENU, returning_insert=Since("2"))).at((3,))
    assert settled.at((1,)) == settled


def test_a_variant_replaces_single_answers():
    base = Capabilities(dml=DML(returning_insert=YES))
    variant = base.replace(dml={"default_row": DefaultRow.EMPTY_VALUES}, keys={"sequences": YES})
    assert variant.dml.default_row is DefaultRow.EMPTY_VALUES
    assert variant.dml.returning_insert
    assert variant.keys.sequences
    assert base.dml.default_row is DefaultRow.DEFAULT_VALUES


def test_a_variant_of_an_unknown_group_is_refused_with_the_groups():
    with pytest.raises(TypeError, match="no group 'dmx'; there are dml, keys"):
        Capabilities().replace(dmx={})


def test_every_question_is_a_question():
    """The docstrings under the fields are what a dialect author reads."""
    import ast
    import inspect

    from accord.dialect import capabilities

    missing = []
    for node in ast.parse(inspect.getsource(capabilities)).body:
        groups = ("DML", "Keys", "Transactions", "Schema", "Values", "Limits")
        if not isinstance(node, ast.ClassDef) or node.name not in groups:
            continue
        for field, after in zip(node.body, [*node.body[1:], None], strict=True):
            if isinstance(field, ast.AnnAssign):
                text = after.value.value if isinstance(after, ast.Expr) else ""
                if "?" not in text:
                    missing.append(f"{node.name}.{field.target.id}")
    assert not missing
