"""The worker as a real process: it answers every run once, gives way to newer ones, and outlives what goes wrong."""

from __future__ import annotations

import dataclasses
import io
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import torch
from calls import calls_of
from plain_forward import plain_forward
from preset_tables import Preset
from trace_tables import table_of
from weights_at_hand import normal, pruned, retained

from squeezeviz.analysis.arithmetic import Arithmetic, Precision
from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.live import disagreements
from squeezeviz.analysis.pictures.batch import PictureInput
from squeezeviz.analysis.pictures.class_maps import Method
from squeezeviz.analysis.pictures.picture import RetainedPicture
from squeezeviz.analysis.pictures.preprocessing import PREPROCESSINGS, PreprocessingHint
from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.value_sources import ValueAt
from squeezeviz.analysis.weights import RetainedWeights, tensor_shapes
from squeezeviz.files.sandbox import save
from squeezeviz.files.weights import Weights
from squeezeviz.model.layers import Conv, Fire, GlobalAvgPool
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace import protocol
from squeezeviz.trace.class_maps import class_map
from squeezeviz.trace.failures import FailureKind
from squeezeviz.trace.following import followed_in_a_pass
from squeezeviz.trace.maps import FeatureMaps
from squeezeviz.trace.passes import live_pass, prepare_module
from squeezeviz.trace.pictures import input_tensor
from squeezeviz.trace.weights import as_tensors
from squeezeviz.trace.worker import MOST_WAITING, Inbox, Outbox, Worker

SMALL = table_of(Conv("c", 4, 3), Fire("f", 2, 3, 4)).table
LONG = LayerTable("long", InputShape(3, 8, 8), tuple(Fire(f"fire{index}", 2, 3, 4) for index in range(1000)))
"""Thousands of quick operations: a pass of a second or more that can stop anywhere."""

PATIENCE_S = 500
"""For a busy machine."""


class WorkerProcess:
    """A worker with a thread that reads what it says."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *(command or ("-m", "squeezeviz.trace.worker"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.heard: queue.Queue[bytes] = queue.Queue()
        self.errors = bytearray()
        self._readers = [threading.Thread(target=self._read), threading.Thread(target=self._read_errors)]
        for reader in self._readers:
            reader.start()

    def say(self, *requests: protocol.Request | bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"".join(r if isinstance(r, bytes) else protocol.request_line(r) for r in requests))
        self.process.stdin.flush()

    def next(self) -> protocol.Event:
        line = self.heard.get(timeout=PATIENCE_S)
        assert line, "the worker ended"
        return protocol.parse_event(line)

    def answer(self) -> protocol.Event:
        """The next event that is not progress."""
        while isinstance(event := self.next(), protocol.Progress | protocol.Ready):
            pass
        return event

    def end(self) -> int:
        """Wait for its end by itself; the exit code."""
        return self.process.wait(PATIENCE_S)

    def close(self) -> None:
        """End it, and have all that it said; twice is as good as once."""
        self.process.kill()
        self.process.wait()
        for reader in self._readers:
            reader.join()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.heard.put(line)
        self.heard.put(b"")

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors += line


@pytest.fixture(scope="module")
def shared_worker() -> Iterator[WorkerProcess]:
    worker = WorkerProcess()
    assert worker.next() == protocol.Ready()
    yield worker
    worker.close()


@pytest.fixture
def worker(shared_worker: WorkerProcess) -> WorkerProcess:
    """One that runs already, and has nothing left to say."""
    assert shared_worker.heard.empty()
    return shared_worker


@pytest.fixture
def start() -> Iterator[Callable[..., WorkerProcess]]:
    """Starts a worker of the test's own."""
    started: list[WorkerProcess] = []

    def starting(*command: str) -> WorkerProcess:
        started.append(WorkerProcess(*command))
        return started[-1]

    yield starting
    for worker in started:
        worker.close()


