"""Constants of choice from counts by market and corridor, and what shippers would do with them.

One LP: with constants far too attractive (`START`) each market and corridor is capped at its count (caps.py); the price
of the cap is what the constant lacks. Steps leave single entries up to half a step beside the logit, so a year is
calibrated in narrow ones (`in_narrow_steps`): constants are then those of the logit and not of where corners happen to
stand. Where the sum of a market still misses its count, a few corrections by the logit's own slope follow.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from model.case.canonical import records
from model.case.case import Case
from model.features.choice.markets import market_of, markets
from model.features.choice.responses import LITTLE, Key, elasticity_table, response_table, served
from model.formulation.build import build
from model.network.cargo import read_cargo
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Progress
from model.solvers.engine import prepared, solve_prepared
from model.studies.console.reporters import Tell
from model.studies.one_plan import OnePlan, required

START = -5.0
"""Million USD per kTEU: 5,000 USD/TEU in favour of a corridor with a count."""
NARROW = 0.05
"""Log odds; single years are solved in narrow steps for hardly more, since LPs see few of them at a time."""
CORRECTIONS = 10
DAMPED = 0.5
"""Part of a correction that is made at once: entries sit in corners of their steps and move by jumps."""
EXACT = 1e-7
"""Gap of base-year plans: the split hangs on differences that hardly show in the cost."""
ENOUGH = 0.025
"""Share of its count by which the sum of a market may miss it."""
APART = 1e-9
PROPOSED = "The base year with the constants proposed"
CAPS = Path(__file__).with_name("caps.py")


@dataclass(frozen=True)
class Proposal:
    """Constants by market and corridor in million USD/kTEU, and the base-year plan with them."""

    constants: Mapping[Key, float]
    plan: Plan


def targets(case: Case, year: int) -> dict[Key, float]:
    """Counts by market and corridor to calibrate on, kTEU in that year.

    Rows for a part of the commodities, of other years and for testing are none.
    """
    found = {}
    for row in records(case.table("Observed")):
        if row.market is None or row.family is None or row.commodities or row.use != "calibrate" or row.year != year:
            continue
        found[str(row.market), str(row.family)] = float(row.value)
    return found


def calibrate(
    base: Case, options: SolveOptions, tell: Tell, planner: OnePlan = make_plan
) -> tuple[Case, Mapping[str, pd.DataFrame]]:
    """The case with constants proposed, in narrow steps, and the tables Constants, Markets, Responses, Elasticities.

    `base` is one year without decisions; it stays as it is. Raises ValueError when no row of Observed is a target of
    that year, and when the year has no plan.
    """
    year = base.first_year
    counts = targets(base, year)
    if not counts:
        raise ValueError(
            f"No row of Observed for {year} has a market and a corridor to calibrate on: constants need counts by both."
        )
    options = dataclasses.replace(options, gap=EXACT)
    narrow = in_narrow_steps(base)
    found = propose(narrow, options, tell, planner)
    tuned = with_constants(narrow, found.constants)
    tables = {"Constants": constants_table(tuned, found, counts), "Markets": market_table(found.plan, counts)}
    tell("what shippers would do: each corridor 100 USD and 10 % dearer, and a day quicker")
    responses = response_table(tuned, found.plan, options, planner)
    return with_constants(base, found.constants), tables | {
        "Responses": responses,
        "Elasticities": elasticity_table(responses),
    }


def propose(base: Case, options: SolveOptions, tell: Tell, planner: OnePlan = make_plan) -> Proposal:
    """Fit the constants of all targets at once; markets without one keep theirs, twins take those of their pattern."""
    counts = targets(base, base.first_year)
    fitted = _by_prices(base, counts, options)
    constants = known_constants(base) | fitted
    tell("one LP: " + ", ".join(f"{market} {family} {1000 * fitted[market, family]:,.0f}" for market, family in fitted))
    best: dict[str, tuple[float, dict[Key, float]]] = {}
    for number in range(CORRECTIONS + 1):
        constants |= _twins(base, constants, counts)
        plan = required(planner(with_constants(base, constants), options), PROPOSED)
        miss = {key: _miss(plan, key, count) for key, count in counts.items()}
        worst = {market: max(abs(value) for key, value in miss.items() if key[0] == market) for market, _ in counts}
        for market, value in worst.items():
            if value < best.get(market, (math.inf, {}))[0]:
                best[market] = value, {key: constants[key] for key in constants if key[0] == market}
        tell(f"fit {number}: worst market {100 * math.expm1(max(worst.values())):.1f} % off its count")
        if max(worst.values()) <= ENOUGH or number == CORRECTIONS:
            break
        for key, value in miss.items():
            if worst[key[0]] > ENOUGH:
                constants[key] += DAMPED * value * _slope(base, plan, key)
    for _, own in best.values():
        constants |= own
    constants |= _twins(base, constants, counts)
    constants = lowest_at_nought(constants)
    return Proposal(constants, required(planner(with_constants(base, constants), options), PROPOSED))


def in_narrow_steps(case: Case) -> Case:
    """The case with steps of `NARROW` at most: for single years, whose answers should not hang on where corners are."""
    return case.with_settings(choice_step=min(NARROW, float(case.settings["choice_step"])))


def lowest_at_nought(constants: Mapping[Key, float]) -> dict[Key, float]:
    """The same split: the constants of each market moved together so that its lowest is 0."""
    least: dict[str, float] = {}
    for (market, _), value in constants.items():
        least[market] = min(value, least.get(market, math.inf))
    return {key: value - least[key[0]] for key, value in constants.items()}


def known_constants(case: Case) -> dict[Key, float]:
    """Constants of the Choice sheet in the case's first year."""
    return {
        (name, option.family): option.constant(case.first_year)
        for name, market in markets(case).items()
        for option in market.options
    }


