// Owns one worker: a thread with its event loop, listening sockets, connections and upstream pool.
// The control thread talks to it only through the public methods here, which post messages;
// everything private runs on the worker's thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "downstream/downstream_connection.h"
#include "exchange/worker_context.h"
#include "server/clock_watch.h"
#include "server/listener.h"
#include "server/listening_sockets.h"
#include "server/ticket_rotation.h"
#include "telemetry/counters.h"
#include "telemetry/event_log.h"

namespace pinlatch::server {

using DescriptorPlanPtr = std::shared_ptr<const proxy::DescriptorPlan>;

// Publication is all that a worker decides by from some moment on.
struct Publication {
  proxy::GenerationPtr generation;
  DescriptorPlanPtr descriptors;         // for the listeners of the generation
  std::vector<ListeningSocket> sockets;  // of those listeners, the worker's own
};

class Worker final : private Listener::Acceptor,
                     private proxy::LivePeers::Connections,
                     private proxy::DownstreamConnection::Owner,
                     private proxy::Descriptors::Clients,
                     private io::TimerHandler {
 public:
  // Create makes the loop. `wake` is called from the worker's thread when its event log has become
  // non-empty; `workers` is how many share the limits. Error: kSystem.
  static Result<std::unique_ptr<Worker>> Create(uint32_t workers, std::function<void()> wake,
                                                WallClock wall_clock);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Start runs the thread, serving by `first`, with session tickets under `keys`. Once.
  void Start(Publication first, std::shared_ptr<const tls::TicketKeys> keys,
             proxy::AddressBookPtr addresses);
  // TellOthersBy says how this worker, the `index`th, tells the others of upstreams' endpoints.
  // Before Start.
  void TellOthersBy(uint32_t index, proxy::TellOthers tell);
  // Hear takes what another worker found out; TakeAddresses what names lead to now. Any thread.
  void Hear(proxy::EndpointNews news);
  void TakeAddresses(proxy::AddressBookPtr addresses);
  // ReadUpstreams has the worker's thread report on upstreams. `done` is called there.
  void ReadUpstreams(std::function<void(std::vector<proxy::EndpointReport>)> done);
  // RotateTicketKeys has this worker make new keys from time to time, as the generation says;
  // `publish` is called on its thread. Before Start.
  void RotateTicketKeys(TicketRotation::Publish publish);
  // ShareLog has this worker's lines go by the allowances and fill the ring that all workers share.
  // Before Start.
  void ShareLog(std::shared_ptr<telemetry::LineAllowances> allowances,
                std::shared_ptr<telemetry::DenialRing> denials) {
    context_.gate.Share(std::move(allowances), std::move(denials));
  }
  // TakeTicketKeys replaces the keys for every handshake that begins from now on.
  void TakeTicketKeys(std::shared_ptr<const tls::TicketKeys> keys);
  // Publish replaces the generation, and what its listeners have, for every request from now on,
  // and has open connections judged by it. A listener that is gone takes no connection any more,
  // and those that it has drain. `taken` is called on the worker's thread once it has been taken
  // over.
  void Publish(Publication next, std::function<void()> taken);
  // Reexamine has open connections judged again, as when the clock was set.
  void Reexamine();
  // WatchClock has this worker call, on its thread, when the clock is set and at the moments of
  // CallAt. Before Start. Error: kSystem.
  Status WatchClock(std::function<void()> call);
  // CallAt sets that moment. Any thread; without WatchClock it does nothing.
  void CallAt(UnixSeconds moment);
  // Drain stops accepting and lets requests in flight finish. `done` is called on the worker's
  // thread once no connection is left or the deadline has passed, with the number of connections
  // that were cut. Once.
  void Drain(Duration deadline, std::function<void(size_t)> done);
  // Stop ends the thread, waits for it and cuts the connections that are still open. Idempotent.
  void Stop();

  const telemetry::Counters& counters() const { return counters_; }
  const telemetry::ListenerCounts& listener_counts() const { return context_.listener_counts; }
  telemetry::EventLog& events() { return events_; }
  const telemetry::PinUse& pin_use() const { return context_.pin_use; }
  // Any thread.
  std::vector<proxy::RecentClient> ReadRecentClients() const {
    return context_.recent_clients.Read();
  }

 private:
  Worker(std::unique_ptr<io::EventLoop> loop, uint32_t workers, std::function<void()> wake,
         WallClock wall_clock);

  void Serve(const std::vector<ListeningSocket>& sockets);
  void TakeOver(Publication next);
  void Use(const Publication& publication);
  void CloseListeners(const std::vector<ListeningSocket>& next);
  void OpenListeners(const std::vector<ListeningSocket>& next);
  Listener& ListenerOf(const std::string& name);
  void ForgetListeners();
  void TimeRotation();
  void RenewPinUse();
  void BeginDrain(Duration deadline, std::function<void(size_t)> done);
  void FinishDrain();
  void TrimLater();

  std::optional<proxy::PlaceLimits> LimitsOf(const Listener& listener) const;
  Duration UntilRoom(Listener& listener) override;
  Duration UntilDescriptor(Listener& listener) override;
  int ceiling() const override { return context_.descriptors.plan().ceiling; }
  bool GiveWay() override;
  void OnAccepted(Listener& listener, io::Accepted accepted) override;
  bool MayCome(const snapshot::Listener& listener, io::Accepted& accepted,
               proxy::AddressLease& lease);
  void ResumeListeners();
  void OnHandshakeOver() override;
  void OnClosed(proxy::DownstreamConnection& connection) override;
  void OnTimer(io::Timer& timer) override;
  size_t count() const override { return connections_.size(); }
  void Reexamine(size_t index) override { connections_[index]->Reexamine(); }

  // Destroyed in reverse: connections before what they borrow, the loop last.
  const uint32_t workers_;
  telemetry::Counters counters_;
  telemetry::EventLog events_;
  std::unique_ptr<io::EventLoop> loop_;
  proxy::WorkerContext context_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<std::unique_ptr<proxy::DownstreamConnection>> connections_;
  io::Timer drain_timer_;
  io::Timer trim_timer_;
  std::function<void(size_t)> drained_;
  TicketRotation::Publish publish_keys_;  // on the one worker that rotates
  std::unique_ptr<TicketRotation> rotation_;
  std::unique_ptr<ClockWatch> clock_watch_;  // on the one worker that watches
  std::thread thread_;
};

}  // namespace pinlatch::server
