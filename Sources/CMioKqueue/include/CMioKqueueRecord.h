// struct kevent in a form that Swift can use, and the numbers of the system's filters. Systems
// differ in the widths of the fields and in their filters. This file hides the differences.
#ifndef C_MIO_KQUEUE_RECORD_H
#define C_MIO_KQUEUE_RECORD_H

#include <stdint.h>

// C_MIO_LIBKQUEUE is kqueue on top of epoll, for tests. A system without any kqueue has the record
// and the numbers nevertheless, for backends over a scripted kernel.
#if defined(__APPLE__) || defined(__FreeBSD__) || defined(__OpenBSD__) || defined(__NetBSD__) || \
    defined(__DragonFly__) || defined(C_MIO_LIBKQUEUE)
#define C_MIO_HAS_KQUEUE 1
#include <stddef.h>
#include <sys/types.h>

#include <sys/event.h>
#endif

#if defined(__NetBSD__)
typedef uint32_t c_mio_kqueue_filter, c_mio_kqueue_flags;
#else
typedef int16_t c_mio_kqueue_filter;
typedef uint16_t c_mio_kqueue_flags;
#endif

#if defined(__FreeBSD__) || defined(__OpenBSD__) || defined(__NetBSD__)
typedef int64_t c_mio_kqueue_data;
#else
typedef intptr_t c_mio_kqueue_data;
#endif

// A change that the backend requests, or a record that the queue reports. It has no pointers,
// because strict memory safety treats `void *` as unsafe.
#if defined(__APPLE__)
#pragma pack(push, 4)
#endif
typedef struct c_mio_kqueue_record {
  uintptr_t ident;
  c_mio_kqueue_filter filter;
  c_mio_kqueue_flags flags;
  uint32_t fflags;
  c_mio_kqueue_data data;
  uintptr_t udata;
#if defined(C_MIO_HAS_KQUEUE)
  // The field `ext` of FreeBSD, and of NetBSD 11 and later. Empty on other systems.
  uint64_t ext[(sizeof(struct kevent) - offsetof(struct kevent, udata) - sizeof(void *)) / sizeof(uint64_t)];
#endif
} c_mio_kqueue_record;
#if defined(__APPLE__)
#pragma pack(pop)
#endif