def test_a_run_is_answered_with_its_pass(worker: WorkerProcess, preset: Preset) -> None:
    network = preset("table1")
    worker.say(protocol.Run(41, network.table))
    answer = worker.answer()
    assert isinstance(answer, protocol.Done)
    assert (answer.revision, answer.problems) == (41, ())
    assert disagreements(network, answer.pass_) == ()
    assert answer.pass_.time_ms > 0


def test_an_edited_table_on_another_device_and_batch(worker: WorkerProcess, preset: Preset) -> None:
    table = preset("table1").table.with_field(3, "s1x1", 24)
    worker.say(protocol.Run(1, table, "meta", 5))
    answer = worker.answer()
    assert isinstance(answer, protocol.Done)
    assert answer.pass_.output_shape == (5, 1000)
    assert disagreements(resolve(table), answer.pass_) == ()


def wanted(path: Path, revision: int, *operations: str, serial: int = 1) -> protocol.ShowMaps:
    return protocol.ShowMaps(revision, serial, tuple(map(protocol.MapsWanted, operations)), str(path))


def test_maps_of_a_pass_that_kept_them_are_brought_until_another_runs(worker: WorkerProcess, tmp_path: Path) -> None:
    path = tmp_path / "maps"
    worker.say(protocol.Run(1, SMALL, keep_maps=True), wanted(path, 1, "f/concat", "c"))
    assert isinstance(worker.answer(), protocol.Done)
    brought = worker.answer()
    assert isinstance(brought, protocol.Maps)
    assert [each.operation for each in brought.operations] == ["f/concat", "c"]
    assert path.stat().st_size == sum(each.size for each in brought.operations)
    assert (brought.revision, brought.serial) == (1, 1)
    worker.say(wanted(tmp_path / "more", 1, "p", serial=2))
    refused = worker.answer()
    assert isinstance(refused, protocol.NoMaps)
    assert "ran no operation 'p'" in refused.reason
    worker.say(protocol.Run(2, SMALL), wanted(tmp_path / "more", 1, "c", serial=3))
    assert isinstance(worker.answer(), protocol.Done)
    assert worker.answer() == protocol.NoMaps(1, 3, "another pass has run since", is_stale=True)
    worker.say(wanted(tmp_path / "more", 2, "c", serial=4))
    none = worker.answer()
    assert isinstance(none, protocol.NoMaps)
    assert (none.reason.split(",")[0], none.is_stale) == ("the last pass kept no feature maps", False)
    assert not (tmp_path / "more").exists()


def test_what_was_asked_for_last_is_made_ready_as_the_next_pass_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forwards = calls_of(monkeypatch, torch.nn.Conv2d, "forward")
    worker, counted = Worker(Inbox(), Outbox(io.BytesIO())), []
    for revision, ask in ((1, "c"), (2, "c"), (3, "f/concat")):
        forwards.clear()
        worker._answer(protocol.Run(revision, SMALL, keep_maps=True))
        worker._brought(wanted(tmp_path / f"of {revision}", revision, ask))
        counted.append(len(forwards))
    convolutions = 4
    assert counted[1:] == [convolutions, 2 * convolutions]


def test_maps_of_a_picture_are_those_of_its_place_in_the_batch(worker: WorkerProcess, tmp_path: Path) -> None:
    pixels = np.random.default_rng(7).integers(0, 256, (2, 9, 11, 3), np.uint8)
    pictures = []
    for index, each in enumerate(pixels):
        (tmp_path / str(index)).write_bytes(each.tobytes())
        pictures.append(RetainedPicture(f"{index}.png", 11, 9, str(tmp_path / str(index))))
    caffe = PREPROCESSINGS["caffe"]
    shown = PictureInput(tuple(pictures), PreprocessingHint(caffe, "as asked for"))
    ask = protocol.ShowMaps(1, 1, (protocol.MapsWanted("relu_c"),), str(tmp_path / "maps"), image=1)
    worker.say(protocol.Run(1, SMALL, keep_maps=True, pictures=shown), ask)
    assert isinstance(worker.answer(), protocol.Done)
    assert isinstance(worker.answer(), protocol.Maps)
    expected = FeatureMaps()
    image = input_tensor([each.load() for each in pictures], caffe, SMALL.input)
    live_pass(resolve(SMALL), batch=2, image=image, on_operation=expected.take)
    assert (tmp_path / "maps").read_bytes() == expected.of("relu_c")[1].numpy().tobytes()


