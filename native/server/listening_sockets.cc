// See listening_sockets.h.
#include "server/listening_sockets.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/result.h"

namespace pinlatch::server {
namespace {

// Workers that share a port by SO_REUSEPORT would also share it, unnoticed, with a second gateway
// of the same user. A bind without sharing tells.
Status RefuseTakenPort(const io::SocketAddress& address) {
  PINLATCH_ASSIGN(const io::Socket probe, io::Listen(address, false, kBacklog));
  return {};
}

Result<std::vector<SocketPtr>> Bind(io::SocketAddress address, uint32_t workers, bool share) {
  std::vector<SocketPtr> sockets;
  for (uint32_t i = 0; i < workers; ++i) {
    PINLATCH_ASSIGN(io::Socket socket, io::Listen(address, share, kBacklog));
    if (i == 0)
      address = socket.LocalAddress();  // Port 0 has become a real one for the others to share.
    sockets.push_back(std::make_shared<const io::Socket>(std::move(socket)));
  }
  return sockets;
}

bool IsAny(const io::SocketAddress& address) {
  const std::string ip = address.Ip();
  return ip == "0.0.0.0" || ip == "::";
}

// Overlap says whether sockets at the two would be in each other's way; of an IPv4 and an IPv6
// address it may say so where they would not.
bool Overlap(const io::SocketAddress& one, const io::SocketAddress& other) {
  if (one.port() != other.port()) return false;
  return IsAny(one) || IsAny(other) || one.Ip() == other.Ip();
}

}  // namespace

class ListeningSockets::Change {
 public:
  Change(const std::vector<Binding>& before, const snapshot::Snapshot& snapshot, uint32_t workers)
      : before_(before),
        stays_(before.size(), false),
        snapshot_(snapshot),
        workers_(workers),
        found_(snapshot.listeners.size(), nullptr) {}

  std::vector<Binding> Make(std::vector<Error>& errors) {
    FindOwn();
    FindAddresses();
    for (size_t i = 0; i < found_.size(); ++i) {
      const snapshot::Listener& listener = snapshot_.listeners[i];
      Binding binding = found_[i] != nullptr ? *found_[i] : Binding();
      if (found_[i] == nullptr) {
        const Status bound = BindNew(listener, binding);
        if (!bound.ok()) {
          errors.emplace_back(bound.error().code, bound.error().detail, listener.at);
          continue;
        }
      }
      binding.listener = listener.name;
      binding.address = listener.address;
      binding.port = listener.port;
      binding.limits = LimitsOf(listener.name);
      after_.push_back(std::move(binding));
    }
    return std::move(after_);
  }

 private:
  // FindOwn has every listener that stays where it is keep its sockets.
  void FindOwn() {
    FindEach([](const Binding& binding, const snapshot::Listener& listener) {
      return binding.listener == listener.name && binding.address == listener.address &&
             binding.port == listener.port;
    });
  }

  // FindAddresses gives the sockets of a listener that leaves its address, or goes by another name,
  // to the one that comes there: nobody who waits in their backlog is lost.
  void FindAddresses() {
    FindEach([](const Binding& binding, const snapshot::Listener& listener) {
      const auto address = io::SocketAddress::FromIp(listener.address, listener.port);
      return listener.port != 0 && address.ok() && binding.local.port() == listener.port &&
             binding.local.Ip() == address->Ip();
    });
  }

  template <typename Fits>
  void FindEach(const Fits& fits) {
    for (size_t i = 0; i < found_.size(); ++i) {
      for (size_t k = 0; k < before_.size() && found_[i] == nullptr; ++k) {
        if (stays_[k] || !fits(before_[k], snapshot_.listeners[i])) continue;
        stays_[k] = true;
        found_[i] = &before_[k];
      }
    }
  }

  // A socket that goes with this change may still be in the way of a new one (0.0.0.0:443 of
  // 127.0.0.1:443). For as long as both are there they share the port.
  Status BindNew(const snapshot::Listener& listener, Binding& binding) {
    PINLATCH_ASSIGN(const io::SocketAddress address,
                    io::SocketAddress::FromIp(listener.address, listener.port));
    const bool beside_old = listener.port != 0 && MakesWay(address);
    const bool share = workers_ > 1 || beside_old;
    if (share && !beside_old && listener.port != 0) PINLATCH_TRY(RefuseTakenPort(address));
    PINLATCH_ASSIGN(binding.sockets, Bind(address, workers_, share));
    binding.local = binding.sockets.front()->LocalAddress();
    return {};
  }

  // MakesWay says whether nothing but what goes is in the way of the address, and has that share
  // its port.
  bool MakesWay(const io::SocketAddress& address) const {
    const auto is_in_the_way = [&](const Binding& binding) {
      return Overlap(binding.local, address);
    };
    if (std::any_of(after_.begin(), after_.end(), is_in_the_way)) return false;
    bool is_found = false;
    for (size_t k = 0; k < before_.size(); ++k) {
      if (!is_in_the_way(before_[k])) continue;
      if (stays_[k]) return false;
      is_found = true;
      for (const SocketPtr& socket : before_[k].sockets) io::SharePort(*socket);
    }
    return is_found;
  }

  std::shared_ptr<proxy::AddressLimits> LimitsOf(const std::string& listener) const {
    const auto own = std::find_if(before_.begin(), before_.end(), [&](const Binding& binding) {
      return binding.listener == listener;
    });
    return own != before_.end() ? own->limits : std::make_shared<proxy::AddressLimits>();
  }

  const std::vector<Binding>& before_;
  std::vector<bool> stays_;  // of those before: its sockets go on to listen
  const snapshot::Snapshot& snapshot_;
  const uint32_t workers_;
  std::vector<const Binding*> found_;  // for each listener: what is there already, or nullptr
  std::vector<Binding> after_;
};

ListeningSockets ListeningSockets::For(const snapshot::Snapshot& snapshot, uint32_t workers,
                                       std::vector<Error>& errors) const {
  ListeningSockets next;
  next.bindings_ = Change(bindings_, snapshot, workers).Make(errors);
  return next;
}

std::vector<ListeningSocket> ListeningSockets::OfWorker(uint32_t index) const {
  std::vector<ListeningSocket> sockets;
  for (const Binding& binding : bindings_) {
    const bool is_held = index < binding.sockets.size();
    const SocketPtr socket = is_held ? binding.sockets[index] : nullptr;
    sockets.push_back({binding.listener, socket, binding.limits});
  }
  return sockets;
}

std::vector<BoundListener> ListeningSockets::bound() const {
  std::vector<BoundListener> bound;
  for (const Binding& binding : bindings_) {
    bound.push_back({binding.listener, binding.local.Ip(), binding.local.port()});
  }
  return bound;
}

void ListeningSockets::LetGo() {
  for (Binding& binding : bindings_) binding.sockets.clear();
}

}  // namespace pinlatch::server
