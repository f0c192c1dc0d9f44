// See name_resolver.h.
#include "server/name_resolver.h"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

#include "cluster/upstream_endpoint.h"
#include "telemetry/event_log.h"
#include "telemetry/json_line.h"
#include "upstream/endpoint_targets.h"

namespace pinlatch::server {
namespace {

using Addresses = std::vector<io::SocketAddress>;

struct Name {
  std::string host;
  uint16_t port = 0;
  std::string upstream;  // that named it first, for the log
  Duration interval{0};
  MonotonicTime due;
  bool looked_up = false;  // at least once
  bool failing = false;
};

using Names = std::map<std::string, Name, std::less<>>;  // by endpoint name

bool IsName(const snapshot::Endpoint& endpoint) {
  return endpoint.kind != snapshot::Endpoint::Kind::kUnix &&
         !io::SocketAddress::FromIp(endpoint.host, endpoint.port).ok();
}

// Resolvers shuffle what they answer: the same addresses in another order are no news.
bool IsSame(const Addresses& a, const Addresses& b) {
  const auto texts = [](const Addresses& addresses) {
    std::vector<std::string> all;
    for (const io::SocketAddress& address : addresses) all.push_back(address.ToString());
    std::sort(all.begin(), all.end());
    return all;
  };
  return texts(a) == texts(b);
}

// NamesOf takes over what is known of names that stay; the others are due at once.
Names NamesOf(const std::vector<snapshot::Upstream>& upstreams, const Names& before) {
  Names names;
  for (const snapshot::Upstream& upstream : upstreams) {
    for (const snapshot::Endpoint& endpoint : upstream.endpoints) {
      if (!IsName(endpoint)) continue;
      const std::string key = proxy::EndpointName(endpoint);
      auto [place, is_new] = names.try_emplace(key);
      Name& name = place->second;
      if (is_new) {
        if (const auto known = before.find(key); known != before.end()) name = known->second;
        name.host = endpoint.host;
        name.port = endpoint.port;
        name.upstream = upstream.name;
        name.interval = upstream.resolve_interval;
      }
      name.interval = std::min<Duration>(name.interval, upstream.resolve_interval);
      name.due = std::min(name.due, MonotonicNow() + name.interval);
    }
  }
  return names;
}

}  // namespace

// Core is what the thread and its owner share.
class NameResolver::Core {
 public:
  Core(std::function<void()> wake, Publish publish, Resolve resolve)
      : publish_(std::move(publish)), resolve_(std::move(resolve)), events(std::move(wake)) {}

  // Watch returns whether there is anything to look up.
  bool Watch(const std::vector<snapshot::Upstream>& upstreams) {
    const std::lock_guard lock(mutex_);
    names_ = NamesOf(upstreams, names_);
    changed_.notify_one();
    return !names_.empty();
  }
  void AwaitAll(Duration patience) {
    std::unique_lock lock(mutex_);
    looked_up_.wait_for(lock, patience, [this] {
      return std::all_of(names_.begin(), names_.end(),
                         [](const auto& entry) { return entry.second.looked_up; });
    });
  }
  proxy::AddressBookPtr book() {
    const std::lock_guard lock(mutex_);
    return book_;
  }
  // Stop returns whether the thread ends at once.
  bool Stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
    return !is_waiting_;
  }
  void Run();

 private:
  void LookUp(std::unique_lock<std::mutex>& lock, const std::string& key);
  void Note(const std::string& key, Name& name, Result<Addresses> found);
  void Log(std::string_view event, const std::string& key, const Name& name,
           std::string_view reason);

  const Publish publish_;
  const Resolve resolve_;
  std::mutex mutex_;                   // guards what follows
  std::condition_variable changed_;    // there is something to do for the thread
  std::condition_variable looked_up_;  // the thread has done something
  Names names_;
  proxy::AddressBookPtr book_ = std::make_shared<proxy::AddressBook>();
  bool stopping_ = false;
  bool is_waiting_ = false;  // for a resolver, without the lock

 public:
  telemetry::EventLog events;  // has a lock of its own
};

void NameResolver::Core::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto next =
        std::min_element(names_.begin(), names_.end(),
                         [](const auto& a, const auto& b) { return a.second.due < b.second.due; });
    if (next == names_.end()) {
      changed_.wait(lock);
    } else if (next->second.due > MonotonicNow()) {
      const MonotonicTime due = next->second.due;
      changed_.wait_until(lock, due);
    } else {
      const std::string key = next->first;
      LookUp(lock, key);
    }
  }
}

// The lock is let go of during the look-up: the names may be others afterwards.
void NameResolver::Core::LookUp(std::unique_lock<std::mutex>& lock, const std::string& key) {
  const Name asked = names_.find(key)->second;
  is_waiting_ = true;
  lock.unlock();
  auto found = resolve_(asked.host, asked.port);
  lock.lock();
  is_waiting_ = false;
  const auto name = names_.find(key);
  if (stopping_ || name == names_.end()) return;
  name->second.due = MonotonicNow() + name->second.interval;
  Note(key, name->second, std::move(found));
  looked_up_.notify_all();
}

void NameResolver::Core::Note(const std::string& key, Name& name, Result<Addresses> found) {
  name.looked_up = true;
  if (!found.ok()) {
    const bool was_failing = std::exchange(name.failing, true);
    if (!was_failing) Log("upstream-unresolved", key, name, found.error().detail);
    return;
  }
  if (std::exchange(name.failing, false)) Log("upstream-resolved", key, name, "it resolves again");
  const auto known = book_->find(key);
  if (known != book_->end() && IsSame(known->second, *found)) return;
  auto next = std::make_shared<proxy::AddressBook>();
  for (const auto& [other, addresses] : *book_) {
    if (names_.contains(other)) next->emplace(other, addresses);
  }
  next->insert_or_assign(key, std::move(found).value());
  book_ = std::move(next);
  publish_(book_);
}

// A name in trouble logs twice an outage: the log's bound is far.
void NameResolver::Core::Log(std::string_view event, const std::string& key, const Name& name,
                             std::string_view reason) {
  telemetry::JsonLine line;
  line.Begin();
  line.Number("time", LogStampNow());
  line.Name("type", "upstream");
  line.Name("event", event);
  line.Name("upstream", name.upstream);
  line.Name("endpoint", key);
  line.Text("reason", reason);
  (void)events.Append({telemetry::LineKind::kUpstream}, line.End());
}

NameResolver::NameResolver(std::function<void()> wake, Publish publish, Resolve resolve)
    : core_(std::make_shared<Core>(std::move(wake), std::move(publish), std::move(resolve))) {}

void NameResolver::Watch(const std::vector<snapshot::Upstream>& upstreams, Duration patience) {
  if (!core_->Watch(upstreams)) return;
  if (!thread_.joinable()) {
    thread_ = std::thread([core = core_] {
      pthread_setname_np(pthread_self(), "pinlatch-names");
      core->Run();
    });
  }
  core_->AwaitAll(patience);
}

proxy::AddressBookPtr NameResolver::book() const { return core_->book(); }

void NameResolver::Stop() {
  const bool ends_at_once = core_->Stop();
  if (!thread_.joinable()) return;
  if (ends_at_once) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void NameResolver::DrainEvents(std::string& into) { core_->events.Drain(into); }

}  // namespace pinlatch::server
