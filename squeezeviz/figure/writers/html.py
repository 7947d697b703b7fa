"""The diagram as one page for a browser, which fetches nothing: Fires open and close, each box is explained.

Each row of the table is a drawing of its own, a Fire two, and the browser stacks them; so no script places anything.
Without a script all of it is there, opened. The files around it are those of `resources/page/`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256

from squeezeviz.analysis.accounting import in_bytes
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.explain.explanation import Explanation, Line, as_html
from squeezeviz.explain.rows import explain_input, explain_layer, explain_operation
from squeezeviz.explain.subject import NOT_YET
from squeezeviz.explain.totals import explain_network
from squeezeviz.figure.drawing.draw import draw_legends
from squeezeviz.figure.layout.build import build_diagram, shown_rows
from squeezeviz.figure.scene.diagram import Diagram, Module, Role
from squeezeviz.figure.scene.primitives import Group, number
from squeezeviz.figure.theme.look import SCREEN
from squeezeviz.figure.theme.metrics import extent
from squeezeviz.figure.theme.theme import DARK, LIGHT, Theme
from squeezeviz.figure.writers.figure import ExportOptions
from squeezeviz.figure.writers.html_rows import RowDrawing, in_both, row_drawings
from squeezeviz.figure.writers.svg import FONT_FAMILY, SvgWriter, around
from squeezeviz.model.layers import Fire
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.resources import RESOURCES
from squeezeviz.model.text import counted, for_html
from squeezeviz.model.wording import readable_bytes, short_number

_CHROME = ("page", "text", "quiet", "accent", "box_fill", "box_outline", "frame_fill", "selection", "hover", "link")
"""The colours of a theme that the page itself has too."""
_NETWORK = "about-network"


def to_html(network: ResolvedNetwork, options: ExportOptions) -> bytes:
    """Write the page. It opens as `options` have it, in the colours that the reader's system prefers, light or dark.

    A dark theme is dark at first; the themes for a press have no dark side.
    """
    sides = (LIGHT, DARK) if options.theme in (LIGHT, DARK) else (options.theme, options.theme)
    forms = [_Form.of(network, options, closed) for closed in (frozenset[str](), _fires(network))]
    drawing = _Drawing(forms, options, sides)
    items = [drawing.item(place) for place in range(len(forms[0].diagram.modules))]
    legend = drawing.legend()
    colours = "\n".join(drawing.colours())
    style = _filled(_read("page.css"), {"font": FONT_FAMILY, "breadth": number(drawing.breadth), "colours": colours})
    script = _read("page.js")
    page = {
        "policy": f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'",
        "theme": ' data-theme="dark"' if options.theme is DARK else "",
        "sides": "" if sides[0] is not sides[1] else " hidden",
        "flow": options.diagram.direction.value,
        "title": for_html(network.table.name or "Untitled network"),
        "summary": _summary(network),
        "breadth": number(drawing.breadth),
        "spine": number(drawing.spine),
        "ruler": number(drawing.ruler_at),
        "rows": "\n".join(items),
        "legend": legend,
        "about": "\n".join(_articles(network, options, forms)),
        "style": style,
        "script": script,
    }
    return _filled(_read("page.html"), page).encode()


class _Form(NamedTuple):
    """The diagram with all Fires open, or with all of them closed."""

    diagram: Diagram
    spine: float
    """Where modules are entered, across the network."""
    breadth: float

    @classmethod
    def of(cls, network: ResolvedNetwork, options: ExportOptions, closed: frozenset[str]) -> _Form:
        diagram = build_diagram(network, options.diagram._replace(collapsed=closed, spacing=SCREEN))
        way = diagram.direction
        breadth = diagram.width if way.down else diagram.height
        return cls(diagram, way.across(diagram.modules[0].start), breadth)


class _Drawing:
    """Both forms of every row, as SVG in the colours of both sides."""

    def __init__(self, forms: list[_Form], options: ExportOptions, sides: tuple[Theme, Theme]) -> None:
        self._forms, self._options, self._sides = forms, options, sides
        self._names: dict[tuple[str, str], str] = {}
        self.spine = max(form.spine for form in forms)
        """Where modules are entered, across the network."""
        self.ruler_at = forms[0].diagram.ruler_at if forms[0].diagram.ruler else 0.0
        """Where the depth ruler runs, across the network; 0 without one."""
        shifts = [self.spine - form.spine for form in forms]
        self.breadth = max(form.breadth + shift for form, shift in zip(forms, shifts, strict=True))
        self._rows = [
            [row_drawings(form.diagram, shift, theme, options) for theme in sides]
            for form, shift in zip(forms, shifts, strict=True)
        ]

    def item(self, place: int) -> str:
        """Write a row as an item of the list of all rows."""
        (opened, dark), (closed, closed_dark) = ([rows[place] for rows in sides] for sides in self._rows)
        if not opened.module.opened:
            return f'<li class="row">\n{self._svg(opened, dark, place)}\n</li>'
        begins = " data-closed" if opened.module.key.layer in self._options.diagram.collapsed else ""
        forms = (self._svg(opened, dark, place), self._svg(closed, closed_dark, place))
        return "\n".join([f'<li class="row open"{begins}>', *forms, "</li>"])

    def legend(self) -> str:
        """Write what the colours of costs mean; empty where boxes have those of their kinds."""
        if self._options.heat is None or not self._options.diagram.annotations.legend:
            return ""
        light, dark = (
            Group(0, 0, draw_legends(self._forms[0].diagram, self._options.heat, None, side)) for side in self._sides
        )
        size = extent(light)
        lines = SvgWriter().lines(in_both(light, dark, self._names))
        attributes = {"width": number(size.width + 2), "height": number(size.height + 2), "class": "legend"}
        return "\n".join(around("svg", attributes, list(lines)))

    def colours(self) -> Iterator[str]:
        """Yield the rules that give each name its colour, after everything is drawn."""
        pairs = {f"--{name.replace('_', '-')}": [getattr(side, name) for side in self._sides] for name in _CHROME}
        pairs |= {name[4:-1]: list(pair) for pair, name in self._names.items()}
        light, dark = ("; ".join(f"{name}: {pair[side]}" for name, pair in pairs.items()) for side in (0, 1))
        yield f":root {{ color-scheme: light; {light} }}"
        if self._sides[0] is not self._sides[1]:
            dark = f"{{ color-scheme: dark; {dark} }}"
            yield f"@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {dark} }}"
            yield f"@media screen {{ :root[data-theme=dark] {dark} }}"

    def _svg(self, light: RowDrawing, dark: RowDrawing, place: int) -> str:
        module, start, length = light.module, light.start, light.end - light.start
        breadth = number(self.breadth)
        box = (
            ("0", number(start), breadth, number(length))
            if self._options.diagram.direction.down
            else (number(start), "0", number(length), breadth)
        )
        attributes = {"width": box[2], "height": box[3], "viewBox": " ".join(box), "role": "group"}
        attributes["aria-label"] = for_html(module.full)
        if module.toggle:
            attributes["class"] = "opened" if module.opened else "closed"
        writer = _RowWriter(place, module)
        return "\n".join(around("svg", attributes, list(writer.lines(in_both(light.drawn, dark.drawn, self._names)))))


class _RowWriter(SvgWriter):
    """Writes a row's drawing, in which boxes can be focused and say where they are explained."""

    def __init__(self, place: int, module: Module) -> None:
        super().__init__()
        self._place, self._module = place, module

    def attributes(self, group: Group) -> dict[str, str]:
        found = {"class": group.kind} if group.kind else {}
        if group.kind in ("box", "fire") and group.key is not None:
            part = "" if group.key == self._module.key else group.key.part
            found |= {"role": "button", "tabindex": "0", "aria-details": _article_id(self._place, part)}
        if group.kind == "fire":
            found["aria-expanded"] = "true" if self._module.opened else "false"
        return found


