// See upstream_clusters.h.
#include "cluster/upstream_clusters.h"

#include <algorithm>
#include <utility>

#include "upstream/upstream_worker.h"

namespace pinlatch::proxy {

void UpstreamClusters::Renew() {
  std::vector<std::shared_ptr<UpstreamCluster>> next;
  const Generation& generation = *worker_.generation;
  for (size_t i = 0; i < generation.snapshot.upstreams.size(); ++i) {
    const snapshot::Upstream& upstream = generation.snapshot.upstreams[i];
    std::shared_ptr<UpstreamCluster> cluster = Named(upstream.name);
    if (!cluster) cluster = std::make_shared<UpstreamCluster>(worker_, tell_others_);
    cluster->Configure(upstream, generation.security[i]);
    if (book_) cluster->TakeAddresses(*book_);
    next.push_back(std::move(cluster));
  }
  clusters_ = std::move(next);
  RenewChecks();
}

// One worker asks for all of them: four would ask four times as often. Which one depends on the
// name alone, so that upstreams are spread over the workers and stay where they are.
void UpstreamClusters::RenewChecks() {
  std::vector<std::unique_ptr<HealthCheck>> next;
  for (const std::shared_ptr<UpstreamCluster>& cluster : clusters_) {
    const snapshot::Upstream& upstream = cluster->settings();
    if (!upstream.health.has_value()) continue;
    if (HashOf(upstream.name) % worker_.workers != worker_.index) continue;
    for (const UpstreamCluster::EndpointPtr& endpoint : cluster->endpoints()) {
      const auto same = std::find_if(checks_.begin(), checks_.end(), [&](const auto& check) {
        return check && check->Is(*endpoint, *upstream.health);
      });
      next.push_back(same != checks_.end()
                         ? std::move(*same)
                         : std::make_unique<HealthCheck>(worker_, cluster, endpoint));
    }
  }
  checks_ = std::move(next);
}

void UpstreamClusters::TakeAddresses(AddressBookPtr book) {
  book_ = std::move(book);
  for (const auto& cluster : clusters_) cluster->TakeAddresses(*book_);
}

void UpstreamClusters::Hear(const EndpointNews& news) {
  if (const auto cluster = Named(news.upstream)) cluster->Hear(news);
}

std::vector<EndpointReport> UpstreamClusters::Report() const {
  std::vector<EndpointReport> reports;
  for (const auto& cluster : clusters_) cluster->Report(reports);
  return reports;
}

std::shared_ptr<UpstreamCluster> UpstreamClusters::Named(std::string_view name) const {
  for (const auto& cluster : clusters_) {
    if (cluster->settings().name == name) return cluster;
  }
  return nullptr;
}

}  // namespace pinlatch::proxy
