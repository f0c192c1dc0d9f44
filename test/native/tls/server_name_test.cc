// Covers what a server name settles: the certificate that is shown, what is asked of the client,
// and who is turned away.
#include "session/server_names.h"

#include <doctest/doctest.h>

#include <optional>

#include "tls/handshake_bench.h"
#include "tls/named_site.h"

namespace pinlatch::test {
namespace {

using snapshot::ClientAuth;
using snapshot::TlsVersion;
using tls::NameMap;

// Shown is the certificate that the client was shown, nothing when the handshake failed.
std::optional<std::vector<uint8_t>> Shown(Connection& connection) {
  connection.Shake();
  if (connection.progress != Progress::kDone) return std::nullopt;
  const mbedtls_x509_crt* certificate = mbedtls_ssl_get_peer_cert(&connection.client->ssl());
  REQUIRE(certificate != nullptr);
  return std::vector<uint8_t>(certificate->raw.p, certificate->raw.p + certificate->raw.len);
}

constexpr uint16_t kRsaOnly[] = {MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
                                 MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256};
// As some clients write it: RSA first.
constexpr uint16_t kRsaFirst[] = {
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256, MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384, MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256};
constexpr uint16_t kNoP384[] = {MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
                                MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256};

ClientOptions For(mbedtls_ssl_protocol_version version, std::string name,
                  std::vector<uint16_t> algorithms = {}) {
  ClientOptions options;
  options.version = version;
  options.server_name = std::move(name);
  options.signature_algorithms = std::move(algorithms);
  return options;
}

TEST_CASE("an exact name comes before a wildcard, which takes exactly one label") {
  NameMap<int> map;
  CHECK(map.empty());
  map.At("*.example.com") = 1;
  map.At("api.example.com") = 2;
  map.At("plain") = 3;
  const auto found = [&](std::string_view name) {
    const int* value = map.Find(name);
    return value == nullptr ? 0 : *value;
  };
  CHECK(found("api.example.com") == 2);
  CHECK(found("www.example.com") == 1);
  CHECK(found("plain") == 3);
  for (const char* name : {"", "example.com", ".example.com", "a.b.example.com", "*", "com",
                           "wwwexample.com", "api.example.com.", "plain."}) {
    CAPTURE(name);
    CHECK(found(name) == 0);
  }
  CHECK(found("*.example.com") == 1);  // an asterisk is a label like others
}

TEST_CASE("each name is shown its own certificate, by its alternative names or as configured") {
  NamedSite site;
  const Identity first = ServerFor(site.server_ca, {"first.local"}, KeyKind::kP256);
  const Identity second =
      ServerFor(site.server_ca, {"SECOND.local", "*.wild.local"}, KeyKind::kP256);
  const Identity third =
      ServerFor(site.server_ca, {"hidden.local", "given.local", "a.wild.local"}, KeyKind::kP256);
  site.Add(first);
  site.Add(second);
  site.Add(third, {"given.local", "a.wild.local"});
  site.listener.client_auth = ClientAuth::kNone;
  site.Build();
  for (const auto version : kBothVersions) {
    const auto shown = [&](const std::string& name) {
      Connection connection(site.server_ca, *site.context, For(version, name));
      return Shown(connection);
    };
    CHECK(shown("first.local") == first.der);
    CHECK(shown("FIRST.Local") == first.der);
    CHECK(shown("second.local") == second.der);
    CHECK(shown("b.wild.local") == second.der);
    CHECK(shown("a.wild.local") == third.der);
    CHECK(shown("given.local") == third.der);
    // The first, as for every name that no certificate has, and this client does not take it.
    CHECK(shown("hidden.local") == std::nullopt);
    CHECK(shown("c.b.wild.local") == std::nullopt);
    Connection nameless(site.server_ca, *site.context, For(version, ""));
    CHECK(Shown(nameless) == first.der);
  }
}

TEST_CASE("of two kinds of key the client is shown what it can verify, EC first") {
  NamedSite site;
  const Identity rsa = ServerFor(site.server_ca, {"api.local"}, KeyKind::kRsa2048);
  const Identity ec = ServerFor(site.server_ca, {"api.local"}, KeyKind::kP384);
  const Identity ec_alone = ServerFor(site.server_ca, {"ec.local"}, KeyKind::kP256);
  site.Add(rsa);
  site.Add(ec);
  site.Add(ec_alone);
  site.listener.client_auth = ClientAuth::kNone;
  site.Build();
  for (const auto version : kBothVersions) {
    CAPTURE(static_cast<int>(version));
    const auto shown = [&](const std::string& name, std::vector<uint16_t> algorithms) {
      Connection connection(site.server_ca, *site.context,
                            For(version, name, std::move(algorithms)));
      return Shown(connection);
    };
    const std::vector<uint16_t> rsa_only(std::begin(kRsaOnly), std::end(kRsaOnly));
    const std::vector<uint16_t> rsa_first(std::begin(kRsaFirst), std::end(kRsaFirst));
    for (const char* name : {"api.local", ""}) {
      CHECK(shown(name, {}) == ec.der);
      CHECK(shown(name, rsa_first) == ec.der);
      CHECK(shown(name, rsa_only) == rsa.der);
    }
    // Another name's certificate is no way out.
    CHECK(shown("ec.local", rsa_only) == std::nullopt);
  }
  // In TLS 1.3 an algorithm names its curve.
  const std::vector<uint16_t> no_p384(std::begin(kNoP384), std::end(kNoP384));
  Connection connection(site.server_ca, *site.context,
                        For(MBEDTLS_SSL_VERSION_TLS1_3, "api.local", no_p384));
  CHECK(Shown(connection) == rsa.der);
}

TEST_CASE("each name has its own client authentication and trust bundle") {
  NamedSite site;
  site.Add(ServerFor(site.server_ca, {"edge.local", "*.local"}, KeyKind::kP256));
  site.Name("open.local", 0, ClientAuth::kNone);
  site.Name("maybe.local", 1, ClientAuth::kOptional);
  site.Name("staff.local", 1, ClientAuth::kRequired);
  site.Build();
  const Identity device = Make(ClientTemplate("CN=device"), &site.devices);
  const Identity person = Make(ClientTemplate("CN=person"), &site.staff);
  struct Case {
    const char* name;
    const Identity* who;
    ErrorCode code;  // kInternal: served
    const char* subject;
  };
  constexpr ErrorCode kServed = ErrorCode::kInternal;
  for (const Case& it : {
           Case{"edge.local", &device, kServed, "CN=device"},
           {"other.local", &device, kServed, "CN=device"},
           {"edge.local", &person, ErrorCode::kUnknownCa, ""},
           {"edge.local", nullptr, ErrorCode::kClientCertificateMissing, ""},
           {"staff.local", &person, kServed, "CN=person"},
           {"STAFF.local", &device, ErrorCode::kUnknownCa, ""},
           {"staff.local.", &device, ErrorCode::kUnknownCa, ""},
           {"staff.local", nullptr, ErrorCode::kClientCertificateMissing, ""},
           {"maybe.local", &person, kServed, "CN=person"},
           {"maybe.local", &device, ErrorCode::kUnknownCa, ""},
           {"maybe.local", nullptr, kServed, ""},
           {"open.local", nullptr, kServed, ""},
           {"open.local", &device, kServed, ""},  // not asked, so not known
       }) {
    for (const auto version : kBothVersions) {
      CAPTURE(it.name);
      CAPTURE(it.subject);
      CAPTURE(static_cast<int>(version));
      ClientOptions options = For(version, it.name);
      if (it.who != nullptr) options.chain = {it.who};
      options.verifies = false;
      Connection connection(site.server_ca, *site.context, options);
      connection.Shake();
      if (it.code != kServed) {
        CHECK(connection.progress == Progress::kFailed);
        CHECK(connection.server->error().code == it.code);
        CHECK(connection.client->alert() == connection.server->sent_alert());
        continue;
      }
      REQUIRE_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
      const auto peer = connection.server->peer();
      CHECK((peer ? peer->subject : "") == it.subject);
      CHECK(connection.server->facts().trust_context ==
            &site.context->ContextOf(it.name == std::string_view("STAFF.local") ? "staff.local"
                                                                                : it.name));
    }
  }
}

TEST_CASE("a version that is too low for a name is refused with protocol_version") {
  NamedSite site;
  site.Add(ServerFor(site.server_ca, {"*.local"}, KeyKind::kP256));
  site.listener.client_auth = ClientAuth::kNone;
  SUBCASE("where the listener takes it") {
    site.Name("new.local", 0, ClientAuth::kNone, TlsVersion::kTls13);
  }
  SUBCASE("where the listener does not take it either") {
    site.listener.min_version = TlsVersion::kTls13;
    site.Name("old.local", 0, ClientAuth::kNone, TlsVersion::kTls12);
  }
  site.Build();
  const auto code = [&](mbedtls_ssl_protocol_version version, const std::string& name) {
    Connection connection(site.server_ca, *site.context, For(version, name));
    connection.Shake();
    if (connection.progress == Progress::kDone) return ErrorCode::kInternal;
    CHECK(connection.server->sent_alert() == 70);
    CHECK(connection.client->alert() == 70);
    return connection.server->error().code;
  };
  CHECK(code(MBEDTLS_SSL_VERSION_TLS1_2, "old.local") == ErrorCode::kInternal);
  CHECK(code(MBEDTLS_SSL_VERSION_TLS1_2, "new.local") == ErrorCode::kProtocolVersion);
  CHECK(code(MBEDTLS_SSL_VERSION_TLS1_3, "old.local") == ErrorCode::kInternal);
  CHECK(code(MBEDTLS_SSL_VERSION_TLS1_3, "new.local") == ErrorCode::kInternal);
}

TEST_CASE("a listener can refuse names that it does not know with unrecognized_name") {
  NamedSite site;
  site.Add(ServerFor(site.server_ca, {"known.local"}, KeyKind::kP256));
  site.Name("named.local", 0, ClientAuth::kNone);
  site.listener.client_auth = ClientAuth::kNone;
  site.listener.unknown_names = snapshot::UnknownNames::kRefuse;
  site.Build();
  for (const auto version : kBothVersions) {
    for (const char* name : {"known.local", "named.local", "", "KNOWN.local.", "named.local."}) {
      CAPTURE(name);
      ClientOptions options = For(version, name);
      options.verifies = false;
      Connection connection(site.server_ca, *site.context, options);
      connection.Shake();
      CHECK_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
    }
    Connection stranger(site.server_ca, *site.context, For(version, "stranger.local"));
    stranger.Shake();
    CHECK(stranger.progress == Progress::kFailed);
    CHECK(stranger.server->error().code == ErrorCode::kUnknownServerName);
    CHECK(stranger.server->facts().server_name == "stranger.local");
    CHECK(stranger.server->sent_alert() == 112);
    CHECK(stranger.client->alert() == 112);
  }
}

TEST_CASE("a session knows one form of each server name") {
  NamedSite site;
  const Identity usual = ServerFor(site.server_ca, {"*.local"});
  const Identity staff = ServerFor(site.server_ca, {"STAFF.local"});
  site.Add(usual);
  site.Add(staff);
  site.Name("staff.local", 1, ClientAuth::kNone);
  site.listener.client_auth = ClientAuth::kNone;
  site.Build();
  for (const auto version : kBothVersions) {
    const auto told = [&](const std::string& name, const Identity& shown) {
      ClientOptions options = For(version, name);
      options.verifies = false;
      Connection connection(site.server_ca, *site.context, options);
      CHECK(Shown(connection) == shown.der);
      return connection.server->facts();
    };
    for (const char* name : {"staff.local", "Staff.Local", "staff.local.", "STAFF.LOCAL."}) {
      CAPTURE(name);
      CHECK(told(name, staff).server_name == "staff.local");
      CHECK(told(name, staff).trust_context == &site.context->ContextOf("staff.local"));
    }
    for (const char* address : {"127.0.0.1", "::1", "fe80::1"}) {
      CAPTURE(address);
      CHECK(told(address, usual).server_name.empty());
      CHECK(told(address, usual).trust_context == &site.context->ContextOf(""));
    }
  }
}

TEST_CASE("what cannot be a server name is refused with unrecognized_name") {
  NamedSite site;
  site.Add(ServerFor(site.server_ca, {"*.local"}));
  site.listener.client_auth = ClientAuth::kNone;
  site.Build();
  for (const auto version : kBothVersions) {
    for (const std::string& name :
         {std::string("."), std::string(".."), std::string("a..local"), std::string(".local"),
          std::string("a.local.."), std::string("a.local:443"), std::string("a b.local"),
          std::string(64, 'a') + ".local", std::string(254, 'a')}) {
      CAPTURE(name);
      Connection connection(site.server_ca, *site.context, For(version, name));
      connection.Shake();
      CHECK(connection.progress == Progress::kFailed);
      CHECK(connection.server->error().code == ErrorCode::kUnknownServerName);
      CHECK(connection.server->facts().server_name.empty());
      CHECK(connection.client->alert() == 112);
    }
  }
}

}  // namespace
}  // namespace pinlatch::test
