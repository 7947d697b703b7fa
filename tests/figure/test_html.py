"""The interactive page: one file that fetches nothing, in which every box is explained and names stay text."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser import CHROMIUM, Browser, opened
from painting_figures import HOSTILE_NAMES, SVG_TAGS
from placed import fires
from preset_tables import PRESETS, network, preset

from squeezeviz.analysis.costs import Measure
from squeezeviz.analysis.difference import difference
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.explain.rows import explain_layer, explain_operation
from squeezeviz.figure.drawing.cost_heat import heat_of
from squeezeviz.figure.drawing.draw import RULER_BEFORE
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.layout.changes import marks_of
from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.figure.theme.look import FITS, Rows
from squeezeviz.figure.theme.theme import DARK, LIGHT, PRINT
from squeezeviz.figure.writers.export import exported
from squeezeviz.figure.writers.figure import AS_ON_SCREEN, ExportOptions
from squeezeviz.model.layers import Fire
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import plain

TAGS = {
    *SVG_TAGS, "html", "head", "meta", "title", "style", "body", "header", "main", "section", "aside", "article", "div",
    "h1", "h2", "h3", "small", "p", "code", "table", "tr", "th", "td", "ol", "li", "button", "script",
}  # fmt: skip
VOID = {"meta"}
POSSIBLE = {kind: name for kind, name in HOSTILE_NAMES.items() if kind not in ("controls", "lines")}
"""Those that a layer can have."""


class Page(HTMLParser):
    """What a browser reads: elements with their attributes, the texts in each, and whether all are closed."""

    def __init__(self, written: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.written = written.decode()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        """The tag around each text, and the text."""
        self.within: list[str] = []
        self.feed(self.written)
        self.close()
        assert self.within == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.within.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.within.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.within[-1] if self.within else "", data))

    def inside(self, tag: str) -> list[str]:
        return [text for around, text in self.texts if around == tag]

    def having(self, attribute: str) -> list[dict[str, str]]:
        return [attributes for _, attributes in self.elements if attribute in attributes]


def page(shown: ResolvedNetwork | None = None, options: ExportOptions = AS_ON_SCREEN) -> Page:
    return Page(exported(shown or network(), "html", options).content)


def named(name: str) -> LayerTable:
    """Table 1, called by that name, with a convolution, a Fire module and a pool that bear it."""
    table, bearing = preset("table1"), {"conv1": name, "fire3": f"{name}3", "maxpool4": f"{name}4"}
    layers = [replace(layer, name=bearing.get(layer.name, layer.name)) for layer in table.layers]
    return replace(table, name=name, layers=tuple(layers))


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("name", POSSIBLE.values(), ids=POSSIBLE)
def test_a_hostile_name_stays_text_wherever_it_stands(name: str, direction: Direction) -> None:
    shown = resolve(named(name))
    marks = marks_of(difference(resolve(named("was")), shown))
    found = page(shown, ExportOptions(DiagramOptions(direction), marks=marks))
    usual = page(options=ExportOptions(DiagramOptions(direction)))
    assert {tag for tag, _ in found.elements} <= TAGS
    assert found.inside("script") == usual.inside("script")
    assert "".join(found.inside("style")).count("{") == "".join(usual.inside("style")).count("{")
    assert all(plain(name) in "".join(found.inside(tag)) for tag in ("title", "h1", "h2"))
    allowed = {value for each in usual.elements for value in each[1]}
    assert {attribute for each in found.elements for attribute in each[1]} <= allowed
    holding = {key for _, each in found.elements for key, value in each.items() if plain(name) in value}
    assert "aria-label" in holding and holding == {"aria-label"}


def test_what_looks_like_a_place_of_the_template_stays_text() -> None:
    found = page(resolve(named("{{script}}{{about}}")))
    assert "{{script}}{{about}}" in found.inside("h1")
    assert found.written.count("<script>") == 1


@pytest.mark.parametrize("name", PRESETS)
def test_it_fetches_nothing_and_is_small(name: str) -> None:
    found = page(network(name))
    assert len(found.written.encode()) < 1_000_000
    assert not re.search(
        r"(?i)https?:|//[a-z]|url\(|@import|\bsrc\s*=|\bhref\s*=|\bfetch\(|XMLHttp|import\(", found.written
    )
    assert not found.having("style") and not any(key.startswith("on") for _, each in found.elements for key in each)


def test_the_policy_names_the_very_style_and_script_and_nothing_else() -> None:
    found = page()
    ((_, policy),) = [
        (tag, each) for tag, each in found.elements if each.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy["content"].split(";"))
    assert rules == {
        "default-src": "'none'",
        "style-src": f"'{hash_of(found, 'style')}'",
        "script-src": f"'{hash_of(found, 'script')}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    head = found.written.index("Content-Security-Policy")
    assert head < found.written.index("<style") and head < found.written.index("<title")


def hash_of(found: Page, tag: str) -> str:
    (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", found.written, re.DOTALL)
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("name", ["table1", "complex-bypass"])
def test_every_row_is_drawn_once_and_a_fire_in_both_forms(name: str, direction: Direction) -> None:
    shown = network(name)
    found = page(shown, ExportOptions(DiagramOptions(direction, collapsed=frozenset({"fire3"}))))
    rows = [each for tag, each in found.elements if tag == "li"]
    count = len([layer for layer in shown.table.layers if isinstance(layer, Fire)])
    assert len(rows) == 1 + len(shown.layers)
    assert sum("open" in each["class"].split() for each in rows) == count
    assert sum("data-closed" in each for each in rows) == 1
    drawings = [each.get("class", "") for tag, each in found.elements if tag == "svg"]
    assert [drawings.count(form) for form in ("opened", "closed", "")] == [count, count, len(rows) - count]
    fires_drawn = [each["aria-expanded"] for each in found.having("aria-expanded")]
    assert fires_drawn == ["true", "false"] * count


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("closed", [False, True])
def test_the_stacked_rows_are_as_long_as_the_diagram_and_say_the_same(closed: bool, direction: Direction) -> None:
    collapsed = fires(network()) if closed else frozenset[str]()
    diagram = build_diagram(network(), DiagramOptions(direction, collapsed))
    found = page(options=ExportOptions(DiagramOptions(direction)))
    hidden = "opened" if closed else "closed"
    seen = [each for tag, each in found.elements if tag == "svg" and each.get("class") != hidden]
    side, across = ("height", "width") if direction.down else ("width", "height")
    length, breadth = (diagram.height, diagram.width) if direction.down else (diagram.width, diagram.height)
    assert sum(float(each[side]) for each in seen) == pytest.approx(length, abs=0.1)
    assert len({each[across] for each in seen}) == 1
    assert float(seen[0][across]) >= breadth
    marks = [str(mark.depth) for mark in diagram.ruler if mark.depth]
    drawn = re.findall(r'<svg[^>]*?(?: class="(\w+)")?>(.*?)</svg>', found.written, re.DOTALL)
    rulers = "".join(ruler(inside) for form, inside in drawn if form != hidden)
    assert re.findall(r'middle"[^>]*>(\d+)<', rulers) == marks
    pieces = [[*map(float, re.split("[ ,]", line))] for line in re.findall(r'<polyline points="([^"]+)"', rulers)]
    whole = diagram.ruler[-1].position - diagram.ruler[0].position + RULER_BEFORE
    assert sum(piece[2] - piece[0] + piece[3] - piece[1] for piece in pieces) == pytest.approx(whole, abs=0.1)


def ruler(drawing: str) -> str:
    """The part of a row's drawing before the network: its piece of the depth ruler."""
    return drawing.split('class="box"')[0].split('class="fire"')[0]


