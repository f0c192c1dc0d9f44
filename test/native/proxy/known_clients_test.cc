// Who a connection's client is, remembered for as long as it holds; and the numbers of its pins.
#include "generation/known_clients.h"

#include "doctest/doctest.h"
#include "generation/pin_index.h"
#include "telemetry/pin_use.h"

namespace pinlatch::proxy {
namespace {

using policy::ClientSet;
using snapshot::Client;
using snapshot::Pin;

Pin PinOf(uint8_t byte, snapshot::Period period = {}) {
  Pin pin;
  pin.value.fill(byte);
  pin.period = period;
  return pin;
}

Client Named(std::string name, std::vector<Pin> pins) {
  Client client;
  client.name = std::move(name);
  client.pins = std::move(pins);
  return client;
}

Generation Numbered(uint64_t number, std::vector<Client> clients) {
  Generation generation;
  generation.number = number;
  generation.snapshot.clients = std::move(clients);
  generation.pin_times = policy::PinTimes(generation.snapshot.clients);
  generation.blind_index = policy::BlindIndex::Build(generation.snapshot.clients, {});
  return generation;
}

identity::PeerIdentity Holder() {
  identity::PeerIdentity identity;
  identity.sha256.fill(1);
  return identity;
}

TEST_CASE("who it is changes when a pin begins and when it ends, and back with the clock") {
  const Generation generation =
      Numbered(1, {Named("a", {PinOf(1, {100, 200})}), Named("b", {PinOf(1)})});
  const identity::PeerIdentity holder = Holder();
  KnownClients known;
  CHECK(known.Of(generation, &holder, 99) == ClientSet{1});
  CHECK(known.Of(generation, &holder, 100) == ClientSet{0, 1});
  CHECK(known.Of(generation, &holder, 199) == ClientSet{0, 1});
  CHECK(known.Of(generation, &holder, 200) == ClientSet{1});
  CHECK(known.Of(generation, &holder, 150) == ClientSet{0, 1});
  CHECK(known.Of(generation, &holder, 0) == ClientSet{1});
}

TEST_CASE("who it is changes with the generation, and nobody is nobody") {
  const identity::PeerIdentity holder = Holder();
  KnownClients known;
  CHECK(known.Of(Numbered(1, {Named("a", {PinOf(1)})}), &holder, 0) == ClientSet{0});
  CHECK(known.used_pins().size() == 1);
  CHECK(known.Of(Numbered(2, {Named("a", {PinOf(2)})}), &holder, 0).empty());
  CHECK(known.used_pins().empty());
  KnownClients nobody;
  CHECK(nobody.Of(Numbered(1, {Named("a", {PinOf(1)})}), nullptr, 0).empty());
}

TEST_CASE("the pins that fit are known by client, and whether they retire") {
  const Generation generation = Numbered(1, {Named("a", {PinOf(2), PinOf(1, {0, 200})}),
                                             Named("b", {PinOf(3)}), Named("c", {PinOf(1)})});
  const identity::PeerIdentity holder = Holder();
  KnownClients known;
  known.Of(generation, &holder, 100);
  const std::vector<UsedPin>& used = known.used_pins();
  REQUIRE(used.size() == 2);
  CHECK(used[0].client == 0);
  CHECK(used[0].pin == 1);
  CHECK(used[0].is_retiring);
  CHECK(used[1].client == 2);
  CHECK_FALSE(used[1].is_retiring);
}

TEST_CASE("pins are numbered across clients, and know what they were before") {
  constexpr uint32_t kNone = telemetry::PinUse::kNone;
  const std::vector<Client> before = {Named("a", {PinOf(1), PinOf(2)}), Named("b", {PinOf(1)})};
  Pin other_kind = PinOf(1);
  other_kind.kind = snapshot::PinKind::kSpkiSha256;
  const std::vector<Client> after = {Named("b", {PinOf(2), PinOf(1)}), Named("new", {}),
                                     Named("a", {PinOf(2), other_kind})};
  CHECK(PinIndex(before, nullptr).origins() == std::vector<uint32_t>{kNone, kNone, kNone});
  const PinIndex index(after, &before);
  CHECK(index.origins() == std::vector<uint32_t>{kNone, 2, 1, kNone});
  CHECK(index.NumberOf(0, 1) == 1);
  CHECK(index.NumberOf(2, 0) == 2);
}

}  // namespace
}  // namespace pinlatch::proxy
