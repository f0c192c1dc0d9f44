// Tests proxy/identity_headers.h: what each preset writes, byte by byte, also of a hostile
// certificate.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "identity/describe.h"
#include "proxy/identity_headers.h"

namespace pinlatch::proxy {
namespace {

using identity::PeerIdentity;
using snapshot::ForwardedIdentity;
using snapshot::IdentityField;
using snapshot::IdentityPreset;

using Chain = std::vector<std::vector<uint8_t>>;

// The DER of the usual client is "DER" and its issuers' are "one" and "two": presets only encode
// it.
PeerIdentity Usual() {
  PeerIdentity identity;
  identity.sha256.fill(0xab);
  identity.sha1.fill(0xcd);
  identity.subject = "CN=board 7,OU=a+OU=b,O=x";
  identity.issuer = "CN=CA,O=x";
  identity.serial = "0A1B";
  identity.not_before = 1764057600;  // 2025-11-25T08:00:00Z
  identity.not_after = 253402300799;
  identity.der = {'D', 'E', 'R', 0xff, 0xfe, 0xfb};
  identity.issuers = std::make_shared<const Chain>(Chain{{'o', 'n', 'e'}, {'t', 'w', 'o'}});
  return identity;
}

struct Outcome {
  std::string bytes;
  std::vector<std::string> omitted;
};

Outcome Told(const std::vector<ForwardedIdentity>& entries, const PeerIdentity* identity,
             const std::vector<std::string>& own_names = {}) {
  ByteBuffer out;
  auto omitted = AppendIdentityFields(out, {entries, identity, own_names});
  return {std::string(out.text()), std::move(omitted)};
}

std::string Told(IdentityPreset preset, const PeerIdentity& identity) {
  return Told({{.preset = preset}}, &identity).bytes;
}

std::string ToldByEnvoy(const snapshot::EnvoyElements& elements, const PeerIdentity& identity,
                        const std::vector<std::string>& own_names = {}) {
  return Told({{.envoy = elements}}, &identity, own_names).bytes;
}

std::string Repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

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

TEST_CASE("RFC 9440: byte sequences, the chain without the leaf") {
  CHECK(Told(IdentityPreset::kRfc9440, Usual()) ==
        "Client-Cert: :REVS//77:\r\nClient-Cert-Chain: :b25l:, :dHdv:\r\n");
  PeerIdentity alone = Usual();
  alone.issuers = std::make_shared<const Chain>();
  CHECK(Told(IdentityPreset::kRfc9440, alone) == "Client-Cert: :REVS//77:\r\n");
}

TEST_CASE("Envoy: hash, quoted subject and alternative names") {
  PeerIdentity identity = Usual();
  identity.san_uri = {"spiffe://board/1"};
  identity.san_dns = {"one.local", "two.local"};
  CHECK(Told(IdentityPreset::kEnvoy, identity) ==
        "X-Forwarded-Client-Cert: Hash=" + Repeated("ab", 32) +
            ";Subject=\"CN=board 7,OU=a+OU=b,O=x\";URI=spiffe://board/1;DNS=one.local"
            ";DNS=two.local\r\n");
}

TEST_CASE("Envoy: the elements that are asked for, in Envoy's order") {
  const snapshot::EnvoyElements all = {true, true, true, true, true, true, true};
  const std::string pem = "-----BEGIN%20CERTIFICATE-----%0A";
  const std::string end = "%0A-----END%20CERTIFICATE-----%0A";
  const std::string leaf = pem + "REVS%2F%2F77" + end;
  CHECK(ToldByEnvoy(all, Usual(), {"spiffe://gateway/a", "spiffe://gateway/b;c"}) ==
        "X-Forwarded-Client-Cert: By=spiffe://gateway/a;By=\"spiffe://gateway/b;c\";Hash=" +
            Repeated("ab", 32) + ";Cert=\"" + leaf + "\";Chain=\"" + leaf + pem + "b25l" + end +
            pem + "dHdv" + end + "\";Subject=\"CN=board 7,OU=a+OU=b,O=x\"\r\n");
  const snapshot::EnvoyElements subject = {false, false, false, false, true, false, false};
  CHECK(ToldByEnvoy(subject, Usual()) ==
        "X-Forwarded-Client-Cert: Subject=\"CN=board 7,OU=a+OU=b,O=x\"\r\n");
  CHECK(ToldByEnvoy({true, false, false, false, false, false, false}, Usual()).empty());
}

TEST_CASE("Envoy: no value ends its quotes, its pair or its element") {
  const snapshot::EnvoyElements names = {false, false, false, false, true, true, true};
  PeerIdentity identity = Usual();
  identity.subject = R"(CN=a\"\;URI=x,O=back\\,OU=end\\)";
  identity.san_uri = {"a,By=b", "a;b", "a=b", "a\"b", R"(a\22b)", R"(a"\5c)"};
  CHECK(ToldByEnvoy(names, identity) ==
        R"(X-Forwarded-Client-Cert: Subject="CN=a\"\;URI=x,O=back\5C,OU=end\5C")"
        R"(;URI="a,By=b";URI="a;b";URI="a=b";URI="a\"b";URI=a\22b;URI="a\"\5c")"
        "\r\n");
  // Not RFC 4514, and safe all the same.
  identity.subject = "CN=a\"b\\";
  identity.san_uri = {};
  CHECK(ToldByEnvoy(names, identity) == "X-Forwarded-Client-Cert: Subject=\"CN=a\\\"b\\5C\"\r\n");
}

