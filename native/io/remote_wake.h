// Owns the way in which another thread has a task of this loop run soon, as long as the task is
// there.
#pragma once

#include <functional>
#include <memory>

#include "io/event_loop.h"

namespace pinlatch::io {

// RemoteWake belongs to the loop's thread, and is part of what the task is part of.
class RemoteWake {
 public:
  // Both are borrowed, and outlive this; the loop also every call of what WakeUp returned.
  RemoteWake(EventLoop& loop, Task& task);
  // From here on nothing is run, whoever calls.
  ~RemoteWake();
  RemoteWake(const RemoteWake&) = delete;
  RemoteWake& operator=(const RemoteWake&) = delete;

  // WakeUp returns what queues the task, from any thread.
  std::function<void()> WakeUp() const;

 private:
  struct Link;
  const std::shared_ptr<Link> link_;
};

}  // namespace pinlatch::io
