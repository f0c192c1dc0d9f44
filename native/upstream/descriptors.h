// Owns what happens on one worker when file descriptors run out: who gives one back for a
// connection to an upstream, and that the log says so. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "io/timer_wheel.h"
#include "record/descriptor_plan.h"

namespace pinlatch::proxy {

struct UpstreamWorker;

class Descriptors final : private io::TimerHandler {
 public:
  // Clients are the connections of this worker.
  class Clients {
   public:
    // GiveWay has one of them close that no route admits, else one that rests; false: there is
    // none. Never one that has its turn.
    virtual bool GiveWay() = 0;

   protected:
    ~Clients() = default;
  };

  explicit Descriptors(UpstreamWorker& worker) : worker_(worker), pause_(*this) {}
  Descriptors(const Descriptors&) = delete;
  Descriptors& operator=(const Descriptors&) = delete;

  // Open names the clients; once, before the first connection.
  void Open(Clients& clients) { clients_ = &clients; }
  void Use(std::shared_ptr<const DescriptorPlan> plan) { plan_ = std::move(plan); }
  // plan has the listeners of the worker's generation.
  const DescriptorPlan& plan() const { return *plan_; }

  // GiveBackIdle closes a connection to an upstream that nobody uses; false: there is none.
  bool GiveBackIdle();
  // Spare has somebody give a descriptor back for a connection to an upstream: an idle one to an
  // upstream, else a client's. False: everything is at work.
  bool Spare();
  // NoteShortage has the log say that descriptors ran out: a line a second, with a count.
  void NoteShortage();

 private:
  void Write();
  void OnTimer(io::Timer& timer) override;

  UpstreamWorker& worker_;
  Clients* clients_ = nullptr;
  std::shared_ptr<const DescriptorPlan> plan_ = std::make_shared<const DescriptorPlan>();
  uint64_t unsaid_ = 0;
  io::Timer pause_;  // armed while a line has been written lately
};

}  // namespace pinlatch::proxy