TEST_CASE("HAProxy: the habit of its documentation") {
  CHECK(Told(IdentityPreset::kHaproxy, Usual()) ==
        "X-SSL-Client-Verify: 0\r\nX-SSL-Client-DN: /O=x/OU=a/OU=b/CN=board 7\r\n"
        "X-SSL-Client-CN: board 7\r\nX-SSL-Issuer: /O=x/CN=CA\r\n"
        "X-SSL-Client-NotBefore: 251125080000Z\r\nX-SSL-Client-NotAfter: 99991231235959Z\r\n"
        "X-SSL-Client-SHA1: " +
            Repeated("CD", 20) + "\r\nX-SSL-Client-Serial: 0A1B\r\n");
}

TEST_CASE("HAProxy: no value looks like an attribute of its own") {
  PeerIdentity identity = Usual();
  identity.subject = R"(CN=x/CN=admin,CN=\C3\A9\\)";
  const std::string told = Told(IdentityPreset::kHaproxy, identity);
  CHECK(told.find(R"(X-SSL-Client-DN: /CN=\xC3\xA9\x5C/CN=x\x2FCN=admin)"
                  "\r\n") != std::string::npos);
  // The first common name of the certificate, as ssl_c_s_dn(CN) takes it.
  CHECK(told.find(R"(X-SSL-Client-CN: \xC3\xA9\x5C)"
                  "\r\n") != std::string::npos);
}

TEST_CASE("nginx: the variables that its users forward") {
  CHECK(Told(IdentityPreset::kNginx, Usual()) ==
        "X-SSL-Client-Verify: SUCCESS\r\nX-SSL-Client-Fingerprint: " + Repeated("cd", 20) +
            "\r\nX-SSL-Client-S-DN: CN=board 7,OU=a+OU=b,O=x\r\nX-SSL-Client-I-DN: CN=CA,O=x\r\n"
            "X-SSL-Client-Cert: -----BEGIN%20CERTIFICATE-----%0AREVS%2F%2F77%0A"
            "-----END%20CERTIFICATE-----%0A\r\n");
}

TEST_CASE("Traefik: base64 without the lines of PEM, the whole chain") {
  CHECK(Told(IdentityPreset::kTraefik, Usual()) ==
        "X-Forwarded-Tls-Client-Cert: REVS//77,b25l,dHdv\r\n");
}

TEST_CASE("Zato: what its security definitions compare") {
  CHECK(Told(IdentityPreset::kZato, Usual()) ==
        "X-Zato-TLS-Fingerprint: " + Repeated("CD", 20) +
            "\r\nX-Zato-TLS-Fingerprint-SHA256: " + Repeated("AB", 32) +
            "\r\nX-Zato-TLS-Subject: CN=board 7,OU=a+OU=b,O=x\r\nX-Zato-TLS-Issuer: CN=CA,O=x\r\n"
            "X-Zato-TLS-CN: board 7\r\nX-Zato-TLS-Serial: 0A1B\r\n");
}

