"""The window's colours and style sheet, light and dark; the diagram's own colours come from its theme."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from squeezeviz.diagram.model import Role
from squeezeviz.diagram.theme import DARK, LIGHT, Theme


@dataclass(frozen=True)
class Style:
    """Colours by what they are for. `theme` is the diagram's."""

    name: str
    window: str
    card: str
    border: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    button: str
    button_hover: str
    cell: str
    computed: str
    total: str
    grid: str
    selected: str
    selected_computed: str
    measured: str
    measured_ground: str
    problem: str
    problem_ground: str
    theme: Theme

    def role(self, role: str) -> str:
        """The colour of a part of a Fire module, as the diagram has it."""
        return self.theme.roles[Role(role)]


LIGHT_STYLE = Style(
    name="light",
    window="#f1f3f6",
    card="#ffffff",
    border="#dfe3e9",
    text="#1a1d24",
    quiet="#5b6472",
    accent="#2f5bd8",
    on_accent="#ffffff",
    button="#ffffff",
    button_hover="#eef1f6",
    cell="#ffffff",
    computed="#f5f6f8",
    total="#e9ecf1",
    grid="#eceff3",
    selected="#dce8ff",
    selected_computed="#d3e0f8",
    measured="#187a34",
    measured_ground="#e5f5e9",
    problem="#b3261e",
    problem_ground="#fdeceb",
    theme=LIGHT,
)

DARK_STYLE = Style(
    name="dark",
    window="#16181d",
    card="#1f2229",
    border="#343944",
    text="#eceef2",
    quiet="#a3abb9",
    accent="#7ea2ff",
    on_accent="#10131a",
    button="#2a2e37",
    button_hover="#343944",
    cell="#262a32",
    computed="#1f2229",
    total="#2c313b",
    grid="#2b3039",
    selected="#2b3c63",
    selected_computed="#273656",
    measured="#6fcf87",
    measured_ground="#1d3525",
    problem="#ff8a80",
    problem_ground="#43211f",
    theme=DARK,
)