@pytest.mark.parametrize("name", ["table1", "complex-bypass"])
def test_every_box_can_be_focused_and_is_explained(name: str) -> None:
    shown = network(name)
    found = page(shown)
    boxes, articles = found.having("aria-details"), [each["id"] for tag, each in found.elements if tag == "article"]
    assert all(each["tabindex"] == "0" and each["role"] == "button" for each in boxes)
    assert len(articles) == len(set(articles))
    assert {"about-network", *(each["aria-details"] for each in boxes)} == set(articles)
    said = "".join(text for _, text in found.texts)
    for row, layer in enumerate(shown.layers):
        told = [explain_layer(shown, row)]
        if isinstance(layer.layer, Fire):
            told += [explain_operation(shown, row, part) for part in ("squeeze1x1", "expand1x1", "expand3x3", "concat")]
        for explanation in told:
            formulas = [line.text for section in explanation.sections for line in section.lines if line.formula]
            assert formulas or layer.layer.type != "conv"
            assert all(each in said for each in (explanation.title, *formulas))
    assert "not measured" not in said


def test_its_colours_are_names_that_both_sides_define() -> None:
    found = page(options=ExportOptions(heat=heat_of(network(), None, Measure.MACS)))
    drawn = "".join(re.findall("<svg.*?</svg>", found.written, re.DOTALL))
    used = set(re.findall(r"var\((--[\w-]+)\)", found.written))
    assert used and not re.search(r'(?:fill|stroke)="#', drawn)
    (style,) = found.inside("style")
    sides = re.findall(r"color-scheme: (light|dark);(.*?)\}", style)
    assert [side for side, _ in sides] == ["light", "dark", "dark"]
    assert all(used <= set(re.findall(r"(--[\w-]+):", rules)) for _, rules in sides)
    assert LIGHT.page in sides[0][1] and DARK.page in sides[1][1]


