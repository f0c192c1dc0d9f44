// Owns the mailbox of an event loop: work from other threads, and the descriptor that wakes the
// loop. Private to io/.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.h"

namespace pinlatch::io {

// Mailbox: Post and PostStop from any thread, fd and Deliver on the loop's thread.
class Mailbox {
 public:
  // Create makes the eventfd. Error: kSystem.
  static Result<std::unique_ptr<Mailbox>> Create();
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // fd is readable while something has been posted that was not delivered.
  int fd() const { return fd_; }
  void Post(std::function<void()> work);
  void PostStop();
  // Deliver runs the work that has been posted, in order, and returns whether a stop was among it.
  // Work that is posted meanwhile waits for the next call.
  bool Deliver();

 private:
  explicit Mailbox(int fd) : fd_(fd) {}
  void WakeLocked();

  const int fd_;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;  // guarded by mutex_
  bool stop_posted_ = false;                   // guarded by mutex_
  std::vector<std::function<void()>> running_;
};

}  // namespace pinlatch::io
