// Tests forwarding/identity_headers.h: what each preset writes, byte by byte.
#include <array>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "doctest/doctest.h"
#include "identity/describe.h"
#include "material/certificate_file.h"
#include "proxy/told_identity.h"
#include "snapshot/forward_identity.h"
#include "vectors.h"

namespace pinlatch::proxy {
namespace {

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
            ";Subject=\"CN=board 7,OU=b+OU=a,O=x\";URI=spiffe://board/1;DNS=one.local"
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
            pem + "dHdv" + end + "\";Subject=\"CN=board 7,OU=b+OU=a,O=x\"\r\n");
  const snapshot::EnvoyElements subject = {false, false, false, false, true, false, false};
  CHECK(ToldByEnvoy(subject, Usual()) ==
        "X-Forwarded-Client-Cert: Subject=\"CN=board 7,OU=b+OU=a,O=x\"\r\n");
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
            "\r\nX-SSL-Client-S-DN: CN=board 7,OU=b+OU=a,O=x\r\nX-SSL-Client-I-DN: CN=CA,O=x\r\n"
            "X-SSL-Client-Cert: -----BEGIN%20CERTIFICATE-----%0AREVS%2F%2F77%0A"
            "-----END%20CERTIFICATE-----%0A\r\n");
}

TEST_CASE("Traefik: base64 without the lines of PEM, the whole chain") {
  CHECK(Told(IdentityPreset::kTraefik, Usual()) ==
        "X-Forwarded-Tls-Client-Cert: REVS//77,b25l,dHdv\r\n");
}

TEST_CASE("Zato: every key of its security definitions that the certificate has") {
  PeerIdentity identity = Usual();
  identity.subject = "CN=board 7,OU=a+OU=b,emailAddress=ops@x,O=x,L=Köln,ST=NRW,C=DE";
  const std::string name = "CN=board 7,OU=b+OU=a,emailAddress=ops@x,O=x,L=K\\C3\\B6ln,ST=NRW,C=DE";
  std::string keys;
  for (const auto& [key, value] :
       std::to_array<std::pair<std::string, std::string>>({{"DN", name},
                                                           {"Issuer", "CN=CA,O=x"},
                                                           {"Issuer-CN", "CA"},
                                                           {"Serial", "0A1B"},
                                                           {"CN", "board 7"},
                                                           {"commonName", "board 7"},
                                                           {"O", "x"},
                                                           {"organizationName", "x"},
                                                           {"OU", "a,b"},
                                                           {"organizationalUnitName", "a,b"},
                                                           {"C", "DE"},
                                                           {"countryName", "DE"},
                                                           {"ST", "NRW"},
                                                           {"stateOrProvinceName", "NRW"},
                                                           {"L", "K\\C3\\B6ln"},
                                                           {"localityName", "K\\C3\\B6ln"},
                                                           {"emailAddress", "ops@x"}})) {
    keys.append("X-Zato-TLS-").append(key).append(": ").append(value).append("\r\n");
  }
  CHECK(Told(IdentityPreset::kZato, identity) ==
        "X-Zato-TLS-Fingerprint: " + Repeated("CD", 20) + "\r\nX-Zato-TLS-Fingerprint-SHA256: " +
            Repeated("AB", 32) + "\r\nX-Zato-TLS-Subject: " + name + "\r\n" + keys);
}

TEST_CASE("a preset writes no field that is not on its list") {
  PeerIdentity identity = Usual();
  identity.subject = "CN=board 7,OU=a,emailAddress=ops@x,O=x,L=y,ST=z,C=DE";
  for (const auto preset :
       {IdentityPreset::kRfc9440, IdentityPreset::kEnvoy, IdentityPreset::kHaproxy,
        IdentityPreset::kNginx, IdentityPreset::kTraefik, IdentityPreset::kZato,
        IdentityPreset::kAws}) {
    std::vector<std::string> written;
    std::istringstream lines(Told(preset, identity));
    for (std::string line; std::getline(lines, line);) {
      written.push_back(line.substr(0, line.find(':')));
    }
    std::vector<std::string> listed;
    for (const std::string_view name : snapshot::HeaderNames({.preset = preset})) {
      listed.emplace_back(name);
    }
    CHECK(written == listed);
  }
}

TEST_CASE("AWS: what a load balancer that verifies sends") {
  CHECK(Told(IdentityPreset::kAws, Usual()) ==
        "X-Amzn-Mtls-Clientcert-Serial-Number: 0A1B\r\n"
        "X-Amzn-Mtls-Clientcert-Issuer: CN=CA,O=x\r\n"
        "X-Amzn-Mtls-Clientcert-Subject: CN=board 7,OU=b+OU=a,O=x\r\n"
        "X-Amzn-Mtls-Clientcert-Validity: NotBefore=2025-11-25T08:00:00Z"
        ";NotAfter=9999-12-31T23:59:59Z\r\n"
        "X-Amzn-Mtls-Clientcert-Leaf: -----BEGIN%20CERTIFICATE-----%0AREVS//77%0A"
        "-----END%20CERTIFICATE-----%0A\r\n");
}

TEST_CASE("free form: any header from any field, and none where the certificate has none") {
  const auto own = [](std::string header, snapshot::NamedField field) {
    return ForwardedIdentity{
        .preset = IdentityPreset::kField, .header = std::move(header), .field = std::move(field)};
  };
  const PeerIdentity identity = Usual();
  CHECK(Told({own("X-Client-CN", {IdentityField::kSubjectAttribute, "CN"}),
              own("X-Client-Mail", {IdentityField::kSanEmail, ""}),
              own("x_units", {IdentityField::kSubjectAttribute, "OU"})},
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
  const std::optional<std::string> found_folder = pinlatch::test::VectorsAt("rfc9440/");
  if (!found_folder) return;
  const std::string& folder = *found_folder;
  const auto read = [&](const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(folder + name).rdbuf();
    return text.str();
  };
  const auto certificate = [&](const std::string& name) {
    const auto found = material::SplitCertificates(AsBytes(read(name)));
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
