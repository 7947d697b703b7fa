"""The options of the command line, and their help texts."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, HelpFormatter, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NoReturn

from squeezeviz import __version__
from squeezeviz.model.errors import LONGEST_MESSAGE, SqueezevizError, shown
from squeezeviz.model.layers import LARGEST
from squeezeviz.model.table import InputShape
from squeezeviz.model.text import did_you_mean, plain

WINDOW = "window"
"""The value of `Namespace.command` if no command is given: `squeezeviz [FILE|PRESET]`."""

GEOMETRIES = ("torchvision", "table1", "caffe")

CLASSIFICATION_FORMATS = ("table", "json", "csv", "markdown")
FOLLOWED_FORMATS = ("table", "json", "csv")
COMPARE_FORMATS = ("table", "json", "markdown")
KIND = "kind"
WRAPPED, SEVERAL = "wrapped", "several"
COLOURS = (KIND, "parameters", "multiply-adds", "activations", "field")

_NETWORK = "a file, or the id of a preset (see: squeezeviz presets) or of trained weights (squeezeviz weights)"

_BATCH = """images at once (default: 1); shapes include it, while multiply-adds, activations and parameters are
those of one image"""

_DESCRIPTION = """\
See a SqueezeNet: its layer table, its graph with every Fire module opened, and what
a real PyTorch forward pass measures at every step.

Without a command, open the window on FILE or PRESET (default: table1), and show the network
the pictures of --image (default then: squeezenet1_1-imagenet, which is trained)."""

_EXAMPLES = """\
examples:
  squeezeviz                                      open the window on the paper's Table 1
  squeezeviz deploy.prototxt                      open a Caffe network in it
  squeezeviz show squeezenet1_1                   what a forward pass is predicted to show
  squeezeviz trace table1 --device cpu --batch 8  what it does show
  squeezeviz convert deploy.prototxt table.csv    write it as another file
  squeezeviz export table1 figure.svg --collapse fire2,fire3
  squeezeviz export table1 talk.pptx --slides several
  squeezeviz compare squeezenet1_0 squeezenet1_1 --format markdown
  squeezeviz classify cat.png                     what trained weights see in a picture

A file that is named like a command opens as ./show, one that begins with a dash as ./-name.
Exit codes: 0; 1 for bad input or a failed pass; 2 for wrong usage."""


_USAGE = "squeezeviz [FILE|PRESET] [--image FILE]…\n       squeezeviz COMMAND …"


class _Parser(ArgumentParser):
    """An argument parser whose errors are one plain line, whatever the arguments contain."""

    def error(self, message: str) -> NoReturn:
        super().error(plain(message, LONGEST_MESSAGE))


def parse(arguments: Sequence[str]) -> Namespace:
    """Return the options of one command line. As in argparse, --help, --version and wrong usage raise SystemExit."""
    first = arguments[0] if arguments else ""
    if first in COMMANDS:
        options = Namespace(command=first, arguments=tuple(arguments[1:]))
        return parser_of(first).parse_args(_with_negative_values(arguments[1:]), options)
    if first in ("-h", "--help", "--version"):
        return _overview().parse_args(arguments)
    window = _Parser("squeezeviz", usage=_USAGE)
    window.add_argument("network", nargs="*")
    window.add_argument("--image", action="append", default=[])
    options = window.parse_args(arguments)
    if len(options.network) > 1:
        import difflib

        near = difflib.get_close_matches(first, COMMANDS, 1) or sorted(COMMANDS)
        window.error(f"{first!r} is not a command, and the window opens one network; did you mean {', '.join(near)}?")
    return Namespace(command=WINDOW, network=options.network[0] if options.network else None, images=options.image)


def _with_negative_values(arguments: Sequence[str]) -> list[str]:
    """Write `--mean -1,-2,-3` as `--mean=-1,-2,-3`: argparse takes such values for options."""
    joined: list[str] = []
    for each in arguments:
        if joined and joined[-1].startswith("--") and re.fullmatch(r"-[\d.]+(,[-\d.]+)+", each):
            joined[-1] = f"{joined[-1]}={each}"
        else:
            joined.append(each)
    return joined


def parser_of(command: str) -> ArgumentParser:
    """Return the parser of what follows one of `COMMANDS`, which alone is made: the others' options need modules."""
    help_text, add_options = COMMANDS[command]
    description = help_text[0].upper() + help_text[1:] + "."
    name = f"squeezeviz {command}"
    parser = _Parser(name, description=description, allow_abbrev=False, formatter_class=_OF_ANY_WIDTH)
    add_options(parser)
    parser.formatter_class = HelpFormatter
    return parser


