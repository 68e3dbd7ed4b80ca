"""What can be lost: ports, borders, lines of ships, sections and corridors, and the case without one for a while."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from model.case.canonical import records
from model.case.case import Case
from model.case.declared import require_known
from model.studies.variants.held import with_rows

COUNT = 20
SORTS = ("node", "link", "route group")


@dataclass(frozen=True)
class Asset:
    """Something that can be lost: a name, what kind of thing it is, and the rows of Outages that shut it."""

    name: str
    kind: str
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class When:
    """A year of the plan, and a season of it; None for the whole year."""

    year: int
    season: str | None = None

    def __str__(self) -> str:
        """'2033' or '2033, winter'."""
        return str(self.year) if self.season is None else f"{self.year}, {self.season}"


def when_of(case: Case, year: int | None, season: str | None) -> When:
    """The year and season asked for, by default the middle period's first year. Raises ValueError for others."""
    year = case.periods[len(case.periods) // 2].first_year if year is None else year
    case.require_year(year)
    seasons = [str(name) for name in case.table("Seasons")["season"]]
    if season is not None and season not in seasons:
        raise ValueError(f"There is no season “{season}”. The case has: {', '.join(seasons) or 'none'}.")
    return When(year, season)


def key_assets(case: Case, use: Mapping[str, float], count: int = COUNT) -> list[Asset]:
    """Ports, borders, lines of ships, limited sections and corridors that carry most, in turn; at most `count`.

    `use` is kt a year by 'link:key' and 'node:key'. A corridor is a word of the column Route group of Links.
    """
    found: dict[str, list[tuple[float, Asset]]] = {}
    for asset in every_asset(case):
        carried = max((use.get(f"{kind}:{key}", 0.0) for kind, key in asset.places), default=0.0)
        if carried > 0 and asset.kind != "place":
            found.setdefault(asset.kind, []).append((carried, asset))
    ranked = [[one for _, one in sorted(each, key=lambda pair: (-pair[0], pair[1].name))] for each in found.values()]
    in_turn = (one for row in zip_longest(*ranked) for one in row if one is not None)
    return list(in_turn)[:count]


def every_asset(case: Case) -> list[Asset]:
    """All that can be lost, by kind; no two have the same name.

    Where a node, a link or a route group have one name, each has its sort before it: 'node CND', 'route group CND'.
    """
    found = list(_assets(case))
    often = Counter(asset.name for _, asset in found)
    return [replace(one, name=f"{sort} {one.name}") if often[one.name] > 1 else one for sort, one in found]


def _assets(case: Case) -> Iterator[tuple[str, Asset]]:
    """All that can be lost, each after the sort of thing that its name is a key of."""
    for row in records(case.table("Nodes")):
        kind = str(row.kind) if row.kind in ("port", "border") else "place"
        yield "node", Asset(str(row.node), kind, (("node", str(row.node)),))
    sailed = set(case.table("Services")["link"])
    groups: dict[str, list[str]] = {}
    for row in records(case.table("Links")):
        limited = row.capacity_kteu == row.capacity_kteu or row.capacity_kt == row.capacity_kt
        kind = "line of ships" if row.link in sailed else "section" if limited else "place"
        yield "link", Asset(str(row.link), kind, (("link", str(row.link)),))
        if row.route_group:
            groups.setdefault(str(row.route_group), []).append(str(row.link))
    for group, links in groups.items():
        yield "route group", Asset(group, "corridor", tuple(("link", link) for link in links))


def named_assets(case: Case, names: Sequence[str]) -> list[Asset]:
    """Assets by key of a node or link, or by corridor.

    Raises ValueError for a name that several have, and, with the nearest name, for one that none has.
    """
    known = {asset.name: asset for asset in every_asset(case)}
    for name in names:
        if name not in known and (several := [f"{sort} {name}" for sort in SORTS if f"{sort} {name}" in known]):
            raise ValueError(f"“{name}” is not one asset: ask for {' or '.join(f'“{one}”' for one in several)}.")
        require_known(name, known, "node, link or route group called")
    return [known[name] for name in dict.fromkeys(names)]


def shut(case: Case, asset: Asset, year: int, season: str | None = None) -> Case:
    """The case without the asset in a season of a year, or all of it."""
    span: dict[str | int, Any] = {"season": season, "first_year": float(year), "last_year": float(year)}
    return with_rows(case, "Outages", [{"asset_kind": kind, "asset": key, **span} for kind, key in asset.places])