def test_the_difference_from_another_network_is_what_two_plain_forwards_differ_by(
    worker: WorkerProcess, tmp_path: Path
) -> None:
    """Of one input, each with its own weights, and whatever else the networks differ in."""
    (tmp_path / "kept").mkdir()
    tables = SMALL, SMALL.with_field(1, "s1x1", 3)
    (own, arrays), (its, others) = (
        retained(tmp_path / "kept", table, make) for table, make in zip(tables, (pruned, normal), strict=True)
    )
    shown = noise(tmp_path, 2)
    image = input_tensor([each.load() for each in shown.pictures], PREPROCESSINGS["caffe"], SMALL.input)
    plain, other = (
        plain_forward(resolve(table), as_tensors(each) or {}, image)
        for table, each in zip(tables, (arrays, others), strict=True)
    )
    asked = dataclasses.replace(
        wanted(tmp_path / "maps", 1, "c", "f/concat"), image=1, other=protocol.OtherNetwork(tables[1], its)
    )
    worker.say(protocol.Run(1, SMALL, weights=own, keep_maps=True, pictures=shown), asked)
    assert isinstance(worker.answer(), protocol.Done)
    assert isinstance(worker.answer(), protocol.Maps)
    found = torch.from_numpy(np.fromfile(tmp_path / "maps", np.float32))
    for name in ("c", "f/concat"):
        expected, largest = (plain[name] - other[name])[1].flatten(), max(plain[name].abs().max(), other[name].max())
        assert expected.abs().max() > 0.01 * largest
        assert (found[: len(expected)] - expected).abs().max() <= 1e-5 * largest, name
        found = found[len(expected) :]
    lost = protocol.OtherNetwork(SMALL, dataclasses.replace(its, path=str(tmp_path / "gone")))
    for serial, operation, network, reason in (
        (2, "f/squeeze1x1", asked.other, "maps of 2×10×10 and of 3×10×10 values have no difference"),
        (3, "c", lost, "the weights of trained.pth can no longer be read"),
        (4, "d", asked.other, "the pass ran no operation 'd'"),
    ):
        worker.say(dataclasses.replace(wanted(tmp_path / "more", 1, operation, serial=serial), other=network))
        refused = worker.answer()
        assert isinstance(refused, protocol.NoMaps)
        assert reason in refused.reason
    worker.say(dataclasses.replace(asked, path=str(tmp_path / "again"), image=0))
    assert isinstance(worker.answer(), protocol.Maps), "nothing of that costs the maps of this pass"


def test_a_value_of_a_picture_is_followed_as_in_a_pass_of_its_own(worker: WorkerProcess, tmp_path: Path) -> None:
    """Of whatever operation: also of one whose map a ReLU has overwritten, and of the picture itself."""
    (tmp_path / "cat").write_bytes(np.random.default_rng(7).integers(0, 256, (9, 11, 3), np.uint8).tobytes())
    picture = RetainedPicture("cat.png", 11, 9, str(tmp_path / "cat"))
    caffe, network = PREPROCESSINGS["caffe"], resolve(SMALL)
    shown = PictureInput((picture,), PreprocessingHint(caffe, "as asked for"))
    worker.say(protocol.Run(1, SMALL, keep_maps=True, pictures=shown))
    assert isinstance(worker.answer(), protocol.Done)
    image, module = input_tensor([picture.load()], caffe, SMALL.input), prepare_module(network)
    places = ("f/concat", 5), ("f/concat", 1), ("c", 3), (NETWORK_INPUT, 2)
    for serial, (operation, channel) in enumerate(places):
        at = ValueAt(operation, channel, 2, 3)
        worker.say(protocol.FollowValue(1, serial, at))
        expected = followed_in_a_pass(network, module, at, image=image, preprocessing=caffe)
        assert worker.answer() == protocol.Followed(1, serial, expected)
    assert expected.terms[0].input in range(256)


