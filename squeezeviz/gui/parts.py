"""The parts of a window: makes each of them and hands it what it needs. What connects them is `wiring`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow

from squeezeviz.files.presets import BUILT_IN
from squeezeviz.gui.actions import Actions
from squeezeviz.gui.canvas.control import DiagramControl
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.explain.control import ExplainControl
from squeezeviz.gui.export.commands import ExportCommands
from squeezeviz.gui.files.commands import FileCommands
from squeezeviz.gui.files.file_watch import FileWatch
from squeezeviz.gui.layout import Layout
from squeezeviz.gui.live.commands import LiveCommands
from squeezeviz.gui.live.status_bar import StatusBar
from squeezeviz.gui.live.toolbar import ToolBar
from squeezeviz.gui.panels.baseline import CompareCommands
from squeezeviz.gui.panels.notes import NotesPanel
from squeezeviz.gui.panels.panels import PANELS, Panel, Panels
from squeezeviz.gui.pictures.button import PictureButton
from squeezeviz.gui.session import Session
from squeezeviz.gui.story.depth_help import DepthHelp
from squeezeviz.gui.table.commands import CellCommands, RowCommands
from squeezeviz.gui.table.model import TableModel
from squeezeviz.gui.table.view import TableView
from squeezeviz.gui.widgets.first_paint import BeforePaint, Late
from squeezeviz.gui.widgets.messages import NoticeBar, Toast
from squeezeviz.gui.widgets.style import Theming

if TYPE_CHECKING:
    from squeezeviz.analysis.pictures.preprocessing import Preprocessing
    from squeezeviz.analysis.value_sources import ValueAt
    from squeezeviz.figure.drawing.heat import Heat
    from squeezeviz.figure.scene.diagram import Key
    from squeezeviz.figure.writers.drawn import DrawnPicture
    from squeezeviz.gui.canvas.beside import Beside
    from squeezeviz.gui.canvas.find_bar import FindBar
    from squeezeviz.gui.files.trained import TrainedNetworks
    from squeezeviz.gui.following.commands import FollowControl
    from squeezeviz.gui.maps.activations import MeanActivations
    from squeezeviz.gui.maps.figure_maps import FigureMaps
    from squeezeviz.gui.maps.strips import DiagramStrips
    from squeezeviz.gui.palette.control import PaletteControl
    from squeezeviz.gui.panels.cost_commands import CostCommands
    from squeezeviz.gui.pictures.commands import PictureCommands
    from squeezeviz.gui.present.view import Presentation
    from squeezeviz.gui.recovery.control import RecoveryControl
    from squeezeviz.gui.recovery.outlook import OutlookControl
    from squeezeviz.gui.story.story import Story
    from squeezeviz.gui.story.what_if import WhatIfDialog


BASELINE_STAYS = "The baseline is not edited; swap it with the open table first (Compare > Swap with the Baseline)."


class Parts:
    """The parts of one window, which know nothing of it and of each other."""

    def __init__(self, window: QMainWindow, session: Session) -> None:
        self._window, self._session = window, session
        self._make_views(window, session)
        self._make_commands(window, session)

    def _make_views(self, window: QMainWindow, session: Session) -> None:
        document = session.document
        self.early = BeforePaint(window)
        """What goes before that, as it takes little of what a pass says: the panel in front."""
        self.soon = BeforePaint(window)
        """What an edit asks for several times and a person sees once: the explanation, and the marks of boxes."""
        self.last = BeforePaint(window)
        """What is said of all that, after it: the status bar's message."""
        self.theming = Theming(session.settings, window)
        style = self.theming.style
        self.model = TableModel(document, window)
        self.table = TableView(self.model, style)
        self.notes = NotesPanel()
        self.graph = GraphView()
        self.find = Late(self._find_bar)
        self.costs = Late(self._cost_commands)
        self.explaining = ExplainControl(document, session.selection, session.live, style, self.soon)
        self.notice = NoticeBar()
        self.panels = Panels()
        makers = (
            self._metaparameters, self._comparison, self._paper, lambda: self.costs().made_panel(), self._picture,
            self._feature_maps, self._filters, self._history,
        )  # fmt: skip
        for name, make in zip(PANELS, makers, strict=True):
            self.panels.add(name, make)
        self.layout = Layout(self.table, self.notes, self.panels, self.graph, self.explaining.panel, self.notice)
        self.control = DiagramControl(document, self.graph, session.background, window)
        self.commands = Actions(window)
        self.picture_button = PictureButton()
        self.toolbar = ToolBar(self.commands, self.picture_button, window)
        self.status = StatusBar(self.last)
        self.toast = Toast(window, self.notice)

    def _make_commands(self, window: QMainWindow, session: Session) -> None:
        document, settings, background = session.document, session.settings, session.background
        self.files = FileCommands(document, session.work, settings, background, window)
        self.watch = FileWatch(document, session.work, self.files.saving, self.notice, window)
        self.pictures = Late(self._pictures)
        self.rows = RowCommands(document, session.selection, self.table, self.model, window)
        self.cells = CellCommands(document, session.selection, self.table, self.model, self.graph.hasFocus, window)
        self.exports = ExportCommands(
            document, self.control, self.rows.selected, self._figure_maps, settings, background, window
        )
        self.compares = CompareCommands(
            document, session.baseline, self.files, background, lambda: session.pictures.fitting, window
        )
        self.live = LiveCommands(session.live, session.client, settings, window)
        self.depth_help = DepthHelp(
            self._story,
            self._what_if,
            session.selection.layer_name,
            self.exports.export_picture,
            self.exports.copy_picture,
        )
        self.following = Late(self._follow_control)
        self.palette = Late(self._command_palette)
        self.presentation = Late(self._presentation)
        self.outlook = Late(self._outlook)
        self.recovery = Late(self._recovery)
        self.beside = Late(self._beside)
        self.strips = Late(self._diagram_strips)
        self.activations = Late(self._mean_activations)
        self.trained = Late(self._trained)

    # What is made when it is first needed: what only that loads, the window opens without.

    def _find_bar(self) -> FindBar:
        from squeezeviz.gui.canvas.find_bar import FindBar

        bar = FindBar(self.graph)
        bar.set_network(self._session.document.network)
        bar.chosen.connect(self._go_to)
        return bar

    def _go_to(self, key: Key) -> None:
        """Select a box and bring it to the middle of the diagram."""
        self._select(key)
        self.graph.centre(key)

    def _select(self, key: Key) -> None:
        """Select a box, opening the Fire module that hides it."""
        if key.part:
            self.control.open(key.layer)
        self._session.selection.choose_key(key)

    def _follow_control(self) -> FollowControl:
        from squeezeviz.gui.following.commands import FollowControl
        from squeezeviz.gui.following.pixels import PixelsAround

        session, pictures = self._session, self._session.pictures
        around = PixelsAround(session.client, session.work)
        control = FollowControl(
            session.following(), session.document, session.selection, around, self._select,
            lambda: pictures.current if pictures.pictures else 0, self.theming.style, self.layout.show_instead,
        )  # fmt: skip
        control.refused.connect(self.toast.say)
        for act in (self.toast.dismiss, self.panels.refresh):  # the feature maps go there too
            session.following().moved.connect(act)
        control.panel.copied.connect(self.status.tell)
        return control

    def _command_palette(self) -> PaletteControl:
        from squeezeviz.gui.palette.control import PaletteControl

        session, open_preset = self._session, self.files.open
        return PaletteControl(
            self.commands,
            session.document,
            session.settings,
            open_preset,
            self._go_to,
            self.theming.style,
            self._window,
        )

    def _presentation(self) -> Presentation:
        from squeezeviz.gui.present.view import Presentation

        session = self._session
        made = Presentation(
            session.document,
            session.selection,
            self.control,
            self.explaining.of_layer,
            self.theming.style,
            self._window,
        )
        made.leave_with(self.commands["present"], self.commands["undo"], self.commands["redo"])
        session.live.answer_changed.connect(lambda _: self.soon.ask(made.follow))
        return made

    def _beside(self) -> Beside:
        from squeezeviz.analysis.costs import costs
        from squeezeviz.figure.drawing.cost_heat import heat_on_scale
        from squeezeviz.gui.canvas.beside import Beside

        baseline, costing = self._session.baseline, self._session.costing

        def heat(shown: Heat) -> Heat | None:
            network, present, answer = baseline.network, self._session.document.network, self._session.live.answer
            if network is None:
                return None
            measured = answer.measured if answer is not None else None
            found = costs(present, measured, costing.measure, costing.conventions)
            most = max((cost.value or 0.0 for cost in found), default=0.0)
            return heat_on_scale(network, shown, most, costing.measure, costing.conventions)

        made = Beside(self.graph, lambda: baseline.difference, lambda: baseline.title, heat)
        made.toggle_requested.connect(self.control.toggle)
        made.changed.connect(lambda: self.control.show_beside(made))
        for asked in (made.view.command_requested, made.view.modules_dropped):
            asked.connect(lambda _: self.toast.say(BASELINE_STAYS))
        return made

    def compared_picture(self) -> DrawnPicture:
        """Both networks side by side, as a picture; something has to be pinned."""
        from squeezeviz.figure.drawing.compared import Compared
        from squeezeviz.figure.layout.build import closed_at_first
        from squeezeviz.figure.writers.compared import compared_picture
        from squeezeviz.gui.export.process import HEAVY_ROWS

        baseline, options, table = self._session.baseline, self.control.options, self._session.document.table
        beside, pinned = self.beside.made, baseline.network
        assert pinned is not None
        alone = closed_at_first(pinned.table) if beside is None else beside.closed
        closed = options.collapsed | (alone - {each.name for each in table.layers})
        titles = baseline.title, table.name
        shown = Compared((pinned.table, table), titles, options._replace(collapsed=closed))
        large = len(pinned.table.layers) + len(table.layers) > HEAVY_ROWS
        return compared_picture(shown, self.control.appearance.theme, large=large)

    def _diagram_strips(self) -> DiagramStrips:
        from squeezeviz.gui.maps.strips import DiagramStrips

        session = self._session
        strips = DiagramStrips(
            session.live, session.client, session.work, lambda: session.pictures.current, self.theming.style.theme
        )
        strips.setParent(self._window)
        strips.changed.connect(self.graph.viewport().update)
        session.document.started.connect(strips.forget)
        session.live.answer_changed.connect(self.graph.viewport().update)
        return strips

    def _figure_maps(self) -> FigureMaps:
        from squeezeviz.gui.maps.figure_maps import FigureMaps

        session = self._session
        return FigureMaps(session.live.answer, session.pictures.current, session.document, session.client, session.work)

    def _mean_activations(self) -> MeanActivations:
        from squeezeviz.gui.maps.activations import MeanActivations

        session, pictures = self._session, self._session.pictures

        def looked_at() -> tuple[int, str]:
            shown = pictures.picture
            return pictures.current, "the ramp of grey" if shown is None else shown.retained.name

        means = MeanActivations(session.live, session.client, session.work, looked_at)
        means.setParent(self._window)
        means.changed.connect(self.control.show_activations)
        session.document.started.connect(means.forget)
        pictures.changed.connect(means.follow)
        return means

    def _outlook(self) -> OutlookControl:
        from squeezeviz.gui.recovery.outlook import OutlookControl

        session, views = self._session, (self.table, self.graph)
        return OutlookControl(session.document, session.selection, self.control, views, self.panels, self.pictures())

    def _recovery(self) -> RecoveryControl:
        from squeezeviz.gui.recovery.control import RecoveryControl

        session, graph = self._session, self.graph
        recovery = RecoveryControl(
            session.document, session.work, self.files, self.notice, self.outlook(), session.baseline, self._window
        )
        for looked in (
            session.selection.changed, self.control.options_changed, self.panels.fronted, graph.zoom_changed,
            graph.horizontalScrollBar().valueChanged, graph.verticalScrollBar().valueChanged, session.pictures.changed,
            session.baseline.pinned,
        ):  # fmt: skip
            looked.connect(recovery.follow_outlook)
        recovery.refused.connect(self.toast.say)
        return recovery

    def _pictures(self) -> PictureCommands:
        from squeezeviz.gui.pictures.commands import PictureCommands

        session = self._session
        made = PictureCommands(
            session.pictures, session.document, session.work, session.settings, session.background, self._window
        )
        made.refused.connect(self.toast.say)
        made.opened.connect(self.toast.dismiss)
        made.opened.connect(lambda: self.panels.put_in_front("picture"))
        made.lost.connect(lambda sentence: self.notice.show_notice(sentence, sentence, ()))
        return made

    def _trained(self) -> TrainedNetworks:
        from squeezeviz.gui.files.trained import TrainedNetworks

        trained = TrainedNetworks(self.files, self._session.background, self.notice, self._window)
        trained.refused.connect(self.toast.say)
        trained.busy.connect(self.show_busy)
        self._session.document.started.connect(trained.forget)
        return trained

    def show_busy(self) -> None:
        """Say what a person waits for: a save before all else."""
        fetching = self.trained.made.title if self.trained.made is not None else ""
        self.status.show_busy(self.files.saving.title or self._session.background.title or fetching)

    def _story(self) -> Story:
        from squeezeviz.gui.story.one_value import OneValue
        from squeezeviz.gui.story.story import Story, Views

        session = self._session
        views = Views(session.document, self.table, self.model, self.graph, self._window)
        one_value = OneValue(session.document, session.live, session.client)
        story = Story(session.document, session.live, session.selection, self.control, views, one_value, self._window)
        story.what_if_requested.connect(self.depth_help.ask)
        story.table1_requested.connect(lambda: self.files.open("table1"))
        story.set_style(self.theming.style)
        return story

    def _what_if(self) -> WhatIfDialog:
        from squeezeviz.gui.story.what_if import WhatIfDialog

        session, style = self._session, self.theming.style
        dialog = WhatIfDialog(session.document, session.client, session.live, session.selection, style, self._window)
        dialog.export_wanted.connect(self.commands["export_what_if"].trigger)
        dialog.copy_wanted.connect(self.commands["copy_what_if"].trigger)
        return dialog

    def _metaparameters(self) -> Panel:
        from squeezeviz.gui.panels.metaparameters import MetaparametersPanel

        document = self._session.document
        panel = MetaparametersPanel(document)
        document.started.connect(panel.begin_anew)
        panel.preset_chosen.connect(self.files.open)
        panel.refused.connect(self.toast.say)
        return Panel(panel, lambda: panel.show_network(document.network))

    def _comparison(self) -> Panel:
        from squeezeviz.gui.panels.comparison import ComparePanel

        baseline, panel = self._session.baseline, ComparePanel(self.theming.style)
        panel.layer_chosen.connect(self._session.selection.choose_layer)
        panel.pin_requested.connect(self.compares.pin)
        panel.choose_requested.connect(self.compares.choose)
        panel.unpin_requested.connect(baseline.unpin)
        panel.copy_requested.connect(self.compares.copy)
        beside = self.commands["beside"]
        panel.beside_requested.connect(beside.trigger)
        panel.swap_requested.connect(self.commands["swap"].trigger)
        panel.export_requested.connect(self.commands["export_comparison"].trigger)
        beside.toggled.connect(panel.show_beside)
        panel.show_beside(beside.isChecked())
        return Panel(panel, lambda: panel.show_difference(baseline.title, baseline.difference), panel.set_style)

    def _paper(self) -> Panel:
        from squeezeviz.gui.panels.paper import PaperPanel

        session, panel = self._session, PaperPanel(self.theming.style)
        panel.layer_chosen.connect(session.selection.choose_layer)
        panel.geometry_chosen.connect(self.rows.set_geometry)

        def show() -> None:
            answer = session.live.answer
            measured = answer.measured if answer is not None and answer.fresh else None
            panel.show_network(session.document.network, measured)

        return Panel(panel, show, panel.set_style)

    def _cost_commands(self) -> CostCommands:
        from squeezeviz.gui.panels.cost_commands import CostCommands

        session = self._session
        made = CostCommands(
            session.document, session.live, session.selection, session.costing, self.commands, self.theming, self.early,
            self._window,
        )  # fmt: skip
        made.done.connect(self.status.tell)
        return made

    def _picture(self) -> Panel:
        from squeezeviz.gui.pictures.panel import PicturePanel
        from squeezeviz.gui.pictures.sought import SoughtClass

        session, commands = self._session, self.pictures()
        sought = SoughtClass(session.live, session.client)
        panel = PicturePanel(session.pictures, sought, session.background, self.theming.style)
        sought.setParent(panel)
        panel.open_requested.connect(commands.ask_open)
        panel.example_requested.connect(self.commands["example_picture"].trigger)
        panel.labels_requested.connect(commands.ask_labels)
        panel.trained_requested.connect(self.commands[f"trained_{BUILT_IN}"].trigger)

        def show() -> None:
            document, live = session.document, session.live
            answer = live.answer if live.answer is not None and live.answer.same_conditions else None
            panel.show_pictures(document.network, answer, trained=document.weights is not None)

        return Panel(panel, show, panel.set_style)

    def _feature_maps(self) -> Panel:
        from squeezeviz.gui.maps.brought import BroughtMaps
        from squeezeviz.gui.maps.compared import PinnedNetwork
        from squeezeviz.gui.maps.exporting import MapExport, MapSubject
        from squeezeviz.gui.maps.panel import FeatureMapsPanel, Remedy

        session, live = self._session, self._session.live

        def pinned() -> PinnedNetwork | None:
            found = session.baseline
            fitting = found.preprocessing.preprocessing if found.preprocessing is not None else None
            return PinnedNetwork(found.network, found.weights, fitting) if found.network is not None else None

        maps = BroughtMaps(session.client, session.work)
        panel = FeatureMapsPanel(
            session.document, session.selection, live, maps, session.settings, lambda: session.pictures.current,
            pinned, lambda: session.following.made.at if session.following.made is not None else None,
            self.theming.style,
        )  # fmt: skip
        maps.setParent(panel)

        def help_out(remedy: Remedy) -> None:
            if remedy is Remedy.CPU:
                self.toolbar.device.choose("cpu")
                self.live.choose_device("cpu")
            else:
                self.commands[remedy.value].trigger()

        panel.remedy_wanted.connect(help_out)

        def ask(subject: MapSubject) -> None:
            self.exports.export_picture(subject.picture())

        export = MapExport(session.client, session.work)
        export.setParent(panel)
        export.ready.connect(ask)
        for source in (export.refused, panel.nothing_to_export):
            source.connect(self.exports.refused)
        panel.export_wanted.connect(export.fetch)
        panel.add_command(self.commands["export_maps"])
        panel.follow_requested.connect(self._follow_value)
        session.document.started.connect(maps.forget)
        session.client.phase_changed.connect(panel.follow)
        return Panel(panel, panel.follow, panel.set_style)

    def _follow_value(self, at: ValueAt) -> None:
        """Follow a value; where its page is hidden, go there."""
        self.following().follow(at)
        if not self.following().panel.isVisible():
            self.commands["focus_panel"].trigger()

    def _filters(self) -> Panel:
        from squeezeviz.gui.filters.panel import FiltersPanel
        from squeezeviz.gui.filters.reading import FilterReader

        session = self._session

        def preprocessing() -> Preprocessing | None:
            hint = session.pictures.hint
            return hint.preprocessing if hint is not None else None

        reader = FilterReader(session.background)
        panel = FiltersPanel(session.document, session.selection, reader, preprocessing, self.theming.style)
        reader.setParent(panel)
        panel.convolution_chosen.connect(self._select)
        panel.export_wanted.connect(self.exports.export_picture)
        panel.copy_wanted.connect(self.exports.copy_picture)
        panel.remedy_wanted.connect(lambda remedy: self.commands[remedy.value].trigger())
        return Panel(panel, panel.follow, panel.set_style)

    def _history(self) -> Panel:
        """Every step by name; a click goes there."""
        from PySide6.QtWidgets import QFrame, QUndoView

        view = QUndoView(self._session.document.stack)
        view.setObjectName("history")
        view.setEmptyLabel("As opened")
        view.setAccessibleName("History of changes")
        view.setFrameShape(QFrame.Shape.NoFrame)
        return Panel(view)
