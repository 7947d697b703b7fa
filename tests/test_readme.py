"""What the README shows is what happens."""

import re
from pathlib import Path

import pytest

from squeezeviz.cli import options as arguments
from squeezeviz.cli.main import main
from squeezeviz.figure.writers.export import DIAGRAM_FORMATS
from squeezeviz.files import registry

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_layer_table_in_it_opens(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert example
    path = tmp_path / "example.toml"
    path.write_text(example[1], encoding="utf-8")
    opened = registry.open_network(str(path))
    assert opened.table.name == "A small one"
    assert opened.notes == ()


def test_the_comparison_in_it_is_what_compare_prints(capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.search(r"    \$ squeezeviz (compare .*)\n((?:    .*\n|\n)*)", README)
    assert shown
    assert main(shown[1].split()) == 0
    printed = [f"    {line}".rstrip() for line in capsys.readouterr().out.splitlines()]
    assert shown[2].rstrip("\n").splitlines() == printed


def test_the_cat_in_it_is_what_classify_prints(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).resolve().parent.parent)
    shown = re.search(r"    \$ squeezeviz (classify .*)\n((?:    .*\n|\n)*)", README)
    assert shown
    assert main(shown[1].split()) == 0
    printed = [f"    {line}".rstrip() for line in capsys.readouterr().out.splitlines()]
    assert shown[2].rstrip("\n").splitlines() == printed


def test_the_value_in_it_is_what_follow_prints(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another processor adds in another order: numbers are compared to a thousandth, and what rounding takes not."""
    monkeypatch.chdir(Path(__file__).resolve().parent.parent)
    shown = re.search(r"    \$ squeezeviz (follow .*)\n((?:    .*\n|\n)*)", README)
    assert shown
    assert main(shown[1].split()) == 0
    ours, printed = (_words_and_numbers(text) for text in (shown[2], capsys.readouterr().out))
    assert ours[0] == printed[0]
    assert ours[1] == pytest.approx(printed[1], rel=1e-3)


def _words_and_numbers(text: str) -> tuple[list[str], list[float]]:
    words = [word for line in text.splitlines() if "rounding" not in line for word in line.split()]
    number = re.compile(r"[+−]?[0-9]+\.[0-9]+\)?")
    numbers = [float(word.rstrip(")").replace("−", "-")) for word in words if number.fullmatch(word)]
    return [word for word in words if not number.fullmatch(word)], numbers


def test_it_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    named = set(re.findall(r"^    squeezeviz (\w+) ", README, re.MULTILINE))
    assert named == set(arguments.COMMANDS)


def test_its_table_of_files_names_every_format() -> None:
    table = README[README.index("## Files") : README.index("A network that is no file")]
    named = set(re.findall(r"`(\.\w+)`", table))
    figures = {f".{suffix}" for suffix in DIAGRAM_FORMATS}
    assert named >= {info.suffixes[0] for info in registry.FORMATS} | figures
    assert named <= {suffix for info in registry.FORMATS for suffix in info.suffixes} | figures
