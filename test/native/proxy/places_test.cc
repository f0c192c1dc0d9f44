// Tests who gives way to a newcomer when a listener is full.
#include "admission/places.h"

#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "proxy/place_client.h"

using namespace pinlatch;
using namespace pinlatch::proxy;
using namespace pinlatch::test;

namespace {

using Names = std::vector<std::string>;

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

constexpr Milliseconds kLong{5000};

}  // namespace

TEST_CASE("nobody gives way while there is room") {
  Room room;
  room.Fill(7);
  room.Pass(kLong);
  CHECK(room.Admit() == "");
  CHECK(room.places.handshakes() == 7);
  CHECK(room.places.connections() == 7);
}

TEST_CASE(
    "the connection that is silent for longest gives way, before any that has been answered") {
  Room room;
  room.Come("answered", 1, Stage::kHandshaking);
  room.Fill(7);
  room.Pass(kLong);
  CHECK(room.Admit() == "s0");
  room.Fill(1);
  CHECK(room.Admit() == "s1");
  CHECK(room.places.handshakes() == 7);
}

TEST_CASE("a byte is no step: who sends one by one is no better off than who is silent") {
  Room room;
  Client& loris = room.Come("loris", 1, Stage::kSilent);
  room.Fill(7);
  for (int second = 0; second < 5; ++second) {
    room.Pass(Milliseconds(1000));
    loris.MoveTo(Stage::kSilent, room.now);
  }
  CHECK(room.Admit() == "loris");
}

TEST_CASE("a step forward is: a PROXY header makes the connection new, and another address's") {
  Room room;
  Client& proxied = room.Come("proxied", std::nullopt, Stage::kSilent);
  room.Fill(7);
  room.Pass(kLong);
  proxied.address = 5;
  proxied.Advanced(room.now);
  CHECK(room.Admit() == "s0");
}

TEST_CASE("who has only just come is left alone, and the newcomer waits in the backlog") {
  Room room;
  room.Fill(8);
  room.Pass(Milliseconds(100));
  CHECK(room.Wait() == Milliseconds(400));
  CHECK(room.clients.gone.empty());
  room.Pass(Milliseconds(400));
  CHECK(room.Admit() == "s0");
}

TEST_CASE("under a flood patience wears off, so that newcomers wait no longer") {
  Room room;
  room.limits.handshakes = 100;
  room.limits.connections = 1000;
  room.Fill(100);
  room.Pass(Milliseconds(500));
  for (int i = 0; i < 100; ++i) {
    CHECK(room.Admit() != "waits");
    room.Fill(1);
  }
  room.Pass(Milliseconds(100));
  CHECK(room.Admit() != "waits");
}

TEST_CASE("a handshake that stalls gives way when no connection is silent for too long") {
  Room room;
  room.Come("first", 1, Stage::kHandshaking);
  for (int i = 0; i < 7; ++i) room.Come("other", 2, Stage::kHandshaking);
  CHECK(room.Wait() == Milliseconds(2000));
  room.Pass(Milliseconds(2000));
  room.Come("silent", 3, Stage::kSilent);
  CHECK(room.Admit() == "other");  // of the address that has more than its part
  CHECK(room.places.handshakes() == 8);
}

TEST_CASE("of an address with more than its part the quietest gives way, whoever came first") {
  Room room;
  room.Come("neighbour", 1, Stage::kSilent);
  room.Come("neighbour", 2, Stage::kSilent);
  for (int i = 0; i < 6; ++i) room.Come("flood" + std::to_string(i), 3, Stage::kSilent);
  room.Pass(kLong);
  CHECK(room.Admit() == "flood0");
  // A client of the same address that speaks is not the quietest.
  room.Come("fleet", 3, Stage::kSilent).MoveTo(Stage::kHandshaking, room.now);
  for (int i = 1; i < 4; ++i) {
    CHECK(room.Admit() == "flood" + std::to_string(i));
    room.Come("later", 3, Stage::kSilent);
  }
}

TEST_CASE("an address is counted over both stages: a step forward makes no flood look small") {
  Room room;
  room.limits = {100, 32};
  room.Fill(14);
  for (uint64_t i = 0; i < 14; ++i) room.Come("neighbour", i, Stage::kHandshaking);
  room.Pass(kLong);
  // A sixteenth of the limit in each stage, and more than that in both.
  for (int i = 0; i < 2; ++i) room.Come("silent", 500, Stage::kSilent);
  for (int i = 0; i < 2; ++i) room.Come("answered", 500, Stage::kHandshaking);
  room.Pass(kLong);
  for (const char* const next : {"silent", "silent", "answered", "answered"}) {
    CHECK(room.Admit() == next);
    room.Come("answered", 500, Stage::kHandshaking);
    room.Pass(kLong);
  }
}

TEST_CASE("the bytes that wait to be heard count for their address: it has its stalled ones go") {
  Room room;
  room.Come("neighbour", 1, Stage::kHandshaking);
  room.Come("stalled", 2, Stage::kHandshaking);
  for (int i = 0; i < 6; ++i) room.Come("unheard", 2, Stage::kSilent).unread = true;
  room.Pass(kLong);
  CHECK(room.Admit() == "stalled");
}

