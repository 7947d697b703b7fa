"""The notes that the README shows are printed; what the commands print, `tests/test_readme.py` compares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command_line import Run
from places import ROOT, SHARED

README = (ROOT / "README.md").read_text("utf-8")
CHECKPOINT = SHARED / "data" / "pytorch" / "squeezenet1_0_deepcompression.pth"


def shown(command: str) -> list[str]:
    """The lines below a command of the README, up to the next command or the end of the example."""
    _, _, after = README.partition(f"    $ squeezeviz {command}\n")
    assert after, f"the README has no {command}"
    lines = []
    for line in after.splitlines():
        if (line and not line.startswith("    ")) or line.startswith("    $ "):
            break
        lines.append(line.removeprefix("    "))
    return "\n".join(lines).rstrip().splitlines()


def without_digits(lines: list[str]) -> list[str]:
    """The words of each line, with one sign for each number and each bar."""
    return [" ".join(re.sub(r"[+−-]?[0-9][0-9.,]*(e[+−-]?[0-9]+)?|█+", "#", line).split()) for line in lines]


@pytest.mark.parametrize(
    "command",
    [
        "features resources/pictures/chelsea.png maps.png --at fire9/concat --sort zeros",
        'classify resources/pictures/chelsea.png --where where.png --class "Egyptian cat" --format json',
    ],
)
def test_notes_that_are_shown_are_printed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "resources").symlink_to(ROOT / "resources")
    words = command.replace('"Egyptian cat"', "285").split()
    printed = run(*words).err.splitlines()
    notes = [line for line in shown(command) if line != "…"]
    assert without_digits(printed[: len(notes)]) == without_digits(notes)


@pytest.mark.skipif(not CHECKPOINT.exists(), reason="the authors' weights are not beside this checkout")
def test_what_weights_say_is_what_is_shown(run: Run) -> None:
    printed = run("weights", "of", CHECKPOINT).out.splitlines()
    expected = shown(f"weights of {CHECKPOINT.name}")
    cut = expected.index("…")
    assert printed[:cut] == expected[:cut]
    assert printed[-2:] == expected[-2:]
