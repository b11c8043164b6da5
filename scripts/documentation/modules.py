"""The public modules as the compiler reads them, for build-docs and check-api.

The compiler only reads the modules, which takes a few seconds, and builds nothing. So Linux can also read the selectors
of other systems. The folder `stand-ins` has a replacement for kqueue's header, and CMioWindows has the records of
Windows on every system.
"""
import json
import pathlib
import re
import shutil
import subprocess
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
STAND_INS = ROOT / "scripts/documentation/stand-ins"
TARGET = "x86_64-unknown-linux-gnu"
LANGUAGE = ["-swift-version", "6", *(word for feature in [
    "ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility"]
    for word in ("-enable-upcoming-feature", feature))]


class Failure(Exception):
    """A problem that the checks have found, or a step that did not succeed."""


@dataclass(frozen=True)
class Module:
    """A Swift module under Sources, and the options that enable its declarations for one system."""
    name: str
    needs: tuple[str, ...] = ()  # all modules that it needs, directly or indirectly
    condition: str = ""  # a condition of `#if` in Swift
    headers: tuple[str, ...] = ()  # options for the importer of C, also for the modules that need this one
    is_public: bool = True


# Each module comes after the modules that it imports.
MODULES = [
    Module("MioCore"),
    Module("MioLock", is_public=False),
    Module("MioEpoll", ("MioCore",), "MIO_EPOLL_CALLS"),
    Module("MioPoll", ("MioCore", "MioLock"), "MIO_POLL_CALLS"),
    Module("MioKqueue", ("MioCore", "MioLock"), "MIO_KQUEUE_CALLS", ("-DC_MIO_LIBKQUEUE", f"-I{STAND_INS}")),
    Module("MioWindows", ("MioCore", "MioLock"), "MIO_AFD_CALLS", ("-DC_MIO_WINDOWS",)),
    Module("MioNet", ("MioCore",)),
    Module("MioSignals", ("MioCore", "MioLock", "MioNet")),
    Module("MioSystem", ("MioCore", "MioEpoll")),
    Module("MioTestSupport", ("MioCore",)),
]
PUBLIC = [module for module in MODULES if module.is_public]


def run(command, **options):
    """Runs a command. A failure contains the end of its output."""
    done = subprocess.run([str(word) for word in command], text=True, timeout=600,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        lines = [line for line in done.stdout.splitlines() if "error:" in line]
        raise Failure("\n".join(lines or done.stdout.splitlines()[-12:]) or f"exit {done.returncode}: {command}")
    return done.stdout


def check_products():
    """Checks that no product of the manifest is missing here or in .spi.yml."""
    names = sorted(module.name for module in PUBLIC)
    products = re.findall(r'\.library\(name: "(\w+)"', (ROOT / "Package.swift").read_text())
    if sorted(products) != names:
        raise Failure(f"the manifest has the products {products}, scripts/documentation/modules.py {names}")
    hosted = re.findall(r"\bMio\w+", (ROOT / ".spi.yml").read_text())
    if sorted(hosted) != names:
        raise Failure(f".spi.yml documents {hosted}, and should document {names}")


@dataclass
class Reading:
    """The modules of a tree of sources, read into a folder."""
    folder: pathlib.Path
    sources: pathlib.Path = ROOT / "Sources"
    modules: list = field(default_factory=lambda: MODULES)

    def __post_init__(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for module in self.modules:
            self.read(module)

    def read(self, module):
        condition = [f"-D{module.condition}"] if module.condition else []
        run(["swiftc", *LANGUAGE, *condition, *self.imports(module), "-package-name", "mio", "-parse-as-library",
             "-wmo", "-module-name", module.name, "-emit-module",
             "-emit-module-path", self.folder / f"{module.name}.swiftmodule",
             *sorted((self.sources / module.name).rglob("*.swift"))])

    def imports(self, module):
        """The flags with which the compiler and its tools find the modules that a module imports."""
        folders = [self.folder, *sorted(self.sources.glob("CMio*/include"))]
        headers = [flag for other in MODULES if other.name in (module.name, *module.needs)
                   for flag in other.headers]
        return ["-target", TARGET, *(word for folder in folders for word in ("-I", folder)),
                *(word for flag in headers for word in ("-Xcc", flag))]

    def graphs(self, module):
        """Makes a module's symbol graphs; returns their folder."""
        folder = self.folder / "graphs" / module.name
        folder.mkdir(parents=True, exist_ok=True)
        run(["swift", "symbolgraph-extract", "-module-name", module.name, *self.imports(module),
             "-minimum-access-level", "public", "-emit-extension-block-symbols", "-skip-synthesized-members",
             "-output-dir", folder])
        return folder

    def dump(self, module):
        """Makes a module's dump, with which swift-api-digester compares interfaces; returns its path."""
        path = self.folder / f"{module.name}.json"
        if not path.exists():
            output = run(["swift-api-digester", "-dump-sdk", "-module", module.name, *self.imports(module),
                          "-swift-version", "6", "-swift-only", "-avoid-location", "-avoid-tool-args", "-o", path])
            if "Failed to load" in output:
                raise Failure(output)
        return path
