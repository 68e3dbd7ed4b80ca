"""What a unit of cargo pays, takes and emits on each leg and at each visit of its route.

Prices are found from the sheets alone: Links and Nodes, and the rows of Costs that replace them for a commodity.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from model.plan.verify.checks import Codes, Floats, Frame, records
from model.plan.verify.gates import Gates
from model.plan.verify.travel import LOADING, PASSING, TRANSFER, UNLOADING, Travel

KT_CO2_PER_KT_KM_G: Final = 1e-6
"""1 kt over 1 km at 1 g/tkm = 1000 t × 1 km × 1 g = 1 kg = 1e-6 kt."""

ITEM_OF_ACTIVITY: Final = {LOADING: "terminal", UNLOADING: "terminal", TRANSFER: "transfer", PASSING: "passing"}


@dataclass(frozen=True)
class Prices:
    """Price of one item at each place for each commodity, (commodities, places): by kt and by kTEU, added."""

    per_kt: Floats
    per_kteu: Floats

    def replace(self, commodity: int, places: Codes, row: Any, *, container: bool) -> None:
        """Put a row of Costs in the place of the general figure; of two prices boxes take that per TEU."""
        by_tonne = bool(np.isnan(row.container_cost)) if container else not np.isnan(row.tonne_cost)
        self.per_kt[commodity, places] = row.tonne_cost if by_tonne else 0.0
        self.per_kteu[commodity, places] = 0.0 if by_tonne else row.container_cost

    def at(self, commodity: Codes, place: Codes, kt: Floats, kteu: Floats) -> Floats:
        """Price of each leg or visit."""
        return self.per_kt[commodity, place] * kt + self.per_kteu[commodity, place] * kteu


@dataclass(frozen=True)
class Rates:
    """Coefficients per unit of flow: arrays over legs or over visits.

    Empty boxes pay a part of the general tariff and handling; what projects change multiplies days, tariff, handling
    and emissions, but neither surcharges nor what is only felt.
    """

    travel: Travel
    gates: Gates

    def _changed(self, what: str) -> tuple[Floats, Floats]:
        """What the projects used make of a figure, on legs and at visits."""
        return self.gates.factors(what, len(self.travel.sequences.leg_link), len(self.travel.sequences.visit_node))

    @cached_property
    def _cost_factors(self) -> tuple[Floats, Floats]:
        return self._changed("cost_change")

    @cached_property
    def _time_factors(self) -> tuple[Floats, Floats]:
        return self._changed("time_change")

    @cached_property
    def _containers(self) -> list[bool]:
        """Whether each commodity is container cargo; empty boxes, the last, are."""
        return [*[form == "container" for form in self.travel.cargo.commodities["form"]], True]

    @cached_property
    def _replacing(self) -> Frame:
        """Costs sheet, rows of a carrier before those of a link so that the link's win."""
        costs = self.travel.recount.case.table("Costs", self.travel.stretch.year)
        return costs.sort_values("asset_kind", key=lambda kinds: kinds != "carrier", kind="stable")

    def _priced(self, item: str, general: Prices, kinds: dict[str, pd.Series[Any]]) -> Prices:
        """General prices with the rows of Costs for one item put in; `kinds` are asset kind → keys by place."""
        rows = self._replacing
        commodities = list(self.travel.cargo.commodities.index)
        places_of: dict[str, Any] = {kind: keys.groupby(keys).indices for kind, keys in kinds.items()}
        for row in records(rows[rows["item"] == item]):
            places = places_of.get(str(row.asset_kind), {}).get(row.asset)
            if places is not None and row.commodity in commodities:
                commodity = commodities.index(row.commodity)
                general.replace(commodity, places, row, container=self._containers[commodity])
        return general

    def _link_prices(self, item: str) -> Prices:
        """Transport or surcharge by link, per kt and kTEU; boxes go by the tonne where no price per TEU is given."""
        links, containers = self.travel.links, np.array(self._containers, dtype=bool)[:, None]
        column = "container_cost" if item == "transport" else "surcharge"
        per_kteu = np.tile(np.nan_to_num(links[column].to_numpy(float)), (len(containers), 1))
        per_kt = np.zeros_like(per_kteu)
        if item == "transport":
            no_price = links["container_cost"].isna().to_numpy(bool)
            by_tonne = links["tonne_cost"].notna().to_numpy(bool) & (~containers | no_price)
            share = self.travel.cargo.cost_share[:, None]
            per_kt = np.where(by_tonne, links["tonne_cost"].to_numpy(float), 0.0) * share
            per_kteu = np.where(by_tonne, 0.0, per_kteu) * share
        else:
            per_kteu[-1] = 0.0
        return self._priced(item, Prices(per_kt, per_kteu), {"carrier": links["carrier"], "link": links["link"]})

    def _node_prices(self, item: str) -> Prices:
        """Passing, transfer or terminal cost by node, per kt and kTEU."""
        nodes = self.travel.nodes
        per_kteu = self.travel.cargo.cost_share[:, None] * np.nan_to_num(nodes[f"{item}_cost"].to_numpy(float))
        return self._priced(item, Prices(np.zeros_like(per_kteu), per_kteu), {"node": nodes["node"]})

    @cached_property
    def leg_kt(self) -> Floats:
        """Kt per unit on each leg."""
        return self.travel.cargo.kt_per_unit[self.travel.leg_demand]

    @cached_property
    def leg_kteu(self) -> Floats:
        """KTEU or TEU-equivalents per unit on each leg."""
        return self.travel.cargo.kteu_per_unit[self.travel.leg_demand]

    @cached_property
    def visit_kt(self) -> Floats:
        """Kt per unit at each visit."""
        return self.travel.cargo.kt_per_unit[self.travel.visit_demand]

    @cached_property
    def visit_kteu(self) -> Floats:
        """KTEU or TEU-equivalents per unit at each visit."""
        return self.travel.cargo.kteu_per_unit[self.travel.visit_demand]

    @cached_property
    def leg_boxes(self) -> Floats:
        """KTEU in boxes per unit on each leg: bulk only on carriers that put it into boxes."""
        in_boxes = self.travel.carriers["bulk_in_containers"].to_numpy(bool)[self.travel.leg_carrier]
        return np.where(self._container_of(self.travel.leg_demand) | in_boxes, self.leg_kteu, 0.0)

    @cached_property
    def visit_boxes(self) -> Floats:
        """KTEU in boxes per unit at each visit: bulk only when a carrier on either side puts it into boxes."""
        travel = self.travel
        boxing = np.r_[travel.carriers["bulk_in_containers"].to_numpy(bool), False]
        before = boxing[travel.carrier_beside(travel.sequences.visit_leg_in)]
        after = boxing[travel.carrier_beside(travel.sequences.visit_leg_out)]
        return np.where(self._container_of(travel.visit_demand) | before | after, self.visit_kteu, 0.0)

    def _container_of(self, demand: Codes) -> Any:
        return self.travel.cargo.form[demand] == "container"

    @cached_property
    def transport(self) -> Floats:
        """Price of each leg, million USD per unit."""
        return self._leg_price("transport") * self._cost_factors[0]

    @cached_property
    def surcharge(self) -> Floats:
        """Surcharge on each leg, million USD per unit."""
        return self._leg_price("surcharge")

    def _leg_price(self, item: str) -> Floats:
        travel = self.travel
        commodity = travel.cargo.commodity[travel.leg_demand]
        return self._link_prices(item).at(commodity, travel.sequences.leg_link, self.leg_kt, self.leg_kteu)

    @cached_property
    def handling(self) -> Floats:
        """Handling cost of each visit, million USD per unit."""
        travel = self.travel
        commodity = travel.cargo.commodity[travel.visit_demand]
        result: Floats = np.zeros(len(self.visit_kt))
        for item in ("passing", "transfer", "terminal"):
            price = self._node_prices(item).at(commodity, travel.sequences.visit_node, self.visit_kt, self.visit_kteu)
            result = np.where(self._is_item(item), price, result)
        return result * self._cost_factors[1]

    def _is_item(self, item: str) -> Any:
        items = np.array([ITEM_OF_ACTIVITY[activity] for activity in range(4)], dtype=object)
        return items[self.travel.activity] == item

    @cached_property
    def leg_days(self) -> Floats:
        """Days on each leg, by the demand's service."""
        links, legs = self.travel.links, self.travel.sequences.leg_link
        regular, block = links["days_regular"].to_numpy(float), links["days_block"].to_numpy(float)
        by_block = self.travel.cargo.by_block_train[self.travel.leg_demand] & ~np.isnan(block)[legs]
        return np.where(by_block, block[legs], regular[legs]) * self._time_factors[0]

    @cached_property
    def visit_days(self) -> Floats:
        """Days at each visit, by the demand's service."""
        nodes, visits = self.travel.nodes, self.travel.sequences.visit_node
        by_block = self.travel.cargo.by_block_train[self.travel.visit_demand]
        result: Floats = np.zeros(len(visits))
        for item in ("passing", "transfer", "terminal"):
            regular = np.nan_to_num(nodes[f"{item}_days_regular"].to_numpy(float))[visits]
            block = np.nan_to_num(nodes[f"{item}_days_block"].to_numpy(float))[visits]
            result = np.where(self._is_item(item), np.where(by_block, block, regular), result)
        return result * self._time_factors[1]

    @cached_property
    def leg_buffer(self) -> Floats:
        """Days of margin on each leg."""
        days = self.travel.links["buffer_days"].to_numpy(float)[self.travel.sequences.leg_link]
        result: Floats = days * self._changed("buffer_change")[0]
        return result

    @cached_property
    def visit_buffer(self) -> Floats:
        """Days of margin at each visit, whatever is done there."""
        days = self.travel.nodes["buffer_days"].to_numpy(float)[self.travel.sequences.visit_node]
        result: Floats = days * self._changed("buffer_change")[1]
        return result

    @cached_property
    def leg_co2(self) -> Floats:
        """Emissions on each leg, kt CO2 per unit."""
        links = self.travel.links
        per_kt: Floats = links["length_km"].to_numpy(float) * np.nan_to_num(links["co2_g_per_tkm"].to_numpy(float))
        result: Floats = self.leg_kt * per_kt[self.travel.sequences.leg_link] * KT_CO2_PER_KT_KM_G
        return result * self._changed("co2_change")[0]
