// See turn_queue.h.
#include "io/turn_queue.h"

#include <algorithm>

#include "io/task_queue.h"

namespace pinlatch::io {
namespace {

constexpr Duration kLeast = std::chrono::microseconds(50);
constexpr int kPart = 4;  // of the round, one of so many
constexpr Duration kLong = Milliseconds(1);

}  // namespace

TurnQueue::TurnQueue(EventLoop& loop) : loop_(loop), tasks_(std::make_unique<TaskQueue>()) {}
TurnQueue::~TurnQueue() = default;

void TurnQueue::Push(Task& task) {
  tasks_->Push(task);
  loop_.RunSoon(*this);
}

void TurnQueue::Continue(Task& task) {
  tasks_->PushFirst(task);
  loop_.RunSoon(*this);
}

void TurnQueue::Run() {
  const MonotonicTime began = MonotonicNow();
  if (was_served_ && began < rests_until_) return loop_.RunLater(*this, rests_until_);
  const Duration most = std::max<Duration>(kLeast, (began - loop_.now()) / kPart);
  MonotonicTime now = began;
  do {
    now = RunFirst(now);
  } while (!tasks_->empty() && now - began < most);
  if (!tasks_->empty()) loop_.RunSoon(*this);
}

MonotonicTime TurnQueue::RunFirst(MonotonicTime began) {
  was_served_ = false;
  tasks_->RunFirst();
  const MonotonicTime end = MonotonicNow();
  const Duration took = end - began;
  rests_until_ = took < kLong ? began : end + took;
  return end;
}

}  // namespace pinlatch::io