_OF_ANY_WIDTH = partial(HelpFormatter, width=80)
"""What argparse tries each option's help with as it is added: to ask for the terminal's width loads archives."""


def _overview() -> ArgumentParser:
    """Return the parser of the command line without a command, whose help lists them."""
    parser = _Parser(
        "squeezeviz",
        usage=_USAGE,
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"squeezeviz {__version__}")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND", prog="squeezeviz")
    for name, (help_text, _) in COMMANDS.items():
        commands.add_parser(name, help=help_text)
    return parser


def _show(parser: ArgumentParser) -> None:
    from squeezeviz.files.tables.formats import TABLE_FORMATS

    _add_network(parser)
    _add_batch(parser)
    _add_format(parser, tuple(each.id for each in TABLE_FORMATS))


def _trace(parser: ArgumentParser) -> None:
    from squeezeviz.analysis.arithmetic import MemoryFormat, Precision
    from squeezeviz.analysis.timing import FEWEST_TO_TELL, MOST_REPEATS
    from squeezeviz.files.tables.formats import TABLE_FORMATS

    _add_network(parser)
    _add_batch(parser)
    parser.add_argument(
        "--image",
        metavar="FILE",
        action="append",
        help="the picture that runs, PNG, JPEG, WebP or BMP; several --image are a batch (default: a ramp of grey)",
    )
    _add_preprocessing(parser)
    _add_device(parser)
    parser.add_argument(
        "--repeat",
        metavar="N",
        type=_whole(MOST_REPEATS, f"{MOST_REPEATS:,}"),
        default=1,
        help=f"passes, 1 to {MOST_REPEATS:,} (default: 1); with several, after one that warms up, times are medians "
        f"with their interquartile range (IQR); a GPU always runs {FEWEST_TO_TELL} or more",
    )
    _add_choice(
        parser,
        "--precision",
        tuple(Precision),
        {"fp32": "float32", "float": "float32", "bf16": "bfloat16", "fp16": "float16", "half": "float16"},
        default=Precision.FLOAT32,
        help="what operations compute in (default: float32, exact, without TF32); bfloat16 and float16 by autocast",
    )
    _add_choice(
        parser,
        "--memory-format",
        tuple(MemoryFormat),
        {"nchw": "contiguous", "nhwc": "channels_last"},
        default=MemoryFormat.CONTIGUOUS,
        help="the order of a tensor's values: N, C, H, W (default: contiguous) or N, H, W, C",
    )
    _add_format(parser, tuple(each.id for each in TABLE_FORMATS if each.measured))


def _convert(parser: ArgumentParser) -> None:
    _add_network(parser, "IN")
    parser.add_argument("out", metavar="OUT", help="the file to write")


