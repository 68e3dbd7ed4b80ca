"""The record of a run (run.json): what went in, what came out, with which tools, how long it took."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from model.case.canonical import records
from model.case.case import Case
from model.case.sheets.package import read_workbook
from model.plan.plan import Plan
from model.plan.verify.checks import not_made
from model.solvers.core.checkpointing import Checkpointing
from model.solvers.core.options import SolveOptions
from model.studies.console.summary import measures, plan_sentences, project_records, status_words
from model.studies.runs.folders import RunError

TOOL = "trans-caspian-corridor"
RECORD = "run.json"
LIBRARIES = (
    "pyomo", "highspy", "pandas", "numpy", "scipy", "openpyxl", "XlsxWriter", "vl-convert-python", "rich",
    "dask",
)  # fmt: skip


RuleDigests = list[tuple[str, str]]
"""Name and SHA-256 of each constraint file."""


def version_of(package: str) -> str | None:
    """Installed version of a package, None when it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def make_record(
    run: str, plan: Plan, options: SolveOptions, seconds: Mapping[str, float], started: datetime
) -> dict[str, Any]:
    """Everything that run.json says, as plain JSON values.

    Money in million USD (price year of the case), `seconds` by stage, `peak_memory_mb` of the whole process so
    far. File names only, no paths: the record can be passed on.
    """
    case, outcome = plan.case, plan.outcome
    record = {
        "run": run,
        "case": case.name,
        "case_title": case.case_title,
        "case_note": case.case_note or None,
        "scenario": case.scenario,
        "started_utc": started.astimezone(UTC).isoformat(timespec="seconds"),
        "finished_utc": datetime.now(UTC).isoformat(timespec="seconds"),
        "status": str(outcome.status),
        "status_words": status_words(outcome),
        "objective_million_usd": outcome.objective,
        "bound_million_usd": outcome.bound,
        "gap": outcome.gap,
        "gap_million_usd": outcome.gap_in_money,
        "gap_of_worth": outcome.gap_of_worth,
        "worth_million_usd": outcome.worth,
        "gap_asked": options.filled(case).gap,
        "gap_of_worth_asked": options.filled(case).gap_of_worth,
        "seconds": {stage: round(value, 3) for stage, value in seconds.items()},
        "peak_memory_mb": peak_memory_mb(),
        "options": option_record(options, case),
        "inputs": input_record(case),
        "constraint_files": rule_record(rules_at_first(options)),
        **tool_record(),
        "method": outcome.method,
        "resumed": resumed_record(options.checkpointing),
        "plan_words": plan_sentences(plan),
        "projects": project_records(plan),
        "measures": measures(plan),
        "checks": check_record(plan),
        "constraints": dict(plan.constraints),
        "statistics": dict(outcome.statistics),
        "progress": list(outcome.events),
    }
    plain: dict[str, Any] = plain_json(record)
    return plain


def resumed_record(wish: Checkpointing | None) -> dict[str, Any] | None:
    """Which run was continued, and the digest of the checkpoint; None when none was."""
    if wish is None or wish.resume is None:
        return None
    return {"run": wish.resume.stem, "checkpoint_sha256": wish.continued}


def rule_digests(options: SolveOptions) -> RuleDigests:
    """Name of each constraint file, and the SHA-256 of its bytes as they are now; of no bytes where it is gone."""
    files = options.constraint_files
    return [(path.name, hashlib.sha256(path.read_bytes() if path.is_file() else b"").hexdigest()) for path in files]


def rules_at_first(options: SolveOptions) -> Iterable[Sequence[str]]:
    """The same from before the search, where its run noted them: a file may be edited or go while it lasts."""
    identity = {} if options.checkpointing is None else options.checkpointing.identity
    found: Iterable[Sequence[str]] = identity.get("constraint_files", rule_digests(options))
    return found


def require_same_rules(options: SolveOptions, rules: RuleDigests) -> None:
    """Raise RunError for constraint files that are no longer what a study of many plans began with."""
    now = rule_digests(options)
    if now != rules:
        names = ", ".join(name for (name, new), (_, old) in zip(now, rules, strict=True) if new != old)
        words = f"{names}: altered while the study was at work. Its plans would not be of one problem"
        raise RunError(f"{words}: repeat the command, or put the file back first, and what is kept is used.")


def rule_record(digests: Iterable[Sequence[str]]) -> list[dict[str, str]]:
    """The constraint files that were used, with the SHA-256 of their bytes."""
    return [{"file": name, "sha256": digest} for name, digest in digests]


def tool_record() -> dict[str, Any]:
    """Which tool and libraries, on what kind of system."""
    return {
        "tool": TOOL,
        "tool_version": version_of(TOOL) or "not installed",
        "versions": {"python": platform.python_version(), **{name: version_of(name) for name in LIBRARIES}},
        "system": f"{platform.system()} {platform.machine()}",
    }


def input_record(case: Case) -> list[dict[str, str]]:
    """The workbooks that were read, with the SHA-256 of their bytes."""
    return [{"file": name, "sha256": digest} for name, digest in sorted(case.files.items())]


def option_record(options: SolveOptions, case: Case) -> dict[str, Any]:
    """Options as they took effect: those left open show the setting of the case."""
    filled = asdict(options.filled(case))
    del filled["limit_given"], filled["known_bound"], filled["enough"]  # the limit itself is there; of studies alone
    filled["cluster"] = filled["cluster"] is not None  # the address is nobody else's business
    return {**filled, "constraint_files": [path.name for path in options.constraint_files]}


def check_record(plan: Plan) -> dict[str, Any]:
    """The verifier's word: number of checks, whether all hold, those that do not, and those that were not made."""
    if plan.checks.empty:
        return {"count": 0, "ok": None, "failed": []}
    failed = plan.checks.loc[~plan.checks["ok"].astype(bool)]
    left_out = [row.check for row in records(plan.checks) if not_made(row.detail)]
    return {
        "count": len(plan.checks), "ok": failed.empty, "failed": failed.to_dict("records"), "not_checked": left_out
    }  # fmt: skip


def plain_json(value: Any) -> Any:
    """Any value → JSON values; numpy scalars become numbers, NaN and infinities null, the rest text."""
    if isinstance(value, Mapping):
        return {str(key): plain_json(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [plain_json(item) for item in value]
    if hasattr(value, "tolist") and not isinstance(value, (str, bytes)):
        return plain_json(value.tolist())
    if isinstance(value, float):
        return value + 0.0 if math.isfinite(value) else None  # no -0.0
    return value if value is None or isinstance(value, (str, int)) else str(value)


def write_record(record: Mapping[str, Any], folder: Path) -> None:
    """Write run.json."""
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")


def copy_inputs(case: Case, source: Path, folder: Path) -> list[str]:
    """Copy the workbooks that were read into `folder`/inputs; returns the names of those altered since they were read.

    An altered workbook is not copied: the copy would not be what the plan was made from. Raises OSError when the
    folder cannot be written.
    """
    altered = []
    for name, digest in sorted(case.files.items()):
        path = source / name if source.is_dir() else source.with_name(name)
        target = folder / "inputs" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        content = read_workbook(path)
        if content is None or hashlib.sha256(content).hexdigest() != digest:
            altered.append(name)
        else:
            target.write_bytes(content)
    return altered


def peak_memory_mb() -> float | None:
    """Most memory that the process has held so far, MB; None where the system does not tell (Windows)."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