def test_a_dark_figure_is_dark_at_first_and_one_for_a_press_has_no_dark_side() -> None:
    dark, printed = page(options=ExportOptions(theme=DARK)), page(options=ExportOptions(theme=PRINT))
    assert dark.elements[0][1].get("data-theme") == "dark"
    assert "color-scheme: dark" not in "".join(printed.inside("style"))
    assert ["hidden" in each for each in printed.having("id") if each["id"] == "sides"] == [True]


def test_the_same_page_is_the_same_bytes() -> None:
    assert page().written == page().written


def test_some_rows_begin_with_what_flows_in_and_explain_it() -> None:
    found = page(options=ExportOptions(DiagramOptions(rows=Rows(2, 4))))
    assert sum(tag == "li" for tag, _ in found.elements) == 4
    assert "maxpool1 " in found.inside("h2")
    assert "conv10" not in "".join(found.inside("h2"))


def test_a_table_that_cannot_run_says_so() -> None:
    table = preset("table1")
    small = resolve(replace(table, input=replace(table.input, height=9, width=9)))
    assert small.problems
    assert "Cannot run" in page(small).inside("h3")
    empty = page(resolve(replace(table, layers=())))
    assert sum(tag == "li" for tag, _ in empty.elements) == 2


def test_a_size_on_paper_is_answered_with_a_note() -> None:
    (note,) = exported(network(), "html", ExportOptions(size=FITS["column"])).notes
    assert "web page" in note
    assert not exported(network(), "html").notes


def test_a_page_that_opens_slowly_is_answered_with_a_note() -> None:
    table = preset("table1")
    copies = [replace(table.layers[2], name=f"copy{place}") for place in range(330)]
    (note,) = exported(resolve(replace(table, layers=(*table.layers[:3], *copies))), "html").notes
    assert note.startswith("the page is 10 MB")


# In a browser

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")


def chosen(browser: Browser) -> str:
    """The heading of what the panel shows."""
    heading: str = browser.value("document.querySelector('article.shown h2').firstChild.data.trim()")
    return heading


def height(browser: Browser) -> float:
    high: float = browser.value("document.querySelector('ol').getBoundingClientRect().height")
    return high


