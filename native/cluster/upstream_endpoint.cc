// See upstream_endpoint.h.
#include "cluster/upstream_endpoint.h"

#include <algorithm>
#include <utility>

#include "cluster/balancer.h"

namespace pinlatch::proxy {

std::string_view StateName(EndpointState state) {
  switch (state) {
    case EndpointState::kUnresolved:
      return "unresolved";
    case EndpointState::kDown:
      return "down";
    case EndpointState::kEjected:
      return "ejected";
    case EndpointState::kUp:
      return "up";
  }
  return "";
}

UpstreamEndpoint::UpstreamEndpoint(io::EventLoop& loop, Owner& owner, std::string name)
    : loop_(loop), owner_(&owner), name_(std::move(name)), hash_(HashOf(name_)) {}

void UpstreamEndpoint::Configure(const snapshot::Endpoint& endpoint, Milliseconds slow_start) {
  weight_ = endpoint.weight;
  is_backup_ = endpoint.backup;
  slow_start_ = slow_start;
}

void UpstreamEndpoint::SetTargets(Targets targets) {
  targets_ = std::move(targets);
  unreachable_until_.assign(targets_ ? targets_->size() : 0, MonotonicTime());
  next_target_ = 0;
}

void UpstreamEndpoint::Retire() {
  owner_ = nullptr;
  readmission_.Disarm();
}

EndpointState UpstreamEndpoint::state() const {
  if (!resolved()) return EndpointState::kUnresolved;
  if (!is_healthy_) return EndpointState::kDown;
  return is_ejected_ ? EndpointState::kEjected : EndpointState::kUp;
}

uint32_t UpstreamEndpoint::Share() const {
  constexpr uint32_t kWhole = 1000;
  constexpr uint32_t kLeast = kWhole / 10;
  if (!is_spared_) return weight_ * kWhole;
  const Duration spared = loop_.now() - back_since_;
  if (spared >= slow_start_) return weight_ * kWhole;
  const auto grown = static_cast<uint32_t>(spared.count() * kWhole / slow_start_.count());
  return weight_ * std::max(grown, kLeast);
}

void UpstreamEndpoint::Enter() {
  ++in_flight_;
  ++requests_;
}

size_t UpstreamEndpoint::FirstTarget() {
  const size_t count = targets_->size();
  const size_t turn = next_target_;
  next_target_ = (next_target_ + 1) % count;
  for (size_t i = 0; i < count; ++i) {
    const size_t target = (turn + i) % count;
    if (unreachable_until_[target] <= loop_.now()) return target;
  }
  return turn;
}

void UpstreamEndpoint::MarkUnreachable(const Targets& of, size_t target) {
  if (of == targets_) unreachable_until_[target] = loop_.now() + kUnreachable;
}

uint32_t UpstreamEndpoint::Fail() {
  ++failures_;
  return ++failures_in_a_row_;
}

Duration UpstreamEndpoint::Eject(const snapshot::Ejection& ejection) {
  const bool is_soon = ejections_ > 0 && loop_.now() - readmitted_ < ejection_time_;
  ejections_ = is_soon ? ejections_ + 1 : 1;
  Duration time = ejection.base;
  for (uint32_t i = 1; i < ejections_ && time < ejection.most; ++i) time *= 2;
  time = std::min<Duration>(time, ejection.most);
  EjectFor(time);
  is_ejected_here_ = true;
  return time;
}

void UpstreamEndpoint::EjectFor(Duration time) {
  is_ejected_ = true;
  is_ejected_here_ = false;
  ejection_time_ = time;
  loop_.timers().Arm(readmission_, time);
}

void UpstreamEndpoint::Readmit() {
  if (!is_ejected_) return;
  readmission_.Disarm();
  is_ejected_ = false;
  readmitted_ = loop_.now();
  ComeBack();
}

void UpstreamEndpoint::SetHealthy(bool is_healthy) {
  if (is_healthy && !is_healthy_) ComeBack();
  is_healthy_ = is_healthy;
}

void UpstreamEndpoint::ComeBack() {
  is_spared_ = slow_start_ > Duration::zero();
  back_since_ = loop_.now();
  credit_ = 0;
}

void UpstreamEndpoint::OnTimer(io::Timer&) {
  Readmit();
  // It has yet to show that it is well: the next failure in a row takes it out again.
  if (owner_ != nullptr) owner_->OnReadmitted(*this);
}

}  // namespace pinlatch::proxy
