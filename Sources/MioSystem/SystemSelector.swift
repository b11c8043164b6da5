// This is the only file that selects a backend by system. A program that names no backend uses this
// type.
#if MIO_AFD_CALLS || os(Windows)

public import MioWindows

/// The selector of the target system: `AFDSelector`.
public typealias SystemSelector = AFDSelector

#elseif os(Linux) || os(Android)

public import MioEpoll

/// The selector of the target system: `EpollSelector`.
public typealias SystemSelector = EpollSelector

#else

public import MioKqueue

/// The selector of the target system: `KqueueSelector`.
public typealias SystemSelector = KqueueSelector

#endif
