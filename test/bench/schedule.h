// Owns the waiting of bench clients that do things at fixed moments, whatever the server is at.
#ifndef PINLATCH_TEST_BENCH_SCHEDULE_H_
#define PINLATCH_TEST_BENCH_SCHEDULE_H_

#include <stdint.h>

// now_ns is the monotonic time, in nanoseconds.
int64_t now_ns(void);

// wait_until returns at that time, at once when it has passed, or early when a signal comes.
void wait_until(int64_t ns);

#endif  // PINLATCH_TEST_BENCH_SCHEDULE_H_
