"""The window's end of the live pass against workers that misbehave: each is told of, ended, and never waited for."""

import contextlib
import os
import signal
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hands import answer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.following import FollowedValue
from squeezeviz.analysis.live import DeviceName, LivePass
from squeezeviz.analysis.pictures.class_maps import ClassMap, Method
from squeezeviz.analysis.value_sources import ValueAt
from squeezeviz.gui.live import client as live_client
from squeezeviz.gui.live import worker_process
from squeezeviz.gui.live.client import LiveClient, PassTimeouts, Phase, Silence
from squeezeviz.gui.live.maps import OperationMaps
from squeezeviz.gui.live.worker_process import how_it_ended
from squeezeviz.model.layers import Conv
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.protocol import (
    Cancelled,
    Failed,
    FollowValue,
    LocateClass,
    Locating,
    MapsWanted,
    NoMaps,
    Progress,
    Run,
    ShowMaps,
)

SMALL = LayerTable("small", InputShape(3, 8, 8), (Conv("conv1", 4, 3),))
HEAD = """
import json, os, signal, sys, time
def say(**event):
    print(json.dumps(event), flush=True)
def runs():
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["op"] == "run":
            yield asked["revision"]
def failed(revision, reason="told"):
    say(event="failed", revision=revision, reason=reason, kind="failed")
"""
READY = 'say(event="ready")\n'
USEFUL = READY + 'say(event="devices", devices=[])\n'

StartClient = Callable[..., LiveClient]


@pytest.fixture
def client_of(tmp_path: Path) -> Iterator[StartClient]:
    """A client of a worker that does what a script says."""
    made: list[LiveClient] = []

    def start(script: str, tick_ms: int = 60_000) -> LiveClient:
        path = tmp_path / f"worker{len(made)}.py"
        path.write_text(HEAD + textwrap.dedent(script))
        made.append(LiveClient(worker=(sys.executable, "-S", str(path)), tick_ms=tick_ms))
        return made[-1]

    yield start
    for client in made:
        client.close()


def failure(client: LiveClient, qtbot: QtBot, request: Run | None = None) -> str:
    """The sentence with which a pass fails."""
    with answer(qtbot, client, Failed) as told:
        client.run(request or Run(1, SMALL))
    return str(told.args[1].reason)


