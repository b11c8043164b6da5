import MioCore

// Sequences of operations that are useful together, and that chance hardly ever produces.
extension OperationGenerator {
  mutating func story() -> [Operation] {
    let places = Array(0..<Model.placeCount).shuffled(using: &random)
    let (first, second, third) = (places[0], places[1], places[2])
    let begin = [Operation.close(first), .close(second)]
    return switch number(below: 7) {
    case 0: begin + [.close(third)] + connection(first, second, third)
    case 1: begin + writersThatComeAndGo(first, second)
    case 2: begin + bytesOutOfBand(first, second)
    case 3: begin + errors(first)
    case 4: begin + descriptors(first, second)
    case 5: begin + refusal(first)
    default: [.deregister(first, by: 0), .meetPolls(first, 7), registration(first)]
    }
  }

  private mutating func connection(_ listener: Int, _ client: Int, _ server: Int) -> [Operation] {
    [
      .openSocket(.tcp, listener), registration(listener), poll, .listen(listener), poll,
      .openSocket(.tcp, client), registration(client), poll, .connect(client, to: listener),
      poll, .finishConnect(client), .accept(listener, to: server), registration(server),
      .write(client, size()), poll,
      .close(client), .accept(listener, to: client), .openSocket(.tcp, client),
      .connect(client, to: listener), poll,
    ]
  }

  private mutating func refusal(_ client: Int) -> [Operation] {
    let take: Operation = pick([
      .finishConnect(client), .takeError(client), .read(client, 10), .write(client, size()),
    ])
    return [
      .openSocket(.tcp, client), pick([registration(client), poll]), .refuse(client),
      registration(client), poll, take, poll, .finishConnect(client), .read(client, 10),
    ]
  }

  private mutating func writersThatComeAndGo(_ writer: Int, _ reader: Int) -> [Operation] {
    let kind: ChannelKind = pick([.fifo, .lastingFIFO])
    let visit = [
      .write(writer, size()), poll, .drain(reader), .close(writer), poll, .drain(reader), poll,
    ]
    return [.open(kind, writer, reader), registration(reader)] + visit
      + [.openWriter(reader, to: writer)] + visit
  }

  private mutating func bytesOutOfBand(_ sender: Int, _ receiver: Int) -> [Operation] {
    let byte = [
      .sendUrgently(sender), poll, .receiveUrgently(receiver), .receiveUrgently(receiver), poll,
    ]
    return [
      .open(.tcp, sender, receiver),
      .register(receiver, pick([.priority, [.readable, .priority]]), mode(), by: 0), poll,
    ] + byte + byte + [.drain(receiver)] + byte
  }

  private mutating func errors(_ socket: Int) -> [Operation] {
    let error = [.write(socket, size()), poll] as [Operation]
    let take: Operation = pick([.takeError(socket), .read(socket, 10), .write(socket, size())])
    return [.openSocket(.unheard, socket), registration(socket), poll] + error + [take, poll]
      + error + [.takeError(socket), poll] + error
  }

  private mutating func descriptors(_ sender: Int, _ receiver: Int) -> [Operation] {
    let nothing: Operation = pick([
      .read(receiver, 0), .readDescriptors(receiver, 0),
      .readPieces(receiver, 0, behind: pieces()),
    ])
    return [
      .open(.unix, sender, receiver), registration(receiver), .write(sender, size()),
      .sendDescriptor(sender), .write(sender, size()), poll, .drain(receiver),
      .sendDescriptor(sender), nothing, .readDescriptors(receiver, size()),
    ]
  }

  private mutating func registration(_ place: Int) -> Operation {
    .register(place, interest(), mode(), by: 0)
  }

  private var poll: Operation { .poll(0, capacity: 64) }
}