@pytest.mark.full
@needs_chromium
def test_in_a_browser_fires_open_and_close_and_boxes_are_explained(tmp_path: Path) -> None:
    written = tmp_path / "net.html"
    written.write_bytes(
        exported(network(), "html", ExportOptions(DiagramOptions(collapsed=frozenset({"fire3"})))).content
    )
    with opened(written, tmp_path) as browser:
        every = [build_diagram(network(), DiagramOptions(collapsed=names)) for names in (frozenset(), fires(network()))]
        one = build_diagram(network(), DiagramOptions(collapsed=frozenset({"fire3"})))
        assert height(browser) == pytest.approx(one.height, abs=0.5)
        browser.point("#close-all", click=True)
        assert height(browser) == pytest.approx(every[1].height, abs=0.5)
        browser.point("#open-all", click=True)
        assert height(browser) == pytest.approx(every[0].height, abs=0.5)

        browser.point('.opened [aria-details="about-3-concat"]', click=True)
        assert chosen(browser) == "fire2/concat"
        browser.point('.opened [aria-details="about-3-expand3x3"]')
        assert chosen(browser) == "fire2/expand3x3"
        browser.point('[aria-details="about-1"]', click=True)
        browser.point("h1")
        assert chosen(browser) == "conv1"
        for key, there in [
            ("ArrowDown", "maxpool1"),
            ("ArrowRight", "fire2"),
            ("Tab", "fire2/squeeze1x1"),
            ("ArrowUp", "fire2"),
        ]:
            browser.press(key)
            assert chosen(browser) == there
        for state in ("false", "true"):
            browser.press("Enter")
            assert browser.value("document.activeElement.getAttribute('aria-expanded')") == state
        browser.point('.opened [aria-details="about-3"]', click=True, at=0.98)
        assert browser.value("document.activeElement.getAttribute('aria-expanded')") == "false"
        browser.press("ArrowDown")
        assert chosen(browser) == "fire3"
        browser.press("End")
        assert chosen(browser) == "avgpool10"
        browser.press("Escape")
        assert chosen(browser) == network().table.name
        asked = [
            each["params"]["request"]["url"] for each in browser.said if each["method"] == "Network.requestWillBeSent"
        ]
        assert asked == [written.as_uri()]
        assert not [each for each in browser.said if each["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")]


@pytest.mark.full
@needs_chromium
@pytest.mark.parametrize("direction", Direction)
def test_in_a_browser_all_of_a_network_is_seen_at_a_glance(direction: Direction, tmp_path: Path) -> None:
    written = tmp_path / "net.html"
    written.write_bytes(exported(network(), "html", ExportOptions(DiagramOptions(direction))).content)
    beside, below = (
        f"""(area => [...document.querySelectorAll('li')].filter(each => {{
        const place = each.getBoundingClientRect();
        return {out};
    }}).length)(document.getElementById('figure').getBoundingClientRect())"""
        for out in ("place.right > area.right + 1 || place.left < area.left - 1", "place.bottom > area.bottom + 1")
    )
    smallest = """Math.min(...[...document.querySelectorAll('#figure li text')].map(each => {
        const svg = each.ownerSVGElement, wide = svg.getBoundingClientRect().width;
        const size = Number(each.getAttribute('font-size') || getComputedStyle(each).fontSize.replace('px', ''));
        return wide ? size * wide / svg.viewBox.baseVal.width : 99;
    }))"""
    with opened(written, tmp_path) as browser:
        assert browser.value(f"{beside} + {below}") > 5
        browser.point("#glance", click=True)
        assert browser.value(beside) == 0
        assert browser.value(below) == 0 or not direction.down
        for width, height in ((1440, 900), (1024, 700), (800, 900)):
            browser.resize(width, height)
            browser.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            assert browser.value(beside) == 0
            assert browser.value(smallest) > 8.8
        browser.point("#glance", click=True)
        assert browser.value(f"{beside} + {below}") > 5


