"""A name that steers a terminal, hides or turns text around does so nowhere: every command, each place for a name."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from places import ROOT

FORMATTING = "\u202e\u2066\u200f\u061c\u200b\ufeff\u00ad\u2060\U000e0041\ufe0f\u3164" + "a" + "\u0301" * 50
"""What a layer's name may hold, all of it to no good."""
CONTROLS = "\x1b]0;stolen\x07\x1b[31m\x9b2J\r\b\u2028\u0085"
"""What a file's name may hold beyond that."""
NETWORK = f"net {FORMATTING} & <b>"
FIRES = [f"fire{FORMATTING}", "&amp; \\n $(x) `y`"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table with such names, in a file with such a name."""
    layers = [
        {"name": f"conv{FORMATTING}", "type": "conv", "filters": 4, "kernel": 3, "kept": 0.5, "bits": 6},
        *({"name": name, "type": "fire", "s1x1": 2, "e1x1": 4, "e3x3": 4} for name in FIRES),
        {"name": f"pool{FORMATTING}", "type": "maxpool"},
    ]
    image = {"channels": 3, "height": 32, "width": 32}
    path = tmp_path / f"file {CONTROLS}{FORMATTING[:40]}.json"
    document = {"format": "squeezeviz", "version": 1, "name": NETWORK, "input": image, "layer": layers}
    path.write_text(json.dumps(document))
    return path


def steering(text: str) -> set[str]:
    """The characters in it that no terminal should get."""
    unseen = {each for each in text if unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp", "Cf")}
    return (unseen | set(text) & set("\u3164\ufe0f")) - set("\n")


KEPT = {"csv": set(FORMATTING) | {"\t"}, "tsv": set(FORMATTING) | {"\t"}, "json": {"\ufe0f"}, "toml": {"\ufe0f"}}
"""What is data keeps its characters; JSON and TOML write by their numbers those that steer."""
SAID = re.compile(r"squeezeviz( \w+)?: (error|note|disagreement): |usage: | ")


def assert_plain(ended: Any, code: int, written: str = "table") -> None:
    assert ended.code == code, ended.err
    assert steering(ended.out) - KEPT.get(written, set()) == set()
    assert steering(ended.err) == set()
    assert "\u0301" * 9 not in ended.err + ("" if written in KEPT else ended.out)
    assert all(map(SAID.match, ended.err.splitlines()))


@pytest.mark.parametrize("table_format", ["table", "json", "csv", "tsv", "toml", "markdown", "latex", "html"])
def test_show_and_trace(run: Run, table: Path, table_format: str) -> None:
    assert_plain(run("show", table, "--format", table_format), 0, table_format)
    if table_format != "toml":
        assert_plain(run("trace", table, "--device", "meta", "--format", table_format), 0, table_format)


@pytest.mark.parametrize("table_format", ["json", "csv", "toml"])
def test_what_is_data_keeps_its_characters(run: Run, table: Path, tmp_path: Path, table_format: str) -> None:
    written = tmp_path / f"kept.{table_format}"
    assert run("convert", table, written).code == 0
    (shown,) = [run("show", each, "--format", "json").json["layers"] for each in (written,)]
    assert [layer["name"] for layer in shown][1:3] == FIRES


@pytest.mark.parametrize("classify_format", ["table", "json", "csv", "markdown"])
def test_classify(run: Run, tmp_path: Path, classify_format: str) -> None:
    picture = tmp_path / f"cat {CONTROLS}{FORMATTING[:40]}.jpg"
    picture.write_bytes((ROOT / "resources" / "pictures" / "chelsea.png").read_bytes())
    labels = tmp_path / "labels"
    labels.write_text(f"{CONTROLS[:9]}{FORMATTING}\n" * 1000)
    ended = run("classify", picture, "--labels", labels, "--format", classify_format)
    assert_plain(ended, 0, classify_format)
    assert "named .jpg, but read as what it holds: PNG" in ended.err
    assert_plain(run("classify", labels), 1)


@pytest.mark.parametrize("follow_format", ["table", "json", "csv"])
def test_follow(run: Run, table: Path, tmp_path: Path, follow_format: str) -> None:
    picture = tmp_path / f"cat {CONTROLS}{FORMATTING[:40]}.png"
    picture.write_bytes((ROOT / "resources" / "pictures" / "chelsea.png").read_bytes())
    options = "--network", table, "--format", follow_format
    assert_plain(run("follow", picture, "--at", f"{FIRES[0]}/concat", "--channel", "1", *options), 0, follow_format)
    assert_plain(run("follow", picture, "--at", CONTROLS + FORMATTING, "--channel", "1", *options), 1)
    assert_plain(run("follow", picture, "--at", f"{FIRES[0]}/concat", "--channel", "9999", *options), 1)
    assert_plain(run("follow", picture, "--at", FIRES[0], "--channel", "9999", *options), 1)


@pytest.mark.parametrize("compare_format", ["table", "json", "markdown"])
def test_compare(run: Run, table: Path, compare_format: str) -> None:
    assert_plain(run("compare", table, "table1", "--format", compare_format), 0, compare_format)
    assert_plain(run("compare", "table1", table, "--format", compare_format), 0, compare_format)


@pytest.mark.parametrize(
    "suffix", ["toml", "json", "csv", "md", "tex", "html", "prototxt", "onnx", "pth", "safetensors", "py", "nosuch"]
)
def test_convert(run: Run, table: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out {CONTROLS}.{suffix}"
    ended = run("convert", table, out)
    assert_plain(ended, 1 if suffix in ("nosuch",) else 0)
    if suffix in ("py", "md", "tex", "html"):
        assert steering(out.read_text()) == set()


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png", "pptx", "tex", "dot", "html", "xyz"])
def test_export(run: Run, table: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out {CONTROLS}.{suffix}"
    ended = run("export", table, out, "--collapse", FIRES[1], "--baseline", "table1", "--only", FIRES[0])
    assert_plain(ended, 1 if suffix == "xyz" else 0)
    if suffix in ("svg", "tex", "dot", "html"):
        assert steering(out.read_text()) <= set("\u2068\u2069\t")
    if suffix == "pdf":
        from squeezeviz.model.text import plain

        told = out.read_bytes()
        (title,) = re.findall(rb'<rdf:li xml:lang="x-default">(.*?)</rdf:li>', told, re.DOTALL)[:1]
        assert title.decode().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == plain(NETWORK)


@pytest.mark.parametrize(
    "arguments",
    [
        *(
            ("export", "table1", "no-such-folder/x.svg", option, CONTROLS + FORMATTING)
            for option in ("--collapse", "--only", "--annotate", "--baseline", "--theme", "--fit", "--width")
        ),
        ("show", CONTROLS + FORMATTING),
        (CONTROLS + FORMATTING,),
        ("show", "table1", CONTROLS + FORMATTING),
        ("show", "table1", "--" + CONTROLS + FORMATTING),
        (CONTROLS, FORMATTING),
        ("show", "table1", "--input", CONTROLS + FORMATTING),
        ("show", "table1", "--batch", CONTROLS + FORMATTING),
        ("show", "table1", "--format", CONTROLS + FORMATTING),
        ("show", "table1", "--geometry", CONTROLS + FORMATTING),
        ("trace", "table1", "--device", CONTROLS + FORMATTING),
        ("compare", "table1", CONTROLS + FORMATTING),
        ("convert", "table1", CONTROLS + FORMATTING),
        ("export", "table1", f"{CONTROLS}{FORMATTING[:20]}/x.svg"),
        ("show", "/" + CONTROLS * 1000),
    ],
)
def test_wrong_usage_and_what_is_not_there(run: Run, arguments: tuple[str, ...]) -> None:
    ended = run(*arguments)
    assert_plain(ended, ended.code)
    assert ended.code in (1, 2)


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        ("csv", f'layer name/type,output size,filter size/stride\nconv1,1x1x1,"{FORMATTING}"\n{FORMATTING},,\n'),
        ("csv", f"{FORMATTING},output size\n1,2\n"),
        ("toml", f'format = "squeezeviz"\nversion = 1\n"{FORMATTING}" = 1\n'),
        ("toml", f"format = {FORMATTING}\n"),
        ("json", '{"format": "squeezeviz", "version": 1, "x' + FORMATTING + '": 1, "layer": []}'),
        ("json", '{"format": "squeezeviz", "version": "' + FORMATTING + '"}'),
        ("prototxt", f'layer {{ name: "{FORMATTING}" type: "{FORMATTING}" }}'),
        ("prototxt", f"layer {{ {FORMATTING}: 1 }}"),
        ("md", f"| layer | output size |\n| --- | --- |\n| {FORMATTING} | {FORMATTING} |\n"),
        (
            "tex",
            f"\\begin{{tabular}}{{ll}}\nlayer & output size \\\\\n{FORMATTING} & {FORMATTING} \\\\\n\\end{{tabular}}",
        ),
        ("onnx", FORMATTING),
        ("pth", FORMATTING),
        ("safetensors", FORMATTING),
    ],
)
def test_a_file_that_is_refused(run: Run, tmp_path: Path, suffix: str, text: str) -> None:
    path = tmp_path / f"in {CONTROLS}.{suffix}"
    path.write_text(text)
    ended = run("show", path)
    assert_plain(ended, ended.code)


def test_a_pickle_s_names(run: Run, tmp_path: Path) -> None:
    name = FORMATTING.encode("utf-8")
    path = tmp_path / "in.pth"
    path.write_bytes(b"\x80\x02c" + b"x" + name + b"\n" + b"y" + name + b"\n)R.")
    assert_plain(run("show", path), 1)


def test_a_name_of_bytes_that_are_no_text(spawn: Run, tmp_path: Path, tiny: Path) -> None:
    path = tmp_path / "caf\udce9 \udcff.toml"
    try:
        path.write_text(tiny.read_text())
    except OSError:
        pytest.skip("the file system takes UTF-8 alone")
    gone = tmp_path / "gone \udce9.toml"
    assert spawn("compare", path, path).code == 0
    ended = spawn("show", gone)
    assert ended.code == 1
    assert ended.err.endswith("gone \\xe9.toml: there is no such file\n")
    assert spawn("export", path, tmp_path / "out\udce9.svg").code == 0
    assert (tmp_path / "out\udce9.svg").exists()
