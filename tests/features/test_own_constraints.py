"""A constraint in a user's file is shown, priced, checked and relaxed like one of the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from model.case.case import Case
from model.features import PluginError
from model.formulation.build import build
from model.formulation.formulation import Formulation
from model.formulation.plugins import plain_families
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.constraint_rows import ABOUT_BUILDING
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.plan.verify.verifier import recounts_of, verify
from model.reports import write_reports
from model.solvers.core.options import SolveOptions
from model.studies.explain.explanation import explain
from tests.formulation.test_user_constraint import three_stages
from tests.minis import demand, link, make_case, node
from tests.reports.reading import Reader

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SHARE = EXAMPLES / "port_share.py"
GROUP = "China-Europe west"


def two_ports(*, one_only: bool = False, **of_cq: float) -> Case:
    """10 kTEU a year from China (C) to Europe (E): by port P for 2 a kTEU, by port Q, if there is one, for 3."""
    ports = [node(key, kind="port", area=("Caspian",)) for key in "PQ"]
    links = [link("CP", "C-P"), link("PE", "P-E")]
    links += [] if one_only else [link("CQ", "C-Q", container_cost=2.0, **of_cq), link("QE", "Q-E")]
    demands = [demand("D", "C-E", 10.0, group=GROUP), demand("other", "C-P", 5.0)]
    return make_case("two ports", [node("C"), node("E"), *ports], links, demands, years=(2026, 2027))


def solved(case: Case, path: Path) -> Plan:
    """The best plan under one file."""
    plan = make_plan(case, SolveOptions(gap=0.0, threads=1, constraint_files=(path,)))
    assert plan.verified, plan.outcome.message
    return plan


@cache
def shared() -> Plan:
    """Two ports, neither with more than 60 %."""
    return solved(two_ports(), SHARE)


def test_a_share_of_a_port_takes_forty_lines() -> None:
    """Proves: 'at most 60 % of the China-Europe kTEU of a period through any one Caspian port' is a file of 40 lines.
    If it were ignored: what the package promises to a modeler would be a matter of opinion."""
    assert len(SHARE.read_text(encoding="utf-8").splitlines()) <= 40


def test_use_limit_and_price_of_its_rows_are_told() -> None:
    """
    Proves: 6 of 10 kTEU go by P, whose limit is 6, 4 by Q; one more by P saves 3 - 2 = 1 million USD a year, one less
    costs 1, at Q neither. What another demand sends to P does not count. If it were ignored: of a user's constraint
    the plan would show a file name.
    """
    rows = shared().tables["constraint_rows"]
    rows = rows[rows["of_period"] == "2027"].set_index("words")
    by_port = {port: rows.loc[f"China-Europe boxes through {port}"] for port in "PQ"}
    assert [by_port["P"][name] for name in ("used", "limit", "shadow_price", "loss_price")] == pytest.approx(
        [6, 6, 1, 1]
    )
    assert [by_port["Q"][name] for name in ("used", "limit", "shadow_price", "loss_price")] == pytest.approx(
        [4, 6, 0, 0]
    )


def test_the_price_is_what_a_looser_file_saves(tmp_path: Path) -> None:
    """
    Proves: at 70 % instead of 60 % a plan of two years costs 2 less: one kTEU a year at the price of 1.
    If it were ignored: the price would be a dual that nobody has compared with a plan.
    """
    looser = tmp_path / "port_share.py"
    looser.write_text(SHARE.read_text(encoding="utf-8").replace("0.6", "0.7"), encoding="utf-8")
    costs = [plan.outcome.objective or 0.0 for plan in (shared(), solved(two_ports(), looser))]
    assert costs[0] - costs[1] == pytest.approx(2.0)


def test_the_workbook_and_the_page_show_them(tmp_path: Path) -> None:
    """
    Proves: the sheet Constraint_rows has use, limit, room, state and price in USD of every row, the page those of the
    last period, and the sheet Checks says that no recount was given. If it were ignored: the analyst could not tell
    what the constraint costs.
    """
    write_reports(shared(), tmp_path)
    book = Reader(tmp_path / "plan.xlsx")
    rows = {(row["Limit on"], row["Period"]): row for row in book.records("Constraint_rows")}
    full = rows["China-Europe boxes through P", 2026]
    assert (full["Used [in the unit]"], full["Limit [in the unit]"], full["Unit"]) == (6.0, 6.0, "kTEU")
    assert (full["State"], full["One unit looser would save [USD a year]"]) == ("binding", pytest.approx(1e6))
    assert rows["China-Europe boxes through Q", 2026]["State"] == "kept"
    assert any("port_share" in str(row) and "not checked" in str(row) for row in book.records("Checks"))
    assert "China-Europe boxes through P" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_rows_that_a_file_does_not_show_stand_as_in_the_model() -> None:
    """
    Proves: the file of at most two starts a period lists a row a period with 2 of 2 and 1 of 2, and says that rows on
    what is built have no price of their own. If it were ignored: only files that know of reports would be reported.
    """
    plan = solved(three_stages(), EXAMPLES / "starts_per_year.py")
    rows = plan.tables["constraint_rows"].set_index("words")
    assert rows["used"].tolist()[:2] == pytest.approx([2.0, 1.0])
    assert set(rows["limit"]) == {2.0}
    assert list(rows.index[:2]) == ["2026", "2027"]
    assert set(rows["price_note"]) == {ABOUT_BUILDING}
    assert rows["shadow_price"].isna().all()


def test_a_row_that_is_not_kept_refuses_the_plan() -> None:
    """Proves: a table that states more used than the limit fails the verifier, recount or not.
    If it were ignored: a plan could break the user's constraint in its own words."""
    plan = shared()
    rows = plan.tables["constraint_rows"]
    wrong = {**plan.tables, "constraint_rows": rows.assign(used=rows["used"] + 1.0)}
    formulation = build(plan.case, build_graph(plan.case), RoutePool(), (SHARE,))
    checks = verify(plan.case, wrong, plan.outcome.objective, {}, recounts_of(formulation.modules)).set_index("check")
    assert not checks.loc["constraints of your own are kept", "ok"]
    assert "China-Europe boxes through P" in checks.loc["constraints of your own are kept", "detail"]


