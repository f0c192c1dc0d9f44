// See turn_queue.h.
#include "io/turn_queue.h"

#include <algorithm>

#include "io/task_queue.h"

namespace pinlatch::io {
namespace {

constexpr Duration kLeast = std::chrono::microseconds(50);
constexpr int kPart = 4;  // of the round, one of so many

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
  const Duration most = std::max<Duration>(kLeast, (began - loop_.now()) / kPart);
  do {
    tasks_->RunFirst();
  } while (!tasks_->empty() && MonotonicNow() - began < most);
  if (!tasks_->empty()) loop_.RunSoon(*this);
}

}  // namespace pinlatch::io
