import MioCore
import MioNet
import TestHelpers

extension Situation {
  static let pipes: [Situation] = [
    Situation("pipe, reader: nothing to read", says: []) { look in
      let pipe = try AnonymousPipe()
      try look(pipe.receiver)
    },
    Situation("pipe, reader: data to read", says: .r) { look in
      let pipe = try AnonymousPipe()
      try pipe.sender.send([1])
      try look(pipe.receiver)
    },
    Situation(
      "pipe, reader: the writer is gone, data is left", says: [.r, .rc], falsely: .wc,
      emulated: [.r, .w, .rc, .wc], libkqueue: [.r, .w, .rc, .wc]
    ) { look in
      let pipe = try AnonymousPipe()
      let receiver = pipe.receiver
      try pipe.sender.send([1])
      _ = consume pipe.sender
      try look(receiver)
    },
    Situation(
      "pipe, reader: the writer is gone, nothing is left", says: [.r, .rc], falsely: .wc,
      emulated: [.r, .w, .rc, .wc], libkqueue: [.r, .w, .rc, .wc]
    ) { look in
      let pipe = try AnonymousPipe()
      let receiver = pipe.receiver
      _ = consume pipe.sender
      try look(receiver)
    },
    Situation("pipe, writer: room to write", says: .w) { look in
      let pipe = try AnonymousPipe()
      try look(pipe.sender)
    },
    Situation("pipe, writer: full", says: []) { look in
      let pipe = try AnonymousPipe()
      try pipe.sender.fill()
      try look(pipe.sender)
    },
    Situation(
      "pipe, writer: the reader is gone, not full", says: [.w, .e, .wc], falsely: .r,
      libkqueue: [.r, .w, .e, .rc, .wc]
    ) { look in
      let pipe = try AnonymousPipe()
      let sender = pipe.sender
      _ = consume pipe.receiver
      try look(sender)
    },
    Situation(
      "pipe, writer: the reader is gone, full", says: [.w, .e, .wc], falsely: .r,
      libkqueue: [.r, .w, .e, .rc, .wc]
    ) { look in
      let pipe = try AnonymousPipe()
      let sender = pipe.sender
      try sender.fill()
      _ = consume pipe.receiver
      try look(sender)
    },
  ]
}
