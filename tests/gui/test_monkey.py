"""Random events in the real window leave it well, and what breaks it is found and repeated in few events."""

import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from places import ROOT

pytestmark = pytest.mark.timeout(900)

SCRIPTS = ROOT / "scripts"


def monkey(*arguments: str, beside: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The monkey at work; modules in `beside` are found before all others."""
    path = os.pathsep.join(str(each) for each in (beside, SCRIPTS) if each is not None)
    command = [sys.executable, "-P", "-m", "monkeys", *arguments]
    return subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("seed", "events", "more"),
    [
        (1, 2_000, ()),
        *(
            pytest.param(100 + seed, 5_000, more, marks=[pytest.mark.full, pytest.mark.timeout(3600)])
            for seed in range(20)
            for more in ((), ("--worker",))
        ),
    ],
)  # fmt: skip
def test_the_window_is_well_after_random_events(seed: int, events: int, more: tuple[str, ...]) -> None:
    ended = monkey("--seed", str(seed), "--events", str(events), *more)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ("{}['nothing']", "KeyError: 'nothing'"),
        ("QTimer.singleShot(0, lambda: [][1])", "IndexError: list index out of range"),
        ("qWarning('odd')", "Qt says: odd"),
        ("sum(range(200_000_000))", "The window was held up for "),
        ("os.kill(os.getpid(), 11)", "the process ended with -11"),
        ("open('/dev/../var/tmp/monkey', 'a')", "No monkey writes outside of its folder: /dev/../var/tmp/monkey"),
    ],
)
def test_whatever_goes_wrong_is_told_with_the_command_that_repeats_it(tmp_path: Path, spoil: str, told: str) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "if 'monkeys.play' in sys.orig_argv:\n"
        "    import os\n"
        "    from PySide6.QtCore import QTimer, qWarning\n"
        "    from monkeys import gestures\n"
        f"    gestures.Gestures.do = lambda self, random: {spoil}\n"
    )
    ended = monkey("--seed", "3", "--events", "400", beside=tmp_path)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert told in ended.stdout
    assert ended.stdout.splitlines()[-1] == "again: python3 scripts/monkey.py --seed 3 --events 1 --first 0"


@pytest.mark.parametrize("needed", [1, 2, 52, 1000])
def test_the_fewest_of_the_last_events_are_found_in_few_tries(monkeypatch: pytest.MonkeyPatch, needed: int) -> None:
    monkeypatch.syspath_prepend(SCRIPTS)
    import monkeys.__main__ as monkeys

    tried: list[int] = []

    def played(options: object, first: int, last: int) -> object:
        tried.append(last - first)
        return monkeys.Ending(last - 1, "KeyError: 7" if last - first >= needed else "", "")

    monkeypatch.setattr(monkeys, "played", played)
    first, _ = monkeys.fewest(Namespace(first=0), monkeys.Ending(1499, "KeyError: 12", ""))
    assert 1500 - first == needed
    assert len(tried) <= monkeys.MOST_TRIES
    # The long runs are the dear ones.
    assert sum(tried) <= 12 * needed + 1500
