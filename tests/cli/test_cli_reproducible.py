"""A file that is written twice has the same bytes twice: in another process, at another time, in another time zone."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from squeezeviz.figure.writers.figure import EPOCH, made_at
from squeezeviz.figure.writers.pdf import reproducible_pdf
from squeezeviz.model.errors import SqueezevizError

FIGURES = ("svg", "pdf", "png", "pptx", "tex", "dot", "html")
NETWORKS = ("toml", "json", "csv", "tsv", "md", "tex", "html", "py", "prototxt", "onnx", "pth", "safetensors")
EPOCH_2020 = "1577836800"

WRITING = """
import sys
from squeezeviz.cli.commands import run
for command, network, target in (line.split("\\t") for line in sys.argv[1:]):
    assert run([command, network, target]) == 0
"""


def written(folder: Path, wanted: list[tuple[str, str]], **environment: str) -> dict[str, bytes]:
    folder.mkdir()
    lines = [f"{command}\tsimple-bypass\t{folder / f'{command}.{suffix}'}" for command, suffix in wanted]
    inherited = {key: value for key, value in os.environ.items() if key not in ("TZ", EPOCH)}
    subprocess.run(
        [sys.executable, "-c", WRITING, *lines],
        check=True,
        env=inherited | environment,
        timeout=500,
        stderr=subprocess.DEVNULL,
    )
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_file_is_the_same_from_run_to_run(tmp_path: Path) -> None:
    wanted = [("export", suffix) for suffix in FIGURES] + [("convert", suffix) for suffix in NETWORKS]
    first = written(tmp_path / "first", wanted, PYTHONHASHSEED="1", TZ="UTC")
    before = datetime.now().replace(microsecond=0)
    while datetime.now().replace(microsecond=0) == before:
        pass
    second = written(tmp_path / "second", wanted, PYTHONHASHSEED="2", TZ="Asia/Tokyo")
    assert sorted(first) == sorted(second)
    assert len(first) == len(wanted)
    assert [name for name in first if first[name] != second[name]] == []


def test_a_date_is_taken_from_the_environment(tmp_path: Path) -> None:
    wanted = [("export", "pdf"), ("export", "pptx")]
    made = written(tmp_path / "dated", wanted, SOURCE_DATE_EPOCH=EPOCH_2020, TZ="America/New_York")
    assert made["export.pdf"].count(b"Date (D:20200101000000Z)") == 2
    assert re.findall(rb'Date="([^"]*)', made["export.pdf"]) == [b"2020-01-01T00:00:00+00:00"] * 3
    from pptx import Presentation

    assert Presentation(io.BytesIO(made["export.pptx"])).core_properties.created == datetime(2020, 1, 1)


@pytest.mark.parametrize("said", ["yesterday", "-1", "1.5", "9" * 12, "9" * 30, "\u202e1"])
def test_a_date_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv(EPOCH, said)
    with pytest.raises(SqueezevizError, match="SOURCE_DATE_EPOCH: write the number of seconds") as caught:
        made_at()
    assert str(caught.value).isprintable()


BODY = b"""%PDF-1.6
1 0 obj
<<
/Title (D:20261128213104+09'00')
/CreationDate (D:20261128213104+09'00')
/ModDate (D:20261128213104-03'30)
>>
endobj
2 0 obj
<<
>>
endobj
"""
OTHER_ZONE = (
    BODY
    + b"""xref
0 3
0000000000 65535 f\x20
%010d 00000 n\x20
%010d 00000 n\x20
trailer
<<
/ID [ <41414141> <42424242> ]
>>
startxref
%d
%%%%EOF
"""
    % (BODY.index(b"1 0 obj"), BODY.index(b"2 0 obj"), len(BODY))
)


def test_all_that_is_behind_a_date_stays_where_the_file_says_it_is() -> None:
    offsets = [int(each) for each in re.findall(rb"\n([0-9]{10}) 00000 n", OTHER_ZONE)]
    assert [OTHER_ZONE[each : each + 7] for each in offsets] == [b"1 0 obj", b"2 0 obj"]
    pdf = reproducible_pdf(OTHER_ZONE)
    assert pdf.count(b"(D:20000101000000Z)") == 2
    assert b"(D:20261128213104+09'00')" in pdf  # which is no date, but how the figure is called
    offsets = [int(each) for each in re.findall(rb"\n([0-9]{10}) 00000 n", pdf)]
    assert [pdf[each : each + 7] for each in offsets] == [b"1 0 obj", b"2 0 obj"]
    start = re.search(rb"startxref\n([0-9]+)", pdf)
    assert start is not None
    assert pdf[int(start[1]) :].startswith(b"xref")


def test_other_figures_have_other_identifiers() -> None:
    def identifier(pdf: bytes) -> bytes:
        found = re.search(rb"/ID \[ <([0-9a-f]+)> <\1> \]", reproducible_pdf(pdf))
        assert found is not None
        return found[1]

    assert identifier(OTHER_ZONE) == identifier(OTHER_ZONE.replace(b"42424242", b"43434343"))
    assert identifier(OTHER_ZONE) != identifier(OTHER_ZONE.replace(b"/Title", b"/title"))
