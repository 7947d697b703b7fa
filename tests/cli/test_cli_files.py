"""convert, export and compare."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from command_line import Run


@pytest.mark.parametrize("suffix", ["toml", "csv", "tsv"])
def test_what_convert_writes_shows_the_same_network(run: Run, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out.{suffix}"
    ended = run("convert", "complex-bypass", out)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    first, second = (run("show", each, "--format", "json").json for each in ("complex-bypass", out))
    assert first == second


def test_convert_follows_another_input(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.toml"
    run("convert", "table1", out, "--input", "3x224x224")
    assert run("show", out, "--format", "json").json["input_shape"] == [1, 3, 224, 224]


@pytest.mark.parametrize("command", ["convert", "export"])
@pytest.mark.parametrize("name", ["out.xyz", "out", "no-such-folder/out.{suffix}"])
def test_what_cannot_be_written_is_one_error_and_leaves_nothing(
    run: Run, tmp_path: Path, command: str, name: str
) -> None:
    out = tmp_path / name.format(suffix="toml" if command == "convert" else "svg")
    ended = run(command, "table1", out)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"squeezeviz: error: {out}: ")
    assert ended.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("suffix", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF-"), ("png", b"\x89PNG"), ("dot", b"digraph")]
)
def test_export_writes_each_diagram_format(run: Run, tmp_path: Path, suffix: str, start: bytes) -> None:
    out = tmp_path / f"out.{suffix}"
    ended = run("export", "table1", out)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert start in out.read_bytes()[:200]


def svg(run: Run, out: Path, *options: str) -> tuple[ElementTree.Element, str]:
    """An exported SVG: the parsed document and all of its text."""
    ended = run("export", "table1", out, *options)
    assert (ended.code, ended.err) == (0, "")
    root = ElementTree.fromstring(out.read_bytes())
    return root, " ".join(root.itertext())


def test_fire_modules_are_open_unless_said(run: Run, tmp_path: Path) -> None:
    _, text = svg(run, tmp_path / "out.svg")
    assert text.count("squeeze") >= 8
    _, text = svg(run, tmp_path / "out.svg", "--collapse", "all")
    assert "squeeze 1" not in text
    _, all_but_two = svg(run, tmp_path / "out.svg", "--collapse", "fire2, fire9")
    assert 0 < all_but_two.count("squeeze") < svg(run, tmp_path / "out.svg", "--collapse", "none")[1].count("squeeze")


def test_an_unknown_module_to_collapse_is_named(run: Run, tmp_path: Path) -> None:
    ended = run("export", "table1", tmp_path / "out.svg", "--collapse", "fire2,fire99,conv1")
    assert ended.code == 1
    told = "squeezeviz: error: --collapse: the network has no Fire module 'fire99'; did you mean fire9?"
    assert ended.err.startswith(told)
    assert not list(tmp_path.iterdir())


def test_modules_to_collapse_may_be_parted_by_more_than_one_comma(run: Run, tmp_path: Path) -> None:
    asked = ("fire2,fire3", ",fire2,, fire3,")
    plain, sloppy = (svg(run, tmp_path / "out.svg", "--collapse", each)[1] for each in asked)
    assert plain == sloppy


@pytest.mark.parametrize("nothing", ["", " ", ","])
def test_no_module_to_collapse_is_told_what_could_stand_there(run: Run, tmp_path: Path, nothing: str) -> None:
    ended = run("export", "table1", tmp_path / "out.svg", "--collapse", nothing)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "squeezeviz: error: --collapse: name Fire modules, such as fire2,fire3, or say all or none\n"
    assert not list(tmp_path.iterdir())


def test_direction_and_theme_are_followed(run: Run, tmp_path: Path) -> None:
    def size(root: ElementTree.Element) -> tuple[float, float]:
        return tuple(map(float, root.attrib["viewBox"].split()[2:]))  # type: ignore[return-value]

    down, _ = svg(run, tmp_path / "down.svg")
    right, _ = svg(run, tmp_path / "right.svg", "--direction", "right")
    svg(run, tmp_path / "dark.svg", "--theme", "dark")
    assert size(down)[0] < size(down)[1]
    assert size(right)[0] > size(right)[1]
    assert (tmp_path / "dark.svg").read_bytes() != (tmp_path / "down.svg").read_bytes()


def png_width(path: Path) -> int:
    return int.from_bytes(path.read_bytes()[16:20], "big")


def test_a_png_has_the_width_that_was_asked_for(run: Run, tmp_path: Path) -> None:
    assert run("export", "table1", tmp_path / "out.png", "--width", "640", "--transparent").code == 0
    assert png_width(tmp_path / "out.png") == 640


def test_export_needs_no_display(spawn: Run, tmp_path: Path) -> None:
    for suffix in ("svg", "pdf", "png", "dot"):
        ended = spawn("export", "table1", tmp_path / f"out.{suffix}")
        assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_compare_tells_what_changed_between_the_two_versions(run: Run) -> None:
    compared = run("compare", "squeezenet1_0", "squeezenet1_1", "--format", "json").json
    assert compared["schema"] == "squeezeviz/compare-1"
    assert compared["totals"]["parameters"] == [1248424, 1235496]
    assert compared["totals"]["macs"] == [818924576, 349151936]
    conv1 = next(each for each in compared["layers"] if each["name"] == "conv1")
    assert conv1["change"] == "changed"
    assert conv1["fields"]["kernel"] == [7, 3]
    assert "fire2" not in [each["name"] for each in compared["layers"]]


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_compare_reads_well(run: Run, form: str) -> None:
    ended = run("compare", "squeezenet1_0", "squeezenet1_1", "--format", form)
    assert (ended.code, ended.err) == (0, "")
    assert "−12,928" in ended.out
    assert "kernel 7 → 3" in ended.out


@pytest.mark.parametrize(("form", "said"), [("table", "no layer differs"), ("markdown", "No layer differs.")])
def test_equal_tables_are_said_to_be_equal(run: Run, form: str, said: str) -> None:
    ended = run("compare", "table1", "table1", "--format", form)
    assert ended.code == 0
    assert said in ended.out


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_compare_draws_no_conclusion_from_a_table_that_cannot_run(
    run: Run, form: str, tiny: Path, broken: Path
) -> None:
    ended = run("compare", tiny, broken, "--format", form)
    assert ended.code == 0
    assert "squeezeviz: note: second table: pool3: the 99×99 window does not fit" in ended.err
    (counted,) = (line for line in ended.out.splitlines() if "multiply-adds" in line)
    assert counted.rstrip("| ").endswith("—")
    assert "%" not in ended.out
    assert run("compare", tiny, broken, "--format", "json").json["runs"] == [True, False]


@pytest.mark.parametrize(
    ("filters", "told"), [(1, "(−99.99 %)"), (9_999, "(−0.01 %)"), (20_000, "(+100.0 %)"), (5_000, "(−50.0 %)")]
)
def test_a_percentage_is_0_or_100_only_where_it_is(run: Run, tmp_path: Path, filters: int, told: str) -> None:
    table = """format = "squeezeviz"\nversion = 1\n[input]\nchannels = 1\nheight = 1\nwidth = 1\n
