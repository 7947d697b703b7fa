"""What stands around a TikZ picture: the document where it is compiled alone, its size, and how text is set in it.

Plain LaTeX and TikZ without its libraries, so that a paper needs no more than `\\usepackage{tikz}`.
"""

from __future__ import annotations

from math import ceil

from squeezeviz import __version__
from squeezeviz.figure.writers.tikz_text import tex_word

_POINTS_PER_UNIT = 0.75
_POINTS_PER_MM = 72 / 25.4
_LONGEST_POINTS = 14_000.0
"""TeX knows no length beyond 16,383 pt, PDF readers no page beyond 14,400."""

_CATCODES = {**dict.fromkeys("!\"'()*+,-./:;<=>?[]`|", 12), "@": 11, "#": 6, "$": 3, "&": 4, "^": 7, "_": 8}
"""A paper may have made any of these active, as babel does."""

_HEAD = r"""% @TITLE@, a figure by squeezeviz @VERSION@
% Alone: pdflatex this file. In a paper: \usepackage{tikz} in the preamble, then \input this file.
% It is @NATURAL@ wide, or as wide as the line where that is narrower; for another width
% \def\squeezevizwidth{60mm} before it.
% Restyle it here, or before it: \tikzset{squeezeviz/restyle/.style={squeezeviz/conv/.append style={fill=yellow}}}
\expandafter\ifx\csname @nodocument\endcsname\relax
  \def\squeezevizend{}\def\squeezevizshare{.9}%
\else
  \documentclass{article}
  \usepackage{tikz}
  \usepackage[paperwidth=@PAPERWIDTH@,paperheight=@PAPERHEIGHT@,margin=0bp]{geometry}
  \pagestyle{empty}\parindent0pt \topskip0pt \advance\textheight2bp
  \renewcommand\familydefault{\sfdefault}
  \def\squeezevizend{\end{document}}\def\squeezevizshare{1}
  \begin{document}
\fi
\ifx\tikzpicture\undefined
  \errmessage{Put \string\usepackage{tikz} into the preamble of the document}%
\fi
\begingroup\endlinechar-1 @CATCODES@
"""

_SCALE = r"""% One unit, of @WIDTH@ by @HEIGHT@
\ifx\squeezevizwanted\undefined\newdimen\squeezevizunit\newdimen\squeezevizwanted\newbox\squeezevizbox\fi
\ifx\squeezevizwidth\undefined
  \squeezevizunit\dimexpr@NATURAL@/@WIDTH@\relax
  \ifdim@WIDTH@\squeezevizunit>\linewidth\squeezevizunit\dimexpr\linewidth/@WIDTH@\relax\fi
  \ifdim@HEIGHT@\squeezevizunit>\squeezevizshare\textheight
    \squeezevizunit\dimexpr\squeezevizshare\textheight/@HEIGHT@\relax
  \fi
\else
  \squeezevizunit\dimexpr\squeezevizwidth/@WIDTH@\relax
\fi
"""

