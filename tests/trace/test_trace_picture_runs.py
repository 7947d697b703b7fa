"""Pictures as the input of a run: the worker says what the network sees in them, and keeps them for the next edit."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from places import CHELSEA
from trace_tables import table_of

from squeezeviz.analysis.pictures.batch import MOST_PICTURES, PictureInput, SeenPictures
from squeezeviz.analysis.pictures.picture import Picture, Preview, RetainedPicture
from squeezeviz.analysis.pictures.preprocessing import CAFFE, RGB, TORCHVISION, Preprocessing, PreprocessingHint
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.opened import Opened
from squeezeviz.files.presets import BUILT_IN
from squeezeviz.files.sandbox import read_into, read_picture_into
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Conv, GlobalAvgPool, Softmax
from squeezeviz.model.table import InputShape
from squeezeviz.trace import picture_input, protocol
from squeezeviz.trace.failures import FailureKind, PassCancelledError
from squeezeviz.trace.module import build_module
from squeezeviz.trace.picture_input import PictureTensors, seen_pictures
from squeezeviz.trace.pictures import input_tensor
from squeezeviz.trace.worker import Inbox, Outbox, Worker

AS_CAFFE = PreprocessingHint(CAFFE, "because")


def spotted(folder: Path, colour: int, width: int = 12, height: int = 9) -> RetainedPicture:
    path = folder / f"picture-{colour}.rgb"
    path.write_bytes(bytes([colour, 0, 255 - colour]) * (width * height))
    return RetainedPicture(f"{colour}.png", width, height, str(path))


class Told(Outbox):
    """Keeps what a worker says."""

    def __init__(self) -> None:
        self.events: list[protocol.Event] = []

    def send(self, event: protocol.Event) -> bool:
        # As the window reads it.
        self.events.append(protocol.parse_event(protocol.event_line(event)))
        return True


@pytest.fixture
def worker() -> Worker:
    return Worker(Inbox(), Told())


def answered(worker: Worker, run: protocol.Run) -> protocol.Done | protocol.Failed | protocol.Cancelled:
    request = protocol.parse_request(protocol.request_line(run))
    assert request == (dataclasses.replace(run, weights=request.weights) if isinstance(request, protocol.Run) else run)
    assert isinstance(request, protocol.Run)
    answer = worker._answer(request)
    told = protocol.parse_event(protocol.event_line(answer))
    assert told == answer
    return answer


def seen(answer: object) -> SeenPictures:
    assert isinstance(answer, protocol.Done), answer
    assert answer.seen is not None
    return answer.seen


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return read_into(tmp_path_factory.mktemp("trained"), BUILT_IN, lambda: False)


def test_a_run_on_a_picture_says_what_trained_weights_see_in_it_and_that_the_softmax_is_ours(
    worker: Worker, trained: Opened, tmp_path: Path
) -> None:
    cat = read_picture_into(tmp_path, str(CHELSEA), lambda: False)
    run = protocol.Run(
        1, trained.table, weights=trained.retained, pictures=PictureInput((cat, cat), trained.preprocessing), batch=7
    )
    answer = answered(worker, run)
    found = seen(answer)
    assert isinstance(answer, protocol.Done) and answer.pass_.input_shape == (2, 3, 227, 227)
    assert found.preprocessing.preprocessing == CAFFE and not found.own_softmax
    assert [each.number for each in found.top[0][:2]] == [285, 281]
    assert [each.probability for each in found.top[0][:2]] == pytest.approx([0.4365, 0.3020], abs=1e-3)
    assert found.top[1] == found.top[0] and len(found.top[0]) == 5
    # The same without a word on the preprocessing: the answer to a test picture tells it.
    guessed = seen(answered(worker, dataclasses.replace(run, pictures=PictureInput((cat, cat)))))
    assert guessed.preprocessing.preprocessing == CAFFE and "test picture" in guessed.preprocessing.reason
    assert guessed.top == found.top
    swapped = seen(
        answered(worker, dataclasses.replace(run, pictures=PictureInput((cat,), AS_CAFFE._replace(preprocessing=RGB))))
    )
    assert swapped.top[0] != found.top[0]


def test_an_edit_takes_the_same_input_and_other_pictures_sizes_or_numbers_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def noted(some: Sequence[Picture], preprocessing: Preprocessing, taken: InputShape) -> torch.Tensor:
        made.append(some[0].name)
        return input_tensor(some, preprocessing, taken)

    monkeypatch.setattr(picture_input, "input_tensor", noted)
    red, blue = spotted(tmp_path, 200), spotted(tmp_path, 3)
    tensors = PictureTensors()

    def prepared(pictures: PictureInput, *layers: Conv, side: int = 8) -> torch.Tensor:
        network = resolve(
            dataclasses.replace(table_of(*layers or (Conv("c", 4, 3),)).table, input=InputShape(3, side, side))
        )
        return tensors.prepared(pictures, network, build_module(network), "", lambda: False).image

    both = PictureInput((red, blue), AS_CAFFE)
    first = prepared(both)
    assert first.shape == (2, 3, 8, 8)
    assert prepared(both, Conv("c", 9, 1)) is first
    assert made == ["200.png", "3.png"]
    assert prepared(both, side=6).shape == (2, 3, 6, 6)
    assert prepared(PictureInput((red,), AS_CAFFE)).shape == (1, 3, 8, 8)
    again = prepared(PictureInput((red,), AS_CAFFE._replace(preprocessing=TORCHVISION)))
    assert not torch.equal(again, prepared(PictureInput((red,), AS_CAFFE)))
    assert len(made) == 7


def test_what_is_no_input_is_refused_in_a_sentence(worker: Worker, tmp_path: Path) -> None:
    red = spotted(tmp_path, 200)
    table = table_of(Conv("c", 4, 3)).table

    def reason(pictures: PictureInput, channels: int = 3) -> str:
        taken = dataclasses.replace(table, input=InputShape(channels, 8, 8))
        answer = answered(worker, protocol.Run(1, taken, pictures=pictures))
        assert isinstance(answer, protocol.Failed) and answer.kind is FailureKind.REFUSED
        return answer.reason

    assert "takes 4 channels" in reason(PictureInput((red,), AS_CAFFE), 4)
    assert "at most 32" in reason(PictureInput((red,) * (MOST_PICTURES + 1), AS_CAFFE))
    Path(red.path).unlink()
    assert "can no longer be read" in reason(PictureInput((red,), AS_CAFFE))
    network = resolve(table)
    with pytest.raises(PassCancelledError):
        PictureTensors().prepared(PictureInput((red,), AS_CAFFE), network, build_module(network), "", lambda: True)


def test_one_channel_takes_the_luminance_and_the_meta_device_sees_nothing(worker: Worker, tmp_path: Path) -> None:
    shown = PictureInput((spotted(tmp_path, 200),), AS_CAFFE)
    grey = dataclasses.replace(table_of(Conv("c", 4, 3), GlobalAvgPool("g")).table, input=InputShape(1, 8, 8))
    assert len(seen(answered(worker, protocol.Run(1, grey, pictures=shown))).top[0]) == 4
    answer = answered(worker, protocol.Run(2, grey, device="meta", pictures=PictureInput(shown.pictures * 3, AS_CAFFE)))
    assert isinstance(answer, protocol.Done)
    assert answer.seen is None and answer.pass_.input_shape == (3, 1, 8, 8)


def test_a_network_that_tells_no_classes_says_why_and_one_with_a_softmax_keeps_its_own() -> None:
    maps = resolve(table_of(Conv("c", 4, 3)).table)
    assert "no classes" in seen_pictures(torch.zeros(1, 4, 7, 7), maps, AS_CAFFE).problem
    own = resolve(table_of(Conv("c", 3, 3), GlobalAvgPool("g"), Softmax("s")).table)
    found = seen_pictures(torch.tensor([[0.2, 0.7, 0.1]]), own, AS_CAFFE)
    assert found.own_softmax and [each.probability for each in found.top[0]] == pytest.approx([0.7, 0.2, 0.1])
    assert "no finite numbers" in seen_pictures(torch.tensor([[float("nan")] * 3]), own, AS_CAFFE).problem


def test_a_picture_for_the_window_has_a_small_copy_in_its_proportions(tmp_path: Path) -> None:
    from PIL import Image

    wide = tmp_path / "wide.png"
    Image.effect_noise((2000, 500), 60).convert("RGB").save(wide)
    kept = read_picture_into(tmp_path, str(wide), lambda: False)
    assert kept.preview == Preview(720, 180, kept.preview.path if kept.preview else "")
    assert Path(kept.preview.path).stat().st_size == 3 * 720 * 180
    assert len(kept.load().pixels) == 3 * 2000 * 500
    (tmp_path / "gone").mkdir()
    with pytest.raises(SqueezevizError, match="there is no place for its pixels"):
        read_picture_into(tmp_path / "nowhere", str(wide), lambda: False)
