// Covers session/announced_authorities.h: which authorities a CertificateRequest names (RFC 8446
// section 4.2.4, RFC 5246 section 7.4.4).
#include "session/announced_authorities.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tls/named_site.h"
#include "tls/visitor.h"
#include "x509/certificate.h"

namespace pinlatch::test {
namespace {

constexpr uint16_t kCertificateAuthorities = 47;

Bytes SubjectOf(const Identity& identity) {
  const auto certificate = tls::Certificate::Parse(identity.der);
  REQUIRE(certificate.ok());
  const ByteSpan name = (*certificate)->subject_der();
  return {name.begin(), name.end()};
}

size_t Number16At(const Bytes& bytes, size_t at) {
  return static_cast<size_t>(bytes.at(at) << 8 | bytes.at(at + 1));
}

Bytes Vector16At(const Bytes& bytes, size_t at) {
  const auto start = bytes.begin() + static_cast<std::ptrdiff_t>(at + 2);
  return {start, start + static_cast<std::ptrdiff_t>(Number16At(bytes, at))};
}

// Asked13 is the list in the CertificateRequest of TLS 1.3; nothing when it has no such extension.
std::optional<Bytes> Asked13(const NamedSite& site, const std::string& name) {
  Visitor visitor(*site.context, site.devices);
  visitor.SayHello({.server_name = name});
  REQUIRE(visitor.peer.HearServerHello());
  while (const auto message = visitor.peer.Hear()) {
    if (message->type != kCertificateRequest) continue;
    // Behind the header an empty context, and the extensions.
    for (size_t at = 4 + 1 + 2; at < message->whole.size();) {
      const Bytes content = Vector16At(message->whole, at + 2);
      if (Number16At(message->whole, at) == kCertificateAuthorities) return Vector16At(content, 0);
      at += 4 + content.size();
    }
  }
  return std::nullopt;
}

// Asked12 is the list in the CertificateRequest of TLS 1.2; the server sends it in clear, each
// message in a record.
Bytes Asked12(const NamedSite& site, const std::string& name) {
  Connection connection(site.server_ca, *site.context,
                        {.version = MBEDTLS_SSL_VERSION_TLS1_2, .server_name = name});
  connection.client->Handshake();
  Shake(*connection.server, kNow);
  const Bytes sent(connection.to_client.bytes.begin(), connection.to_client.bytes.end());
  for (size_t at = 0; at + 5 < sent.size(); at += 5 + Number16At(sent, at + 3)) {
    if (sent[at] != kHandshake || sent[at + 5] != kCertificateRequest) continue;
    size_t list = at + 5 + 4;
    list += 1 + sent.at(list);           // certificate types
    list += 2 + Number16At(sent, list);  // signature algorithms
    return Vector16At(sent, list);
  }
  FAIL("no CertificateRequest");
  return {};
}

struct AnnouncingSite : NamedSite {
  explicit AnnouncingSite(bool announces) {
    Add(ServerFor(server_ca, {"api.local", "staff.local"}));
    Name("staff.local", 1, snapshot::ClientAuth::kRequired);
    listener.announce_authorities = announces;
    Build();
  }
};

std::shared_ptr<const tls::TrustBundle> BundleOf(const std::string& pem) {
  snapshot::Trust trust;
  trust.name = "many";
  const auto bundle = tls::TrustBundle::FromBytes(trust, AsBytes(pem), {});
  REQUIRE_MESSAGE(bundle.ok(), bundle.error().detail);
  return *bundle;
}

Result<std::vector<tls::AuthorityNames>> AnnouncedOf(const std::string& pem) {
  snapshot::Listener listener;
  listener.at = "/listeners/edge";
  listener.announce_authorities = true;
  const std::shared_ptr<const tls::TrustBundle> bundles[] = {BundleOf(pem)};
  return tls::AnnouncedAuthorities(listener, bundles);
}

}  // namespace

TEST_CASE(
    "a listener that announces its authorities names those of the server name, in both versions") {
  const AnnouncingSite site(true);
  const Bytes devices = Vector16(SubjectOf(site.devices));
  const Bytes staff = Vector16(SubjectOf(site.staff));
  CHECK(Asked13(site, "api.local") == devices);
  CHECK(Asked13(site, "staff.local") == staff);
  CHECK(Asked12(site, "api.local") == devices);
  CHECK(Asked12(site, "staff.local") == staff);
}

TEST_CASE("a listener tells nobody whom it trusts unless it is asked to") {
  const AnnouncingSite site(false);
  CHECK(Asked13(site, "api.local") == std::nullopt);
  CHECK(Asked12(site, "api.local").empty());
}

TEST_CASE("a client that is told of authorities gets in as before, and by ticket too") {
  const AnnouncingSite site(true);
  const Identity device = Make(ClientTemplate("CN=device"), &site.devices);
  for (const auto version : kBothVersions) {
    Connection connection(site.server_ca, *site.context,
                          {.version = version, .chain = {&device}, .server_name = "api.local"});
    connection.Shake();
    CHECK_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
  }
}

TEST_CASE(
    "each name is told once, and that of the issuer where a trusted certificate is no authority") {
  const Identity authority = Authority("authority");
  const Identity leaf = Make(ClientTemplate("CN=leaf"), &authority);
  const auto announced = AnnouncedOf(leaf.Pem() + authority.Pem());
  REQUIRE(announced.ok());
  CHECK(*announced->front() == Vector16(SubjectOf(authority)));
}

TEST_CASE("authorities whose names do not fit into a record are not announced by half") {
  std::string pem;
  for (int i = 0; i < 300; ++i) {
    pem += Authority("authority " + std::to_string(i) + std::string(40, '.')).Pem();
  }
  const auto announced = AnnouncedOf(pem);
  REQUIRE_FALSE(announced.ok());
  CHECK(announced.error().code == ErrorCode::kAuthoritiesTooMany);
  CHECK(announced.error().at == "/listeners/edge");
}

}  // namespace pinlatch::test
