// Tests forwarding/identity_headers.h: what belongs to the gateway. identity_presets_test.cc has
// what it writes.
#include "forwarding/identity_headers.h"

#include <string>
#include <utility>
#include <vector>

#include "doctest/doctest.h"
#include "snapshot/gateway_fields.h"

using pinlatch::proxy::FieldNameSet;
using pinlatch::snapshot::ForwardedIdentity;
using pinlatch::snapshot::IdentityPreset;
using pinlatch::snapshot::IsGatewayField;
using pinlatch::snapshot::Snapshot;

namespace {

ForwardedIdentity Own(std::string header) {
  return {.preset = IdentityPreset::kField, .header = std::move(header)};
}

}  // namespace

TEST_CASE("identity names of every preset belong to the gateway, in any spelling") {
  for (const char* name : {"Client-Cert",
                           "client-cert-chain",
                           "X-Forwarded-Client-Cert",
                           "x_forwarded_client_cert",
                           "X-FORWARDED_Client-Cert",
                           "X-SSL-Client-Verify",
                           "X_SSL_CLIENT_DN",
                           "x-ssl-issuer",
                           "X-SSL-Client-SHA1",
                           "X-SSL-Client-Fingerprint",
                           "SSL-Client-Cert",
                           "ssl_client_verify",
                           "X-Forwarded-Tls-Client-Cert",
                           "X-Zato-TLS-Fingerprint",
                           "x_zato_tls_fingerprint",
                           "X-Amzn-Mtls-Clientcert-Serial-Number",
                           "X-Client-Cert",
                           "X.SSL.Client.Verify",
                           "X-Forwarded-For",
                           "x_forwarded_for",
                           "X-Forwarded-Proto",
                           "X-Forwarded-Host",
                           "X-Forwarded-Port",
                           "Forwarded",
                           "X-Real-IP",
                           "x_real_ip",
                           "X-Request-Id"}) {
    CAPTURE(name);
    CHECK(IsGatewayField(name));
  }
}

TEST_CASE("other names are the client's own") {
  for (const char* name :
       {"Accept", "Authorization", "Client", "Client-Id", "X-Forward", "X-Real", "X-Request",
        "X-SS", "XSSL-Client", "Cookie", "X-Amzn-Trace-Id", "", "x"}) {
    CAPTURE(name);
    CHECK_FALSE(IsGatewayField(name));
  }
}

TEST_CASE("names of the configuration's own belong to the gateway, from any listener and route") {
  Snapshot snapshot;
  snapshot.listeners.emplace_back().forward_identity = {Own("X-Client-CN"),
                                                        {.preset = IdentityPreset::kNginx}};
  snapshot.listeners.emplace_back();
  snapshot.routes.emplace_back();
  snapshot.routes.emplace_back().forward_identity = {Own("serial"), Own("A_b")};
  const FieldNameSet names = FieldNameSet::Of(snapshot);
  for (const char* name :
       {"X-Client-CN", "x_client_cn", "X.CLIENT~CN", "serial", "SERIAL", "a-b"}) {
    CAPTURE(name);
    CHECK(names.Contains(name));
  }
  for (const char* name : {"X-Client-C", "X-Client-CNN", "X-Client-CO", "", "a", "b", "seria"}) {
    CAPTURE(name);
    CHECK_FALSE(names.Contains(name));
  }
  CHECK_FALSE(FieldNameSet().Contains("X-Client-CN"));
  CHECK_FALSE(FieldNameSet().Contains(""));
}

TEST_CASE("each name of a long list is found in every spelling, and no other") {
  std::vector<std::string> list;
  for (char c = 'A'; c <= 'Z'; ++c) list.push_back(std::string("X-") + c + "-Client");
  const FieldNameSet names = FieldNameSet::Of(list);
  for (const std::string& name : list) {
    std::string lower = name;
    std::string underscores = name;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    for (char& c : underscores) c = c == '-' ? '_' : c;
    CHECK(names.Contains(name));
    CHECK(names.Contains(lower));
    CHECK(names.Contains(underscores));
    CHECK_FALSE(names.Contains(name + "s"));
  }
}

TEST_CASE("a guarded family is every name that begins so, in any spelling") {
  const std::vector<std::string> names = {"x-b", "x-some-*", "x-a"};
  const FieldNameSet set = FieldNameSet::OfGuarded(names);
  for (const char* name : {"X-A", "x_b", "X-Some-", "x_some.thing", "X-SOME-A-LONG-NAME"}) {
    CAPTURE(name);
    CHECK(set.Contains(name));
  }
  for (const char* name : {"X-Some", "X-Something", "X-", "X-C", ""}) {
    CAPTURE(name);
    CHECK_FALSE(set.Contains(name));
  }
}

TEST_CASE("a family covers the names of the list that begin so, and none of its neighbours") {
  const std::vector<std::string> names = {"x-a-one", "x-a-*",   "x-a",     "x-a-b-*", "x-ab",
                                          "-ws*",    "sm-user", "sm-*",    "x-b-*",   "x-b-",
                                          "x-a-zzz", "x--*",    "x-a-b-c", "zz"};
  const FieldNameSet set = FieldNameSet::OfGuarded(names);
  for (const char* name : {"X-A-One", "x_a_", "X-A-B-C", "X-A-Zzzz", "X-A", "X-AB", "$WSCC", "_wsx",
                           "SM_USER", "sm-", "x-b-b", "X--1", "X-A-B-", "ZZ"}) {
    CAPTURE(name);
    CHECK(set.Contains(name));
  }
  for (const char* name : {"X-B", "X-ABC", "X-", "X", "$W", "SM", "SMUSER", "X-C-", "Z", "ZZZ", "A",
                           "\xff", "~", ""}) {
    CAPTURE(name);
    CHECK_FALSE(set.Contains(name));
  }
}
