"""However the program ends, its next start has the work of two seconds before; nobody else's, and nothing twice."""

import json
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from window_processes import EDITS, Driven, driven, eventually, kept_files, kept_text, leave_unsaved

from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import write_file

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them"),
    pytest.mark.timeout(900),
]

SEED = int(os.environ.get("SQUEEZEVIZ_SEED", "1"))
LONGEST_S = 2.0
EDIT_ONCE = "def drive(window):\n    edit(window, {number})\n"


def state(home: Path) -> Path:
    return home / "state" / "squeezeviz"


def opened(program: Driven) -> tuple[str, str, str]:
    """The number that the window opened with, whether it is unsaved, and the file's name."""
    _, number, modified, name, *_ = program.until("open")
    return number, modified, name


@pytest.mark.parametrize("times", [4, pytest.param(20, marks=pytest.mark.full)])
def test_being_killed_at_any_moment_loses_two_seconds_at_most(tmp_path: Path, times: int) -> None:
    chance = random.Random(SEED)
    before = 0
    for _ in range(times):
        with driven(tmp_path, drive=EDITS) as program:
            found = int(program.until("open")[1])
            if before:
                assert found >= before
            program.until("edited")
            time.sleep(chance.uniform(0, 3))
            program.send(signal.SIGKILL)
            program.ended()
            killed = time.time()
            edits = [(int(line[1]), float(line[2])) for line in program.rest() if line[0] == "edited"]
        # On a busy machine the process may have stood still before it was killed: what counts is its own clock.
        last = edits[-1][1] if edits else killed
        before = max((number for number, at in edits if at < last - LONGEST_S), default=0)


def test_what_a_signal_kept_is_the_very_last_edit(tmp_path: Path) -> None:
    with driven(tmp_path, drive=EDITS) as program:
        program.until("edited")
        time.sleep(0.7)
        program.send(signal.SIGTERM)
        assert program.ended() == 143
        last = program.edits[-1]
    with driven(tmp_path) as program:
        assert opened(program) == (str(last), "True", "-")


def test_two_windows_keep_their_own_and_a_living_one_is_not_taken(tmp_path: Path) -> None:
    with driven(tmp_path, drive=EDIT_ONCE.format(number=5)) as one, driven(tmp_path) as other:
        one.until("edited")
        assert opened(other)[1] == "False"
        eventually(lambda: len(kept_files(tmp_path)) == 1)
        with driven(tmp_path, drive=EDIT_ONCE.format(number=6)) as third:
            assert opened(third)[1] == "False"
            eventually(lambda: len(kept_files(tmp_path)) == 2)
            for program in (third, one):
                program.send(signal.SIGKILL)
                program.ended()
        other.send(signal.SIGINT)
        assert other.ended() == 130
    with driven(tmp_path) as newest, driven(tmp_path) as older:
        # They may come in either order; each takes another one.
        said = [program.until("open") for program in (newest, older)]
        assert {line[1] for line in said} == {"5", "6"}, (said, kept_files(tmp_path))


def test_of_several_the_newest_opens(tmp_path: Path) -> None:
    for number, written in ((5, 1.0), (6, 1.7e9)):
        leave_unsaved(state(tmp_path), number, written=written)
    with driven(tmp_path) as program:
        assert program.until("open")[1:] == ["6", "True", "-", "recovered"]
        program.send(signal.SIGKILL)
        program.ended()
    assert len(kept_files(tmp_path)) == 2


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.toml"
    write_file(path, load_preset("squeezenet1_1"))
    return path


def test_a_file_that_is_named_opens_and_what_was_kept_is_offered(tmp_path: Path, net: Path) -> None:
    leave_unsaved(state(tmp_path), 5)
    with driven(tmp_path, net) as program:
        assert program.until("open")[1:] == ["16", "False", "net.toml", "offered"]
        program.send(signal.SIGINT)
        program.ended()
    assert len(kept_files(tmp_path)) == 1


