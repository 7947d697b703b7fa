"""What was worked out lately is kept for the longest network, and of a short one no more than it needs."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from squeezeviz.model.recent import LEAST, Recent


class Rows:
    """Works rows out, and notes which."""

    def __init__(self) -> None:
        self.recent: Recent[str, str] = Recent()

    def anew(self, rows: Iterable[str]) -> list[str]:
        """The rows of a network that had to be worked out."""
        rows, made = list(rows), []
        self.recent.begin(len(rows))
        for row in rows:

            def make(row: str = row) -> str:
                made.append(row)
                return row

            assert self.recent.get(row, make) == row
        return made


@pytest.mark.parametrize(("count", "edits"), [(1, 500), (15, 500), (5000, 10)])
def test_an_edit_works_out_what_it_changes_alone_and_what_is_kept_stays_in_proportion(count: int, edits: int) -> None:
    rows = Rows()
    network = [f"row {number}" for number in range(count)]
    rows.anew(network)
    for edit in range(edits):
        network[count // 2] = f"edit {edit}"
        assert rows.anew(network) == [f"edit {edit}"]
        assert len(rows.recent) <= 2 * (max(LEAST, count) + count)


def test_a_small_network_that_is_worked_out_in_between_takes_nothing_from_a_long_one() -> None:
    rows = Rows()
    network = [f"row {number}" for number in range(5000)]
    rows.anew(network)
    for edit in range(20):
        assert rows.anew([f"other {edit}"]) == [f"other {edit}"]
        assert rows.anew(network) == []
