"""What is kept of an open network reads back as it was; whatever else lies there is refused in one sentence."""

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from hands import OpenWindow
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from strategies import tables

from squeezeviz.analysis.columns import Column
from squeezeviz.analysis.weights import StoredWeights
from squeezeviz.figure.scene.diagram import Direction, Key
from squeezeviz.files.on_disk import Kind, OnDisk
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.recovery.control import age, moment
from squeezeviz.gui.recovery.outlook import Outlook, Viewpoint, outlook_from
from squeezeviz.gui.recovery.snapshot import LARGEST, Pinned, Snapshot, WeightsFile, from_text, summary_of, to_text
from squeezeviz.model.errors import Note, Severity, SqueezevizError
from squeezeviz.model.json_data import to_json
from squeezeviz.model.table import LayerTable

OUTLOOK = Outlook(
    Direction.RIGHT,
    ("fire2",),
    Key("fire3", "squeeze1x1"),
    None,
    "s1x1",
    1,
    "costs",
    Viewpoint(2.5, -3.0, 4e3, "whole"),
)
SNAPSHOT = Snapshot(
    load_preset("table1"),
    1.7e9,
    Path("/home/someone/a \udc80 “net”.toml").absolute(),
    True,
    OnDisk(Kind.FILE, "/home/someone/net.toml", (7, 10**18, 10**18, 3, 4), "ab"),
    (Note("look at this"), Note("it is so", Severity.INFO)),
    WeightsFile("weights-1.safetensors", "net.onnx", {"fire2": "fire3"}, (StoredWeights("conv1", "", 27, 9, 3),)),
    OUTLOOK,
    Pinned(load_preset("squeezenet1_1"), "other.onnx", WeightsFile("weights-2.safetensors", "other.onnx", {})),
)


@given(tables(), st.floats(0, 1e10), st.lists(st.text(max_size=20), max_size=3))
def test_a_snapshot_reads_back_as_it_was(table: LayerTable, at: float, notes: list[str]) -> None:
    snapshot = Snapshot(table, at, None, False, None, tuple(map(Note, notes)), None, OUTLOOK)
    assert from_text(to_text(snapshot)) == snapshot


def test_its_file_weights_and_notes_come_back_with_it() -> None:
    back = from_text(to_text(SNAPSHOT))
    assert back == SNAPSHOT
    before_they_were_measured = plain(weights={"name": "weights-1.safetensors", "origin": "x", "renamed": {}})
    assert from_text(before_they_were_measured).weights == WeightsFile("weights-1.safetensors", "x", {})


def test_a_list_says_what_it_is_of() -> None:
    summary = summary_of(to_text(SNAPSHOT))
    assert (summary.title, summary.saved_at, summary.path) == (SNAPSHOT.title, 1.7e9, SNAPSHOT.path)
    assert summary.layers == len(SNAPSHOT.table.layers)


def plain(**changes: Any) -> str:
    return json.dumps(json.loads(to_text(SNAPSHOT)) | changes)


