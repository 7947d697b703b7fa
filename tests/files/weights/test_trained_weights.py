"""Networks with trained weights by their ids: the one built in, and torchvision's out of torch.hub's cache."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from places import ROOT

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files import registry, sandbox
from squeezeviz.files.opened import Opened
from squeezeviz.files.presets import BUILT_IN, TRAINED_IDS, load_preset
from squeezeviz.files.registry import open_network, to_bytes
from squeezeviz.files.sandbox import load
from squeezeviz.files.weights import trained
from squeezeviz.files.weights.trained import TRAINED, State, checkpoints_folder, trained_weights
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.resources import RESOURCES

TORCHVISION = "squeezenet1_0-torchvision"


def test_the_ids_are_those_of_the_presets_list_and_each_names_its_files_digest() -> None:
    assert tuple(each.id for each in TRAINED) == TRAINED_IDS
    assert [each.digest for each in TRAINED if f"-{each.digest}.pth" not in each.file] == [""]
    assert [each.bytes for each in TRAINED if each.built_in] == [each.path.stat().st_size for each in TRAINED[:1]]


def test_the_built_in_network_opens_with_its_weights_in_every_layer() -> None:
    opened = open_network(BUILT_IN)
    assert (opened.table, opened.format, opened.path) == (load_preset(BUILT_IN), "preset", None)
    assert opened.weights is not None
    assert opened.weights.origin == BUILT_IN
    assert registry.to_bytes(opened.table, "pytorch", opened.weights)
    assert sum(array.size for array in opened.weights.arrays.values()) == resolve(opened.table).parameters.value


def test_the_window_gets_the_built_in_weights_as_a_file_of_its_own(tmp_path: Path) -> None:
    opened = sandbox.read_into(tmp_path, BUILT_IN, lambda: False)
    assert (opened.table, opened.format, opened.path) == (load_preset(BUILT_IN), "preset", None)
    assert opened.retained is not None and opened.retained.origin == BUILT_IN
    assert Path(opened.retained.path).parent == tmp_path
    assert len(load(opened.retained).arrays) == 52


def test_a_file_that_is_named_so_goes_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (BUILT_IN, TORCHVISION):
        Path(name).write_text(registry.to_text(load_preset("table1"), "toml"))
        assert open_network(name).table == load_preset("table1")


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"TORCH_HOME": "/somewhere/torch"},
        {"TORCH_HOME": "~/torch"},
        {"XDG_CACHE_HOME": "/caches"},
        {"XDG_CACHE_HOME": "/caches", "TORCH_HOME": "/somewhere"},
        {"TORCH_HOME": ""},
        {"XDG_CACHE_HOME": ""},
        {"TORCH_HOME": "~nobody-of-this-name/torch"},
    ],
    ids=str,
)
def test_checkpoints_lie_where_torch_hub_has_them(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TORCH_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert checkpoints_folder() == Path(torch.hub.get_dir(), "checkpoints")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of checkpoints, not made yet."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return tmp_path / "torch" / "hub" / "checkpoints"


@pytest.fixture
def checkpoint(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkpoint of v1.0 as torchvision keeps it, and its digest in place of the published one's."""
    content = to_bytes(load_preset("squeezenet1_0"), "pytorch")
    digest = hashlib.sha256(content).hexdigest()[:8]
    known = (TRAINED[0], TRAINED[1]._replace(digest=digest), TRAINED[2])
    monkeypatch.setattr(trained, "TRAINED", known)
    cache.mkdir(parents=True)
    path = cache / TRAINED[1].file
    path.write_bytes(content)
    return path


def read_in_a_child(name: str) -> Opened:
    return sandbox.read_file(name, with_weights=True)


@pytest.mark.parametrize("read", [open_network, read_in_a_child])
def test_torchvisions_weights_open_from_the_cache_in_torchvisions_geometry(checkpoint: Path, read: object) -> None:
    assert callable(read)
    opened: Opened = read(TORCHVISION)
    assert (opened.table, opened.notes, opened.format, opened.path) == (
        load_preset("squeezenet1_0"),
        (),
        "preset",
        None,
    )
    assert opened.unknown_geometry is None
    assert opened.weights is not None and opened.weights.origin == TORCHVISION
    kept = torch.load(checkpoint, weights_only=True)["features.0.weight"].numpy()
    assert np.array_equal(next(iter(opened.weights.arrays.values())), kept)


def test_what_is_not_in_the_cache_is_named_with_what_fetches_it(cache: Path) -> None:
    for read in (open_network, read_in_a_child):
        with pytest.raises(SqueezevizError) as raised:
            read(TORCHVISION)
        assert str(raised.value) == (
            f"{TORCHVISION}: these weights are not here yet; squeezeviz weights fetch {TORCHVISION} fetches them "
            "(4.78 MiB)"
        )


def test_a_folder_that_nobody_may_look_into_holds_none(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    monkeypatch.setattr(os, "stat", refuse)
    assert trained_weights(TORCHVISION).state is State.ABSENT


def test_another_file_than_the_published_one_is_not_read(checkpoint: Path) -> None:
    checkpoint.write_bytes(checkpoint.read_bytes()[:-1] + b"\1")
    with pytest.raises(SqueezevizError, match="damaged; squeezeviz weights fetch squeezenet1_0-torchvision"):
        open_network(TORCHVISION)


def test_an_unknown_id_lists_those_there_are() -> None:
    with pytest.raises(SqueezevizError, match=f"there are {', '.join(TRAINED_IDS)}"):
        trained_weights("squeezenet1_2")


def test_every_resource_says_where_it_comes_from() -> None:
    assert RESOURCES == ROOT / "resources"
    for folder, named in (("weights", f"{BUILT_IN}.safetensors"), ("pictures", "chelsea.png")):
        assert named in (RESOURCES / folder / "ORIGIN.md").read_text("utf-8")
    assert "imagenet_classes.txt" in (RESOURCES / "ORIGINS.md").read_text("utf-8")
