"""Several keys in one text, such that the same keys are read back whatever letters they hold.

A key that holds a letter of what stands between keys is put into double quotes, its own doubled, as in a CSV file:
`"AKT > sea" > ALA`. Other keys stand as they are.
"""

from __future__ import annotations

from collections.abc import Iterable


def quoted(key: str, between: str) -> str:
    """A key as it stands among others; `between` holds the letters that part them."""
    if not any(letter in key for letter in '"' + between.replace(" ", "")):
        return key
    return '"' + key.replace('"', '""') + '"'


def unquoted(piece: str) -> str:
    """A key as it was before `quoted`."""
    whole = len(piece) > 1 and piece.startswith('"') and piece.endswith('"')
    return piece[1:-1].replace('""', '"') if whole else piece


def joined(keys: Iterable[str], between: str) -> str:
    """Keys in order as one text; `parted` reads them back."""
    return between.join(quoted(key, between) for key in keys)


def parted(text: str, between: str) -> list[str]:
    """The keys that `joined` put together; none for an empty text."""
    return [unquoted(piece) for piece in pieces(text, between)]


def listed_keys(keys: Iterable[str]) -> str:
    """Keys as they stand in a cell: 'a; b'."""
    return joined(keys, "; ")


def keys_listed(text: str) -> list[str]:
    """The keys of a cell; one that holds a semicolon stands in double quotes."""
    found = pieces(text, ";", by_hand=True)
    return [key for key in (unquoted(piece.strip()) for piece in found) if key]


def pieces(text: str, between: str, *, by_hand: bool = False) -> list[str]:
    """The text cut at `between`, quotes kept; what stands in quotes is not cut.

    Quotes that nothing closes are letters like any other, and in a list written `by_hand` also those within a key, as
    in '12" pipe; 14" pipe'.
    """
    cut = text.split(between) if text else []
    if '"' not in text:
        return cut
    found: list[str] = []
    for piece in cut:
        if found and _open(found[-1], by_hand):
            found[-1] += between + piece
        else:
            found.append(piece)
    return cut if _open(found[-1], by_hand) else found


def _open(piece: str, by_hand: bool) -> bool:
    """Whether a quote is not closed yet."""
    return piece.count('"') % 2 == 1 and (not by_hand or piece.lstrip().startswith('"'))
