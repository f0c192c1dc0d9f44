// Pins that begin and cease to count, clients with conditions, and which pins fit.
#include "doctest/doctest.h"
#include "policy/match_among.h"
#include "policy/matching_pins.h"
#include "policy/pin_match.h"
#include "policy/pin_times.h"
#include "policy/test_conditions.h"

namespace pinlatch::policy {
namespace {

using snapshot::Client;
using snapshot::Period;
using snapshot::Pin;

Pin Fitting(Period period) {
  Pin pin;
  pin.value.fill(0x11);
  pin.period = period;
  return pin;
}
Pin Other(Period period) {
  Pin pin = Fitting(period);
  pin.value.fill(0x99);
  return pin;
}
Period From(UnixSeconds from) {
  Period period;
  period.from = from;
  return period;
}
Period Until(UnixSeconds until) {
  Period period;
  period.until = until;
  return period;
}
Client With(std::vector<Pin> pins) {
  Client client;
  client.pins = std::move(pins);
  return client;
}
bool Matches(const Client& client, UnixSeconds now) {
  return MatchAmong({client}, Kiosk(), now) == ClientSet{0};
}

TEST_CASE("a pin counts from its notBefore on, and from its expires on no more") {
  const Client client = With({Fitting({100, 200})});
  CHECK_FALSE(Matches(client, 99));
  CHECK(Matches(client, 100));
  CHECK(Matches(client, 199));
  CHECK_FALSE(Matches(client, 200));
}

TEST_CASE("by a clock that is wrong a pin counts that may have begun, and none that has ended") {
  const auto matches = [](Period period, UnixSeconds now) {
    return MatchAmong({With({Fitting(period)})}, Kiosk(), ClockReading(now, 1000)) == ClientSet{0};
  };
  CHECK(matches({2000, 3000}, 0));     // as far as anybody knows
  CHECK_FALSE(matches({0, 1000}, 0));  // it had ended when the program was built
  CHECK(matches({0, 1001}, 0));
  CHECK_FALSE(matches({2000, 3000}, 1000));  // the clock counts
}

TEST_CASE("what was matched by a wrong clock holds until the clock is right, and no longer") {
  const PinTimes times({With({Fitting({2000, 3000})})});
  CHECK(times.Around(ClockReading(0, 1000)) == Until(1000));
  CHECK(times.Around(ClockReading(999, 1000)) == Until(1000));
  CHECK(times.Around(ClockReading(1500, 1000)) == Period{1000, 2000});
  CHECK(times.Around(ClockReading(3000, 1000)) == From(3000));
}

TEST_CASE("pins that overlap let a certificate change without a gap") {
  Pin next = Fitting(From(100));
  next.kind = snapshot::PinKind::kSpkiSha256;
  next.value.fill(0x33);
  const Client client = With({Fitting(Until(200)), next});
  for (const UnixSeconds now : {0, 99, 100, 150, 199, 200, 1000}) {
    CAPTURE(now);
    CHECK(Matches(client, now));
  }
  CHECK(MatchingPins(client, Kiosk(), 99) == std::vector<uint32_t>{0});
  CHECK(MatchingPins(client, Kiosk(), 150) == std::vector<uint32_t>{0, 1});
  CHECK(MatchingPins(client, Kiosk(), 200) == std::vector<uint32_t>{1});
}

TEST_CASE("a client whose pins are all out of their time is nobody, condition or not") {
  Client client = With({Fitting(Until(100))});
  client.when = Subject("C", "DE");
  CHECK(Matches(client, 99));
  CHECK_FALSE(Matches(client, 100));
}

TEST_CASE("pins and condition must both hold") {
  Client client = With({Fitting({})});
  client.when = Subject("C", "FR");
  CHECK_FALSE(Matches(client, 0));
  client.when = Subject("C", "DE");
  CHECK(Matches(client, 0));
  client.pins = {Other({})};
  CHECK_FALSE(Matches(client, 0));
}

TEST_CASE("a condition decides alone only where that is declared") {
  Client client = With({});
  client.when = Subject("C", "DE");
  CHECK_FALSE(Matches(client, 0));
  client.unpinned = true;
  CHECK(Matches(client, 0));
  client.when = Subject("C", "FR");
  CHECK_FALSE(Matches(client, 0));
  client.when.reset();
  CHECK_FALSE(Matches(client, 0));
}

TEST_CASE("clients keep their places when conditions take some out") {
  Client in = With({Fitting({})});
  Client out = in;
  out.when = Subject("C", "FR");
  CHECK(MatchAmong({out, in, With({}), in, out, in}, Kiosk(), 0) == ClientSet{1, 3, 5});
}

TEST_CASE("what was matched holds until the next moment at which a pin changes, either way") {
  const PinTimes times(
      {With({Fitting({100, 200}), Fitting(Until(300))}), With({Other(From(200))})});
  CHECK_FALSE(times.Around(99).HasStart());
  CHECK(times.Around(99).until == 100);
  CHECK(times.Around(100).from == 100);
  CHECK(times.Around(150).until == 200);
  CHECK(times.Around(200).from == 200);
  CHECK(times.Around(299).until == 300);
  CHECK(times.Around(300).from == 300);
  CHECK_FALSE(times.Around(300).HasEnd());
  CHECK(times.Around(150).Contains(150));
  CHECK_FALSE(times.Around(150).Contains(99));
  CHECK(PinTimes().Around(0).Contains(253402300799));
}

TEST_CASE("a pin retires when it expires and a pin that does not fit outlasts it") {
  const auto retiring = [](const std::vector<Pin>& pins, std::vector<uint32_t> matching) {
    return IsRetiring(With(pins), matching);
  };
  CHECK(retiring({Fitting(Until(100)), Other({})}, {0}));
  CHECK(retiring({Fitting(Until(100)), Other({50, 200})}, {0}));
  CHECK_FALSE(retiring({Fitting(Until(100)), Other(Until(100))}, {0}));
  CHECK_FALSE(retiring({Fitting(Until(100))}, {0}));
  CHECK_FALSE(retiring({Fitting({}), Other({})}, {0}));
  CHECK_FALSE(retiring({Fitting(Until(100)), Fitting({})}, {0, 1}));
  CHECK_FALSE(retiring({Fitting(Until(100)), Other({})}, {}));
}

TEST_CASE("a client is found by a pin of its, whenever that pin counts, and by no condition") {
  identity::PeerIdentity identity;
  identity.sha256.fill(0x11);
  Client by_condition;
  by_condition.unpinned = true;
  by_condition.when.emplace();
  by_condition.when->kind = snapshot::Condition::Kind::kAll;
  const std::vector<Client> clients = {by_condition, With({Other({})}), With({Fitting(Until(1))})};
  const BlindIndex index = BlindIndex::Build(clients, {});
  CHECK(PinnedClient(clients, index, identity) == 2U);
  identity.sha256.fill(0x12);
  CHECK_FALSE(PinnedClient(clients, index, identity).has_value());
}

}  // namespace
}  // namespace pinlatch::policy
