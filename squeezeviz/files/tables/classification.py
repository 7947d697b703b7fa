"""What a network says of pictures: as text, Markdown and CSV for people, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from squeezeviz.analysis.pictures.classes import Classification, ClassifiedPicture
from squeezeviz.files.tables.grid_text import aligned, markdown_table
from squeezeviz.model.text import plain

_BAR = 24
"""Columns of the bar of a probability of 1."""


def classification_json(found: Classification) -> dict[str, Any]:
    """The object of schema squeezeviz/classify-1."""
    return {
        "schema": "squeezeviz/classify-1",
        "network": found.network,
        "preprocess": found.preprocessing.preprocessing.id,
        "images": [
            {
                "file": image.file,
                "top": [
                    {"index": each.number, "name": each.name, "probability": each.probability} for each in image.top
                ],
            }
            for image in found.images
        ],
    }


def classification_text(found: Classification) -> str:
    """What ran, with which preprocessing and why, and then for each picture its classes with bars."""
    lines = [f"{name:13}  {plain(value)}" for name, value in _circumstances(found)]
    for image in found.images:
        rows = [(each.title, str(each.number), probability_text(each.probability)) for each in image.top]
        bars = [_bar(each.probability) for each in image.top]
        lines += ["", f"{plain(image.file)}  {_seen(image)}"]
        lines += [f"  {row}  {bar}".rstrip() for row, bar in zip(aligned(rows, text_columns=1), bars, strict=True)]
    return "\n".join(lines) + "\n"


def classification_markdown(found: Classification) -> str:
    """One table of all pictures, and under it what ran."""
    rows = [
        (image.file, each.title, str(each.number), probability_text(each.probability))
        for image in found.images
        for each in image.top
    ]
    notes = [f"{name}: {value}" for name, value in _circumstances(found)]
    table = markdown_table(("file", "class", "index", "probability"), rows, text_columns=2)
    return table + "\n" + markdown_list(notes)


def markdown_list(notes: list[str]) -> str:
    from squeezeviz.model.text import for_markdown_cell

    return "".join(f"- {for_markdown_cell(note)}\n" for note in notes)


def classification_csv(found: Classification) -> str:
    """A row for each picture and class, with all digits of the probability; names steer no terminal."""
    import csv
    import io

    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(("file", "index", "name", "probability"))
    for image in found.images:
        rows.writerows((plain(image.file), each.number, each.name, each.probability) for each in image.top)
    return written.getvalue()


def probability_text(probability: float) -> str:
    """`42.9 %`; small ones with two figures, and what would be more zeros than that as `<0.01 %`."""
    share = 100 * probability
    if 0 < share < 0.01:
        return "<0.01 %"
    return f"{share:.1f} %" if share >= 1 or not share else f"{share:.2g} %"


def _circumstances(found: Classification) -> Iterator[tuple[str, str]]:
    way, reason = found.preprocessing
    yield "network", f"{found.network}: {found.description}"
    yield "preprocessing", f"{way.id}: {found.prepared} ({reason})"
    yield "probabilities", found.source


def _seen(image: ClassifiedPicture) -> str:
    left, top, right, bottom = image.crop
    size = f"{image.width}×{image.height} px"
    if (left, top, right, bottom) == (0, 0, image.width, image.height):
        return f"{size}, seen whole"
    x, y = (f"{_pixel(start)} to {_pixel(end)}" for start, end in ((left, right), (top, bottom)))
    return f"{size}, seen from x {x}, y {y}"


def _pixel(place: float) -> str:
    """Return a place in a picture: `92.54`, `358.5`; from 1,000 on to the pixel."""
    return f"{place:.4g}" if place < 1000 else f"{place:.0f}"


def _bar(probability: float) -> str:
    return "█" * round(_BAR * min(1.0, probability))
