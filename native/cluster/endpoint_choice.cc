// See endpoint_choice.h.
#include "cluster/endpoint_choice.h"

#include <utility>

namespace pinlatch::proxy {
namespace {

// An answer that says of itself that the service behind the endpoint did not work (RFC 9110
// sections 15.6.3 to 15.6.5). 500 is a bug in one request more often than an endpoint's state.
bool IsFailure(uint16_t status) { return status == 502 || status == 503 || status == 504; }

}  // namespace

void EndpointChoice::Begin(std::shared_ptr<UpstreamCluster> cluster, std::optional<uint64_t> key) {
  cluster_ = std::move(cluster);
  key_ = key;
  tried_ = 0;
  tried_revision_ = cluster_->revision();
  attempts_ = retries_ = 0;
  resent_stale_ = is_again_ = is_resend_ = is_turn_ = is_over_ = is_good_ = false;
  failure_ = Error(ErrorCode::kUpstreamUnavailable);
  cluster_->budget().Deposit();
}

const Target* EndpointChoice::Next() {
  const bool had_turn = std::exchange(is_turn_, false);
  if (is_over_) return nullptr;
  if (is_again_) {
    is_again_ = false;
    return Go();
  }
  if (endpoint_ && targets_left_ > 0) {
    target_ = (target_ + 1) % targets_->size();
    --targets_left_;
    return Go();
  }
  return NextEndpoint(had_turn);
}

const Target* EndpointChoice::Go() {
  ++attempts_;
  return &(*targets_)[target_];
}

const Target* EndpointChoice::NextEndpoint(bool had_turn) {
  Leave();
  // A reload may have put other endpoints in the places of those that were tried.
  if (tried_revision_ != cluster_->revision()) tried_ = 0;
  tried_revision_ = cluster_->revision();
  // Whoever comes now does not go before those who wait.
  if (attempts_ == 0 && !had_turn && !cluster_->queue().empty()) {
    Wait();
    return nullptr;
  }
  UpstreamCluster::Pick pick = cluster_->Choose(tried_, key_);
  const bool is_resend = std::exchange(is_resend_, false);
  if (!pick.endpoint && !pick.is_busy && is_resend) pick = cluster_->Choose(0, key_);
  if (pick.endpoint) return Enter(std::move(pick));
  if (pick.is_busy) {
    Wait();
  } else {
    Exhaust();
  }
  return nullptr;
}

const Target* EndpointChoice::Enter(UpstreamCluster::Pick pick) {
  tried_ = pick.tried;
  endpoint_ = std::move(pick.endpoint);
  endpoint_->Enter();
  targets_ = endpoint_->targets();
  target_ = endpoint_->FirstTarget();
  targets_left_ = targets_->size() - 1;
  return Go();
}

void EndpointChoice::Wait() {
  const snapshot::UpstreamLimits& limits = cluster_->settings().limits;
  if (cluster_->queue().size() >= limits.queue) {
    is_over_ = true;
    const std::string detail = limits.queue == 0
                                   ? "every endpoint is at its limit"
                                   : "every endpoint is at its limit, and the queue is full";
    failure_ = Error(ErrorCode::kUpstreamBusy, cluster_->settings().name + ": " + detail);
    return;
  }
  tried_ = 0;
  cluster_->queue().Add(*this, limits.queue_timeout);
}

// Exhaust is called when no endpoint is left. What was tried last says why, if anything was.
void EndpointChoice::Exhaust() {
  is_over_ = true;
  if (attempts_ > 0) return;
  std::string states;
  for (const auto& endpoint : cluster_->endpoints()) {
    if (!states.empty()) states += ", ";
    states.append(endpoint->name()).append(" is ").append(StateName(endpoint->state()));
  }
  failure_ = Error(ErrorCode::kUpstreamUnavailable, cluster_->settings().name + ": " + states);
}

void EndpointChoice::Unreachable(Error error) {
  if (error.code == ErrorCode::kDescriptorsExhausted) {
    failure_ = std::move(error);
    is_over_ = true;
    return;
  }
  endpoint_->MarkUnreachable(targets_, target_);
  failure_ = std::move(error);
  if (targets_left_ > 0) return;
  cluster_->Failed(*endpoint_, failure_.detail);
  const snapshot::Retries& retries = cluster_->settings().retries;
  if (!retries.on_connect || retries_ >= retries.attempts) is_over_ = true;
  ++retries_;
}

void EndpointChoice::Answered(uint16_t status) {
  is_good_ = !IsFailure(status);
  if (!is_good_) cluster_->Failed(*endpoint_, "status " + std::to_string(status));
}

void EndpointChoice::Completed() {
  if (std::exchange(is_good_, false)) endpoint_->Succeed();
}

void EndpointChoice::Broke(const Error& error) {
  if (std::exchange(is_good_, false)) Failed(error);
}

void EndpointChoice::Failed(const Error& error) { cluster_->Failed(*endpoint_, error.detail); }

bool EndpointChoice::MayResend(Replay replay, bool is_repeatable, const Error& error) {
  // A connection that had gone stale says nothing about the endpoint: the same address again.
  const bool is_stale = replay == Replay::kIdempotent || replay == Replay::kAlways;
  if (is_stale && is_repeatable && !resent_stale_) return resent_stale_ = is_again_ = true;
  failure_ = error;
  Failed(error);
  const snapshot::Retries& retries = cluster_->settings().retries;
  if (replay == Replay::kNever || !is_repeatable || !retries.on_reset) return false;
  if (retries_ >= retries.attempts || !cluster_->budget().Withdraw(loop_.now())) return false;
  ++retries_;
  targets_left_ = 0;
  return is_resend_ = true;
}

void EndpointChoice::Leave() {
  LeaveQueue();
  if (!endpoint_) return;
  endpoint_->Leave();
  endpoint_.reset();
  cluster_->Left();
}

void EndpointChoice::OnTurn() {
  is_turn_ = true;
  waiter_.OnEndpointTurn();
}

void EndpointChoice::OnQueueTimeout() {
  is_over_ = true;
  failure_ = Error(ErrorCode::kUpstreamBusy,
                   cluster_->settings().name + ": no endpoint became free in time");
  waiter_.OnEndpointTurn();
}

}  // namespace pinlatch::proxy
