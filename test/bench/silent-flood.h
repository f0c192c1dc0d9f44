// Owns a flood of TCP connections that say nothing: so many a second, each from an address of its
// own or all from one, held open until the server ends them.
#ifndef PINLATCH_TEST_BENCH_SILENT_FLOOD_H_
#define PINLATCH_TEST_BENCH_SILENT_FLOOD_H_

#include <stdint.h>

struct flood_plan {
  uint16_t port;
  unsigned per_second;
  unsigned seconds;
  int from_one_address;  // 127.0.0.1; else from 127.1.0.1 on, another one each time
};

// run_silent_flood takes a struct flood_plan and returns when its time is over; for pthread_create.
// Ends the process with a message on any failure of its own.
void* run_silent_flood(void* plan);

// silent_flood_connected and silent_flood_ended count its connections: those that the kernel has
// connected, and of these the ones that the server has ended. Any thread.
unsigned silent_flood_connected(void);
unsigned silent_flood_ended(void);

#endif  // PINLATCH_TEST_BENCH_SILENT_FLOOD_H_
