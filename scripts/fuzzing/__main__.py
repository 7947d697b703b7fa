"""Runs libFuzzer, by way of Atheris, on one of our readers."""

from __future__ import annotations

import random
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["squeezeviz.formats", "squeezeviz.core"]):
    from squeezeviz.core.errors import SqueezevizError
    from squeezeviz.core.resolve import resolve
    from squeezeviz.formats import registry
    from squeezeviz.formats.presets import load_preset

SLOWEST_S = 2
MOST_MB = 1024
PRESETS = ("squeezenet1_1", "complex-bypass")


def main() -> None:
    parser = ArgumentParser("scripts/fuzz.py")
    parser.add_argument("format", choices=[each.id for each in registry.FORMATS if each.can_read])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(1, 2**31))
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    info = next(each for each in registry.FORMATS if each.id == options.format)
    folder = Path(tempfile.mkdtemp(prefix="squeezeviz-fuzz-"))
    seeds = folder / "seeds"
    seeds.mkdir()
    for number, content in enumerate(_beginnings(info, options.files)):
        (seeds / f"{number}").write_bytes(content)
    path = folder / f"input{info.suffixes[0]}"
    print(f"seed {options.seed}", flush=True)
    limits = [
        f"-max_total_time={options.seconds}",
        f"-timeout={SLOWEST_S}",
        f"-rss_limit_mb={MOST_MB}",
        f"-seed={options.seed}",
        "-max_len=1000000",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *limits, str(seeds)], lambda content: _read(path, content))
    atheris.Fuzz()


def _beginnings(info: registry.FormatInfo, files: list[Path]) -> list[bytes]:
    """What the search begins with."""
    written = [registry.to_bytes(load_preset(name), info.id) for name in PRESETS] if info.can_write else []
    return written + [file.read_bytes() for file in files]


def _read(path: Path, content: bytes) -> None:
    """A network or a sentence; anything else that is raised ends the search."""
    path.write_bytes(content)
    try:
        resolve(registry.read_file(path).table)
    except SqueezevizError as error:
        if "\n" in str(error) or not error.message:
            raise AssertionError(f"no sentence: {error}") from error


if __name__ == "__main__":
    main()
