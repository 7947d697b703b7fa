"""A person's own module as the calls that its forward pass makes, through torch.export.

torch.export runs the module on an image of one size without values, so loops, branches on sizes and functions are
followed as they run, and each call knows its line in the person's code. torch.fx follows symbols instead: it stops at a
branch on a size, and knows neither sizes nor, without them, which windows fit.
"""

from __future__ import annotations

import inspect
import io
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.export import ExportedProgram, export
from torch.fx import Node
from torch.fx.experimental.symbolic_shapes import GuardOnDataDependentSymNode

from squeezeviz.model.errors import Place, SqueezevizError, brief
from squeezeviz.model.records import NamedTuple
from squeezeviz.trace.calls import IMAGE, Call, Calls
from squeezeviz.trace.module import SqueezeNet


def calls_of(model: nn.Module | ExportedProgram, shape: Sequence[int] | None = None, part: str = "") -> Calls:
    """Run `model`, or the module in it that `part` names, on an image of `shape` (C, H, W), and return what it calls.

    It runs in eval mode, and is left as it was. SqueezevizError where it has no such part, takes something else than
    an image, returns something else than one tensor, or fails, which names the line.
    """
    if isinstance(model, ExportedProgram):
        return _Reader(model, type(model).__name__, {}, {}).calls()
    if not isinstance(model, nn.Module):
        instead = f"; make one of the class, {model.__name__}(…)" if isinstance(model, type) else ""
        raise SqueezevizError(f"a module is needed, and this is {brief(repr(model))}{instead}")
    module = _part_of(model, part)
    if any(parameter.is_meta for parameter in module.parameters()):
        raise SqueezevizError("the module is on the meta device, where weights have no values; make it on the CPU")
    if shape is None or len(shape) != _SIDES or not all(isinstance(side, int) and side > 0 for side in shape):
        raise SqueezevizError(
            "say the image's channels, height and width, such as (3, 224, 224)", Place(column="shape")
        )
    modes = {each: each.training for each in module.modules()}
    module.eval()
    try:
        program = _program(module, tuple(shape))
    finally:
        for each, training in modes.items():
            each.training = training
    name = module.name if isinstance(module, SqueezeNet) else type(module).__name__
    return _Reader(program, name, _rows_of(module), _hooked(module)).calls()


_SIDES = 3


def _part_of(model: nn.Module, part: str) -> nn.Module:
    try:
        return model.get_submodule(part)
    except AttributeError:
        names = [name for name, _ in model.named_children()]
        known = f"; it has {', '.join(map(brief, names[:8]))}{', …' * (len(names) > 8)}" if names else ""
        raise SqueezevizError(
            f"{type(model).__name__} has no module {brief(part)!r}{known}", Place(column="part")
        ) from None


def _program(module: nn.Module, shape: tuple[int, ...]) -> ExportedProgram:
    first = next(module.parameters(), None)
    image = torch.zeros(1, *shape, dtype=torch.float32 if first is None else first.dtype,
                        device="cpu" if first is None else first.device)  # fmt: skip
    try:
        with torch.no_grad():
            module(image)  # what cannot run at all is said in PyTorch's plain words, not in those of an export
            with _silenced():
                return export(module, (image,), strict=False)
    except GuardOnDataDependentSymNode as error:
        what = f"what {type(module).__name__} does depends on the image's values; a layer table does the same to each"
        raise SqueezevizError(what, _line_of(error)) from error
    except Exception as error:  # whatever the person's code raises, or what torch.export says it cannot follow
        said = str(error).strip().splitlines() or [type(error).__name__]
        what = f"{type(module).__name__} does not run on an image of {'×'.join(map(str, shape))}: {said[0]}"
        raise SqueezevizError(what, _line_of(error)) from error


@contextmanager
def _silenced() -> Iterator[None]:
    """An export logs and prints pages about what it then raises; and what the module prints, it has printed already."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            yield
    finally:
        logging.disable(before)


def _line_of(error: BaseException) -> Place:
    """Where the person's own code raised the error, or called what raised it."""
    at, found = error.__traceback__, Place()
    while at is not None:
        file = at.tb_frame.f_code.co_filename
        if not _is_theirs(file):
            at = at.tb_next
            continue
        found = Place(file=file, line=at.tb_lineno)
        at = at.tb_next
    return found


_INSTALLED = tuple(f"{Path(each).parent}{os.sep}" for each in (torch.__file__, Path(__file__).parent.as_posix()))


