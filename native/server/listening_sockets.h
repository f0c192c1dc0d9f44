// Owns which sockets listen for which listener, and what a new configuration does to them: a
// listener keeps its sockets, takes over those of another one, or has new ones bound. Control
// thread; workers hold the sockets with it, and the last that lets go of one closes it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "admission/address_limits.h"
#include "base/error.h"
#include "io/socket.h"
#include "snapshot/model.h"

namespace pinlatch::server {

// kBacklog is how many connections may wait on each socket to be accepted.
inline constexpr int kBacklog = 1024;

using SocketPtr = std::shared_ptr<const io::Socket>;

// BoundListener says where a listener was bound, with the real port.
struct BoundListener {
  std::string name;
  std::string address;
  uint16_t port = 0;
};

// ListeningSocket is one worker's socket of a listener. `limits` are those of the listener's
// clients' addresses, which all workers share.
struct ListeningSocket {
  std::string listener;  // name
  SocketPtr socket;
  std::shared_ptr<proxy::AddressLimits> limits;
};

class ListeningSockets {
 public:
  // For makes the sockets of the listeners of `snapshot`, `workers` of each, from those that there
  // are and from new ones, which listen when it returns. With errors (kBindFailed, with `at`) it is
  // to be thrown away. What there is stays as it is.
  ListeningSockets For(const snapshot::Snapshot& snapshot, uint32_t workers,
                       std::vector<Error>& errors) const;
  // OfWorker are the sockets of the worker with that index, listener by listener; nullptr for those
  // that were let go of.
  std::vector<ListeningSocket> OfWorker(uint32_t index) const;
  // bound says where each listener listens.
  std::vector<BoundListener> bound() const;
  // LetGo lets go of the sockets: those that no worker holds are closed.
  void LetGo();

 private:
  // Binding is one listener at its address.
  struct Binding {
    std::string listener;
    std::string address;  // as configured, as `port` is
    uint16_t port = 0;
    io::SocketAddress local;         // with the real port
    std::vector<SocketPtr> sockets;  // one a worker
    std::shared_ptr<proxy::AddressLimits> limits;
  };

  // Change is one step from what there is to what `snapshot` says.
  class Change;

  std::vector<Binding> bindings_;
};

}  // namespace pinlatch::server
