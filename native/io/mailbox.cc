// See mailbox.h.
#include "io/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <utility>

#include "io/system_error.h"

namespace pinlatch::io {

Result<std::unique_ptr<Mailbox>> Mailbox::Create() {
  const int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (fd < 0) return Error(ErrorCode::kSystem, "eventfd: " + SystemErrorText(errno));
  return std::unique_ptr<Mailbox>(new Mailbox(fd));
}

Mailbox::~Mailbox() { close(fd_); }

void Mailbox::Post(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  if (posted_.empty() && !stop_posted_) WakeLocked();
  posted_.push_back(std::move(work));
}

void Mailbox::PostStop() {
  const std::lock_guard lock(mutex_);
  if (posted_.empty() && !stop_posted_) WakeLocked();
  stop_posted_ = true;
}

// Under the lock, so that whoever sees the stop may destroy the mailbox: nobody is still about to
// write.
void Mailbox::WakeLocked() {
  const eventfd_t one = 1;
  // A non-blocking eventfd refuses only when its count is full, and then it is readable anyway.
  const ssize_t written = write(fd_, &one, sizeof one);
  assert(written == sizeof one || errno == EAGAIN);
  (void)written;
}

bool Mailbox::Deliver() {
  assert(running_.empty());
  bool stop;
  {
    const std::lock_guard lock(mutex_);
    // Read before the swap, under the lock: a wake-up is never consumed without its work.
    eventfd_t count;
    const ssize_t taken = read(fd_, &count, sizeof count);
    assert(taken == sizeof count || errno == EAGAIN);
    (void)taken;
    posted_.swap(running_);
    stop = std::exchange(stop_posted_, false);
  }
  for (std::function<void()>& work : running_) {
    work();
    work = nullptr;  // What it holds is given back before the next one runs.
  }
  running_.clear();
  return stop;
}

}  // namespace pinlatch::io
