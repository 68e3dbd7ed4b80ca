"""What the reports say, worked out once from a Plan's tables and its Case; shared by workbook, HTML, map and exports.

Units in the frames made here are the readers' ones: kTEU, Mt, million USD, USD/TEU, days, km. A column name that
ends in _mt is million tonnes a year.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import pandas as pd

from model.case.schema import SHEETS
from model.formulation.investment import choosable_projects, timing
from model.plan.kinds import kind_of
from model.plan.tables import MINIMUM, TABLES
from model.plan.use import all_limits, state
from model.reports.analysis.inputs import inputs_used, sheet_cells
from model.reports.analysis.lives import with_service
from model.reports.frames import rows
from model.reports.names import Names

if TYPE_CHECKING:
    from model.case.case import Case
    from model.plan.plan import Plan

T = TypeVar("T")
NEEDED: Final = ("costs", "demand_served")
TINY: Final = 1e-6


class Facts:
    """Derived frames of one plan. Every property is computed once and must not be written into."""

    def __init__(self, plan: Plan) -> None:
        """Remember the plan."""
        self.plan = plan
        self.case = plan.case
        self.names = Names(plan.case)
        self._inputs: dict[int, pd.DataFrame] = {}
        self._made: dict[Callable[[Facts], Any], Any] = {}

    def table(self, name: str) -> pd.DataFrame:
        """A plan table with its declared columns, also when the plan lacks it."""
        frame = self.plan.tables.get(name)
        declared = TABLES[name].columns if name in TABLES else []
        return pd.DataFrame(columns=declared) if frame is None else frame

    def optional(self, name: str) -> pd.DataFrame | None:
        """A table that later studies add; None while the plan lacks it."""
        frame = self.plan.tables.get(name)
        return None if frame is None or frame.empty else frame

    @cached_property
    def minimum(self) -> Facts | None:
        """Costs, demand served and what features keep of the plan that opens only what is committed.

        None while nobody asked for it.
        """
        tables = {name: self.optional(kept) for name, kept in MINIMUM.items()}
        found = {name: table for name, table in tables.items() if table is not None}
        if not self.plan.has_plan or any(name not in found for name in NEEDED):
            return None
        return Facts(dataclasses.replace(self.plan, tables=found))

    @cached_property
    def periods(self) -> list[str]:
        """Names of the periods in order of time."""
        return [period.name for period in self.case.periods]

    @cached_property
    def first_years(self) -> dict[str, int]:
        """Period name → its first year."""
        return {period.name: period.first_year for period in self.case.periods}

    @cached_property
    def years(self) -> list[int]:
        """All calendar years of the horizon."""
        return list(range(self.case.first_year, self.case.last_year + 1))

    @cached_property
    def projects(self) -> pd.DataFrame:
        """Projects as the model takes them (optimism applied, ship purchases added), indexed by project key."""
        sheet = self.case.table("Projects").set_index("project", drop=False)
        decided = choosable_projects(self.case)
        decided = decided.assign(project=decided.index)[sheet.columns]
        kept = sheet[~sheet.index.isin(decided.index)]
        order = [*sheet["project"], *(key for key in decided.index if key not in sheet.index)]
        frame = pd.concat([part for part in (decided, kept) if len(part)] or [sheet])
        return frame.rename_axis("key").loc[order]

    @cached_property
    def project_rows(self) -> dict[str, Any]:
        """Project key → its row (attributes named as the columns)."""
        return {str(row.project): row for row in rows(self.projects)}

    def project_name(self, key: Any) -> str:
        """Name of a project or a ship purchase; an unknown key stands for itself."""
        row = self.project_rows.get(str(key))
        return str(key) if row is None else str(row.name)

    @cached_property
    def links(self) -> pd.DataFrame:
        """Links sheet indexed by link key."""
        return self.case.table("Links").set_index("link", drop=False)

    @cached_property
    def nodes(self) -> pd.DataFrame:
        """Nodes sheet indexed by node key."""
        return self.case.table("Nodes").set_index("node", drop=False)

    @property
    def modes(self) -> Mapping[str, str]:
        """Carrier → mode."""
        return self.case.lookup("Carriers", "mode")

    @cached_property
    def capacities(self) -> pd.DataFrame:
        """Capacities table in readers' units: measure 'kTEU' or 'Mt', prices in USD/TEU or USD/t, state word.

        Links that ships limit have a row of the measure 'round trips' besides, prices in thousand USD a round trip.
        """
        frame = all_limits({name: self.table(name) for name in TABLES}).copy()
        tonnes = frame["measure"] == "kt"
        for column in ("base", "installed", "used", "usable"):
            frame[column] = frame[column].astype(float).where(~tonnes, frame[column].astype(float) / 1000)
        frame["measure"] = frame["measure"].mask(tonnes, "Mt")
        frame["utilisation"] = frame["utilisation"].astype(float)
        for column in ("shadow_price", "loss_price", "bound_price", "together_price"):
            frame[column] = frame[column].astype(float) * 1000
        closed = frame["utilisation"].isna()
        frame["state"] = [state(value) for value in frame["utilisation"]]
        frame.loc[closed, "state"] = "closed"
        return frame

    @cached_property
    def capacity_rows(self) -> dict[tuple[str, str], list[Any]]:
        """(asset kind, asset) → rows of the plan's capacities table (canonical units)."""
        found: dict[tuple[str, str], list[Any]] = {}
        for row in rows(self.table("capacities")):
            found.setdefault((str(row.asset_kind), str(row.asset)), []).append(row)
        return found

    @cached_property
    def tightest(self) -> pd.DataFrame:
        """For each asset and period the measure and direction with the highest utilisation (capacities columns)."""
        frame = self.capacities
        order = frame.assign(rank=frame["utilisation"].fillna(-1.0)).sort_values("rank", ascending=False, kind="stable")
        first = order.drop_duplicates(["asset_kind", "asset", "period"])
        return first.drop(columns="rank").set_index(["asset_kind", "asset", "period"])

    @cached_property
    def link_totals(self) -> pd.DataFrame:
        """Flow by link and period: forward/backward kTEU and Mt (columns forward_kteu, forward_mt, …, kteu, mt)."""
        return self._totals("link", "direction", ("forward", "backward"))

    @cached_property
    def node_totals(self) -> pd.DataFrame:
        """Activity by node and period: columns loading_kteu, …, passing_mt, kteu and mt in all."""
        return self._totals("node", "activity", ("loading", "unloading", "transfer", "passing"))

    def _totals(self, asset: str, column: str, words: Sequence[str]) -> pd.DataFrame:
        """Amounts by asset and period, one column for each word of `column` and measure, and the sums kteu and mt."""
        flows = self.table(f"{asset}_flows")
        frame = flows.assign(mt=flows["flow_kt"].astype(float) / 1000, kteu=flows["boxes_kteu"].astype(float))
        wide = frame.pivot_table(
            index=[asset, "period"], columns=column, values=["kteu", "mt"], aggfunc="sum", fill_value=0.0
        )
        result = pd.DataFrame(index=wide.index)
        for measure in ("kteu", "mt"):
            names = {f"{word}_{measure}": (measure, word) for word in words}
            for name, key in names.items():
                result[name] = wide[key] if key in wide.columns else 0.0
            result[measure] = result[list(names)].sum(axis=1)
        return result

    @cached_property
    def routes(self) -> pd.DataFrame:
        """Routes table indexed by route; a route that only a flow names is there with blanks."""
        frame = self.table("routes").set_index("route").astype(object)
        frame = frame.reindex(frame.index.union(pd.Index(self.table("route_flows")["route"].unique()), sort=False))
        words = [field.name for field in TABLES["routes"].fields if field.kind == "text" and field.name in frame]
        frame[words] = frame[words].fillna("")
        numbers = [name for name in frame if name not in words]
        return frame.astype(dict.fromkeys(numbers, float))

    @cached_property
    def routes_used(self) -> pd.DataFrame:
        """Flow by demand, period and route, seasons and segments of value of time added up.

        Columns demand, period, route, load ('cargo' or 'empty boxes'), flow_kteu, flow_mt, share.
        """
        flows = self.table("route_flows")
        numbers = flows[["flow_kteu", "flow_kt", "share"]].astype(float)
        frame = flows[["demand", "period", "route"]].assign(
            flow_kteu=numbers["flow_kteu"], flow_mt=numbers["flow_kt"] / 1000, share=numbers["share"].fillna(0.0)
        )
        frame = frame.groupby(["demand", "period", "route"], as_index=False, sort=False).sum()
        frame["load"] = np.where(frame["demand"].isin(self.demand_rows.index), "cargo", "empty boxes")
        return frame[frame["flow_kteu"] + frame["flow_mt"] > TINY].reset_index(drop=True)

    @cached_property
    def openings(self) -> pd.DataFrame:
        """Investments in order of opening with project facts: name, country, project_class, status, first_spending.

        `before` is the part of the capital that is paid before the horizon (sunk), `within` the rest [million USD],
        `most` how many modules the project can have; `renewed` says the years of renewals in words, `last_year` is the
        last one of service.
        """
        frame = self.table("investments").copy()
        for column in ("country", "project_class", "status", "construction_years", "proponent", "tags"):
            frame[column] = frame["project"].map(self.projects[column])
        frame["name"] = frame["project"].map(self.projects["name"])
        built = zip(frame["project"], frame["opening_year"], strict=True)
        frame["first_spending"] = [self.payments(str(project), int(year))[0][0] for project, year in built]
        frame["most"] = frame["project"].map(self.projects["maximum_modules"]).astype(float)
        frame["before"] = frame["sunk"].astype(float)
        frame["within"] = frame["capex"].astype(float) - frame["before"]
        frame = with_service(self.case, frame, self.optional("lives"), self.project_rows)
        return frame.sort_values(["opening_year", "project"], kind="stable").reset_index(drop=True)

    def payments(self, project: str, opening: int) -> tuple[tuple[int, float], ...]:
        """(Year, share) in which the capital of a module is paid that opens then, in order of years."""
        row = self.project_rows[project]
        profile = row.spending_profile if isinstance(row.spending_profile, str) else None
        return timing(int(row.construction_years), opening, profile).payments

    @cached_property
    def costs(self) -> pd.DataFrame:
        """Costs table with numeric columns as floats."""
        return self.table("costs").astype({"amount": float, "discounted": float})

    @cached_property
    def terms(self) -> dict[str, str]:
        """Cost term → label: money, time, taste, penalties, each in the order of the table."""
        frame = self.costs.drop_duplicates("term")
        labels = {str(term): str(label) for term, label in zip(frame["term"], frame["label"], strict=True)}
        return {term: labels[term] for term in kind_of(labels)}

    @cached_property
    def demand_rows(self) -> pd.DataFrame:
        """Demand sheet indexed by demand key."""
        return self.case.table("Demand").set_index("demand", drop=False)

    def inputs(self, base: Case | None) -> pd.DataFrame:
        """Input cells of the case, changes against `base` marked (analysis.inputs.inputs_used), made once."""
        key = id(base)
        if key not in self._inputs:
            self._inputs[key] = inputs_used(self.case, base, self._cells)
        return self._inputs[key]

    @cached_property
    def _cells(self) -> list[dict[str, Any]]:
        return list(sheet_cells(self.case))

    def confidences(self, sheet: str, column: str | int) -> dict[str, str]:
        """Key → confidence of a figure of its row: what the note on the cell says, else the row."""
        table, (key,) = self.case.table(sheet), SHEETS[sheet].key
        pairs = zip(table[key], table.index, strict=True)
        return {str(name): self.case.confidence(sheet, int(row), column) for name, row in pairs}

    def once(self, maker: Callable[[Facts], T]) -> T:
        """What `maker` makes of these facts, made once."""
        if maker not in self._made:
            self._made[maker] = maker(self)
        result: T = self._made[maker]
        return result

    def kind_of(self, asset_kind: str, asset: str) -> str:
        """Word for what an asset is: the node's kind, or the link's mode."""
        if asset_kind == "node":
            return str(self.nodes.loc[asset, "kind"])
        return self.modes.get(str(self.links.loc[asset, "carrier"]), "link")

    @cached_property
    def title(self) -> str:
        """Title of the case for covers."""
        return self.case.case_title

    @cached_property
    def scenario_title(self) -> str:
        """Readable name of the scenario."""
        table = self.case.table("Scenarios")
        found = table.loc[table["scenario"] == self.case.scenario, "name"]
        return str(found.iloc[0]) if len(found) and found.iloc[0] else self.case.scenario

    @cached_property
    def objective(self) -> float:
        """Sum of the discounted cost terms [million USD]."""
        return float(self.costs["discounted"].sum())
