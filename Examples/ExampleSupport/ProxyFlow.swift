public import MioCore

/// One direction of a ``ProxyLink``.
@usableFromInline
struct ProxyFlow {
  @usableFromInline
  var buffer = RelayBuffer()

  /// Whether the sender has ended, and all of its bytes are written or discarded.
  @usableFromInline
  var hasEnded = false

  /// Whether the sender has ended because its connection was cut.
  @usableFromInline
  var wasCut = false

  /// The error of the receiver, which accepts no more bytes.
  ///
  /// The bytes of the sender are discarded from then on.
  @usableFromInline
  var receiverError: IOError?

  /// The number of bytes that the receiver has taken.
  @usableFromInline
  var byteCount = 0

  @inlinable
  init() {}

  /// Whether the receiver has reported that its connection was cut.
  ///
  /// A receiver that has closed its stream in an orderly way reports `.brokenPipe`.
  @inlinable
  var receiverWasCut: Bool { receiverError.map { $0.kind != .brokenPipe } ?? false }

  /// Reads and writes once.
  ///
  /// - Parameters:
  ///   - sender: The stream that is read.
  ///   - receiver: The stream that is written.
  ///   - isSenderCut: Whether a write to the sender has reported that its connection was cut. The
  ///     system reports this once, and later only the end of the stream.
  /// - Returns: Whether data was transferred, or the sender has ended.
  @inlinable
  mutating func relay<Sender: ByteStream & ~Copyable, Receiver: ByteStream & ~Copyable>(
    from sender: borrowing Sender, to receiver: borrowing Receiver, isSenderCut: Bool
  ) -> Bool {
    let hasRead = read(from: sender)
    if hasRead && hasEnded { passEnd(to: receiver, isSenderCut: isSenderCut) }
    return write(to: receiver) || hasRead
  }

  @inlinable
  mutating func read<Sender: ByteStream & ~Copyable>(from sender: borrowing Sender) -> Bool {
    guard buffer.isEmpty && !hasEnded else { return false }
    do throws(IOError) {
      guard let count = try buffer.fill(from: sender) else { return false }
      hasEnded = count == 0
    } catch {
      hasEnded = true
      wasCut = true
    }
    return true
  }

  @inlinable
  mutating func passEnd<Receiver: ByteStream & ~Copyable>(
    to receiver: borrowing Receiver, isSenderCut: Bool
  ) {
    if isSenderCut { wasCut = true }
    guard !wasCut && receiverError == nil else { return }
    do throws(IOError) {
      try receiver.shutdown(.write)
    } catch {
      receiverError = error
    }
  }

  @inlinable
  mutating func write<Receiver: ByteStream & ~Copyable>(to receiver: borrowing Receiver) -> Bool {
    guard !buffer.isEmpty else { return false }
    do throws(IOError) {
      if receiverError != nil {
        buffer.removeAll()
      } else {
        guard let count = try buffer.drain(into: receiver) else { return false }
        byteCount += count
      }
    } catch {
      receiverError = error
      buffer.removeAll()
    }
    return true
  }
}
