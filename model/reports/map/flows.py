"""What the map shows of a plan in a period: flow and state of each link and node."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from model.plan.use import state
from model.reports.facts import Facts

COLOURS: Final = {
    "free": "#2166ac",
    "busy": "#e08214",
    "full": "#b2182b",
    "OVER": "#b2182b",
    "closed": "#8a949e",
    "no limit": "#66727d",
}
UNUSED: Final = "#b9c2ca"


@dataclass(frozen=True)
class LinkFlow:
    """Flow of a link in a period: kTEU and Mt by direction, utilisation (None without a limit) and its word."""

    forward_kteu: float
    backward_kteu: float
    forward_mt: float
    backward_mt: float
    utilisation: float | None
    state: str

    @property
    def kteu(self) -> float:
        """Both directions together, kTEU/year."""
        return self.forward_kteu + self.backward_kteu

    @property
    def mt(self) -> float:
        """Both directions together, Mt/year."""
        return self.forward_mt + self.backward_mt

    @property
    def colour(self) -> str:
        """Colour of the line."""
        return COLOURS[self.state] if self.kteu + self.mt > 1e-9 else UNUSED


class MapFlows:
    """Flows of one plan, ready for the map."""

    def __init__(self, facts: Facts) -> None:
        """Remember the facts."""
        self.facts = facts

    @cached_property
    def _uses(self) -> dict[tuple[str, str, str], float]:
        table = self.facts.tightest
        uses: dict[Any, Any] = table["utilisation"].astype(float).to_dict()
        return uses

    @cached_property
    def links(self) -> dict[tuple[str, str], LinkFlow]:
        """(link, period) → flow, for links that carry something."""
        found = {}
        columns = ["forward_kteu", "backward_kteu", "forward_mt", "backward_mt"]
        table = self.facts.link_totals
        for key, (fk, bk, fm, bm) in zip(table.index.tolist(), table[columns].to_numpy(float).tolist(), strict=True):
            link, period = str(key[0]), str(key[1])
            use, word = self.use("link", link, period)
            found[link, period] = LinkFlow(fk, bk, fm, bm, use, word)
        return found

    def use(self, kind: str, asset: str, period: str) -> tuple[float | None, str]:
        """Utilisation of the tightest limit, and its word."""
        value = self._uses.get((kind, asset, period))
        if value is None:
            return None, "no limit"
        return (None, "closed") if value != value else (value, state(value))

    def largest(self, links: list[str], measure: str) -> float:
        """Largest flow over all periods among some links ('kteu' or 'mt')."""
        wanted = set(links)
        return max((getattr(flow, measure) for (link, _), flow in self.links.items() if link in wanted), default=0.0)