def palette(style: Style) -> QPalette:
    """The palette for what the style sheet does not reach."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, style.window),
        (roles.WindowText, style.text),
        (roles.Base, style.card),
        (roles.AlternateBase, style.computed),
        (roles.Text, style.text),
        (roles.Button, style.button),
        (roles.ButtonText, style.text),
        (roles.BrightText, style.problem),
        (roles.Highlight, style.accent),
        (roles.HighlightedText, style.on_accent),
        (roles.ToolTipBase, style.card),
        (roles.ToolTipText, style.text),
        (roles.PlaceholderText, style.quiet),
        (roles.Link, style.accent),
        (roles.Mid, style.border),
        (roles.Midlight, style.button_hover),
        (roles.Dark, style.border),
        (roles.Light, style.card),
        (roles.Shadow, style.border),
    ):
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(_between(style.quiet, style.card)))
    return made


def system_style() -> Style:
    """What the system asks for: dark where it says so, else light."""
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return DARK_STYLE if dark else LIGHT_STYLE


def _between(one: str, other: str) -> str:
    first, second = QColor(one), QColor(other)
    return QColor(
        (first.red() + second.red()) // 2, (first.green() + second.green()) // 2, (first.blue() + second.blue()) // 2
    ).name()


def sheet(style: Style) -> str:
    """The style sheet of the whole window."""
    return f"""
    QMainWindow, QDialog {{ background: {style.window}; }}
    QWidget {{ color: {style.text}; }}
    QFrame#card {{ background: {style.card}; border: 1px solid {style.border}; border-radius: 8px; }}
    QLabel#card_title {{ font-weight: 600; font-size: 14px; }}
    QLabel#quiet, QLabel[quiet="true"] {{ color: {style.quiet}; }}
    QMenuBar {{ background: {style.window}; padding: 2px 6px; }}
    QMenuBar::item {{ padding: 4px 9px; border-radius: 5px; background: transparent; }}
    QMenuBar::item:selected {{ background: {style.button_hover}; }}
    QMenu {{ background: {style.card}; border: 1px solid {style.border}; padding: 5px; }}
    QMenu::item {{ padding: 5px 26px 5px 24px; border-radius: 5px; }}
    QMenu::item:selected {{ background: {style.selected}; color: {style.text}; }}
    QMenu::item:disabled {{ color: {_between(style.quiet, style.card)}; }}
    QMenu::separator {{ height: 1px; background: {style.border}; margin: 5px 8px; }}
    QToolBar {{ background: {style.card}; border: none; border-bottom: 1px solid {style.border};
                padding: 5px 8px; spacing: 5px; }}
    QToolBar QLabel {{ color: {style.quiet}; padding-left: 4px; }}
    QToolBar::separator {{ background: transparent; width: 6px; }}
    QToolButton, QPushButton, QComboBox, QLineEdit, QSpinBox {{
        background: {style.button}; border: 1px solid {style.border}; border-radius: 6px;
        padding: 4px 9px; min-height: 18px; }}
    QToolBar QToolButton {{ padding: 4px 8px 4px 6px; margin: 0; }}
    QToolButton:hover, QPushButton:hover, QComboBox:hover {{ background: {style.button_hover}; }}
    QToolButton:pressed, QPushButton:pressed {{ background: {style.border}; }}
    QToolButton:disabled, QPushButton:disabled {{ color: {_between(style.quiet, style.card)}; }}
    QToolButton:focus, QPushButton:focus, QComboBox:focus, QLineEdit:focus, QSpinBox:focus,
    QAbstractButton:focus {{ border: 1px solid {style.accent}; }}
    QToolButton:checked, QPushButton:checked {{ background: {style.selected}; border-color: {style.accent}; }}
    QToolButton::menu-indicator {{ image: none; width: 0; }}
    QToolButton#qt_toolbar_ext_button {{ padding: 2px; min-width: 16px; }}
    QAbstractButton#live_button:checked {{ background: {style.measured_ground}; color: {style.measured};
        border-color: {style.measured}; font-weight: 600; }}
    QPushButton#primary, QToolButton#primary {{ background: {style.text}; color: {style.card};
        border-color: {style.text}; font-weight: 600; }}
    QPushButton#primary:hover, QToolButton#primary:hover {{ background: {style.quiet}; }}
    QComboBox::drop-down {{ border: none; width: 18px; }}
    QComboBox QAbstractItemView {{ background: {style.card}; border: 1px solid {style.border};
        selection-background-color: {style.selected}; selection-color: {style.text}; outline: none; padding: 4px; }}
    QLineEdit {{ selection-background-color: {style.accent}; selection-color: {style.on_accent}; }}
    QLineEdit[refused="true"] {{ border: 1px solid {style.problem}; background: {style.problem_ground}; }}
    QLabel#cell_reason {{ background: {style.problem_ground}; color: {style.problem};
        border: 1px solid {style.problem}; border-radius: 6px; padding: 6px 8px; }}
    QTableView {{ background: {style.card}; border: none; outline: none; font-size: 12px; }}
    QTableView QLineEdit {{ border: 2px solid {style.accent}; border-radius: 0; padding: 0 5px; min-height: 0; }}
    QTableView QLineEdit[refused="true"] {{ border: 2px solid {style.problem}; }}
    QHeaderView {{ background: {style.card}; }}
    QHeaderView::section {{ background: {style.total}; color: {style.quiet}; border: none; padding: 5px 4px 5px 5px;
        font-weight: 600; font-size: 11px; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
    QScrollBar:vertical {{ background: transparent; width: 11px; margin: 2px; }}
    QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 2px; }}
    QScrollBar::handle {{ background: {style.border}; border-radius: 3px; min-height: 28px; min-width: 28px; }}
    QScrollBar::handle:hover {{ background: {_between(style.quiet, style.border)}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QSplitter::handle {{ background: transparent; }}
    QStatusBar {{ background: {style.window}; border-top: 1px solid {style.border}; }}
    QStatusBar::item {{ border: none; }}
    QLabel#totals_label {{ font-weight: 600; padding: 3px 8px; }}
    QLabel#live_status {{ padding: 3px 8px; color: {style.quiet}; }}
    QLabel#live_status[state="measured"] {{ color: {style.measured}; }}
    QLabel#live_status[state="problem"] {{ color: {style.problem}; font-weight: 600; }}
    QProgressBar {{ background: {style.border}; border: none; border-radius: 3px; max-height: 6px; }}
    QProgressBar::chunk {{ background: {style.accent}; border-radius: 3px; }}
    QToolTip {{ background: {style.card}; color: {style.text}; border: 1px solid {style.border}; padding: 5px; }}
    QCheckBox, QRadioButton {{ spacing: 7px; }}
    QFrame#problem_box {{ background: {style.problem_ground}; border: 1px solid {style.problem}; border-radius: 7px; }}
    QFrame#problem_box QLabel {{ color: {style.text}; }}
    QLabel#note {{ color: {style.quiet}; }}
    """
