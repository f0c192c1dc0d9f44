// See upstream_cluster.h.
#include "cluster/upstream_cluster.h"

#include <algorithm>
#include <array>
#include <utility>

#include "log/logging_worker.h"
#include "log/upstream_log.h"
#include "upstream/endpoint_targets.h"

namespace pinlatch::proxy {
namespace {

constexpr size_t kMostEndpoints = 64;  // as the decoder has it; a bit each in Tried

// The tighter of the two: over HTTP/1.1 a request in flight has its connection to itself.
uint32_t RoomOf(const snapshot::UpstreamLimits& limits, uint32_t workers) {
  const uint32_t requests = limits.requests == 0 ? limits.connections : limits.requests;
  const uint32_t connections = limits.connections == 0 ? requests : limits.connections;
  return (std::min(requests, connections) + workers - 1) / workers;
}

// TargetsOf gives a name that was resolved before the addresses that it had, under the new rules.
Targets TargetsOf(const UpstreamRules& rules, const snapshot::Endpoint& endpoint,
                  const UpstreamEndpoint& known) {
  if (auto fixed = FixedTargets(rules, endpoint)) return fixed;
  if (!known.resolved()) return nullptr;
  std::vector<io::SocketAddress> addresses;
  for (const Target& target : *known.targets()) addresses.push_back(target.address);
  return TargetsAt(rules, endpoint, addresses);
}

}  // namespace

UpstreamCluster::UpstreamCluster(LoggingWorker& worker, const TellOthers& tell_others)
    : worker_(worker),
      tell_others_(tell_others),
      queue_(worker.loop, *this),
      budget_(worker.loop.now()) {}

UpstreamCluster::~UpstreamCluster() {
  for (const EndpointPtr& endpoint : endpoints_) endpoint->Retire();
}

void UpstreamCluster::Configure(const snapshot::Upstream& upstream,
                                std::shared_ptr<const UpstreamSecurity> security) {
  const UpstreamRules rules{upstream, security};
  std::vector<EndpointPtr> next;
  for (const snapshot::Endpoint& endpoint : upstream.endpoints) {
    const std::string name = EndpointName(endpoint);
    EndpointPtr known = Known(name);
    // The base is private: named here, where it is accessible.
    UpstreamEndpoint::Owner& owner = *this;
    if (!known) known = std::make_shared<UpstreamEndpoint>(worker_.loop, owner, name);
    known->Configure(endpoint, upstream.balancing.slow_start);
    known->SetTargets(TargetsOf(rules, endpoint, *known));
    if (!upstream.health.has_value()) known->SetHealthy(true);
    if (!upstream.ejection.has_value()) known->Readmit();
    next.push_back(std::move(known));
  }
  std::swap(endpoints_, next);
  for (const EndpointPtr& before : next) {
    if (Known(before->name()) != before) before->Retire();
  }
  settings_ = upstream;
  security_ = std::move(security);
  authority_ = AuthorityOf(upstream.endpoints.front());
  ++revision_;
  room_ = RoomOf(upstream.limits, worker_.workers);
  budget_.SetPercent(upstream.retries.budget_percent);
  queue_.Call();
}

void UpstreamCluster::TakeAddresses(const AddressBook& book) {
  for (size_t i = 0; i < endpoints_.size(); ++i) {
    const auto found = book.find(endpoints_[i]->name());
    if (found == book.end()) continue;
    endpoints_[i]->SetTargets(
        TargetsAt({settings_, security_}, settings_.endpoints[i], found->second));
  }
  queue_.Call();
}

UpstreamCluster::EndpointPtr UpstreamCluster::Known(const std::string& name) const {
  for (const EndpointPtr& endpoint : endpoints_) {
    if (endpoint->name() == name) return endpoint;
  }
  return nullptr;
}

bool UpstreamCluster::Available() const {
  return std::any_of(endpoints_.begin(), endpoints_.end(), [](const EndpointPtr& endpoint) {
    return endpoint->resolved() && endpoint->healthy();
  });
}

void UpstreamCluster::Report(std::vector<EndpointReport>& into) const {
  for (const EndpointPtr& endpoint : endpoints_) {
    EndpointReport& report = into.emplace_back();
    report.upstream = settings_.name;
    report.endpoint = endpoint->name();
    report.state = endpoint->state();
    report.backup = endpoint->is_backup();
    report.weight = endpoint->weight();
    report.in_flight = endpoint->in_flight();
    report.requests = endpoint->requests();
    report.failures = endpoint->failures();
    if (!endpoint->resolved()) continue;
    for (const Target& target : *endpoint->targets()) report.addresses.push_back(target.name);
  }
}

bool UpstreamCluster::Belongs(const UpstreamEndpoint& endpoint, Rank rank) const {
  if (!endpoint.resolved() || !endpoint.healthy()) return false;
  if (rank == Rank::kLastResort) return endpoint.ejected();
  return !endpoint.ejected() && endpoint.is_backup() == (rank == Rank::kBackup);
}

bool UpstreamCluster::HasRoom(const UpstreamEndpoint& endpoint) const {
  return room_ == 0 || endpoint.in_flight() < room_;
}

UpstreamCluster::Pick UpstreamCluster::Choose(Tried tried, std::optional<uint64_t> key) {
  if (!settings_.balancing.failback) CheckFallback();
  for (const Rank rank : Order()) {
    Pick pick = ChooseAmong(rank, tried, key);
    // Backups stand in for what is down, not for what is busy.
    if (pick.endpoint || pick.is_busy) return pick;
  }
  return {nullptr, tried, false};
}

std::array<UpstreamCluster::Rank, 3> UpstreamCluster::Order() const {
  if (on_backups_) return {Rank::kBackup, Rank::kPrimary, Rank::kLastResort};
  return {Rank::kPrimary, Rank::kBackup, Rank::kLastResort};
}

UpstreamCluster::Pick UpstreamCluster::ChooseAmong(Rank rank, Tried tried,
                                                   std::optional<uint64_t> key) {
  std::array<Contender, kMostEndpoints> contenders;
  size_t count = 0;
  bool is_busy = false;
  for (uint32_t i = 0; i < endpoints_.size(); ++i) {
    UpstreamEndpoint& endpoint = *endpoints_[i];
    if ((tried >> i & 1) != 0 || !Belongs(endpoint, rank)) continue;
    if (!HasRoom(endpoint)) {
      is_busy = true;
      continue;
    }
    contenders[count++] = {i, endpoint.Share(), endpoint.in_flight(), endpoint.hash(),
                           &endpoint.credit()};
  }
  if (count == 0) return {nullptr, tried, is_busy};
  const uint32_t index = contenders[Among({contenders.data(), count}, key)].index;
  return {endpoints_[index], tried | Tried{1} << index, false};
}

size_t UpstreamCluster::Among(std::span<const Contender> contenders,
                              std::optional<uint64_t> key) const {
  if (key.has_value()) return PickByHash(contenders, *key);
  const bool by_load = settings_.balancing.policy == snapshot::BalancePolicy::kLeastConnections;
  return by_load ? PickLeastBusy(contenders) : PickInTurn(contenders);
}

// Without failback requests change sides only when nobody is left on the side where they are.
void UpstreamCluster::CheckFallback() {
  const auto has = [this](Rank rank) {
    return std::any_of(endpoints_.begin(), endpoints_.end(),
                       [&](const EndpointPtr& endpoint) { return Belongs(*endpoint, rank); });
  };
  const Rank here = on_backups_ ? Rank::kBackup : Rank::kPrimary;
  const Rank there = on_backups_ ? Rank::kPrimary : Rank::kBackup;
  if (!has(here) && has(there)) on_backups_ = !on_backups_;
}

// HasRoom is Choose for a request that has tried nothing, without choosing. Whoever waits while
// nothing is left to wait for has a turn too, and hears so.
bool UpstreamCluster::HasRoom() {
  for (const Rank rank : Order()) {
    bool is_busy = false;
    for (const EndpointPtr& endpoint : endpoints_) {
      if (!Belongs(*endpoint, rank)) continue;
      if (HasRoom(*endpoint)) return true;
      is_busy = true;
    }
    if (is_busy) return false;
  }
  return true;
}

bool UpstreamCluster::MayEject() const {
  const size_t count = endpoints_.size();
  if (count < 2) return false;
  const auto ejected =
      static_cast<size_t>(std::count_if(endpoints_.begin(), endpoints_.end(),
                                        [](const EndpointPtr& each) { return each->ejected(); }));
  return ejected < std::clamp(count * settings_.ejection->most_percent / 100, size_t{1}, count - 1);
}

void UpstreamCluster::Failed(UpstreamEndpoint& endpoint, std::string_view reason) {
  const uint32_t in_a_row = endpoint.Fail();
  const auto& ejection = settings_.ejection;
  if (!ejection.has_value() || endpoint.ejected() || in_a_row < ejection->failures) return;
  if (Known(endpoint.name()).get() != &endpoint || !MayEject()) return;
  const Duration time = endpoint.Eject(*ejection);
  // The others first: whoever has read the line expects it to hold.
  tell_others_({settings_.name, endpoint.name(), EndpointNews::Kind::kEjected, time});
  LogEjected(worker_, settings_.name, endpoint.name(), reason, time);
  queue_.Call();
}

void UpstreamCluster::Judged(UpstreamEndpoint& endpoint, bool is_healthy, std::string_view reason) {
  if (endpoint.healthy() == is_healthy) return;
  endpoint.SetHealthy(is_healthy);
  const auto kind = is_healthy ? EndpointNews::Kind::kHealthy : EndpointNews::Kind::kUnhealthy;
  tell_others_({settings_.name, endpoint.name(), kind, {}});
  LogHealth(worker_, settings_.name, endpoint.name(), is_healthy, reason);
  queue_.Call();
}

// Every worker decides by itself how many may be out: news that would take out one too many are
// dropped.
void UpstreamCluster::Hear(const EndpointNews& news) {
  const EndpointPtr endpoint = Known(news.endpoint);
  if (!endpoint) return;
  if (news.kind == EndpointNews::Kind::kEjected) {
    if (settings_.ejection.has_value() && !endpoint->ejected() && MayEject()) {
      endpoint->EjectFor(news.ejected_for);
    }
  } else if (settings_.health.has_value()) {
    endpoint->SetHealthy(news.kind == EndpointNews::Kind::kHealthy);
  }
  queue_.Call();
}

void UpstreamCluster::OnReadmitted(UpstreamEndpoint& endpoint) {
  if (endpoint.ejected_here()) LogReadmitted(worker_, settings_.name, endpoint.name());
  queue_.Call();
}

}  // namespace pinlatch::proxy