HOSTILE = {
    "no text": "",
    "no JSON": "what",
    "no object": "[]",
    "nested deeply": "[" * 100_000,
    "brackets without end": "[[],[]," * 400_000,
    "too large": " " * (LARGEST + 1),
    "digits without end": '{"schema": "squeezeviz/recovery", "version": ' + "9" * 5000 + "}",
    "another schema": plain(schema="squeezeviz/trace-1"),
    "a newer version": plain(version=2),
    "no version": plain(version=None),
    "a version that is none": plain(version=True),
    "no table": plain(table=None),
    "a damaged table": plain(table="format = 1"),
    "a table of another kind": plain(table={"name": "x"}),
    "no time": plain(saved_at="now"),
    "a time that is none": plain(saved_at=float("nan")),
    "a place that is none": plain(path=7),
    "a place within": plain(path="net.toml"),
    "a place with a zero": plain(path="/tmp/a\0b"),
    "a file that is none": plain(disk={"kind": "file", "real": 1, "stat": [], "digest": ""}),
    "a kind of file that is none": plain(disk={"kind": "x", "real": "", "stat": [], "digest": ""}),
    "notes that are none": plain(notes={"a": 1}),
    "a note that is none": plain(notes=[["a"]]),
    "weights elsewhere": plain(weights={"name": "../../.ssh/id", "origin": "x", "renamed": {}}),
    "weights at a place": plain(weights={"name": "/etc/passwd", "origin": "x", "renamed": {}}),
    "weights elsewhere on Windows": plain(weights={"name": "..\\x", "origin": "x", "renamed": {}}),
    "weights of a drive": plain(weights={"name": "C:x", "origin": "x", "renamed": {}}),
    "weights in the parent": plain(weights={"name": "..", "origin": "x", "renamed": {}}),
    "a file that is none of ours": plain(weights={"name": "unsaved.json", "origin": "x", "renamed": {}}),
    "weights that are none": plain(weights=["x"]),
    "renamed rows that are none": plain(weights={"name": "weights-1.safetensors", "origin": "x", "renamed": {"a": 1}}),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_none_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(SqueezevizError) as refused:
        from_text(text)
    assert 0 < len(str(refused.value)) < 300


def test_any_damage_ends_in_a_snapshot_or_a_sentence() -> None:
    text, chance = to_text(SNAPSHOT), random.Random(1)
    for _ in range(600):
        at, length = chance.randrange(len(text)), chance.choice((1, 1, 5, 200))
        damaged = text[:at] + chance.choice(("", "\0", '"', "{", "9", "null")) + text[at + length :]
        for read in (from_text, summary_of):
            try:
                read(damaged)
            except SqueezevizError:
                continue


def test_save_goes_unasked_only_to_a_file_that_keeps_a_whole_table() -> None:
    assert from_text(plain(path="/home/someone/net.toml")).writes_back
    for name in (".bashrc", "net.onnx", "net.md", "net.prototxt"):
        assert not from_text(plain(path=f"/home/someone/{name}")).writes_back


ODD = {
    "nothing": None,
    "a list": [1],
    "an empty one": {},
    "wrong kinds": {"direction": 1, "closed": [1, None], "chosen": 2, "line": [[1], 2], "column": [], "rows": True},
    "numbers without end": {"sight": {"zoom": 1e300, "x": float("inf"), "y": 10**400, "follows": "nothing"}},
    "a zoom of nothing": {"sight": {"zoom": 0, "x": 0, "y": 0, "follows": "nothing"}},
    "what is not there": {
        "closed": ["nobody", "conv1"], "chosen": ["nobody", "squeeze"], "line": [["a", ""], ["b", ""]],
        "column": "nowhere", "rows": 999_999, "panel": "nowhere",
        "sight": {"zoom": 1e-9, "x": 1e8, "y": -1e8, "follows": "nothing"},
    },
}  # fmt: skip


@pytest.mark.parametrize("said", ODD.values(), ids=ODD)
def test_an_odd_outlook_is_shown_as_far_as_it_can_be(open_on: OpenWindow, said: object) -> None:
    outlook = outlook_from(said)
    window = open_on("table1")
    if outlook is not None:
        window.parts.outlook().show(outlook)
    QApplication.processEvents()
    assert window.parts.outlook().outlook()


@pytest.mark.parametrize(
    "outlook",
    [
        Outlook(Direction.RIGHT, ("fire2", "fire9"), Key("fire3", "squeeze1x1")),
        Outlook(closed=(), chosen=None),
        Outlook(closed=(), chosen=Key("")),
        Outlook(closed=(), chosen=Key("fire4"), column=str(Column.E3X3)),
        Outlook(closed=(), chosen=Key("fire4"), column="live"),
        Outlook(closed=(), chosen=Key("fire4"), rows=3),
        Outlook(closed=(), chosen=Key("fire3"), line=(Key("fire2"), Key("fire3"))),
    ],
)
def test_what_was_looked_at_is_looked_at_again(window: MainWindow, outlook: Outlook) -> None:
    window.parts.outlook().show(outlook)
    QApplication.processEvents()
    found = window.parts.outlook().outlook()
    assert (found.direction, found.closed, found.line) == (outlook.direction, outlook.closed, outlook.line)
    assert (found.chosen, found.column, found.rows) == (outlook.chosen, outlook.column, outlook.rows)
    assert window.parts.commands["direction"].isChecked() is (outlook.direction is Direction.RIGHT)
    assert outlook_from(json.loads(json.dumps(to_json(found)))) == found


def test_times_are_said_as_people_say_them() -> None:
    noon = time.mktime((2026, 3, 2, 12, 0, 0, 0, 0, -1))
    assert moment(noon - 60, noon) == "11:59"
    assert moment(noon - 86_400, noon) == "yesterday, 12:00"
    assert moment(noon - 3 * 86_400, noon) == "27 February, 12:00"
    assert moment(noon - 366 * 86_400, noon) == "1 March 2025, 12:00"
    assert [age(noon - ago, noon) for ago in (-5, 59, 60, 7200, 86_400 * 1000)] == [
        "just now", "just now", "1 minute ago", "2 hours ago", "1,000 days ago",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "inner", "what"),
    [
        ("link", "squeezeviz", "a broken link"),
        ("file", "squeezeviz", "a file"),
        ("file", "", "a file"),
        ("link", "", "a broken link"),
    ],
)
def test_what_stands_where_the_state_folder_should_be_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, inner: str, what: str
) -> None:
    home = tmp_path / "state"
    if inner:
        home.mkdir()
    blocked = home / inner
    blocked.symlink_to(tmp_path / "gone") if kind == "link" else blocked.touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(home))
    with pytest.raises(SqueezevizError) as raised:
        WorkFolder().keep(1, "{}")
    assert str(raised.value) == f"{blocked}: {what} is where the folder should be"
