"""How long a search goes on that closes less and less."""

from __future__ import annotations

from model.solvers.core.options import FilledOptions

PATIENCE_LPS, PATIENCE = 600, 0.05  # small LPs, a minute of the shipped case; of the gap, that they must close
BRIEF_PATIENCE = 0.1  # one of many plans: the same minutes bring more in another one


def share_asked(options: FilledOptions) -> float:
    """Share of the gap that so many LPs must close."""
    return BRIEF_PATIENCE if options.brief else PATIENCE


class Patience:
    """Whether a search goes on: for so many LPs it must close a share of the gap. LPs, so that two runs end alike."""

    def __init__(self, gap: float, solved: int, share: float = PATIENCE, lps: int = PATIENCE_LPS) -> None:
        """Begin to look when so many LPs were solved, at this gap."""
        self._gap, self._solved, self._share, self._lps = gap, solved, share, lps

    def ends(self, gap: float, solved: int, now: bool = False) -> bool:
        """Whether the LPs since the last look were enough for one, or it is `now`, and closed too little of the gap."""
        if solved - self._solved < self._lps and not now:
            return False
        before, self._gap, self._solved = self._gap, gap, solved
        return gap > (1 - self._share) * before
