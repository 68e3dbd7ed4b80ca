"""From a file name on the command line to an instance, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks import canad, ladder, orlib, sndlib
from benchmarks.instances import Instance, InstanceError
from benchmarks.texts import read_text
from model.case.case import Case
from model.case.reader import read_case

SUFFIXES = ("", ".dow", ".txt", ".json")
MODEL_MARK = "--"


@dataclass(frozen=True)
class Source:
    """A file and, for SNDlib, the model that its name carried."""

    path: Path
    model: str | None = None


def find_file(name: str | Path) -> Source:
    """The file meant by a name.

    The suffix may be left out, and 'abilene--U-U-M-N-C-A-N-N' (with or without .txt) stands for abilene.txt read
    under that model when there is no file of the full name. Raises InstanceError when nothing fits.
    """
    given = Path(name)
    stem = given.name.removesuffix(".txt")
    network, mark, model = stem.partition(MODEL_MARK)
    candidates = [(given.with_name(given.name + suffix), model or None) for suffix in SUFFIXES]
    if mark:
        candidates += [(given.with_name(network + suffix), model) for suffix in (".txt", "")]
    for path, flags in candidates:
        if path.is_file():
            return Source(path, flags)
    raise InstanceError(f"{given}: there is no such file.")


def load_instance(name: str | Path, model: str | None = None, capacity: float | None = None) -> Instance:
    """The instance in a file; the format is told by the content.

    `model` names the SNDlib problem (it overrides the one in the file name), `capacity` fills in OR-Library files
    that leave it open. Raises InstanceError, one clear sentence, when the file is not a readable instance.
    """
    source = find_file(name)
    kind = recognise(source.path)
    if kind == "sndlib":
        network = source.path.stem.partition(MODEL_MARK)[0]
        return sndlib.read(source.path, model or source.model or sndlib.DEFAULT_MODEL, network)
    if model is not None:
        raise InstanceError(f"{source.path.name}: only SNDlib networks are read under a model.")
    if kind == "orlib":
        return orlib.read(source.path, capacity)
    return canad.read(source.path) if kind == "canad" else ladder.read(source.path)


def load_case(name: str | Path, model: str | None = None, scenario: str | None = None) -> tuple[Case, float | None]:
    """A folder or workbook of a case under a scenario; or an instance, with the gap of its family.

    Raises CaseError and InstanceError, as `read_case` and `load_instance` do.
    """
    path = Path(name)
    if path.is_dir() or path.suffix.lower() in (".xlsx", ".xlsm"):
        return read_case(path, scenario), None
    instance = load_instance(path, model)
    return instance.case, instance.gap


def recognise(path: Path) -> str:
    """'canad', 'sndlib', 'orlib' or 'ladder', by how the file begins. Raises InstanceError for anything else."""
    start = read_text(path)[:4000].lstrip("\ufeff \t\r\n")
    first = start.splitlines()[0] if start else ""
    if start.startswith("{"):
        return "ladder"
    if "MULTIGEN" in first.upper() or path.suffix.lower() == ".dow":
        return "canad"
    if "SNDlib" in start or "NODES (" in start:
        return "sndlib"
    words = first.split()
    if len(words) == 2 and all(word.isdigit() for word in words):
        return "orlib"
    raise InstanceError(
        f"{path.name}: not recognised as a Canad (.dow), SNDlib native, OR-Library cap or ladder (.json) instance."
    )
