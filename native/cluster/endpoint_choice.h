// Owns one request's way through the endpoints of its upstream: which address is next, waiting
// where none has room, what may be tried again, and that what became of it is noted. Part of an
// exchange; one worker.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "cluster/upstream_cluster.h"
#include "upstream/upstream_stream.h"

namespace pinlatch::proxy {

class EndpointChoice final : private QueuedRequest {
 public:
  // Waiter is told when a request that waits has its turn, or no longer waits. It may destroy the
  // choice.
  class Waiter {
   public:
    virtual void OnEndpointTurn() = 0;

   protected:
    ~Waiter() = default;
  };

  EndpointChoice(io::EventLoop& loop, Waiter& waiter) : loop_(loop), waiter_(waiter) {}
  ~EndpointChoice() { Leave(); }
  EndpointChoice(const EndpointChoice&) = delete;
  EndpointChoice& operator=(const EndpointChoice&) = delete;

  // Begin starts the way of a request. `key` is what the policy hashes, if it does and there is
  // something.
  void Begin(std::shared_ptr<UpstreamCluster> cluster, std::optional<uint64_t> key);
  // Next returns the address to try: of the same endpoint while it has more, else of another one.
  // nullptr: the request waits, for Next to be called again once the waiter was told, or there is
  // none, and failure() says why. The target is valid until the next call of Next or Begin.
  const Target* Next();
  bool waiting() const { return queued(); }
  // attempts is how many addresses were tried.
  uint32_t attempts() const { return attempts_; }
  const Error& failure() const { return failure_; }

  // Unreachable notes that the address did not take a connection; `error` says why, with its name.
  // kDescriptorsExhausted is the gateway's own fault: the endpoint is as good as before, and no
  // other one is tried.
  void Unreachable(Error error);
  // Reached notes that the address took the connection, where that is all that can be known.
  void Reached() { endpoint_->Succeed(); }
  // Answered notes the status of a response whose head is complete. After a good one, Completed or
  // Broke says whether the rest came.
  void Answered(uint16_t status);
  void Completed();
  void Broke(const Error& error);
  // Failed notes that no usable answer came.
  void Failed(const Error& error);
  // MayResend says whether a request that was sent and got no answer may be sent again; Next says
  // where to. `is_repeatable`: what acting on it twice would do is what acting once does, and none
  // of its body is gone.
  bool MayResend(Replay replay, bool is_repeatable, const Error& error);
  // Leave lets the endpoint go. Idempotent; without effect on what was noted.
  void Leave();

 private:
  const Target* Go();
  const Target* NextEndpoint(bool had_turn);
  const Target* Enter(UpstreamCluster::Pick pick);
  void Wait();
  void Exhaust();
  void OnTurn() override;
  void OnQueueTimeout() override;

  io::EventLoop& loop_;
  Waiter& waiter_;
  std::shared_ptr<UpstreamCluster> cluster_;
  std::optional<uint64_t> key_;
  UpstreamCluster::EndpointPtr endpoint_;  // that works on the request
  Targets targets_;                        // of endpoint_
  size_t target_ = 0;
  size_t targets_left_ = 0;  // of endpoint_, not tried yet
  UpstreamCluster::Tried tried_ = 0;
  uint64_t tried_revision_ = 0;
  uint32_t attempts_ = 0;
  uint32_t retries_ = 0;  // that count, see snapshot::Retries
  bool resent_stale_ = false;
  bool is_again_ = false;   // the same target once more
  bool is_resend_ = false;  // where there is no other endpoint, the same one may have come back
  bool is_turn_ = false;    // it has waited
  bool is_over_ = false;    // no more attempts, failure_ says why
  bool is_good_ = false;    // an answer has begun that is no failure
  Error failure_;
};

}  // namespace pinlatch::proxy
