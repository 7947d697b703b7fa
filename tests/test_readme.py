"""What the README shows is what happens."""

import doctest
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


def test_the_python_in_it_is_true() -> None:
    example = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert example
    told: list[str] = []
    test = doctest.DocTestParser().get_doctest(example[1], {}, "README.md", "README.md", 0)
    failed, tried = doctest.DocTestRunner().run(test, out=told.append)
    assert failed == 0, "".join(told)
    assert tried > 5


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
    """Another processor adds in another order, and then more digits are shown: numbers are compared to a thousandth."""
    monkeypatch.chdir(Path(__file__).resolve().parent.parent)
    shown = re.search(r"    \$ squeezeviz (follow .*)\n((?:    .*\n|\n)*)", README)
    assert shown
    assert main(shown[1].split()) == 0
    texts = shown[2], capsys.readouterr().out
    assert all(
        re.search(r"^ *measured in the pass, in float32.* 198\.10[0-9]* ✓$", text, re.MULTILINE) for text in texts
    )
    ours, printed = map(_words_and_numbers, texts)
    assert ours[0] == printed[0]
    assert ours[1] == pytest.approx(printed[1], rel=1e-3, abs=1e-3)


def _words_and_numbers(text: str) -> tuple[list[str], list[float]]:
    lines = [line for line in text.splitlines() if "rounding" not in line and "measured in the pass" not in line]
    words = [word for line in lines for word in line.split()]
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
