"""From modules built and renewed to the values of all columns that say what is decided, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyomo.environ as pyo

from model.formulation.entries import Follower
from model.formulation.formulation import Formulation
from model.formulation.rule_closures import Modules, renewals
from model.formulation.values import Values
from model.network.graph import FloatArray


class ModuleValues:
    """Modules of one formulation in values of its columns."""

    def __init__(self, formulation: Formulation) -> None:
        """Remember which projects are renewed."""
        self._formulation, self._investment = formulation, formulation.investment
        self._renewable = {str(project) for project, _ in self._investment.renewed}

    def of(self, now: Values) -> Modules:
        """Modules built and renewed at some values."""
        found = [*self._investment.built.items(), *self._investment.renewed.items()]
        return {(str(name), when): round(now(variable)) for (name, when), variable in found}

    def changed(self, now: Values, modules: Mapping[tuple[str, str | int], int]) -> FloatArray:
        """Values with these modules built and renewed and all others as they are, in order.

        Renewals that are not named stay as they are, as far as there is still something to renew.
        """
        now = now.copy()
        now.change((self._variable(key), count) for key, count in modules.items())
        projects = dict.fromkeys(project for project, _ in modules)
        for project in projects:
            renewed = self._renewed(project, modules, now)
            now.change((self._variable(key), count) for key, count in renewed.items())
        now.change((one.variable, one.at(now)) for one in self._following(projects))
        return now.in_order()

    def _variable(self, key: tuple[str, str | int]) -> pyo.Var:
        block = self._investment
        return block.renewed[key] if isinstance(key[1], int) else block.built[key]

    def _renewed(self, project: str, named: Mapping[tuple[str, str | int], int], now: Values) -> Modules:
        """Renewals of a project for the modules that are built now."""
        block = self._investment
        if project not in self._renewable:
            return {}
        built = {period: round(now(block.built[project, period])) for period in block.PERIODS}

        def wish(year: int) -> float:
            return named.get((project, year), round(now(block.renewed[project, year])))

        return renewals(self._formulation.case, project, built, wish)

    def _following(self, projects: Iterable[str]) -> Iterable[Follower]:
        """Columns that follow from the modules of these projects, each once."""
        followers = self._formulation.followers
        return {id(one.variable): one for project in projects for one in followers.get(project, ())}.values()
