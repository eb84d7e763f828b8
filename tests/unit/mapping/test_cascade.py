"""Cascades as users write them."""

import pytest

from accord import exc
from accord.mapping.cascade import Cascade, parse_cascade


def test_left_out_is_save_update_and_merge() -> None:
    assert parse_cascade(None, "A.b") == Cascade(save_update=True, merge=True)
    assert parse_cascade(False, "A.b") == Cascade(save_update=True, merge=True)


def test_all_is_everything_but_delete_orphan() -> None:
    assert set(parse_cascade("all", "A.b")) == {
        "save-update", "merge", "delete", "refresh-expire", "expunge",
    }  # fmt: skip
    assert parse_cascade("all, delete-orphan", "A.b").delete_orphan


def test_words_in_any_container_and_case() -> None:
    assert parse_cascade(["Merge", " delete "], "A.b") == Cascade(merge=True, delete=True)
    assert parse_cascade("", "A.b") == Cascade()
    assert parse_cascade("none", "A.b") == Cascade()


def test_membership_and_text() -> None:
    cascade = parse_cascade("all, delete-orphan", "A.b")
    assert "delete-orphan" in cascade and "nonsense" not in cascade
    assert str(parse_cascade("merge, delete", "A.b")) == "merge, delete"
    assert str(Cascade()) == "none"


def test_unknown_word_names_the_relationship_and_the_words() -> None:
    with pytest.raises(
        exc.ArgumentError, match=r"'delete-orphans' on A\.b.*'delete-orphan'.*merge"
    ):
        parse_cascade("all, delete-orphans", "A.b")


def test_none_with_more_contradicts() -> None:
    with pytest.raises(exc.ArgumentError, match="one or the other"):
        parse_cascade("none, merge", "A.b")


def test_viewonly_keeps_only_what_writes_nothing() -> None:
    assert set(parse_cascade("all, delete-orphan", "A.b", viewonly=True)) == {
        "merge", "refresh-expire", "expunge",
    }  # fmt: skip
    assert set(parse_cascade(None, "A.b", viewonly=True)) == {"merge"}
