"""Field tests of what is read: the cell that is named, or the cost that the cells mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.codes import Severity
from model.case.messages import CaseError
from model.case.reader import check_case
from model.formulation.plugins import constraint_families
from tests.fieldtests.beside import field_case, folder
from tests.formulation.solving import near, solve

STARTER = 2536.0303
"""Cost of the starter case that these files are copies of, million USD."""


def told(name: str) -> list[tuple[Severity, str]]:
    """Errors and warnings of `check`, the families of constraints known."""
    path = folder(name.partition("/")[0]) / name.partition("/")[2]
    messages = check_case(path, families=constraint_families())
    return [(one.severity, str(one)) for one in messages if one.severity is not Severity.NOTE]


def test_11_formulas_with_a_dummy_zero() -> None:
    """
    Proves: =50*2 with the saved value 0 in a workbook that asks to be calculated on loading is an error at Links G2.
    If it were ignored: the leg was free, 0.0 instead of 10 kTEU x 100 USD x 2 years.
    """
    ((severity, words),) = told("11-formulas-with-a-dummy-zero/case")
    assert severity is Severity.ERROR
    assert "Links › G2: The formula was never calculated" in words
    with pytest.raises(CaseError):
        field_case("11-formulas-with-a-dummy-zero/case")


def test_13_years_without_a_budget_window() -> None:
    """
    Proves: an envelope of 2028-2030 in a plan from 2026 on is warned of at its first year: nothing limits 2026-2027.
    If it were ignored: a donors' programme of 30 a year paid 100 in 2026, without a remark.
    """
    ((severity, words),) = told("13-years-without-a-budget-window/case")
    assert severity is Severity.WARNING
    assert "Budgets › C2: “Donors” has no window in 2026-2027: no limit holds there" in words


@pytest.mark.parametrize("file", ["link", "node"])
def test_r02_key_with_gt_refused(file: str) -> None:
    """
    Proves: a link called "AKT > ALA", and a node "AKT > sea", are read, planned and verified, at the cost of the same
    case with plain keys: 2,536.03 million USD.
    If it were ignored: check found nothing, and the plan did not pass the verifier.
    """
    name = f"r02-key-with-gt-refused/{file}.xlsx"
    assert Severity.ERROR not in dict(told(name))
    plan = solve(field_case(name))
    assert plan.outcome.objective == pytest.approx(STARTER, abs=1e-4)


def test_r06_per_tonne_price_containers_free() -> None:
    """
    Proves: a link priced at 30 USD per tonne alone charges boxes of 11 t 330 USD each: as much as with 330 in the cell
    of the price per TEU.
    If it were ignored: containers crossed for nothing, 2,236.1 instead of about 2,519 million USD.
    """
    case = field_case("r06-per-tonne-price-containers-free/case.xlsx")
    links = case.table("Links").copy()
    row = links["link"].eq("AKT-ALA")
    assert links.loc[row, "container_cost"].isna().all()
    links.loc[row, "container_cost"] = 0.33
    told_so = solve(case)
    assert told_so.outcome.objective == pytest.approx(2519, abs=0.5)
    assert solve(case.with_tables(Links=links)).outcome.objective == near(told_so.outcome.objective)


def test_r07_check_passes_solve_refuses_constraint_name() -> None:
    """
    Proves: 'capcity' in Constraints is an error at its cell in `check`, with the name meant.
    If it were ignored: check passed, and solve refused without a cell.
    """
    ((severity, words),) = told("r07-check-passes-solve-refuses-constraint-name/case.xlsx")
    assert severity is Severity.ERROR
    assert "Constraints › A2" in words
    assert "capcity" in words
    assert "capacity" in words


def test_r15_large_file_read_whole(tmp_path: Path) -> None:
    """
    Proves: a file of 3 GB is refused by its size (that it is not read is proven in tests/case/sheets/test_hostile.py).
    If it were ignored: 3.3 GB of memory and a minute to say that 50 MB are the most.
    """
    path = tmp_path / "case.xlsx"
    with open(path, "wb") as file:
        try:
            file.truncate(3 * 2**30)
        except OSError:
            pytest.skip("this file system takes no file with holes of that size")
    (message,) = check_case(tmp_path)
    assert (message.severity, message.code) == (Severity.ERROR, "file-too-large")
    assert "at most 50 MB" in message.text


@pytest.mark.parametrize(("file", "shares"), [("case", (0.205, 0.795)), ("percent", (0.2, 0.8))])
def test_r17_decimal_comma_in_spending_profile(file: str, shares: tuple[float, float]) -> None:
    """
    Proves: cell O6, "20,5; 79,5" or "20%; 80%", passes `check`, and P3 pays so much of its 110 million USD in its first
    and second year: 22.55 and 87.45, or 22 and 88.
    If it were ignored: check passed, and solve failed with a mistake of its own.
    """
    name = f"r17-decimal-comma-in-spending-profile/{file}.xlsx"
    assert Severity.ERROR not in dict(told(name))
    spending = solve(field_case(name)).tables["spending"]
    assert spending.loc[spending["project"].eq("P3"), "amount"].tolist() == near([110 * share for share in shares])
