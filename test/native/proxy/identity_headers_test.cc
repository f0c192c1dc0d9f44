// Tests proxy/identity_headers.h: what belongs to the gateway, and what it writes.
#include "proxy/identity_headers.h"

#include <array>
#include <string>

#include "doctest/doctest.h"

using pinlatch::ByteBuffer;
using pinlatch::proxy::AppendIdentityFields;
using pinlatch::proxy::IsGatewayField;
using pinlatch::snapshot::IdentityPreset;

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

TEST_CASE("the Envoy preset writes hash, quoted subject and alternative names") {
  pinlatch::identity::PeerIdentity identity;
  identity.sha256.fill(0xab);
  identity.subject = "CN=a\"b,O=x";
  identity.san_uri = {"spiffe://board/1"};
  identity.san_dns = {"one.local", "two.local"};
  ByteBuffer out;
  const std::array presets{IdentityPreset::kEnvoy};
  AppendIdentityFields(out, presets, &identity);
  std::string hash;
  for (int i = 0; i < 32; ++i) hash += "ab";
  CHECK(out.text() == "X-Forwarded-Client-Cert: Hash=" + hash +
                          ";Subject=\"CN=a\\\"b,O=x\";URI=\"spiffe://board/1\""
                          ";DNS=\"one.local\";DNS=\"two.local\"\r\n");
}

TEST_CASE("a name in a certificate cannot end the header line") {
  pinlatch::identity::PeerIdentity identity;
  identity.subject = "CN=a\r\nX-Admin: yes";
  ByteBuffer out;
  const std::array presets{IdentityPreset::kEnvoy};
  AppendIdentityFields(out, presets, &identity);
  CHECK(out.text().find('\r') == out.size() - 2);
  CHECK(out.text().find("\\0D\\0A") != std::string_view::npos);
}

TEST_CASE("without an identity nothing is written") {
  ByteBuffer out;
  const std::array presets{IdentityPreset::kEnvoy};
  AppendIdentityFields(out, presets, nullptr);
  CHECK(out.empty());
}
