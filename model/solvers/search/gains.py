"""What branching on the whole columns of a part gains, at the prices that its tree works at.

A column gains otherwise at other prices: these say what building costs, so which side of it is near to paying. So each
tree learns for itself, and anew where the prices change: first of all what promised most before.
"""

from __future__ import annotations

import numpy as np

from model.network.graph import FloatArray, IntArray

LEAST_GAIN = 1e-4  # of the score, million USD
LEAST_STEP = 1e-3
SURE_GAIN = 50.0  # of a half without a plan, million USD


class Gains:
    """Million USD gained per unit of the way to the next whole number, by column, down and up (pseudo-costs).

    What is stale was learned at other prices, and is forgotten where something is learned anew.
    """

    def __init__(self, count: int) -> None:
        """Nothing is known yet of so many columns."""
        self._sum, self._count = np.zeros((2, count)), np.zeros((2, count))
        self._stale = np.ones((2, count), dtype=np.bool_)

    def age(self) -> None:
        """Other prices hold from now on."""
        self._stale[:] = True

    def learn(self, column: int, value: float, gain: float, *, up: bool) -> None:
        """Branching on a column that had this value gained so much, million USD."""
        way, side = np.ceil(value) - value if up else value - np.floor(value), int(up)
        if self._stale[side, column]:
            self._sum[side, column] = self._count[side, column] = 0.0
            self._stale[side, column] = False
        self._sum[side, column] += max(0.0, gain) / max(way, LEAST_STEP)
        self._count[side, column] += 1

    def unknown(self, columns: IntArray, values: FloatArray, most: int) -> list[int]:
        """Columns at these values of which nothing was learned, and of the `most` best those that are stale."""
        best = np.argsort(-self.score(columns, values), kind="stable")[:most]
        wanted = self._count[:, columns].min(axis=0) == 0
        wanted[best] |= self._stale[:, columns[best]].any(axis=0)
        return [int(column) for column in columns[wanted]]

    def score(self, columns: IntArray, values: FloatArray) -> FloatArray:
        """How much branching on columns at these values promises: what both halves gain, multiplied."""
        gain, down = self._sum[:, columns] / np.maximum(self._count[:, columns], 1), values - np.floor(values)
        return np.asarray(np.maximum(gain[0] * down, LEAST_GAIN) * np.maximum(gain[1] * (1 - down), LEAST_GAIN))
