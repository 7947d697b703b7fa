"""Feature maps on their way to the window: what is asked for stands in the file, and nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from plain_forward import plain_forward
from preset_tables import preset
from torch import Tensor
from torch_operators import UNCOUNTED, Operators
from trace_tables import table_of

from squeezeviz.analysis.channels import ChannelStatistics, MapOrder
from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.drawing.map_colours import reduced, scale_of
from squeezeviz.figure.theme.tone import Tone
from squeezeviz.gui.live.maps import OperationMaps, WrongMapsError, read_maps
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Conv, Fire, MaxPool
from squeezeviz.model.table import InputShape
from squeezeviz.trace import brought_maps
from squeezeviz.trace.brought_maps import KeptMaps
from squeezeviz.trace.maps import FeatureMaps, channel_statistics
from squeezeviz.trace.passes import live_pass
from squeezeviz.trace.protocol import MapsWanted, ShowMaps
from squeezeviz.trace.recorder import OnOperation
from squeezeviz.trace.weights import current_weights

NETWORK = table_of(Conv("c", 6, 3), Fire("f", 2, 3, 4), MaxPool("p"), size=13)


def run(on_operation: OnOperation | None = None) -> LivePass:
    image = torch.randn(2, 3, 13, 13, generator=torch.Generator().manual_seed(7))
    return live_pass(NETWORK, image=image, batch=2, on_operation=on_operation)


@pytest.fixture(scope="module")
def maps() -> FeatureMaps:
    """All that the pass puts out."""
    every = FeatureMaps()
    run(every.take)
    return every


@pytest.fixture
def kept() -> KeptMaps:
    found = KeptMaps(run)
    found.measured()
    return found


def brought(
    kept: KeptMaps, path: Path, *wanted: MapsWanted, image: int = 0, minus: int | None = None
) -> tuple[OperationMaps, ...]:
    request = ShowMaps(3, 1, wanted, str(path), image, minus)
    found = read_maps(request, kept.bring(request))
    assert not path.exists()
    return found


def same(found: object, expected: Tensor) -> bool:
    return torch.equal(torch.tensor(found), expected)


def test_whole_maps_and_the_numbers_of_all_channels_come_as_they_are(
    kept: KeptMaps, maps: FeatureMaps, tmp_path: Path
) -> None:
    wanted = (
        MapsWanted("f/concat", statistics=True),
        MapsWanted("c", channels=(4, 1), statistics=True),
        MapsWanted("p"),
    )
    concat, conv, pool = brought(kept, tmp_path / "maps", *wanted, image=1)
    assert (concat.channels, conv.channels, pool.reduced) == (tuple(range(7)), (4, 1), 1)
    assert (concat.total, conv.total, pool.statistics) == (7, 6, ())
    assert same(concat.maps, maps.of("f/concat")[1])
    assert same(conv.maps, maps.of("c")[1][[4, 1]])
    assert same(pool.maps, maps.of("p")[1])
    for operation in (concat, conv):
        expected = channel_statistics(maps.of(operation.operation)[1].numpy())
        assert operation.statistics == tuple(pytest.approx(each) for each in expected)
        assert all(isinstance(each, ChannelStatistics) for each in operation.statistics)


def test_where_colours_may_be_capped_is_the_percentile_of_all_maps_whatever_is_brought(
    kept: KeptMaps, maps: FeatureMaps, tmp_path: Path
) -> None:
    wanted = MapsWanted("c", most=1, side=4, statistics=True), MapsWanted("p")
    conv, pool = brought(kept, tmp_path / "maps", *wanted)
    whole = maps.of("c")[0].numpy()
    assert conv.capped_at == pytest.approx(scale_of(whole, Tone.PERCENTILE).most)
    assert 0 < conv.capped_at < abs(whole).max()
    assert pool.capped_at == 0


def test_the_first_channels_of_an_order_come_in_it(kept: KeptMaps, maps: FeatureMaps, tmp_path: Path) -> None:
    (found,) = brought(kept, tmp_path / "maps", MapsWanted("c", order=MapOrder.VARIES, most=2))
    variances = maps.of("c")[0].flatten(1).var(1)
    assert found.channels == tuple(variances.argsort(descending=True)[:2].tolist())
    assert same(found.maps, maps.of("c")[0][list(found.channels)])


def test_of_a_concat_as_many_of_each_part_come_the_first_parts_first(
    kept: KeptMaps, maps: FeatureMaps, tmp_path: Path
) -> None:
    border = 3
    (found,) = brought(kept, tmp_path / "maps", MapsWanted("f/concat", order=MapOrder.VARIES, most=4, border=border))
    in_order = maps.of("f/concat")[0].flatten(1).var(1).argsort(descending=True).tolist()
    first, second = [at for at in in_order if at < border][:2], [at for at in in_order if at >= border][:2]
    assert found.channels == (*first, *second)
    assert same(found.maps, maps.of("f/concat")[0][list(found.channels)])


def test_a_map_that_is_too_large_is_brought_as_means_of_squares(
    kept: KeptMaps, maps: FeatureMaps, tmp_path: Path
) -> None:
    (found,) = brought(kept, tmp_path / "maps", MapsWanted("c", side=4))
    whole = maps.of("c")[0]
    assert whole.shape[1:] == (11, 11)
    assert (found.maps.shape, found.reduced) == ((6, 4, 4), 3)
    assert found.maps[2, 1, 0] == pytest.approx(whole[2, 3:6, 0:3].mean().item())
    assert found.maps[2, 3, 3] == pytest.approx(whole[2, 9:, 9:].mean().item()), "the last square is smaller"


def test_the_mean_of_every_map_is_read_without_its_statistics(
    kept: KeptMaps, maps: FeatureMaps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brought_maps, "channel_statistics", None)
    found = brought(kept, tmp_path / "maps", *(MapsWanted(name, side=1) for name in maps.operations))
    for each in found:
        whole = maps.of(each.operation)[0]
        assert each.maps == pytest.approx(whole.mean((1, 2), keepdim=True).numpy(), rel=1e-5, abs=1e-7)


def test_maps_made_ready_are_read_out_of_the_pass_by_no_operator_of_torch_that_computes() -> None:
    def operators(*ahead: MapsWanted) -> Counter[str]:
        ran = Operators()
        with ran:
            KeptMaps(run, [(wanted, 1, None) for wanted in ahead]).measured()
        return ran.counted

    wanted = [MapsWanted(name, order=MapOrder.VARIES, most=2) for name in ("relu_c", "f/concat", "p")]
    more = operators(*wanted, MapsWanted("c", side=4)) - operators()
    assert more.pop("aten.avg_pool2d.default") == 1, "where squares of values are averaged"
    assert set(more) <= UNCOUNTED, "each is a view of what the pass computed"


def test_a_narrow_map_is_averaged_as_a_figure_averages_it(tmp_path: Path) -> None:
    network = resolve(replace(NETWORK.table, layers=NETWORK.table.layers[:1], input=InputShape(3, 23, 4)))
    narrow = KeptMaps(lambda on_operation=None: live_pass(network, on_operation=on_operation))
    narrow.measured()
    (found,) = brought(narrow, tmp_path / "maps", MapsWanted("c", side=3))
    whole = narrow.of_image(["c"], 0)[0].numpy()
    assert (whole.shape, found.maps.shape, found.reduced) == ((6, 21, 2), (6, 3, 1), 7)
    assert found.maps == pytest.approx(reduced(whole, 7))


@pytest.mark.parametrize(
    ("wanted", "image", "reason"),
    [
        (MapsWanted("f"), 0, "ran no operation 'f'"),
        (MapsWanted("c", channels=(6,)), 0, "c has 6 channels, numbered from 0"),
        (MapsWanted("c"), 2, "image 2 is none of the 2"),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_is_written(
    kept: KeptMaps, tmp_path: Path, wanted: MapsWanted, image: int, reason: str
) -> None:
    with pytest.raises(SqueezevizError, match=reason):
        kept.bring(ShowMaps(3, 1, (MapsWanted("p"), wanted), str(tmp_path / "maps"), image))
    assert not (tmp_path / "maps").exists()


def test_what_would_be_too_much_is_refused_before_it_is_written(
    kept: KeptMaps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brought_maps, "MOST_MAP_BYTES", 2900)
    with pytest.raises(SqueezevizError, match=r"these maps take more than 2\.83 KiB; ask for fewer channels"):
        kept.bring(ShowMaps(3, 1, (MapsWanted("c"),), str(tmp_path / "maps")))
    assert not (tmp_path / "maps").exists()
    assert brought(kept, tmp_path / "maps", MapsWanted("c", side=4))[0].reduced == 3


def test_no_file_is_overwritten(kept: KeptMaps, maps: FeatureMaps, tmp_path: Path) -> None:
    (tmp_path / "maps").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        kept.bring(ShowMaps(3, 1, (MapsWanted("c"),), str(tmp_path / "maps")))
    assert (tmp_path / "maps").read_bytes() == b"mine"


def test_a_file_of_another_size_and_what_nobody_asked_for_are_not_believed(
    kept: KeptMaps, maps: FeatureMaps, tmp_path: Path
) -> None:
    request = ShowMaps(3, 1, (MapsWanted("c"),), str(tmp_path / "maps"))
    answer = kept.bring(request)
    (operation,) = answer.operations
    with pytest.raises(WrongMapsError, match="other operations"):
        read_maps(replace(request, wanted=(MapsWanted("p"),)), answer)
    with pytest.raises(WrongMapsError, match="a channel that its operation does not have"):
        read_maps(request, replace(answer, operations=(operation._replace(total=5),)))
    with pytest.raises(WrongMapsError, match="numbers of some of the channels"):
        read_maps(request, replace(answer, operations=(operation._replace(described=5),)))
    with pytest.raises(WrongMapsError, match="more feature maps than a file may hold"):
        read_maps(request, replace(answer, operations=(operation._replace(rows=2**25),)))
    with pytest.raises(WrongMapsError, match="another size"):
        read_maps(request, replace(answer, operations=(operation._replace(rows=operation.rows + 1),)))


def test_what_is_wanted_ahead_comes_with_the_pass_and_for_anything_else_it_runs_once_more(
    maps: FeatureMaps, tmp_path: Path
) -> None:
    ran: list[OnOperation] = []

    def counted(on_operation: OnOperation) -> LivePass:
        ran.append(on_operation)
        return run(on_operation)

    gone = [(MapsWanted("nothing"), 0, None), (MapsWanted("p", (99,)), 0, None), (MapsWanted("p"), 0, 7)]
    kept = KeptMaps(counted, [(MapsWanted("relu_c"), 1, None), (MapsWanted("c", (2,)), 1, None), *gone])
    kept.measured()
    asked = [("relu_c", 1, 1), ("f/expand3x3", 1, 2), ("p", 1, 2), ("c", 1, 2), ("relu_c", 1, 2), ("p", 0, 3)]
    for operation, image, runs in asked:
        (found,) = brought(kept, tmp_path / "maps", MapsWanted(operation), image=image)
        assert same(found.maps, maps.of(operation)[image])
        assert len(ran) == runs
    (conv,) = brought(kept, tmp_path / "maps", MapsWanted("c", (2,)), image=1)
    assert same(conv.maps, maps.of("c")[1][[2]]), "it was copied before the ReLU worked in place"
    assert len(ran) == 3


def test_where_there_is_no_room_for_all_maps_the_pass_runs_for_those_that_are_asked_for(
    maps: FeatureMaps, tmp_path: Path
) -> None:
    kept = KeptMaps(run, most_bytes=2 * maps.of("relu_c")[0].nbytes)
    kept.measured()
    for operation in ("relu_c", "p", "f/expand3x3"):
        (found,) = brought(kept, tmp_path / "maps", MapsWanted(operation), image=1)
        assert same(found.maps, maps.of(operation)[1])


def test_the_difference_of_two_images_is_what_two_plain_forwards_differ_by(tmp_path: Path) -> None:
    network = resolve(preset("squeezenet1_1").with_input(InputShape(3, 67, 75)))
    images = torch.randn(2, 3, 67, 75, generator=torch.Generator().manual_seed(3))
    weights = current_weights(network, None)
    plain, other = (plain_forward(network, weights, images[at : at + 1]) for at in (0, 1))
    kept = KeptMaps(lambda on_operation: live_pass(network, image=images, batch=2, on_operation=on_operation))
    kept.measured()
    found = brought(kept, tmp_path / "maps", *(MapsWanted(name, statistics=True) for name in plain), minus=1)
    for maps, (name, expected) in zip(found, plain.items(), strict=True):
        largest = max(expected.abs().max().item(), other[name].abs().max().item())
        difference = expected - other[name]
        assert (torch.tensor(maps.maps) - difference[0]).abs().max() <= 1e-5 * largest, name
        sizes = difference[0].abs().mean((1, 2)).tolist()
        assert [each.size for each in maps.statistics] == pytest.approx(sizes, rel=1e-4, abs=1e-5 * largest)


@pytest.mark.parametrize("ahead", [True, False])
def test_a_difference_is_one_image_less_another_with_its_own_numbers_and_order(
    maps: FeatureMaps, tmp_path: Path, *, ahead: bool
) -> None:
    ran: list[OnOperation] = []

    def counted(on_operation: OnOperation) -> LivePass:
        ran.append(on_operation)
        return run(on_operation)

    wanted = MapsWanted("c", order=MapOrder.SIZE, most=2, statistics=True)
    kept = KeptMaps(counted, [(wanted, 1, 0)] if ahead else [])
    kept.measured()
    (found,) = brought(kept, tmp_path / "maps", wanted, image=1, minus=0)
    expected = maps.of("c")[1] - maps.of("c")[0]
    sizes = expected.abs().mean((1, 2))
    assert found.channels == tuple(sizes.argsort(descending=True)[:2].tolist())
    assert same(found.maps, expected[list(found.channels)])
    assert [each.size for each in found.statistics] == pytest.approx(sizes.tolist())
    assert min(each.least for each in found.statistics) == expected.min().item()
    (other,) = brought(kept, tmp_path / "maps", MapsWanted("relu_c"), image=1, minus=0)
    assert same(other.maps, maps.of("relu_c")[1] - maps.of("relu_c")[0])
    (alone,) = brought(kept, tmp_path / "maps", MapsWanted("relu_c"), image=1)
    assert same(alone.maps, maps.of("relu_c")[1])
    assert len(ran) == 2, "both images, and one of them alone, are of one further pass"
    with pytest.raises(SqueezevizError, match="image 5 is none of the 2"):
        brought(kept, tmp_path / "maps", wanted, image=1, minus=5)
