// See server.h.
#include "server/server.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <iterator>
#include <latch>
#include <map>
#include <memory>
#include <thread>
#include <utility>

#include "server/build_generation.h"
#include "server/clock_warnings.h"
#include "server/warnings.h"
#include "session/ticket_keys.h"

namespace pinlatch::server {
namespace {

// How long a publication waits for names that are new: longer than a look-up takes where there is
// a resolver to answer it, and no longer than a person waits for a command.
constexpr Milliseconds kPatienceWithNames{2000};

uint32_t WorkerCount(const snapshot::Snapshot& snapshot) {
  return snapshot.workers != 0 ? snapshot.workers
                               : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

Findings Server::Check(std::string_view document, const ClockReading& clock) {
  BuildOutcome outcome = BuildGeneration(document, 0, clock, {});
  return {std::move(outcome.errors), std::move(outcome.warnings)};
}

std::vector<Error> Server::Apply(std::string_view document) {
  const ClockReading clock = Clock();
  LearnSigners();
  BuildOutcome outcome = BuildGeneration(
      document, next_number_, clock, {BuildPurpose::kServe, current_.get(), &memory_, &open_key_});
  if (!outcome.generation) return std::move(outcome.errors);
  const snapshot::Snapshot& snapshot = outcome.generation->snapshot;
  const uint64_t limit = io::RaiseDescriptorLimit();
  const Status enough = proxy::RequireDescriptors(limit, WorkersFor(snapshot), snapshot);
  if (!enough.ok()) return {enough.error()};
  std::vector<Error> unbound = BindNext(snapshot);
  if (!unbound.empty()) return unbound;
  ++next_number_;
  current_ = std::move(outcome.generation);
  PlanDescriptors(limit);
  warnings_ = std::move(outcome.warnings);
  AddLoweredListeners();
  for (size_t i = 0; i < current_->trust.size(); ++i)
    memory_.Note(current_->snapshot.trust[i].name, current_->trust[i]->impl());
  resolver_.Watch(current_->snapshot.upstreams, kPatienceWithNames);
  Publish();
  AwaitReview();
  return {};
}

ClockReading Server::Clock() const {
  const bool is_confirmed = is_confirmed_ == nullptr || is_confirmed_();
  return is_confirmed ? ClockReading(wall_now_(), clock_floor_)
                      : ClockReading::Unconfirmed(wall_now_(), clock_floor_);
}

ClockReading Server::ReadClock() const {
  const ClockReading clock = Clock();
  return current_ == nullptr ? clock : clock.WithFloor(current_->clock_floor);
}

const std::vector<Error>& Server::Review() {
  if (current_ == nullptr) return warnings_;
  const ClockReading clock = Clock().WithFloor(current_->hard_floor);
  warnings_ = WarningsAt(current_->snapshot, current_->trust, OwnCertificatesOf(*current_), clock);
  AddLoweredListeners();
  AwaitReview();
  return warnings_;
}

bool Server::IsClockJudgedAnew() const {
  return current_ != nullptr && AreFloorsOld(*current_, Clock());
}

// One worker waits for all.
void Server::AwaitReview() const {
  if (!workers_.empty()) workers_.front()->CallAt(NextWarningAt(*current_, wall_now_()));
}

// Whoever is told that a client is out may rely on it. Workers wait for nobody, so that this ends;
// and none of them ends before, because Close is called on this thread.
void Server::Publish() const {
  const auto taken = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(workers_.size()));
  for (uint32_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->Publish(PublicationFor(i), [taken] { taken->count_down(); });
  }
  taken->wait();
}

// Workers are as many as there were at the start, whatever the configuration says now.
uint32_t Server::WorkersFor(const snapshot::Snapshot& snapshot) const {
  return workers_.empty() ? WorkerCount(snapshot) : static_cast<uint32_t>(workers_.size());
}

// The limit may have been raised from outside since it was looked at.
void Server::PlanDescriptors(uint64_t limit) {
  const snapshot::Snapshot& snapshot = current_->snapshot;
  descriptors_ = std::make_shared<const proxy::DescriptorPlan>(
      proxy::PlanDescriptors(limit, WorkersFor(snapshot), snapshot));
}

void Server::AddLoweredListeners() {
  std::vector<Error> lowered = proxy::LoweredListeners(*descriptors_, current_->snapshot);
  std::move(lowered.begin(), lowered.end(), std::back_inserter(warnings_));
}

// BindNext is the last that can fail of a publication: what is bound by then is closed again where
// another listener cannot be. From here on the workers alone hold what the new generation has no
// listener for, and close it when they take that over.
std::vector<Error> Server::BindNext(const snapshot::Snapshot& snapshot) {
  std::vector<Error> errors;
  if (workers_.empty() || draining_) return errors;
  ListeningSockets next = sockets_.For(snapshot, static_cast<uint32_t>(workers_.size()), errors);
  if (errors.empty()) sockets_ = std::move(next);
  return errors;
}

Publication Server::PublicationFor(uint32_t worker) const {
  return {current_, descriptors_, sockets_.OfWorker(worker)};
}

Result<std::vector<BoundListener>> Server::Start() {
  if (!current_ || !workers_.empty())
    return Error(ErrorCode::kInternal, "start needs one applied snapshot, once");
  const uint32_t count = WorkerCount(current_->snapshot);
  std::vector<Error> errors;
  ListeningSockets sockets = sockets_.For(current_->snapshot, count, errors);
  if (!errors.empty()) return std::move(errors.front());
  std::vector<std::unique_ptr<Worker>> workers;
  for (uint32_t i = 0; i < count; ++i) {
    PINLATCH_ASSIGN(std::unique_ptr<Worker> worker, Worker::Create(count, wake_, wall_now_));
    workers.push_back(std::move(worker));
  }
  if (review_due_) PINLATCH_TRY(workers.front()->WatchClock(review_due_));
  PINLATCH_ASSIGN(const std::shared_ptr<const tls::TicketKeys> keys, tls::TicketKeys::Create());
  {
    const std::lock_guard lock(workers_mutex_);
    workers_ = std::move(workers);
  }
  ConnectWorkers();
  // What is found out from here on is posted to them.
  const proxy::AddressBookPtr addresses = resolver_.book();
  // The list of workers stays as it is while the first one runs: Close stops that one first.
  workers_.front()->RotateTicketKeys([this](const auto& next) {
    for (const auto& worker : workers_) worker->TakeTicketKeys(next);
  });
  sockets_ = std::move(sockets);
  for (uint32_t i = 0; i < count; ++i) {
    workers_[i]->ShareLog(line_allowances_, denials_);
    workers_[i]->Start(PublicationFor(i), keys, addresses);
  }
  AwaitReview();
  return bound();
}

// Every worker may post to every other one: their list stays as it is until all have ended.
void Server::ConnectWorkers() {
  for (uint32_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->TellOthersBy(i, [this, i](const proxy::EndpointNews& news) {
      for (uint32_t other = 0; other < workers_.size(); ++other) {
        if (other != i) workers_[other]->Hear(news);
      }
    });
  }
}

void Server::TakeAddresses(const proxy::AddressBookPtr& book) {
  const std::lock_guard lock(workers_mutex_);
  for (const auto& worker : workers_) worker->TakeAddresses(book);
}

void Server::Reexamine() {
  for (const auto& worker : workers_) worker->Reexamine();
}

void Server::Drain(Milliseconds deadline, std::function<void(size_t)> done) {
  if (workers_.empty()) return done(0);
  draining_ = true;
  sockets_.LetGo();  // the workers' are the last, and close them
  struct Tally {
    std::atomic<size_t> left;
    std::atomic<size_t> cut{0};
    std::function<void(size_t)> done;
  };
  auto tally = std::make_shared<Tally>();
  tally->left = workers_.size();
  tally->done = std::move(done);
  for (const auto& worker : workers_) {
    worker->Drain(deadline, [tally](size_t cut) {
      tally->cut += cut;
      if (--tally->left == 0) tally->done(tally->cut);
    });
  }
}

void Server::Close() {
  resolver_.Stop();
  for (const auto& worker : workers_) {
    worker->Stop();
    worker->events().Drain(last_events_);
  }
  last_counters_ = ReadCounters();
  last_listeners_ = ReadListeners();
  last_pin_use_ = ReadPinUse();
  workers_.clear();
  sockets_.LetGo();
}

std::vector<uint64_t> Server::ReadCounters() const {
  std::vector<uint64_t> sums = last_counters_;
  size_t at = 0;
#define PINLATCH_SUM_COUNTER(field, name)                                          \
  if (at == sums.size()) sums.push_back(0);                                        \
  for (const auto& worker : workers_) sums[at] += worker->counters().field.Read(); \
  ++at;
  PINLATCH_COUNTERS(PINLATCH_SUM_COUNTER)
#undef PINLATCH_SUM_COUNTER
  return sums;
}

// All workers have the listeners of the current generation: Apply waits for that.
std::vector<ListenerReport> Server::ReadListeners() const {
  if (workers_.empty()) return last_listeners_;
  std::vector<ListenerReport> sums;
  for (const auto& worker : workers_) {
    size_t at = 0;
    worker->listener_counts().Visit([&](const telemetry::ListenerCounts::One& one) {
      if (at == sums.size()) sums.push_back({one.name, {}});
      std::vector<uint64_t>& counts = sums[at++].counts;
      size_t field_at = 0;
#define PINLATCH_SUM_COUNTER(field, name)             \
  if (field_at == counts.size()) counts.push_back(0); \
  counts[field_at++] += one.counters.field.Read();
      PINLATCH_LISTENER_COUNTERS(PINLATCH_SUM_COUNTER)
#undef PINLATCH_SUM_COUNTER
    });
  }
  return sums;
}

std::vector<UnixSeconds> Server::ReadPinUse() const {
  if (!current_) return {};
  const std::vector<uint32_t>& origins = current_->pins.origins();
  std::vector<UnixSeconds> latest = last_pin_use_;
  latest.resize(origins.size());
  for (const auto& worker : workers_) {
    worker->pin_use().MergeInto(current_->number, origins, latest);
  }
  return latest;
}

std::vector<tls::ListMark> Server::RememberedLists() {
  LearnSigners();
  return memory_.marks();
}

void Server::LearnSigners() {
  if (!current_) return;
  for (size_t i = 0; i < current_->trust.size(); ++i)
    memory_.Learn(current_->snapshot.trust[i].name, current_->trust[i]->impl());
}

std::vector<proxy::RecentClient> Server::ReadRecentClients() const {
  std::map<std::tuple<std::string, std::string, identity::Sha256>, proxy::RecentClient> merged;
  for (const auto& worker : workers_) {
    for (proxy::RecentClient& client : worker->ReadRecentClients()) {
      const auto key = std::tuple(client.listener, client.server_name, client.identity->sha256);
      auto [place, is_new] = merged.try_emplace(key, client);
      if (is_new) continue;
      place->second.open += client.open;
      place->second.last_seen = std::max(place->second.last_seen, client.last_seen);
    }
  }
  std::vector<proxy::RecentClient> all;
  for (auto& [key, client] : merged) all.push_back(std::move(client));
  return all;
}

std::vector<proxy::EndpointReport> Server::ReadUpstreams() const {
  std::vector<std::vector<proxy::EndpointReport>> all(workers_.size());
  std::latch reported(static_cast<std::ptrdiff_t>(workers_.size()));
  for (size_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->ReadUpstreams([&, i](std::vector<proxy::EndpointReport> reports) {
      all[i] = std::move(reports);
      reported.count_down();
    });
  }
  reported.wait();
  std::vector<proxy::EndpointReport> sums;
  for (const auto& reports : all) {
    if (sums.empty()) {
      sums = reports;
      continue;
    }
    // All workers have taken over the current generation: Apply waits for that.
    for (size_t i = 0; i < sums.size(); ++i) {
      sums[i].state = std::min(sums[i].state, reports[i].state);
      sums[i].in_flight += reports[i].in_flight;
      sums[i].requests += reports[i].requests;
      sums[i].failures += reports[i].failures;
    }
  }
  return sums;
}

std::string Server::DrainEvents() {
  std::string lines = std::exchange(last_events_, {});
  resolver_.DrainEvents(lines);
  for (const auto& worker : workers_) worker->events().Drain(lines);
  return lines;
}

}  // namespace pinlatch::server