[[layer]]\nname = "conv1"\ntype = "conv"\nkernel = 1\nfilters = """
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text(f"{table}10000\n")
    second.write_text(f"{table}{filters}\n")
    ended = run("compare", first, second)
    (counted,) = (line for line in ended.out.splitlines() if line.startswith("multiply-adds"))
    assert counted.endswith(told)


def test_names_stay_text_in_markdown(run: Run, tmp_path: Path, tiny: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(tiny.read_text().replace('"conv1"', '"<script>|*a*"').replace("filters = 8", "filters = 9"))
    out = run("compare", tiny, other, "--format", "markdown").out
    assert "\\<script\\>\\|\\*a\\*" in out


def test_compare_shows_every_cell_that_differs_as_the_window_does(run: Run) -> None:
    lines = run("compare", "squeezenet1_0", "squeezenet1_1").out.splitlines()
    head = next(line for line in lines if line.startswith("layer "))
    assert head.split()[:3] == ["layer", "output", "filter/stride"]
    conv1 = next(line for line in lines if line.startswith("conv1 "))
    assert "was 109×109×96" in conv1 and "was 7×7/2 ×96" in conv1 and "−12,416" in conv1
    assert not any(line.startswith("conv10 ") and "−" in line for line in lines)


def test_compare_tells_where_a_moved_layer_stood(run: Run) -> None:
    out = run("compare", "squeezenet1_0", "squeezenet1_1").out
    assert "moved    maxpool4 → maxpool3  after fire3, was after fire4\n" in out


def test_the_json_of_compare_has_sizes_differences_and_cells(run: Run) -> None:
    compared = run("compare", "squeezenet1_0", "squeezenet1_1", "--format", "json").json
    assert compared["size_bytes"] == [4 * 1248424, 4 * 1235496]
    assert compared["differences"]["parameters"]["absolute"] == -12928
    assert round(compared["differences"]["macs"]["percent"], 1) == -57.4
    assert compared["differences"]["depth"] == {"absolute": 0, "percent": 0.0}
    conv1 = compared["cells"][0]
    assert (conv1["name"], conv1["cells"]["params"]) == ("conv1", [14208, 1792])
    assert conv1["cells"]["output"] == ["109×109×96", "111×111×64"]
    assert set(compared["layers"][0]) == {"name", "other_name", "change", "fields"}


def test_the_json_of_compare_says_nothing_of_totals_that_end_early(run: Run, tiny: Path, broken: Path) -> None:
    compared = run("compare", tiny, broken, "--format", "json").json
    assert compared["runs"] == [True, False]
    assert compared["differences"]["parameters"] == {"absolute": None, "percent": None}


def test_compare_knows_empty_tables_and_tables_of_which_every_row_was_renamed(
    run: Run, tmp_path: Path, tiny: Path
) -> None:
    empty, renamed = tmp_path / "empty.toml", tmp_path / "renamed.toml"
    empty.write_text(tiny.read_text().split("[[layer]]")[0])
    renamed.write_text(tiny.read_text().replace('"conv1"', '"first"').replace('"fire2"', '"second"'))
    for form in ("table", "markdown"):
        emptied = run("compare", tiny, empty, "--format", form)
        assert emptied.code == 0
        assert "Fire module, was after conv1" in emptied.out
        assert "convolution, after input" in run("compare", empty, tiny, "--format", form).out
        assert run("compare", empty, empty, "--format", form).code == 0
    out = run("compare", tiny, renamed).out
    assert "changed  conv1 → first" in out and "changed  fire2 → second" in out
    assert "params" not in out


def test_compare_tells_a_field_that_the_other_kind_lacks_by_a_dash(run: Run, tmp_path: Path, tiny: Path) -> None:
    other = tmp_path / "other.toml"
    conv = 'type = "conv"\nfilters = 8\nkernel = 3'
    other.write_text(tiny.read_text().replace(conv, 'type = "maxpool"\nkernel = 3\nstride = 1'))
    out = run("compare", tiny, other).out
    assert "type conv → maxpool, filters 8 → —" in out
    assert "None" not in out


def test_the_names_of_neighbours_can_neither_turn_the_terminal_round_nor_flood_it(
    run: Run, tmp_path: Path, tiny: Path
) -> None:
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text(tiny.read_text().replace('"conv1"', f'"{"long" * 900}"'))
    pool = '[[layer]]\nname = "pool"\ntype = "maxpool"\n\n'
    head, *rest = first.read_text().split("[[layer]]")
    second.write_text(
        head
        + pool
        + "[[layer]]"
        + "[[layer]]".join(rest).replace('"fire2"', '"a\\u202eb"')
        + pool.replace('"pool"', '"end"')
    )
    out = run("compare", first, second).out
    assert "max pooling, after a\\u202eb" in out and "\u202e" not in out
    assert max(map(len, out.splitlines())) < 200


def test_a_network_that_cannot_run_is_converted_and_that_is_told(run: Run, tmp_path: Path) -> None:
    ended = run("convert", "table1", tmp_path / "out.prototxt", "--input", "3x5x5")
    assert ended.code == 0
    assert "squeezeviz: note: conv1: the 7×7 window does not fit the 5×5 map" in ended.err