def is_gone(process: int) -> bool:
    """Whether the process has ended and has been waited for: a zombie is not gone."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


BREACHES = {
    "no json": ('print("Segmentation fault", flush=True)', "'Segmentation fault'"),
    "not utf-8": (r'os.write(1, b"\xff\xfe\x00\n")', "wrote something that is not an answer"),
    "not an object": ('print("[1, 2]", flush=True)', "an event must be an object"),
    "no such event": ('say(event="dance")', "an unknown kind of event"),
    "no name of an event": ("say(event=7)", "event must be a text"),
    "nan": ('print(\'{"event": "progress", "revision": 1, "done": NaN}\', flush=True)', "NaN is not a JSON number"),
    "wrong shape": ('say(event="done", revision=revision, **{"pass": [1]})', "pass must be an object"),
    "rows that it did not tell": (
        """say(event="done", revision=revision, again=[[0, 0, 1]], **{"pass": {
            "device": {"id": "cpu", "name": "CPU"}, "input_shape": [1], "output_shape": [1], "depth": 0,
            "parameters": 0, "macs": 0, "time_ms": 0, "memory_bytes": 0, "layers": []}})""",
        "rows 0 to 1 were not told before",
    ),
    "progress beyond 32 bits": (
        'say(event="progress", revision=revision, done=0, total=2**40, name="x")',
        "total must be a whole number from 0 to 2147483647",
    ),
    "deep": ('print("[" * 100000, flush=True)', "wrote something that is not an answer"),
    "very long number": (
        'print(\'{"event": \' + "9" * 5000 + "}", flush=True)',
        "wrote something that is not an answer",
    ),
}


@pytest.mark.parametrize("case", BREACHES)
def test_what_is_no_answer_is_told_and_ends_the_worker(case: str, client_of: StartClient, qtbot: QtBot) -> None:
    written, said = BREACHES[case]
    client = client_of(f"{READY}for revision in runs():\n    {written}\n    time.sleep(600)")
    told = failure(client, qtbot)
    assert said in told
    assert "F5" in told
    assert len(told) < 400
    assert client.process_id == 0


def test_a_line_without_an_end_is_given_up_where_a_legal_one_would_have_ended(
    client_of: StartClient, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_process, "LONGEST_LINE", 2**20)
    client = client_of(f"{READY}for _ in runs():\n    while True: os.write(1, b'x' * 65536)")
    assert "1 MiB without an end" in failure(client, qtbot)


def test_a_flood_of_lines_leaves_the_window_its_turns(client_of: StartClient, qtbot: QtBot) -> None:
    flood = """
    for revision in runs():
        line = b'{"event":"progress","revision":%d,"done":1,"total":9,"name":"x"}\\n' % revision
        for _ in range(300): os.write(1, line * 200)
        failed(revision)
        time.sleep(600)
    """
    client = client_of(READY + textwrap.dedent(flood))
    between: list[int] = []
    heard: list[Progress] = []
    client.answered.connect(lambda _, said: heard.append(said) if isinstance(said, Progress) else None)
    with answer(qtbot, client, Failed):
        client.run(Run(1, SMALL))
        while client.running is not None:
            before = len(heard)
            QApplication.processEvents()
            between.append(len(heard) - before)
    assert len(heard) == 60_000
    assert max(between) <= 20 * worker_process.LINES_AT_ONCE


OK = READY + "for revision in runs(): failed(revision)"
HEARD = {
    "noise before it speaks": ('print("Welcome to this Python!")\n' + OK, "told"),
    "endless noise": ('while True: print("Welcome!")', "wrote something that is not an answer"),
    "devices before it is ready": ('say(event="devices", devices=[])\ntime.sleep(600)', "before it was ready"),
    "progress before it is ready": (
        'say(event="progress", revision=1, done=0, total=1, name="x")\ntime.sleep(600)',
        "before it was ready",
    ),
    "answers to other tables": (
        READY
        + "for revision in runs():\n    failed(revision + 99, 'odd'); failed(revision - 1, 'old'); failed(revision)",
        "told",
    ),
    "a request that it could not read": (
        READY + "for revision in runs(): failed(None, 'not understood')",
        "not underst",
    ),
}


@pytest.mark.parametrize("case", HEARD)
def test_noise_and_answers_to_other_tables_are_left_alone_but_none_before_it_is_ready(
    case: str, client_of: StartClient, qtbot: QtBot
) -> None:
    script, said = HEARD[case]
    assert said in failure(client_of(script), qtbot)


ENDS = {
    "sys.exit(0)": "without an answer and without an error (exit code 0)",
    "sys.exit(3)": "with exit code 3",
    "os.kill(os.getpid(), signal.SIGSEGV)": "as it crashed (SIGSEGV)",
    "os.abort()": "as it crashed (SIGABRT)",
    "os.kill(os.getpid(), signal.SIGKILL)": "was killed (SIGKILL), perhaps by the system because memory ran out",
    "raise MemoryError": "with exit code 1, as memory ran out",
    'sys.exit("terminate called: std::bad_alloc")': "as memory ran out",
    'sys.exit("first <b>line</b>\\n\\x1b[31mlast line")': 'it said last: "\\x1b[31mlast line"',
}


@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
@pytest.mark.parametrize("end", ENDS)
def test_how_a_worker_ended_is_told_and_memory_only_where_it_was(
    end: str, client_of: StartClient, qtbot: QtBot
) -> None:
    client = client_of(f"{READY}for _ in runs(): {end}")
    told = failure(client, qtbot)
    assert ENDS[end] in told
    assert told.startswith("the process of the live pass ended unexpectedly")
    assert failure(client, qtbot, Run(2, SMALL)) == told, "every pass fails so, and none is waited for"
    assert ("memory" in told) == ("memory" in ENDS[end])
    assert "\n" not in told


def test_all_that_the_worker_complained_of_is_kept_up_to_a_bound(client_of: StartClient, qtbot: QtBot) -> None:
    client = client_of(
        f"{READY}for _ in runs():\n    print('noise\\n' * 100000, 'the end', file=sys.stderr); sys.exit(1)"
    )
    told = failure(client, qtbot)
    assert 'it said last: "the end"' in told
    assert client.details.endswith("noise\nthe end") or client.details.endswith("the end")
    assert len(client.details) < 2 * worker_process.MOST_STDERR_BYTES


def test_a_worker_without_pytorch_says_why_in_its_own_words_and_unasked(client_of: StartClient, qtbot: QtBot) -> None:
    reason = "PyTorch cannot be loaded: libcudart.so.12: cannot open shared object file"
    client = client_of(f"say(event='cannot_start', reason={reason!r}, kind='loading')\nsys.exit(1)")
    assert failure(client, qtbot) == f"{reason}. F5 tries again."
    assert client.phase is Phase.GONE
    with qtbot.waitSignal(client.gone) as told:
        client.start()
    assert told.args == [f"{reason}. F5 tries again."]


def test_a_worker_that_dies_again_and_again_is_started_only_so_often(
    client_of: StartClient, qtbot: QtBot, tmp_path: Path
) -> None:
    starts = tmp_path / "starts"
    client = client_of(f"open({str(starts)!r}, 'a').write('x')\n{USEFUL}time.sleep(0.05)")
    with qtbot.waitSignal(client.gone) as told:
        client.start()
    assert len(starts.read_text()) == 1 + live_client.MOST_RESTARTS
    assert "F5 tries again" in told.args[0]
    failure(client, qtbot)
    assert len(starts.read_text()) == 2 + live_client.MOST_RESTARTS


def test_where_it_cannot_be_started_the_systems_reason_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    forbidden = tmp_path / "python"
    forbidden.write_text("#!/bin/sh\n")
    for command, reason in (("/nonexistent/python", "No such file"), (str(forbidden), "Permission denied")):
        client = LiveClient(worker=(command,))
        told = failure(client, qtbot)
        assert told.startswith(f"the live pass could not start its process {command}: ")
        assert reason in told or os.name == "nt"
        client.close()


# Silence


def test_a_worker_that_is_stopped_is_noticed_given_up_and_replaced(
    client_of: StartClient, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_client, "SILENCE_REPORT_TICKS", 2)
    monkeypatch.setattr(live_client, "SILENT_TICKS", 4)
    client = client_of(f"{USEFUL}for _ in runs(): os.kill(os.getpid(), signal.SIGSTOP)", tick_ms=30)
    with qtbot.waitSignal(client.devices_known):
        client.start()
    first = client.process_id
    unheard: list[int] = []
    client.answered.connect(lambda _, said: unheard.append(said.seconds) if isinstance(said, Silence) else None)
    told = failure(client, qtbot)
    assert "has said nothing for 5 s" in told
    assert "A new one has been started; F5 runs the pass again" in told
    assert unheard == [2, 3, 4]
    assert client.process_id not in (0, first)
    qtbot.waitUntil(lambda: not client._ticker.isActive())  # one that has nothing to do may be silent
    qtbot.waitUntil(lambda: is_gone(first))


def test_a_worker_that_is_alive_is_left_alone_however_long_its_operation_may_plausibly_take(
    client_of: StartClient, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_client, "SILENT_TICKS", 3)
    monkeypatch.setattr(live_client, "_LEAST_TICKS", 40)
    beats = "for revision in runs():\n    while True: say(event='alive'); time.sleep(0.01)"
    client = client_of(READY + beats, tick_ms=50)
    ticks: list[int] = []
    client._ticker.timeout.connect(lambda: ticks.append(1))
    told = failure(client, qtbot)
    assert "at the same operation for 41 s, longer than is plausible" in told
    assert len(ticks) > 40


def test_a_pass_that_goes_on_is_never_given_up(
    client_of: StartClient, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_client, "SILENT_TICKS", 1)
    monkeypatch.setattr(live_client, "_LEAST_TICKS", 1)
    goes_on = """
    for revision in runs():
        for k in range(500):
            say(event="progress", revision=revision, done=k, total=500, name="x")
            time.sleep(0.005)
        failed(revision, "reached the end")
    """
    client = client_of(READY + textwrap.dedent(goes_on), tick_ms=500)
    assert failure(client, qtbot) == "reached the end"


def test_what_is_plausible_grows_with_the_network_and_with_what_the_machine_showed() -> None:
    heavy = LayerTable("heavy", InputShape(3, 256, 256), (Conv("a", 256, 3, 1, 1), Conv("b", 256, 3, 1, 1)))
    patience = PassTimeouts()
    small, large = patience.ticks(Run(1, SMALL)), patience.ticks(Run(1, heavy))
    assert small >= 120
    assert large > 3 * small
    assert patience.ticks(Run(1, heavy, batch=8)) > 4 * large
    assert patience.ticks(Run(1, heavy, "meta")) == small
    slow = LivePass(DeviceName("cpu", "CPU"), (1, 3, 8, 8), (1, 4), 1, 1, 10**9, 10_000.0, 0, ())
    patience.learn(slow)
    assert patience.ticks(Run(1, heavy)) > 10 * large
    assert patience.ticks(Run(1, heavy, "cuda:0")) == large


def test_requests_to_a_worker_that_does_not_read_wait_outside_the_pipe_the_newest_alone(
    client_of: StartClient, qtbot: QtBot
) -> None:
    client = client_of(f"{READY}time.sleep(600)")
    client.start()
    qtbot.waitUntil(lambda: client.phase is Phase.IDLE)
    large = LayerTable("large", InputShape(3, 8, 8), tuple(Conv(f"c{place:0200}", 4, 1) for place in range(4000)))
    for revision in range(1, 30):
        client.run(Run(revision, large))
    process = client._process
    assert process is not None
    assert [each.revision for each in process._queue if isinstance(each, Run)] == [29]
    assert process._process.bytesToWrite() < 3_000_000
    with answer(qtbot, client, Cancelled) as cancelled:
        client.cancel()
    assert cancelled.args[0].revision == 29


@pytest.mark.skipif(os.name == "nt", reason="only POSIX stops processes")
def test_closing_ends_a_worker_that_is_stopped_and_leaves_no_zombie(client_of: StartClient, qtbot: QtBot) -> None:
    client = client_of(f"{READY}for _ in runs(): time.sleep(600)")
    client.run(Run(1, SMALL))
    qtbot.waitUntil(lambda: client.phase is Phase.RUNNING)
    process = client.process_id
    os.kill(process, signal.SIGSTOP)
    client.close()
    give_up = time.monotonic() + 60
    while not is_gone(process) and time.monotonic() < give_up:
        QApplication.processEvents()
    assert is_gone(process)


def test_a_worker_that_does_not_listen_is_ended_and_replaced_unless_pytorch_still_loads(
    client_of: StartClient, qtbot: QtBot
) -> None:
    loading = client_of("for line in sys.stdin: pass")
    loading.run(Run(1, SMALL))
    process = loading.process_id
    with answer(qtbot, loading, Cancelled):
        loading.cancel()
    deaf = client_of(f"{READY}for _ in runs(): time.sleep(600)")
    deaf.run(Run(1, SMALL))
    qtbot.waitUntil(lambda: deaf.phase is Phase.RUNNING)
    first = deaf.process_id
    with answer(qtbot, deaf, Cancelled):
        deaf.cancel()
    qtbot.waitUntil(lambda: deaf.process_id not in (0, first))
    assert loading.process_id == process != 0, "it was given as long"


def test_an_odd_exit_of_another_system_is_a_sentence_too() -> None:
    assert "code 0xc0000005" in how_it_ended(0xC0000005, "", crashed=True)
    with contextlib.suppress(AttributeError):
        assert signal.SIGKILL.name in how_it_ended(signal.SIGKILL, "", crashed=True)


def test_an_answer_waits_until_the_one_before_it_is_handled_though_that_one_paints(
    client_of: StartClient, qtbot: QtBot
) -> None:
    client = client_of(
        f"""{READY}for revision in runs():
            say(event="progress", revision=revision, done=1, total=2, name="conv1")
            time.sleep(0.05)
            failed(revision)
        """
    )
    handled: list[str] = []

    def handle(_: Run, event: object) -> None:
        handled.append(type(event).__name__)
        if isinstance(event, Progress):
            time.sleep(0.5)  # until the next answer is in the pipe
            client.take_answers()  # as a paint does
        handled.append("end")

    client.answered.connect(handle)
    failure(client, qtbot)
    assert handled == ["Progress", "end", "Failed", "end"]


def brought(client: LiveClient, qtbot: QtBot, request: ShowMaps) -> tuple[OperationMaps, ...] | NoMaps:
    with qtbot.waitSignal(client.maps_brought) as told:
        client.show_maps(request)
    assert told.args[0] is request
    found = told.args[1]
    assert isinstance(found, tuple | NoMaps)
    return found


def test_the_real_worker_brings_maps_of_its_pass_and_leaves_no_file(qtbot: QtBot, tmp_path: Path) -> None:
    client = LiveClient()
    nothing = brought(client, qtbot, ShowMaps(1, 1, (MapsWanted("conv1"),), str(tmp_path / "maps")))
    assert isinstance(nothing, NoMaps)
    assert nothing.reason == "no live pass has run"
    client.run(Run(1, SMALL, keep_maps=True))
    found = brought(client, qtbot, ShowMaps(1, 2, (MapsWanted("relu_conv1"),), str(tmp_path / "maps")))
    assert isinstance(found, tuple)
    assert found[0].maps.shape == (4, 6, 6)
    assert found[0].maps.min() >= 0
    assert list(tmp_path.iterdir()) == []
    client.close()


def test_maps_of_a_worker_that_dies_are_given_up_and_its_file_is_removed(
    client_of: StartClient, qtbot: QtBot, tmp_path: Path
) -> None:
    client = client_of(
        f"{READY}for line in sys.stdin:\n"
        "    if '\"op\":\"maps\"' in line: open(json.loads(line)['path'], 'w').close(); sys.exit(3)"
    )
    client.start()
    request = ShowMaps(1, 1, (MapsWanted("conv1"),), str(tmp_path / "maps"))
    found = brought(client, qtbot, request)
    assert isinstance(found, NoMaps)
    assert found.reason == "the process of the live pass ended"
    assert not (tmp_path / "maps").exists()


def followed(client: LiveClient, qtbot: QtBot, request: FollowValue) -> FollowedValue | NoMaps:
    with qtbot.waitSignal(client.value_followed) as told:
        client.follow_value(request)
    assert told.args[0] is request
    found = told.args[1]
    assert isinstance(found, FollowedValue | NoMaps)
    return found


def test_the_real_worker_follows_a_value_of_its_pass(qtbot: QtBot) -> None:
    client = LiveClient()
    at = ValueAt("relu_conv1", 3, 2, 1)
    assert isinstance(followed(client, qtbot, FollowValue(1, 1, at)), NoMaps)
    client.run(Run(1, SMALL, keep_maps=True))
    found = followed(client, qtbot, FollowValue(1, 2, at))
    assert isinstance(found, FollowedValue)
    assert (found.at, found.source, len(found.terms), found.agrees) == (at, "conv1", 27, True)
    client.close()


def located(client: LiveClient, qtbot: QtBot, request: LocateClass) -> ClassMap | NoMaps:
    found: list[object] = []
    client.class_located.connect(lambda _, answer: found.append(answer))
    client.locate_class(request)
    qtbot.waitUntil(lambda: bool(found) and not isinstance(found[-1], Locating))
    assert isinstance(found[-1], ClassMap | NoMaps)
    return found[-1]


def test_the_real_worker_says_why_no_class_is_seen_where_there_is_no_picture(qtbot: QtBot) -> None:
    client = LiveClient()
    nothing = located(client, qtbot, LocateClass(1, 1, 0))
    assert isinstance(nothing, NoMaps) and nothing.reason == "no live pass has run"
    client.run(Run(1, SMALL))
    refused = located(client, qtbot, LocateClass(1, 2, 0, Method.OCCLUSION))
    assert isinstance(refused, NoMaps) and refused.reason.startswith("the last pass ran on no pictures")
    client.close()


@pytest.mark.parametrize(
    "found",
    [
        '[1, "activation", 1.0, [1.0], [1.0], [[1.0]]]',
        '[0, "occlusion", 1.0, [1.0], [1.0], [[1.0]]]',
        '[0, "activation", 1.0, [1.0], [1.0], [[1.0, 2.0]]]',
        '[0, "activation", 1.0, [], [], []]',
    ],
)
def test_a_map_of_another_class_or_shape_ends_the_worker(client_of: StartClient, qtbot: QtBot, found: str) -> None:
    client = client_of(
        f"{READY}for line in sys.stdin:\n"
        '    if \'"op":"locate"\' in line:\n'
        "        say(event='locating', revision=1, serial=1, done=1, total=2)\n"
        f"        say(event='located', revision=1, serial=1, found={found})"
    )
    client.start()
    with qtbot.waitSignal(client.gone) as gone:
        answer = located(client, qtbot, LocateClass(1, 1, 0))
    assert isinstance(answer, NoMaps)
    assert "an answer to another request" in gone.args[0]


def test_a_value_of_a_worker_that_dies_is_given_up(client_of: StartClient, qtbot: QtBot) -> None:
    client = client_of(f'{READY}for line in sys.stdin:\n    if \'"op":"follow"\' in line: sys.exit(3)')
    client.start()
    found = followed(client, qtbot, FollowValue(1, 1, ValueAt("conv1", 0, 0, 0)))
    assert isinstance(found, NoMaps)
    assert found.reason == "the process of the live pass ended"


def test_an_answer_to_another_request_ends_the_worker(client_of: StartClient, qtbot: QtBot) -> None:
    client = client_of(
        f"{READY}for line in sys.stdin:\n"
        "    if '\"op\":\"follow\"' in line: say(event='maps', revision=1, serial=1, operations=[])"
    )
    client.start()
    with qtbot.waitSignal(client.gone) as gone:
        found = followed(client, qtbot, FollowValue(1, 1, ValueAt("conv1", 0, 0, 0)))
    assert isinstance(found, NoMaps)
    assert "an answer to another request" in gone.args[0]


@pytest.mark.parametrize(
    ("answer_to_maps", "said"),
    [
        ('operations=[["conv1", [0], 4, 6, 6, 1, 0, 0.0]]', "another size than it said"),
        ('operations=[["conv2", [0], 4, 6, 6, 1, 0, 0.0]]', "other operations than it was asked for"),
    ],
)
def test_maps_that_are_not_what_was_asked_for_end_the_worker(
    client_of: StartClient, qtbot: QtBot, tmp_path: Path, answer_to_maps: str, said: str
) -> None:
    client = client_of(
        f"{READY}for line in sys.stdin:\n    asked = json.loads(line)\n    if asked['op'] == 'maps':\n"
        "        open(asked['path'], 'wb').write(bytes(9))\n"
        f"        say(event='maps', revision=1, serial=1, {answer_to_maps})"
    )
    client.start()
    process = client.process_id
    with qtbot.waitSignal(client.gone) as gone:
        found = brought(client, qtbot, ShowMaps(1, 1, (MapsWanted("conv1"),), str(tmp_path / "maps")))
    assert isinstance(found, NoMaps)
    assert said in gone.args[0]
    assert client.process_id != process
    assert not (tmp_path / "maps").exists()
