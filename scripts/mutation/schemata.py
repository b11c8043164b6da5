"""A copy of the repository that contains all mutants. An environment variable turns on one of them.

Sites that the compiler refuses are left out, until the copy builds.
"""
import collections
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import composer
from places import C_MODULES, HERE, MODULES, ROOT, SWIFT_MODULES, TREE, WORK

ERROR = re.compile(r"^(?P<path>/\S+?):(?P<line>\d+):(?P<column>\d+): (?:error|fatal error): (?P<text>.*)$", re.M)
# Statements that end the function.
LEAVING = re.compile(r"raise\(|^throw |^return|^continue|^break|fatalError|preconditionFailure")
DROPPED = WORK / "dropped.json"
BUILD = ["swift", "build", "-j", "2", "-Xswiftc", "-suppress-warnings", "-Xcc", "-w"]

# The package of `scripts/check-interleavings`, which links to the sources.
INTERLEAVINGS = "Tests/Interleavings"

# Every module of the library can query which mutant runs.
MANIFEST = """
package.targets += [
  .target(name: "CMutants", path: "{folder}/CMutants"),
  .target(name: "Mutants", dependencies: ["CMutants"], path: "{folder}/Mutants"),
]
for target in package.targets {{
  if {swift}.contains(target.name) {{ target.dependencies += ["CMutants", "Mutants"] }}
  if {c}.contains(target.name) {{ target.dependencies += ["CMutants"] }}
}}
"""


MANIFESTS = {"Package.swift": "Sources", f"{INTERLEAVINGS}/Package.swift": "Linked"}


class Schemata:
    def __init__(self, sites):
        self.sites = collections.defaultdict(list)
        for site in sites:
            self.sites[site.file].append(site)
        self.dropped = set(json.loads(DROPPED.read_text())) if DROPPED.exists() else set()
        self.composed = {}

    def kept(self, file):
        return [site for site in self.sites[file] if site.key not in self.dropped]

    def build(self):
        """Builds the tests with all mutants that compile."""
        is_first = not DROPPED.exists()
        self.copy()
        # One module after the other, because an error in one hides the errors in those above it.
        for name in MODULES if is_first else []:
            self.build_until_it_compiles("--target", name)
        self.build_until_it_compiles("--build-tests")
        self.build_until_it_compiles("--product", "Scenarios", "-c", "release", folder=INTERLEAVINGS)
        DROPPED.write_text(json.dumps(sorted(self.dropped)))

    def copy(self):
        files = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                               capture_output=True, text=True).stdout.splitlines()
        for file in files:
            source = ROOT / file
            if file in self.sites or file in MANIFESTS or not (source.exists() or source.is_symlink()):
                continue
            copy_if_changed(source, TREE / file)
        # Files that no longer exist here are removed from the copy.
        runtime = [path for path in (HERE / "Runtime").rglob("*") if path.is_file()]
        known = {*files, *(str(pathlib.Path("Sources") / path.relative_to(HERE / "Runtime")) for path in runtime)}
        for path in sources_of_copy():
            if str(path.relative_to(TREE)) not in known:
                path.unlink()
        for path in runtime:
            copy_if_changed(path, TREE / "Sources" / path.relative_to(HERE / "Runtime"))
        for name in ["CMutants", "Mutants"]:
            link(TREE / INTERLEAVINGS / "Linked" / name, f"../../../Sources/{name}")
        for file, folder in MANIFESTS.items():
            addition = MANIFEST.format(swift=json.dumps(SWIFT_MODULES), c=json.dumps(C_MODULES), folder=folder)
            write_if_changed(TREE / file, (ROOT / file).read_bytes() + addition.encode())
        for file in self.sites:
            self.write(file)

    def write(self, file):
        source = (ROOT / file).read_bytes()
        composed = composer.compose(source, self.kept(file))
        self.composed[file] = composed
        if file.endswith(".swift"):
            text = composed.text + b"\npublic import Mutants\n"
        else:
            text = b'#include "CMutants.h"\n#line 1\n' + composed.text
        write_if_changed(TREE / file, text)

    def build_until_it_compiles(self, *goal, folder="."):
        attempt = 0
        while True:
            attempt += 1
            process = subprocess.run([*BUILD, *goal], cwd=TREE / folder, capture_output=True, text=True)
            if process.returncode == 0:
                return
            output = process.stdout + process.stderr
            refused = self.refused(output, attempt)
            if not refused:
                sys.exit("mutate: the copy does not build\n" + output[-6000:])
            print(f"mutate: {' '.join(goal)}: {len(refused)} sites do not compile", flush=True)
            self.dropped |= {site.key for site in refused}
            DROPPED.write_text(json.dumps(sorted(self.dropped)))
            for file in {site.file for site in refused}:
                self.write(file)

    def refused(self, output, attempt):
        """The sites that cause the errors. After many failed attempts, it returns more sites for each error."""
        refused = set()
        for match in ERROR.finditer(output):
            path, line, column = match["path"], int(match["line"]), int(match["column"])
            # The interleavings link to the sources.
            file = os.path.relpath(os.path.realpath(path), TREE)
            if file not in self.composed:
                continue
            around = self.composed[file].around(line, column)
            kept = self.kept(file)
            if around and attempt <= 12:
                refused.add(around[0])
                continue
            # An error about a whole function, such as a value that is not initialized on every path.
            scope = [site for site in kept if site.scope[0] <= line <= site.scope[1]]
            narrow = min((site.scope[1] - site.scope[0] for site in scope), default=0)
            closest = [site for site in scope if site.scope[1] - site.scope[0] == narrow]
            flow = [site for site in closest if site.kind in ("statement", "cleanup", "return", "condition")]
            leaving = [site for site in flow if LEAVING.search(site.original)]
            before = [site for site in flow if site.line <= line]
            refused |= set(leaving or before[-1:] or flow or closest or [site for site in kept if site.line == line])
        return refused


def sources_of_copy():
    """The files of the copy, without those that a build creates."""
    return [path for folder in ["Sources", "Tests", "Examples"] for path in sorted((TREE / folder).rglob("*"))
            if path.is_file() and not path.is_symlink() and ".build" not in path.relative_to(TREE).parts]


def digest_of_copy():
    """A hash of all sources of the copy."""
    digest = hashlib.sha256()
    for path in sources_of_copy():
        digest.update(str(path.relative_to(TREE)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def copy_if_changed(source, target):
    if source.is_symlink():
        return link(target, source.readlink())
    write_if_changed(target, source.read_bytes())
    shutil.copymode(source, target)
    return None


def link(target, source):
    if not target.is_symlink():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(source)


def write_if_changed(target, text):
    if target.exists() and target.read_bytes() == text:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text)