def test_a_value_that_cannot_be_followed_says_why(worker: WorkerProcess) -> None:
    at = ValueAt("c", 3, 2, 1)
    worker.say(protocol.Run(1, SMALL, keep_maps=True), protocol.FollowValue(1, 1, at._replace(channel=4)))
    assert isinstance(worker.answer(), protocol.Done)
    assert worker.answer() == protocol.NoMaps(
        1, 1, "channel 4 is none of the 4 channels of c; they are numbered from 0 to 3"
    )
    worker.say(protocol.FollowValue(1, 2, at._replace(image=1)), protocol.FollowValue(2, 3, at))
    for reason in ("image 1 is none of the 1 of this pass", "another pass has run since"):
        refused = worker.answer()
        assert isinstance(refused, protocol.NoMaps)
        assert refused.reason.startswith(reason)
    rough = Arithmetic(Precision.BFLOAT16)
    worker.say(protocol.Run(3, SMALL, keep_maps=True, arithmetic=rough), protocol.FollowValue(3, 4, at))
    assert isinstance(worker.answer(), protocol.Done)
    assert worker.answer() == protocol.NoMaps(
        3, 4, "the pass computed in bfloat16; run it in float32 to follow its values"
    )


def noise(tmp_path: Path, count: int) -> PictureInput:
    """Pictures of noise, as Caffe's networks take them."""
    pictures = []
    for index, pixels in enumerate(np.random.default_rng(7).integers(0, 256, (count, 9, 11, 3), np.uint8)):
        (tmp_path / str(index)).write_bytes(pixels.tobytes())
        pictures.append(RetainedPicture(f"{index}.png", 11, 9, str(tmp_path / str(index))))
    return PictureInput(tuple(pictures), PreprocessingHint(PREPROCESSINGS["caffe"], "as asked for"))


TELLING = table_of(Conv("c", 4, 3), Fire("f", 2, 3, 4), GlobalAvgPool("p")).table
"""A network that tells classes."""


@pytest.mark.parametrize("method", Method)
def test_a_class_is_seen_where_it_is_in_a_pass_of_its_own(
    worker: WorkerProcess, tmp_path: Path, method: Method
) -> None:
    shown, caffe, network = noise(tmp_path, 2), PREPROCESSINGS["caffe"], resolve(TELLING)
    worker.say(protocol.Run(1, TELLING, pictures=shown), protocol.LocateClass(1, 5, 3, method, image=1))
    assert isinstance(worker.answer(), protocol.Done)
    told = []
    while isinstance(answer := worker.answer(), protocol.Locating):
        told.append((answer.done, answer.total))
    assert isinstance(answer, protocol.Located)
    image = input_tensor([shown.pictures[1].load()], caffe, TELLING.input)
    expected = class_map(network, prepare_module(network), image, 3, method, caffe)
    assert (answer.serial, answer.found.method, answer.found.rows) == (5, method, expected.rows)
    assert np.allclose(answer.found.values, expected.values, rtol=1e-4, atol=1e-6)
    assert bool(told) is (method is Method.OCCLUSION)
    assert not told or told[-1] == (121, 121)  # patches of 2 × 2 on 12 × 12


SOME = PictureInput(())
"""Stands for a picture in the lines below."""


