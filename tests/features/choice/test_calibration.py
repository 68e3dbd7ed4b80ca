"""Constants of choice from counts: minis whose constants are known are recovered, also where capacity binds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from model.case.case import Case
from model.features.choice.calibration import (
    calibrate,
    lowest_at_nought,
    propose,
    served,
    targets,
    with_constants,
)
from model.features.choice.markets import markets
from model.solvers.core.options import SolveOptions
from model.studies.history.calibration import compare, unused
from tests.features.choice.cases import option, parallel, solved, table_of
from tests.minis import Record

PAIRS = {f"A{n}-B{n}": {"Middle": 3.0 + 0.1 * n, "North": 2.5 + 0.05 * n, "Ocean": 2.0 + 0.03 * n} for n in range(8)}
TRUE = {"Middle": 1.2, "North": 0.3, "Ocean": 0.0}
OPTIONS = SolveOptions(threads=1, gap=1e-9)


def count(family: str, value: float, number: str = "", **more: object) -> Record:
    """A row of Observed: kTEU of the market M by a corridor in 2026."""
    return {
        "observation": f"T {family}{number}", "name": family, "asset_kind": "link", "assets": ("Middle A0-B0",),
        "market": "M", "family": family, "measure": "kTEU", "year": 2026, "value": value, **more,
    }  # fmt: skip


def known(constants: Mapping[str, float], links: Mapping[str, Record] | None = None) -> Case:
    """Eight pairs of places and three corridors between each, spread 1, half steps."""
    options: Sequence[Record] = [
        option(family, value, **({"spread": 1.0} if family == "Middle" else {})) for family, value in constants.items()
    ]
    return parallel(PAIRS, options, step=0.25, links=links)


def counted(case: Case, families: Sequence[str] = ("Middle", "North")) -> Case:
    """The case with its constants forgotten and what it sends by these corridors entered as counts."""
    plan = solved(case)
    rows = [count(family, served(plan, ("M", family))) for family in families]
    blank = with_constants(case, {("M", family): 0.0 for family in TRUE})
    return blank.with_tables(Observed=table_of("Observed", rows))


def quiet(_: str) -> None:
    """Say nothing."""


def test_known_constants_are_recovered() -> None:
    """
    Proves: a mini with constants 1,200, 300 and 0 USD/TEU is run, its constants are forgotten and its two counts
    entered; the prices of the caps give them back within 60 USD (a quarter of a step is 62 USD at this width and
    spread), and the counts are met within 2.5 %. If it were ignored: a proposal could fit counts with figures that
    mean nothing.
    """
    case = counted(known(TRUE))
    found = propose(case, OPTIONS, quiet)
    for family, value in TRUE.items():
        assert found.constants["M", family] == pytest.approx(value, abs=0.06)
    for (market, family), value in targets(case, 2026).items():
        assert served(found.plan, (market, family)) == pytest.approx(value, rel=0.025)


def test_a_full_link_is_no_constant() -> None:
    """
    Proves: with three of the eight links of Middle narrowed to half of what would go there, the counts made with the
    narrow links in place give the same constants: what a full link keeps away is not taken for a dislike. Without the
    links in the fit the constant of Middle would come out higher by ln(1 / share kept).
    If it were ignored: a port that is built later would attract nobody.
    """
    free = solved(known(TRUE)).tables["choice_entries"].query("family == 'Middle'").set_index("demand")["served"]
    narrow = {f"Middle A{n}-B{n}": {"capacity_kteu": 0.5 * float(free[f"A{n}-B{n}"])} for n in range(3)}
    case = counted(known(TRUE, narrow))
    found = propose(case, OPTIONS, quiet)
    for family, value in TRUE.items():
        assert found.constants["M", family] == pytest.approx(value, abs=0.08)
    blind = propose(counted(known(TRUE)).with_tables(Observed=case.table("Observed")), OPTIONS, quiet)
    assert blind.constants["M", "Middle"] > found.constants["M", "Middle"] + 0.1


def test_the_lowest_constant_is_nought_and_the_split_the_same() -> None:
    """
    Proves: moving all constants of a market together changes no share; so the lowest is told as 0: 1.2, 0.3, -0.4
    become 1.6, 0.7, 0. If it were ignored: the same fit would read as two different ones.
    """
    moved = lowest_at_nought({("M", "Middle"): 1.2, ("M", "North"): 0.3, ("M", "Ocean"): -0.4, ("N", "Ocean"): 5.0})
    assert moved == pytest.approx({("M", "Middle"): 1.6, ("M", "North"): 0.7, ("M", "Ocean"): 0.0, ("N", "Ocean"): 0.0})
    plain, other = (solved(known({k: v + shift for k, v in TRUE.items()})) for shift in (0.0, 0.4))
    for family in TRUE:
        assert served(plain, ("M", family)) == pytest.approx(served(other, ("M", family)), rel=1e-6)


def test_only_whole_counts_of_the_year_are_fitted_to() -> None:
    """
    Proves: rows of another year, of a part of the commodities, for testing, or without a corridor are no targets, and
    each of them is told with its reason. If it were ignored: a test count would be fitted to and then praised.
    """
    rows = [
        count("Middle", 3.0),
        count("Middle", 9.0, "1", year=2025),
        count("Middle", 9.0, "2", commodities=("boxes",)),
        count("North", 9.0, "3", use="test"),
        {**count("North", 9.0, "4"), "family": None},
    ]
    case = known(TRUE).with_tables(Observed=table_of("Observed", rows))
    assert targets(case, 2026) == {("M", "Middle"): 3.0}
    told = unused(case.table("Observed"), 2026).set_index("observation")["why"]
    assert "another year" in told["T Middle1"]
    assert "part of a market" in told["T Middle2"]
    assert "testing" in told["T North3"]
    assert "place" in told["T North4"]
    assert "T Middle" not in told


def test_markets_are_compared_by_corridor_and_commodity() -> None:
    """
    Proves: an observation with a market and a corridor is compared with what the market sends by it, not with the flow
    of the link it names. If it were ignored: a market's fit would hang on who else uses the link.
    """
    case = known(TRUE)
    plan = solved(case)
    table = table_of("Observed", [count("North", 4.0), count("North", 4.0, "b", commodities=("boxes",))])
    fit = compare(plan, table)
    assert fit["modelled"].tolist() == pytest.approx([served(plan, ("M", "North"))] * 2)


def test_responses_are_those_of_the_logit() -> None:
    """
    Proves: of one corridor 100 USD dearer the study tells -(1 - s) * 0.1 / spread in logs of itself and + s * 0.1 /
    spread of its rivals, within the width of a step over eight entries. If it were ignored: nobody could set the
    elasticities beside published ones.
    """
    case = counted(known(TRUE))
    tuned, tables = calibrate(case, OPTIONS, quiet)
    assert markets(tuned)["M"].option("Ocean").constant(2026) == 0.0
    rows = tables["Elasticities"].query("of == 'log change per 1,000 USD/TEU on Ocean'").set_index("corridor")["figure"]
    share = tables["Markets"].set_index("corridor")["share"]["Ocean"]
    assert rows["Ocean"] == pytest.approx(-(1 - share), abs=0.25)
    assert rows["North"] == pytest.approx(share, abs=0.25)
