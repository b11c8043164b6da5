"""Processes that run beside the client of `churn-echo`: one measures the server's delay, one interrupts the server.

They are separate processes, so that the work of the client does not delay them.
"""

import contextlib
import multiprocessing
import os
import random
import signal
import socket
import time
from collections.abc import Iterator
from typing import NamedTuple

from echo_process import CheckFailed, schedule

PROBE_PAUSE = 0.02
PROBE_SECONDS = 30
LONGEST_PAUSE_BETWEEN_SIGNALS = 0.1
# By default a program ignores the first three. The pair of SIGSTOP and SIGCONT interrupts a wait in epoll.
HARMLESS_SIGNALS = (signal.SIGWINCH, signal.SIGURG, signal.SIGCHLD)
CONTEXT = multiprocessing.get_context("fork")


class Delays(NamedTuple):
    """The answers to a probe."""

    count: int
    longest: float        # as the probe sees it
    longest_net: float    # without the time in which the probe or the server waited for a processor or was stopped
    slow: int             # the number of answers that took longer than 0.1 s, net
    longest_wait: float   # of the probe for a processor, for one answer


class Probe:
    """One connection that sends a few bytes at a time, and measures the time until they return."""

    def __init__(self, address: tuple[str, int], server: int, stopped: "Interrupter") -> None:
        self._server = server
        self._stopped = stopped
        self._sock = socket.create_connection(address, timeout=PROBE_SECONDS)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._results, results = CONTEXT.Pipe()
        self._process = CONTEXT.Process(target=self._run, args=(results,), daemon=True)
        self._ask(0)
        self.bytes = 8
        self._process.start()
        results.close()

    def finish(self) -> Delays:
        """Ends the probe; returns its figures."""
        self._results.send(None)
        if not self._results.poll(PROBE_SECONDS + 1):
            raise CheckFailed(f"the probe had no answer within {PROBE_SECONDS} s")
        result = self._results.recv()
        self._process.join()
        self._sock.close()
        if isinstance(result, str):
            raise CheckFailed(f"the probe: {result}")
        self.bytes += 8 * result.count
        return result

    def _run(self, results) -> None:
        _leave_the_parents_signals()
        count, slow, longest, longest_net, longest_wait = 0, 0, 0.0, 0.0, 0.0
        try:
            while not results.poll(PROBE_PAUSE):
                count += 1
                own, others = schedule(os.getpid())[1], self._excused()
                started = time.monotonic()
                self._ask(count)
                delay = time.monotonic() - started
                own = schedule(os.getpid())[1] - own
                net = max(0.0, delay - own - (self._excused() - others))
                longest, longest_net, longest_wait = max(longest, delay), max(longest_net, net), max(longest_wait, own)
                slow += net > 0.1
        except OSError as error:
            results.send(str(error))
        else:
            results.send(Delays(count, longest, longest_net, slow, longest_wait))

    def _excused(self) -> float:
        """The time in which the server could not run because it waited for a processor or was stopped."""
        return schedule(self._server)[1] + self._stopped.seconds

    def _ask(self, number: int) -> None:
        question = number.to_bytes(8, "big")
        self._sock.sendall(question)
        answer = b""
        while len(answer) < len(question):
            piece = self._sock.recv(len(question) - len(answer))
            if not piece:
                raise OSError("end of file")
            answer += piece
        if answer != question:
            raise OSError(f"sent {question!r}, received {answer!r}")


class Interrupter:
    """Sends harmless signals to the server, at times that a seed determines."""

    def __init__(self, server: int, seed: int) -> None:
        self._count = CONTEXT.Value("q", 0)
        # When the server was stopped, or 0, and how long it was stopped before.
        self._stop = CONTEXT.Array("d", [0.0, 0.0])
        self._ending = CONTEXT.Event()
        self._process = CONTEXT.Process(target=self._run, args=(server, random.Random(seed)), daemon=True)

    @property
    def seconds(self) -> float:
        """The time for which the server was stopped. A stop lasts until this process has noted its end."""
        with self._stop.get_lock():
            since, seconds = self._stop
        return seconds + (time.monotonic() - since if since else 0.0)

    @property
    def count(self) -> int:
        """The number of signals, of which a pair counts as one."""
        return self._count.value

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Sends signals in the block."""
        self._process.start()
        try:
            yield
        finally:
            self._ending.set()
            self._process.join()

    def _run(self, server: int, rng: random.Random) -> None:
        _leave_the_parents_signals()
        with contextlib.suppress(ProcessLookupError):
            while not self._ending.wait(rng.uniform(0, LONGEST_PAUSE_BETWEEN_SIGNALS)):
                if rng.random() < 0.5:
                    self._stop_and_continue(server)
                else:
                    os.kill(server, rng.choice(HARMLESS_SIGNALS))
                self._count.value += 1

    def _stop_and_continue(self, server: int) -> None:
        started = time.monotonic()
        self._note(started, 0.0)
        try:
            os.kill(server, signal.SIGSTOP)
        finally:
            os.kill(server, signal.SIGCONT)
            self._note(0.0, time.monotonic() - started)

    def _note(self, since: float, seconds: float) -> None:
        with self._stop.get_lock():
            self._stop[0] = since
            self._stop[1] += seconds


def _leave_the_parents_signals() -> None:
    """The parent ends its children. A handler that was inherited would act as the parent."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
