"""The test suites of the copy: how long each takes, and which mutants it reaches."""
import dataclasses
import json
import os
import re
import resource
import signal
import subprocess
import time

from places import TREE, WORK

BUNDLE = TREE / ".build/debug/mioPackageTests.xctest"
SCENARIOS = TREE / "Tests/Interleavings/.build/release/Scenarios"
# All schedules with up to two preemptions, as far as a few seconds permit.
EXPLORING = ["--random", "0", "--limit", "3"]
INTERLEAVINGS = "interleavings:"
REACHED = WORK / "reached"
# Far more than any suite needs, so that a mutant cannot use up the memory or the disk of the machine.
MEMORY, FILE = 8 << 30, 1 << 30


@dataclasses.dataclass
class Suite:
    name: str
    seconds: float = 0.0
    reached: bytes = b""

    @property
    def is_explored(self):
        return self.name.startswith(INTERLEAVINGS)

    def reaches(self, mutant):
        return self.reached[mutant.number] != 0


def run(suites, environment, limit):
    """Runs suites in a process of their own. Returns `passed`, `failed`, `crashed` or `hung`."""
    process = subprocess.Popen(
        command(suites), cwd=TREE, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, preexec_fn=limit_resources,
        env={**os.environ, "SWIFT_BACKTRACE": "enable=no", "SWIFT_DETERMINISTIC_HASHING": "1", **environment})
    try:
        status = process.wait(timeout=limit)
    except subprocess.TimeoutExpired:
        status = None
    finally:
        end_group(process)
    return "hung" if status is None else "passed" if status == 0 else "crashed" if status < 0 else "failed"


def command(suites):
    if suites[0].is_explored:
        return [SCENARIOS, *EXPLORING, *(suite.name.removeprefix(INTERLEAVINGS) for suite in suites)]
    names = "|".join(re.escape(suite.name) for suite in suites)
    return [BUNDLE, "--testing-library", "swift-testing", "--filter", f"^({names})/"]


def limit_resources():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_group(process):
    """Ends a process with all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def names():
    """The suites of the tests, and the families of the interleavings."""
    listing = subprocess.run([BUNDLE, "--testing-library", "swift-testing", "--list-tests"], cwd=TREE, check=True,
                             capture_output=True, text=True).stdout
    tests = {line.split("/")[0] for line in listing.splitlines() if "/" in line}
    # Without preemptions each scenario takes a moment.
    listing = subprocess.run([SCENARIOS, "--bound", "0", "--random", "0", "--limit", "1"], capture_output=True,
                             text=True).stdout
    scenarios = {line.split("pass ")[1].split(":")[0] for line in listing.splitlines() if line.startswith("pass ")}
    families = {INTERLEAVINGS + "/".join(name.split("/")[:2]) for name in scenarios}
    return sorted(tests) + sorted(families)


def try_alone(name, record):
    """The result of a suite without a mutant, and its time. A suite that fails runs again: the machine may be busy."""
    for _ in range(2):
        begin = time.monotonic()
        result = run([Suite(name)], {"MIO_MUTANTS_REACHED": str(record)}, 600)
        if result == "passed":
            break
    return result, time.monotonic() - begin


def measure(count, digest):
    """Runs each suite once without a mutant, and records the mutants that it reaches."""
    REACHED.mkdir(parents=True, exist_ok=True)
    index = REACHED / "index.json"
    known = json.loads(index.read_text()) if index.exists() else {}
    if known.get("digest") != digest:
        known = {"digest": digest, "suites": {}}
    measured = []
    for name in names():
        record = REACHED / name.replace("/", "-")
        if name not in known["suites"]:
            record.write_bytes(bytes(count))
            known["suites"][name] = try_alone(name, record)
            index.write_text(json.dumps(known))
        result, seconds = known["suites"][name]
        if result != "passed":
            print(f"mutate: without a mutant {name} {result}: left out", flush=True)
            continue
        measured.append(Suite(name, seconds, record.read_bytes()))
    return sorted(measured, key=lambda suite: suite.seconds)
