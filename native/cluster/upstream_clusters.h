// Owns all upstreams of one worker: each by its name, through reloads. Worker's thread.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/address_book.h"
#include "cluster/health_check.h"
#include "cluster/upstream_cluster.h"

namespace pinlatch::proxy {

struct UpstreamWorker;

class UpstreamClusters {
 public:
  explicit UpstreamClusters(UpstreamWorker& worker) : worker_(worker) {}
  UpstreamClusters(const UpstreamClusters&) = delete;
  UpstreamClusters& operator=(const UpstreamClusters&) = delete;

  // TellOthersBy says how the other workers are told of what this one finds out. Before Renew.
  void TellOthersBy(TellOthers tell) { tell_others_ = std::move(tell); }
  // Renew takes over the upstreams of the worker's generation.
  void Renew();
  // TakeAddresses replaces what is known of names.
  void TakeAddresses(AddressBookPtr book);
  // Hear takes what another worker found out.
  void Hear(const EndpointNews& news);
  // At returns an upstream of the worker's generation, by its index there.
  const std::shared_ptr<UpstreamCluster>& At(uint32_t index) const { return clusters_[index]; }
  // Available says whether a request to an upstream of the worker's generation would find an
  // endpoint.
  bool Available(uint32_t index) const { return clusters_[index]->Available(); }
  std::vector<EndpointReport> Report() const;
  // Stop ends what goes on by itself: health checks.
  void Stop() { checks_.clear(); }

 private:
  std::shared_ptr<UpstreamCluster> Named(std::string_view name) const;
  void RenewChecks();

  UpstreamWorker& worker_;
  TellOthers tell_others_ = [](const EndpointNews&) {};
  AddressBookPtr book_;
  std::vector<std::shared_ptr<UpstreamCluster>> clusters_;  // as in the generation
  std::vector<std::unique_ptr<HealthCheck>> checks_;        // that are this worker's to make
};

}  // namespace pinlatch::proxy
