// Tests whom an address that has more than its part costs its place: that address, and no
// neighbour.
#include <optional>
#include <string>
#include <vector>

#include "admission/places.h"
#include "doctest/doctest.h"
#include "proxy/place_room.h"

using namespace pinlatch;
using namespace pinlatch::proxy;
using namespace pinlatch::test;

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
