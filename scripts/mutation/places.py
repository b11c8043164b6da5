"""The folders and the conditions that the other modules use."""
import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "scripts/mutation"
WORK = ROOT / ".build/mutate"
# The copy of the repository that holds all mutants.
TREE = WORK / "tree"

SWIFT_MODULES = ["MioLock", "MioCore", "MioEpoll", "MioPoll", "MioNet", "MioKqueue", "MioSignals", "MioWindows"]
C_MODULES = ["CMioErrors", "CMioLock", "CMioSystemCalls", "CMioEpoll", "CMioPoll", "CMioLibrary", "CMioSocket",
             "CMioKqueue", "CMioSignals", "CMioWindows"]
MODULES = C_MODULES + SWIFT_MODULES
# The conditions of `#if` that hold on Linux.
DEFINED = ["MIO_EPOLL_CALLS", "MIO_POLL_CALLS"]


def toolchain():
    """The folder of the toolchain whose `swift` is on the path."""
    return pathlib.Path(shutil.which("swift")).resolve().parents[1]


def module(file):
    """The module of a file under Sources."""
    return file.split("/")[1]
