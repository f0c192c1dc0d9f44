// Owns the data plane as a whole: generations, workers, start, publish, drain, stop. Control thread
// only; it is what the binding and the native tests drive.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/build_date.h"
#include "base/clock_reading.h"
#include "base/error.h"
#include "base/result.h"
#include "generation/generation.h"
#include "keys/private_key.h"
#include "server/listening_sockets.h"
#include "server/name_resolver.h"
#include "server/worker.h"
#include "trust/list_memory.h"

namespace pinlatch::server {

// ListenerReport is what was counted on a listener, by all workers; `counts` are in the order of
// PINLATCH_LISTENER_COUNTERS.
struct ListenerReport {
  std::string name;
  std::vector<uint64_t> counts;
};

// Findings are what stands in the way of a document, and what would be left out of it.
struct Findings {
  std::vector<Error> errors;
  std::vector<Error> warnings;
};

class Server {
 public:
  // IsConfirmed says whether somebody vouches for the wall clock.
  using IsConfirmed = bool (*)();

  // `wake` is called from any worker's thread when there are events to drain; at most once between
  // two drains per worker. `wall_clock` is what everything is judged by that has a time, and
  // `clock_floor` below what it cannot be right. Without `is_confirmed` it is always confirmed.
  explicit Server(std::function<void()> wake, WallClock wall_clock,
                  UnixSeconds clock_floor = BuildDate(), IsConfirmed is_confirmed = nullptr)
      : wake_(std::move(wake)),
        wall_now_(wall_clock),
        is_confirmed_(is_confirmed),
        clock_floor_(clock_floor),
        resolver_(wake_, [this](const auto& book) { TakeAddresses(book); }) {}
  ~Server() { Close(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Check builds a generation from the document and throws it away. It would serve at that time
  // when there is no error. The floor of `clock` is the hard one.
  static Findings Check(std::string_view document, const ClockReading& clock);

  // UseKeys has Apply open private keys by it that are in no file. Before Apply.
  void UseKeys(tls::KeyOpener open_key) { open_key_ = std::move(open_key); }

  // Apply builds a generation, binds what its listeners need, where workers run, and makes it the
  // one that serves: when it returns, every worker that runs decides by it, and a listener that is
  // gone takes no connection. On errors nothing changes.
  std::vector<Error> Apply(std::string_view document);
  // descriptors is what there is for the listeners of `current`; nullptr before the first Apply.
  const proxy::DescriptorPlan* descriptors() const { return descriptors_.get(); }
  // warnings are those of the generation that serves, as of the last Apply or Review.
  const std::vector<Error>& warnings() const { return warnings_; }
  // Review finds the warnings of this moment; before the first Apply there are none.
  const std::vector<Error>& Review();
  // OnReviewDue has `due` called, on a worker's thread, whenever Review may find others: something
  // has begun or ended, or the clock was set. Before Start.
  void OnReviewDue(std::function<void()> due) { review_due_ = std::move(due); }

  // RaiseClockFloor says that this moment has certainly passed. It holds from the next Apply on.
  void RaiseClockFloor(UnixSeconds moment) { clock_floor_ = std::max(clock_floor_, moment); }
  // IsClockJudgedAnew says that what is known of the clock has changed so that the next Apply, of
  // the same document too, would judge otherwise.
  bool IsClockJudgedAnew() const;
  // ReadClock is the time, above the floor that everything is judged by.
  ClockReading ReadClock() const;
  // Start binds every listener of the applied generation and runs the workers. Errors: kBindFailed
  // (with `at`), kSystem.
  Result<std::vector<BoundListener>> Start();
  // bound says where each listener of the generation that serves was bound; none before Start.
  std::vector<BoundListener> bound() const { return sockets_.bound(); }
  // Reexamine has the clients of open connections judged again; workers do so by themselves when
  // the system's clock is set. For whoever sets another one.
  void Reexamine();
  // Drain stops accepting and waits for requests in flight. `done` is called on a worker's thread,
  // once, with the number of connections that were cut at the deadline; at once when nothing runs.
  void Drain(Milliseconds deadline, std::function<void(size_t)> done);
  // Close stops every worker and waits for them; connections still open are cut. Idempotent.
  void Close();

  uint64_t generation() const { return current_ ? current_->number : 0; }
  // ReadCounters sums every counter over the workers, in the order of PINLATCH_COUNTERS.
  std::vector<uint64_t> ReadCounters() const;
  // ReadPinUse says of every pin of the current generation, client by client, when it last admitted
  // a request, in Unix seconds; 0 where it has not since the start.
  std::vector<UnixSeconds> ReadPinUse() const;
  // RememberList takes over a mark from before this process, for Apply to go by. Error:
  // kCrlInvalid.
  Status RememberList(tls::ListMark mark) { return memory_.Remember(std::move(mark)); }
  // ForgetLists drops what is remembered of an issuer (DER Name) in a trust bundle, and says how
  // many marks that were. Lists that serve are remembered anew with the next Apply.
  size_t ForgetLists(const std::string& bundle, ByteSpan issuer) {
    return memory_.Forget(bundle, issuer);
  }
  // RememberedLists returns how far the lists of each series have come.
  std::vector<tls::ListMark> RememberedLists();
  // current is the generation that serves; nullptr before the first Apply.
  const proxy::Generation* current() const { return current_.get(); }
  // ReadRecentClients returns the clients that were seen lately, of all workers, each listener's
  // certificates once, in the order of listeners and fingerprints.
  std::vector<proxy::RecentClient> ReadRecentClients() const;
  // ReadUpstreams returns the endpoints of the upstreams that serve, with counts summed over the
  // workers and the gravest of their states; none before Start.
  std::vector<proxy::EndpointReport> ReadUpstreams() const;
  // ReadListeners returns what was counted on each listener that there is, in their order.
  std::vector<ListenerReport> ReadListeners() const;
  // FindDenials returns the lines about a refusal that is remembered, as DenialRing::Find.
  std::vector<std::string> FindDenials(std::string_view key) const { return denials_->Find(key); }
  // DrainEvents returns the event lines of all workers, one JSON object each, newline-terminated;
  // after Close the last ones, of the connections that it cut.
  std::string DrainEvents();

 private:
  Publication PublicationFor(uint32_t worker) const;
  void Publish() const;
  uint32_t WorkersFor(const snapshot::Snapshot& snapshot) const;
  void PlanDescriptors(uint64_t limit);
  void AddLoweredListeners();
  void TakeAddresses(const proxy::AddressBookPtr& book);
  void ConnectWorkers();
  void LearnSigners();
  ClockReading Clock() const;
  void AwaitReview() const;
  std::vector<Error> BindNext(const snapshot::Snapshot& snapshot);

  const std::function<void()> wake_;
  const WallClock wall_now_;
  const IsConfirmed is_confirmed_;
  UnixSeconds clock_floor_;  // the hard one
  std::function<void()> review_due_;
  tls::ListMemory memory_;
  tls::KeyOpener open_key_;
  proxy::GenerationPtr current_;
  DescriptorPlanPtr descriptors_;
  std::vector<Error> warnings_;
  ListeningSockets sockets_;
  bool draining_ = false;
  uint64_t next_number_ = 1;
  std::vector<std::unique_ptr<Worker>> workers_;
  const std::shared_ptr<telemetry::LineAllowances> line_allowances_ =
      std::make_shared<telemetry::LineAllowances>();
  const std::shared_ptr<telemetry::DenialRing> denials_ = std::make_shared<telemetry::DenialRing>();
  // Of workers that were closed.
  std::string last_events_;
  std::vector<uint64_t> last_counters_;
  std::vector<ListenerReport> last_listeners_;
  std::vector<UnixSeconds> last_pin_use_;
  // Guards the list of workers while the resolver's thread reads it.
  std::mutex workers_mutex_;
  NameResolver resolver_;  // last: its thread ends before what it calls
};

}  // namespace pinlatch::server
