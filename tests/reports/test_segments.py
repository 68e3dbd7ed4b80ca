"""Rows of routes that differ by what a day is worth say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.network.cargo import lognormal_parts
from model.plan.planner import make_plan
from model.reports import write_reports
from model.reports.facts import Facts
from model.reports.page.routes import routes
from model.solvers.core.options import SolveOptions
from tests.minis import COMMODITIES, demand, link, make_case, periods
from tests.reports.reading import Reader


def test_rows_alike_but_for_the_value_of_time_name_it(tmp_path: Path) -> None:
    """
    Proves: 10 kTEU in two segments, one way: two rows with one path, price and days, segments 1 and 2 with half of the
    demand each, and the values of time of the parts of a lognormal with mean 200 USD a day; grain, in tonnes, has one
    segment at the 2,000 USD of its TEU-equivalent. The page has the values too.
    If it were ignored: 45 % and 43 % would stand on two rows that nothing tells apart.
    """
    case = make_case(
        "segments", "AB", [link("AB", "A-B")],
        [demand("D", "A-B", 10.0, segments=2), demand("G", "A-B", 20.0, commodity="grain", unit="kt")],
        years=periods(2026),
        Commodities=[
            {**COMMODITIES[0], "value_of_time": 0.2, "value_of_time_spread": 0.6},
            {**COMMODITIES[1], "value_of_time": 2.0},
        ],
    )  # fmt: skip
    plan = make_plan(case, SolveOptions(gap=1e-9, threads=1))
    write_reports(plan, tmp_path)
    rows = Reader(tmp_path / "plan.xlsx").records("Routes")
    boxes = sorted((row for row in rows if row["Demand"] == "D"), key=lambda row: row["Value-of-time segment"])
    assert [row["Value-of-time segment"] for row in boxes] == [1, 2]
    assert [row["Share of demand [%]"] for row in boxes] == pytest.approx([0.5, 0.5])
    parts = [200 * part for part in lognormal_parts(0.6, 2)]
    assert [row["Value of time [USD/TEU a day]"] for row in boxes] == pytest.approx(parts)
    assert boxes[0]["Path"] == boxes[1]["Path"]
    (grain,) = (row for row in rows if row["Demand"] == "G")
    assert (grain["Value-of-time segment"], grain["Value of time [USD/TEU a day]"]) == (1, pytest.approx(2000.0))
    page = str(routes(Facts(plan)))
    assert all(f">{part:,.1f}<" in page for part in parts)


def test_no_two_rows_of_routes_are_alike(busy_folder: Path) -> None:
    """Proves: no two rows of Routes have demand, period, segment and path, load, price and days in common.
    If it were ignored: a reader could not tell which row is which."""
    told = ("Demand", "Period", "Load", "Value-of-time segment", "Path", "Transit [days]", "Freight cost [USD/TEU]")
    rows = [
        tuple(row[name] for name in told) + (row["Projects that speed or cheapen it"],)
        for row in Reader(busy_folder / "plan.xlsx").records("Routes")
    ]
    assert rows
    assert len(set(rows)) == len(rows)
