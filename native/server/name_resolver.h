// Owns the looking up of upstreams' names: one thread, which alone waits for resolvers. Whoever
// serves reads the latest address book and never waits.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cluster/address_book.h"
#include "snapshot/model.h"

namespace pinlatch::server {

class NameResolver {
 public:
  using Resolve =
      std::function<Result<std::vector<io::SocketAddress>>(const std::string& host, uint16_t port)>;
  // Publish is called on the resolver's thread with a book in which something has changed; not any
  // more once Stop has returned.
  using Publish = std::function<void(proxy::AddressBookPtr)>;

  // `wake` is called on the resolver's thread when there are events to drain. `resolve` may block.
  NameResolver(std::function<void()> wake, Publish publish, Resolve resolve = io::Resolve);
  ~NameResolver() { Stop(); }
  NameResolver(const NameResolver&) = delete;
  NameResolver& operator=(const NameResolver&) = delete;

  // Watch has the names of these upstreams looked up, now where they are new and then at their
  // interval, in place of those before. It waits for the new ones for at most `patience`: a gateway
  // that comes up before its network does not wait for it.
  void Watch(const std::vector<snapshot::Upstream>& upstreams, Duration patience);
  // book is what is known now. Any thread.
  proxy::AddressBookPtr book() const;
  // Stop ends the thread. One that waits for a resolver is left to itself: that may take as long as
  // it likes, and touches nothing afterwards. Idempotent.
  void Stop();
  // DrainEvents moves the event lines to the end of `into`. Any thread.
  void DrainEvents(std::string& into);

 private:
  class Core;

  const std::shared_ptr<Core> core_;  // the thread has a share of it
  std::thread thread_;                // started with the first name
};

}  // namespace pinlatch::server
