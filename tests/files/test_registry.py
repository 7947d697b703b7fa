"""One registry opens and writes every format, and says what a format has no place for; what is no file is a preset."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from modules_loaded import loaded_by
from small_files import READ

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.writers.export import DIAGRAM_FORMATS
from squeezeviz.files import registry
from squeezeviz.files.presets import BUILT_IN, load_preset, preset_ids, presets
from squeezeviz.files.registry import FORMATS, Holds, format_of, losses, open_network, read_file, to_text, write_file
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.paper.metaparameters import rewritten
from squeezeviz.paper.reference import FIGURE_POINTS, FigurePoint

INFO = {each.id: each for each in FORMATS}
PROTOTXT = 'input: "data"\ninput_dim: [1, 3, 9, 9]\nlayer { name: "s" type: "Softmax" bottom: "data" top: "s" }\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and the one worked in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_presets_come_in_their_order_with_titles() -> None:
    assert [preset.id for preset in presets()] == list(preset_ids()) == [
        "table1", "squeezenet1_0", "squeezenet1_1", "caffe-v1.0", "simple-bypass", "complex-bypass",
        "squeezenet1_1-imagenet",
        "figure3a-sr0.125", "figure3a-sr0.25", "figure3a-sr0.5", "figure3a-sr0.75", "figure3a-sr1.0",
        "figure3b-pct1", "figure3b-pct12.5", "figure3b-pct25", "figure3b-pct37.5", "figure3b-pct50",
        "figure3b-pct62.5", "figure3b-pct75", "figure3b-pct87.5", "figure3b-pct99",
    ]  # fmt: skip
    assert presets()[0].title == "SqueezeNet v1.0 (paper, Table 1)"


@pytest.mark.parametrize("preset", preset_ids())
def test_a_preset_opens_by_its_id(folder: Path, preset: str) -> None:
    opened = open_network(preset)
    assert (opened.table, opened.format, opened.path) == (load_preset(preset), "preset", None)
    assert bool(opened.notes) == (preset == BUILT_IN)  # its weights have notes


def test_a_file_of_a_preset_s_name_goes_before_it_and_a_folder_does_not(folder: Path) -> None:
    (folder / "table1").mkdir()
    assert open_network("table1").format == "preset"
    (folder / "table1").rmdir()
    (folder / "table1").write_text(PROTOTXT)
    opened = open_network("table1")
    assert (opened.format, opened.path) == ("prototxt", Path("table1"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("sqeezenet1_0", "sqeezenet1_0: there is no such file, and no preset of this name: the presets are table1, "
         "squeezenet1_0, squeezenet1_1, caffe-v1.0, simple-bypass, complex-bypass, squeezenet1_1-imagenet, and the "
         "points of Figure 3, figure3a-sr0.125 to figure3b-pct99; did you mean squeezenet1_0?"),
        *((typed, f"; did you mean {meant}?") for typed, meant in
          {"TABLE1": "table1", "Caffe-V1": "caffe-v1.0", "figure3a-SR0.25": "figure3a-sr0.25",
           "squeezenet1_0-torchvison": "squeezenet1_0-torchvision"}.items()),
        *((path, f"{path}: there is no such file") for path in
          ("missing.toml", "./table1", "x/y", "TABLE.CSV", "net.prototxt", "link")),
        ("", "the points of Figure 3, figure3a-sr0.125 to figure3b-pct99"),
    ],
)  # fmt: skip
def test_what_is_neither_file_nor_preset_is_told_so(folder: Path, typed: str, sentence: str) -> None:
    """What looks like a path is no such file; a preset in another case is guessed."""
    (folder / "link").symlink_to("nothing")
    with pytest.raises(SqueezevizError) as raised:
        open_network(typed)
    assert str(raised.value).endswith(sentence)
    assert raised.value.place.file == (typed or None)


@pytest.mark.parametrize("format_id", ["toml", "csv", "tsv", "json"])
def test_what_is_lossless_opens_as_it_was_saved(folder: Path, format_id: str) -> None:
    info, table = INFO[format_id], load_preset("table1")
    assert info.can_read and info.can_write and info.lossless
    for suffix in info.suffixes:
        path = folder / f"net{suffix.upper()}"
        write_file(path, table)
        opened = read_file(path)
        assert (opened.table, opened.notes, opened.format, opened.path) == (table, (), format_id, path)


@pytest.mark.parametrize("held", ["toml", "json", "csv", "tsv", "markdown", "latex", "prototxt"])
def test_content_decides_and_a_note_says_so_where_the_suffix_is_another_s(folder: Path, held: str) -> None:
    table = load_preset("table1").uncompressed()
    for name in ("net", "net.txt", "net.dat", *(f"net{each.suffixes[0]}" for each in READ.values())):
        (folder / name).write_text(to_text(table, held))
        opened = read_file(folder / name)
        assert (opened.format, opened.table.layers) == (held, table.layers)
        suffix = Path(name).suffix
        told = [note for note in opened.notes if note.text.startswith(f"named {suffix}, but read as what it holds: ")]
        assert bool(told) is (suffix not in ("", ".txt", ".dat", *INFO[held].suffixes)), name


TFLITE = "this is a TensorFlow Lite network; export it to ONNX, with tf2onnx, and open that$"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("net.toml", b"format = \n", "net.toml:1: this is not valid TOML: invalid value$"),
        ("letter.txt", b"Dear Sir or Madam,\n", r"none of the formats.*\.toml, \.csv, \.tsv, \.prototxt"),
        ("net.TFLITE", b"\x1c\0\0\0TFL3", f"^net.TFLITE: {TFLITE}"),
        ("net.TFLITE", b"\x08\xff", f"^net.TFLITE: {TFLITE}"),
        *((f"net.{suffix}", b"Dear reader,\n", rf"^net.{suffix}: this is a text, not what its suffix says \(")
          for suffix in ("onnx", "pth", "safetensors")),
    ],
)  # fmt: skip
def test_a_file_that_does_not_open_is_judged_by_its_content_and_its_suffix(
    folder: Path, name: str, content: bytes, sentence: str
) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(SqueezevizError, match=sentence):
        read_file(name)


@pytest.mark.parametrize("typed", ["x" * 5_000, "x" * 5_000 + ".toml"])
def test_an_endless_name_is_shortened_in_its_error(folder: Path, typed: str) -> None:
    with pytest.raises(SqueezevizError, match="there is no such file") as raised:
        open_network(typed)
    assert len(str(raised.value)) < 700


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("new/a.PDF", ".pdf is for a diagram, not for a table: use `export` to write it; the suffixes that can be"),
        ("net.h5", "its suffix names no format; the suffixes that can be written are .toml, .csv"),
        ("a.xyz", "its suffix names no format; the suffixes that can be"),
        ("a", "it has no suffix to name a format; the suffixes that can be written are .toml"),
        (".toml", "it has no suffix"),
        ("made", "this is a folder; name a file in it to write"),
        (".", "this is a folder"),
        ("made.toml", "this is a folder"),
        ("new.toml/", "this is a folder"),
        ("", "the file to write has no name; the suffixes that can be written are .toml"),
    ],
)
def test_a_name_that_says_no_format_gets_its_own_reason(folder: Path, name: str, sentence: str) -> None:
    (folder / "made").mkdir()
    (folder / "made.toml").mkdir()
    with pytest.raises(SqueezevizError) as raised:
        write_file(name, load_preset("table1"))
    assert str(raised.value).startswith(f"{name}: {sentence}" if name else sentence)
    assert sorted(each.name for each in folder.iterdir()) == ["made", "made.toml"]


@pytest.mark.parametrize("suffix", sorted({f".{each}" for each in DIAGRAM_FORMATS} - {".tex", ".html"}))
def test_every_suffix_of_a_diagram_is_told_from_a_tables(folder: Path, suffix: str) -> None:
    """Those of LaTeX and web pages are tables here, and figures for `export`."""
    with pytest.raises(SqueezevizError, match=f"{suffix} is for a diagram, not for a table"):
        write_file(f"a{suffix}", load_preset("table1"))


def test_a_format_may_be_named_beside_the_suffix_if_it_is_known(folder: Path) -> None:
    write_file("net.txt", load_preset("table1"), "tsv")
    assert read_file("net.txt").format == "tsv"
    with pytest.raises(SqueezevizError, match="there is no format 'onyx'"):
        write_file("net", load_preset("table1"), "onyx")
    with pytest.raises(SqueezevizError, match="onyx cannot be written"):
        to_text(load_preset("table1"), "onyx")


def test_no_two_formats_share_a_suffix() -> None:
    suffixes = [suffix for info in FORMATS for suffix in info.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert format_of("a.CSV") == FORMATS[1]
    assert format_of("csv") is None


def test_the_registry_is_quick_to_import() -> None:
    """Neither torch, nor Qt, nor protobuf, nor a reader is there before it is needed."""
    modules = loaded_by("import squeezeviz.files.registry as r; r.open_network('table1')")
    assert not modules & {"torch", "PySide6", "google.protobuf", "numpy", "csv", "squeezeviz.files.tables.csv_table"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told_in_a_sentence(folder: Path) -> None:
    (folder / "a.toml").write_text("x")
    (folder / "a.toml").chmod(0)
    with pytest.raises(SqueezevizError, match="no permission to read"):
        registry.read_file("a.toml")


PLAIN = LayerTable("Plain", InputShape(3, 33, 33), (Conv("conv1", 8, 3, 2, 1, relu=False), Fire("fire2", 2, 4, 4)))


@pytest.mark.parametrize("format_id", sorted(each for each in INFO if INFO[each].can_write))
def test_shares_and_bits_are_in_the_file_or_told_not_to_be(format_id: str, tmp_path: Path) -> None:
    table = load_preset("table1")
    told = any("pruning keeps and how many bits" in lost for lost in losses(table, INFO[format_id]))
    if not INFO[format_id].can_read:
        assert told is (INFO[format_id].holds is not Holds.TABLE)
        return
    path = tmp_path / f"table1{INFO[format_id].suffixes[0]}"
    write_file(path, table)
    assert told is not read_file(path).table.is_compressed


@pytest.mark.parametrize("format_id", sorted(each for each in INFO if INFO[each].can_read and INFO[each].can_write))
def test_a_format_of_which_nothing_is_told_gives_every_row_back(format_id: str, tmp_path: Path) -> None:
    path = tmp_path / f"plain{INFO[format_id].suffixes[0]}"
    write_file(path, PLAIN)
    read = read_file(path).table
    assert bool(losses(PLAIN, INFO[format_id])) is ((read.input, read.layers) != (PLAIN.input, PLAIN.layers))


@pytest.mark.parametrize("format_id", sorted(INFO))
def test_weights_that_a_format_cannot_hold_are_told(format_id: str) -> None:
    told = [lost for lost in losses(PLAIN, INFO[format_id], "trained.onnx") if "weights of trained.onnx" in lost]
    assert bool(told) is (INFO[format_id].holds is not Holds.WEIGHTS)


@pytest.mark.parametrize("point", FIGURE_POINTS, ids=lambda point: point.id)
def test_a_point_is_table1_with_the_fire_modules_and_the_size_that_the_paper_prints(point: FigurePoint) -> None:
    table = load_preset(point.id)
    assert table.layers == rewritten(load_preset("table1").uncompressed(), point.metaparameters).layers
    assert 4 * resolve(table).parameters.value / 2**20 == pytest.approx(float(point.megabytes), rel=0.05)


def test_an_id_is_plain_and_a_name_says_what_it_is() -> None:
    assert all(re.fullmatch(r"figure3[ab]-(sr|pct)[0-9.]+", point.id) for point in FIGURE_POINTS)
    assert open_network("figure3a-sr0.25").table.name == "SqueezeNet, SR 0.25 (Figure 3a)"
    assert open_network("figure3b-pct12.5").table.name == "SqueezeNet, 12.5 % 3×3 filters (Figure 3b)"
    figures = {preset.id: preset.figure for preset in presets()}
    assert (figures["table1"], figures["figure3a-sr0.5"], figures["figure3b-pct50"]) == ("", "3a", "3b")
