// Owns the requests of one upstream on one worker that wait for an endpoint to have room: first
// come, first served, each for a bounded time. No allocation; every step costs O(1).
#pragma once

#include <cstdint>
#include <memory>

#include "io/event_loop.h"

namespace pinlatch::proxy {

// QueueLink is a request's place in the queue.
class QueueLink {
 public:
  QueueLink(const QueueLink&) = delete;
  QueueLink& operator=(const QueueLink&) = delete;
  bool queued() const { return queue_ != nullptr; }
  void LeaveQueue();

 protected:
  QueueLink() = default;
  ~QueueLink() { LeaveQueue(); }

 private:
  friend class EndpointQueue;

  class EndpointQueue* queue_ = nullptr;
  QueueLink* next_ = nullptr;
  QueueLink* previous_ = nullptr;
  MonotonicTime until_;
};

// QueuedRequest is something that waits. Intrusive: it waits at most once, and destroying it leaves
// the queue. What is called comes after the place was left, and may destroy the object.
class QueuedRequest : public QueueLink {
 public:
  virtual void OnTurn() = 0;
  virtual void OnQueueTimeout() = 0;

 protected:
  ~QueuedRequest() = default;
};

class EndpointQueue final : private io::Task, private io::TimerHandler {
 public:
  // Room says whether some endpoint could take one more request.
  class Room {
   public:
    virtual bool HasRoom() = 0;
    // Hold keeps the queue alive: the last who waits may take it along.
    virtual std::shared_ptr<void> Hold() = 0;

   protected:
    ~Room() = default;
  };

  EndpointQueue(io::EventLoop& loop, Room& room) : loop_(loop), room_(room) {}
  ~EndpointQueue();
  EndpointQueue(const EndpointQueue&) = delete;
  EndpointQueue& operator=(const EndpointQueue&) = delete;

  bool empty() const { return first_ == nullptr; }
  uint32_t size() const { return size_; }
  // Add lets a request wait for at most `patience`.
  void Add(QueuedRequest& request, Duration patience);
  // Call has those at the front take their turn, at the end of this round of the loop, as long as
  // there is room: nothing that is on the call stack now can go away by it.
  void Call() {
    if (!empty()) loop_.RunSoon(*this);
  }

 private:
  friend class QueueLink;
  void Remove(QueueLink& request);
  QueuedRequest& TakeFirst();
  void Run() override;
  void OnTimer(io::Timer& timer) override;
  void ArmTimer();

  io::EventLoop& loop_;
  Room& room_;
  QueueLink* first_ = nullptr;
  QueueLink* last_ = nullptr;
  uint32_t size_ = 0;
  io::Timer timer_{*this};
};

}  // namespace pinlatch::proxy
