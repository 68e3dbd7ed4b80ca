"""Written outputs of the mini plans, once per session."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from model.plan.plan import Plan
from model.reports import ReportOptions, write_reports
from tests.reports.fixture.plan import busy_plan, hostile_plan, mini_plan, no_plan

RUN = {"run": "mini-reference", "versions": {"python": "3.11"}, "options": {"seed": 1}}


def written(folder: Path, plan: Plan) -> Path:
    """Write all outputs of a plan."""
    created = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    options = ReportOptions(run=RUN, base_case=mini_plan().case, created=created)
    write_reports(plan, folder, options)
    return folder


@pytest.fixture(scope="session")
def mini_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Outputs of the reference."""
    return written(tmp_path_factory.mktemp("mini"), mini_plan())


@pytest.fixture(scope="session")
def busy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Outputs of the busy scenario."""
    return written(tmp_path_factory.mktemp("busy"), busy_plan())


@pytest.fixture(scope="session")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Outputs of the case with hostile names."""
    return written(tmp_path_factory.mktemp("hostile"), hostile_plan())


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Outputs of a run that found no plan."""
    return written(tmp_path_factory.mktemp("none"), no_plan())
