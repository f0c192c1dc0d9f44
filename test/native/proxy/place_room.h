// Owns Room, a full listener in a test: who comes, how long who comes next has to wait, and who
// goes.
#pragma once

#include <optional>
#include <string>

#include "admission/places.h"
#include "proxy/place_client.h"

namespace pinlatch::test {

using proxy::PlaceLimits;
using proxy::Places;
using proxy::Stage;

// A listener with room for eight handshakes and twelve connections. Time stands still unless it is
// told to pass.
struct Room {
  Client& Come(const std::string& name, std::optional<uint64_t> address, Stage stage) {
    Client& client = clients.Add(name, address);
    client.Take(places, now);
    if (stage != Stage::kSilent) client.MoveTo(stage, now);
    return client;
  }
  // Fill brings silent clients, each of an address of its own.
  void Fill(size_t count) {
    while (count-- > 0) Come("s" + std::to_string(next), 1000 + next, Stage::kSilent), ++next;
  }
  // Wait is how long the next connection has to wait; nobody gives way yet.
  Duration Wait() { return places.FindRoom(limits, now); }
  // Admit makes room for one more, and says who went for it; "": nobody.
  std::string Admit() {
    const size_t before = clients.gone.size();
    Pass(Duration(1));  // a round of the event loop
    if (Wait() != Duration(0)) return "waits";
    places.MakeRoom(now);
    return clients.gone.size() == before ? "" : clients.gone.back();
  }
  // Spare has somebody go although there is room, and says who.
  std::string Spare(bool even_clients) {
    Pass(Duration(1));
    if (places.FindOneToGo(limits, even_clients, now) != Duration(0)) return "nobody";
    places.MakeRoom(now);
    return clients.gone.back();
  }
  void Pass(Duration time) { now += time; }

  PlaceLimits limits{12, 8};
  MonotonicTime now{std::chrono::hours(1)};
  Places places;
  Clients clients;
  size_t next = 0;
};

inline constexpr Milliseconds kLong{5000};

}  // namespace pinlatch::test
