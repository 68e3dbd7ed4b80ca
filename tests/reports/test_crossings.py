"""Boxes across the Caspian, and lorries: told apart wherever a run tells them."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.plan.planner import make_plan
from model.reports import write_reports
from model.studies.console.summary import measures
from tests.minis import CARRIERS, demand, link, make_case, node
from tests.reports.reading import Reader

SEA = {"area": "Caspian"}
RORO = {"carrier": "wheels", "mode": "ferry", "accepts_container": True, "accepts_dry_bulk": False,
        "accepts_liquid_bulk": False}  # fmt: skip
FERRY = {**RORO, "carrier": "rails", "gauge_mm": 1520}


def test_lorries_are_no_boxes_across_the_caspian(tmp_path: Path) -> None:
    """Proves, by hand: of 10 kTEU the ship has room for 5, the rail ferry for 2 and the ferry without track takes the
    other 3. Years, Routes, run.json and the sentences of Cover and page say 7 in containers and 3 in lorries, as link
    flows do. The carriers' keys say nothing of what rolls on them: the missing gauge does.
    The tonnes of the ports of a country stand beside them, without
    lorries. If it were ignored: the headline would hold lorries that the policy on boxes beside it does not count, and
    whoever has the statistic of the ports would add links by hand."""
    case = make_case(
        "crossing",
        [node("A", **SEA), node("B", **SEA)],
        [
            link("ship", "A-B", carrier="container ship", capacity_kteu=5.0),
            link("train", "A-B", carrier="rails", container_cost=2.0, capacity_kteu=2.0),
            link("lorry", "A-B", carrier="wheels", container_cost=3.0, capacity_kteu=4.0),
        ],
        [demand("boxes", "A-B", 10.0)],
        years=(2026,),
        Carriers=[*CARRIERS, RORO, FERRY],
    )
    plan = make_plan(case)
    write_reports(plan, tmp_path)
    flows = plan.tables["link_flows"].groupby("link")["boxes_kteu"].sum()
    assert flows[["ship", "train", "lorry"]].tolist() == pytest.approx([5.0, 2.0, 3.0])
    told = measures(plan)
    assert (told["caspian_kteu_2026"], told["caspian_lorries_kteu_2026"]) == pytest.approx((7.0, 3.0))
    book = Reader(tmp_path / "plan.xlsx")
    for sheet in ("Years", "Routes"):
        for column, total in (("Containers across the Caspian", 7.0), ("Lorries across the Caspian", 3.0)):
            cells = [row[f"{column} [kTEU/year]"] for row in book.records(sheet)]
            assert sum(cell for cell in cells if isinstance(cell, float | int)) == pytest.approx(total), sheet
            tonnes = [
                row.get("Tonnes across the Caspian at ports of Kazakhstan [Mt/year]") for row in book.records(sheet)
            ]
            carried = plan.tables["link_flows"].set_index("link")["flow_kt"][["ship", "train"]].sum() / 1000
            assert sum(cell for cell in tonnes if isinstance(cell, float | int)) == pytest.approx(carried), sheet
    cover = " ".join(str(cell) for row in book.values["Cover"].iter_rows(values_only=True) for cell in row)
    for words in (cover, (tmp_path / "report.html").read_text(encoding="utf-8")):
        assert "Containers across the Caspian on ships and rail ferries, kTEU a year: 7 in 2026." in words
        assert "Loads of lorries across the Caspian on ferries, not counted there, kTEU a year: 3 in 2026." in words
