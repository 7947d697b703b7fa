"""Saving and exporting never write over a file that nobody agreed to lose."""

from pathlib import Path

import pytest
from hands import OpenWindow, answer_soon, caught, settle_saves
from PySide6.QtWidgets import QFileDialog, QMessageBox

from squeezeviz.files import registry
from squeezeviz.gui.main_window import MainWindow


def choose(monkeypatch: pytest.MonkeyPatch, path: Path, said: str = "") -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), said))


def saved(window: MainWindow, command: str = "save_as") -> None:
    window.parts.commands[command].trigger()
    settle_saves(window)


def test_a_table_is_not_saved_over_a_network(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = caught(window.parts.files.refused)
    for suffix in (".onnx", ".pth", ".safetensors", ".prototxt", ".py"):
        trained = tmp_path / f"trained{suffix}"
        trained.write_bytes(b"hours of training")
        choose(monkeypatch, trained)
        saved(window)
        assert trained.read_bytes() == b"hours of training"
        assert said.pop() == f"Not saved: {trained.name} is for a network; File > Export Network writes one."
        assert window.document.path is None


@pytest.mark.parametrize("command", ["save_as", "export_table"])
def test_a_file_that_a_name_without_its_suffix_means_is_asked_about(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    there = tmp_path / "mine.toml"
    there.write_text("older work")
    choose(monkeypatch, tmp_path / "mine")
    asked: list[str] = []
    answer_soon(QMessageBox.StandardButton.Cancel, asked)
    saved(window, command)
    assert asked == ["“mine.toml” is there already. Replace it?"]
    assert there.read_text() == "older work"
    assert not window.session.background.running


def test_a_name_without_a_suffix_gets_that_of_the_filter_and_a_file_that_may_be_replaced_is(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "mine", "Layer table as JSON (*.json)")
    saved(window)
    assert window.document.path == tmp_path / "mine.json"
    (tmp_path / "mine.toml").write_text("older work")
    choose(monkeypatch, tmp_path / "mine")
    answer_soon("Replace")
    saved(window)
    assert registry.read_file(tmp_path / "mine.toml").table == window.document.table


def test_a_table_saved_as_markdown_is_written_and_stays_unsaved(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.document.edit("Set", window.document.table.with_field(2, "s1x1", 24))
    done = caught(window.parts.files.done)
    choose(monkeypatch, tmp_path / "mine.md")
    saved(window)
    assert done == ["Wrote mine.md; save as .toml to keep the network itself."]
    assert "| fire2 " in (tmp_path / "mine.md").read_text(encoding="utf-8")
    assert window.document.modified and window.document.path is None


def test_a_table_under_a_suffix_that_says_nothing_is_saved_under_another_name(
    open_on: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = tmp_path / "table.txt"
    text.write_text(registry.to_text(registry.open_network("table1").table, "csv"), encoding="utf-8")
    window = open_on(text)
    choose(monkeypatch, tmp_path / "table.csv")
    saved(window, "save")
    assert window.document.path == tmp_path / "table.csv"
