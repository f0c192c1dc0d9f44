// Owns Client, a connection as the tests of places see it, and Clients, which keeps them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admission/places.h"

namespace pinlatch::test {

class Clients;

// Client is known by its name; its address is a number.
class Client final : public proxy::Place {
 public:
  Client(Clients& clients, std::string its_name, std::optional<uint64_t> its_address)
      : name(std::move(its_name)), address(its_address), clients_(clients) {}

  bool HasUnread() override { return unread; }
  bool HasTurn() const override { return turn; }
  std::optional<uint64_t> AddressKey() const override { return address; }
  void GiveWay() override;
  using Place::Advanced;
  using Place::MoveTo;
  using Place::Take;

  const std::string name;
  std::optional<uint64_t> address;
  bool unread = false;
  bool turn = false;

 private:
  Clients& clients_;
};

class Clients {
 public:
  Client& Add(std::string name, std::optional<uint64_t> address) {
    all_.push_back(std::make_unique<Client>(*this, std::move(name), address));
    return *all_.back();
  }
  void Remove(const Client& client) {
    std::erase_if(all_, [&](const auto& each) { return each.get() == &client; });
  }
  // gone are the names of those who gave way, in order.
  std::vector<std::string> gone;

 private:
  std::vector<std::unique_ptr<Client>> all_;
};

inline void Client::GiveWay() {
  clients_.gone.push_back(name);
  clients_.Remove(*this);
}

}  // namespace pinlatch::test
