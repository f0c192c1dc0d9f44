// See stillness.h. The functions in extern "C" stand before libc's for the whole program, libcrypto
// and libstdc++ included; what mbedTLS asks of syscall(2) is caught by the linker's --wrap.
#include "instructions/stillness.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

#include <atomic>
#include <cstdlib>
#include <ctime>

#include "tls/certificate_maker.h"

#define PINLATCH_BEFORE_LIBC __attribute__((visibility("default")))

extern "C" long __real_syscall(long number, ...);

namespace pinlatch::instructions {
namespace {

constexpr int64_t kBillion = 1000000000;
// About what a round takes where nothing counts instructions, so that timers come due as often.
constexpr int64_t kRoundNanoseconds = 100000;
constexpr time_t kCentury = 3155760000;
constexpr timespec kMoment{0, 50000};

std::atomic<int64_t> nanoseconds{1000 * kBillion};
std::atomic<uint64_t> seeds{0};
std::atomic<uint64_t> reseeded{0};
std::atomic<uint64_t> rests{0};
std::atomic<bool> resting{false};
std::atomic<int> worker_epoll{-1};

enum class Order : uint8_t { kNone, kBegin, kEnd };
std::atomic<Order> order{Order::kNone};
std::string profile_name;  // written before the order is given

struct RandomState {
  uint64_t epoch = 0;  // of `reseeded`
  uint64_t value = 0;
};
thread_local RandomState random_state;

// A state that is not nought, far from its neighbours (splitmix64).
uint64_t NextSeed() {
  static const char* const chosen = std::getenv("PINLATCH_INSTRUCTIONS_SEED");
  const uint64_t base = chosen == nullptr ? 1 : std::strtoull(chosen, nullptr, 10);
  uint64_t value = (base * 1000 + seeds.fetch_add(1) + 1) * 0x9E3779B97F4A7C15;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
  value = (value ^ value >> 27) * 0x94D049BB133111EB;
  return (value ^ value >> 31) | 1;
}

// xorshift64*, eight bytes at a time.
void FillRepeatably(void* into, size_t size) {
  if (const uint64_t epoch = reseeded + 1; random_state.epoch != epoch) {
    random_state = {epoch, NextSeed()};
  }
  auto* bytes = static_cast<uint8_t*>(into);
  uint64_t drawn = 0;
  for (size_t i = 0; i < size; ++i, drawn >>= 8) {
    if (i % 8 == 0) {
      uint64_t& value = random_state.value;
      value ^= value >> 12;
      value ^= value << 25;
      value ^= value >> 27;
      drawn = value * 0x2545F4914F6CDD1D;
    }
    bytes[i] = static_cast<uint8_t>(drawn);
  }
}

// The worker looks at its descriptors in the order of poll(2), so nothing is taken away by asking.
bool HasNothingToSee() {
  pollfd epoll{worker_epoll, POLLIN, 0};
  return poll(&epoll, 1, 0) == 0;
}

// What is printed tells the system calls of the profile, which valgrind traces, from those before
// and after it.
void Obey(Order given) {
  if (given == Order::kBegin) {
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_TOGGLE_COLLECT;
    VALGRIND_PRINTF("profile begins: %s\n", profile_name.c_str());
  } else if (given == Order::kEnd) {
    VALGRIND_PRINTF("profile ends\n");
    CALLGRIND_TOGGLE_COLLECT;
    CALLGRIND_DUMP_STATS_AT(profile_name.c_str());
    CALLGRIND_STOP_INSTRUMENTATION;
  }
}

timespec TimeOf(clockid_t clock) {
  const bool is_wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  const int64_t now = nanoseconds;
  return {(is_wall ? test::kNow : 0) + now / kBillion, now % kBillion};
}

}  // namespace

void Reseed() {
  seeds = 0;
  ++reseeded;
  uint8_t first = 0;
  FillRepeatably(&first, sizeof(first));
}

uint64_t Rests() { return rests; }

void AwaitRest(uint64_t before) {
  for (;; nanosleep(&kMoment, nullptr)) {
    const uint64_t now = rests;
    if (now > before && resting && HasNothingToSee() && resting && rests == now) return;
  }
}

void BeginProfile(const std::string& name) {
  profile_name = name;
  order = Order::kBegin;
}

void EndProfile() { order = Order::kEnd; }

}  // namespace pinlatch::instructions

using namespace pinlatch::instructions;

extern "C" {

// The kernel is asked all the same: the call is one of those that are counted.
PINLATCH_BEFORE_LIBC ssize_t getrandom(void* into, size_t size, unsigned flags) {
  __real_syscall(SYS_getrandom, into, size, flags);
  FillRepeatably(into, size);
  return static_cast<ssize_t>(size);
}

PINLATCH_BEFORE_LIBC int getentropy(void* into, size_t size) {
  getrandom(into, size, 0);
  return 0;
}

long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f) {
  if (number != SYS_getrandom) return __real_syscall(number, a, b, c, d, e, f);
  return getrandom(reinterpret_cast<void*>(a), static_cast<size_t>(b), static_cast<unsigned>(c));
}

PINLATCH_BEFORE_LIBC int clock_gettime(clockid_t clock, timespec* into) noexcept {
  *into = TimeOf(clock);
  return 0;
}

PINLATCH_BEFORE_LIBC time_t time(time_t* into) noexcept {
  const time_t now = TimeOf(CLOCK_REALTIME).tv_sec;
  if (into != nullptr) *into = now;
  return now;
}

PINLATCH_BEFORE_LIBC int gettimeofday(timeval* into, void* /*zone*/) noexcept {
  const timespec now = TimeOf(CLOCK_REALTIME);
  *into = {now.tv_sec, now.tv_nsec / 1000};
  return 0;
}

// What expires by the gateway's clock is long past by the machine's.
PINLATCH_BEFORE_LIBC int timerfd_settime(int timer, int flags, const itimerspec* value,
                                         itimerspec* before) noexcept {
  itimerspec never = *value;
  if (never.it_value.tv_sec != 0) never.it_value.tv_sec += kCentury;
  return static_cast<int>(__real_syscall(SYS_timerfd_settime, timer, flags, &never, before));
}

// A wait that ends with a timer would end by how fast the machine is. Nothing here waits for one.
PINLATCH_BEFORE_LIBC int epoll_wait(int epoll, epoll_event* events, int capacity, int timeout) {
  if (timeout != 0) {
    worker_epoll = epoll;
    ++rests;
    resting = true;
  }
  const int count = epoll_pwait(epoll, events, capacity, timeout == 0 ? 0 : -1, nullptr);
  resting = false;
  nanoseconds += kRoundNanoseconds;
  if (timeout != 0) Obey(order.exchange(Order::kNone));
  return count;
}
}
