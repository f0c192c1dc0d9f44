// Owns the waiting of bench clients; see the header.
#define _POSIX_C_SOURCE 200809L
#include "schedule.h"

#include <time.h>

static const int64_t kSecond = 1000000000;

int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * kSecond + now.tv_nsec;
}

void wait_until(int64_t ns) {
  const struct timespec at = {.tv_sec = ns / kSecond, .tv_nsec = ns % kSecond};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}
