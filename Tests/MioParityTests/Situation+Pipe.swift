import MioCore
import TestHelpers

extension Situation {
  static let pipes: [Situation] = [
    Situation("pipe, reader: nothing to read", says: []) { look in
      let pipe = try RawPipe()
      try look(pipe.reader.source)
    },
    Situation("pipe, reader: data to read", says: .r) { look in
      let pipe = try RawPipe()
      pipe.writer.send([1])
      try look(pipe.reader.source)
    },
    Situation("pipe, reader: the writer is gone, data is left", says: [.r, .rc], falsely: .wc) {
      look in
      let pipe = try RawPipe()
      let reader = pipe.reader
      pipe.writer.send([1])
      _ = consume pipe.writer
      try look(reader.source)
    },
    Situation("pipe, reader: the writer is gone, nothing is left", says: [.r, .rc], falsely: .wc) {
      look in
      let pipe = try RawPipe()
      let reader = pipe.reader
      _ = consume pipe.writer
      try look(reader.source)
    },
    Situation("pipe, writer: room to write", says: .w) { look in
      let pipe = try RawPipe()
      try look(pipe.writer.source)
    },
    Situation("pipe, writer: full", says: []) { look in
      let pipe = try RawPipe()
      pipe.writer.fill()
      try look(pipe.writer.source)
    },
    Situation("pipe, writer: the reader is gone, not full", says: [.w, .e, .wc]) { look in
      let pipe = try RawPipe()
      let writer = pipe.writer
      _ = consume pipe.reader
      try look(writer.source)
    },
    Situation("pipe, writer: the reader is gone, full", says: [.w, .e, .wc]) { look in
      let pipe = try RawPipe()
      let writer = pipe.writer
      writer.fill()
      _ = consume pipe.reader
      try look(writer.source)
    },
  ]
}
