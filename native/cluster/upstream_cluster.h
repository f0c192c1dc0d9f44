// Owns one upstream on one worker: its endpoints, which of them gets a request, who waits for one,
// how many may be sent again. What it knows outlives reloads: an endpoint that stays keeps its
// state. Lives on its worker; exchanges in flight keep it alive beyond the reload that removes it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cluster/address_book.h"
#include "cluster/balancer.h"
#include "cluster/endpoint_news.h"
#include "cluster/endpoint_queue.h"
#include "cluster/retry_budget.h"
#include "cluster/upstream_endpoint.h"
#include "snapshot/model.h"

namespace pinlatch::proxy {

struct LoggingWorker;

// EndpointReport is what an operator is told of an endpoint.
struct EndpointReport {
  std::string upstream;
  std::string endpoint;
  EndpointState state = EndpointState::kUp;
  bool backup = false;
  uint32_t weight = 1;
  uint32_t in_flight = 0;
  uint64_t requests = 0;
  uint64_t failures = 0;
  std::vector<std::string> addresses;
};

class UpstreamCluster final : public std::enable_shared_from_this<UpstreamCluster>,
                              private UpstreamEndpoint::Owner,
                              private EndpointQueue::Room {
 public:
  using EndpointPtr = std::shared_ptr<UpstreamEndpoint>;

  // Tried is a set of endpoints, by their places.
  using Tried = uint64_t;

  // Pick is the endpoint for a request; without one, `is_busy` says that there is one which has no
  // room.
  struct Pick {
    EndpointPtr endpoint;
    Tried tried = 0;  // with this one
    bool is_busy = false;
  };

  // Both are borrowed, and outlive it.
  UpstreamCluster(LoggingWorker& worker, const TellOthers& tell_others);
  ~UpstreamCluster();
  UpstreamCluster(const UpstreamCluster&) = delete;
  UpstreamCluster& operator=(const UpstreamCluster&) = delete;

  // Configure takes over what a generation says; endpoints that were there before go on as they
  // are.
  void Configure(const snapshot::Upstream& upstream,
                 std::shared_ptr<const UpstreamSecurity> security);
  // TakeAddresses gives endpoints that have a name the addresses that it leads to now. Names that
  // are not in the book keep theirs.
  void TakeAddresses(const AddressBook& book);

  const snapshot::Upstream& settings() const { return settings_; }
  // authority is the Host of requests that came without one.
  const std::string& authority() const { return authority_; }
  std::span<const EndpointPtr> endpoints() const { return endpoints_; }
  // revision changes whenever the places of the endpoints may have.
  uint64_t revision() const { return revision_; }
  // Available says whether a request would find an endpoint, room aside.
  bool Available() const;
  void Report(std::vector<EndpointReport>& into) const;

  // Choose picks an endpoint that is not in `tried`: first of those that are no backups and are
  // well, then of backups, and where nothing else is left, of those that were only ejected. `key`
  // is what the policy hashes; without it requests are taken in turn.
  Pick Choose(Tried tried, std::optional<uint64_t> key);

  EndpointQueue& queue() { return queue_; }
  RetryBudget& budget() { return budget_; }
  // Left is called when an endpoint has one request less.
  void Left() { queue_.Call(); }
  // Failed notes that an endpoint failed a request, and ejects it when that was one too many.
  void Failed(UpstreamEndpoint& endpoint, std::string_view reason);
  // Judged takes the verdict of this worker's health checks.
  void Judged(UpstreamEndpoint& endpoint, bool is_healthy, std::string_view reason);
  // Hear takes what another worker found out.
  void Hear(const EndpointNews& news);

 private:
  // Which endpoints are considered.
  enum class Rank : uint8_t { kPrimary, kBackup, kLastResort };

  EndpointPtr Known(const std::string& name) const;
  std::array<Rank, 3> Order() const;
  bool Belongs(const UpstreamEndpoint& endpoint, Rank rank) const;
  bool HasRoom(const UpstreamEndpoint& endpoint) const;
  Pick ChooseAmong(Rank rank, Tried tried, std::optional<uint64_t> key);
  size_t Among(std::span<const Contender> contenders, std::optional<uint64_t> key) const;
  bool MayEject() const;
  void CheckFallback();

  void OnReadmitted(UpstreamEndpoint& endpoint) override;
  bool HasRoom() override;
  std::shared_ptr<void> Hold() override { return shared_from_this(); }

  LoggingWorker& worker_;
  const TellOthers& tell_others_;
  snapshot::Upstream settings_;
  std::shared_ptr<const UpstreamSecurity> security_;  // nullptr: no TLS
  std::string authority_;
  std::vector<EndpointPtr> endpoints_;
  uint64_t revision_ = 0;
  uint32_t room_ = 0;        // requests in flight that an endpoint may have; 0: any number
  bool on_backups_ = false;  // without failback: requests stay with the backups
  EndpointQueue queue_;
  RetryBudget budget_;
};

}  // namespace pinlatch::proxy
