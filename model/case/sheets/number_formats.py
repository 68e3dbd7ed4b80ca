"""Number formats that show a key otherwise than the cell holds it: 7 shown as 007, or as P007."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_PARTS: Final = re.compile(r'"([^"]*)"|\\(.)|([A-Za-z_ -])')
_KEY: Final = re.compile(r'((?:"[^"]*"|\\.|-)*)(0+)((?:"[^"]*"|\\.|-)*)')


@dataclass(frozen=True)
class KeyFormat:
    """A format of whole numbers: so many digits at least, with words before and after."""

    before: str
    digits: int
    after: str

    def shown(self, number: float) -> str:
        """The number as Excel shows it. Only for whole numbers of 0 and more."""
        return f"{self.before}{int(number):0{self.digits}d}{self.after}"


def key_format(code: str) -> KeyFormat | None:
    """The format if it pads with zeros or adds words ('000', '"P"000', '0"-a"'); None for all others."""
    found = _KEY.fullmatch(code.split(";")[0])
    if found is None:
        return None
    before, after = (_PARTS.sub(lambda part: part[1] or part[2] or part[3] or "", text) for text in found.group(1, 3))
    digits = len(found.group(2))
    return KeyFormat(before, digits, after) if digits > 1 or before or after else None
