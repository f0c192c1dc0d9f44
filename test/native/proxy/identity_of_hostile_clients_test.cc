// Tests forwarding/identity_headers.h: what is told of certificates that were made to deceive, of
// none, and of those that are too large.
#include <memory>
#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "proxy/told_identity.h"

namespace pinlatch::proxy {
namespace {

// Every line is "name: value" in printable ASCII, and there are `lines` of them.
void CheckSafe(const std::string& bytes, size_t lines) {
  size_t found = 0;
  for (size_t at = 0; at < bytes.size();) {
    const size_t end = bytes.find("\r\n", at);
    REQUIRE(end != std::string::npos);
    for (size_t i = at; i < end; ++i) {
      CAPTURE(bytes.substr(at, end - at));
      REQUIRE((bytes[i] >= 0x20 && bytes[i] < 0x7f));
    }
    at = end + 2;
    ++found;
  }
  CHECK(found == lines);
}

constexpr IdentityPreset kAll[] = {IdentityPreset::kRfc9440, IdentityPreset::kEnvoy,
                                   IdentityPreset::kHaproxy, IdentityPreset::kNginx,
                                   IdentityPreset::kTraefik, IdentityPreset::kZato,
                                   IdentityPreset::kAws,     IdentityPreset::kRfc7239};

TEST_CASE("no name in a certificate can end a line or leave ASCII, whatever the preset") {
  PeerIdentity identity = Usual();
  // Text as it could be made, and bytes that DistinguishedName never lets through.
  for (const std::string& hostile :
       {std::string("CN=a\\0D\\0AX-Admin: yes,O=\xc3\xa9"), std::string("CN=a\r\nX-Admin: yes"),
        std::string("CN=\0\x01\x7f\xff,=,+,,\\", 14), std::string("\r\n\r\nGET / HTTP/1.1")}) {
    identity.subject = identity.issuer = hostile;
    CAPTURE(hostile);
    CheckSafe(Told(IdentityPreset::kEnvoy, identity), 1);
    CheckSafe(Told(IdentityPreset::kNginx, identity), 5);
    CheckSafe(Told(IdentityPreset::kAws, identity), 5);
    for (const IdentityPreset preset : kAll) {
      const std::string told = Told(preset, identity);
      CHECK(told.find("\nX-Admin") == std::string::npos);
      CHECK(told.find("\nGET") == std::string::npos);
      for (const char c : told) {
        REQUIRE(((c >= 0x20 && c < 0x7f) || c == '\r' || c == '\n'));
      }
    }
  }
}

TEST_CASE("without a certificate only its absence is told, where there is a word for it") {
  for (const IdentityPreset preset : kAll) {
    const bool worded = preset == IdentityPreset::kNginx || preset == IdentityPreset::kHaproxy;
    CHECK(Told({{.preset = preset}}, nullptr).bytes ==
          (worded ? "X-SSL-Client-Verify: NONE\r\n" : ""));
  }
  CHECK(Told({{.preset = IdentityPreset::kField, .header = "X-CN"}}, nullptr).bytes.empty());
}

TEST_CASE("what is too long is left out whole, and named") {
  PeerIdentity identity = Usual();
  identity.issuers = std::make_shared<const Chain>(Chain{std::vector<uint8_t>(7000, 'x')});
  const auto long_chain = [&](const ForwardedIdentity& entry) { return Told({entry}, &identity); };

  const Outcome rfc9440 = long_chain({.preset = IdentityPreset::kRfc9440});
  CHECK(rfc9440.bytes == "Client-Cert: :REVS//77:\r\n");
  CHECK(rfc9440.omitted == std::vector<std::string>{"Client-Cert-Chain"});

  const Outcome traefik = long_chain({.preset = IdentityPreset::kTraefik});
  CHECK(traefik.bytes == "X-Forwarded-Tls-Client-Cert: REVS//77\r\n");
  CHECK(traefik.omitted == std::vector<std::string>{"X-Forwarded-Tls-Client-Cert: issuers"});

  const Outcome envoy = long_chain({.envoy = {false, false, true, true, true, false, false}});
  CHECK(envoy.bytes ==
        "X-Forwarded-Client-Cert: Cert=\"-----BEGIN%20CERTIFICATE-----%0AREVS%2F%2F77%0A"
        "-----END%20CERTIFICATE-----%0A\";Subject=\"CN=board 7,OU=b+OU=a,O=x\"\r\n");
  CHECK(envoy.omitted == std::vector<std::string>{"X-Forwarded-Client-Cert: Chain"});
}

TEST_CASE("a field that is too long without any certificate is left out as a whole") {
  PeerIdentity identity = Usual();
  identity.subject = "CN=" + std::string(kMostIdentityBytes, 'a');
  const Outcome envoy = Told({{.envoy = {false, true, true, true, true, false, false}}}, &identity);
  CHECK(envoy.bytes.empty());
  CHECK(envoy.omitted == std::vector<std::string>{"X-Forwarded-Client-Cert: Chain",
                                                  "X-Forwarded-Client-Cert: Cert",
                                                  "X-Forwarded-Client-Cert"});
  const std::string cn(kMostIdentityBytes, 'a');
  const ForwardedIdentity own{.preset = IdentityPreset::kField,
                              .header = "X-CN",
                              .field = {IdentityField::kSubjectAttribute, "CN"}};
  CHECK(Told({own}, &identity).bytes == "X-CN: " + cn + "\r\n");
  identity.subject += "a";
  CHECK(Told({own}, &identity).bytes.empty());
}

}  // namespace
}  // namespace pinlatch::proxy
