// See upstream_bench.h.
#include "tls/upstream_bench.h"

#include <doctest/doctest.h>

#include "trust/trust_bundle.h"

namespace pinlatch::test {

Upstream::Upstream(const Identity& ca, snapshot::TlsVersion least) {
  snapshot::Trust trust;
  trust.name = "services";
  trust.ca.push_back({folder.Write("ca.crt", ca.Pem(), 0644), {ca.Sha256()}});
  auto bundle = tls::TrustBundle::Load(trust, kNow);
  REQUIRE_MESSAGE(bundle.ok(), bundle.error().detail);
  auto made = tls::ClientContext::Create(least, *bundle, nullptr, "http/1.1");
  REQUIRE_MESSAGE(made.ok(), made.error().detail);
  context = *made;
  auto opened = tls::ClientSession::Create(*context, server, check, gateway_end);
  REQUIRE(opened.ok());
  session = std::move(opened).value();
}

}  // namespace pinlatch::test
