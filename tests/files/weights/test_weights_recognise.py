"""A SqueezeNet is known by the shapes of its weights, whatever people call them."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Callable

import pytest
from checkpoint_shapes import Shapes, renamed, torchvision_shapes, with_changed
from hypothesis import given
from hypothesis import strategies as st
from published_counts import state_dict_shapes

from squeezeviz.analysis.weights import TensorName
from squeezeviz.files.presets import load_preset
from squeezeviz.files.unknown_geometry import Pool, UnknownGeometry, WeightedRow
from squeezeviz.files.weights.network import Layout, recognise
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.json_data import from_json, to_json
from squeezeviz.model.layers import Bypass, Conv, Fire

NAMES = ["conv1", *(f"fire{number}" for number in range(2, 10)), "conv10"]
POOLED = {"squeezenet1_0": ("conv1", "fire4", "fire8"), "squeezenet1_1": ("conv1", "fire3", "fire5")}


def names(layout: Layout) -> list[str]:
    return [row.name for row in layout.rows]


def filters(layout: Layout) -> list[tuple[int, ...]]:
    return [
        (row.filters, row.kernel) if isinstance(row, Conv) else (row.s1x1, row.e1x1, row.e3x3) for row in layout.rows
    ]


def preset_filters(preset: str = "squeezenet1_0") -> list[tuple[int, ...]]:
    layers = load_preset(preset).layers
    return [
        (row.filters, row.kernel) if isinstance(row, Conv) else (row.s1x1, row.e1x1, row.e3x3)
        for row in layers
        if isinstance(row, Conv | Fire)
    ]


@pytest.mark.parametrize("preset", POOLED)
def test_torchvisions_published_keys_and_shapes_are_its_networks(preset: str) -> None:
    published = state_dict_shapes(preset.removeprefix("squeezenet").replace("_", "."))
    layout = recognise({key: tuple(shape) for key, shape in published.items()})
    assert names(layout) == NAMES
    assert filters(layout) == preset_filters(preset)
    assert layout.pooled == POOLED[preset]
    assert sorted(layout.keys.values()) == sorted(published)


@pytest.mark.parametrize(
    "prefix", ["module.", "model.", "_orig_mod.", "backbone.", "module._orig_mod.model.net.", "a.b."]
)
@pytest.mark.parametrize("preset", POOLED)
def test_prefixes_of_wrappers_are_no_part_of_the_names(prefix: str, preset: str) -> None:
    layout = recognise({prefix + key: shape for key, shape in torchvision_shapes(preset).items()})
    assert (names(layout), layout.pooled) == (NAMES, POOLED[preset])
    assert layout.keys[TensorName("conv1", "", "weight")] == f"{prefix}features.0.weight"


PARTS = {"": "", "squeeze1x1": "squeeze", "expand1x1": "expand1x1", "expand3x3": "expand3x3", "bypass1x1": "bypass"}
CONVS = {"": "", "squeeze1x1": "conv1", "expand1x1": "conv2", "expand3x3": "conv3"}
NESTED = {"": "", "squeeze1x1": "squeeze.0", "expand1x1": "expand.1x1", "expand3x3": "expand.3x3"}


def dotted(*parts: str) -> str:
    return ".".join(filter(None, parts))


NAMINGS: dict[str, Callable[[TensorName], str]] = {
    "Caffe's": lambda name: f"{name.row}{'/' if name.part else ''}{name.part}.{name.kind}",
    "squeeze1x1": lambda name: dotted(*name),
    "conv1 to conv3": lambda name: dotted(name.row, CONVS[name.part], name.kind),
    "expand.1x1": lambda name: dotted("features", name.row, NESTED[name.part], name.kind),
    "underscores": lambda name: f"{name.row}_{PARTS[name.part]}.{name.kind}".replace("_.", "."),
}


@pytest.mark.parametrize("naming", NAMINGS)
def test_fire_modules_are_known_under_other_names_in_any_order_that_channels_tell(naming: str) -> None:
    shapes = renamed(NAMINGS[naming])
    layout = recognise(shapes)
    assert (names(layout), filters(layout)) == (NAMES, preset_filters())
    assert layout.pooled is None
    assert filters(recognise({key: shapes[key] for key in sorted(shapes)})) == preset_filters()


def test_convolutions_that_are_only_numbered_follow_the_files_order() -> None:
    numbers: dict[tuple[str, str], int] = {}
    shapes = renamed(lambda name: f"layers.{numbers.setdefault(name[:2], len(numbers))}.{name.kind}")
    layout = recognise(shapes)
    assert filters(layout) == preset_filters()
    assert names(layout) == NAMES


def test_modules_in_a_list_bear_the_lists_name() -> None:
    def in_a_list(name: TensorName) -> str:
        return dotted(f"fires.{int(name.row[4:]) - 2}" if name.part else name.row, PARTS[name.part], name.kind)

    assert names(recognise(renamed(in_a_list))) == ["conv1", *(f"fires.{number}" for number in range(8)), "conv10"]


@pytest.mark.parametrize("outside", [False, True])
def test_a_convolution_around_a_module_is_its_complex_bypass(outside: bool) -> None:
    def name_of(name: TensorName) -> str:
        if name.part == "bypass1x1" and outside:
            return f"bypass{name.row[4:]}.{name.kind}"
        return dotted(name.row, PARTS[name.part], name.kind)

    layout = recognise(renamed(name_of, "complex-bypass"))
    bypassed = [row.name for row in layout.rows if isinstance(row, Fire) and row.bypass is Bypass.COMPLEX]
    assert bypassed == ["fire2", "fire4", "fire6", "fire8"]
    assert names(layout) == NAMES


@pytest.mark.parametrize("stage", ["features", "classifier", "stage3"])
@pytest.mark.parametrize(("beside", "bypass"), [("1", Bypass.NONE), ("bypass", Bypass.COMPLEX)])
def test_a_convolution_beside_a_module_in_a_stage_is_its_bypass_if_it_is_called_so(
    stage: str, beside: str, bypass: Bypass
) -> None:
    """Both have the shape of one: as many channels come in and go out."""
    shapes: Shapes = {"conv.weight": (2, 3, 3, 3), f"{stage}.{beside}.weight": (2, 2, 1, 1)}
    parts = {"squeeze": (1, 2, 1, 1), "expand1x1": (1, 1, 1, 1), "expand3x3": (1, 1, 3, 3)}
    shapes |= {f"{stage}.4.{part}.weight": shape for part, shape in parts.items()}
    layout = recognise(shapes)
    assert [row.bypass for row in layout.rows if isinstance(row, Fire)] == [bypass]
    assert len(layout.rows) == 2 + (bypass is Bypass.NONE)


def test_other_classes_and_channels_no_biases_no_classifier_and_half_a_prefix_are_as_they_are() -> None:
    shapes = torchvision_shapes()
    other = with_changed(
        shapes, classifier__1__weight=(7, 512, 1, 1), classifier__1__bias=(7,), features__0__weight=(96, 1, 7, 7)
    )
    layout = recognise(other)
    assert (layout.channels, layout.rows[-1]) == (1, Conv("conv10", 7, 1))
    assert not any(row.bias for row in recognise(without_bias(shapes)).rows)
    features = {key: shape for key, shape in shapes.items() if key.startswith("features")}
    assert names(recognise(features)) == NAMES[:-1]
    mixed = {f"backbone.{key}" if key in features else key: shape for key, shape in shapes.items()}
    assert names(recognise(mixed)) == NAMES


def test_squeezes_and_expands_of_one_shape_are_told_apart_by_their_names() -> None:
    shapes: Shapes = {"conv.weight": (8, 3, 3, 3)}
    shapes |= {"fire.a_expand.weight": (8, 8, 1, 1), "fire.b_squeeze.weight": (8, 8, 1, 1)}
    shapes |= {"fire.c.weight": (8, 8, 3, 3)}
    layout = recognise(shapes)
    assert layout.keys[TensorName("fire", "squeeze1x1", "weight")] == "fire.b_squeeze.weight"


RESNET: Shapes = {
    "conv1.weight": (64, 3, 7, 7),
    "bn1.weight": (64,),
    "bn1.bias": (64,),
    "bn1.running_mean": (64,),
    "layer1.0.conv1.weight": (64, 64, 3, 3),
    "fc.weight": (1000, 512),
}
FIRE2 = {"features.3.squeeze.bn.running_mean": (16,)}
REFUSED: dict[str, tuple[Shapes, str]] = {
    "ResNet": (RESNET, r"^bn1\.weight has the shape 64, such as batch normalization's"),
    "statistics": (
        torchvision_shapes() | FIRE2,
        r"^features\.3\.squeeze\.bn\.running_mean is .* batch normalization's",
    ),
    "linear": (
        torchvision_shapes() | {"classifier.4.weight": (10, 1000)},
        r"^classifier\.4\.weight has the shape 10×1000, a fully connected layer's.*; to open the rest, save the state "
        r"dict without it$",
    ),
    "grouped": (
        with_changed(torchvision_shapes(), features__5__squeeze__weight=(32, 64, 1, 1)),
        r"^features\.5\.squeeze\.weight takes 64 channels, as a convolution in 2 groups does, where 128 come out of "
        r"features\.4",
    ),
    "one expand": (
        {key: shape for key, shape in torchvision_shapes().items() if "4.expand1x1" not in key},
        r"^features\.4\.expand3x3\.weight takes 16|^features\.5\.squeeze\.weight takes",
    ),
    "no Fire module": (
        {"a.weight": (8, 3, 3, 3), "b.weight": (9, 8, 1, 1)},
        r"there is no Fire module .* from a\.weight, 8×3×3×3, on; .*: open this one's ONNX export$",
    ),
    "heads on a SqueezeNet": (
        {f"lin{number}.model.1.weight": (1, 64 * (number + 1), 1, 1) for number in range(7)},
        r"there is no Fire module .* from lin0\.model\.1\.weight, 1×64×1×1, on;",
    ),
    "no square": (with_changed(torchvision_shapes(), features__0__weight=(96, 3, 7, 5)), "square kernel was expected"),
    "no filters": (with_changed(torchvision_shapes(), features__0__weight=(0, 3, 7, 7)), "^features.0.weight"),
    "bias": (
        with_changed(torchvision_shapes(), features__0__bias=(64,)),
        r"^features\.0\.bias has the shape 64, where the convolution's 96 filters",
    ),
    "nothing": ({}, "no weights"),
    "a mean of many": (
        torchvision_shapes() | {"mean": (8,)},
        "^mean is neither weight nor bias",
    ),
    "a bias that a part of a Fire module lacks": (
        {key: shape for key, shape in torchvision_shapes().items() if key != "features.3.expand1x1.bias"},
        r"^features\.3\.expand3x3\.weight takes 16 channels, .* where 64 come out of features\.3\.expand1x1;",
    ),
    "a lonely bias": ({"a.bias": (3,)}, r"^a\.bias is neither weight nor bias of a convolution; .*without it$"),
    "too many": ({f"a{number}.weight": (1, 1, 1, 1) for number in range(20_001)}, "20,001 tensors"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_other_networks_are_refused_by_the_first_key_that_does_not_fit(what: str) -> None:
    shapes, reason = REFUSED[what]
    with pytest.raises(SqueezevizError, match=reason) as refused:
        recognise(shapes)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 320


def numbered(*convolutions: tuple[int, int, int]) -> Shapes:
    """A Sequential's convolutions by channels in, filters and kernel, with ReLUs' numbers left out."""
    return {f"{n}.weight": (out, into, kernel, kernel) for n, (into, out, kernel) in enumerate(convolutions)}


WIDE = [(192, 192, 3), (192, 192, 3), (192, 192, 3), (192, 192, 1), (192, 10, 1)]
BLOCK: Shapes = {"0.weight": (8, 3, 3, 3), "1.conv1.weight": (8, 8, 3, 3), "1.conv2.weight": (8, 8, 3, 3)}
BOTTLENECK: Shapes = {"conv.weight": (32, 3, 3, 3)}
for block in ("a", "b"):
    BOTTLENECK |= {f"{block}.conv1.weight": (8, 32, 1, 1), f"{block}.conv2.weight": (8, 8, 3, 3)}
    BOTTLENECK |= {f"{block}.conv3.weight": (32, 8, 1, 1)}
PLAIN: dict[str, Shapes] = {
    "All-CNN-C": numbered((3, 96, 3), (96, 96, 3), (96, 96, 3), (96, 192, 3), *WIDE),
    "smallest": numbered((3, 8, 3), (8, 8, 3), (8, 8, 1), (8, 5, 1)),
    "residual": BLOCK | {"1.conv3.weight": (8, 8, 1, 1), "2.weight": (5, 8, 1, 1)},
    "NiN": numbered(
        (3, 192, 5), (192, 160, 1), (160, 96, 1), (96, 192, 5), (192, 192, 1), (192, 192, 1), (192, 192, 3),
        (192, 192, 1), (192, 10, 1),
    ),
    "NiN in blocks": {f"nin{key}": shape for key, shape in numbered((3, 8, 3)).items()}
    | {f"b.{key}": shape for key, shape in numbered((8, 8, 3), (8, 8, 1), (8, 8, 1)).items()},
    "3 1 1 3 1": numbered((3, 8, 3), (8, 8, 1), (8, 8, 1), (8, 8, 3), (8, 5, 1)),
    "bottlenecks": BOTTLENECK,
}  # fmt: skip


@pytest.mark.parametrize("what", PLAIN)
def test_plain_chains_have_no_fire_module(what: str) -> None:
    with pytest.raises(SqueezevizError, match="there is no Fire module"):
        recognise(PLAIN[what])


def test_a_shortcut_is_refused_by_its_name() -> None:
    shapes: Shapes = {"0.weight": (4, 3, 3, 3), "1.conv1.weight": (8, 4, 3, 3), "1.conv2.weight": (8, 8, 3, 3)}
    shapes |= {"1.shortcut.weight": (8, 4, 1, 1), "2.weight": (5, 8, 1, 1)}
    with pytest.raises(SqueezevizError, match=r"^1\.shortcut\.weight goes around"):
        recognise(shapes)
    with pytest.raises(SqueezevizError, match=r"^1\.shortcut\.weight goes around"):
        recognise(BLOCK | {"1.shortcut.weight": (8, 8, 1, 1), "2.weight": (5, 8, 1, 1)})
    fire: Shapes = {"fire.squeeze.weight": (2, 8, 1, 1), "fire.expand1x1.weight": (4, 2, 1, 1)}
    fire |= {"fire.expand3x3.weight": (4, 2, 3, 3)}
    with pytest.raises(SqueezevizError, match=r"^1\.shortcut\.weight goes around"):
        recognise(shapes | fire)
    even: Shapes = BLOCK | {"1.shortcut.weight": (8, 8, 1, 1)}
    with pytest.raises(SqueezevizError, match=r"^1\.shortcut\.weight goes around other convolutions, as its name says"):
        recognise(even | fire)


@pytest.mark.parametrize("kernels", [(3, 1, 1), (1, 3, 1), (1, 1, 3)])
def test_a_chain_after_fire_modules_is_no_fire_module(kernels: tuple[int, ...]) -> None:
    head: Shapes = {f"head.{n}.weight": (128, 128, kernel, kernel) for n, kernel in enumerate(kernels)}
    shapes: Shapes = {
        key: shape for key, shape in torchvision_shapes().items() if key.startswith(("features.0", "features.3"))
    }
    assert names(recognise(without_bias(shapes) | head))[1:] == ["features.3", "head.0", "head.1", "head.2"]


def without_bias(shapes: Shapes) -> Shapes:
    return {key: shape for key, shape in shapes.items() if not key.endswith("bias")}


@given(
    st.lists(st.tuples(st.sampled_from([1, 3]), st.sampled_from([2, 4, 8])), min_size=1, max_size=12),
    st.sampled_from([1, 3, 8]),
    st.sampled_from(["{}", "features.{}", "{}.conv", "conv{}", "a{}.b.c"]),
    st.randoms(use_true_random=False),
)
def test_no_chain_of_convolutions_has_a_fire_module(
    chain: list[tuple[int, int]], image: int, naming: str, chance: random.Random
) -> None:
    channels = [image, *(filters for _, filters in chain)]
    shapes: Shapes = {
        f"{naming.format(n)}.weight": (filters, channels[n], kernel, kernel)
        for n, (kernel, filters) in enumerate(chain)
    }
    keys = list(shapes)
    for order in (keys, sorted(keys), chance.sample(keys, len(keys))):
        with pytest.raises(SqueezevizError, match="there is no Fire module"):
            recognise({key: shapes[key] for key in order})


@given(
    st.lists(st.tuples(*[st.sampled_from([2, 4, 8])] * 3), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
    st.sampled_from(["features.{}.{}.weight", "fire{}/{}.weight", "fire{}_{}.weight"]),
    st.sampled_from(["as made", "sorted", "shuffled"]),
)
def test_named_fire_modules_are_found_in_any_order_of_their_keys(
    fires: list[tuple[int, int, int]], chance: random.Random, naming: str, order: str
) -> None:
    shapes: Shapes = {"first.weight": (8, 3, 7, 7)}
    channels = 8
    for number, (s1x1, e1x1, e3x3) in enumerate(fires):
        keys = [naming.format(number, part) for part in ("squeeze", "expand1x1", "expand3x3")]
        sizes = [(s1x1, channels, 1, 1), (e1x1, s1x1, 1, 1), (e3x3, s1x1, 3, 3)]
        pairs = list(zip(keys, sizes, strict=True))
        if order == "shuffled":
            chance.shuffle(pairs)
        shapes |= dict(sorted(pairs) if order == "sorted" else pairs)
        channels = e1x1 + e3x3
    shapes["last.weight"] = (5, channels, 1, 1)
    assert filters(recognise(shapes)) == [(8, 7), *fires, (5, 1)]


@given(st.dictionaries(st.text(max_size=12), st.lists(st.integers(0, 5), max_size=5).map(tuple), max_size=12))
def test_any_names_and_shapes_are_a_network_or_get_a_sentence(shapes: Shapes) -> None:
    try:
        assert recognise(shapes).rows
    except SqueezevizError as error:
        assert str(error)


# --- what weights leave unknown: geometries of the networks that people have


def unknown_of(preset: str) -> UnknownGeometry:
    layout = recognise(torchvision_shapes(preset))
    return UnknownGeometry(preset, layout.channels, layout.rows, layout.pooled)


def test_pools_stand_where_the_files_numbers_leave_room() -> None:
    """Everything from `features.9` on one place further: a pool more, after what is `features.8`."""

    def moved(key: str) -> str:
        stage, place, *rest = key.split(".")
        further = stage == "features" and int(place) >= 9
        return ".".join([stage, str(int(place) + 1) if further else place, *rest])

    layout = recognise({moved(key): shape for key, shape in torchvision_shapes().items()})
    assert layout.pooled == ("conv1", "fire4", "fire6", "fire8")


def test_without_such_numbers_they_stand_where_the_version_has_them() -> None:
    layout = recognise(renamed(lambda name: ".".join(filter(None, name)), "squeezenet1_1"))
    unknown = UnknownGeometry("w", layout.channels, layout.rows, layout.pooled)
    assert unknown.assumed.pools == (Pool("conv1"), Pool("fire3"), Pool("fire5"))
    assert unknown.chosen("torchvision").layers == load_preset("squeezenet1_1").layers


def test_a_simple_bypass_fits_modules_with_as_many_channels_in_as_out() -> None:
    assert unknown_of("squeezenet1_0").bypassable == ("fire3", "fire5", "fire7", "fire9")
    assert unknown_of("complex-bypass").bypassable == ("fire3", "fire5", "fire7", "fire9")


def test_the_papers_simple_bypass_is_table_1_with_all_of_them() -> None:
    unknown = unknown_of("squeezenet1_0")
    geometry = next(choice.geometry for choice in unknown.choices if choice.id == "table1")
    bypassed = unknown.table(dataclasses.replace(geometry, bypassed=unknown.bypassable))
    assert bypassed.layers == load_preset("simple-bypass").uncompressed().layers


def test_rows_that_a_file_has_no_name_for_never_take_its_names() -> None:
    rows = (Conv("maxpool1", 8, 3), Fire("avgpool3", 2, 4, 4), Conv("dropout3", 5, 1))
    names = [row.name for row in UnknownGeometry("w", 3, rows).chosen("torchvision").layers]
    assert len(set(names)) == len(names) == 6


def test_an_unknown_geometry_is_refused_with_those_there_are() -> None:
    with pytest.raises(SqueezevizError, match="no geometry mine; they can have torchvision, table1, caffe"):
        unknown_of("squeezenet1_0").chosen("mine")


def rows() -> st.SearchStrategy[tuple[WeightedRow, ...]]:
    filters = st.integers(1, 40)
    conv = st.builds(Conv, st.just("x"), filters, st.integers(1, 9), bias=st.booleans())
    fire = st.builds(Fire, st.just("x"), filters, filters, filters, bias=st.booleans())
    named = st.lists(st.one_of(conv, fire), min_size=1, max_size=6)
    return named.map(lambda rows: tuple(dataclasses.replace(row, name=f"row{place}") for place, row in enumerate(rows)))


@given(rows(), st.integers(1, 4), st.booleans())
def test_it_crosses_to_another_process_as_json(found: tuple[WeightedRow, ...], channels: int, told: bool) -> None:
    unknown = UnknownGeometry("w", channels, found, (found[0].name,) if told else None)
    again = from_json(UnknownGeometry, json.loads(json.dumps(to_json(unknown))), "it")
    assert again == unknown
    assert [again.table(choice.geometry) for choice in again.choices] == [
        unknown.table(choice.geometry) for choice in unknown.choices
    ]
