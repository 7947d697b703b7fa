"""Which convolutions a network has, with which weights each runs, and which was pruned most."""

from dataclasses import replace

from squeezeviz.analysis.convolutions import Convolution, convolutions, pruned_most
from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import RetainedWeights, StoredWeights, TensorName, tensor_shapes
from squeezeviz.files.presets import load_preset

TABLE = load_preset("table1")
NETWORK = resolve(TABLE)
SHAPES = dict(each for layer in NETWORK.layers for each in tensor_shapes(layer).items())
STORED = (StoredWeights("fire2", "expand3x3", 9216, 3042, 255), StoredWeights("fire2", "expand1x1", 1024, 1020, 255))
WEIGHTS = RetainedWeights("nowhere", "trained.pth", SHAPES, stored=STORED)


def of(found: tuple[Convolution, ...], operation: str) -> Convolution:
    return next(each for each in found if each.operation == operation)


def test_every_convolution_is_listed_with_its_shape_and_what_was_measured_of_its_weights() -> None:
    found = convolutions(NETWORK, WEIGHTS)
    assert len(found) == 26
    expand = of(found, "fire2/expand3x3")
    assert expand.shape == (64, 16, 3, 3)
    assert expand.tensor == TensorName("fire2", "expand3x3", "weight")
    assert expand.share_of_zeros == 1 - 3042 / 9216
    assert of(found, "conv10").share_of_zeros is None
    assert [each.operation for each in found if each.sees_colours] == ["conv1"]


def test_without_weights_and_where_they_do_not_fit_a_convolution_has_none() -> None:
    assert not any(each.tensor for each in convolutions(NETWORK, None))
    changed = TABLE.with_field(TABLE.index_of("fire2"), "e3x3", 60)
    found = convolutions(resolve(changed), WEIGHTS)
    assert of(found, "fire2/squeeze1x1").tensor is None, "a row takes all of its tensors or none"
    assert of(found, "fire2/expand3x3").stored is None
    assert of(found, "fire3/squeeze1x1").tensor is None, "its input has other channels"
    assert of(found, "fire4/squeeze1x1").tensor is not None


def test_a_renamed_rows_weights_go_by_the_name_that_they_were_opened_with() -> None:
    place = TABLE.index_of("fire2")
    renamed = replace(
        TABLE,
        layers=tuple(replace(each, name="first") if at == place else each for at, each in enumerate(TABLE.layers)),
    )
    found = convolutions(resolve(renamed), WEIGHTS.after(TABLE, renamed))
    expand = of(found, "first/expand3x3")
    assert expand.tensor == TensorName("fire2", "expand3x3", "weight")
    assert expand.stored == STORED[0]


def test_the_convolution_that_was_pruned_most_is_found_and_a_few_zeros_are_no_pruning() -> None:
    found = convolutions(NETWORK, WEIGHTS)
    most = pruned_most(found)
    assert most is not None and most.operation == "fire2/expand3x3"
    assert pruned_most(convolutions(NETWORK, replace(WEIGHTS, stored=STORED[1:]))) is None
