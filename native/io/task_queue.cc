// See task_queue.h; also TaskLink of event_loop.h.
#include "io/task_queue.h"

namespace pinlatch::io {

void TaskLink::Unlink() {
  if (next_ == nullptr) return;
  next_->previous_ = previous_;
  previous_->next_ = next_;
  next_ = previous_ = nullptr;
}

TaskQueue::TaskQueue() { ring_.next_ = ring_.previous_ = &ring_; }

TaskQueue::~TaskQueue() {
  while (!empty()) Pop();
}

void TaskQueue::LinkBefore(TaskLink& next, TaskLink& link) {
  if (link.next_ != nullptr) return;
  link.next_ = &next;
  link.previous_ = next.previous_;
  next.previous_->next_ = &link;
  next.previous_ = &link;
}

void TaskQueue::Push(Task& task) { LinkBefore(ring_, task); }
void TaskQueue::PushFirst(Task& task) { LinkBefore(*ring_.next_, task); }

Task& TaskQueue::Pop() {
  TaskLink& first = *ring_.next_;
  first.Unlink();
  return static_cast<Task&>(first);
}

void TaskQueue::RunAll() {
  if (empty()) return;
  // The ring is handed to another one, so that a task which queues itself is not met again.
  TaskQueue running;
  running.ring_.next_ = ring_.next_;
  running.ring_.previous_ = ring_.previous_;
  running.ring_.next_->previous_ = &running.ring_;
  running.ring_.previous_->next_ = &running.ring_;
  ring_.next_ = ring_.previous_ = &ring_;
  while (!running.empty()) running.Pop().Run();
}

void TaskQueue::RunFirst() {
  if (!empty()) Pop().Run();
}

}  // namespace pinlatch::io
