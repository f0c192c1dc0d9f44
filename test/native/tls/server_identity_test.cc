// Covers which certificates are for which name (RFC 9525).
#include "verdict/server_identity.h"

#include <doctest/doctest.h>

using pinlatch::identity::PeerIdentity;
using pinlatch::tls::NamesOf;
using pinlatch::tls::Proves;

namespace {

PeerIdentity ForNames(std::vector<std::string> dns, std::vector<std::string> ip = {}) {
  PeerIdentity identity;
  identity.subject = "CN=app.local";
  identity.san_dns = std::move(dns);
  identity.san_ip = std::move(ip);
  return identity;
}

}  // namespace

TEST_CASE("a DNS name is proven by itself in any case, or by a wildcard for one label") {
  CHECK(Proves(ForNames({"other", "App.Local"}), {"aPP.local", false}));
  CHECK(Proves(ForNames({"*.local"}), {"app.local", false}));
  CHECK_FALSE(Proves(ForNames({"*.local"}), {"a.b.local", false}));
  CHECK_FALSE(Proves(ForNames({"*.local"}), {"local", false}));
  CHECK_FALSE(Proves(ForNames({"*"}), {"local", false}));
  CHECK_FALSE(Proves(ForNames({"a*.local", "*b.local", "ap.*"}), {"app.local", false}));
  CHECK_FALSE(Proves(ForNames({"app.local.evil"}), {"app.local", false}));
  CHECK_FALSE(Proves(ForNames({std::string("app.local\0.evil", 15)}), {"app.local", false}));
}

TEST_CASE("the subject and an empty name prove nothing") {
  CHECK_FALSE(Proves(ForNames({}), {"app.local", false}));
  CHECK_FALSE(Proves(ForNames({""}), {"", false}));
}

TEST_CASE("an address is proven by an address alone") {
  CHECK(Proves(ForNames({}, {"127.0.0.1"}), {"127.0.0.1", true}));
  CHECK_FALSE(Proves(ForNames({"127.0.0.1"}), {"127.0.0.1", true}));
  CHECK_FALSE(Proves(ForNames({}, {"127.0.0.2"}), {"127.0.0.1", true}));
  CHECK_FALSE(Proves(ForNames({}, {"app.local"}), {"app.local", false}));
}

TEST_CASE("a log lists the names, not hundreds of them") {
  CHECK(NamesOf(ForNames({"a", "b"}, {"::1"})) == "a, b, ::1");
  CHECK(NamesOf(ForNames({})) == "no name");
  CHECK(NamesOf(ForNames(std::vector<std::string>(20, "x"))).ends_with(" and 12 more"));
}
