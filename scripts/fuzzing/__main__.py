"""Sets a search up, shows how it goes, and says in the end what came of it."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Timer

from squeezeviz.files import registry
from squeezeviz.model.layers import Bypass, Conv, Dropout, Fire, GlobalAvgPool, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

SLOWEST_S = 2
PATIENCE_S = 30
"""How much longer than it should a search may take until it is given up: libFuzzer itself stands still at times."""
MOST_MB = 1024
LARGEST = 200_000
"""Bytes of an input. What a binary file says of itself stands in its first thousands; a small network says it all."""

PLAIN = LayerTable(
    "plain",
    InputShape(3, 20, 20),
    (Conv("conv1", filters=8, kernel=3), Fire("fire2", 2, 4, 4), Conv("conv3", filters=5, kernel=1)),
)
"""As a checkpoint can describe one."""
VARIED = LayerTable(
    "varied",
    PLAIN.input,
    (
        Conv("conv1", filters=8, kernel=3, stride=2),
        Fire("fire2", s1x1=2, e1x1=4, e3x3=4, bypass=Bypass.SIMPLE),
        MaxPool("pool2", ceil=True),
        Fire("fire3", s1x1=2, e1x1=8, e3x3=8, bypass=Bypass.COMPLEX),
        Dropout("drop3"),
        Conv("conv4", filters=10, kernel=1),
        GlobalAvgPool("pool4"),
    ),
)


def main() -> int:
    parser = ArgumentParser("scripts/fuzz.py")
    parser.add_argument("format", choices=[each.id for each in registry.FORMATS if each.can_read])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(1, 2**31))
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_intermixed_args()
    info = next(each for each in registry.FORMATS if each.id == options.format)
    folder = Path(tempfile.mkdtemp(prefix=f"squeezeviz-fuzz-{info.id}-"))
    (folder / "seeds").mkdir()
    for number, content in enumerate(_beginnings(info, options.files)):
        (folder / "seeds" / f"{number}").write_bytes(content)
    print(f"seed {options.seed}, in {folder}", flush=True)
    limits = [
        f"-max_total_time={options.seconds}",
        f"-timeout={SLOWEST_S}",
        f"-rss_limit_mb={MOST_MB}",
        f"-seed={options.seed}",
        f"-max_len={LARGEST}",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=1",
    ]
    command = [sys.executable, "-P", "-m", "fuzzing.search", info.id, str(folder), *limits]
    return _summed_up(_shown(command, folder / "log", options.seconds + PATIENCE_S), folder, info)


def _beginnings(info: registry.FormatInfo, files: Sequence[Path]) -> Iterator[bytes]:
    """What the search begins with."""
    if info.can_write:
        tables = (PLAIN,) if info.id == "pytorch" else (PLAIN, VARIED)
        yield from (registry.to_bytes(table, info.id) for table in tables)
    for file in files:
        if file.stat().st_size <= LARGEST:
            yield file.read_bytes()
        else:
            print(f"{file} is left out: it has more than {LARGEST:,} bytes")


_PROGRESS = re.compile(r"#\d+\t(?:INITED|pulse|DONE)")


def _shown(command: Sequence[str], log: Path, seconds: float) -> str:
    """All that the search says within the time, which also goes to the log; how it goes is shown meanwhile."""
    lines = []
    with (
        log.open("w", encoding="utf-8", buffering=1) as copy,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as ran,
    ):
        assert ran.stdout is not None
        patience = Timer(seconds, ran.kill)
        patience.start()
        for line in ran.stdout:
            copy.write(line)
            lines.append(line)
            if _PROGRESS.match(line):
                print(line, end="", flush=True)
        patience.cancel()
    return "".join(lines)


def _summed_up(said: str, folder: Path, info: registry.FormatInfo) -> int:
    counted = dict(re.findall(r"^stat::(\w+):\s+(\d+)", said, re.MULTILINE))
    runs, peak = int(counted.get("number_of_executed_units", 0)), counted.get("peak_rss_mb", "?")
    found = [path for kind in ("crash", "timeout", "oom", "leak") for path in folder.glob(f"{kind}-*")]
    if not found and runs:
        print(f"{info.id}: {runs:,} inputs, each a network or a sentence; {peak} MB of memory at most")
        return 0
    for path in found:
        saved = path.with_name(path.name + info.suffixes[0])
        path.rename(saved)
        print(f"{info.id}: after {runs:,} inputs this one broke the reader: {saved}")
        print(f"look at it with: squeezeviz show {saved}")
    if not found:
        print(f"{info.id}: the search came to no end; what it tried last is {folder / f'input{info.suffixes[0]}'}")
    print(f"what the search said is in {folder / 'log'}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