def test_saved_or_discarded_work_is_not_kept(tmp_path: Path, net: Path) -> None:
    drive = EDIT_ONCE.format(number=5) + "    QTimer.singleShot(900, lambda: say('saved', window.parts.files.save()))\n"
    with driven(tmp_path, net, drive=drive) as program:
        eventually(lambda: kept_files(tmp_path) != [])
        program.until("saved")
        eventually(lambda: kept_files(tmp_path) == [])
        program.send(signal.SIGKILL)
        program.ended()
    assert "s1x1 = 5" in net.read_text()


def test_the_last_file_opens_again_as_it_was_looked_at(tmp_path: Path, net: Path) -> None:
    look = (
        "def drive(window):\n"
        "    window.parts.control.close_all()\n"
        "    from squeezeviz.figure.scene.diagram import Key\n"
        "    window.parts.find().chosen.emit(Key('fire5'))\n"
        "    window.parts.panels.bring('costs')\n"
        "    window.parts.graph.zoom_in()\n"
        "    QTimer.singleShot(500, lambda: (tell(window), window.close()))\n"
    )
    tell = (
        "def tell(window):\n"
        "    import json\n"
        "    from squeezeviz.model.json_data import to_json\n"
        "    say('looks', json.dumps(to_json(window.parts.outlook().outlook())).replace(' ', ''))\n"
    )
    with driven(tmp_path, net, drive=tell + look) as program:
        before = program.until("looks")[1]
        assert program.ended() == 0
    wanted = json.loads(before)
    was = wanted.pop("sight")
    with driven(tmp_path, drive=tell + "drive = lambda window: until(lambda: tell(window), 200)\n") as program:
        assert opened(program) == ("16", "False", "net.toml")
        # The panels come after the first paint, and what is looked at keeps its place once they are there.
        for _ in range(50):
            found = json.loads(program.until("looks")[1])
            at = found.pop("sight")
            pixels = [abs(at[name] - was[name]) * was["zoom"] for name in ("x", "y")]
            if found == wanted and max(pixels) < 2:
                break
        assert found == wanted
        assert max(pixels) < 2
        assert (at["zoom"], at["follows"]) == (was["zoom"], was["follows"])
        program.send(signal.SIGINT)
        program.ended()
    net.write_text("none")
    with driven(tmp_path) as program:
        assert program.until("open")[2:] == ["False", "-", "start-0"]
        program.send(signal.SIGINT)
        program.ended()