TEST_CASE("a flood that has to be heard first has the newcomer wait, and no neighbour go") {
  Room room;
  room.Come("neighbour", 1, Stage::kHandshaking);
  room.Come("neighbour", 2, Stage::kSilent);
  std::vector<Client*> flood;
  for (int i = 0; i < 6; ++i) {
    flood.push_back(&room.Come("flood", 3, Stage::kSilent));
    flood.back()->unread = true;
  }
  room.Pass(kLong);
  CHECK(room.Wait() == Places::kUntilTold);
  for (Client* each : flood) {  // they are heard, and stall
    each->unread = false;
    each->MoveTo(Stage::kHandshaking, room.now);
  }
  CHECK(room.Wait() == Milliseconds(2000));
  room.Pass(kLong);
  for (int i = 0; i < 5; ++i) {
    CHECK(room.Admit() == "flood");
    room.Come("again", 3, Stage::kHandshaking);
  }
}

TEST_CASE("of several addresses over their part one that has somebody to go has them go") {
  Room room;
  room.limits = {100, 14};
  for (int i = 0; i < 6; ++i) room.Come("crowd", 1, Stage::kSilent).unread = true;
  for (int i = 0; i < 5; ++i) room.Come("flood", 2, Stage::kHandshaking);
  for (const uint64_t each : {3, 4, 5}) room.Come("neighbour", each, Stage::kSilent);
  room.Pass(kLong);
  CHECK(room.Admit() == "flood");
}

TEST_CASE("strangers of one address go before a neighbour that still shakes hands") {
  Room room;
  room.Come("silent", 1, Stage::kSilent);
  room.Come("leaving", 2, Stage::kLeaving);
  room.Come("answered", 3, Stage::kHandshaking);
  for (int i = 0; i < 9; ++i) room.Come("stranger", 4, Stage::kStranger);
  room.Pass(kLong);
  for (int i = 0; i < 4; ++i) {
    CHECK(room.Admit() == "stranger");
    room.Come("stranger", 4, Stage::kStranger);
  }
}

TEST_CASE("64 connections are nobody's to blame, however many a listener takes") {
  Room room;
  room.limits = {10000, 2000};
  room.Come("first", 1, Stage::kHandshaking);
  room.Come("second", 3, Stage::kHandshaking);
  for (int i = 0; i < 64; ++i) room.Come("fleet", 2, Stage::kHandshaking);
  for (uint64_t i = 0; i < 2000 - 66; ++i) room.Come("other", 1000 + i, Stage::kHandshaking);
  room.Pass(kLong);
  CHECK(room.Admit() == "first");
  room.Come("fleet", 2, Stage::kHandshaking);
  room.Pass(kLong);
  CHECK(room.Admit() == "fleet");
}

TEST_CASE("a round replaces no more than an eighth, also where connections are what is short") {
  Room room;
  room.limits = {16, 4096};
  for (uint64_t i = 0; i < 16; ++i) room.Come("silent", i, Stage::kSilent);
  room.Pass(kLong);
  for (int i = 0; i < 2; ++i) {
    CHECK(room.Wait() == Duration(0));
    room.places.MakeRoom(room.now);
    room.Fill(1);
  }
  CHECK(room.Wait() == Places::kNextRound);
}

TEST_CASE("addresses that count for nobody, as a trusted proxy's, are never more than their part") {
  Room room;
  room.Come("first", 1, Stage::kSilent);
  for (int i = 0; i < 7; ++i) room.Come("proxied", std::nullopt, Stage::kSilent);
  room.Pass(kLong);
  CHECK(room.Admit() == "first");
}

TEST_CASE("whose bytes wait to be heard does not give way, and keeps its turn") {
  Room room;
  Client& first = room.Come("first", 1, Stage::kSilent);
  room.Fill(7);
  room.Pass(kLong);
  first.unread = true;
  CHECK(room.Admit() == "s0");
  room.Fill(1);
  // It has been heard, and that was not a ClientHello.
  first.unread = false;
  first.MoveTo(Stage::kSilent, room.now);
  CHECK(room.Admit() == "first");
}

TEST_CASE("who has been heard in vain gives way, whatever more it has to say") {
  Room room;
  Client& asking = room.Come("asking", 1, Stage::kStranger);
  for (int i = 0; i < 11; ++i) room.Come("working", std::nullopt, Stage::kBusy);
  asking.unread = true;
  CHECK(room.Admit() == "waits");
  asking.MoveTo(Stage::kStranger, room.now);  // its turn: a request that is refused
  CHECK(room.Admit() == "asking");
}

