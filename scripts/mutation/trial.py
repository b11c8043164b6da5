"""Runs mutants against the suites that reach them."""
import dataclasses
import json
import time

import suites

# The suites of one process take at most this time together, unless one suite alone takes longer. Each mutant first
# runs the quick suites, which find most mutants.
BATCHES = [1, 4]


@dataclasses.dataclass
class Outcome:
    # killed, hung, survived, uncovered or justified
    result: str
    by: str = ""
    seconds: float = 0.0

    @property
    def is_kill(self):
        return self.result in ("killed", "hung")


def batches(reaching):
    """The suites in groups that run in one process each, the quick ones first."""
    groups = []
    for is_explored in (False, True):
        groups += divide([suite for suite in reaching if suite.is_explored == is_explored])
    return sorted(groups, key=lambda group: sum(suite.seconds for suite in group))


def divide(program):
    """Groups of suites of one program."""
    groups, group, length = [], [], 0.0
    for suite in program:
        limit = BATCHES[min(len(groups), len(BATCHES) - 1)]
        if group and length + suite.seconds > limit:
            groups.append(group)
            group, length = [], 0.0
        group.append(suite)
        length += suite.seconds
    return groups + [group] if group else groups


def run(mutant, measured):
    reaching = [suite for suite in measured if suite.reaches(mutant)]
    if not reaching:
        return Outcome("uncovered")
    begin = time.monotonic()
    for group in batches(reaching):
        limit = 5 + 10 * sum(suite.seconds for suite in group)
        result = suites.run(group, {"MIO_MUTANT": str(mutant.number)}, limit)
        if result != "passed":
            kind = "hung" if result == "hung" else "killed"
            names = [suite.name for suite in group]
            return Outcome(kind, names[0] if len(names) == 1 else f"{len(names)} suites", time.monotonic() - begin)
    return Outcome("survived", f"{len(reaching)} suites", time.monotonic() - begin)


class Results:
    """The outcomes of earlier runs and of this run, one JSON object on each line."""

    def __init__(self, path, digest):
        self.path, self.digest, self.known = path, digest, {}
        if path.exists():
            for line in path.read_text().splitlines():
                record = json.loads(line)
                self.known[record["mutant"]] = record

    def find(self, mutant):
        """The outcome of an earlier run. New tests may kill a survivor, but a killed mutant stays killed."""
        record = self.known.get(mutant.key)
        if record is None or not (record["result"] in ("killed", "hung") or record["tests"] == self.digest):
            return None
        return Outcome(record["result"], record["by"], record["seconds"])

    def add(self, mutant, outcome):
        if self.find(mutant) == outcome:
            return
        record = {"mutant": mutant.key, "line": mutant.site.line, "original": mutant.site.original,
                  "tests": self.digest, **dataclasses.asdict(outcome)}
        self.known[mutant.key] = record
        with self.path.open("a") as results:
            results.write(json.dumps(record, ensure_ascii=False) + "\n")