def test_weights_that_a_file_brought_are_found_again(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    write_file(path, load_preset("squeezenet1_1"))
    tell = "    say('weights', *window.document.weights.of(window.document.network).fitting)\n"
    drive = EDIT_ONCE.format(number=5) + tell
    with driven(tmp_path, path, drive=drive) as program:
        fitting = program.until("weights")[1:]
        eventually(lambda: len(kept_files(tmp_path)) == 2)
        folder = tmp_path / "state" / "squeezeviz"
        assert {oct(each.stat().st_mode & 0o777) for each in folder.rglob("*") if each.is_file()} == {"0o600"}
        (weights,) = folder.rglob("weights-*")
        written = weights.stat().st_ino, weights.stat().st_mtime_ns
        program.send(signal.SIGKILL)
        program.ended()
    assert list((tmp_path / "tmp").iterdir()) == []
    with driven(tmp_path, drive="def drive(window):\n" + tell) as program:
        assert opened(program) == ("5", "True", "net.onnx")
        assert program.until("weights")[1:] == fitting
        assert (weights.stat().st_ino, weights.stat().st_mtime_ns) == written
        program.send(signal.SIGKILL)
        program.ended()
    weights.write_bytes(b"damaged")
    drive = "def drive(window):\n    say('notes', window.document.weights, *window.document.notes)\n"
    with driven(tmp_path, drive=drive) as program:
        assert opened(program) == ("5", "True", "net.onnx")
        said = program.until("notes")
        assert said[1] == "None"
        assert "were not recovered" in " ".join(said)


def test_weights_without_a_network_are_swept(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    write_file(path, load_preset("squeezenet1_1"))
    with driven(tmp_path, path) as program:
        program.until("open")
        assert len(kept_files(tmp_path)) == 1
        program.send(signal.SIGKILL)
        program.ended()
    with driven(tmp_path) as program:
        program.until("open")
        eventually(lambda: kept_files(tmp_path) == [])


def _a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


SPOILED: tuple[Callable[[Path], object], ...] = (
    lambda path: path.write_bytes(path.read_bytes()[:-40]),
    lambda path: path.write_bytes(b""),
    lambda path: path.write_text('{"other": 1}'),
    lambda path: path.write_text(path.read_text().replace('"version": 1', '"version": 2', 1)),
    _a_pipe,
)


def test_what_cannot_be_read_is_told_and_set_aside(tmp_path: Path) -> None:
    for spoil in SPOILED:
        spoil(leave_unsaved(state(tmp_path), 5))
    said = "def drive(window):\n    [say('notice', each.text) for each in window.parts.notice._notices]\n"
    with driven(tmp_path, drive=said) as program:
        assert opened(program) == ("16", "False", "-")
        for _ in SPOILED:
            notice = " ".join(program.until("notice"))
            assert "could not be recovered" in notice and "was set aside in" in notice
        program.send(signal.SIGINT)
        assert program.ended() == 130
    aside = list(tmp_path.rglob("unsaved.json"))
    assert len(aside) == len(SPOILED) and all(path.parent.name.startswith("unreadable-") for path in aside)
    with driven(tmp_path) as program:  # it is not told again
        assert program.until("open")[1:] == ["16", "False", "-"]


def test_what_cannot_be_kept_is_said_once_and_the_window_works_on(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("this is no folder")
    said = EDITS + "    until(lambda: say('notice', *window.parts.notice.keys), 100)\n"
    with driven(tmp_path, drive=said) as program:
        eventually(lambda: "failing" in program.until("notice"))
        time.sleep(3)
        program.rest()
        assert program.until("notice")[1:] == ["failing"]
        # Nothing can be kept: the work is not thrown away unasked.
        program.send(signal.SIGTERM)
        time.sleep(0.5)
        assert program.process.poll() is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="limits as POSIX has them")
def test_a_disk_that_is_full_is_said_and_what_was_kept_before_stays(tmp_path: Path) -> None:
    drive = (
        "import resource\n"
        "def limit(size):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))\n"
        + EDIT_ONCE.format(number=5)
        + "    QTimer.singleShot(1500, lambda: (limit(100), edit(window, 6)))\n"
        "    until(lambda: 'failing' in window.parts.notice.keys and (say('full'), True)[1])\n"
        "    QTimer.singleShot(4000, lambda: (limit(resource.RLIM_INFINITY), edit(window, 7)))\n"
        "    def well():\n"
        "        if value(window) == 7 and not window.parts.notice.keys: return not say('well')\n"
        "    until(well)\n"
    )
    with driven(tmp_path, drive=drive) as program:
        program.until("full")
        assert "s1x1 = 5\\n" in kept_text(tmp_path)
        program.until("well")
        assert "s1x1 = 7\\n" in kept_text(tmp_path)
        assert not list(tmp_path.rglob(".squeezeviz-*"))


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_only_the_owner_can_read_what_is_kept_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    drive = f"os.umask({umask})\n" + EDIT_ONCE.format(number=5)
    with driven(tmp_path, drive=drive) as program:
        program.until("edited")
        eventually(lambda: kept_files(tmp_path) != [])
        time.sleep(0.1)
        for path in (tmp_path / "state", *(tmp_path / "state").rglob("*")):
            assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
