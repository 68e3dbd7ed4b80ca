"""Notes on cells: read beside the values, since one that begins with a grade is the confidence of that figure.

A row's confidence is that of its weakest figure. Where one figure is surer, or less sure, its cell says so in a note:
'seen; KHG25. Counted at the dry port in 2025', the grade first. Excel puts the author's name on a line of its own.
"""

from __future__ import annotations

import re
from typing import Final

GRADES: Final = ("seen", "computed", "assumption")
_GRADE = re.compile(rf"\s*({'|'.join(GRADES)})\b", re.IGNORECASE)


def grade_of(note: str) -> str:
    """The grade that some line of a note begins with: seen, computed or assumption; '' where none does."""
    found = next((match for line in note.splitlines() if (match := _GRADE.match(line))), None)
    return found[1].lower() if found else ""
