"""Code that the scripts for the example servers share: the server as a child process, and the report.

The scripts see the server only from outside: its command line, its sockets, its signals, its output, and Linux'
information about it under /proc. They share no code with the server.
"""

import argparse
import contextlib
import os
import pathlib
import re
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

DEFAULT_SERVER = pathlib.Path(__file__).resolve().parent.parent / ".build" / "release" / "tcp-echo"
START_SECONDS = 10
STOP_SECONDS = 5
COMMAND_SECONDS = 5
SPARE_DESCRIPTORS = 64
LISTENING_LINE = re.compile(r"listening on (127\.0\.0\.1):([1-9]\d*)\n")
SERVED_LINE = re.compile(r"served (\d+) (?:connections|datagrams), (\d+) (?:bytes|requests|lines)\n")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class CheckFailed(Exception):
    """One check failed. The checks after it still run."""


class Abandoned(Exception):
    """The checks after this one can prove nothing. They do not run, and count as failed."""


class Report:
    """Runs checks, prints one line for each, and counts them."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0
        self._checking = False
        self._abandoned: str | None = None

    def check(self, name: str, body: Callable[[], str]) -> None:
        """Runs `body`, which returns its figures or raises."""
        if self._abandoned is not None:
            self._fail(name, f"not run: {self._abandoned}")
            return
        try:
            self._checking = True
            figures = body()
        except Abandoned as error:
            self._abandoned = str(error)
            self._fail(name, str(error))
        except (CheckFailed, OSError) as error:
            self._fail(name, str(error))
        else:
            self.passed += 1
            print(f"ok    {name}: {figures}", flush=True)
        finally:
            self._checking = False

    def abandon(self, reason: str) -> None:
        """Ends the running check, if there is one, and all that follow."""
        self._abandoned = reason
        if self._checking:
            raise Abandoned(reason)

    def _fail(self, name: str, reason: str) -> None:
        self.failed += 1
        print(f"FAIL  {name}: {reason}", flush=True)

    def close(self) -> int:
        """Prints the closing line; returns the exit status."""
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed else 0


class ServerProcess:
    """The server under test. By default it listens on 127.0.0.1, on a port of its choice."""

    def __init__(self, binary: pathlib.Path, descriptor_limit: int | None = None,
                 arguments: tuple[str, ...] = ("--listen", "127.0.0.1:0"),
                 stdin: int = subprocess.DEVNULL) -> None:
        def lower_limit() -> None:
            if descriptor_limit is not None:
                resource.setrlimit(resource.RLIMIT_NOFILE, (descriptor_limit, descriptor_limit))

        self._process = subprocess.Popen(
            [binary, *arguments],
            stdin=stdin, stdout=subprocess.PIPE, bufsize=0, preexec_fn=lower_limit,
        )

    @property
    def pid(self) -> int:
        """The number of the server's process."""
        return self._living_pid()

    def first_line(self) -> str:
        """Waits for the first line of output."""
        output = self._process.stdout
        assert output is not None
        if not select.select([output], [], [], START_SECONDS)[0]:
            raise Abandoned(f"the server printed nothing within {START_SECONDS} s")
        return output.readline().decode(errors="replace")

    def address(self) -> tuple[str, int]:
        """Waits for the first line of output and returns the address it names."""
        line = self.first_line()
        match = LISTENING_LINE.fullmatch(line)
        if match is None:
            raise Abandoned(f"expected `listening on 127.0.0.1:PORT`, got {line!r}")
        return match[1], int(match[2])

    def descriptors(self) -> int:
        """The number of descriptors that the server has open."""
        return len(os.listdir(f"/proc/{self._living_pid()}/fd"))

    def run_time(self) -> float:
        """The seconds for which the server's first thread has run, more precisely than `processor_seconds`."""
        return schedule(self._living_pid())[0]

    def run_delay(self) -> float:
        """The seconds for which the server's first thread has waited for a processor."""
        return schedule(self._living_pid())[1]

    def termination_signal(self) -> signal.Signals:
        """The signal that ends the server."""
        return signal.SIGTERM

    def resident_bytes(self) -> int:
        """The server's resident memory (VmRSS)."""
        status = pathlib.Path(f"/proc/{self._living_pid()}/status").read_text()
        match = re.search(r"^VmRSS:\s*(\d+) kB$", status, re.MULTILINE)
        if match is None:
            raise Abandoned("the server has ended")
        return int(match[1]) * 1024

    def processor_seconds(self) -> float:
        """The user and system time of all the server's threads since it started."""
        stat = pathlib.Path(f"/proc/{self._living_pid()}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def switches(self) -> dict[str, int]:
        """How often each of the server's threads has gone to sleep."""
        tasks = pathlib.Path(f"/proc/{self._living_pid()}/task")
        return {task.name: int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)$",
                                         (task / "status").read_text(), re.MULTILINE)[1])
                for task in tasks.iterdir()}

    def processor_seconds_over(self, seconds: float) -> float:
        """The processor time that the server uses in the next `seconds`."""
        before = self.processor_seconds()
        time.sleep(seconds)
        return self.processor_seconds() - before

    def stop(self, number: signal.Signals) -> tuple[int, int, float]:
        """Ends the server; returns the number of connections or datagrams and of bytes, requests or lines
        that it reports, and the time that it took to end."""
        started = time.monotonic()
        os.kill(self._living_pid(), number)
        try:
            output = self._process.communicate(timeout=STOP_SECONDS)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            raise CheckFailed(f"still running {STOP_SECONDS} s after {number.name}") from None
        seconds = time.monotonic() - started
        if self._process.returncode != 0:
            raise CheckFailed(f"exit status {self._process.returncode} after {number.name}")
        match = SERVED_LINE.fullmatch(output)
        if match is None:
            raise CheckFailed(f"expected one line `served N connections, M …`, got {output!r}")
        return int(match[1]), int(match[2]), seconds

    def kill(self) -> None:
        """Ends the server in any case."""
        self._process.kill()
        self._process.wait()

    def _living_pid(self) -> int:
        if self._process.poll() is not None:
            raise Abandoned(f"the server has ended, with status {self._process.returncode}")
        return self._process.pid


