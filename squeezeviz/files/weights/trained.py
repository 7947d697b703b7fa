"""Trained weights by their ids: those built in, and torchvision's, which lie where torch.hub keeps its checkpoints."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from squeezeviz.analysis.pictures.preprocessing import PREPROCESSINGS, PreprocessingHint
from squeezeviz.files.opened import Opened
from squeezeviz.files.presets import BUILT_IN, PRESET, TRAINED_IDS, is_trained, load_preset
from squeezeviz.model.errors import Place, SqueezevizError
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.resources import RESOURCES
from squeezeviz.model.wording import readable_bytes

MOST_BYTES = 16 * 1024**2
"""Of a file of weights that is fetched; the largest has 5 MB."""
MODELS = "https://download.pytorch.org/models/"


class State(StrEnum):
    """Whether weights are here; a file that is damaged is not read."""

    BUILT_IN = "built in"
    HERE = "here"
    DAMAGED = "damaged"
    ABSENT = "not here"


class TrainedWeights(NamedTuple):
    """Weights that somebody trained on ImageNet, and the preset whose layers they are.

    `preprocessing` is the id of how pictures were prepared for them. `digest` begins the SHA-256 of the file, and is
    empty where the file is built in; `bytes` is about how large it is.
    """

    id: str
    preset: str
    preprocessing: str
    file: str
    bytes: int
    digest: str = ""

    @property
    def built_in(self) -> bool:
        return not self.digest

    @property
    def url(self) -> str:
        """Where it is fetched from; empty where it is built in."""
        return "" if self.built_in else MODELS + self.file

    @property
    def path(self) -> Path:
        """Where it lies, once it is here."""
        return RESOURCES / "weights" / self.file if self.built_in else checkpoints_folder() / self.file

    @property
    def here(self) -> bool:
        return os.path.isfile(self.path)  # noqa: PTH113 - Path.is_file raises where nobody may look

    @property
    def state(self) -> State:
        if self.built_in:
            return State.BUILT_IN
        if not self.here:
            return State.ABSENT
        return State.HERE if is_whole(self) else State.DAMAGED

    @property
    def command(self) -> str:
        """What fetches it."""
        return f"squeezeviz weights fetch {self.id}"


TRAINED = (
    TrainedWeights(BUILT_IN, BUILT_IN, "caffe", f"{BUILT_IN}.safetensors", 2_477_272),
    TrainedWeights(TRAINED_IDS[1], "squeezenet1_0", "torchvision", "squeezenet1_0-b66bff10.pth", 5_010_000, "b66bff10"),
    TrainedWeights(TRAINED_IDS[2], "squeezenet1_1", "torchvision", "squeezenet1_1-b8a52dc0.pth", 4_959_000, "b8a52dc0"),
)
"""In the order of their ids."""


def checkpoints_folder() -> Path:
    """The folder of torch.hub's checkpoints, by the same rule as torch.hub's, without loading torch."""
    usual = os.path.join(os.getenv("XDG_CACHE_HOME", "~/.cache"), "torch")  # noqa: PTH118
    home = os.path.expanduser(os.getenv("TORCH_HOME", usual))  # noqa: PTH111 - Path's raises where nobody has the name
    return Path(home, "hub", "checkpoints")


def trained_weights(weights_id: str) -> TrainedWeights:
    """The weights of that id; SqueezevizError lists the ids where there are none."""
    for each in TRAINED:
        if each.id == weights_id:
            return each
    raise SqueezevizError(f"there are no weights of this id; there are {', '.join(TRAINED_IDS)}", Place(weights_id))


def file_behind(name: str) -> str:
    """The file that holds the weights where `name` is their id, else `name` itself.

    SqueezevizError where that file is not here yet, or is another than was published.
    """
    if not is_trained(name):
        return name
    weights = trained_weights(name)
    state = weights.state
    if state is State.ABSENT:
        size = readable_bytes(weights.bytes)
        raise SqueezevizError(f"these weights are not here yet; {weights.command} fetches them ({size})", Place(name))
    if state is State.DAMAGED:
        raise SqueezevizError(f"these weights are damaged; {weights.command} fetches them again", Place(name))
    return str(weights.path)


def is_whole(weights: TrainedWeights) -> bool:
    """Whether the file that is here is the one that was published, by the first digits of its SHA-256."""
    try:
        with weights.path.open("rb") as file:
            return matches(file.read(MOST_BYTES), weights.digest)
    except OSError:  # nobody may read it, say
        return False


def matches(content: bytes, digest: str) -> bool:
    return sha256(content).startswith(digest)


def sha256(content: bytes) -> str:
    import hashlib  # not sooner: it loads OpenSSL

    return hashlib.sha256(content).hexdigest()


def as_named(opened: Opened, name: str) -> Opened:
    """What was read from `file_behind(name)`: where that is an id, as the preset whose layers the weights are."""
    if not is_trained(name):
        return opened
    weights = trained_weights(name)
    table = load_preset(weights.preset)
    known = opened.in_geometry(table) if opened.unknown_geometry else replace(opened, table=table)
    return replace(
        known,
        format=PRESET,
        path=None,
        weights=known.weights and replace(known.weights, origin=name),
        retained=known.retained and replace(known.retained, origin=name),
        preprocessing=PreprocessingHint(PREPROCESSINGS[weights.preprocessing], f"{name} was trained with it"),
    )


def listing() -> list[dict[str, object]]:
    """All of them as JSON takes them: schema `squeezeviz/weights-1`."""
    return [
        {
            "id": each.id,
            "state": each.state,
            "bytes": each.path.stat().st_size if each.here else each.bytes,
            "path": str(each.path),
            "url": each.url or None,
            "preset": each.preset,
            "preprocess": each.preprocessing,
        }
        for each in TRAINED
    ]


def opened(name: str, read: Callable[[str], Opened]) -> Opened:
    """The trained network of that id, as `read` reads its file."""
    return as_named(read(file_behind(name)), name)
