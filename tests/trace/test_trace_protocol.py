"""What window and worker say to each other survives the pipe, and loads no torch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modules_loaded import loaded_by
from strategies import names, tables
from trace_tables import table_of

from squeezeviz.analysis.channels import MapOrder
from squeezeviz.analysis.following import FollowedValue, Origin, Term
from squeezeviz.analysis.live import DeviceName, LivePass, MeasuredLayer, MeasuredOperation
from squeezeviz.analysis.pictures.batch import PictureInput
from squeezeviz.analysis.pictures.class_maps import ClassMap, Method
from squeezeviz.analysis.pictures.picture import RetainedPicture
from squeezeviz.analysis.pictures.preprocessing import PREPROCESSINGS, PreprocessingHint
from squeezeviz.analysis.value_sources import ValueAt
from squeezeviz.analysis.weights import RetainedWeights
from squeezeviz.model.errors import Note
from squeezeviz.model.layers import Conv
from squeezeviz.model.table import LayerTable
from squeezeviz.trace import protocol
from squeezeviz.trace.failures import FailureKind

LIVE_TABLE = table_of(Conv("c", 4, 3)).table
OTHER = protocol.OtherNetwork(LIVE_TABLE, RetainedWeights("kept", "a.pth", {}))
LIVE = LivePass(
    DeviceName("cpu", "CPU · 2 threads"), (1, 3, 9, 9), (1, 4), 1, 112, 5, 0.25, 400,
    (MeasuredLayer("🔥", "conv", (1, 4, 1, 1), 1, 112, 5, 0.2,
                   (MeasuredOperation("🔥", "conv", (1, 4, 1, 1), 1, 112, 5, 0.2),)),), ("🔥",),
)  # fmt: skip


@given(tables(), st.integers(-(2**63), 2**63), names(), st.integers(1, 10**12), st.dictionaries(names(), names()))
def test_a_run_is_read_as_it_was_written(
    table: LayerTable, revision: int, device: str, batch: int, renamed: dict[str, str]
) -> None:
    weights = RetainedWeights(f"/{device}", device, {}, renamed) if renamed else None
    picture = RetainedPicture(device, 3, 2, f"/{device}", (Note("turned upright"),))
    hint = PreprocessingHint(PREPROCESSINGS["caffe"], "as asked for")
    pictures = PictureInput((picture,), hint) if revision % 2 else None
    run = protocol.Run(revision, table, device, batch, weights, keep_maps=bool(renamed), pictures=pictures)
    line = protocol.request_line(run)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert protocol.parse_request(line) == run


FOLLOWED = FollowedValue(
    "f/concat", 4, 1, 2, 1, "conv", "because", "f/expand3x3", 1, ("f/relu_squeeze1x1",), -0.5,
    (Term(0, 1, 2, 3.0, -2.0, -6.0), Term(1, 1, 2, 3.0, None, 1e30)), 7, 1.0, -6.5, "f/relu_expand3x3", 0.0,
    (Origin("", 0, 1, 2, 3.0, "B", 107),),
)  # fmt: skip


@pytest.mark.parametrize(
    "message",
    [
        *(kind() for kind in (protocol.Cancel, protocol.ListDevices, protocol.Beat, protocol.Quit)),
        protocol.Ready(), protocol.Alive(), protocol.Cancelled(3), protocol.CannotStart("no", FailureKind.LOADING),
        protocol.Devices((protocol.Device("cpu", "CPU", 5),
                          protocol.Device("cuda", "CUDA", 0, available=False, reason="no driver"))),
        protocol.Progress(3, 1, 65, "fire2/concat\u2028"), protocol.Done(3, LIVE, ("p: the window does not fit",)),
        protocol.ShowMaps(3, 1, (protocol.MapsWanted("f/concat", (4, 1), MapOrder.VARIES, 5, 64),), "/tmp/\udcff", 2),
        protocol.ShowMaps(3, 1, (protocol.MapsWanted("c"),), "maps", 2, 1),
        protocol.ShowMaps(3, 1, (), "maps", other=OTHER),
        protocol.Maps(3, 1, (protocol.BroughtOperation("c", (4, 1), 6, 4, 5, 3, 0),)),
        protocol.NoMaps(3, 1, "another pass has run since", is_stale=True),
        protocol.FollowValue(3, 1, ValueAt("f/concat", 4, 1, 2, 1)), protocol.Followed(3, 1, FOLLOWED),
        protocol.LocateClass(3, 1, 285, Method.OCCLUSION, 2), protocol.GiveUp(1), protocol.Locating(3, 1, 8, 196),
        protocol.Located(3, 1, ClassMap(285, Method.OCCLUSION, 0.4, (-2.5, 3), (7,), ((-1e30,), (0.5,)))),
        protocol.Failed(None, "garbage", FailureKind.REFUSED), protocol.Failed(-3, "memory", FailureKind.MEMORY),
    ],
)  # fmt: skip
def test_a_message_is_read_as_it_was_written(message: protocol.Request | protocol.Event) -> None:
    is_request = isinstance(message, protocol.Request)
    line = protocol.request_line(message) if isinstance(message, protocol.Request) else protocol.event_line(message)
    assert len(line.splitlines()) == 1
    assert (protocol.parse_request(line) if is_request else protocol.parse_event(line)) == message


def test_the_words_on_the_wire() -> None:
    """Other programs may speak it: these are the names they use."""
    assert json.loads(protocol.request_line(protocol.Run(7, table_of(Conv("c", 4, 3)).table, "meta", 2)))["op"] == "run"
    assert json.loads(protocol.event_line(protocol.Done(7, LIVE))).keys() == {
        "event",
        "revision",
        "pass",
        "problems",
        "again",
        "seen",
    }
    assert json.loads(protocol.event_line(protocol.Failed(7, "x", FailureKind.MEMORY))) == {
        "event": "failed", "revision": 7, "reason": "x", "kind": "memory",
    }  # fmt: skip


def live_of(*layers: MeasuredLayer) -> LivePass:
    return replace(LIVE, layers=layers)


LAYERS = tuple(replace(LIVE.layers[0], name=f"conv{number}") for number in range(8))
ROWS = st.lists(st.sampled_from(range(len(LAYERS))), max_size=12)


@given(ROWS, st.lists(st.integers(-3, len(LAYERS) - 1), max_size=12))
def test_rows_that_were_told_before_are_not_told_again_and_found_in_their_places(
    old: list[int], new: list[int]
) -> None:
    """A negative number stands for a row that was measured anew, though it may be equal."""
    before = live_of(*(LAYERS[number] for number in old))
    after = live_of(*(LAYERS[number] if number >= 0 else replace(LAYERS[number]) for number in new))
    told = protocol.shortened(protocol.Done(7, after), before)
    assert len(told.pass_.layers) == sum(number not in old for number in new)
    read = protocol.parse_event(protocol.event_line(told))
    assert isinstance(read, protocol.Done)
    assert protocol.completed(read, before) == protocol.Done(7, after)


@pytest.mark.parametrize("again", [(0, 0, 4), (0, 3, 1), (1, 0, 1), (0, 0, 2**31 - 1)])
def test_rows_that_nobody_told_are_no_answer(again: tuple[int, int, int]) -> None:
    with pytest.raises(protocol.BadEventError, match="not told before"):
        protocol.completed(protocol.Done(7, live_of(), again=(protocol.Again(*again),)), live_of(*LAYERS[:3]))
    with pytest.raises(protocol.BadEventError, match="not told before"):
        protocol.completed(protocol.Done(7, live_of(), again=(protocol.Again(*again),)), None)


TABLE = '{"format":"squeezeviz","version":1}'


@pytest.mark.parametrize(
    ("line", "revision", "reason"),
    [
        ("garbage", None, "one JSON object on a line"),
        ("\xff", None, "one JSON object on a line"),
        ("[" * 100_000, None, "one JSON object on a line"),
        ("[]", None, "a JSON object with an op"),
        ("{}", None, "op must be run, maps, follow, locate, give_up, cancel, devices, beat or quit, not None"),
        ('{"op":"dance"}', None, "not 'dance'"),
        ('{"op":["run"]}', None, "not a list"),
        ('{"op":"run"}', None, "revision must be a whole number"),
        ('{"op":"run","revision":true}', None, "revision must be a whole number"),
        ('{"op":"run","revision":5}', 5, "table must be an object"),
        ('{"op":"run","revision":5,"table":[]}', 5, "table must be an object"),
        ('{"op":"run","revision":5,"table":{}}', 5, "not a squeezeviz layer table"),
        (f'{{"op":"run","revision":5,"table":{TABLE[:-1]},"layer":[{{"type":"conv"}}]}}}}', 5, "layer 1"),
        (f'{{"op":"run","revision":5,"table":{TABLE},"device":5}}', 5, "device must be a text, not 5"),
    ],
)
def test_a_line_that_is_no_request_says_why(line: str, revision: int | None, reason: str) -> None:
    with pytest.raises(protocol.BadRequestError) as refused:
        protocol.parse_request(line.encode("latin-1") + b"\n")
    assert reason in str(refused.value)
    assert refused.value.revision == revision


def test_the_protocol_loads_no_torch_and_no_qt() -> None:
    assert not {"torch", "PySide6", "numpy"} & loaded_by("import squeezeviz.trace.protocol")


@pytest.mark.parametrize(("said", "policy"), [({}, "PASSIVE"), ({"OMP_WAIT_POLICY": "ACTIVE"}, "ACTIVE")])
def test_threads_wait_asleep_unless_the_person_says_otherwise(said: dict[str, str], policy: str) -> None:
    code = "import os, squeezeviz.trace; print(os.environ['OMP_WAIT_POLICY'])"
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"} | said
    heard = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert heard.stdout.strip() == policy
