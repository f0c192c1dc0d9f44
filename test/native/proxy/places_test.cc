// Tests who gives way to a newcomer when a listener is full.
#include "admission/places.h"

#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "proxy/place_room.h"

using namespace pinlatch;
using namespace pinlatch::proxy;
using namespace pinlatch::test;

namespace {

using Names = std::vector<std::string>;

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
