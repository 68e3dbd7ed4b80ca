"""Studies that need every plan they make: a stop ends them, and a year without a plan is told and not compared."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable
from typing import Any, Literal

import pytest

import model.studies.one_plan
from model.case.case import Case
from model.features.choice.responses import response_table
from model.notebook import study
from model.plan.plan import Plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.studies.history.calibration import calibrate
from model.studies.history.sizes import market_sizes
from model.studies.history.validation import validate
from model.studies.one_plan import OnePlan
from model.studies.switches import switch_table
from tests.studies.history.test_validation import OPTIONS, case_with, change, count
from tests.studies.stand_ins import make_outcome, make_plan_of

Counted = Literal["calibration", "candidates", "sizes", "switches", "validation"]
COUNTED: tuple[Counted, ...] = ("calibration", "candidates", "sizes", "switches", "validation")


def counted_case() -> Case:
    """One market, with counts of 2025 to fit to and of 2023 and 2024 to test on."""
    counts = [count(2025, "Middle", 1.0, "calibrate"), count(2023, "North", 1.0), count(2024, "North", 1.0)]
    return case_with([change(2023), change(2024)], counts)


@pytest.mark.parametrize("name", COUNTED)
def test_a_stop_ends_a_study_after_the_plan_at_work(name: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: Ctrl-C during the last but one or the only plan ends the study with KeyboardInterrupt: no further plan
    is made, although the search itself ends with its best plan. If it were ignored: the study would go on for its
    hours, and leave a table in which a plan that was cut short stands as a whole one."""
    made, calls, last = model.studies.one_plan.make_plan, list[str](), 1 if name == "candidates" else 2

    def stopped(*given: Any, **more: Any) -> Any:
        calls.append(name)
        if len(calls) == last:
            with contextlib.suppress(KeyboardInterrupt):  # as the search does
                signal.raise_signal(signal.SIGINT)
        return made(*given, **more)

    monkeypatch.setattr("model.studies.one_plan.make_plan", stopped)
    with pytest.raises(KeyboardInterrupt):
        study(name, counted_case(), threads=1, tell=lambda _: None)
    assert len(calls) == last


def tried(case: Case, planner: OnePlan) -> dict[str, Callable[[], object]]:
    """Every study of single plans, with a planner of its own."""
    plan, places = make_plan_of(case), case.with_tables(Choice=case.table("Choice").iloc[:0])
    return {
        "calibration on places": lambda: calibrate(places, OPTIONS, planner=planner),
        "calibration": lambda: calibrate(case, OPTIONS, planner=planner),
        "responses": lambda: response_table(case, plan, OPTIONS, planner),
        "sizes": lambda: market_sizes(case, OPTIONS, planner=planner),
        "switches": lambda: switch_table(case, OPTIONS, planner=planner),
        "validation": lambda: validate(case, OPTIONS, planner=planner),
    }


@pytest.mark.parametrize("name", tried(counted_case(), lambda case, _: make_plan_of(case)))
def test_a_year_without_a_plan_is_told(name: str) -> None:
    """Proves: where a year has no plan, as with a policy that cannot be kept, every study that would compare it raises
    ValueError with what the search said; also where no market chooses, so that no constants are fitted first.
    If it were ignored: "counted 70, modelled 0.0" would be told of a year that was never planned."""

    def none(case: Case, options: SolveOptions) -> Plan:
        return make_plan_of(case, make_outcome(Status.INFEASIBLE))

    with pytest.raises(ValueError, match="Said the stand-in"):
        tried(counted_case(), none)[name]()
