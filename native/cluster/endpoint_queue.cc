// See endpoint_queue.h.
#include "cluster/endpoint_queue.h"

#include <cassert>

namespace pinlatch::proxy {

void QueueLink::LeaveQueue() {
  if (queue_ != nullptr) queue_->Remove(*this);
}

// Whoever waits keeps the upstream's cluster alive, and with it the queue.
EndpointQueue::~EndpointQueue() { assert(empty()); }

void EndpointQueue::Add(QueuedRequest& waiting, Duration patience) {
  QueueLink& request = waiting;
  assert(request.queue_ == nullptr);
  request.queue_ = this;
  request.until_ = loop_.now() + patience;
  request.next_ = nullptr;
  request.previous_ = last_;
  (last_ == nullptr ? first_ : last_->next_) = &request;
  last_ = &request;
  ++size_;
  if (first_ == &request) ArmTimer();
}

void EndpointQueue::Remove(QueueLink& request) {
  const bool was_first = first_ == &request;
  (request.previous_ == nullptr ? first_ : request.previous_->next_) = request.next_;
  (request.next_ == nullptr ? last_ : request.next_->previous_) = request.previous_;
  request.queue_ = nullptr;
  --size_;
  if (was_first) ArmTimer();
}

// Only a QueuedRequest can be added.
QueuedRequest& EndpointQueue::TakeFirst() {
  QueueLink& request = *first_;
  Remove(request);
  return static_cast<QueuedRequest&>(request);
}

void EndpointQueue::ArmTimer() {
  timer_.Disarm();
  if (!empty()) loop_.timers().Arm(timer_, first_->until_ - loop_.now());
}

void EndpointQueue::Run() {
  const std::shared_ptr<void> held = room_.Hold();
  while (!empty() && room_.HasRoom()) {
    TakeFirst().OnTurn();
  }
}

// A reload may have changed the patience: whoever is behind the first may have less of it left,
// and is let go with it at the latest.
void EndpointQueue::OnTimer(io::Timer&) {
  const std::shared_ptr<void> held = room_.Hold();
  while (!empty() && first_->until_ <= loop_.now()) {
    TakeFirst().OnQueueTimeout();
  }
}

}  // namespace pinlatch::proxy