#if defined(C_MIO_HAS_KQUEUE)
#define C_MIO_SAME_FIELD(field)                                                                  \
  _Static_assert(offsetof(c_mio_kqueue_record, field) == offsetof(struct kevent, field) &&       \
                     sizeof(((c_mio_kqueue_record *)0)->field) == sizeof(((struct kevent *)0)->field), \
                 "kevent." #field)
_Static_assert(sizeof(c_mio_kqueue_record) == sizeof(struct kevent), "size of kevent");
_Static_assert((__typeof__(((struct kevent *)0)->filter))-1 < 0 == (c_mio_kqueue_filter)-1 < 0,
               "sign of kevent.filter");
C_MIO_SAME_FIELD(ident);
C_MIO_SAME_FIELD(filter);
C_MIO_SAME_FIELD(flags);
C_MIO_SAME_FIELD(fflags);
C_MIO_SAME_FIELD(data);
C_MIO_SAME_FIELD(udata);
#undef C_MIO_SAME_FIELD
#endif

// The number of a filter that the system does not have.
static const int32_t C_MIO_NO_FILTER = INT32_MIN;

#if defined(C_MIO_HAS_KQUEUE)

static const uint32_t C_MIO_EV_ADD = EV_ADD;
static const uint32_t C_MIO_EV_DELETE = EV_DELETE;
static const uint32_t C_MIO_EV_DISABLE = EV_DISABLE;
static const uint32_t C_MIO_EV_ONESHOT = EV_ONESHOT;
static const uint32_t C_MIO_EV_CLEAR = EV_CLEAR;
static const uint32_t C_MIO_EV_RECEIPT = EV_RECEIPT;
static const uint32_t C_MIO_EV_DISPATCH = EV_DISPATCH;
static const uint32_t C_MIO_EV_ERROR = EV_ERROR;
static const uint32_t C_MIO_EV_EOF = EV_EOF;

static const int32_t C_MIO_EVFILT_READ = EVFILT_READ;
static const int32_t C_MIO_EVFILT_WRITE = EVFILT_WRITE;
static const int32_t C_MIO_EVFILT_VNODE = EVFILT_VNODE;
static const int32_t C_MIO_EVFILT_PROC = EVFILT_PROC;
static const int32_t C_MIO_EVFILT_SIGNAL = EVFILT_SIGNAL;
static const int32_t C_MIO_EVFILT_TIMER = EVFILT_TIMER;

#if defined(EVFILT_USER)
static const int32_t C_MIO_EVFILT_USER = EVFILT_USER;
static const uint32_t C_MIO_NOTE_TRIGGER = NOTE_TRIGGER;
#else
static const int32_t C_MIO_EVFILT_USER = INT32_MIN;
static const uint32_t C_MIO_NOTE_TRIGGER = 0;
#endif

// Without NOTE_OOB the filter does not report urgent data.
#if defined(EVFILT_EXCEPT) && defined(NOTE_OOB)
static const int32_t C_MIO_EVFILT_EXCEPT = EVFILT_EXCEPT;
static const uint32_t C_MIO_NOTE_OOB = NOTE_OOB;
#else
static const int32_t C_MIO_EVFILT_EXCEPT = INT32_MIN;
static const uint32_t C_MIO_NOTE_OOB = 0;
#endif

// Other systems define the number EVFILT_AIO but do not have the filter.
#if defined(EVFILT_AIO) && (defined(__FreeBSD__) || defined(__DragonFly__))
static const int32_t C_MIO_EVFILT_AIO = EVFILT_AIO;
#else
static const int32_t C_MIO_EVFILT_AIO = INT32_MIN;
#endif

#if defined(EVFILT_LIO) && defined(__FreeBSD__)
static const int32_t C_MIO_EVFILT_LIO = EVFILT_LIO;
#else
static const int32_t C_MIO_EVFILT_LIO = INT32_MIN;
#endif

static const uint32_t C_MIO_NOTE_DELETE = NOTE_DELETE;
static const uint32_t C_MIO_NOTE_WRITE = NOTE_WRITE;
static const uint32_t C_MIO_NOTE_EXTEND = NOTE_EXTEND;
static const uint32_t C_MIO_NOTE_ATTRIB = NOTE_ATTRIB;
static const uint32_t C_MIO_NOTE_LINK = NOTE_LINK;
static const uint32_t C_MIO_NOTE_RENAME = NOTE_RENAME;
#if defined(NOTE_REVOKE)
static const uint32_t C_MIO_NOTE_REVOKE = NOTE_REVOKE;
#else
static const uint32_t C_MIO_NOTE_REVOKE = 0;
#endif

static const uint32_t C_MIO_NOTE_EXEC = NOTE_EXEC;
static const uint32_t C_MIO_NOTE_FORK = NOTE_FORK;
static const uint32_t C_MIO_NOTE_EXIT = NOTE_EXIT;
// Darwin reports the exit status only if the filter requests it.
#if defined(NOTE_EXITSTATUS)
static const uint32_t C_MIO_NOTE_EXITSTATUS = NOTE_EXITSTATUS;
#else
static const uint32_t C_MIO_NOTE_EXITSTATUS = 0;
#endif

// The units of timers, except for milliseconds, which have no note. A unit that the system does not
// have is 0.
#if defined(NOTE_NSECONDS)
static const uint32_t C_MIO_NOTE_NSECONDS = NOTE_NSECONDS;
static const uint32_t C_MIO_NOTE_SECONDS = NOTE_SECONDS;
#else
static const uint32_t C_MIO_NOTE_NSECONDS = 0;
static const uint32_t C_MIO_NOTE_SECONDS = 0;
#endif

#else

// Numbers that belong to no system. They differ from each other, as the numbers of every system do.
static const uint32_t C_MIO_EV_ADD = 0x0001;
static const uint32_t C_MIO_EV_DELETE = 0x0002;
static const uint32_t C_MIO_EV_DISABLE = 0x0008;
static const uint32_t C_MIO_EV_ONESHOT = 0x0010;
static const uint32_t C_MIO_EV_CLEAR = 0x0020;
static const uint32_t C_MIO_EV_RECEIPT = 0x0040;
static const uint32_t C_MIO_EV_DISPATCH = 0x0080;
static const uint32_t C_MIO_EV_ERROR = 0x4000;
static const uint32_t C_MIO_EV_EOF = 0x8000;

static const int32_t C_MIO_EVFILT_READ = -1;
static const int32_t C_MIO_EVFILT_WRITE = -2;
static const int32_t C_MIO_EVFILT_AIO = -3;
static const int32_t C_MIO_EVFILT_VNODE = -4;
static const int32_t C_MIO_EVFILT_PROC = -5;
static const int32_t C_MIO_EVFILT_SIGNAL = -6;
static const int32_t C_MIO_EVFILT_TIMER = -7;
static const int32_t C_MIO_EVFILT_LIO = -8;
static const int32_t C_MIO_EVFILT_EXCEPT = -9;
static const int32_t C_MIO_EVFILT_USER = -10;

static const uint32_t C_MIO_NOTE_TRIGGER = 0x01000000;
static const uint32_t C_MIO_NOTE_OOB = 0x0002;

static const uint32_t C_MIO_NOTE_DELETE = 0x0001;
static const uint32_t C_MIO_NOTE_WRITE = 0x0002;
static const uint32_t C_MIO_NOTE_EXTEND = 0x0004;
static const uint32_t C_MIO_NOTE_ATTRIB = 0x0008;
static const uint32_t C_MIO_NOTE_LINK = 0x0010;
static const uint32_t C_MIO_NOTE_RENAME = 0x0020;
static const uint32_t C_MIO_NOTE_REVOKE = 0x0040;
static const uint32_t C_MIO_NOTE_EXIT = 0x80000000;
static const uint32_t C_MIO_NOTE_EXITSTATUS = 0x04000000;
static const uint32_t C_MIO_NOTE_FORK = 0x40000000;
static const uint32_t C_MIO_NOTE_EXEC = 0x20000000;

static const uint32_t C_MIO_NOTE_NSECONDS = 0x0008;
static const uint32_t C_MIO_NOTE_SECONDS = 0x0001;

#endif

// Whether closing a descriptor ends its registrations. Every manual page states that it does;
// libkqueue does not do it.
#if defined(C_MIO_LIBKQUEUE)
static const int32_t C_MIO_KQUEUE_FORGETS_CLOSED = 0;
#else
static const int32_t C_MIO_KQUEUE_FORGETS_CLOSED = 1;
#endif

// The filter of the record that the backend merges from the records of one source. No system has
// this filter. The flags of the record are the canonical readiness word. Until the record is
// settled, they also contain whether the mode of the registration decides about it.
static const int32_t C_MIO_EVFILT_MERGED = 0x7fff;
static const uint32_t C_MIO_MERGED_BY_MODE = 0x8000;

// The largest number that `data` can hold.
static const int64_t C_MIO_KQUEUE_LARGEST_DATA =
    sizeof(c_mio_kqueue_data) == sizeof(int64_t) ? INT64_MAX : INT32_MAX;

// Makes a record whose other fields are zero, which is safe on systems that may add fields.
static inline c_mio_kqueue_record c_mio_kqueue_make(uintptr_t ident, int32_t filter, uint32_t flags,
                                                    uint32_t fflags, int64_t data, uintptr_t udata) {
  return (c_mio_kqueue_record){.ident = ident,
                               .filter = (c_mio_kqueue_filter)filter,
                               .flags = (c_mio_kqueue_flags)flags,
                               .fflags = fflags,
                               .data = (c_mio_kqueue_data)data,
                               .udata = udata};
}

// The accessors of the fields whose widths differ.
static inline int32_t c_mio_kqueue_filter_of(c_mio_kqueue_record record) {
  return (int32_t)record.filter;
}
static inline uint32_t c_mio_kqueue_flags_of(c_mio_kqueue_record record) { return record.flags; }
static inline int64_t c_mio_kqueue_data_of(c_mio_kqueue_record record) { return record.data; }

#endif
