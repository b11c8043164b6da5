import CLibrary
import MioCore
import MioNet

// Transfers of bytes, urgent data and descriptors.
extension World {
  func performIO(_ operation: Operation) throws(IOError) -> Outcome {
    switch operation {
    case .read(let place, let count):
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
      return outcome(of: try unsafe endpoints[place]?.read(into: room))
    case .write(let place, let count):
      let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
      return outcome(of: try unsafe endpoints[place]?.write(bytes))
    case .shutdown(let place, let directions):
      try endpoints[place]?.shutdown(directions)
    case .takeError(let place):
      if let error = try endpoints[place]?.takeError() { return .failed(error.kind) }
    default: break
    }
    return .done
  }

  func performVectoredIO(_ operation: Operation) throws(IOError) -> Outcome {
    switch operation {
    case .readPieces(let place, let count, let empty):
      let pieces = unsafe pieces(count, behind: empty)
      return outcome(
        of: try unsafe pieces.withUnsafeBufferPointer { pieces throws(IOError) in
          try unsafe endpoints[place]?.read(into: pieces)
        })
    case .writePieces(let place, let count, let empty):
      let pieces = unsafe pieces(count, behind: empty).map { UnsafeRawBufferPointer($0) }
      return outcome(
        of: try unsafe pieces.withUnsafeBufferPointer { pieces throws(IOError) in
          try unsafe endpoints[place]?.write(pieces)
        })
    default: return .done
    }
  }

  /// Returns the two halves of the buffer, with `empty` empty pieces before them and one between
  /// them.
  private func pieces(_ count: Int, behind empty: Int) -> [UnsafeMutableRawBufferPointer] {
    let half = count / 2
    return unsafe [UnsafeMutableRawBufferPointer](
      repeating: .init(rebasing: buffer[..<0]), count: empty)
      + [.init(rebasing: buffer[..<half]), .init(rebasing: buffer[..<0])]
      + [.init(rebasing: buffer[half..<count])]
  }

  func performMessages(_ operation: Operation) throws(IOError) -> Outcome {
    switch operation {
    case .sendUrgently(let place):
      let number = endpoints[place]?.descriptor.fileDescriptor ?? -1
      return .bytes(unsafe send(number, [7], 1, Int32(MSG_OOB)))
    case .receiveUrgently(let place):
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<1])
      return outcome(of: try unsafe endpoints[place]?.receiveUrgently(into: room))
    case .sendDescriptor(let place):
      return outcome(of: try unixStream(place)?.send(connections.anyDescriptor))
    case .readDescriptors(let place, let count):
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
      guard let (bytes, descriptors) = try unsafe unixStream(place)?.readDescriptors(into: room)
      else {
        return .blocked
      }
      return .received(bytes, descriptors: descriptors)
    default: return .done
    }
  }

  private func unixStream(_ place: Int) -> StreamEndpoint<UnixStream>? {
    endpoints[place] as? StreamEndpoint<UnixStream>
  }

  private func outcome(of count: Int?) -> Outcome {
    count.map { .bytes($0) } ?? .blocked
  }
}
