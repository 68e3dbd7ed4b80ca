"""What the size of a market decides: constants refitted to the same counts with more or fewer boxes to choose.

How the entries of a market split in a plan tells what each corridor is worth to them, -b ln s, with the prices of full
ships and ports in it. With k times the boxes, constants move until the market sends by each counted corridor what it
sent before, and the same moves in the plan of another year tell that year. Nothing is planned anew: ships and ports
stay as dear as they are in the plans. Exact for markets without nests; of a nest the corridors are taken one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from model.features.choice.calibration import targets
from model.features.choice.markets import Market, markets
from model.network.graph import FloatArray
from model.plan.plan import Plan

CLOSE = 1e-9
ROUNDS = 5000


def sizes(base: Plan, others: Mapping[str, Plan], times: Sequence[float]) -> pd.DataFrame:
    """The table of sizes (`size_table`) of all markets with a count in the year of `base`; empty where none has one."""
    return size_table(base, others, markets(base.case), set(targets(base.case, base.case.first_year)), times)


def split_of(plan: Plan, market: Market) -> tuple[FloatArray, FloatArray]:
    """What the entries of a market have to send [kTEU], and their shares: a row an entry, a column a corridor."""
    table = plan.tables["choice_entries"]
    own = table[table["market"] == market.name]
    keys = ["demand", "segment", "period", "season"]
    shares = own.pivot_table(index=keys, columns="family", values="share", aggfunc="sum", fill_value=0.0)
    shares = shares.reindex(columns=[option.family for option in market.options], fill_value=0.0)
    amounts = own.groupby(keys)["amount"].first().reindex(shares.index)
    return amounts.to_numpy(float), shares.to_numpy(float)


def moved(shares: FloatArray, moves: FloatArray) -> FloatArray:
    """Shares of the logit when corridors become dearer by `moves` spreads."""
    weights = shares * np.exp(-moves)
    total = weights.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(weights, total, out=np.zeros_like(weights), where=total > 0))


def refitted(amounts: FloatArray, shares: FloatArray, times: float, counted: Sequence[bool]) -> FloatArray | None:
    """Moves of the constants, in spreads, with which `times` the boxes send by each counted corridor what they sent.

    None where the market is then too small for its counts, or all of its corridors are counted.
    """
    sent = amounts @ shares
    kept = np.array(counted)
    if kept.all() or sent[kept].sum() >= times * amounts.sum():
        return None
    moves = np.zeros(len(sent))
    for _ in range(ROUNDS):
        now = times * amounts @ moved(shares, moves)
        off = np.where(kept & (sent > 0), np.log(np.maximum(now, 1e-12) / np.maximum(sent, 1e-12)), 0.0)
        moves += off
        if np.abs(off).max() < CLOSE:
            return moves
    return None


def size_table(
    base: Plan,
    others: Mapping[str, Plan],
    known: Mapping[str, Market],
    counts: Collection[tuple[str, str]],
    times: Sequence[float],
) -> pd.DataFrame:
    """By market and corridor: how its constant moves [USD/TEU], and kTEU in the plans of `others`, for each size.

    Columns market, times, size_kteu, corridor, constant_change, and one of kTEU for each name of `others`. A market
    that would be too small for its counts has blanks.
    """
    rows = []
    for name, market in known.items():
        families = [option.family for option in market.options]
        counted = [(name, family) in counts for family in families]
        if not any(counted):
            continue
        amounts, shares = split_of(base, market)
        for factor in times:
            moves = refitted(amounts, shares, factor, counted)
            for place, family in enumerate(families):
                row: list[object] = [name, factor, factor * amounts.sum(), family]
                if moves is None:
                    rows.append([*row, *[np.nan] * (1 + len(others))])
                    continue
                row.append(1000 * market.spread * moves[place])
                for other in others.values():
                    then, split = split_of(other, market)
                    row.append(factor * float(then @ moved(split, moves)[:, place]))
                rows.append(row)
    return pd.DataFrame(rows, columns=["market", "times", "size_kteu", "corridor", "constant_change", *others]).round(3)
