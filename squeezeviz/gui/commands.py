"""Every command of the window, declared once: menu, toolbar, shortcuts and the shortcut page come from this list."""

from __future__ import annotations

from squeezeviz.files.tables.formats import COPIED_AS
from squeezeviz.model.records import NamedTuple


class Command(NamedTuple):
    """One command as data. `menu` is its path, `>` between the levels; `rule` draws a line above it.

    `shortcuts`: the first is shown. `toolbar` gives the words on its button there, empty for none.
    """

    id: str
    title: str
    menu: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    toolbar: str = ""
    checkable: bool = False
    rule: bool = False


MENUS = ("File", "Edit", "Insert", "View", "Compare", "Run", "Help")

KINDS = {
    "fire": "Fire Module",
    "conv": "Convolution",
    "maxpool": "Max Pooling",
    "avgpool": "Average Pooling",
    "global_avgpool": "Global Average Pooling",
    "dropout": "Dropout",
    "softmax": "Softmax",
}
"""The kinds of layers as menus name them."""

MEASURES = {
    "kind": "Kind",
    "parameters": "Parameters",
    "multiply-adds": "Multiply-Adds",
    "activations": "Activations",
    "time": "Measured Time",
    "field": "Receptive Field",
}
"""What the diagram can be coloured by, as menus name it."""

PRECISIONS = {
    "float32": "Float32, Exact",
    "tf32": "TF32",
    "bfloat16": "Bfloat16 by Autocast",
    "float16": "Float16 by Autocast",
}
MEMORY_FORMATS = {"contiguous": "Contiguous (N, C, H, W)", "channels_last": "Channels Last (N, H, W, C)"}
"""What a live pass can compute in, and the order of its values in memory, as menus name them."""

TRAINED = {
    "squeezenet1_1-imagenet": "SqueezeNet v1.1, the Authors' (Built In)",
    "squeezenet1_0-torchvision": "SqueezeNet v1.0, torchvision's",
    "squeezenet1_1-torchvision": "SqueezeNet v1.1, torchvision's",
}
"""The networks with trained weights, as menus name them."""

PREPARATIONS = {
    "fitting": "As Fits the Weights",
    "torchvision": "torchvision: RGB ÷ 255, Mean and Std",
    "caffe": "Caffe: BGR − Mean",
    "bgr": "BGR as It Is, 0 to 255",
    "rgb": "RGB as It Is, 0 to 255",
    "own": "By Own Numbers…",
}
"""How pictures become a network's input, as menus name it."""

FILTER_COMMANDS = {
    "halve_filters": (
        "Filters ×½",
        "Halve the selected numbers of filters, those of the selected boxes in the diagram",
    ),
    "double_filters": ("Filters ×2", "Double the selected numbers of filters"),
    "add_filters": ("Filters +8", "Make the selected numbers of filters larger by eight"),
}
"""What is done to numbers of filters, as menus name it, and what it says of itself."""

BYPASSES = {"none": "None", "simple": "Simple", "complex": "Complex"}
"""What runs around a Fire module, as menus name it."""

OF_A_PANE = {
    "diagram_pane": (
        "zoom_in", "zoom_out", "zoom_reset", "fit", "zoom_width", "zoom_selection", "toggle", "open_all", "close_all",
        "direction", "wrapped", "minimap", "diagram_maps", "line_means", "story",
    ),
    "table_pane": ("rename", "select_all", "panels", "story"),
}  # fmt: skip
"""Commands whose effect is seen in one pane, or in several, which are shown first."""

_INSERT_KEYS = {"fire": "Ctrl+Alt+F", "conv": "Ctrl+Alt+V", "maxpool": "Ctrl+Alt+P"}
_INSERT_BUTTONS = {"fire": "Fire", "conv": "Conv", "maxpool": "Pool"}

_INSERT_AFTER = tuple(
    Command(
        f"insert_{kind}", title, "Insert", (_INSERT_KEYS[kind],) if kind in _INSERT_KEYS else (),
        "add" if kind in _INSERT_BUTTONS else "", f"Insert {title.lower().replace('fire', 'Fire')} after the layer",
        _INSERT_BUTTONS.get(kind, ""),
    )
    for kind, title in KINDS.items()
)  # fmt: skip
_INSERT_BEFORE = tuple(
    Command(
        f"insert_{kind}_before", title, "Insert>Before the Layer",
        (f"{_INSERT_KEYS[kind]}".replace("Alt+", "Alt+Shift+"),) if kind in _INSERT_KEYS else (), "",
        f"Insert {title.lower().replace('fire', 'Fire')} before the layer", rule=kind == "fire",
    )
    for kind, title in KINDS.items()
)  # fmt: skip

