// Owns a queue of tasks: those of an event loop that run soon, or those that take turns. Private to
// io/.
#pragma once

#include "io/event_loop.h"

namespace pinlatch::io {

// TaskQueue is a ring of borrowed tasks around a link of its own, so that a task can leave it
// without knowing it. One thread.
class TaskQueue {
 public:
  TaskQueue();
  // Destroying the queue takes the tasks that are left off it.
  ~TaskQueue();
  TaskQueue(const TaskQueue&) = delete;
  TaskQueue& operator=(const TaskQueue&) = delete;

  bool empty() const { return ring_.next_ == &ring_; }
  // Push adds the task at the end, unless it is queued.
  void Push(Task& task);
  // PushFirst adds it before all others, unless it is queued.
  void PushFirst(Task& task);
  // RunAll runs the tasks that are queued now, in order; those pushed meanwhile stay.
  void RunAll();
  // RunFirst takes the first task off, if there is one, and runs it.
  void RunFirst();

 private:
  struct Ring final : TaskLink {};
  static void LinkBefore(TaskLink& next, TaskLink& link);
  // Takes the first task off; the queue is not empty.
  Task& Pop();

  Ring ring_;
};

}  // namespace pinlatch::io
