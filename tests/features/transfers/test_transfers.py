"""Price cuts that others pay for: worked out by hand, recounted, and left out of what society gains."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from model.case.case import Case
from model.features import transfers
from model.features.transfers.recount import recount
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.plan.verify.verifier import verify
from model.reports import write_reports
from model.reports.analysis.appraisal import Appraisal
from model.reports.analysis.gain import bought_words
from model.reports.analysis.why import decisions
from model.reports.brief.brief import brief
from model.reports.brief.money import balances, countries_block
from model.reports.brief.others_pay import paid_words
from model.reports.facts import Facts
from model.reports.frames import rows
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.studies.candidates import candidate_tables
from tests.minis import demand, link, make_case, node, periods, project
from tests.reports.office import SOFFICE, recalculated
from tests.reports.reading import Reader

PRESENT = 1 / 1.1 + 1 / 1.21
"""Two years, 2027 and 2028, at 10 % to 2026."""


def railway(*effects: dict[str, Any], price: float = 4.0, second: str = "rail 1520", **more: Any) -> Case:
    """10 kTEU a year A-C-B, each leg at `price`, or round at 9; A and C in KZ, B in AZ; project S at 5, in 2027.

    `second` is the carrier of the leg C-B.
    """
    projects = [project(key, 5.0, construction_years=1) for key in dict.fromkeys(row["project"] for row in effects)]
    return make_case(
        "railway",
        ["A", node("C", passing_cost=0.5), node("B", country="AZ")],
        [
            link("AC", "A-C", container_cost=price),
            link("CB", "C-B", container_cost=price, carrier=second),
            link("round", "A-B", container_cost=9.0, carrier="rail 1435"),
        ],
        [demand("D", "A-B", 10.0)],
        settings={"discount_rate": 0.1, "discount_base_year": 2026},
        Projects=projects,
        ProjectEffects=list(effects),
        **more,
    )


def cut(
    share: float, asset: str = "CB", by: float = -0.5, key: str = "S", kind: str = "link", **more: Any
) -> dict[str, Any]:
    """A price cut of which a share is a transfer."""
    return {"project": key, "asset_kind": kind, "asset": asset, "cost_change": by, "transfer_share": share, **more}


def solved(case: Case) -> Plan:
    """Proven optimum, verified, with the minimum."""
    plan = make_plan(case, SolveOptions(gap=1e-9, threads=1), questions=partial(candidate_tables, seconds=60.0))
    assert plan.outcome.status is Status.OPTIMAL, plan.outcome.message
    assert plan.verified
    assert "transfers table" in plan.checks["check"].tolist()
    return plan


def appraised(plan: Plan) -> Appraisal:
    """The plan against the minimum."""
    facts = Facts(plan)
    assert facts.minimum is not None
    return Appraisal(facts, facts.minimum)


def amounts(plan: Plan) -> dict[tuple[str, str, str], float]:
    """Table of transfers: (project, country, period) → million USD a year."""
    table = plan.tables["transfers"]
    keys = zip(table["project"], table["country"], table["period"], strict=True)
    return dict(zip(keys, table["amount"], strict=True))


def test_a_transfer_is_no_gain_to_all_together() -> None:
    """
    Proves: S halves the 4 of C-B; four fifths of the cut are a transfer. 10 kTEU pay 20 less in 2027 and in 2028, of
    which 16 are paid by others, half in KZ and half in AZ. Benefits 20 × 1.7355 = 34.71, less 5 = 29.71; without
    transfers 4 × 1.7355 - 5 = 1.94, 1.39 for each spent.
    If it were ignored: 29.71 would be called what the country gains by a subsidy.
    """
    plan = solved(railway(cut(0.8)))
    assert amounts(plan) == {
        ("S", country, year): pytest.approx(8.0) for country in ("AZ", "KZ") for year in ("2027", "2028")
    }
    found = appraised(plan)
    assert found.net == pytest.approx(20 * PRESENT - 5)
    assert found.transfers == pytest.approx(16 * PRESENT)
    assert found.net_without_transfers == pytest.approx(4 * PRESENT - 5)
    assert found.narrow.net == pytest.approx(4 * PRESENT - 5)  # no time, taste or penalty here
    assert found.ratio_without_transfers == pytest.approx(4 * PRESENT / 5)
    facts = Facts(plan)
    assert facts.minimum is not None
    assert "34.7 of costs paid; of all that 27.8 are transfers, which others pay" in bought_words(facts, facts.minimum)


def test_cargo_drawn_to_a_dearer_way_is_a_loss_to_society() -> None:
    """
    Proves: by C costs 5 + 5 + 0.5, round 9. A cut of 2.5, all of it a transfer, draws all 10 kTEU: they pay 8 instead
    of 9, 10 a year saved, while others pay 25. Society loses 15 × 1.7355 + 5 = 31.03.
    If only old traffic counted: no transfer at all, as nothing went there before.
    """
    plan = solved(railway(cut(1.0), price=5.0))
    found = appraised(plan)
    assert found.net == pytest.approx(10 * PRESENT - 5)
    assert found.net_without_transfers == pytest.approx(-15 * PRESENT - 5)


def test_several_projects_places_and_periods() -> None:
    """
    Proves: S halves C-B and T takes a quarter off it; S's is all a transfer, T's two fifths: paid 4 × 0.5 × 0.75 = 1.5,
    borne 4 × 1 × (1 - 0.25 × 0.6) = 3.4, so 1.9 a kTEU are transfers: 19 a year, S 0.5 parts of 0.6, T 0.1. Handling
    at C (0.5, all in KZ) free by T, all a transfer: 5 more for T. The period 2027 is two years.
    If cuts were added, or a period counted once: other figures.
    """
    case = railway(
        cut(1.0), cut(0.4, by=-0.25, key="T"), cut(1.0, "C", -1.0, key="T", kind="node"),
        years=periods(2026, 2027, last_year=2028),
    )  # fmt: skip
    plan = solved(case)
    assert amounts(plan) == {
        ("S", "AZ", "2027"): pytest.approx(19 / 2 * 5 / 6),
        ("S", "KZ", "2027"): pytest.approx(19 / 2 * 5 / 6),
        ("T", "AZ", "2027"): pytest.approx(19 / 2 / 6),
        ("T", "KZ", "2027"): pytest.approx(19 / 2 / 6 + 5),
    }
    assert appraised(plan).transfers == pytest.approx(24 * PRESENT)


def test_what_the_minimum_transfers_is_no_part_of_the_plan() -> None:
    """
    Proves: a committed subsidy stands in plan and minimum alike: 20 a year in both, nothing on top.
    If it were ignored: the plan's own works would be blamed for it.
    """
    case = railway(cut(1.0))
    projects = case.table("Projects").assign(status="committed", committed_opening=2027.0)
    plan = solved(case.with_tables(Projects=projects))
    assert sum(amounts(plan).values()) == pytest.approx(40.0)
    found = appraised(plan)
    assert found.transfers == pytest.approx(0.0)
    assert found.net_without_transfers == pytest.approx(found.net)


def test_a_named_payer_makes_good_what_those_who_earn_would_lose(tmp_path: Path) -> None:
    """
    Proves: S halves the 4 of C-B, four fifths of it paid by JP: 16 a year, 8 to KZ and 8 to AZ. Cargo pays each of them
    10 less a year, so each receives 2 less, what the leg is really cheaper by; JP pays 16, and all together nothing is
    made or lost by it. What the plan is worth does not depend on who pays. Brief and workbook say so alike.
    If it were ignored: the railways would seem to pay a ministry's subsidy, and the ministry nothing.
    """
    plan, unnamed = solved(railway(cut(0.8, paid_by="JP"))), solved(railway(cut(0.8)))
    table = plan.tables["transfers"]
    assert list(zip(table["country"], table["receiver"], table["period"], table["amount"], strict=True)) == [
        ("JP", earner, year, pytest.approx(8.0)) for earner in ("AZ", "KZ") for year in ("2027", "2028")
    ]
    assert appraised(plan).net_without_transfers == pytest.approx(appraised(unnamed).net_without_transfers)
    found = {one.country: (one.charges, one.subsidies) for one in balances(Facts(plan))}
    assert {name: found[name] for name in ("AZ", "KZ", "JP")} == {
        "AZ": pytest.approx((-10 * PRESENT, 8 * PRESENT)), "KZ": pytest.approx((-10 * PRESENT, 8 * PRESENT)),
        "JP": pytest.approx((0.0, -16 * PRESENT)),
    }  # fmt: skip
    assert not any(one.subsidies for one in balances(Facts(unnamed)))
    write_reports(plan, tmp_path)
    book = Reader(tmp_path / "plan.xlsx")
    rows = {row["Country"]: row for row in book.records("Countries")}
    unit = "[million USD present value]"
    for name, works in (("AZ", 0.0), ("KZ", 5.0), ("JP", 0.0)):
        assert rows[name][f"Price cuts made good less borne {unit}"] == pytest.approx(found[name][1])
        assert rows[name][f"Received less paid {unit}"] == pytest.approx(sum(found[name]) - works)
    assert {(row["Paid by"], row["Paid to"]) for row in book.records("Transfers")} == {("JP", "AZ"), ("JP", "KZ")}
    block = countries_block(Facts(plan))
    japan = next(record for record in block.records if record.label == "Japan")
    assert japan.words == "Bears price cuts."
    assert [figure.value for figure in japan.figures] == pytest.approx([0.0, 0.0, -16 * PRESENT])
    assert "which others pay or do not earn (Japan 100 %)" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_several_payers_share_alike_and_ship_lines_are_paid_in_full() -> None:
    """
    Proves: of the 16 a year that S cuts on a sea leg between two countries, two payers have 8 each, whether a country
    or another party, and ship lines receive both; another effect of S, which names nobody, stays with who earns there.
    If the payer were one of the project: all its cuts would fall to the same purse.
    """
    case = railway(cut(0.8, paid_by="JP/Fund"), cut(1.0, "AC", -0.25), second="container ship")
    table = solved(case).tables["transfers"]
    first = table[table["period"] == "2027"]
    assert list(zip(first["country"], first["receiver"], first["amount"], strict=True)) == [
        ("Fund", "ship lines", pytest.approx(8.0)), ("JP", "ship lines", pytest.approx(8.0)),
        ("KZ", "", pytest.approx(10.0)),
    ]  # fmt: skip


def test_payers_have_the_shares_that_are_stated() -> None:
    """
    Proves: of 16 a year on a sea leg KZ bears 53 % and ship lines, who earn there, 47 %: 8.48 and 7.52. KZ makes 8.48
    good to them and they earn 7.52 less, so balances shift 8.48 a year and no more, and the project names both.
    If it were ignored: one payer of a long name would bear all, in no country, and ship lines would be made good their
    own part.
    """
    plan = solved(railway(cut(0.8, paid_by="KZ 53 %; ship lines 47 %"), second="container ship"))
    table = plan.tables["transfers"]
    assert list(zip(table["country"], table["receiver"], table["amount"], strict=True)) == [
        *[("KZ", "ship lines", pytest.approx(8.48))] * 2, *[("ship lines", "", pytest.approx(7.52))] * 2
    ]  # fmt: skip
    facts = Facts(plan)
    found = {one.country: one.subsidies for one in balances(facts) if one.subsidies}
    assert found == {"KZ": pytest.approx(-8.48 * PRESENT), "ship lines": pytest.approx(8.48 * PRESENT)}
    bought = [row for row in rows(decisions(facts)) if row.project == "S"]
    assert "(Kazakhstan 53 % and ship lines 47 %)" in paid_words(facts, bought[0])


def test_the_recount_refuses_other_figures() -> None:
    """
    Proves: a transfer stated a hundredth too low, left out, or laid on another payer or receiver, is refused.
    If the recount read what the plan states: no error would be found.
    """
    plan = solved(railway(cut(0.8, paid_by="JP")))
    right = plan.tables["transfers"]
    for wrong in (
        right.assign(amount=7.92),
        right.iloc[1:],
        right.assign(country="GE"),
        right.replace({"receiver": {"AZ": "GE"}}),
    ):
        tables = {**plan.tables, "transfers": wrong}
        checks = verify(plan.case, tables, plan.outcome.objective, {}, {"transfers": recount})
        assert checks.loc[~checks["ok"].astype(bool), "check"].tolist() == ["transfers table"]


def test_nothing_is_said_without_transfers(tmp_path: Path) -> None:
    """
    Proves: a case whose cuts are all real has the feature off: no check, no sheet, no line of the Appraisal.
    If it were ignored: every workbook would have an empty sheet.
    """
    case = railway(cut(0.0))
    assert not transfers.applies(case)
    plan = make_plan(case, SolveOptions(gap=1e-9, threads=1), questions=partial(candidate_tables, seconds=60.0))
    assert plan.verified
    assert plan.tables["transfers"].empty
    write_reports(plan, tmp_path)
    book = Reader(tmp_path / "plan.xlsx")
    assert "Transfers" not in book.values.sheetnames
    assert not [row for row in book.records("Appraisal") if "ransfer" in str(row["Indicator"])]


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_the_workbook_gives_both(tmp_path: Path) -> None:
    """
    Proves: net present value and benefit per outlay stand in Appraisal with and without transfers, as formulas that
    LibreOffice works out alike, the sheet Transfers adds up to what is left out, and the Summary names both. Return,
    payback, switching values and the nets at other rates stand there for money and time alone too: the 5 of 2026 bring
    4 a year, paid back in 2028 at 38 % a year (4q² + 4q = 5), where with transfers 20 a year are back in 2027 at 383 %.
    If it were ignored: the analyst could not re-add them, and a subsidy would pay for itself in a year.
    """
    plan = solved(railway(cut(0.8)))
    (doubts,) = (block for block in brief(Facts(plan)) if block.key == "doubts")
    said = {record.label: record.words for record in doubts.records}["What would reverse it"]
    assert said.endswith("without transfers, pay for it until outlays rise by 39 % or those benefits fall by 28 %.")
    write_reports(plan, tmp_path)
    (again,) = recalculated([tmp_path / "plan.xlsx"], tmp_path)
    for book in (Reader(tmp_path / "plan.xlsx"), Reader(again)):
        figures = {row["Indicator"]: row["Figure"] for row in book.records("Appraisal")}
        assert figures["Net present value"] == pytest.approx(20 * PRESENT - 5)
        assert figures["Transfers among the benefits"] == pytest.approx(16 * PRESENT)
        assert figures["Net present value without transfers"] == pytest.approx(4 * PRESENT - 5)
        assert figures["Benefit per outlay without transfers"] == pytest.approx(4 * PRESENT / 5)
        for name, whole, narrow in (
            ("Internal rate of return", 3.8284271, 0.3797959),
            ("Paid back in", 2027, 2028),
            ("Paid back in, discounted", 2027, 2028),
            ("Outlays could rise by", (20 * PRESENT - 5) / 5, (4 * PRESENT - 5) / 5),
            ("Benefits could fall by", 1 - 5 / 20 / PRESENT, 1 - 5 / 4 / PRESENT),
            ("Net present value at 12%", 20 / 1.12 + 20 / 1.12**2 - 5, 4 / 1.12 + 4 / 1.12**2 - 5),
        ):
            assert figures[name] == pytest.approx(whole)
            assert figures[f"{name}, money and time alone"] == pytest.approx(narrow)
        rate = book.summary("The plan on top of that: internal rate of return, money and time alone")
        assert rate == pytest.approx(0.3797959)
        assert book.total("Transfers", "Present value [million USD]", Project="S") == pytest.approx(16 * PRESENT)
        assert book.summary("The plan on top of that: net present value without transfers") == pytest.approx(
            4 * PRESENT - 5
        )
