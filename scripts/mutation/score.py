"""The share of mutants that the tests kill, with its confidence interval."""
import collections
import math

from places import MODULES


def wilson(killed, count):
    """The interval that contains the true share for 95 of 100 samples."""
    if count == 0:
        return 0.0, 1.0
    z, share = 1.96, killed / count
    middle = share + z * z / (2 * count)
    width = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return (middle - width) / scale, min(1.0, (middle + width) / scale)


def table(entries):
    """Lines with the score of each module. An entry is a mutant and its outcome."""
    groups = collections.defaultdict(list)
    for mutant, outcome in entries:
        for name in (mutant.module, "all"):
            groups[name].append(outcome)
    lines = [f"{'module':<16}{'run':>6}{'killed':>8}{'survived':>10}{'uncovered':>11}{'justified':>11}{'score':>9}"
             "   95 % interval"]
    for name in [*MODULES, "all"]:
        if name not in groups:
            continue
        killed = sum(outcome.is_kill for outcome in groups[name])
        justified, survived, uncovered = (sum(outcome.result == result for outcome in groups[name])
                                          for result in ("justified", "survived", "uncovered"))
        count = len(groups[name]) - justified
        low, high = wilson(killed, count)
        share = f"{100 * killed / count:.1f} %" if count else "–"
        lines.append(f"{name:<16}{len(groups[name]):>6}{killed:>8}{survived:>10}{uncovered:>11}"
                     f"{justified:>11}{share:>9}   {100 * low:.1f} … {100 * high:.1f}")
    return lines