def _export(parser: ArgumentParser) -> None:
    from squeezeviz.figure.theme.look import FITS, WORDS, annotations_named, parse_width

    _add_network(parser, "IN")
    parser.add_argument("out", metavar="OUT", help="the file to write")
    _add_theme(parser)
    parser.add_argument(
        "--direction",
        choices=("down", "right", WRAPPED),
        default="down",
        help="down (default), right, or wrapped: set in columns like text, in a figure that is wider than high",
    )
    parser.add_argument(
        "--slides",
        choices=("one", SEVERAL),
        help="in a .pptx: all on one slide (default), or several, each with as many rows as can be read on it",
    )
    parser.add_argument(
        "--collapse",
        metavar="all|none|NAME,…",
        default="none",
        help="which Fire modules are drawn closed (default: none)",
    )
    parser.add_argument(
        "--only",
        metavar="NAME|FIRST:LAST",
        help="the rows to show, one or several that follow each other (default: all)",
    )
    parser.add_argument(
        "--annotate",
        metavar="all|none|WHAT,…",
        type=_parsed_by(annotations_named),
        help=f"what is written beside the names: {', '.join(WORDS)}; by default what the window shows",
    )
    _add_marks(parser)
    _add_maps(parser)
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        "--fit", type=_fit, choices=tuple(FITS), help="one column of a paper (84 mm), both (178 mm), 16:9"
    )
    size.add_argument(
        "--width",
        metavar="84mm|3.3in|1200px",
        type=_parsed_by(parse_width),
        help="of the figure; by default as on screen, and twice that for a PNG",
    )
    parser.add_argument("--transparent", action="store_true", help="leave the background of the figure out")


def _add_theme(parser: ArgumentParser) -> None:
    from squeezeviz.figure.theme.theme import THEMES

    _add_choice(parser, "--theme", tuple(THEMES), {"paper": "print"}, default="light", help="default: light")


def _add_marks(parser: ArgumentParser) -> None:
    _add_choice(
        parser,
        "--colour",
        COLOURS,
        {"macs": "multiply-adds", "receptive-field": "field", "rf": "field"},
        default=KIND,
        help="what boxes are coloured by (default: their kind)",
    )
    parser.add_argument("--baseline", metavar="FILE|PRESET", help="mark what differs from this network")
    parser.add_argument(
        "--marks", action="store_true", help="run a forward pass on the CPU and mark what it measured (✓)"
    )


def _add_maps(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--maps",
        action="store_true",
        help="run the picture of --image on the CPU, and draw in each box those of its feature maps that vary most",
    )
    parser.add_argument("--image", metavar="FILE", help="the picture for --maps, PNG, JPEG, WebP or BMP")
    _add_preprocessing(parser)
    parser.set_defaults(device="cpu")


def _classify(parser: ArgumentParser) -> None:
    parser.add_argument("images", metavar="IMAGE", nargs="+", help="a PNG, JPEG, WebP or BMP file")
    _add_picture_options(parser)
    _add_labels(parser)
    _add_where(parser)
    _add_device(parser)
    _add_format(parser, CLASSIFICATION_FORMATS)


def _add_where(parser: ArgumentParser) -> None:
    from squeezeviz.analysis.pictures.class_maps import Method

    parser.add_argument(
        "--where", metavar="OUT", help="write the picture with colours where a class is seen, as .png, .pdf or .svg"
    )
    parser.add_argument(
        "--class",
        dest="class_",
        metavar="NAME|INDEX",
        help="the class that --where shows (default: the likeliest)",
    )
    _add_choice(
        parser,
        "--method",
        tuple(Method),
        {"cam": "activation", "class-activation": "activation", "patch": "occlusion", "occlude": "occlusion"},
        help="activation: the map whose mean is the score of the class, at once (default); occlusion: how much the "
        "probability falls where a grey patch covers the picture, which takes some 200 passes",
    )


def _features(parser: ArgumentParser) -> None:
    from squeezeviz.analysis.channels import CAPPED_AT, ORDER_WORDS, ORDERS_OF_MAPS, MapOrder
    from squeezeviz.figure.theme.tone import Tone

    parser.add_argument("image", metavar="IMAGE", help="a PNG, JPEG, WebP or BMP file")
    parser.add_argument("out", metavar="OUT", help="the file to write: .npz for the numbers, .png, .pdf or .svg")
    parser.add_argument(
        "--at",
        metavar="OPERATION",
        required=True,
        help="such as fire2/expand3x3, fire2 for what that module puts out, or input for what the network gets",
    )
    _add_choice(
        parser,
        "--sort",
        tuple(ORDERS_OF_MAPS),
        {"max": "maximum", "variance": "varies", "std": "varies", "dead": "zeros"},
        default=MapOrder.INDEX,
        help="; ".join(f"{order}: {ORDER_WORDS[order]}" for order in ORDERS_OF_MAPS) + " (default: index)",
    )
    parser.add_argument(
        "--scale", choices=("layer", "channel"), default="layer", help="one for all channels (default), or one for each"
    )
    _add_choice(
        parser,
        "--tone",
        tuple(Tone),
        {"root": "sqrt", f"p{CAPPED_AT}": "percentile"},
        default=Tone.SQRT,
        help="colours go by the square root of the value (default), or linearly to the largest or to the "
        f"{CAPPED_AT}th percentile",
    )
    _add_theme(parser)
    _add_picture_options(parser)
    _add_device(parser)