TEST_CASE("AWS: what a load balancer that verifies sends") {
  CHECK(Told(IdentityPreset::kAws, Usual()) ==
        "X-Amzn-Mtls-Clientcert-Serial-Number: 0A1B\r\n"
        "X-Amzn-Mtls-Clientcert-Issuer: CN=CA,O=x\r\n"
        "X-Amzn-Mtls-Clientcert-Subject: CN=board 7,OU=a+OU=b,O=x\r\n"
        "X-Amzn-Mtls-Clientcert-Validity: NotBefore=2025-11-25T08:00:00Z"
        ";NotAfter=9999-12-31T23:59:59Z\r\n"
        "X-Amzn-Mtls-Clientcert-Leaf: -----BEGIN%20CERTIFICATE-----%0AREVS//77%0A"
        "-----END%20CERTIFICATE-----%0A\r\n");
}

TEST_CASE("free form: any header from any field, and none where the certificate has none") {
  const auto own = [](std::string header, IdentityField field) {
    return ForwardedIdentity{
        .preset = IdentityPreset::kField, .header = std::move(header), .field = std::move(field)};
  };
  const PeerIdentity identity = Usual();
  CHECK(Told({own("X-Client-CN", {IdentityField::Kind::kSubject, "CN"}),
              own("X-Client-Mail", {IdentityField::Kind::kSanEmail, ""}),
              own("x_units", {IdentityField::Kind::kSubject, "OU"})},
             &identity)
            .bytes == "X-Client-CN: board 7\r\nx_units: a,b\r\n");
}

TEST_CASE("several presets write one after the other") {
  const PeerIdentity identity = Usual();
  CHECK(
      Told({{.preset = IdentityPreset::kRfc9440}, {.preset = IdentityPreset::kTraefik}}, &identity)
          .bytes ==
      Told(IdentityPreset::kRfc9440, identity) + Told(IdentityPreset::kTraefik, identity));
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
        "-----END%20CERTIFICATE-----%0A\";Subject=\"CN=board 7,OU=a+OU=b,O=x\"\r\n");
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
                              .field = {IdentityField::Kind::kSubject, "CN"}};
  CHECK(Told({own}, &identity).bytes == "X-CN: " + cn + "\r\n");
  identity.subject += "a";
  CHECK(Told({own}, &identity).bytes.empty());
}

TEST_CASE("Forwarded puts addresses of IPv6 in brackets and quotes") {
  ByteBuffer out;
  AppendForwarded(out, "2001:db8::1", "[::1]:8443");
  AppendForwarded(out, "192.0.2.7", "");
  CHECK(out.text() ==
        "Forwarded: for=\"[2001:db8::1]\";proto=https;host=\"[::1]:8443\"\r\n"
        "Forwarded: for=192.0.2.7;proto=https\r\n");
}

// The text of a member of a flat JSON object without escapes.
std::string MemberOf(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\": \"";
  const size_t begin = json.find(key) + key.size();
  REQUIRE(begin >= key.size());
  return json.substr(begin, json.find('"', begin) - begin);
}

TEST_CASE("the example of RFC 9440 appendix A comes out as it is printed there") {
  const std::string folder = std::string(PINLATCH_SOURCE_DIR) + "/../shared/vectors/rfc9440/";
  if (!std::filesystem::exists(folder + "expected.json")) {
    MESSAGE("skipped: no vectors");
    return;
  }
  const auto read = [&](const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(folder + name).rdbuf();
    return text.str();
  };
  const auto certificate = [&](const std::string& name) {
    const auto found = identity::SplitCertificates(AsBytes(read(name)));
    REQUIRE((found.ok() && found->size() == 1));
    return found->front();
  };
  auto leaf = identity::Describe(certificate("leaf.pem"));
  REQUIRE(leaf.ok());
  leaf->issuers = std::make_shared<const Chain>(
      Chain{certificate("intermediate.pem"), certificate("root.pem")});
  const std::string expected = read("expected.json");
  CHECK(Told(IdentityPreset::kRfc9440, *leaf) ==
        "Client-Cert: " + MemberOf(expected, "Client-Cert") +
            "\r\nClient-Cert-Chain: " + MemberOf(expected, "Client-Cert-Chain") + "\r\n");
}

}  // namespace
}  // namespace pinlatch::proxy
