// Covers what is asked of the clients of a server name, and which hosts a connection serves.
#include "policy/server_name_rules.h"

#include "doctest/doctest.h"

namespace pinlatch::policy {
namespace {

using snapshot::ClientAuth;
using snapshot::TlsVersion;

TEST_CASE("a name has its own rules, an exact one before a wildcard, and else the listener's") {
  snapshot::Listener listener;
  listener.trust = 7;
  listener.names = {{"*.local", "", ClientAuth::kNone, 1, TlsVersion::kTls12},
                    {"api.local", "", ClientAuth::kOptional, 2, TlsVersion::kTls13}};
  const ServerNameRules rules(listener);
  CHECK(rules.Of("api.local").trust == 2);
  CHECK(rules.Of("api.local").client_auth == ClientAuth::kOptional);
  CHECK(rules.Of("api.local").min_version == TlsVersion::kTls13);
  CHECK(rules.Of("www.local").trust == 1);
  for (const char* name : {"", "local", "a.b.local", "example.com"}) {
    CAPTURE(name);
    CHECK(rules.Of(name).trust == 7);
    CHECK(rules.Of(name).client_auth == ClientAuth::kRequired);
  }
}

TEST_CASE("a connection serves a host of which the same is asked") {
  const ClientRules devices{1, ClientAuth::kRequired, TlsVersion::kTls12};
  ClientRules other = devices;
  CHECK(Serves(devices, TlsVersion::kTls12, other));
  other.trust = 2;
  CHECK_FALSE(Serves(devices, TlsVersion::kTls12, other));
  other = devices;
  other.min_version = TlsVersion::kTls13;
  CHECK_FALSE(Serves(devices, TlsVersion::kTls12, other));
  CHECK(Serves(devices, TlsVersion::kTls13, other));
  for (const ClientAuth auth : {ClientAuth::kOptional, ClientAuth::kNone}) {
    other = devices;
    other.client_auth = auth;
    CHECK_FALSE(Serves(devices, TlsVersion::kTls13, other));
    CHECK_FALSE(Serves(other, TlsVersion::kTls13, devices));
  }
  // Where nobody is asked for a certificate, whom it would have to lead to makes no difference.
  const ClientRules open{1, ClientAuth::kNone, TlsVersion::kTls12};
  const ClientRules also_open{2, ClientAuth::kNone, TlsVersion::kTls12};
  CHECK(Serves(open, TlsVersion::kTls12, also_open));
}

}  // namespace
}  // namespace pinlatch::policy
