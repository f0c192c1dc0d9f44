// See upstream_pool.h.
#include "upstream/upstream_pool.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pinlatch::proxy {
namespace {

constexpr Milliseconds kSecond{1000};

}  // namespace

std::unique_ptr<UpstreamConnection> UpstreamPool::Use::TakeIdle() {
  auto& idle = site_->idle;
  while (!idle.empty()) {
    std::unique_ptr<UpstreamConnection> connection = std::move(idle.back());
    idle.pop_back();
    if (!connection->StillQuiet()) continue;  // it has spoken, or would not be accepted any more
    connection->DisarmTimer();
    connection->SetUser(nullptr);
    return connection;
  }
  return nullptr;
}

// What is more than the demand is left to PassSecond: a peak that has just been forgotten may come
// again.
void UpstreamPool::Use::Keep(std::unique_ptr<UpstreamConnection> connection, Duration keep_alive,
                             uint32_t max_idle) {
  Site& site = *site_;
  End();
  if (max_idle == 0) return;
  if (site.idle.size() >= max_idle) site.idle.erase(site.idle.begin());
  connection->Rest();
  connection->SetUser(&pool_);
  connection->ArmTimer(keep_alive);
  site.idle.push_back(std::move(connection));
}

void UpstreamPool::Use::End() {
  if (site_ != nullptr) std::exchange(site_, nullptr)->demand.Leave();
}

UpstreamPool::Use UpstreamPool::Begin(const Target& target) {
  auto found = sites_.find(target.pool_key);
  if (found == sites_.end()) found = sites_.try_emplace(target.pool_key).first;
  if (!second_.armed()) loop_.timers().Arm(second_, kSecond);
  return Use(*this, found->second);
}

bool UpstreamPool::GiveBack() {
  const auto most =
      std::max_element(sites_.begin(), sites_.end(), [](const auto& one, const auto& other) {
        return one.second.idle.size() < other.second.idle.size();
      });
  if (most == sites_.end() || most->second.idle.empty()) return false;
  most->second.idle.erase(most->second.idle.begin());
  return true;
}

void UpstreamPool::Clear() {
  for (auto& [key, site] : sites_) site.idle.clear();
}

void UpstreamPool::PassSecond() {
  const bool is_span_over = ++seconds_ == kSecondsOfSpan;
  if (is_span_over) seconds_ = 0;
  for (auto entry = sites_.begin(); entry != sites_.end();) {
    Site& site = entry->second;
    if (is_span_over) site.demand.NextSpan();
    CloseSurplus(site);
    const bool is_forgotten = site.idle.empty() && site.demand.peak() == 0;
    entry = is_forgotten ? sites_.erase(entry) : std::next(entry);
  }
}

// Half of it each second: a thousand are gone within ten.
void UpstreamPool::CloseSurplus(Site& site) {
  const size_t all = site.idle.size() + site.demand.in_use();
  const size_t wanted = site.demand.peak();
  if (all <= wanted) return;
  const auto closing = static_cast<std::ptrdiff_t>((all - wanted + 1) / 2);
  site.idle.erase(site.idle.begin(), site.idle.begin() + closing);
}

size_t UpstreamPool::idle() const {
  size_t all = 0;
  for (const auto& [key, site] : sites_) all += site.idle.size();
  return all;
}

// Whatever happens on an idle connection ends it: the peer closed, or spoke out of turn.
void UpstreamPool::OnUpstreamReady(UpstreamConnection& connection) {
  if (!connection.Quiet() || connection.Fill(1).kind != Transfer::Kind::kWouldBlock)
    Discard(connection);
}

void UpstreamPool::OnUpstreamTimer(UpstreamConnection& connection) { Discard(connection); }

void UpstreamPool::OnTimer(io::Timer&) {
  PassSecond();
  if (!sites_.empty()) loop_.timers().Arm(second_, kSecond);
}

void UpstreamPool::Discard(UpstreamConnection& connection) {
  auto& idle = sites_.find(connection.pool_key())->second.idle;
  std::erase_if(idle, [&connection](const auto& one) { return one.get() == &connection; });
}

}  // namespace pinlatch::proxy