def _is_theirs(file: str) -> bool:
    """Whether it is not torch's nor our own code that stands there."""
    return not file.startswith(_INSTALLED) and "importlib" not in file and not file.endswith(f"{os.sep}contextlib.py")


def _rows_of(module: nn.Module) -> dict[str, str]:
    """The operations' names by the paths of their modules, where the module is one of ours and knows them."""
    return dict(pair for row in module.rows for pair in row.paths.items()) if isinstance(module, SqueezeNet) else {}


class _Hooked(NamedTuple):
    """A module with hooks: the file and the lines of its own forward pass, and each hook with its kind."""

    file: str
    lines: frozenset[int]
    hooks: tuple[tuple[str, Callable[..., Any]], ...]

    def hook_of(self, node: Node) -> tuple[str, Place]:
        """The kind of hook that calls it, and where that is written, where there is but one; empty for its own code."""
        if any(frame[1] == self.file and int(frame[2]) in self.lines for frame in _frames(node)):
            return "", Place()
        kinds = " or ".join(sorted({kind for kind, _ in self.hooks}))
        code = getattr(self.hooks[0][1], "__code__", None) if len(self.hooks) == 1 else None
        if code is None or not _is_theirs(code.co_filename):
            return kinds, Place()
        return kinds, Place(code.co_filename, code.co_firstlineno)


def _hooked(module: nn.Module) -> dict[str, _Hooked]:
    """The modules that have hooks, by their paths."""
    found = {}
    for path, each in module.named_modules():
        kinds = ("forward pre-hook", each._forward_pre_hooks), ("forward hook", each._forward_hooks)
        hooks = tuple((kind, hook) for kind, registered in kinds for hook in registered.values())
        code = getattr(inspect.unwrap(each.forward), "__code__", None)
        if hooks and code is not None:
            lines = frozenset(line for *_, line in code.co_lines() if line is not None)
            found[path] = _Hooked(code.co_filename, lines, hooks)
    return found


class _Reader:
    """Reads an exported graph. What depends on weights alone is worked out; what depends on the image is a call."""

    def __init__(
        self, program: ExportedProgram, name: str, rows: Mapping[str, str], hooked: Mapping[str, _Hooked]
    ) -> None:
        self._program, self._name, self._rows, self._hooked = program, name, rows, hooked
        self._known: dict[Node, Any] = {}
        self._maps: dict[Node, str] = {}
        self._calls: list[Call] = []

    def calls(self) -> Calls:
        image = None
        for node in self._program.graph_module.graph.nodes:
            if node.op == "placeholder":
                image = self._placeholder(node, image)
            elif node.op == "call_function":
                self._call(node)
            elif node.op == "output":
                return Calls(self._name, self._shape_of(image), tuple(self._calls), self._output(node))
        raise AssertionError("a graph ends with its output")

    def _placeholder(self, node: Node, image: Node | None) -> Node | None:
        signature, program = self._program.graph_signature, self._program
        if node.name in signature.user_inputs:
            if image is not None:
                raise SqueezevizError(f"{self._name} takes several inputs; a layer table has one, the image")
            self._maps[node] = IMAGE
            return node
        for names in (signature.inputs_to_parameters, signature.inputs_to_buffers):
            if node.name in names:
                key = names[node.name]
                self._known[node] = program.state_dict[key] if key in program.state_dict else program.constants[key]
                return image
        constants = signature.inputs_to_lifted_tensor_constants
        self._known[node] = program.constants[constants[node.name]] if node.name in constants else None
        return image

    def _shape_of(self, image: Node | None) -> tuple[int, ...]:
        shape = _shape(image.meta.get("val")) if image is not None else ()
        if len(shape) != _SIDES + 1 or shape[0] != 1:
            said = "×".join(map(str, shape)) or "no tensor"
            raise SqueezevizError(f"{self._name} takes {said}; a layer table's image is 1×C×H×W")
        return shape[1:]

    def _call(self, node: Node) -> None:
        values = _arguments(node)
        flows = [each for each in node.all_input_nodes if each in self._maps]
        if not flows:
            self._known[node] = self._worked_out(node)
            return
        operator = str(getattr(node.target, "_schema", node.target)).partition("(")[0]
        inputs = tuple(self._maps[each] for each in _flowing(values) if each in self._maps)
        known = {name: self._value(value) for name, value in values.items()}
        weight = values.get("weight")
        module = _module_of(node)
        hooked = self._hooked.get(module)
        hook, place = hooked.hook_of(node) if hooked is not None else ("", Place())
        call = Call(
            node.name,
            _OVERLOAD.sub(r"\1", operator.removeprefix("aten::")),
            inputs,
            known,
            weight.name if isinstance(weight, Node) and weight in self._known else "",
            _shape(node.meta.get("val")),
            module,
            self._rows.get(module, ""),
            place._replace(row=module or None) if place.file else _place_of(node, module),
            hook,
        )
        self._calls.append(call)
        self._maps[node] = node.name
        if _writes_into_its_input(node):
            # Who takes the input from here on takes what was written into it.
            self._maps[node.args[0]] = node.name  # type: ignore[index]

    def _worked_out(self, node: Node) -> Any:
        def known(each: Node) -> Any:
            return self._known.get(each)

        arguments = torch.fx.map_arg(node.args, known), torch.fx.map_arg(node.kwargs, known)
        with torch.no_grad():
            return node.target(*arguments[0], **arguments[1])  # type: ignore[operator]

    def _value(self, value: Any) -> Any:
        """An argument as plain data: the name of a call, an array, or a number, a text, or a tuple of these."""
        match value:
            case Node() if value in self._maps:
                return None
            case Node():
                known = self._known.get(value)
                return _array(known) if isinstance(known, Tensor) else known
            case list() | tuple():
                return tuple(map(self._value, value))
            case _:
                return value

    def _output(self, node: Node) -> str:
        returned = [each for each in node.all_input_nodes if each in self._maps]
        mutated = len(self._program.graph_signature.user_outputs)
        if mutated != 1 or len(returned) != 1:
            raise SqueezevizError(
                f"{self._name} returns {mutated} values; a layer table's network returns its last map; "
                "name the part of it that does, with part"
            )
        return self._maps[returned[0]]