_COLOURS = tuple(
    Command(
        f"colour_{measure}", title, "View>Colour By", (f"Ctrl+Alt+{place}",), "",
        f"Colour the diagram by {title.lower()}" if place else "Colour the diagram by what its boxes do",
        checkable=True, rule=not place,
    )
    for place, (measure, title) in enumerate(MEASURES.items())
)  # fmt: skip

_ARITHMETIC = tuple(
    Command(
        f"{field}_{value}", title, f"Run>{menu}", (), "", f"{menu} of the live pass: {title}; shapes and counts stay",
        checkable=True, rule=value == "float32",
    )
    for field, menu, titles in (
        ("precision", "Precision", PRECISIONS), ("memory_format", "Memory Format", MEMORY_FORMATS),
    )
    for value, title in titles.items()
)  # fmt: skip

_COPIES = tuple(
    Command(
        f"copy_table_{each}", title, "File>Copy Table As", (), "", f"Put the whole table on the clipboard as {title}"
    )
    for each, title in COPIED_AS.items()
)

_TRAINED = tuple(
    Command(f"trained_{each}", title, "File>Trained Weights", (), "", f"Open {each}, with weights trained on ImageNet")
    for each, title in TRAINED.items()
)

_PREPARATIONS = tuple(
    Command(
        f"prepare_{each}", title, "File>Prepare Pictures", (), "",
        "Prepare pictures as the open weights were trained" if each == "fitting"
        else f"How pictures become the network's input: {title.removesuffix('…')}", checkable=True,
        rule=each in ("torchvision", "own"),
    )
    for each, title in PREPARATIONS.items()
)  # fmt: skip

