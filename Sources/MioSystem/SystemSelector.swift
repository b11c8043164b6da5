// The only file that asks for the system: a program that names no backend of its own gets the system's here.
#if MIO_AFD_CALLS || os(Windows)

public import MioWindows

/// The selector of the system that a program is built for: `AFDSelector`.
public typealias SystemSelector = AFDSelector

#elseif os(Linux) || os(Android)

public import MioEpoll

/// The selector of the system that a program is built for: `EpollSelector`.
public typealias SystemSelector = EpollSelector

#else

public import MioKqueue

/// The selector of the system that a program is built for: `KqueueSelector`.
public typealias SystemSelector = KqueueSelector

#endif
