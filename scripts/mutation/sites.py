"""The places that can be mutated, and the mutants with their numbers."""
import dataclasses
import hashlib
import json
import subprocess
import sys

import c_sites
from places import C_MODULES, DEFINED, HERE, ROOT, SWIFT_MODULES, WORK, module, toolchain


@dataclasses.dataclass(eq=False)
class Site:
    """A place with one or more mutants. Their numbers follow each other."""
    file: str
    line: int
    start: int
    end: int
    scope: list
    original: str
    mutants: list
    edits: list
    # It changes with the text of the file.
    digest: str
    first: int

    @property
    def key(self):
        """Names the site as long as its file does not change."""
        return f"{self.file}@{self.digest}:{self.start}-{self.end}:{self.kind}"

    @property
    def kind(self):
        return self.mutants[0]["kind"]


@dataclasses.dataclass(eq=False)
class Mutant:
    number: int
    site: Site
    kind: str
    text: str

    @property
    def module(self):
        return module(self.site.file)

    @property
    def key(self):
        """Names the mutant as long as its file does not change."""
        return f"{self.site.key} → {self.text}"

    def __str__(self):
        site = self.site
        return f"{site.file}:{site.line}: {self.kind}: {shorten(site.original)} → {shorten(self.text)}"


def shorten(text, limit=110):
    return text if len(text) <= limit else text[:limit - 1] + "…"


def find():
    """All sites, in the order of the files."""
    files = [str(path.relative_to(ROOT)) for name in SWIFT_MODULES
             for path in sorted((ROOT / "Sources" / name).rglob("*.swift"))]
    output = subprocess.run([finder(), *(f"-D{name}" for name in DEFINED), *files], cwd=ROOT, check=True,
                            capture_output=True).stdout
    found = json.loads(output)
    for name in C_MODULES:
        found += c_sites.find(name)
    digests = {file: hashlib.sha256((ROOT / file).read_bytes()).hexdigest()[:12]
               for file in {entry["file"] for entry in found}}
    sites, number = [], 0
    for entry in found:
        site = Site(**entry, digest=digests[entry["file"]], first=number)
        number += len(site.mutants)
        sites.append(site)
    return sites


def mutants(sites):
    return [Mutant(site.first + index, site, **mutant) for site in sites
            for index, mutant in enumerate(site.mutants)]


def finder():
    """Builds the program that finds the sites of Swift files with the parser of the toolchain."""
    program, sources = WORK / "finder", sorted((HERE / "Finder").glob("*.swift"))
    if not program.exists() or any(path.stat().st_mtime > program.stat().st_mtime for path in sources):
        WORK.mkdir(parents=True, exist_ok=True)
        host = toolchain() / "lib/swift/host"
        command = ["swiftc", "-swift-version", "6", "-O", "-o", program, *sources, "-I", host, "-L", host,
                   "-lSwiftSyntax", "-lSwiftParser", "-lSwiftOperators", "-Xlinker", "-rpath", "-Xlinker", host]
        if subprocess.run(command).returncode != 0:
            sys.exit("mutate: the finder does not compile")
    return program