_TEXT = r"""% Text, in the font of the document
\ifx\squeezevizboldfont\undefined\def\squeezevizboldfont{\bfseries}\fi
\ifx\squeezevizplainfont\undefined\def\squeezevizplainfont{\mdseries}\fi
% A character by its code, where the engine and the font have it
\def\squeezevizcode#1{\ensuremath{\langle}#1\ensuremath{\rangle}}
\ifx\squeezevizchar\undefined
  \def\squeezevizchar#1{\ifx\Umathcode\undefined\squeezevizcode{#1}
    \else\iffontchar\font"#1 \char"#1 \else\squeezevizcode{#1}\fi\fi}
\fi
% Lines of text: size, room, words. Set in the nearest size that every font has, then scaled to the size that is
% wanted; in a font wider than the room they become smaller.
\def\squeezevizset#1#2#3{\vrule width0pt height13\squeezevizunit depth3.5\squeezevizunit\relax
  \squeezeviznearest{#1}\setbox\squeezevizbox\hbox{\fontsize\squeezevizpoints{12}\selectfont#3}
  \ifdim\wd\squeezevizbox>0pt
    \squeezevizwanted\dimexpr\wd\squeezevizbox*\dimexpr#1\squeezevizunit\relax/\dimexpr\squeezevizpoints pt\relax\relax
    \ifdim\squeezevizwanted>#2\squeezevizunit\squeezevizwanted#2\squeezevizunit\fi
    \resizebox\squeezevizwanted!{\box\squeezevizbox}
  \fi}
\def\squeezeviznearest#1{\squeezevizwanted#1\squeezevizunit
  \edef\squeezevizpoints{\ifdim\squeezevizwanted<5.5pt5\else\ifdim\squeezevizwanted<6.5pt6\else
    \ifdim\squeezevizwanted<7.5pt7\else\ifdim\squeezevizwanted<8.5pt8\else\ifdim\squeezevizwanted<9.5pt9\else
    \ifdim\squeezevizwanted<11pt10\else12\fi\fi\fi\fi\fi\fi}}
\def\squeezevizbold#1#2#3{{\squeezevizboldfont\squeezevizset{#1}{#2}{#3}}}
\def\squeezevizplain#1#2#3{{\squeezevizplainfont\squeezevizset{#1}{#2}{#3}}}
\def\squeezevizdetail#1#2#3{{\color{\squeezevizquiet}\squeezevizplain{#1}{#2}{#3}}}
\def\squeezevizquiet{squeezeviz-quiet}
% The arrowhead
\def\squeezeviztip{\pgf@xa\pgflinewidth\advance\pgf@xa6\squeezevizunit
  \pgf@ya.75\pgflinewidth\advance\pgf@ya2.75\squeezevizunit}
\pgfdeclarearrow{name=squeezeviz,parameters={\the\pgflinewidth},
  setup code={\squeezeviztip\pgfarrowssettipend{0pt}\pgfarrowssetlineend{-.75\pgf@xa}
    \pgfarrowssetbackend{-\pgf@xa}\pgfarrowssetvisualbackend{-\pgf@xa}
    \pgfarrowssavethe\pgf@xa\pgfarrowssavethe\pgf@ya
    \pgfarrowshullpoint{0pt}{0pt}\pgfarrowsupperhullpoint{-\pgf@xa}{\pgf@ya}},
  drawing code={\pgfsetdash{}{0pt}\pgfpathmoveto{\pgfpointorigin}\pgfpathlineto{\pgfpoint{-\pgf@xa}{\pgf@ya}}
    \pgfpathlineto{\pgfpoint{-\pgf@xa}{-\pgf@ya}}\pgfpathclose\pgfusepathqfill}}
"""

_FOOT = "\\endgroup\n\\squeezevizend\n"


def framed(picture: str, width: float, height: float, title: str, width_mm: float | None = None) -> str:
    """The file around a picture of `width` × `height` units, which are `\\squeezevizunit` each.

    It is `width_mm` wide, unless said as large as on screen; in a document at most as wide as the line.
    """
    columns, rows = max(1, ceil(width)), max(1, ceil(height))
    points = _POINTS_PER_UNIT * columns if width_mm is None else width_mm * _POINTS_PER_MM
    points = min(points, _LONGEST_POINTS, _LONGEST_POINTS * columns / rows)
    natural = f"{points:.3f}bp"
    replaced = {
        "@NATURAL@": natural,
        "@PAPERWIDTH@": natural,
        "@PAPERHEIGHT@": f"{points * rows / columns:.3f}bp",
        "@WIDTH@": str(columns),
        "@HEIGHT@": str(rows),
        "@TITLE@": tex_word(title),
        "@VERSION@": __version__,
        "@CATCODES@": "".join(rf"\catcode{ord(each)} {code}\relax" for each, code in _CATCODES.items()),
    }
    text = _HEAD + _SCALE + _TEXT
    for mark, value in replaced.items():
        text = text.replace(mark, value)
    return text + picture + _FOOT
