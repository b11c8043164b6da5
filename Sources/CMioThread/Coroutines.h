// The choice between the two implementations of coroutines: see CMioCoroutine.h.
#ifndef C_MIO_COROUTINES_H
#define C_MIO_COROUTINES_H

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif

#if defined(__ELF__) && (defined(__x86_64__) || defined(__aarch64__)) && !defined(_WIN32) && \
    !defined(HAS_SANITIZER) && !defined(C_MIO_USE_FALLBACKS)
#define SWITCHES_STACKS 1
#endif

#endif
