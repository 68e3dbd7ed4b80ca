"""What differs between two runs, in one line of words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.studies.console.words import listing, share

NAMED = 4  # how many projects a line names of each kind
NOTABLE = 0.02  # relative change of a flow that is worth a word
SMALL = 1e-4  # share of tonnes from which unserved cargo is worth a word

Record = Mapping[str, Any]


def difference_words(run: Record, reference: Record) -> str:
    """One line: cost, projects, Caspian flow and unserved cargo of `run` against `reference` (records of run.json)."""
    if not run["measures"] or not reference["measures"]:
        return str(run["status_words"])
    parts = [_cost_words(run, reference), *_project_words(run, reference), *_flow_words(run, reference)]
    lost, lost_there = (record["measures"]["unserved_share_of_tonnes"] for record in (run, reference))
    if abs(lost - lost_there) > SMALL:
        parts.append(f"{share(lost)} of the tonnes unserved, not {share(lost_there)}")
    return "; ".join(parts)


def _cost_words(run: Record, reference: Record) -> str:
    """Difference of cost, and whether the proven bounds keep its direction."""
    here, there = (record["measures"]["npv_cost_million_usd"] for record in (run, reference))
    difference = here - there
    if abs(difference) <= 1e-6 * max(abs(there), 1.0):
        return "costs the same"
    direction = "more" if difference > 0 else "less"
    said = f"costs {abs(difference):,.0f} million USD ({share(abs(difference) / max(abs(there), 1e-9))}) {direction}"
    dearer, cheaper = (run, reference) if difference > 0 else (reference, run)
    proven = dearer["bound_million_usd"] is not None and dearer["bound_million_usd"] > cheaper["objective_million_usd"]
    return said if proven else f"{said}, which is within the proven gap"


def _openings(record: Record) -> dict[str, tuple[int, int]]:
    """Project → (first opening year, modules)."""
    found: dict[str, tuple[int, int]] = {}
    for row in record["projects"]:
        year, modules = found.get(row["project"], (row["opening_year"], 0))
        found[row["project"]] = (min(year, row["opening_year"]), modules + row["modules"])
    return found


def _project_words(run: Record, reference: Record) -> list[str]:
    """Projects that are built in one of the two only, or at another time or size."""
    here, there = _openings(run), _openings(reference)
    names = {
        row["project"]: f"{row['project']} {row['name']}" for record in (run, reference) for row in record["projects"]
    }
    both = [key for key in here if key in there]
    groups = {
        "builds also": [f"{names[key]} ({here[key][0]})" for key in here if key not in there],
        "does not build": [names[key] for key in there if key not in here],
        "earlier": [_moved(names[key], there[key], here[key]) for key in both if here[key][0] < there[key][0]],
        "later": [_moved(names[key], there[key], here[key]) for key in both if here[key][0] > there[key][0]],
        "other size": [
            f"{names[key]} ({there[key][1]} → {here[key][1]} modules)" for key in both if here[key][1] != there[key][1]
        ],
    }
    said = [f"{kind} {listing(projects, NAMED)}" for kind, projects in groups.items() if projects]
    return said or ["same projects at the same time"]


def _moved(name: str, before: tuple[int, int], after: tuple[int, int]) -> str:
    return f"{name} ({before[0]} → {after[0]})"


def _flow_words(run: Record, reference: Record) -> list[str]:
    """Change of the containers across the Caspian in the last period that both tell."""
    marks = [name for name in run["measures"] if name.startswith("caspian_kteu_") and name in reference["measures"]]
    if not marks:
        return []
    here, there = run["measures"][marks[-1]], reference["measures"][marks[-1]]
    if here is None or there is None or abs(here - there) <= NOTABLE * max(here, there):
        return []
    period = marks[-1].removeprefix("caspian_kteu_")
    return [f"containers across the Caspian {here:,.0f} instead of {there:,.0f} kTEU in {period}"]
