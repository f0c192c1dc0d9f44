// See wall_timer.h. A timerfd on the wall clock, absolute, that is cancelled when the clock is set.
#include "io/wall_timer.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <ctime>
#include <limits>

#include "io/system_error.h"

namespace pinlatch::io {
namespace {

// 32-bit systems may count the seconds of the kernel's interface in 32 bits.
constexpr UnixSeconds kLatest =
    std::min<UnixSeconds>(253402300799, std::numeric_limits<time_t>::max());

}  // namespace

const UnixSeconds WallTimer::kNever = kLatest;

Result<std::unique_ptr<WallTimer>> WallTimer::Create(EventLoop& loop, Handler& handler,
                                                     WallClock clock) {
  const int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (fd < 0) return Error(ErrorCode::kSystem, "timerfd: " + SystemErrorText(errno));
  std::unique_ptr<WallTimer> timer(new WallTimer(loop, handler, clock, fd));
  PINLATCH_TRY(loop.WatchReadable(fd, *timer));
  return timer;
}

WallTimer::~WallTimer() {
  loop_.Unwatch(fd_);
  close(fd_);
}

// SystemTimeOf is what the system's clock shows at `when`: between two looks at it that agree,
// neither clock has gone on to another second.
UnixSeconds WallTimer::SystemTimeOf(UnixSeconds when) const {
  if (when >= kNever) return kNever;
  for (;;) {
    const UnixSeconds system = UnixNow();
    const UnixSeconds own = clock_();
    if (UnixNow() == system) return when - own + system;
  }
}

void WallTimer::Arm(UnixSeconds when) {
  itimerspec moment{};
  // Zero would disarm it; the first second of 1970 has passed on every clock.
  moment.it_value.tv_sec =
      static_cast<time_t>(std::clamp<UnixSeconds>(SystemTimeOf(when), 1, kLatest));
  constexpr int kFlags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
  if (timerfd_settime(fd_, kFlags, &moment, nullptr) == 0) return;
  // The clock was set since the last look, and this call has taken the notice of it. Nobody has
  // heard of it yet: so the timer fires at once.
  assert(errno == ECANCELED);
  moment.it_value.tv_sec = 1;
  const int failed = timerfd_settime(fd_, kFlags, &moment, nullptr);
  assert(failed == 0 || errno == ECANCELED);
  (void)failed;
}

void WallTimer::OnReady(Readiness) {
  uint64_t count;
  const ssize_t taken = read(fd_, &count, sizeof count);
  // Armed anew since it became readable: it waits for a later moment by now.
  if (taken < 0 && errno == EAGAIN) return;
  assert(taken == sizeof count || errno == ECANCELED);
  handler_.OnWallTimer();
}

}  // namespace pinlatch::io
