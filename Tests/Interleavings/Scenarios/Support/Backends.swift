import Loom
import MioCore
import MioEpoll
import MioKqueue
import MioPoll
import MioTestSupport
import MioWindows

// The selectors over the models of their kernels.

typealias Epoll = EpollBackend<ModelEpollCalls>
typealias Emulated = PollBackend<ModelPollCalls>
typealias Kqueue = KqueueBackend<ModelKqueueCalls>
typealias AFD = AFDBackend<ScriptedAFD>

var epoll: Backend<Epoll> {
  Backend<Epoll>(name: "epoll") {
    let kernel = EpollKernel()
    return World(kernel) { try Epoll(calls: ModelEpollCalls(kernel)) }
  }
}

var emulated: Backend<Emulated> {
  Backend<Emulated>(name: "poll") {
    let kernel = PollKernel()
    return World(kernel) { try Emulated(calls: ModelPollCalls(kernel)) }
  }
}

var kqueue: Backend<Kqueue> {
  Backend<Kqueue>(name: "kqueue") {
    let kernel = KqueueKernel()
    return World(kernel) { try Kqueue(calls: ModelKqueueCalls(kernel)) }
  }
}

/// A kqueue without user events, so that wakers write to a pipe.
var kqueueWithPipe: Backend<Kqueue> {
  Backend<Kqueue>(name: "kqueue-pipe") {
    let kernel = KqueueKernel(features: [.forgetsClosed])
    return World(kernel) { try Kqueue(calls: ModelKqueueCalls(kernel)) }
  }
}

var afd: Backend<AFD> {
  Backend<AFD>(name: "afd") {
    let model = AFDModel()
    return World(model) { try AFD(calls: ScriptedAFD(model)) }
  }
}

/// The AFD backend over a kernel that delays results.
///
/// Cancelled polls end some time later, and polls that end at once have the status of pending ones.
var afdLate: Backend<AFD> {
  Backend<AFD>(name: "afd-late") {
    let model = AFDModel()
    model.kernel.cancelsLate = true
    model.kernel.saysPending = true
    return World(model) { try AFD(calls: ScriptedAFD(model)) }
  }
}

var mock: Backend<MockSelector> {
  Backend<MockSelector>(name: "mock") {
    World(NoKernel(), open: { MockStreamSource(isReadable: $0) }) { MockSelector() }
  }
}

/// A kernel without objects, because the mock selector has its own kernel.
private final class NoKernel: ModelKernel {
  var refusals = 0
  let remains: [String] = []

  func open(isReadable: Bool) -> Descriptor { Descriptor(-1) }
  func set(_ descriptor: Descriptor, isReadable: Bool) {}
  func close(_ descriptor: Descriptor) {}
}