@pytest.mark.parametrize(
    ("run", "asked", "reason"),
    [
        (protocol.Run(1, TELLING), protocol.LocateClass(1, 1, 3), "the last pass ran on no pictures, or did not"),
        (protocol.Run(1, SMALL), protocol.LocateClass(2, 1, 3), "another pass has run since"),
        (protocol.Run(1, TELLING, pictures=SOME), protocol.LocateClass(1, 1, 7), "class 7 is none of the 7 classes"),
        (protocol.Run(1, TELLING, pictures=SOME), protocol.LocateClass(1, 1, 3, image=1), "picture 1 is none of the 1"),
        (protocol.Run(1, SMALL, pictures=SOME), protocol.LocateClass(1, 1, 3), "f: its last map is 10×10 and not 1×1"),
    ],
)  # fmt: skip
def test_where_no_class_is_seen_the_worker_says_why(
    worker: WorkerProcess, tmp_path: Path, run: protocol.Run, asked: protocol.LocateClass, reason: str
) -> None:
    if run.pictures is not None:
        run = dataclasses.replace(run, pictures=noise(tmp_path, 1))
    worker.say(run, asked)
    assert isinstance(worker.answer(), protocol.Done)
    refused = worker.answer()
    assert isinstance(refused, protocol.NoMaps)
    assert refused.reason.startswith(reason)
    assert refused.is_stale is ("since" in reason)


SLOW = table_of(Conv("c", 64, 3), Fire("f", 16, 64, 64), GlobalAvgPool("p"), size=96).table


SERIALS = count(100)


def occluding(worker: WorkerProcess, tmp_path: Path) -> int:
    """Have the worker cover places of a picture, and wait until it does. Return the serial of the request."""
    asked = protocol.LocateClass(1, next(SERIALS), 3, Method.OCCLUSION)
    worker.say(protocol.Run(1, SLOW, pictures=noise(tmp_path, 1), keep_maps=True), asked)
    assert isinstance(worker.answer(), protocol.Done)
    assert isinstance(worker.answer(), protocol.Locating)
    return asked.serial


def final(worker: WorkerProcess) -> protocol.Event:
    while isinstance(event := worker.answer(), protocol.Locating):
        pass
    return event


def test_a_newer_run_ends_occlusion(worker: WorkerProcess, tmp_path: Path) -> None:
    serial = occluding(worker, tmp_path)
    worker.say(protocol.Run(2, SMALL))
    stale = final(worker)
    assert stale == protocol.NoMaps(1, serial, "another pass has been asked for", is_stale=True)
    assert isinstance(worker.answer(), protocol.Done)


def test_occlusion_that_is_given_up_ends_and_the_pass_stays(worker: WorkerProcess, tmp_path: Path) -> None:
    serial = occluding(worker, tmp_path)
    worker.say(protocol.GiveUp(serial))
    assert final(worker) == protocol.NoMaps(1, serial, "it was cancelled")
    worker.say(protocol.LocateClass(1, 6, 3))
    assert isinstance(worker.answer(), protocol.Located)


def test_maps_and_values_are_answered_while_places_are_covered(worker: WorkerProcess, tmp_path: Path) -> None:
    serial = occluding(worker, tmp_path)
    worker.say(wanted(tmp_path / "maps", 1, "c", serial=6), protocol.FollowValue(1, 7, ValueAt("c", 3, 2, 1)))
    answers = [final(worker), final(worker)]
    assert [type(each) for each in answers] == [protocol.Maps, protocol.Followed]
    worker.say(protocol.GiveUp(serial))
    assert isinstance(final(worker), protocol.NoMaps)


def test_the_meta_device_measures_all_the_same_and_has_no_maps(worker: WorkerProcess, tmp_path: Path) -> None:
    worker.say(protocol.Run(1, SMALL, "meta", keep_maps=True), wanted(tmp_path / "maps", 1, "c"))
    assert isinstance(worker.answer(), protocol.Done)
    assert isinstance(worker.answer(), protocol.NoMaps)


def test_maps_that_cannot_be_written_are_told_of(worker: WorkerProcess, tmp_path: Path) -> None:
    worker.say(protocol.Run(1, SMALL, keep_maps=True), wanted(tmp_path / "nowhere" / "maps", 1, "c"))
    assert isinstance(worker.answer(), protocol.Done)
    refused = worker.answer()
    assert isinstance(refused, protocol.NoMaps)
    assert "No such file or directory" in refused.reason