_OVERLOAD = re.compile(r"^([A-Za-z0-9_]+?)_?(?:\.\w+)?$")
"""An operator's name without the underscore of its variant in place and without its overload."""


def _arguments(node: Node) -> dict[str, Any]:
    """The arguments by the names that the operator's schema has, with its own values for those that are not given."""
    schema = getattr(node.target, "_schema", None)
    if schema is None:
        return {str(place): value for place, value in enumerate(node.args)} | dict(node.kwargs)
    found = {}
    for place, argument in enumerate(schema.arguments):
        if place < len(node.args):
            found[argument.name] = node.args[place]
        elif argument.name in node.kwargs:
            found[argument.name] = node.kwargs[argument.name]
        elif argument.has_default_value():
            found[argument.name] = argument.default_value
    return found


def _flowing(values: Mapping[str, Any]) -> Iterator[Node]:
    for value in values.values():
        yield from (each for each in (value if isinstance(value, list | tuple) else [value]) if isinstance(each, Node))


def _writes_into_its_input(node: Node) -> bool:
    schema = getattr(node.target, "_schema", None)
    first = schema.arguments[0] if schema is not None and schema.arguments else None
    return bool(first and first.alias_info and first.alias_info.is_write)


def _array(tensor: Tensor) -> NDArray[np.float32]:
    return np.ascontiguousarray(tensor.detach().to("cpu", torch.float32).numpy())


def _shape(value: Any) -> tuple[int, ...]:
    return tuple(int(side) for side in value.shape) if isinstance(value, Tensor) else ()


def _module_of(node: Node) -> str:
    stack = list(node.meta.get("nn_module_stack", {}).values())
    return re.sub(r"^L\['self'\]\.?", "", stack[-1][0]).partition("@")[0] if stack else ""


_FRAME = re.compile(r'^\s*File "(.+)", line ([0-9]+), in ')


def _frames(node: Node) -> list[re.Match[str]]:
    """File and line of each frame that the call was made in, the innermost last."""
    return [found for line in (node.meta.get("stack_trace") or "").splitlines() if (found := _FRAME.match(line))]


def _place_of(node: Node, module: str) -> Place:
    """The innermost line of the person's code; of a module of torch's own in a Sequential, none is theirs."""
    theirs = [frame for frame in _frames(node) if _is_theirs(frame[1])]
    place = Place(row=module or None)
    return place._replace(file=theirs[-1][1], line=int(theirs[-1][2])) if theirs else place