def _follow(parser: ArgumentParser) -> None:
    parser.add_argument("image", metavar="IMAGE", help="a PNG, JPEG, WebP or BMP file")
    parser.add_argument(
        "--at",
        metavar="OPERATION",
        required=True,
        help="the operation whose output has the value, such as fire2/expand3x3; fire2 for what that module puts out, "
        "input for the picture as the network gets it",
    )
    parser.add_argument("--channel", metavar="N", type=_index, required=True, help="the value's channel, from 0")
    for side in ("row", "column"):
        parser.add_argument(f"--{side}", metavar="N", type=_index, help=f"its {side}, from 0 (default: the middle)")
    _add_picture_options(parser)
    _add_device(parser)
    _add_format(parser, FOLLOWED_FORMATS)


def _index(text: str) -> int:
    if re.fullmatch("-?[0-9]{1,13}", text):
        return int(text)
    raise ArgumentTypeError(f"a whole number, counted from 0, not {shown(text)}")


def _add_picture_options(parser: ArgumentParser) -> None:
    """Add what chooses the network that sees pictures, and how they are prepared for it."""
    from squeezeviz.files.presets import BUILT_IN

    parser.add_argument(
        "--network", metavar="FILE|PRESET", default=BUILT_IN, help=f"{_NETWORK}; default: the built-in {BUILT_IN}"
    )
    _add_input(parser)
    _add_preprocessing(parser)


def _add_preprocessing(parser: ArgumentParser) -> None:
    from squeezeviz.analysis.pictures.preprocessing import PREPROCESSINGS, parse_mean, parse_std

    _add_choice(
        parser,
        "--preprocess",
        tuple(PREPROCESSINGS),
        {"pytorch": "torchvision", "imagenet": "torchvision", "raw": "bgr", "none": "bgr"},
        help="what becomes of the picture's values: torchvision's or Caffe's way, or 0 to 255 as they are, in either "
        "order of channels (default: what fits the weights, which is said)",
    )
    parser.add_argument(
        "--mean",
        metavar="X,Y,Z",
        type=_parsed_by(parse_mean),
        help="what is subtracted instead, in the network's order of channels, such as --mean 104,117,123",
    )
    parser.add_argument(
        "--std", metavar="X,Y,Z", type=_parsed_by(parse_std), help="what the difference is divided by instead"
    )


def _add_labels(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--labels",
        metavar="FILE",
        help="the names of the classes, one a line (default: ImageNet's where there are 1,000)",
    )


def _add_device(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--device", metavar="ID", default="cpu", help="cpu (default), cuda:0, meta, …; see: squeezeviz devices"
    )


def _weights(parser: ArgumentParser) -> None:
    parser.usage = (
        "squeezeviz weights [--format {table,json}]\n       squeezeviz weights fetch ID\n"
        "       squeezeviz weights of FILE|PRESET [--deploy FILE] [--format {table,json}]"
    )
    _add_format(parser, ("table", "json"))
    actions = parser.add_subparsers(
        dest="action", title="to fetch some, or to see what some say", metavar="fetch|of", prog="squeezeviz weights"
    )
    fetch = actions.add_parser("fetch", help="fetch weights into the cache of torch.hub (TORCH_HOME), over https")
    fetch.add_argument("id", metavar="ID", help="such as squeezenet1_0-torchvision")
    of = actions.add_parser("of", help="how the weights of each convolution lie: zeros, distinct values, range, mean")
    _add_network(of)
    _add_format(of, ("table", "json"))