# What is said of each box


def _articles(network: ResolvedNetwork, options: ExportOptions, forms: list[_Form]) -> Iterator[str]:
    """Yield the explanation of the network, of each row, and of each of its parts that either form shows."""
    yield _article(_NETWORK, explain_network(network))
    before = shown_rows(network, options.diagram.rows).start - 1
    for place, modules in enumerate(zip(*(form.diagram.modules for form in forms), strict=True)):
        boxes = {box.key.part: box for module in modules for box in module.boxes if box.key != module.key}
        yield _article(_article_id(place, ""), _explained(network, modules[0], before))
        for part in boxes:
            yield _article(_article_id(place, part), explain_operation(network, modules[0].row, part))


def _explained(network: ResolvedNetwork, module: Module, before: int) -> Explanation:
    """Explain a module; `before` is the row whose output flows into the figure, -1 for the input image."""
    if module.role is Role.INPUT:
        return explain_input(network) if before < 0 else explain_layer(network, before)
    return explain_layer(network, module.row) if module.row >= 0 else explain_network(network)


def _article(name: str, explanation: Explanation) -> str:
    return f'<article id="{name}">\n{as_html(_predicted(explanation))}\n</article>'


def _article_id(place: int, part: str) -> str:
    return f"about-{place}-{part}" if part else f"about-{place}"


def _predicted(explanation: Explanation) -> Explanation:
    """Leave out what waits for a pass: none will come to a page."""

    def waits(line: Line) -> bool:
        return line.text == NOT_YET or (line.label == "live time" and line.value == "—")

    sections = [
        replace(each, lines=tuple(line for line in each.lines if not waits(line))) for each in explanation.sections
    ]
    return Explanation(explanation.title, explanation.kind, tuple(sections))


def _summary(network: ResolvedNetwork) -> str:
    numbers = (
        f"depth {network.depth.value}",
        counted(network.parameters.value, "parameter"),
        readable_bytes(in_bytes(network.parameters).value),
        f"{short_number(network.macs.value)} multiply-adds",
    )
    return for_html(" · ".join(numbers))


# The files around it


def _read(name: str) -> str:
    return (RESOURCES / "page" / name).read_text("utf-8")


def _filled(template: str, parts: Mapping[str, str]) -> str:
    """Put each part in the place of its name, once: what looks like a name in a part stays text."""
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], template)


def _hash(content: str) -> str:
    """Return how a content security policy names this style or script: https://www.w3.org/TR/CSP3/#grammardef-hash-source"""
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode('ascii')}"


def _fires(network: ResolvedNetwork) -> frozenset[str]:
    return frozenset(layer.name for layer in network.table.layers if isinstance(layer, Fire))
