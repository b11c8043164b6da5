// A value that was closed or given away cannot be used.
import MioCore
import MioNet

func readAfterClose(_ stream: consuming TCPStream) throws(IOError) {
  // expected-error @-1 {{'stream' used after consume}}
  try stream.close()  // expected-note {{consumed here}}
  _ = try stream.peerAddress  // expected-note {{used here}}
}

func copy(_ stream: borrowing TCPStream) {
  // expected-error @-1 {{'stream' is borrowed and cannot be consumed}}
  let copy = stream  // expected-note {{consumed here}}
  _ = copy.descriptor
}
