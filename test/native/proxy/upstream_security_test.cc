// Tests upstream/upstream_security.h: pins of upstreams, and for how long what they say holds.
#include "upstream/upstream_security.h"

#include <limits>

#include "doctest/doctest.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

constexpr UnixSeconds kForEver = std::numeric_limits<UnixSeconds>::max();

identity::PeerIdentity Certificate(uint8_t digit) {
  identity::PeerIdentity identity;
  identity.subject = "CN=app";
  identity.sha256.fill(digit);
  identity.spki_sha256.fill(static_cast<uint8_t>(digit + 1));
  return identity;
}

snapshot::Pin PinOf(uint8_t digit, snapshot::Period period = {},
                    snapshot::PinKind kind = snapshot::PinKind::kSha256) {
  snapshot::Pin pin;
  pin.kind = kind;
  pin.value.fill(digit);
  pin.period = period;
  return pin;
}

UpstreamSecurity Security(std::vector<snapshot::Pin> pins,
                          UnixSeconds clock_floor = ClockReading::kNoFloor) {
  auto context = tls::ClientContext::Create(snapshot::TlsVersion::kTls13, nullptr, nullptr,
                                            "http/1.1", clock_floor);
  REQUIRE(context.ok());
  return UpstreamSecurity(*context, std::move(pins));
}

}  // namespace

TEST_CASE("without pins every certificate is admitted for ever") {
  const UpstreamSecurity security = Security({});
  const auto until = security.Admits(Certificate(1), 1000);
  REQUIRE(until.ok());
  CHECK(*until == kForEver);
}

TEST_CASE("one pin of several admits, none of them refuses and names the certificate") {
  const UpstreamSecurity security =
      Security({PinOf(1), PinOf(8, {}, snapshot::PinKind::kSpkiSha256)});
  CHECK(security.Admits(Certificate(1), 1000).ok());
  CHECK(security.Admits(Certificate(7), 1000).ok());
  const auto refused = security.Admits(Certificate(8), 1000);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::kUpstreamNotPinned);
  CHECK(refused.error().detail.find("CN=app (sha256:0808") != std::string::npos);
}

TEST_CASE("a pin counts for its time, and what was said holds until the next pin begins or ends") {
  const UpstreamSecurity security = Security({PinOf(1, {0, 2000}), PinOf(2, {3000, kForEver})});
  CHECK(*security.Admits(Certificate(1), 1999) == 1999);
  CHECK_FALSE(security.Admits(Certificate(1), 2000).ok());
  CHECK_FALSE(security.Admits(Certificate(2), 2999).ok());
  CHECK(*security.Admits(Certificate(2), 3000) > 3000);
}

TEST_CASE(
    "below its floor the clock keeps out what has ended, and lets in what begins, to the floor") {
  const UpstreamSecurity security =
      Security({PinOf(1, {0, 4000}), PinOf(2, {6000, kForEver})}, 5000);
  CHECK_FALSE(security.Admits(Certificate(1), 1000).ok());
  CHECK(*security.Admits(Certificate(2), 1000) < 5000);
  CHECK_FALSE(security.Admits(Certificate(2), 5000).ok());
}
