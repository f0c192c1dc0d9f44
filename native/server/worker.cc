// See worker.h.
#include "server/worker.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "base/page_blocks.h"
#include "match/network_match.h"

namespace pinlatch::server {
namespace {

// How long memory that bytes moved through stays at hand.
constexpr Milliseconds kTrimInterval{1000};

// Counts a generation's users on this worker apart: with one count for all, every request of every
// worker would write to the same cache line.
proxy::GenerationPtr Localised(proxy::GenerationPtr generation) {
  const proxy::Generation* object = generation.get();
  return {std::make_shared<proxy::GenerationPtr>(std::move(generation)), object};
}

}  // namespace

Result<std::unique_ptr<Worker>> Worker::Create(uint32_t workers, std::function<void()> wake,
                                               WallClock wall_clock) {
  PINLATCH_ASSIGN(std::unique_ptr<io::EventLoop> loop, io::EventLoop::Create());
  std::unique_ptr<Worker> worker(new Worker(std::move(loop), workers, std::move(wake), wall_clock));
  PINLATCH_TRY(worker->context_.live_peers.Open(*worker));
  PINLATCH_TRY(worker->context_.live_upstreams.Open());
  worker->context_.descriptors.Open(*worker);
  return worker;
}

Worker::Worker(std::unique_ptr<io::EventLoop> loop, uint32_t workers, std::function<void()> wake,
               WallClock wall_clock)
    : workers_(workers),
      events_(std::move(wake)),
      loop_(std::move(loop)),
      context_(*loop_, counters_, events_, wall_clock),
      drain_timer_(*this),
      trim_timer_(*this) {
  context_.workers = workers;
}

Worker::~Worker() { Stop(); }

void Worker::Start(Publication first, std::shared_ptr<const tls::TicketKeys> keys,
                   proxy::AddressBookPtr addresses) {
  Use(first);
  context_.ticket_keys = std::move(keys);
  context_.clusters.TakeAddresses(std::move(addresses));
  thread_ = std::thread([this, sockets = std::move(first.sockets)]() mutable {
    pthread_setname_np(pthread_self(), "pinlatch-worker");  // what top -H shows
    context_.clusters.Renew();
    Serve(std::exchange(sockets, {}));  // or they would be open for as long as the thread is
    loop_->Run();
  });
}

void Worker::Publish(Publication next, std::function<void()> taken) {
  loop_->Post([this, next = std::move(next), taken = std::move(taken)]() mutable {
    TakeOver(std::move(next));
    taken();
  });
}

void Worker::TellOthersBy(uint32_t index, proxy::TellOthers tell) {
  context_.index = index;
  context_.clusters.TellOthersBy(std::move(tell));
}

void Worker::Hear(proxy::EndpointNews news) {
  loop_->Post([this, news = std::move(news)] { context_.clusters.Hear(news); });
}

void Worker::TakeAddresses(proxy::AddressBookPtr addresses) {
  loop_->Post([this, addresses = std::move(addresses)]() mutable {
    context_.clusters.TakeAddresses(std::move(addresses));
  });
}

void Worker::ReadUpstreams(std::function<void(std::vector<proxy::EndpointReport>)> done) {
  loop_->Post([this, done = std::move(done)] { done(context_.clusters.Report()); });
}

void Worker::Reexamine() {
  loop_->Post([this] {
    context_.live_peers.Begin();
    context_.live_upstreams.Begin();
    if (clock_watch_) clock_watch_->Call();
  });
}

Status Worker::WatchClock(std::function<void()> call) {
  PINLATCH_ASSIGN(clock_watch_, ClockWatch::Create(*loop_, context_.wall_now, std::move(call)));
  return {};
}

void Worker::CallAt(UnixSeconds moment) {
  loop_->Post([this, moment] {
    if (clock_watch_) clock_watch_->At(moment);
  });
}

void Worker::RotateTicketKeys(TicketRotation::Publish publish) {
  publish_keys_ = std::move(publish);
}

void Worker::TakeTicketKeys(std::shared_ptr<const tls::TicketKeys> keys) {
  loop_->Post([this, keys = std::move(keys)]() mutable { context_.ticket_keys = std::move(keys); });
}

void Worker::Drain(Duration deadline, std::function<void(size_t)> done) {
  loop_->Post([this, deadline, done = std::move(done)]() mutable {
    BeginDrain(deadline, std::move(done));
  });
}

void Worker::Stop() {
  if (!thread_.joinable()) return;
  loop_->Stop();
  thread_.join();
  // Nothing else runs here any more; what is cut now still gets its line in the log.
  connections_.clear();
  context_.clusters.Stop();
  context_.pool.Clear();
  context_.http2_pool.Clear();
  context_.gate.Finish();
}

void Worker::Serve(const std::vector<ListeningSocket>& sockets) {
  OpenListeners(sockets);
  if (publish_keys_) {
    rotation_ = std::make_unique<TicketRotation>(*loop_, context_.ticket_keys, publish_keys_);
    TimeRotation();
  }
}

void Worker::TimeRotation() {
  const snapshot::Tickets& tickets = context_.generation->snapshot.tickets;
  if (rotation_) rotation_->Every(std::chrono::seconds(tickets.rotate_seconds));
}

void Worker::TakeOver(Publication next) {
  ForgetListeners();
  // What waits at a listener that goes is taken in by the generation that has it.
  if (!context_.draining) CloseListeners(next.sockets);
  Use(next);
  context_.live_upstreams.Begin();  // before anything of the new generation is used
  context_.clusters.Renew();
  TimeRotation();
  for (const auto& connection : connections_) connection->OnPublish();
  context_.live_peers.Begin();
  if (!context_.draining) OpenListeners(next.sockets);
  ResumeListeners();  // whose limits may be others
}

void Worker::Use(const Publication& publication) {
  context_.generation = Localised(publication.generation);
  context_.descriptors.Use(publication.descriptors);
  RenewPinUse();
  std::vector<std::string> names;
  std::vector<proxy::ListenerLimits> limits;
  for (const ListeningSocket& listening : publication.sockets) {
    names.push_back(listening.listener);
    limits.push_back({listening.listener, listening.limits});
  }
  context_.addresses.Use(std::move(limits));
  context_.listener_counts.Keep(names);
  events_.ShareAmong(names.size());
}

// CloseListeners takes their sockets from listeners that have none, or another one, from now on.
void Worker::CloseListeners(const std::vector<ListeningSocket>& next) {
  for (size_t i = 0; i < listeners_.size(); ++i) {
    Listener& listener = *listeners_[i];
    const auto stays = std::find_if(next.begin(), next.end(), [&](const ListeningSocket& one) {
      return one.socket == listener.listening();
    });
    if (stays == next.end()) {
      listener.Close();
    } else if (stays->listener != listener.name()) {
      listener.LetGo();
    }
  }
}

void Worker::OpenListeners(const std::vector<ListeningSocket>& next) {
  for (const ListeningSocket& listening : next) {
    Listener& listener = ListenerOf(listening.listener);
    if (listener.listening() == nullptr) listener.Open(listening.socket);
  }
}

Listener& Worker::ListenerOf(const std::string& name) {
  const auto found = std::find_if(listeners_.begin(), listeners_.end(),
                                  [&](const auto& one) { return one->name() == name; });
  if (found != listeners_.end()) return **found;
  Acceptor& acceptor = *this;  // the base is private: named here, where it is accessible
  listeners_.push_back(std::make_unique<Listener>(*loop_, acceptor, name));
  return *listeners_.back();
}

// A listener that is gone stays for as long as it has connections, whose places are its. Called
// where none is on the call stack.
void Worker::ForgetListeners() {
  std::erase_if(listeners_, [](const auto& listener) {
    return listener->listening() == nullptr && listener->places().connections() == 0;
  });
}

void Worker::RenewPinUse() {
  context_.pin_use.Renew(context_.generation->number, context_.generation->pins.origins());
}

void Worker::BeginDrain(Duration deadline, std::function<void(size_t)> done) {
  context_.draining = true;
  drained_ = std::move(done);
  for (const auto& listener : listeners_) listener->Close();
  for (const auto& connection : connections_) connection->OnDrain();
  loop_->timers().Arm(drain_timer_, deadline);
  if (connections_.empty()) FinishDrain();
}

void Worker::FinishDrain() {
  drain_timer_.Disarm();
  const size_t cut = connections_.size();
  connections_.clear();
  if (const auto drained = std::exchange(drained_, nullptr)) drained(cut);
}

void Worker::OnTimer(io::Timer& timer) {
  if (&timer == &drain_timer_) return FinishDrain();
  ForgetListeners();
  PageBlocks::Trim();
  if (!connections_.empty() || PageBlocks::Resident() > 0) TrimLater();
}

void Worker::TrimLater() {
  if (!trim_timer_.armed()) loop_->timers().Arm(trim_timer_, kTrimInterval);
}

// A worker has its share of a listener's limits.
std::optional<proxy::PlaceLimits> Worker::LimitsOf(const Listener& listener) const {
  const int index = context_.generation->ListenerIndex(listener.name());
  if (index < 0) return std::nullopt;
  const auto at = static_cast<size_t>(index);
  const uint32_t connections = context_.descriptors.plan().connections[at];
  const uint32_t handshakes = context_.generation->snapshot.listeners[at].limits.handshakes;
  const auto share = [this](uint32_t limit) { return (uint64_t{limit} + workers_ - 1) / workers_; };
  return proxy::PlaceLimits{share(connections), share(handshakes)};
}

// A listener that no configuration has any more waits until one does.
Duration Worker::UntilRoom(Listener& listener) {
  const auto limits = LimitsOf(listener);
  if (!limits) return proxy::Places::kUntilTold;
  return listener.places().FindRoom(*limits, loop_->now());
}

// Somebody goes before the newcomer is there: it comes in by the descriptor that this gives back.
// What a draining listener takes from its backlog is the last.
Duration Worker::UntilDescriptor(Listener& listener) {
  context_.descriptors.NoteShortage();
  const auto limits = LimitsOf(listener);
  if (!limits || context_.draining) return proxy::Places::kUntilTold;
  const Duration wait = listener.places().FindOneToGo(*limits, true, loop_->now());
  if (wait == Duration(0)) {
    listener.places().MakeRoom(loop_->now());
    return wait;
  }
  return context_.descriptors.GiveBackIdle() ? Duration(0) : wait;
}

bool Worker::GiveWay() {
  for (const bool even_clients : {false, true}) {
    for (const auto& listener : listeners_) {
      const auto limits = LimitsOf(*listener);
      if (!limits) continue;
      proxy::Places& places = listener->places();
      if (places.FindOneToGo(*limits, even_clients, loop_->now()) != Duration(0)) continue;
      places.MakeRoom(loop_->now());
      return true;
    }
  }
  return false;
}

void Worker::OnAccepted(Listener& listener, io::Accepted accepted) {
  const int index = context_.generation->ListenerIndex(listener.name());
  if (index < 0) return;
  const auto listener_index = static_cast<size_t>(index);
  proxy::AddressLease lease;
  if (!MayCome(context_.generation->snapshot.listeners[listener_index], accepted, lease)) return;
  // What a draining listener takes from its backlog is the last.
  if (!context_.draining) listener.places().MakeRoom(loop_->now());
  auto connection = proxy::DownstreamConnection::Create(
      context_, *this, {std::move(accepted), listener_index, listener.places(), std::move(lease)});
  if (!connection.ok())
    return;  // Out of memory or descriptors: the client sees the connection close.
  (*connection)->slot = static_cast<uint32_t>(connections_.size());
  connections_.push_back(std::move(connection).value());
  TrimLater();
}

// MayCome refuses by the limits of the address before anything is spent on the connection, and with
// a reset, which leaves nothing behind. A proxy's own address says nothing: its connections are
// counted once they have said for whom they come.
bool Worker::MayCome(const snapshot::Listener& listener, io::Accepted& accepted,
                     proxy::AddressLease& lease) {
  const AddressOctets address = accepted.peer.Octets();
  if (policy::IsWithinAny(listener.front.proxy_from, address.span())) return true;
  if (context_.addresses.Admit(listener, address, lease)) return true;
  accepted.socket.CloseWithReset();
  return false;
}

void Worker::OnHandshakeOver() { ResumeListeners(); }

void Worker::OnClosed(proxy::DownstreamConnection& connection) {
  const uint32_t slot = connection.slot;
  std::swap(connections_[slot], connections_.back());
  connections_[slot]->slot = slot;
  connections_.pop_back();
  ResumeListeners();
  if (context_.draining && connections_.empty()) FinishDrain();
}

void Worker::ResumeListeners() {
  for (const auto& listener : listeners_) listener->Resume();
}

}  // namespace pinlatch::server
