"""Code that `soak-echo` and `churn-echo` share: connections whose every byte must come back from the echo server."""

import contextlib
import enum
import random
import selectors
import socket
import struct
from collections.abc import Callable, Iterator

from echo_process import CheckFailed

MIB = 1 << 20
MAX_PIECE = 60_000
TINY_PIECE = 16
BLOCK_BYTES = 1_048_583  # a prime, so that pieces of a power of two bytes do not divide it
SLOW_READER_BUFFER = 64 * 1024
CONNECT_SECONDS = 10
STALL_SECONDS = 10


class Ending(enum.Enum):
    """The way in which the client ends a connection."""

    HALF_CLOSE = enum.auto()  # shut down sending after the last byte, read until end of file
    CLOSE = enum.auto()       # read everything, then close
    RESET = enum.auto()       # in the middle of the transfer


class Block:
    """An endless, repeating stream of random bytes. Each connection starts at another position."""

    def __init__(self, seed: int) -> None:
        block = random.Random(seed).randbytes(BLOCK_BYTES)
        self._bytes = block + block[:MAX_PIECE]

    def piece(self, position: int, length: int) -> bytes:
        """`length` (at most MAX_PIECE) bytes of the stream, from `position`."""
        start = position % BLOCK_BYTES
        return self._bytes[start:start + length]


class Connection:
    """One connection: the bytes that it has sent, and the number that has come back."""

    def __init__(self, sock: socket.socket, name: int, block: Block, rng: random.Random,
                 total: int, ending: Ending) -> None:
        self.sock = sock
        self.sent = 0
        self.received = 0
        self.finished = False
        self._name = name
        self._block = block
        self._rng = rng
        self._start = rng.randrange(BLOCK_BYTES)
        self._total = total
        self._ending = ending
        self._enough = rng.randint(1, total // 2) if ending is Ending.RESET else total

    @property
    def interest(self) -> int:
        """The events that it waits for."""
        if self.sent < self._total:
            return selectors.EVENT_READ | selectors.EVENT_WRITE
        return selectors.EVENT_READ

    def send(self) -> None:
        """Sends one piece, or the part of it that the socket accepts."""
        length = min(self._piece_length(), self._total - self.sent)
        try:
            self.sent += self.sock.send(self._block.piece(self._start + self.sent, length))
        except BlockingIOError:
            return
        except OSError as error:
            raise self._failure(str(error)) from error
        if self.sent == self._total:
            self._all_sent()

    def stop_sending(self) -> None:
        """Ends the sending: the bytes sent so far are all bytes."""
        self._total = self._enough = self.sent
        self._all_sent()

    def receive(self) -> None:
        """Receives one piece and compares it with what was sent."""
        try:
            data = self.sock.recv(self._piece_length())
        except BlockingIOError:
            return
        except OSError as error:
            raise self._failure(str(error)) from error
        if data:
            self._compare(data)
        elif self._ending is not Ending.HALF_CLOSE or self.received < self._total:
            raise self._failure("end-of-file too early")
        else:
            self.finished = True
        if self._ending is not Ending.HALF_CLOSE and self.received >= self._enough:
            self.finished = True

    def close(self) -> None:
        """Closes the socket if it is open, with a reset if that is its ending."""
        if self.sock.fileno() < 0:
            return
        if self._ending is Ending.RESET:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def _all_sent(self) -> None:
        if self._ending is Ending.HALF_CLOSE:
            self.sock.shutdown(socket.SHUT_WR)

    def _compare(self, data: bytes) -> None:
        if self.received + len(data) > self.sent:
            raise self._failure(f"{len(data)} more bytes came back than the {self.sent} sent allow")
        expected = self._block.piece(self._start + self.received, len(data))
        if data != expected:
            offset = next(i for i, (a, b) in enumerate(zip(data, expected)) if a != b)
            raise self._failure(f"wrong byte at {self.received + offset}")
        self.received += len(data)

    def _piece_length(self) -> int:
        return self._rng.randint(1, self._rng.choice((TINY_PIECE, MAX_PIECE, MAX_PIECE, MAX_PIECE)))

    def _failure(self, reason: str) -> CheckFailed:
        return CheckFailed(f"connection {self._name}: {reason} "
                           f"(sent {self.sent}, received {self.received} of {self._total})")


class Client:
    """Opens connections, and keeps the totals that the server must report at the end."""

    def __init__(self, address: tuple[str, int], seed: int) -> None:
        self.opened = 0
        self.sent = 0
        self.received = 0
        self._address = address
        self._seed = seed
        self._block = Block(seed)

    @contextlib.contextmanager
    def connections(self, total: int, endings: list[Ending],
                    small_buffers: bool = False) -> Iterator[list[Connection]]:
        """One open connection for each of `endings`. All are closed at the end."""
        opened: list[Connection] = []
        try:
            for ending in endings:
                opened.append(self.open(total, ending, small_buffers))
            yield opened
        finally:
            for connection in opened:
                self.close(connection)

    def open(self, total: int, ending: Ending, small_buffers: bool = False) -> Connection:
        """Opens one connection, for `total` bytes."""
        sock = socket.socket()
        try:
            if small_buffers:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SLOW_READER_BUFFER)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_READER_BUFFER)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(CONNECT_SECONDS)
            sock.connect(self._address)
            sock.setblocking(False)
        except BaseException:
            sock.close()
            raise
        self.opened += 1
        rng = random.Random(self._seed + self.opened)
        return Connection(sock, self.opened, self._block, rng, total, ending)

    def close(self, connection: Connection) -> None:
        """Closes a connection in the way of its ending, and counts its bytes."""
        connection.close()
        self.sent += connection.sent
        self.received += connection.received

    def require_counts(self, connections: int, size: int) -> None:
        """Compares the numbers of connections and bytes that the server has counted."""
        if connections != self.opened:
            raise CheckFailed(f"the server counted {connections} connections, the client {self.opened}")
        if not self.received <= size <= self.sent:
            raise CheckFailed(f"the server counted {size} bytes, "
                              f"the client {self.sent} sent and {self.received} received")


def exchange(connections: list[Connection], watch: Callable[[], None]) -> None:
    """Sends and receives on all connections, one piece at a time, until each has finished."""
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.sock, connection.interest, connection)
        while remaining := len(selector.get_map()):
            events = selector.select(STALL_SECONDS)
            if not events:
                raise CheckFailed(f"nothing moved for {STALL_SECONDS} s, "
                                  f"with {remaining} connections unfinished")
            for key, mask in events:
                step(selector, key, mask)
            watch()


def step(selector: selectors.BaseSelector, key: selectors.SelectorKey, mask: int) -> None:
    """Lets the connection of an event send and receive one piece. A connection that has finished is closed."""
    connection: Connection = key.data
    if mask & selectors.EVENT_READ:
        connection.receive()
    if mask & selectors.EVENT_WRITE and not connection.finished:
        connection.send()
    if connection.finished:
        selector.unregister(connection.sock)
        connection.close()
    elif connection.interest != key.events:
        selector.modify(connection.sock, connection.interest, connection)


def mib(size: float) -> str:
    """`size` bytes in MiB, for a line of figures."""
    return f"{size / MIB:.1f}"
