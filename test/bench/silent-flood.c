// See silent-flood.h.
#include "silent-flood.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tls-connection.h"

enum { kEvents = 256, kTickMs = 1, kAddresses = 1 << 22 };

static struct {
  int epoll;
  unsigned begun;
  atomic_uint connected;
  atomic_uint ended;
} flood;

unsigned silent_flood_connected(void) { return atomic_load(&flood.connected); }
unsigned silent_flood_ended(void) { return atomic_load(&flood.ended); }

static double now_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint32_t address_of(const struct flood_plan* plan, unsigned index) {
  return plan->from_one_address ? INADDR_LOOPBACK : 0x7F010001U + index % kAddresses;
}

static void begin_one(const struct flood_plan* plan) {
  const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (handle < 0) fail("socket");
  struct sockaddr_in from = {.sin_family = AF_INET};
  from.sin_addr.s_addr = htonl(address_of(plan, flood.begun++));
  const struct sockaddr_in to = {
      .sin_family = AF_INET, .sin_port = htons(plan->port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  if (bind(handle, (struct sockaddr*)&from, sizeof from) != 0) fail("bind");
  if (connect(handle, (const struct sockaddr*)&to, sizeof to) != 0 && errno != EINPROGRESS) {
    fail("connect");
  }
  struct epoll_event event = {.events = EPOLLOUT | EPOLLET, .data = {.fd = handle}};
  if (epoll_ctl(flood.epoll, EPOLL_CTL_ADD, handle, &event) != 0) fail("epoll_ctl");
}

// Nothing is read: whatever comes is the end, a reset or a FIN.
static void take_event(const struct epoll_event* event) {
  const int handle = event->data.fd;
  if (event->events == EPOLLOUT) {
    atomic_fetch_add(&flood.connected, 1);
    struct epoll_event next = {.events = EPOLLIN | EPOLLRDHUP, .data = {.fd = handle}};
    if (epoll_ctl(flood.epoll, EPOLL_CTL_MOD, handle, &next) != 0) fail("epoll_ctl");
    return;
  }
  atomic_fetch_add(&flood.ended, 1);
  close(handle);
}

void* run_silent_flood(void* argument) {
  const struct flood_plan* plan = argument;
  flood.epoll = epoll_create1(EPOLL_CLOEXEC);
  if (flood.epoll < 0) fail("epoll_create1");
  const double began = now_seconds();
  for (double passed = 0; passed < plan->seconds; passed = now_seconds() - began) {
    while (flood.begun < passed * plan->per_second) begin_one(plan);
    struct epoll_event events[kEvents];
    const int count = epoll_wait(flood.epoll, events, kEvents, kTickMs);
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < count; ++i) take_event(&events[i]);
  }
  return NULL;
}