def with_constants(case: Case, constants: Mapping[Key, float]) -> Case:
    """The case with these constants, whatever the year."""
    table = case.table("Choice")
    values = [constants[key] for key in zip(table["market"], table["family"], strict=True)]
    return case.with_tables(Choice=table.assign(constant=values))


def classes_apart(case: Case) -> Case:
    """The case with the cargo of each market in classes of its own: their boxes weigh more in the ninth digit."""
    number = {name: place for place, name in enumerate(markets(case), 1)}
    demand, of = case.table("Demand"), market_of(case)
    usual = case.table("Commodities", case.first_year).set_index("commodity")["tonnes_per_teu"]
    own = demand["tonnes_per_teu"].fillna(demand["commodity"].map(usual))
    factor = [1.0 + APART * number.get(of.get(name, ""), 0) for name in demand["demand"]]
    return case.with_tables(Demand=demand.assign(tonnes_per_teu=own * factor))


def _by_prices(base: Case, counts: Mapping[Key, float], options: SolveOptions) -> dict[Key, float]:
    """Constants from the prices of the caps; seasons weigh by their demand."""
    start = known_constants(base) | dict.fromkeys(counts, START)
    case = classes_apart(with_constants(base, start))
    filled = dataclasses.replace(options, constraint_files=(*options.constraint_files, CAPS)).filled(case)
    formulation = build(case, build_graph(case), RoutePool(), (*options.constraint_files, CAPS))
    problem = prepared(formulation, filled, Progress(filled.time_limit, None))
    outcome, solution = solve_prepared(problem)
    if solution is None:
        raise ValueError(f"The base year cannot be planned: {outcome.message}")
    found = dict.fromkeys(counts, START)
    share = {season.name: season.demand_share for season in formulation.seasons}
    for key, prices in zip(formulation.block_keys, solution.load_prices, strict=True):
        weight = formulation.operating_weight(key[0])
        for (market, family), _ in counts.items():
            price = float(prices[formulation.load_number["observed shares", market, family]])
            found[market, family] += abs(price) / weight * share[key[1]]
    return found


def _twins(base: Case, constants: Mapping[Key, float], counts: Mapping[Key, float]) -> dict[Key, float]:
    """Constants of markets without a count: those of the market that their rows in Choice name as a twin."""
    counted = {market for market, _ in counts}
    found = {}
    for row in records(base.table("Choice")):
        if row.twin is not None and row.market not in counted and (row.twin, row.family) in constants:
            found[str(row.market), str(row.family)] = constants[str(row.twin), str(row.family)]
    return found


def _miss(plan: Plan, key: Key, count: float) -> float:
    """Log of modelled over counted; 0 where hardly a box is missing."""
    if abs(served(plan, key) - count) < LITTLE:
        return 0.0
    return math.log(max(served(plan, key), LITTLE) / max(count, LITTLE))


def _slope(base: Case, plan: Plan, key: Key) -> float:
    """By how much a constant must rise for a market to send e times less by a corridor, by the logit."""
    table = plan.tables["choice_entries"]
    own = table[(table["market"] == key[0]) & (table["family"] == key[1])]
    weight, share = own["served"].to_numpy(float), own["share"].to_numpy(float)
    mean = float((weight * share).sum() / weight.sum()) if weight.sum() > 0 else 0.0
    market = markets(base)[key[0]]
    return market.spread_of(market.option(key[1])) / max(0.15, 1.0 - mean)


def constants_table(case: Case, found: Proposal, counts: Mapping[Key, float]) -> pd.DataFrame:
    """Constants in USD/TEU, how many days of the market's goods they are worth, and where they come from."""
    value = _value_of_time(case)
    before = {}
    for row in records(case.table("Choice")):
        before[str(row.market), str(row.family)] = row.twin
    rows = []
    for key, constant in found.constants.items():
        usd = 1000 * constant
        basis = "count" if key in counts else f"twin of {before[key]}" if before.get(key) else "as in the sheet"
        day = value[key[0]]
        rows.append((*key, round(usd, 1), round(usd / day, 1) if day > 0 else np.nan, round(day, 1), basis))
    columns = ["market", "corridor", "constant", "days", "value_of_time", "basis"]
    return pd.DataFrame(rows, columns=columns)


def _value_of_time(case: Case) -> dict[str, float]:
    """Mean value of a day by market, USD/TEU, weighted by what is to be sent."""
    cargo, of = read_cargo(case), market_of(case)
    sums: dict[str, list[float]] = {}
    for number, row in enumerate(cargo.rows):
        if row in of:
            kind, amount = cargo.classes[int(cargo.class_of[number])], float(cargo.amounts[number, 0])
            pair = sums.setdefault(of[row], [0.0, 0.0])
            pair[0] += 1000 * kind.value_of_time * amount
            pair[1] += kind.teu * amount
    return {market: paid / teu if teu > 0 else np.nan for market, (paid, teu) in sums.items()}


def market_table(plan: Plan, counts: Mapping[Key, float]) -> pd.DataFrame:
    """Modelled kTEU and share by market and corridor beside the counts."""
    rows = []
    for row in records(plan.tables["choice"]):
        count = counts.get((row.market, row.family), np.nan)
        off = 100 * (row.served / count - 1) if count > 0 else np.nan
        cost = 1000 * row.cost if row.cost == row.cost else np.nan
        rows.append((row.market, row.family, count, row.served, off, row.share, cost))
    columns = ["market", "corridor", "counted_kteu", "modelled_kteu", "off_percent", "share", "cost_usd_per_teu"]
    return pd.DataFrame(rows, columns=columns).round(4)
