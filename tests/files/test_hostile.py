"""What means harm or is something else gets one sentence, soon, in little memory; whatever its suffix says.

Times are of the processor; a busy machine makes even those longer.
"""

from __future__ import annotations

import json
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest
import torch
from bounds import allowed, at_most
from checkpoint_states import Evaluating, Harmful, small_state, zipped
from hostile_files import DEEP, LARGE_BINARIES, LARGE_TEXTS, MIB, NOTHING_OF_OURS
from onnx import TensorProto
from places import HELPERS
from small_files import SMALL, SUFFIXES, TEXT_SUFFIXES, whole

from squeezeviz.files import sandbox
from squeezeviz.files.opened import Opened
from squeezeviz.files.registry import FORMATS, format_of, read_file
from squeezeviz.model.errors import SqueezevizError

BINARY_SUFFIXES = [suffix for suffix in SUFFIXES if suffix not in TEXT_SUFFIXES]
SECONDS = 2
MOST_MEMORY = 512 * MIB


def opened(path: Path) -> Opened | None:
    """The network, or None where it got a sentence."""
    with at_most(2 * SECONDS):
        try:
            return read_file(path)
        except SqueezevizError as error:
            assert error.place.file == str(path)
            assert error.message
            assert len(str(error).splitlines()) == 1
            assert len(error.message) < 500
            return None


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("what", NOTHING_OF_OURS)
def test_what_is_no_network_gets_a_sentence_whatever_its_suffix(what: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"network{suffix}"
    path.write_bytes(NOTHING_OF_OURS[what])
    assert opened(path) is None


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_was_cut_off_gets_a_sentence_or_opens_as_far_as_it_goes(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"network{suffix}"
    content = whole(suffix)
    path.write_bytes(content)
    assert opened(path) is not None
    info = format_of(path)
    for length in (1, 8, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:length])
        found = opened(path)
        assert found is None or (length > 8 and info is not None and not info.binary)


@pytest.mark.parametrize("suffix", TEXT_SUFFIXES)
def test_a_byte_order_mark_and_line_ends_of_windows_change_nothing(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"network{suffix}"
    path.write_bytes(whole(suffix))
    plain = opened(path)
    for content in (b"\xef\xbb\xbf" + whole(suffix), whole(suffix).replace(b"\n", b"\r\n")):
        path.write_bytes(content)
        found = opened(path)
        assert found is not None
        assert plain is not None
        assert found.table == plain.table


@pytest.mark.parametrize("suffix", TEXT_SUFFIXES)
def test_line_ends_of_old_macintoshes_are_read_or_refused(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"network{suffix}"
    path.write_bytes(whole(suffix).replace(b"\n", b"\r"))
    found = opened(path)
    assert found is None or len(found.table.layers) == len(SMALL.layers)


@pytest.mark.parametrize("suffix", [".toml", ".json", ".csv", ".md", ".prototxt"])
@pytest.mark.parametrize(
    "said", ["nan", "NaN", "inf", "-Infinity", "1e999", "-0", "-1", "1" + "0" * 400, "9" * 5000, "1.5", "true"]
)
def test_a_number_that_no_layer_has_is_refused_where_it_stands(suffix: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / f"network{suffix}"
    old, new = {
        ".toml": ("filters = 8", f"filters = {said}"),
        ".json": ('"filters": 8', f'"filters": {said}'),
        ".csv": ("3x3/2 (x8)", f"3x3/2 (x{said})"),
        ".md": ("3×3/2 ×8", f"3×3/2 ×{said}"),
        ".prototxt": ("num_output: 8", f"num_output: {said}"),
    }[suffix]
    text = whole(suffix).decode()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(SqueezevizError) as refused:
        read_file(path)
    assert refused.value.place.file == str(path)
    assert refused.value.place.line == text[: text.index(old)].count("\n") + 1
    assert len(str(refused.value)) < 600


@pytest.mark.parametrize(("suffix", "what"), DEEP, ids=lambda said: said)
def test_deep_nesting_is_refused(suffix: str, what: str, tmp_path: Path) -> None:
    path = tmp_path / f"network{suffix}"
    path.write_text(DEEP[suffix, what])
    assert opened(path) is None


def listening_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def link_to_a_pipe(path: Path) -> None:
    os.mkfifo(path.with_name("pipe"))
    path.symlink_to("pipe")


NO_FILES: dict[str, Callable[[Path], None]] = {
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a socket": listening_socket,
    "a link to a pipe": link_to_a_pipe,
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to a file of the system, of unknown size": lambda path: path.symlink_to("/proc/self/maps"),
    "a link to memory": lambda path: path.symlink_to("/proc/self/mem"),
}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("what", NO_FILES)
def test_what_is_no_file_gets_a_sentence_and_keeps_nobody_waiting(
    what: str, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path may have a hundred characters
    path = Path(f"network{suffix}")
    NO_FILES[what](path)
    assert opened(path) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_must_not_be_read_gets_a_sentence(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"network{suffix}"
    path.write_bytes(whole(suffix))
    path.chmod(0)
    assert opened(path) is None


@pytest.mark.parametrize(
    "name", ["line\nbreak", "bell\a", "quote\"'", "\u202eright to left", "\udcff", "a" * 200, "-h"]
)
@pytest.mark.parametrize("suffix", [".toml", ".onnx"])
def test_a_files_name_breaks_no_sentence(name: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / (name + suffix)
    assert opened(path) is None
    path.write_bytes(b"nothing")
    assert opened(path) is None
    path.write_bytes(whole(suffix))
    assert opened(path) is not None


def become_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("opening", [1, 2])
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("change", [Path.unlink, become_a_pipe])
def test_a_file_that_goes_away_while_it_is_opened_gets_a_sentence(
    change: Callable[[Path], object], suffix: str, opening: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking at it and opening it, the first time or the second."""
    path = tmp_path / f"network{suffix}"
    path.write_bytes(whole(suffix))
    times: list[str | Path] = []
    open_file = os.open

    def open_too_late(name: str | Path, *flags: int) -> int:
        if Path(name) == path:
            times.append(name)
            if len(times) == opening:
                change(path)
        return open_file(name, *flags)

    monkeypatch.setattr(os, "open", open_too_late)
    assert opened(path) is None
    assert len(times) == opening


def test_a_text_that_grows_while_it_is_read_is_not_read_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "network.toml"
    path.write_bytes(b"#" * 5000)
    look = os.fstat

    def grow(descriptor: int) -> os.stat_result:
        seen = look(descriptor)
        os.truncate(path, 10**9)
        return seen

    monkeypatch.setattr(os, "fstat", grow)
    with pytest.raises(SqueezevizError, match="at most 33,554,432"):
        read_file(path)


SHOWING = """
import contextlib, io, json, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_DATA, (2**30, 2**30))
from squeezeviz.cli.commands import run
for path in sys.argv[1:]:
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from now
    with contextlib.redirect_stderr(io.StringIO()) as said, contextlib.redirect_stdout(io.StringIO()):
        code = run(["show", path])
    used, child = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    seconds = used.ru_utime + used.ru_stime + child.ru_utime + child.ru_stime
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    print(json.dumps([code, said.getvalue(), seconds, max(peak, child.ru_maxrss) * 1024]))
"""
"""`squeezeviz show` of several files, one after another: for each the exit code, what it says, the processor seconds
of it and its children until then, and the bytes of the largest."""


@pytest.mark.skipif(sys.platform != "linux", reason="this system does not tell a process's largest memory")
@pytest.mark.parametrize(
    "suffix", [".toml", ".json", ".csv", ".md", ".tex", ".prototxt", ".onnx", ".safetensors", ".pth", ".caffemodel"]
)
def test_what_holds_far_too_much_is_refused_within_two_seconds_and_half_a_gigabyte(suffix: str, tmp_path: Path) -> None:
    """Two seconds and half a gigabyte beyond what the program itself takes; more on a machine that is slow."""
    paths = [tmp_path / f"good{suffix}"]
    paths[0].write_bytes(whole(suffix))
    for (of, what), make in {**LARGE_TEXTS, **LARGE_BINARIES}.items():
        if of == suffix:
            paths.append(tmp_path / f"{what}{suffix}")
            paths[-1].write_bytes(make())
    ran = subprocess.run([sys.executable, "-P", "-c", SHOWING, *paths], capture_output=True, text=True, timeout=500)
    assert ran.returncode == 0, ran.stderr
    (code, _, own_seconds, own_bytes), *others = map(json.loads, ran.stdout.splitlines())
    assert code == 0
    before, in_proportion = own_seconds, 0
    for path, (code, complaint, seconds, taken) in zip(paths[1:], others, strict=True):
        assert code == 1, path
        assert complaint.startswith("squeezeviz: error: "), path
        assert len(complaint.splitlines()) == 1, path
        spent, before = seconds - before, seconds
        assert spent < max(SECONDS, 8 * own_seconds) or spent < allowed(SECONDS), path
        if suffix in BINARY_SUFFIXES:  # what is told of children is the largest of all until then
            in_proportion = max(in_proportion, sandbox.TIMES_THE_FILE * path.stat().st_size)
        assert taken - own_bytes < MOST_MEMORY + in_proportion, path


# --- reading opens the one file and nothing else, writing writes aside and moves


WATCHED = HELPERS / "watched.py"


def events(folder: Path, doing: str, *names: str) -> list[list[str]]:
    """What a process asks of the system while it does that in the folder, without what it asks to import modules."""
    command = [sys.executable, "-P", str(WATCHED), doing, *names]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=500, env=environment)
    assert ran.returncode == 0, ran.stderr
    told: list[list[str]] = json.loads(ran.stdout.splitlines()[-1])
    return told


def onnx_with_weights_elsewhere(path: Path) -> None:
    model = onnx.load_model_from_string(whole(".onnx"))
    path.with_name("secret.bin").write_bytes(bytes(100_000))
    for tensor in model.graph.initializer:
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="secret.bin")
    path.write_bytes(model.SerializeToString())


MENTIONING = {
    "input.tex": b"\\input{secret.bin}\\include{secret}\\write18{touch harmed}\n\\begin{tabular}{l}\\input{secret.bin}"
    b"layer & s1x1 & e1x1 & e3x3 \\\\ a & \\input{secret.bin} & 1 & 1 \\\\ \\end{tabular}",
    "image.md": b"![](secret.bin)\n\n| layer | s1x1 | e1x1 | e3x3 |\n|-|-|-|-|\n"
    b"| ![](http://127.0.0.1/a) | 1 | 1 | 1 |\n",
    "formula.csv": b'layer,type,s1x1\n"=WEBSERVICE(""http://127.0.0.1"")",conv,=cmd|\' /C calc\'!A0\n',
    "source.prototxt": b'name: "secret.bin" layer { name: "d" type: "Data" top: "d" '
    b'data_param { source: "secret.bin" } }',
    "include.toml": b'format = "squeezeviz"\nversion = 1\nname = "file:///etc/passwd"\ninclude = "secret.bin"\n',
    "reference.json": b'{"format": "squeezeviz", "$ref": "secret.bin"}',
}
"""Texts that name other files, places in the network and programs."""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_reading_opens_the_file_and_nothing_else(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        (tmp_path / f"good{suffix}").write_bytes(whole(suffix))
        for number, content in enumerate(NOTHING_OF_OURS.values()):
            (tmp_path / f"other{number}{suffix}").write_bytes(content)
    for number, ((suffix, _), text) in enumerate(DEEP.items()):
        (tmp_path / f"deep{number}{suffix}").write_text(text)
    for name, content in MENTIONING.items():
        (tmp_path / name).write_bytes(content)
    onnx_with_weights_elsewhere(tmp_path / "elsewhere.onnx")
    for number, harm in enumerate((Harmful(), Evaluating())):
        torch.save(small_state() | {"features.0.bias": harm}, tmp_path / f"new{number}.pth")
        torch.save({"a": harm}, tmp_path / f"old{number}.pth", _use_new_zipfile_serialization=False)
        zipped(pickle.dumps(harm, 4), tmp_path / f"plain{number}.pth")
        (tmp_path / f"bare{number}.pt").write_bytes(pickle.dumps(harm, 2))
    names = sorted(path.name for path in tmp_path.iterdir() if path.name != "secret.bin")
    reading = ""
    opened = set()
    for event, *given in events(tmp_path, "read", *names):
        if event == "file":
            reading = given[0]
        elif event == "os.scandir":  # for the one prototxt that may lie beside weights
            assert (Path(reading).suffix, given) == (".caffemodel", ["."])
        else:
            assert event == "open", (reading, event, given)
            assert given[0] in (reading, "3"), (reading, given)  # by name, then what has been opened
            assert int(given[2]) & os.O_ACCMODE == os.O_RDONLY
            opened.add(reading)
    assert opened == set(names)
    assert not (tmp_path / "harmed").exists()


def test_a_caffemodel_has_the_one_prototxt_beside_it_read_and_nothing_else(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        (tmp_path / f"good{suffix}").write_bytes(whole(suffix))
    for suffix in (".pbtxt", ".prototext"):
        (tmp_path / f"good{suffix}").unlink()
    opened = {given[0] for event, *given in events(tmp_path, "read", "good.caffemodel") if event == "open"}
    assert opened - {"3"} == {"good.caffemodel", "good.prototxt"}


WRITES = {
    "convert": [f"made{suffix}" for each in FORMATS if each.can_write for suffix in each.suffixes[:1]],
    "export": [f"made.{suffix}" for suffix in ("svg", "pdf", "png", "dot", "tex", "pptx")],
}


@pytest.mark.parametrize("doing", WRITES)
def test_whatever_is_written_is_written_aside_and_moved(tmp_path: Path, doing: str) -> None:
    writing = ""
    moved = []
    for event, *given in events(tmp_path, doing, *WRITES[doing]):
        if event == "file":
            writing = given[0]
        elif event == "open" and _is_for_writing(*given[1:]) and not given[0].isdecimal():
            path = tmp_path / given[0]  # the process writes by names within its own folder
            assert path.parent.resolve() == tmp_path.resolve(), (writing, given)
            assert path.name.startswith(".squeezeviz-"), (writing, given)
        elif event == "os.rename":
            moved.append(Path(given[1]).name)
        assert not event.startswith(("socket.", "subprocess.", "os.system", "os.exec")), (writing, event, given)
    assert moved == WRITES[doing]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(WRITES[doing])


def _is_for_writing(mode: str, flags: str) -> bool:
    return bool(set(mode) & set("wax+")) or bool(int(flags) & os.O_ACCMODE)
