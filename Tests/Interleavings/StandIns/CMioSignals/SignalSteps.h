// Makes each atomic operation a step of the scheduler.
#ifndef C_SIGNAL_STEPS_H
#define C_SIGNAL_STEPS_H

#include <stdatomic.h>

// Lets other threads run first. `changes` is whether the operation may change the value.
void c_signal_step(int changes);

#undef atomic_load
#undef atomic_store
#undef atomic_exchange
#undef atomic_fetch_add
#undef atomic_fetch_sub
#undef atomic_fetch_or

#define STEP(changes, operation) (c_signal_step(changes), operation)
#define atomic_load(object) STEP(0, __c11_atomic_load(object, __ATOMIC_SEQ_CST))
#define atomic_store(object, value) STEP(1, __c11_atomic_store(object, value, __ATOMIC_SEQ_CST))
#define atomic_exchange(object, value) STEP(1, __c11_atomic_exchange(object, value, __ATOMIC_SEQ_CST))
#define atomic_fetch_add(object, value) STEP(1, __c11_atomic_fetch_add(object, value, __ATOMIC_SEQ_CST))
#define atomic_fetch_sub(object, value) STEP(1, __c11_atomic_fetch_sub(object, value, __ATOMIC_SEQ_CST))
#define atomic_fetch_or(object, value) STEP(1, __c11_atomic_fetch_or(object, value, __ATOMIC_SEQ_CST))

#endif
