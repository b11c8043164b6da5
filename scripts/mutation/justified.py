"""The mutants that no test can kill, or that no test has to kill, each with its reason."""
import dataclasses

from places import HERE, ROOT

PATH = HERE / "justified"
FIELDS = ("file", "line", "mutant", "reason")


@dataclasses.dataclass(frozen=True)
class Entry:
    file: str
    line: str
    mutant: str
    reason: str

    def matches(self, mutant, texts):
        return (self.file == mutant.site.file and self.mutant == describe(mutant)
                and self.line == texts.line(mutant))


class Texts:
    """The lines of the sources, without indentation."""

    def __init__(self):
        self.files = {}

    def line(self, mutant):
        file = mutant.site.file
        if file not in self.files:
            self.files[file] = (ROOT / file).read_text().splitlines()
        return self.files[file][mutant.site.line - 1].strip()


def describe(mutant):
    return f"{mutant.kind}: {mutant.site.original} → {mutant.text}"


def read():
    """The entries of the list: paragraphs of `name: value`."""
    entries = []
    if not PATH.exists():
        return entries
    for paragraph in PATH.read_text().split("\n\n"):
        lines = [line for line in paragraph.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        fields = dict(line.split(": ", 1) for line in lines)
        if tuple(fields) != FIELDS:
            raise SystemExit(f"mutate: an entry has {', '.join(FIELDS)}, in this order:\n{paragraph}")
        entries.append(Entry(**fields))
    return entries


def entry(mutant, reason="…"):
    """The paragraph of a mutant."""
    return (f"file: {mutant.site.file}\nline: {Texts().line(mutant)}\nmutant: {describe(mutant)}\n"
            f"reason: {reason}\n")


def divide(mutants):
    """The numbers of the justified mutants, and the entries that match no mutant."""
    entries, texts = read(), Texts()
    by_file = {}
    for mutant in mutants:
        by_file.setdefault(mutant.site.file, []).append(mutant)
    justified, stale = set(), []
    for item in entries:
        found = [mutant for mutant in by_file.get(item.file, []) if item.matches(mutant, texts)]
        justified |= {mutant.number for mutant in found}
        if not found:
            stale.append(item)
    return justified, stale