COMMANDS = (
    Command("new", "New", "File", ("Ctrl+N",), "new", "Begin with an empty table"),
    Command("open", "Open…", "File", ("Ctrl+O",), "open",
            "Open a layer table, Caffe prototxt, ONNX file or PyTorch checkpoint", "Open"),
    *_TRAINED,
    Command("save", "Save", "File", ("Ctrl+S",), "save", "Save the table", "Save", rule=True),
    Command("save_as", "Save As…", "File", ("Ctrl+Shift+S",), "", "Save the table under another name"),
    Command("open_picture", "Open Picture…", "File", ("Ctrl+I",), "",
            "Show pictures to the network: PNG, JPEG, WebP or BMP; several are a batch", rule=True),
    Command("example_picture", "Example Picture", "File", (), "", "Show the network a cat"),
    *_PREPARATIONS,
    Command("labels", "Names of Classes…", "File", (), "",
            "Read the names of the network's classes from a file, one a line"),
    Command("no_picture", "No Picture", "File", (), "", "Run the live pass on a ramp of grey again"),
    Command("export", "Export Diagram…", "File", ("Ctrl+E",), "export",
            "Save the diagram as SVG, PDF, PNG, DOT, TikZ, PowerPoint slide or web page", "Export…", rule=True),
    Command("export_table", "Export Table…", "File", ("Ctrl+Shift+E",), "",
            "Write the table as Markdown, LaTeX, HTML, CSV or JSON"),
    Command("export_network", "Export Network…", "File", ("Ctrl+Alt+E",), "",
            "Write the network as PyTorch source, ONNX, Caffe prototxt or weights"),
    Command("export_story", "Export Step of the Story…", "File>Other Figures", (), "",
            "Save the step of the story of depth that is shown, its words and its module, as PNG, PDF or SVG"),
    Command("copy_story", "Copy Step of the Story", "File>Other Figures", (), "",
            "Put the step of the story of depth that is shown on the clipboard"),
    Command("export_what_if", "Export What if They Were Chained…", "File>Other Figures", (), "",
            "Save the module beside the same one chained, with their numbers, as PNG, PDF or SVG"),
    Command("copy_what_if", "Copy What if They Were Chained", "File>Other Figures", (), "",
            "Put the module beside the same one chained on the clipboard"),
    Command("export_maps", "Export Feature Maps…", "File>Other Figures", (), "",
            "Write the feature maps that are shown as PNG, PDF or SVG with their scale, or as numbers for NumPy"),
    Command("export_comparison", "Export Comparison…", "File>Other Figures", (), "",
            "Write the baseline's diagram and the open one side by side, with what differs, as PNG, PDF or SVG"),
    Command("copy_comparison_picture", "Copy Comparison as Picture", "File>Other Figures", (), "",
            "Put both diagrams side by side on the clipboard"),
    Command("export_costs", "Export Costs…", "File>Other Figures", (), "",
            "Write the costs of every layer, with shares and spreads, as PNG, PDF or SVG"),
    Command("copy_costs_picture", "Copy Costs as Picture", "File>Other Figures", (), "",
            "Put the costs on the clipboard as a figure"),
    Command("copy_costs", "Copy Costs as Table", "File>Other Figures", (), "",
            "Put the numbers of the costs on the clipboard, for a spreadsheet"),
    Command("print", "Print Diagram…", "File", (), "", "Print the diagram, fitted to a page, as it would be exported"),
    Command("copy_picture", "Copy Diagram as Picture", "File", ("Ctrl+Shift+C",), "",
            "Put the diagram on the clipboard"),
    Command("copy_svg", "Copy Diagram as SVG", "File", ("Ctrl+Alt+C",), "", "Put the diagram's SVG on the clipboard"),
    Command("export_selection", "Export Selection…", "File", (), "",
            "Save the diagram of the selected layers alone"),
    Command("copy_selection", "Copy Selection as Picture", "File", (), "",
            "Put the diagram of the selected layers alone on the clipboard"),
    *_COPIES,
    Command("reopen_last", "Reopen Last File at Start", "File", (), "",
            "Start with the file that was open last, as it was looked at, where no other is named", checkable=True,
            rule=True),
    Command("quit", "Quit", "File", ("Ctrl+Q",), "", "Close the window", rule=True),
    Command("undo", "Undo", "Edit", ("Ctrl+Z",), "undo", "Take the last change back", "Undo"),
    Command("redo", "Redo", "Edit", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", "Make the change again", "Redo"),
    Command("history", "History", "Edit", ("Ctrl+H",), "", "Every step by name; click to go there"),
    Command("cut", "Cut", "Edit", ("Ctrl+X",), "", "Copy the selected layers and take them out", rule=True),
    Command("copy", "Copy", "Edit", ("Ctrl+C",), "", "Copy the selected cells, for a spreadsheet or this table"),
    Command("paste", "Paste", "Edit", ("Ctrl+V",), "", "Paste cells or whole layers, from a spreadsheet or this table"),
    Command("fill_down", "Fill Down", "Edit", ("Ctrl+D",), "",
            "Copy the first selected row's numbers into the rows below it"),
    *(
        Command(each, title, "Edit", (), "", tip, rule=each == "halve_filters")
        for each, (title, tip) in FILTER_COMMANDS.items()
    ),
    *(
        Command(f"bypass_{each}", title, "Edit>Bypass", (), "", f"The bypass around the selected Fire modules: {each}",
                checkable=True, rule=each == "none")
        for each, title in BYPASSES.items()
    ),
    Command("select_all", "Select All Cells", "Edit", ("Ctrl+A",), "", "Select the whole table"),
    Command("duplicate", "Duplicate Layer", "Edit", ("Ctrl+Shift+D",), "duplicate", "Put a copy of the layer after it",
            rule=True),
    Command("delete", "Delete Layer", "Edit", ("Ctrl+Backspace", "Ctrl+Del"), "delete",
            "Take the selected layers out"),
    Command("move_up", "Move Layer Up", "Edit", ("Alt+Up",), "up", "Move the selected layers up the table"),
    Command("move_down", "Move Layer Down", "Edit", ("Alt+Down",), "down", "Move the selected layers down the table"),
    Command("rename", "Rename Layer", "Edit", ("Shift+F2",), "", "Type another name for the layer"),
    Command("find", "Find Layer…", "Edit", ("Ctrl+F",), "", "Find a layer by its name or kind", rule=True),
    Command("find_next", "Find Next", "Edit", ("F3", "Ctrl+G"), "", "Go to the next layer found"),
    Command("find_previous", "Find Previous", "Edit", ("Shift+F3", "Ctrl+Shift+G"), "",
            "Go to the layer found before"),
    *_INSERT_AFTER,
    *_INSERT_BEFORE,
    Command("zoom_in", "Zoom In", "View", ("Ctrl++", "Ctrl+="), "", "Show the diagram larger"),
    Command("zoom_out", "Zoom Out", "View", ("Ctrl+-",), "", "Show the diagram smaller"),
    Command("zoom_reset", "Actual Size", "View", ("Ctrl+0",), "", "Show the diagram at 100 %"),
    Command("fit", "Fit Diagram", "View", ("F", "Ctrl+9"), "", "Show the whole diagram"),
    Command("zoom_width", "Fit Width", "View", ("Ctrl+Shift+0",), "", "Show the diagram as wide as its pane"),
    Command("zoom_selection", "Zoom to Selection", "View", ("Ctrl+Shift+9",), "",
            "Show what is selected in the diagram as large as it fits"),
    Command("toggle", "Open or Close Module", "View", ("Ctrl+Return", "Ctrl+Enter"), "",
            "Open or close the selected Fire module", rule=True),
    Command("open_all", "Open All Modules", "View", ("Ctrl+Shift+O",), "", "Show the inside of every Fire module"),
    Command("close_all", "Close All Modules", "View", ("Ctrl+Shift+L",), "", "Collapse every Fire module to one box"),
    Command("direction", "Left to Right", "View", ("Ctrl+R",), "direction", "Turn the diagram: top-down or left-right",
            "Direction", checkable=True, rule=True),
    Command("wrapped", "Whole Network in Columns", "View", ("Ctrl+Shift+W",), "",
            "Set the diagram in columns like text, as many as the pane has room for, so that all of it is seen",
            checkable=True),
    Command("minimap", "Overview in the Corner", "View", ("Ctrl+M",), "", "Show the whole diagram small in its corner",
            checkable=True),
    Command("diagram_maps", "Feature Maps on the Diagram", "View", ("Ctrl+Alt+M",), "",
            "Show in each box of the diagram those of its feature maps that vary most", checkable=True),
    Command("line_means", "Line Width by Mean Activation", "View", ("Ctrl+Alt+A",), "",
            "With feature maps on the diagram, draw each line as wide as the mean of what flows along it",
            checkable=True),
    Command("focus_table", "Go to Table", "View>Go To", ("Ctrl+1",), "",
            "Put the keyboard into the layer table"),
    Command("focus_graph", "Go to Diagram", "View>Go To", ("Ctrl+2",), "", "Put the keyboard into the diagram"),
    Command("focus_panel", "Go to Explanation", "View>Go To", ("Ctrl+3",), "", "Put the keyboard into the explanation"),
    Command("metaparameters", "Go to Metaparameters", "View>Go To", ("Ctrl+4",), "",
            "Sliders that rewrite all Fire modules by the paper's formula"),
    Command("comparison", "Go to Comparison", "View>Go To", ("Ctrl+5",), "", "What differs from the pinned state"),
    Command("paper", "Go to the Paper's Check", "View>Go To", ("Ctrl+6",), "",
            "The open table against the paper's Table 1"),
    Command("costs", "Go to Costs", "View>Go To", ("Ctrl+7",), "", "A bar for each layer"),
    Command("cost_window", "Costs in a Window", "View>Go To", ("Ctrl+Shift+7",), "",
            "The costs of every layer as a table to sort, beside the chart as large as its window"),
    Command("feature_maps", "Go to Feature Maps", "View>Go To", ("Ctrl+Shift+M",), "",
            "What each channel of the selected layer puts out, as maps"),
    Command("filters", "Go to Filters", "View>Go To", ("Ctrl+Shift+K",), "",
            "What the weights of each convolution say, and its filters as pictures"),
    Command("picture", "Go to Picture", "View>Go To", ("Ctrl+P",), "",
            "What the network sees of the open picture, and what it says"),
    Command("focus_notice", "Go to Notice", "View>Go To", ("Ctrl+8",), "",
            "Put the keyboard into the bar over the window that waits for an answer"),
    Command("diagram_alone", "Diagram Alone", "View", ("F11",), "", "Give the diagram the full screen; Esc goes back",
            checkable=True, rule=True),
    Command("present", "Present", "View", ("Shift+F11",), "",
            "Show one layer after the other in large type on the full screen, from the selected one; Esc goes back"),
    Command("table_pane", "Layer Table", "View>Panes", ("Ctrl+Shift+1",), "",
            "Show or hide the layer table and the panels below it", checkable=True),
    Command("diagram_pane", "Diagram", "View>Panes", ("Ctrl+Shift+2",), "", "Show or hide the diagram", checkable=True),
    Command("explanation_pane", "Explanation", "View>Panes", ("Ctrl+Shift+3",), "", "Show or hide the explanation",
            checkable=True),
    Command("panels", "Panels Below the Table", "View>Panes", ("Ctrl+J",), "",
            "Show or hide the panels below the table", checkable=True),
    *_COLOURS,
    Command("flops", "Count FLOPs (2 × Multiply-Adds)", "View>Conventions", (), "",
            "Count a multiplication and its addition as two", checkable=True),
    Command("decimal_sizes", "Sizes in MB (10⁶ Bytes)", "View>Conventions", (), "",
            "Write sizes in MB of 1,000,000 bytes, not in MiB of 1,048,576", checkable=True),
    Command("count_bias", "Count Biases as Parameters", "View>Conventions", (), "",
            "Count biases among the parameters, not weights alone", checkable=True),
    Command("theme_system", "Follow the System", "View>Theme", (), "", "Light or dark as the system is", checkable=True,
            rule=True),
    Command("theme_light", "Light", "View>Theme", (), "", "A light window", checkable=True),
    Command("theme_dark", "Dark", "View>Theme", (), "", "A dark window", checkable=True),
    Command("pin", "Pin This State", "Compare", ("Ctrl+B",), "",
            "Keep the table as it is now, and show what differs from it"),
    Command("compare_file", "With a File…", "Compare", ("Ctrl+Shift+B",), "", "Show what differs from another file"),
    Command("beside", "Side by Side", "Compare", ("Ctrl+Alt+B",), "",
            "Show the baseline's diagram beside the open one, with what differs marked on both", checkable=True,
            rule=True),
    Command("swap", "Swap with the Baseline", "Compare", ("Ctrl+Alt+S",), "",
            "Open the baseline's table, and compare it with the one that is open now"),
    Command("unpin", "Stop Comparing", "Compare", (), "", "Forget the pinned state", rule=True),
    Command("copy_comparison", "Copy as Markdown", "Compare", (), "", "Put the comparison on the clipboard"),
    Command("run", "Measure Now", "Run", ("F5",), "run", "Run one live pass on the chosen device"),
    Command("repeat", "Measure Repeatedly…", "Run", ("Shift+F5",), "",
            "Run many live passes, and show the median of their times and how much they vary"),
    Command("live", "Live", "Run", ("Ctrl+L",), "", "Run a pass after every change", "● Live", checkable=True),
    Command("cancel", "Cancel the Pass", "Run", ("Esc",), "", "Stop the live pass that runs"),
    *_ARITHMETIC,
    Command("follow_value", "Follow One Value…", "Run", ("F12",), "",
            "Where one value of a feature map comes from, term by term, back to the picture's pixels", rule=True),
    Command("live_details", "What Went Wrong…", "Run", (), "",
            "All that the live pass's process said of its last failure", rule=True),
    Command("story", "What Is Depth?", "Help", ("Shift+F1",), "",
            "Short steps through the open network: why a Fire module's depth is 2, and why 64 and 64 make 128"),
    Command("what_if", "What if They Were Chained?", "Help", ("Ctrl+Shift+F",), "",
            "Run a Fire module with its expands one after the other, beside the real one"),
    Command("palette", "Command Palette…", "Help", ("Ctrl+Shift+P",), "",
            "Find a command, a preset or a layer by a few letters of its name, and go there", rule=True),
    Command("shortcuts", "Shortcuts", "Help", ("F1",), "", "Every key at a glance"),
    Command("about", "About squeezeviz", "Help", (), "", "Version and licence"),
)  # fmt: skip