def test_explain_loosens_it() -> None:
    """
    Proves: with one port, 60 % leaves 4 of 10 kTEU behind; loosening the file to 10 ends that, in the words of the
    file and in place of a cell. If it were ignored: the explanation would look for the reason in the sheets alone.
    """
    case = two_ports(one_only=True)
    found = explain(case, (SHARE,), time_limit=60.0)
    assert found.kind == "limits"
    repair = next(repair for repair in found.menu if repair.family == "port_share")
    assert repair.words == "Loosen port_share"
    assert [change.new for change in repair.changes] == pytest.approx([10.0, 10.0])
    assert "China-Europe boxes through P" in found.sentences[0]
    assert "a constraint file of your own" in found.sentences[0]


PART_OF_THE_FLOW = """
import pyomo.environ as pyo
from model.formulation.counts import count, declare_count

NAME, PORTS = "of_two", ("P", "Q")


def applies(case):
    return True


def declare_loads(formulation):
    for port in PORTS:
        declare_count(formulation, (NAME, port), port, {"D"})


def add(formulation):
    for block in formulation.block_keys:
        operations = formulation.operations(*block)
        boxes = {port: count(formulation, block, (NAME, port)) for port in PORTS}
        most = 0.6 * sum(boxes.values())
        operations.of_two = pyo.Constraint(PORTS, rule=lambda _, port: boxes[port] <= most)
        for port in PORTS:
            words = f"boxes through {port}"
            formulation.show(operations.of_two[port], words, boxes[port], most, unit="kTEU", period=block[0])
"""


def test_a_limit_that_is_a_part_of_the_flow_is_shown_and_loosened(tmp_path: Path) -> None:
    """
    Proves: where P may have 60 % of what passes P and Q, and Q takes 2 kTEU, P has 3 of a limit of 3, and 5 of 10 stay
    behind; carried are all when P exceeds 60 % by 2 (8 of 10). If it were ignored: `explain` would fail on a file that
    `solve` takes, for it asked what the limit is before there is a flow.
    """
    path = tmp_path / "of_two.py"
    path.write_text(PART_OF_THE_FLOW, encoding="utf-8")
    case = two_ports(capacity_kteu=2.0)
    rows = solved(case, path).tables["constraint_rows"].query("words == 'boxes through P'")
    assert rows[["used", "limit"]].to_numpy().tolist() == [pytest.approx([3.0, 3.0])] * 2
    found = explain(case, (path,), time_limit=60.0)
    repair = next(repair for repair in found.menu if repair.family == "of_two")
    assert [change.amount for change in repair.changes] == pytest.approx([2.0, 2.0])


def test_a_file_that_forbids_everything_is_relaxed_by_itself(tmp_path: Path) -> None:
    """
    Proves: a file that no plan keeps (2 modules of a project of 1) is blamed, and the way out says by how much.
    If it were ignored: one would be told that the file is wrong, not where.
    """
    path = tmp_path / "twice.py"
    path.write_text(
        'import pyomo.environ as pyo\nNAME = "twice"\n\n\ndef applies(case):\n    return True\n\n\n'
        "def add(formulation):\n    block = formulation.investment\n"
        '    block.twice = pyo.Constraint(expr=block.built["P1", "2029"] >= 2)\n',
        encoding="utf-8",
    )
    found = explain(three_stages(), (path,), time_limit=60.0)
    assert found.kind == "constraint file"
    (repair,) = found.menu
    assert (repair.family, repair.changes[0].amount) == ("twice", pytest.approx(-1.0))


def test_one_name_is_one_cost_term() -> None:
    """Proves: a second cost term under a name that is registered is an error, by rate or by entry.
    If it were ignored: it took the place of the first, whose costs were lost without a word."""
    case = two_ports()
    formulation: Formulation = build(case, build_graph(case), RoutePool())
    with pytest.raises(ValueError, match="'transport' is registered already"):
        formulation.register_flow_cost("transport", "Mine", {})
    with pytest.raises(ValueError, match="'transport' is registered already"):
        formulation.register_cost("transport", "Mine")


def test_a_users_term_cannot_replace_one_of_the_package(tmp_path: Path) -> None:
    """Proves: a file that registers 'transport' is refused with its line, before anything is solved.
    If it were ignored: the plan would be made without tariffs."""
    text = (EXAMPLES / "sea_toll.py").read_text(encoding="utf-8").replace('NAME = "sea_toll"', 'NAME = "transport"')
    path = tmp_path / "transport.py"
    path.write_text(text, encoding="utf-8")
    links = [link("AB", "A-B", carrier="container ship")]
    with pytest.raises((PluginError, ValueError), match="transport"):
        make_plan(make_case("sea", "AB", links, [demand("D", "A-B", 1.0)]), SolveOptions(constraint_files=(path,)))
    assert plain_families((path,)) == ["transport"]
