import MioCore
import Testing

/// A sequence that once disagreed with the model.
struct ReplayedSequence: Sendable {
  let name: String
  let operations: [Operation]
}

extension ReplayedSequence: CustomTestStringConvertible {
  var testDescription: String { name }
}

enum ReplayedSequences {
  static let all = [
    ReplayedSequence(
      name: "a full stream hangs up before its peer makes room",
      operations: [
        .open(.unix, 0, 1),
        .fill(0),
        .shutdown(0, .both),
        .register(0, [.readable, .writable], .edge, by: 0),
        .poll(0, capacity: 64),
        .drain(1),
        .poll(0, capacity: 64),
      ]),
    ReplayedSequence(
      name: "the signal of a wake comes after the wake",
      operations: [
        .open(.unix, 0, 1),
        .makeWaker(0, by: 0),
        .register(0, [.readable, .writable], .level, by: 0),
        .wake(0),
        .poll(0, capacity: 1),
        .poll(0, capacity: 1),
        .poll(0, capacity: 1),
      ]),
    ReplayedSequence(
      name: "a socket listens after it was registered",
      operations: [
        .openSocket(.tcp, 0),
        .register(0, .readable, .edge, by: 0),
        .poll(0, capacity: 64),
        .listen(0),
        .openSocket(.tcp, 1),
        .connect(1, to: 0),
        .poll(0, capacity: 64),
      ]),
    ReplayedSequence(
      name: "a socket connects after it was registered",
      operations: [
        .openSocket(.tcp, 0),
        .listen(0),
        .openSocket(.tcp, 1),
        .register(1, .writable, .edge, by: 0),
        .poll(0, capacity: 64),
        .connect(1, to: 0),
        .poll(0, capacity: 64),
      ]),
    ReplayedSequence(
      name: "each urgent byte is news once there was none left",
      operations: [
        .open(.tcp, 0, 1),
        .register(1, .priority, .edge, by: 0),
        .sendUrgently(0),
        .poll(0, capacity: 64),
        .receiveUrgently(1),
        .receiveUrgently(1),
        .sendUrgently(0),
        .poll(0, capacity: 64),
      ]),
    ReplayedSequence(
      name: "each error that is taken makes the next one news",
      operations: [
        .openSocket(.unheard, 0),
        .register(0, .writable, .edge, by: 0),
        .write(0, 10),
        .poll(0, capacity: 64),
        .takeError(0),
        .write(0, 10),
        .poll(0, capacity: 64),
      ]),
    ReplayedSequence(
      name: "a FIFO hangs up and does no more",
      operations: [
        .open(.fifo, 0, 1),
        .register(1, .readable, .edge, by: 0),
        .close(0),
        .poll(0, capacity: 64),
        .read(1, 10),
        .openWriter(1, to: 0),
        .read(1, 10),
        .write(0, 10),
        .poll(0, capacity: 64),
      ]),
    ReplayedSequence(
      name: "a FIFO for both directions sees every writer",
      operations: [
        .open(.lastingFIFO, 0, 1),
        .register(1, .readable, .edge, by: 0),
        .write(0, 10),
        .close(0),
        .poll(0, capacity: 64),
        .drain(1),
        .openWriter(1, to: 0),
        .write(0, 10),
        .close(0),
        .poll(0, capacity: 64),
      ]),
    ReplayedSequence(
      name: "the end of what was not drained is told by itself",
      operations: [
        .open(.tcp, 0, 1),
        .register(1, .readable, .edge, by: 0),
        .write(0, 100),
        .poll(0, capacity: 64),
        .close(0),
        .poll(0, capacity: 64),
      ]),
    ReplayedSequence(
      name: "an end of a pair is closed with bytes unread, and with bytes under way",
      operations: [
        .open(.unix, 0, 1),
        .register(0, [.readable, .writable], .edge, by: 0),
        .write(0, 10),
        .fill(1),
        .close(1),
        .poll(0, capacity: 64),
        .write(0, 10),
        .drain(0),
        .takeError(0),
      ]),
    ReplayedSequence(
      name: "nobody can write to who reads no more",
      operations: [
        .open(.unix, 0, 1),
        .write(0, 10),
        .shutdown(1, .read),
        .write(0, 10),
        .read(1, 100),
        .read(1, 100),
      ]),
    ReplayedSequence(
      name: "a connection is forgotten when both sides have finished",
      operations: [
        .open(.tcp, 0, 1),
        .write(1, 10),
        .shutdown(0, .write),
        .shutdown(1, .write),
        .shutdown(0, .write),
        .finishConnect(0),
        .close(0),
        .read(1, 100),
      ]),
    ReplayedSequence(
      name: "a source meets thousands of polls",
      operations: [
        .open(.unix, 0, 1),
        .meetPolls(0, 5000),
        .register(0, .readable, .edge, by: 0),
        .write(1, 10),
        .poll(0, capacity: 64),
        .drain(0),
        .write(1, 10),
        .poll(0, capacity: 64),
      ]),
    ReplayedSequence(
      name: "a full buffer comes behind 64 empty ones",
      operations: [
        .open(.unix, 0, 1),
        .writePieces(0, 10, behind: 64),
        .readPieces(1, 10, behind: 64),
      ]),
    ReplayedSequence(
      name: "reading nothing leaves descriptors where they are",
      operations: [
        .open(.unix, 0, 1),
        .sendDescriptor(0),
        .read(1, 0),
        .readPieces(1, 0, behind: 2),
        .readDescriptors(1, 0),
        .readDescriptors(1, 10),
      ]),
  ]
}