def _compare(parser: ArgumentParser) -> None:
    parser.add_argument("network", metavar="A", help=_NETWORK)
    parser.add_argument("other", metavar="B", help="what it is compared with")
    _add_input(parser)
    _add_format(parser, COMPARE_FORMATS)


def _add_network(parser: ArgumentParser, metavar: str = "FILE|PRESET") -> None:
    parser.add_argument("network", metavar=metavar, help=_NETWORK)
    _add_input(parser)


def _add_input(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--input",
        metavar="CxHxW",
        type=_parsed_by(InputShape.parse),
        help="the input image, such as 3x224x224; else the table's own",
    )
    parser.add_argument(
        "--geometry",
        choices=GEOMETRIES,
        help="the input, strides, paddings and pools, which PyTorch and safetensors weights do not contain (default: "
        "torchvision's)",
    )
    parser.add_argument(
        "--deploy",
        metavar="FILE",
        help="the .prototxt of the network whose weights a .caffemodel holds (default: the one beside it)",
    )


def _add_batch(parser: ArgumentParser) -> None:
    parser.add_argument("--batch", metavar="N", type=_whole(LARGEST, "10^12"), default=1, help=_BATCH)


def _add_format(parser: ArgumentParser, formats: tuple[str, ...]) -> None:
    parser.add_argument("--format", choices=formats, default=formats[0], help=f"default: {formats[0]}")


def _add_choice(
    parser: ArgumentParser, option: str, known: tuple[str, ...], also: Mapping[str, str], **described: Any
) -> None:
    """Add an option with a fixed set of words. `also` maps words that people may try to those that are meant."""

    def chosen(text: str) -> str:
        if text in known:
            return text
        meant = did_you_mean(also.get(text.lower(), text), known)
        raise ArgumentTypeError(f"invalid choice: {text!r} (choose from {', '.join(known)}){meant}")

    parser.add_argument(option, type=chosen, choices=known, **described)


def _fit(text: str) -> str:
    from squeezeviz.figure.theme.look import FITS

    if text in FITS:
        return text
    if re.match("[0-9.]+ *[a-z]*$", text):
        raise ArgumentTypeError(f"invalid choice: {text!r}; use --width {text.replace(' ', '')}")
    raise ArgumentTypeError(f"invalid choice: {text!r} (choose from {', '.join(FITS)}){did_you_mean(text, FITS)}")


def _parsed_by(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return `parse` with its errors as argparse wants them."""

    def parsed(text: str) -> Any:
        try:
            return parse(text)
        except SqueezevizError as error:
            raise ArgumentTypeError(error.message) from None

    return parsed


def _whole(most: int, most_text: str) -> Callable[[str], int]:
    """Return a parser of whole numbers from 1 to `most`, which the error calls `most_text`."""

    def parsed(text: str) -> int:
        if re.fullmatch("[0-9]{1,13}", text) and 1 <= int(text) <= most:
            return int(text)
        raise ArgumentTypeError(f"a whole number from 1 to {most_text}, not {shown(text)}")

    return parsed


COMMANDS: dict[str, tuple[str, Callable[[ArgumentParser], None]]] = {
    "presets": ("the built-in tables, one a line: id, then title", lambda _: None),
    "devices": ("where a live pass can run, one a line: id, name, memory; or why it cannot", lambda _: None),
    "show": ("the predicted table, without torch", _show),
    "trace": ("one live forward pass, measured at every operation", _trace),
    "convert": ("a table or network as another file; the suffix says which format", _convert),
    "export": ("the diagram as a file; the suffix says which format", _export),
    "compare": ("what changed between two tables", _compare),
    "classify": ("the classes that trained weights see in pictures", _classify),
    "features": ("the feature maps of one operation, as picture or numbers", _features),
    "follow": ("where one value of a feature map comes from, term by term", _follow),
    "weights": ("trained weights: which are here, where the others come from; what those of a file say", _weights),
}
"""The help of every command, and what adds its options to a parser."""