def test_a_run_comes_before_requests_for_maps_of_which_not_too_many_wait(tmp_path: Path) -> None:
    inbox = Inbox()
    asked = [wanted(tmp_path, 1, "c", serial=serial) for serial in range(MOST_WAITING + 1)]
    dropped = [inbox.put(request) for request in asked]
    assert dropped == [None] * MOST_WAITING + [asked[0]]
    run = protocol.Run(1, SMALL)
    inbox.put(run)
    assert [inbox.take() for _ in range(3)] == [run, asked[1], asked[2]]


def test_after_an_edit_on_the_meta_device_only_what_is_new_is_told_where_that_is_asked_for(
    worker: WorkerProcess, preset: Preset
) -> None:
    table = preset("table1").table
    edited = table.with_field(table.index_of("fire3"), "s1x1", 24)
    worker.say(protocol.Run(1, table, "meta"))
    first = worker.answer()
    worker.say(protocol.Run(2, edited, "meta", only_new=True))
    short = worker.answer()
    worker.say(protocol.Run(3, table, "cpu"), protocol.Run(4, edited, "meta"))
    both = worker.answer(), worker.answer()  # in either order; the earlier one is cancelled, if it was not done
    (whole,) = (each for each in both if isinstance(each, protocol.Done) and each.revision == 4)
    assert isinstance(first, protocol.Done)
    assert isinstance(short, protocol.Done)
    assert [layer.name for layer in short.pass_.layers] == ["fire3"]
    assert protocol.completed(short, first.pass_).pass_ == whole.pass_


def test_rows_run_with_the_weights_that_were_kept_under_their_former_names(
    worker: WorkerProcess, tmp_path: Path, preset: Preset
) -> None:
    network = preset("table1")
    shapes = {name: shape for layer in network.layers for name, shape in tensor_shapes(layer).items()}
    given = Weights({name: np.full(shape, 0.01, np.float32) for name, shape in shapes.items()}, "net.onnx")
    renamed = network.table.with_field(0, "name", "first").with_field(2, "s1x1", 17)
    kept = save(given, tmp_path / "kept").after(network.table, renamed)
    worker.say(protocol.Run(1, renamed, weights=kept))
    done = worker.answer()
    assert isinstance(done, protocol.Done)
    assert done.pass_.given[:2] == ("first", "fire3")
    assert "fire2" not in done.pass_.given
    worker.say(protocol.Run(2, renamed))
    done = worker.answer()
    assert isinstance(done, protocol.Done) and done.pass_.given == ()


def test_what_keeps_rows_from_running_is_told_and_which_devices_there_are(worker: WorkerProcess) -> None:
    worker.say(protocol.ListDevices())
    told = worker.answer()
    assert isinstance(told, protocol.Devices)
    assert {"cpu", "meta"} <= {device.id for device in told.devices}
    worker.say(protocol.Run(1, SMALL.inserted(1, Conv("huge", 4, 99))))
    answer = worker.answer()
    assert isinstance(answer, protocol.Done)
    assert [layer.name for layer in answer.pass_.layers] == ["c"]
    assert "huge: the 99×99 window does not fit" in answer.problems[0]


def test_of_many_runs_only_the_newest_is_done_and_each_is_answered_once(worker: WorkerProcess) -> None:
    worker.say(protocol.Run(0, LONG))
    assert isinstance(worker.next(), protocol.Progress)
    worker.say(*(protocol.Run(revision, LONG) for revision in range(1, 30)), protocol.Run(30, SMALL))
    answers = [worker.answer() for _ in range(31)]
    cancelled = [answer.revision for answer in answers if isinstance(answer, protocol.Cancelled)]
    done = [answer.revision for answer in answers if isinstance(answer, protocol.Done)]
    assert sorted(cancelled + done) == list(range(31))
    assert done[-1] == 30
    assert len(done) <= 2  # the first one too, on a machine so busy that it ends before the others are heard


