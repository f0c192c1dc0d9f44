// Owns the queue of dear tasks of one thread: those of which each is worth dozens of requests. They
// take turns, and between two turns the loop sees to what has become ready meanwhile.
#pragma once

#include <memory>

#include "io/event_loop.h"

namespace pinlatch::io {

class TaskQueue;

// TurnQueue runs the first task of the queue in a round of the loop, and further ones as long as
// all of them together have taken 50 µs, or a quarter of what the round took before them, at most:
// cheap ones need no round each, and where the events of a round take long the queue gets a share.
//
// After a task that took a millisecond or more, what comes first (Yield) has as long for itself,
// once it makes use of it: else whoever asks again as soon as it is answered would wait for every
// task of the queue, and requests that came during one would be served one between two.
class TurnQueue final : private Task {
 public:
  explicit TurnQueue(EventLoop& loop);
  // Destroying the queue takes the tasks that are left off it.
  ~TurnQueue();

  // Push adds the task at the end; nothing happens when it is queued already, here or at the loop.
  // It is borrowed, and may be destroyed while it is queued, as one of the loop.
  void Push(Task& task);
  // Continue adds the task in front, likewise: what has begun, and is bounded, goes on in the next
  // turn, so that not many hold what they need in between.
  void Continue(Task& task);
  // Yield says that something was served that comes before the tasks of this queue.
  void Yield() { was_served_ = true; }

 private:
  void Run() override;
  // Returns when the task was over.
  MonotonicTime RunFirst(MonotonicTime began);

  EventLoop& loop_;
  bool was_served_ = false;    // since the last task
  MonotonicTime rests_until_;  // if something was served
  const std::unique_ptr<TaskQueue> tasks_;
};

}  // namespace pinlatch::io