TEST_CASE("who has been heard and served is heard again") {
  Room room;
  Client& asking = room.Come("asking", 1, Stage::kStranger);
  for (int i = 0; i < 11; ++i) room.Come("working", std::nullopt, Stage::kBusy);
  asking.unread = true;
  CHECK(room.Admit() == "waits");
  asking.MoveTo(Stage::kStranger, room.now);
  asking.Advanced(room.now);
  CHECK(room.Admit() == "waits");
}

TEST_CASE("when the bytes of all wait to be heard the newcomer waits too") {
  Room room;
  for (int i = 0; i < 8; ++i) room.Come("busy", 1, Stage::kSilent).unread = true;
  room.Pass(kLong);
  CHECK(room.Wait() == Places::kUntilTold);
  CHECK(room.places.handshakes() == 8);
}

TEST_CASE("at the limit of connections those without an admitted client give way first") {
  Room room;
  for (int i = 0; i < 7; ++i) room.Come("client" + std::to_string(i), std::nullopt, Stage::kIdle);
  room.Come("working", std::nullopt, Stage::kBusy);
  room.Come("stranger", 4, Stage::kStranger);
  room.Come("answered", 1, Stage::kHandshaking);
  room.Come("silent", 2, Stage::kSilent);
  room.Come("leaving", 3, Stage::kLeaving);
  room.Pass(kLong);
  Names order;
  for (int i = 0; i < 6; ++i) {
    order.push_back(room.Admit());
    room.Come("new", std::nullopt, Stage::kBusy);
  }
  CHECK(order == Names{"leaving", "silent", "answered", "stranger", "client0", "client1"});
}

TEST_CASE(
    "an admitted client that rests gives way last, the one that rested longest; a busy one never") {
  Room room;
  std::vector<Client*> idle;
  for (int i = 0; i < 12; ++i) {
    idle.push_back(&room.Come("client" + std::to_string(i), std::nullopt, Stage::kIdle));
  }
  // The first works, and rests again: it is the last.
  idle[0]->MoveTo(Stage::kBusy, room.now);
  idle[0]->MoveTo(Stage::kIdle, room.now);
  CHECK(room.Admit() == "client1");
  room.Pass(Duration(1));
  Client& newcomer = room.Come("newcomer", 1, Stage::kSilent);
  // The place for newcomers is taken, and its owner has only just come.
  CHECK(room.Wait() == Milliseconds(500));
  newcomer.MoveTo(Stage::kIdle, room.now);
  for (Client* each : idle) {
    if (each != idle[1]) each->MoveTo(Stage::kBusy, room.now);
  }
  CHECK(room.Admit() == "newcomer");
  room.Pass(Duration(1));
  room.Come("last", std::nullopt, Stage::kBusy);
  CHECK(room.Wait() == Places::kUntilTold);
}

TEST_CASE("an eighth gives way in one round, so that those who came are heard before the next") {
  Room room;
  room.limits.handshakes = 16;
  room.limits.connections = 100;
  room.Fill(16);
  room.Pass(kLong);
  for (int i = 0; i < 2; ++i) {
    CHECK(room.Wait() == Duration(0));
    room.places.MakeRoom(room.now);
    room.Fill(1);
  }
  CHECK(room.Wait() == Places::kNextRound);
  CHECK(room.Admit() == "s2");
}

TEST_CASE("who leaves by itself is forgotten") {
  Room room;
  room.Fill(8);
  room.Pass(kLong);
  CHECK(room.Wait() == Duration(0));
  {
    Room other;
    Client& client = other.Come("goes", 1, Stage::kSilent);
    other.Fill(7);
    other.Pass(kLong);
    CHECK(other.Wait() == Duration(0));
    other.clients.Remove(client);
    other.places.MakeRoom(other.now);  // it was the one that was to give way
    CHECK(other.clients.gone.empty());
    CHECK(other.places.handshakes() == 7);
  }
}

TEST_CASE("for want of a descriptor somebody goes however few there are, strangers first") {
  Room room;
  room.Come("idle", 1, Stage::kIdle);
  room.Come("stranger", 2, Stage::kStranger);
  room.Come("busy", 3, Stage::kBusy);
  CHECK(room.Spare(false) == "stranger");
  CHECK(room.Spare(false) == "nobody");
  CHECK(room.Spare(true) == "idle");
  CHECK(room.Spare(true) == "nobody");
}

TEST_CASE("nobody gives way in the middle of a turn, and may after it") {
  Room room;
  Client& asking = room.Come("asking", 1, Stage::kStranger);
  room.Come("resting", 2, Stage::kStranger);
  asking.turn = true;
  CHECK(room.Spare(false) == "resting");
  CHECK(room.Spare(false) == "nobody");
  asking.turn = false;
  asking.MoveTo(Stage::kStranger, room.now);
  CHECK(room.Spare(false) == "asking");
}

TEST_CASE("whose turn led to an admitted request stays") {
  Room room;
  Client& asking = room.Come("asking", 1, Stage::kStranger);
  asking.turn = true;
  CHECK(room.Spare(true) == "nobody");
  asking.turn = false;
  asking.MoveTo(Stage::kBusy, room.now);
  CHECK(room.Spare(true) == "nobody");
}
