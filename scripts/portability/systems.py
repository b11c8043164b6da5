"""The systems and modules that check-portability compiles, and the compilers and headers for each."""
from dataclasses import dataclass

APPLE, BSD, LINUX, WINDOWS = "apple", "bsd", "linux", "windows"
POSIX = (APPLE, BSD, LINUX)


@dataclass(frozen=True)
class System:
    """A system that Swift sources are compiled for.

    This machine has no standard library of Swift for it, but an Embedded one for the same processor and object
    format. Only the importer of C headers knows the real system. So `#if os(…)` does not know the system, and MioNet
    and the backends must not use it. `MODULES` has their conditions.
    """
    name: str
    family: str
    swift: str
    clang: str
    headers: tuple[str, ...]
    zig: str = ""  # zig's target, if programs can be linked for it
    emulator: str = ""  # runs the program here, for another processor
    extra: tuple[str, ...] = ()  # C sources that complete its C library

    def has(self, module):
        return self.family in module.families

    def conditions(self):
        return [module.condition for module in MODULES if self.has(module) and module.condition]


@dataclass(frozen=True)
class Module:
    """A Swift module of the package. It comes after the modules that it imports."""
    name: str
    families: tuple[str, ...] = (*POSIX, WINDOWS)
    condition: str = ""
    action: str = "-c"  # a module that uses more than Embedded Swift can compile is only type-checked


X86, ARM, MACHO = "x86_64-unknown-none-elf", "aarch64-none-none-elf", "arm64-apple-none-macho"
ARC4RANDOM = ("scripts/portability/arc4random.c",)

SYSTEMS = [
    System("iOS arm64", APPLE, "arm64-apple-ios18", "arm64-apple-ios18", ("any-darwin-any",)),
    System("macOS arm64", APPLE, MACHO, "arm64-apple-macos15", ("any-darwin-any",), "aarch64-macos"),
    System("FreeBSD x86-64", BSD, X86, "x86_64-unknown-freebsd14",
           ("x86_64-freebsd-none", "generic-freebsd"), "x86_64-freebsd"),
    System("OpenBSD x86-64", BSD, X86, "x86_64-unknown-openbsd7",
           ("x86_64-openbsd-none", "generic-openbsd"), "x86_64-openbsd"),
    System("NetBSD x86-64", BSD, X86, "x86_64-unknown-netbsd10",
           ("x86_64-netbsd-none", "generic-netbsd")),
    System("musl x86-64", LINUX, X86, "x86_64-unknown-linux-musl",
           ("x86_64-linux-musl", "generic-musl", "x86-linux-any", "any-linux-any"),
           "x86_64-linux-musl", "qemu-x86_64", ARC4RANDOM),
    System("musl arm64", LINUX, ARM, "aarch64-unknown-linux-musl",
           ("aarch64-linux-musl", "generic-musl", "aarch64-linux-any", "any-linux-any"),
           "aarch64-linux-musl", "qemu-aarch64", ARC4RANDOM),
    # scripts/test-wine compiles the same sources for 64 bits.
    System("Windows-x86", WINDOWS, "i686-unknown-none-elf", "i686-windows-gnu", ("any-windows-any",)),
]

MODULES = [
    Module("MioCore"),
    Module("MioLock"),
    Module("MioEpoll", (LINUX,), "MIO_EPOLL_CALLS"),
    Module("MioPoll", POSIX, "MIO_POLL_CALLS"),
    Module("MioKqueue", (APPLE, BSD), "MIO_KQUEUE_CALLS"),
    Module("MioWindows", (WINDOWS,), "MIO_AFD_CALLS", "-typecheck"),
    Module("MioNet"),
    Module("MioSignals"),
]
# The program that uses all differing features. It is linked.
PROGRAM = Module("Program", POSIX)


@dataclass(frozen=True)
class Layout:
    """A system whose layout of addresses and ancillary data is used to compile code that runs on this machine."""
    name: str
    compiler: tuple[str, ...]
    headers: tuple[str, ...]


LAYOUTS = [
    Layout("macOS", ("-D__APPLE__", "-D__MACH__", "-U__unix__"), ("any-darwin-any",)),
    Layout("FreeBSD", ("-D__FreeBSD__=14",), ("x86_64-freebsd-none", "generic-freebsd")),
    Layout("OpenBSD", ("-D__OpenBSD__",), ("x86_64-openbsd-none", "generic-openbsd")),
    Layout("NetBSD", ("-D__NetBSD__",), ("x86_64-netbsd-none", "generic-netbsd")),
]

# The targets of the C shims.
C_TARGETS = [
    "aarch64-macos", "x86_64-macos", "x86_64-freebsd", "aarch64-freebsd", "x86_64-openbsd",
    "aarch64-openbsd", "x86_64-netbsd.11.0", "aarch64-netbsd.11.0",
    "x86_64-windows-gnu", "aarch64-windows-gnu", "x86-windows-gnu",
    "x86_64-linux-musl", "aarch64-linux-musl",
    "x86_64-freebsd.13.2", "x86_64-netbsd.10.1", "arm-linux-musleabihf",
]

# zig has the headers of one version of each system. This lists the differences of an older version: a header, and
# replacements in it. FreeBSD got kqueuex and kqueue1 with 14, NetBSD `ext` with 11.
OLDER_HEADERS = {
    "x86_64-freebsd.13.2": ("generic-freebsd", "sys/event.h", (
        ("#define\tKQUEUE_CLOEXEC\t0x00000001\t/* close on exec */\n", ""),
        ("int     kqueuex(unsigned flags);\nint     kqueue1(int flags);\n", ""))),
    "x86_64-netbsd.10.1": ("generic-netbsd", "sys/event.h", (
        ("\tuint64_t\text[4];\t\t/* extensions */\n", ""), ("__kevent100", "__kevent50"))),
}


@dataclass(frozen=True)
class ParsedTarget:
    """A target that zig does not support. The toolchain's compiler only parses the shims."""
    name: str
    clang: str
    headers: tuple[str, ...]
    flags: tuple[str, ...]


PARSED_TARGETS = [
    ParsedTarget("watchOS", "arm64_32-apple-watchos11", ("any-darwin-any",), ("-Wshorten-64-to-32",)),
    ParsedTarget("Android", "aarch64-unknown-linux-android28",
                 ("aarch64-linux-musl", "generic-musl", "aarch64-linux-any", "any-linux-any"),
                 ("-include", "scripts/portability/android-28.h")),
]
