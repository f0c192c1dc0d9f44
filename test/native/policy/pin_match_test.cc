// Which clients an identity is.
#include "policy/pin_match.h"

#include <algorithm>
#include <vector>

#include "doctest/doctest.h"
#include "policy/match_among.h"

namespace pinlatch::policy {
namespace {

using identity::PeerIdentity;
using snapshot::Client;
using snapshot::Pin;
using snapshot::PinKind;

constexpr UnixSeconds kNow = 1'000'000;

// Three fingerprints without a byte in common, so that no kind can pass for another.
PeerIdentity SomeIdentity() {
  PeerIdentity identity;
  for (size_t i = 0; i < 32; ++i) {
    identity.sha256[i] = static_cast<uint8_t>(0x20 + i);
    identity.spki_sha256[i] = static_cast<uint8_t>(0x80 + i);
  }
  for (size_t i = 0; i < 20; ++i) identity.sha1[i] = static_cast<uint8_t>(0xc0 + i);
  return identity;
}

Pin PinOf(PinKind kind, ByteSpan value) {
  Pin pin;
  pin.kind = kind;
  std::copy(value.begin(), value.end(), pin.value.begin());
  return pin;
}

Pin Sha256Pin() { return PinOf(PinKind::kSha256, SomeIdentity().sha256); }
Pin Sha1Pin() { return PinOf(PinKind::kSha1, SomeIdentity().sha1); }
Pin SpkiPin() { return PinOf(PinKind::kSpkiSha256, SomeIdentity().spki_sha256); }
Pin WrongPin() { return PinOf(PinKind::kSha256, SomeIdentity().spki_sha256); }

Client ClientOf(std::vector<Pin> pins) {
  Client client;
  client.pins = std::move(pins);
  return client;
}

ClientSet Match(const std::vector<Client>& clients, const PeerIdentity& identity = SomeIdentity(),
                UnixSeconds now = kNow) {
  return MatchAmong(clients, identity, now);
}

TEST_CASE("no clients match nobody") { CHECK(Match({}).empty()); }

TEST_CASE("a client without pins matches nobody") {
  CHECK(Match({ClientOf({})}).empty());
  CHECK(Match({ClientOf({})}, PeerIdentity()).empty());
}

TEST_CASE("a pin of each kind matches the fingerprint of that kind") {
  CHECK(Match({ClientOf({Sha256Pin()})}) == ClientSet{0});
  CHECK(Match({ClientOf({Sha1Pin()})}) == ClientSet{0});
  CHECK(Match({ClientOf({SpkiPin()})}) == ClientSet{0});
}

TEST_CASE("the right bytes under another kind do not match") {
  const PeerIdentity identity = SomeIdentity();
  CHECK(Match({ClientOf({PinOf(PinKind::kSha256, identity.spki_sha256)})}).empty());
  CHECK(Match({ClientOf({PinOf(PinKind::kSha256, identity.sha1)})}).empty());
  CHECK(Match({ClientOf({PinOf(PinKind::kSpkiSha256, identity.sha256)})}).empty());
  CHECK(Match({ClientOf({PinOf(PinKind::kSha1, ByteSpan(identity.sha256).first(20))})}).empty());
}

TEST_CASE("one flipped bit anywhere in a pin is no match") {
  struct Case {
    Pin pin;
    size_t bits;
  };
  for (const Case& it : {Case{Sha256Pin(), 256}, {Sha1Pin(), 160}, {SpkiPin(), 256}}) {
    for (size_t bit = 0; bit < it.bits; ++bit) {
      Pin pin = it.pin;
      pin.value[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
      CAPTURE(bit);
      CHECK(Match({ClientOf({pin})}).empty());
    }
  }
}

TEST_CASE("only the first twenty bytes of a SHA-1 pin count") {
  Pin pin = Sha1Pin();
  pin.value[20] = pin.value[31] = 0xff;
  CHECK(Match({ClientOf({pin})}) == ClientSet{0});
}

TEST_CASE("one right pin is enough, wherever it stands and however often") {
  for (size_t right = 0; right < 5; ++right) {
    std::vector<Pin> pins(5, WrongPin());
    pins[right] = Sha256Pin();
    CAPTURE(right);
    CHECK(Match({ClientOf(pins)}) == ClientSet{0});
  }
  CHECK(Match({ClientOf({Sha256Pin(), Sha256Pin(), SpkiPin()})}) == ClientSet{0});
  CHECK(Match({ClientOf(std::vector<Pin>(300, Sha256Pin()))}) == ClientSet{0});
}

TEST_CASE("every subset of clients is found exactly, in ascending order") {
  for (uint32_t subset = 0; subset < 64; ++subset) {
    std::vector<Client> clients;
    ClientSet expected;
    for (uint32_t i = 0; i < 6; ++i) {
      const bool in = (subset >> i & 1) != 0;
      clients.push_back(ClientOf({WrongPin(), in ? SpkiPin() : WrongPin()}));
      if (in) expected.push_back(i);
    }
    CAPTURE(subset);
    CHECK(Match(clients) == expected);
  }
}

TEST_CASE("a kind of pin that does not exist matches nothing") {
  const auto unknown = static_cast<PinKind>(7);
  CHECK(Match({ClientOf({PinOf(unknown, SomeIdentity().sha256)})}).empty());
  CHECK(Match({ClientOf({PinOf(unknown, {})})}).empty());
}

}  // namespace
}  // namespace pinlatch::policy