@pytest.mark.full
@needs_chromium
@pytest.mark.parametrize("direction", Direction)
def test_in_a_browser_a_way_leads_from_each_column_to_the_next_whose_ruler_has_its_word(
    direction: Direction, tmp_path: Path
) -> None:
    written = tmp_path / "net.html"
    written.write_bytes(exported(network(), "html", ExportOptions(DiagramOptions(direction))).content)
    side = "left" if direction.down else "top"
    columns = f"new Set([...document.querySelectorAll('li')].map(each => each.getBoundingClientRect().{side})).size"
    boxes = """(kind => [...document.querySelectorAll(`.ways ${kind}`)].map(each => {
        const place = each.getBoundingClientRect();
        return [place.left, place.top, place.right, place.bottom];
    }))"""
    covered = """(([left, top, right, bottom]) => [...document.querySelectorAll('li .ring')].filter(each => {
        const place = each.getBoundingClientRect();
        return place.width && place.left < right && place.right > left && place.top < bottom && place.bottom > top;
    }).length)"""
    with opened(written, tmp_path) as browser:
        assert browser.value("document.querySelector('.ways')") is None
        browser.point("#glance", click=True)
        count = browser.value(columns)
        ways, words = browser.value(f"{boxes}('path')"), browser.value(f"{boxes}('text')")
        assert count > 2 and len(ways) == len(words) == count - 1
        assert all(browser.value(f"{covered}({json.dumps(word)})") == 0 for word in words)
        browser.point("#close-all", click=True)
        assert len(browser.value(f"{boxes}('path')")) == browser.value(columns) - 1 < count - 1
        browser.prefer("light", "print")
        assert browser.value("getComputedStyle(document.querySelector('.ways') || document.head).display") == "none"


@pytest.mark.full
@needs_chromium
def test_in_a_browser_what_is_said_at_a_glance_stands_away_from_what_is_pointed_at(tmp_path: Path) -> None:
    written = tmp_path / "net.html"
    written.write_bytes(exported(network(), "html").content)
    panel = "(r => [r.left, r.right])(document.getElementById('panel').getBoundingClientRect())"
    shown = "document.getElementById('panel').checkVisibility()"
    with opened(written, tmp_path) as browser:
        browser.point("#glance", click=True)
        assert not browser.value(shown)
        for box, at_left in (("li:nth-child(4) .opened .box", False), ("li:nth-child(13) .opened .box", True)):
            browser.point(box)
            left, right = browser.value(panel)
            assert browser.value(shown) and (right < 720 if at_left else left > 720)
        browser.press("Escape")
        browser.point("#title")
        assert not browser.value(shown)


@pytest.mark.full
@needs_chromium
def test_in_a_browser_it_is_light_or_dark_as_wanted_and_prints_without_buttons(tmp_path: Path) -> None:
    written = tmp_path / "net.html"
    written.write_bytes(exported(network(), "html").content)
    ground, seen = (
        "getComputedStyle(document.documentElement).backgroundColor",
        "getComputedStyle(document.querySelector('.controls')).display",
    )
    light, dark = (
        f"rgb({', '.join(str(int(side.page[at : at + 2], 16)) for at in (1, 3, 5))})" for side in (LIGHT, DARK)
    )
    with opened(written, tmp_path) as browser:
        browser.prefer("dark")
        assert browser.value(ground) == dark
        browser.point("#sides", click=True)
        assert browser.value(ground) == light
        browser.point("#sides", click=True)
        browser.prefer("light")
        assert (browser.value(ground), browser.value(seen)) == (dark, "flex")
        browser.prefer("dark", "print")
        assert (browser.value(ground), browser.value(seen)) == (light, "none")


@pytest.mark.full
@needs_chromium
def test_in_a_browser_hostile_names_run_nothing_and_without_a_script_all_is_seen(tmp_path: Path) -> None:
    written = tmp_path / "net.html"
    hostile = "</script></style><script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
    written.write_bytes(exported(resolve(named(hostile)), "html").content)
    with opened(written, tmp_path) as browser:
        assert json.dumps(browser.value("document.title")) == json.dumps(hostile)
        assert browser.value("document.images.length + document.scripts.length") == 1
        browser.ask("Emulation.setScriptExecutionDisabled", value=True)
        browser.open(written)
        shown = "[...document.querySelectorAll('article')].filter(each => each.checkVisibility()).length"
        assert browser.value(shown) == browser.value("document.querySelectorAll('article').length")
        assert browser.value("[...document.querySelectorAll('.opened')].every(each => each.checkVisibility())")
        assert not browser.value("document.querySelector('button').checkVisibility()")