class WineServerProcess(ServerProcess):
    """A server that is a Windows program. A process of Wine has its sockets open."""

    def descriptors(self) -> int:
        """The number of TCP sockets that Wine has open for its programs."""
        self._living_pid()
        lines = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
        sockets = {f"socket:[{line.split()[9]}]" for line in lines}
        count = 0
        for descriptor in (_wineserver() / "fd").iterdir():
            with contextlib.suppress(OSError):
                count += os.readlink(descriptor) in sockets
        return count

    def termination_signal(self) -> signal.Signals:
        """The signal that Wine treats as Ctrl-C."""
        return signal.SIGINT


def _wineserver() -> pathlib.Path:
    """Linux' folder of the process that serves the programs of this Wine prefix."""
    prefix = f"WINEPREFIX={os.environ['WINEPREFIX']}".encode()
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "comm").read_text().startswith("wineserver") \
                    and prefix in (process / "environ").read_bytes().split(b"\0"):
                return process
    raise Abandoned("the server process of Wine is not running")


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Polls `condition` until it holds or `seconds` have passed; returns whether it held."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True


@contextlib.contextmanager
def bounded(report: Report, seconds: float) -> Iterator[None]:
    """Abandons the checks in the block after `seconds`, and converts SIGTERM to an ordinary exit."""
    reason = f"the time limit of {seconds:g} s was reached"
    signal.signal(signal.SIGALRM, lambda *_: report.abandon(reason))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def schedule(pid: int) -> tuple[float, float]:
    """The seconds for which the first thread of a process has run, and for which it was ready and had no processor."""
    fields = pathlib.Path(f"/proc/{pid}/schedstat").read_text().split()
    return int(fields[0]) / 1e9, int(fields[1]) / 1e9


def raise_descriptor_limit(connections: int) -> None:
    """Raises the soft limit to the hard limit. Ends the script if the connections exceed it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard != resource.RLIM_INFINITY and hard < connections + SPARE_DESCRIPTORS:
        sys.exit(f"{connections} connections need more than the {hard} descriptors allowed")


def require_refusal(command: list[str | pathlib.Path], status: int,
                    stdin: int = subprocess.DEVNULL) -> str:
    """The command ends at once with `status`, and gives the reason in one line on stderr only."""
    try:
        done = subprocess.run(command, stdin=stdin, capture_output=True,
                              timeout=COMMAND_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise CheckFailed(f"still running after {COMMAND_SECONDS} s") from None
    if done.returncode != status:
        raise CheckFailed(f"exit status {done.returncode} instead of {status}; stderr {done.stderr!r}")
    if done.stdout:
        raise CheckFailed(f"unexpected output {done.stdout!r}")
    if len(done.stderr.strip()) == 0 or done.stderr.count(b"\n") != 1 or not done.stderr.endswith(b"\n"):
        raise CheckFailed(f"expected one line on stderr, got {done.stderr!r}")
    return f"status {status}, {done.stderr.decode(errors='replace').strip()!r}"


def add_common_arguments(parser: argparse.ArgumentParser, time_limit: float) -> None:
    """Adds --server and --time-limit."""
    add_server_argument(parser)
    parser.add_argument("--time-limit", type=float, default=time_limit, metavar="SECONDS",
                        help="fail after this time (default: %(default)g)")


def add_server_argument(parser: argparse.ArgumentParser) -> None:
    """Adds --server."""
    parser.add_argument("--server", type=_executable, default=str(DEFAULT_SERVER), metavar="PATH",
                        help="the tcp-echo binary (default: %(default)s)")


def _executable(text: str) -> pathlib.Path:
    path = pathlib.Path(text).resolve()
    if not os.access(path, os.X_OK) or path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not an executable file")
    return path
