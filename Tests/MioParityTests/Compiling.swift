/// Compiles only for types that several threads can share.
func expectSendable<Value: Sendable & ~Copyable>(_ type: Value.Type) {}
