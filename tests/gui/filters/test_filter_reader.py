"""Weights are read on a thread: one convolution at a time, of its filters those that are looked at."""

import threading
from pathlib import Path

import numpy as np
import pytest
from hands import caught
from pytestqt.qtbot import QtBot
from weights_at_hand import retained

from squeezeviz.analysis.convolutions import Convolution, convolutions
from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import RetainedWeights, TensorName
from squeezeviz.files.weights import retained as files
from squeezeviz.gui.filters import reading
from squeezeviz.gui.filters.reading import FilterReader
from squeezeviz.gui.widgets.background import Background
from squeezeviz.model.layers import Conv
from squeezeviz.model.table import InputShape, LayerTable

WIDE = LayerTable("wide", InputShape(3, 8, 8), (Conv("conv1", 4, 3), Conv("conv2", 60, 1), Conv("conv3", 2, 1)))


class Read:
    """What was read of the file, and on which threads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ranges: list[tuple[str, int, int]] = []
        self.measured: list[str] = []
        self.threads: set[str] = set()
        filters_of, statistics_in = files.filters_of, files.statistics_in

        def filters(weights: RetainedWeights, tensor: TensorName, first: int, end: int) -> object:
            self.threads.add(threading.current_thread().name)
            self.ranges.append((tensor.row, first, end))
            return filters_of(weights, tensor, first, end)

        def statistics(weights: RetainedWeights, tensor: TensorName, operation: str) -> object:
            self.threads.add(threading.current_thread().name)
            self.measured.append(operation)
            return statistics_in(weights, tensor, operation)

        monkeypatch.setattr(files, "filters_of", filters)
        monkeypatch.setattr(files, "statistics_in", statistics)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    return Read(monkeypatch)


def of(weights: RetainedWeights | None, operation: str) -> Convolution:
    return next(each for each in convolutions(resolve(WIDE), weights) if each.operation == operation)


def idle(reader: FilterReader) -> bool:
    return reader._job is None


def test_the_statistics_come_once_and_filters_when_they_are_looked_at(
    qtbot: QtBot, tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE_BYTES", 4 * 4 * 10)
    weights, arrays = retained(tmp_path, WIDE)
    background = Background()
    reader = FilterReader(background)
    conv2 = of(weights, "conv2")
    reader.want(weights, conv2)
    qtbot.waitUntil(lambda: reader.statistics is not None)
    assert reader.statistics is not None and reader.statistics.weights == 240
    assert read.ranges == [], "nobody has looked at a filter yet"
    reader.want_filters(12, 31)
    qtbot.waitUntil(lambda: idle(reader))
    assert read.ranges == [("conv2", 10, 20), ("conv2", 20, 30), ("conv2", 30, 40)]
    found = reader.filters(2)
    assert found is not None
    assert np.array_equal(found, arrays[TensorName("conv2", "", "weight")][20:30])
    reader.want_filters(12, 31)
    reader.want(weights, conv2)
    assert idle(reader) and read.measured == ["conv2"], "what is here is not read again"
    reader.want(weights, of(weights, "conv1"))
    qtbot.waitUntil(lambda: reader.statistics is not None)
    reader.want(weights, conv2)
    assert reader.statistics is not None and read.measured == ["conv2", "conv1"]
    assert reader.filters(2) is None, "the filters of one convolution are kept"
    assert threading.current_thread().name not in read.threads
    background.close()


def test_no_more_filters_are_kept_than_may_be_and_what_went_out_of_sight_is_not_read(
    qtbot: QtBot, tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE_BYTES", 4 * 4 * 10)
    monkeypatch.setattr(reading, "MOST_BYTES", 2 * 4 * 4 * 10)
    weights, _ = retained(tmp_path, WIDE)
    background = Background()
    reader = FilterReader(background)
    reader.want(weights, of(weights, "conv2"))
    qtbot.waitUntil(lambda: reader.statistics is not None)
    reader.want_filters(0, 40)
    reader.want_filters(50, 60)
    qtbot.waitUntil(lambda: idle(reader))
    assert [first for _, first, _ in read.ranges] == [0, 50]
    reader.want_filters(0, 60)
    qtbot.waitUntil(lambda: idle(reader))
    assert sum(reader.filters(page) is not None for page in range(6)) == 2
    background.close()


def test_only_the_convolution_that_was_wanted_last_is_shown(qtbot: QtBot, tmp_path: Path, read: Read) -> None:
    weights, _ = retained(tmp_path, WIDE)
    background = Background()
    reader = FilterReader(background)
    told = caught(reader.measured)
    for operation in ("conv1", "conv2", "conv3"):
        reader.want(weights, of(weights, operation))
    qtbot.waitUntil(lambda: idle(reader))
    assert len(told) == 1
    assert reader.statistics is not None and reader.statistics.operation == "conv3"
    background.close()


def test_a_file_that_is_gone_is_said_in_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    weights, _ = retained(tmp_path, WIDE)
    Path(weights.path).unlink()
    background = Background()
    reader = FilterReader(background)
    reasons = caught(reader.refused)
    reader.want(weights, of(weights, "conv1"))
    qtbot.waitUntil(lambda: bool(reasons))
    assert "trained.pth can no longer be read" in str(reasons[0]) and "open the file again" in str(reasons[0])
    Path(weights.path).write_bytes(b"no weights")
    reader.want(weights, of(weights, "conv2"))
    qtbot.waitUntil(lambda: len(reasons) == 2)
    background.close()
    reader.want(None, None)
    assert reader.statistics is None
