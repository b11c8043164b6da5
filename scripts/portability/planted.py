"""Errors that check-portability --prove plants, and the systems that have to find them."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Planted:
    name: str
    file: str
    old: str
    new: str
    found_by: str


BSD = "FreeBSD OpenBSD NetBSD"
OLD = "FreeBSD13 NetBSD10"
BUILT = f"macOS {BSD} musl"  # programs
C = f"{BUILT} {OLD} watchOS musl-32 Android"
SWIFT = f"iOS {BUILT}"
EVERYWHERE = f"{SWIFT} Windows-x86"
KQUEUE = f"iOS macOS {BSD}"
WINDOWS = "Windows Windows-arm64 Windows-x86"

SOCKET, NET, KERNEL_QUEUE = "Sources/CMioSocket/", "Sources/MioNet/", "Sources/CMioKqueue/"

PLANTED = [
    # In C, found when compiling
    Planted("a misspelt field", SOCKET + "CMioName.c", ".sin_port", ".sin_prt", f"{C} {WINDOWS}"),
    Planted("accept4 and SOCK_CLOEXEC everywhere", SOCKET + "Capabilities.h",
            "#define HAS_ATOMIC_FLAGS !C_MIO_IS_LIKE_APPLE", "#define HAS_ATOMIC_FLAGS 1", "macOS watchOS"),
    Planted("a length field everywhere", SOCKET + "CMioName.c",
            "#if C_MIO_IS_POSIX && !C_MIO_IS_LINUX && !defined(__sun)", "#if 1",
            f"musl musl-32 Android {WINDOWS}"),
    Planted("TCP_KEEPIDLE everywhere", SOCKET + "CMioOption.c", "#if defined(TCP_KEEPIDLE)", "#if 1",
            "macOS watchOS OpenBSD"),
    Planted("poll.h everywhere", "Sources/CMioPoll/CMioPoll.c",
            "#if defined(__unix__) || defined(__APPLE__)", "#if 1", WINDOWS),
    Planted("kevent without ext", KERNEL_QUEUE + "include/CMioKqueueRecord.h", "  uint64_t ext[(", "  char ext[0 * (",
            "FreeBSD FreeBSD13 NetBSD"),
    Planted("kevent with ext everywhere", KERNEL_QUEUE + "include/CMioKqueueRecord.h",
            "  uint64_t ext[(", "  uint64_t ext[4 + 0 * (", "macOS watchOS OpenBSD NetBSD10"),
    Planted("kevent with a filter of 16 bits", KERNEL_QUEUE + "include/CMioKqueueRecord.h",
            "typedef uint32_t c_mio_kqueue_filter, c_mio_kqueue_flags;",
            "typedef int16_t c_mio_kqueue_filter;\ntypedef uint16_t c_mio_kqueue_flags;", "NetBSD NetBSD10"),
    Planted("kqueue1 everywhere", KERNEL_QUEUE + "CMioKqueue.c", "int queue = kqueue();",
            "int queue = kqueue1(O_CLOEXEC);", "macOS watchOS FreeBSD13"),
    Planted("kqueuex on every FreeBSD", KERNEL_QUEUE + "CMioKqueue.c", "defined(KQUEUE_CLOEXEC)",
            "defined(__FreeBSD__)", "FreeBSD13"),
    Planted("a number that is cut to a word", KERNEL_QUEUE + "include/CMioKqueueRecord.h",
            "record.data = (c_mio_kqueue_data)data;", "record.data = data;", "watchOS"),
    Planted("a number that 32 bits do not hold", "Sources/CMioLock/CMioLockPOSIX.c",
            "#include <time.h>\n", "#include <time.h>\n_Static_assert(sizeof(long) == 8, \"long\");\n",
            "watchOS musl-32"),
    Planted("a function newer than Android's level 28", SOCKET + "CMioSocketPOSIX.c",
            "intptr_t c_mio_duplicate(intptr_t descriptor) {\n",
            "#if defined(__ANDROID__)\nint use(void);\nint use(void) { return memfd_create(\"\", 0); }\n#endif\n"
            "intptr_t c_mio_duplicate(intptr_t descriptor) {\n", "Android"),
    Planted("a function that Winsock has not", SOCKET + "Winsock.h", "use(WSASendTo)", "use(WSASendAt)", WINDOWS),
    Planted("an OVERLAPPED of 64 bits", "Sources/CMioWindows/include/CMioNamedPipe.h",
            "  uint32_t offset[2];", "  uint64_t offset;", "Windows-x86"),
    Planted("an IO_STATUS_BLOCK of 64 bits", "Sources/CMioWindows/include/CMioWindows.h",
            "  int32_t status; // as wide as a pointer there\n", "  int32_t status;\n  uint32_t reserved;\n",
            "Windows-x86"),
    Planted("a clock of one processor", "Sources/CMioWindows/CMioWindows.c",
            "  QueryPerformanceCounter(&value);", "  value.QuadPart = (LONGLONG)__rdtsc();", "Windows-arm64"),
    # In C, found when linking or running
    Planted("a function that a system lacks", SOCKET + "CMioSocketPOSIX.c",
            "intptr_t c_mio_duplicate(intptr_t descriptor) {\n",
            "#if defined(__FreeBSD__)\n#define c_mio_duplicate static c_mio_duplicate_elsewhere\n#endif\n"
            "__attribute__((unused)) intptr_t c_mio_duplicate(intptr_t descriptor) {\n", "FreeBSD"),
    Planted("a port in the wrong byte order", SOCKET + "CMioName.c", "htons(address->port)", "address->port", BUILT),
    Planted("names without their length", SOCKET + "CMioName.c", "  v4.sin_len = sizeof v4;\n", "",
            f"macOS {BSD}"),
    Planted("the type of service in an int", SOCKET + "CMioControl.c",
            "#elif defined(__FreeBSD__)\n  case C_MIO_CONTROL_TYPE_OF_SERVICE", "#elif 0\n  case C_MIO_CONTROL_TYPE_OF_SERVICE",
            "FreeBSD"),
    Planted("abstract names everywhere", SOCKET + "CMioName.c",
            "#if C_MIO_IS_LINUX\n  else {", "#if 1\n  else {", f"macOS {BSD}"),
    # In Swift
    Planted("a function that the shim has not", "Sources/MioWindows/AFDCalls+System.swift", "c_mio_port_create()",
            "c_mio_port_make()", "Windows-x86"),
    Planted("a misspelt field", "Sources/MioKqueue/KqueueRecordFields.swift", "(truncatingIfNeeded: fflags)",
            "(truncatingIfNeeded: flgs)", KQUEUE),
    Planted("a field's width of one system", "Sources/MioKqueue/KqueueRecordFields.swift",
            "var filterNumber: Int32 { c_mio_kqueue_filter_of(self) }",
            "var filterNumber: Int32 {\n    let filter: Int16 = self.filter\n    return Int32(filter)\n  }", "NetBSD"),
    Planted("a missing unsafe", NET + "Sockets/Socket.swift", "unsafe c_mio_local_name", "c_mio_local_name", EVERYWHERE),
    Planted("a value that is consumed twice", NET + "Unix/UnixSocket.swift", "    return UnixListener(socket)\n",
            "    _ = UnixListener(socket)\n    return UnixListener(socket)\n", EVERYWHERE),
    Planted("an error without a type", NET + "Sockets/Accepting.swift", "throws(IOError) -> OwnedSource?",
            "throws -> OwnedSource?", EVERYWHERE),
    Planted("an import of one system's library", NET + "Sockets/Accepting.swift", "import CMioErrors\n",
            "import CMioErrors\nimport Glibc\n", EVERYWHERE),
    Planted("a condition that asks for the system", "Sources/MioPoll/PollCalls+System.swift",
            "#if MIO_POLL_CALLS", "#if os(Linux)", SWIFT),
]