def test_a_pass_is_cancelled_on_the_way(worker: WorkerProcess) -> None:
    worker.say(protocol.Run(5, LONG))
    progress = worker.next()
    assert isinstance(progress, protocol.Progress)
    assert progress.revision == 5
    assert 0 <= progress.done < progress.total == 7 * 1000
    worker.say(protocol.Cancel())
    assert worker.answer() == protocol.Cancelled(5)


def test_progress_is_not_told_more_often_than_can_be_seen(worker: WorkerProcess) -> None:
    start = time.perf_counter()
    worker.say(protocol.Run(1, LONG, "meta"))
    told = 0
    while isinstance(worker.next(), protocol.Progress):
        told += 1
    assert 1 <= told <= 20 * (time.perf_counter() - start) + 1


def test_garbage_a_needless_cancel_and_ctrl_c_in_the_terminal_are_survived(worker: WorkerProcess) -> None:
    lines = [b"garbage\n", b"\xff\xfe\n", b"[]\n", b'{"op":"dance"}\n', b'{"op":"run"}\n']
    worker.process.send_signal(signal.SIGINT)
    worker.say(*lines, b"\n", protocol.Cancel(), protocol.Run(1, SMALL))
    for _ in lines:
        refused = worker.answer()
        assert isinstance(refused, protocol.Failed)
        assert (refused.revision, refused.kind) == (None, FailureKind.REFUSED)
    assert isinstance(worker.answer(), protocol.Done)


@pytest.mark.parametrize(
    ("run", "kind", "reason"),
    [
        (protocol.Run(1, SMALL.with_field(0, "filters", 10**12)), FailureKind.MEMORY, "this pass would take"),
        (protocol.Run(2, SMALL, "tpu"), FailureKind.DEVICE, "there is no device 'tpu' here"),
        (protocol.Run(3, SMALL, "cpu", 0), FailureKind.REFUSED, "batch must be"),
        (protocol.Run(5, SMALL, weights=RetainedWeights("/gone", "net.onnx", {})), FailureKind.REFUSED,
         "the weights of net.onnx can no longer be read"),
        (protocol.Run(6, SMALL, repeats=0), FailureKind.REFUSED, "from 1 to 10,000"),
        (protocol.Run(4, LayerTable("none", InputShape(), ())), FailureKind.REFUSED, "the table has no layers"),
    ],
)  # fmt: skip
def test_what_cannot_be_run_is_told_with_its_kind(
    run: protocol.Run, kind: FailureKind, reason: str, worker: WorkerProcess
) -> None:
    worker.say(run)
    answer = worker.answer()
    assert isinstance(answer, protocol.Failed)
    assert (answer.revision, answer.kind) == (run.revision, kind)
    assert reason in answer.reason
    worker.say(protocol.Run(9, SMALL))
    assert isinstance(worker.answer(), protocol.Done)


def test_it_ends_mid_pass_when_nobody_listens_any_more(start: Callable[..., WorkerProcess]) -> None:
    worker = start()
    worker.say(protocol.Run(1, LONG))
    assert worker.next() == protocol.Ready()
    assert isinstance(worker.next(), protocol.Progress)
    assert worker.process.stdin is not None
    worker.process.stdin.close()
    assert worker.end() == 0
    worker.close()
    said = [protocol.parse_event(line) for line in iter(worker.heard.get, b"")]
    assert not any(isinstance(event, protocol.Done) for event in said)


def test_it_ends_when_its_parent_is_killed(start: Callable[..., WorkerProcess]) -> None:
    parent = start("-c", _PARENT)
    pid = int(parent.heard.get(timeout=PATIENCE_S))
    parent.process.kill()
    parent.process.wait()
    give_up = time.monotonic() + PATIENCE_S
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < give_up:  # noqa: PTH110
        time.sleep(0.05)
    assert not os.path.exists(f"/proc/{pid}")  # noqa: PTH110


