"""Options of the studies that try what is there: outages, value, target, alternatives, sensitivity."""

from __future__ import annotations

from typing import Any

from model.studies.commands.arguments import above_zero, listed, share, whole


def add_trials(command: Any) -> None:
    """Options of the studies that try what is there."""
    words = "outages: the year of the loss; default: the middle of the plan"
    command.add_argument("--year", type=whole(1900), metavar="YEAR", help=words)
    command.add_argument("--season", metavar="NAME", help="outages: the season of the loss; default: the whole year")
    words = "outages: node, link or route group that is lost; may be repeated; default: those that carry most"
    command.add_argument("--asset", action="append", metavar="KEY", help=words)
    words = "outages: how many assets are lost in turn; default: 20"
    command.add_argument("--count", type=whole(1), metavar="NUMBER", help=words)
    words = "outages: for so many of the dearest losses, plans that foresee them; default: none"
    command.add_argument("--harden", type=whole(1), metavar="NUMBER", help=words)
    words = "target: so much a year, both ways together, in --unit"
    command.add_argument("--amount", type=above_zero, metavar="NUMBER", help=words)
    words = "target: million tonnes or thousand TEU; default: Mt"
    command.add_argument("--unit", choices=("Mt", "kTEU"), help=words)
    words = "target: corridor (by its marker links), route group or link that is passed; may be repeated"
    command.add_argument("--across", action="append", metavar="KEY", help=words)
    words = "target: the year from which on it is to be kept; default: the last year"
    command.add_argument("--by", type=whole(1900), metavar="YEAR", help=words)
    words = "alternatives: how many plans at most; default: 10"
    command.add_argument("--number", type=whole(1), metavar="NUMBER", help=words)
    words = "alternatives: what a plan may cost more, as a share of the plan's value; default: 3%%"
    command.add_argument("--within", type=share, metavar="SHARE", help=words)
    words = "alternatives: scenario in which all of them are held, too; may be repeated"
    command.add_argument("--world", action="append", metavar="NAME", help=words)
    words = "alternatives: plan each project that all build, or none, the other way, to prove must-have and never"
    command.add_argument("--prove", action="store_true", default=None, help=words)
    words = "sensitivity: how far figures go down and up, as a share; default: 20%%"
    command.add_argument("--span", type=share, metavar="SHARE", help=words)
    words = "sensitivity: only groups of figures with this word, such as capital or demand; may be repeated"
    command.add_argument("--group", action="append", metavar="WORD", help=words)
    words = "value: projects looked at together, such as P16,P17; may be repeated"
    command.add_argument("--package", type=listed, action="append", metavar="KEYS", help=words)
    words = "value: million USD a year for what is chosen; the works are put in order of value for money"
    command.add_argument("--yearly", type=above_zero, metavar="AMOUNT", help=words)