_PARENT = """
import subprocess, sys, time
worker = subprocess.Popen([sys.executable, "-m", "squeezeviz.trace.worker"], stdin=subprocess.PIPE,
                          stdout=subprocess.DEVNULL)
print(worker.pid, flush=True)
time.sleep(600)
"""


def patched(body: str) -> tuple[str, str]:
    """A worker whose first pass does something else."""
    return (
        "-c",
        f"""
import os, sys
from squeezeviz.trace import passes, worker
true_pass, calls = passes.live_pass, []
def first_otherwise(*args, **options):
    calls.append(1)
    if len(calls) == 1:
        {body}
    return true_pass(*args, **options)
passes.live_pass = first_otherwise
worker.main()
""",
    )


def test_a_bug_costs_one_pass_and_what_libraries_print_goes_to_stderr(start: Callable[..., WorkerProcess]) -> None:
    worker = start(*patched("print('noise'); os.write(1, b'more noise'); raise KeyError('a bug')"))
    worker.say(protocol.Run(1, SMALL))
    answer = worker.answer()
    assert isinstance(answer, protocol.Failed)
    assert (answer.revision, answer.kind) == (1, FailureKind.FAILED)
    assert "KeyError" in answer.reason
    worker.say(protocol.Run(2, SMALL))
    assert isinstance(worker.answer(), protocol.Done)
    worker.say(protocol.Quit())
    assert worker.end() == 0
    worker.close()
    for said in (b"Traceback", b"noise", b"more noise"):
        assert said in worker.errors


def test_where_it_is_asked_to_a_worker_says_that_it_goes_on(start: Callable[..., WorkerProcess]) -> None:
    beating = patched("import time; time.sleep(0.5)")
    worker = start(beating[0], beating[1].replace("worker.main()", "worker.HEARTBEAT_S = 0.05; worker.main()"))
    assert worker.next() == protocol.Ready()
    worker.say(protocol.Run(1, SMALL))
    assert isinstance(worker.answer(), protocol.Done)  # half a second, and no heartbeat
    worker.say(protocol.Beat(), protocol.Run(2, LONG, "meta"))
    heard: list[protocol.Event] = []
    while not heard or not isinstance(heard[-1], protocol.Done):
        heard.append(worker.next())
    assert protocol.Alive() in heard


def test_a_run_starts_no_thread() -> None:
    worker = Worker(Inbox(), Outbox(io.BytesIO()))
    before = threading.active_count()
    with worker._beating():
        assert threading.active_count() == before


def test_repeats_are_run_by_the_worker_and_a_cancel_keeps_whole_ones(worker: WorkerProcess) -> None:
    worker.say(protocol.Run(1, SMALL, repeats=5))
    answer = worker.answer()
    assert isinstance(answer, protocol.Done)
    assert (answer.pass_.repeats, len(answer.pass_.layers[0].quartiles_ms or ())) == (5, 2)
    worker.say(protocol.Run(2, SMALL, repeats=10_000))
    while not (isinstance(told := worker.next(), protocol.Progress) and told.repeat > 1):
        assert isinstance(told, protocol.Progress)
    assert told.repeats == 10_000
    worker.say(protocol.Cancel())
    answer = worker.answer()
    assert isinstance(answer, protocol.Done)
    assert 1 <= answer.pass_.repeats < 10_000


def test_a_lost_device_ends_the_worker_after_its_answer(start: Callable[..., WorkerProcess]) -> None:
    worker = start(*patched("raise passes.PassError(passes.FailureKind.DEVICE, 'gone') from RuntimeError()"))
    worker.say(protocol.Run(1, SMALL))
    assert worker.answer() == protocol.Failed(1, "gone", FailureKind.DEVICE)
    assert worker.end() == 1


def test_a_reader_that_is_gone_ends_it(start: Callable[..., WorkerProcess]) -> None:
    command = [sys.executable, "-m", "squeezeviz.trace.worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(PATIENCE_S) == 0
