// Covers what a listener or route may tell of a client: presets, elements, fields, header names.
#include "snapshot/forward_identity.h"

#include <string>

#include "doctest/doctest.h"
#include "snapshot/decoder.h"
#include "snapshot/document_checks.h"
#include "snapshot/test_document.h"

namespace pinlatch::snapshot {
namespace {

using std::string;
using std::string_view;

TEST_CASE("the presets are taken as written only") {
  CheckTakes("/listeners/0/forwardIdentity/0",
             {"\"rfc9440\"", "\"envoy\"", "\"haproxy\"", "\"nginx\"", "\"traefik\"", "\"zato\"",
              "\"aws\"", "\"rfc7239\""});
  CheckRefuses("/listeners/0/forwardIdentity/0", {"\"apache\"", "\"Envoy\"", "{}"});
}

TEST_CASE("an identity field is one that certificates have") {
  CheckTakes("/routes/0/forwardIdentity/2/field",
             {"\"fingerprint.sha256\"", "\"fingerprint.sha1\"", "\"spki.sha256\"", "\"subject\"",
              "\"subject.OU\"", "\"issuer\"", "\"issuer.emailAddress\"", "\"serial\"",
              "\"san.dns\"", "\"san.uri\"", "\"san.email\"", "\"san.ip\"", "\"notBefore\"",
              "\"notAfter\"", "\"keyAlgorithm\"", "\"signatureAlgorithm\""});
  CheckRefuses("/routes/0/forwardIdentity/2/field",
               {"\"\"", "\"subject.\"", "\"subject.cn\"", "\"subject.2.5.4.3\"", "\"san\"",
                "\"serial.CN\"", "\"Subject\""});
  CheckTakes("/routes/0/forwardIdentity/1/envoy", {R"(["dns"])", R"(["uri","subject"])"});
  CheckRefuses("/routes/0/forwardIdentity/1/envoy", {"[]", "\"cert\""});
  CheckRefuses("/routes/0/forwardIdentity/1/envoy/0", {"\"Cert\"", "\"by \""});
}

TEST_CASE("an identity header has a name that is nobody else's, in any spelling") {
  CheckTakes("/routes/0/forwardIdentity/2/header",
             {"\"X-Client-CN\"", "\"client\"", "\"X-Forwarded-User\"", "\"SSL_CLIENT_S_DN\""});
  CheckRefuses(
      "/routes/0/forwardIdentity/2/header",
      {"\"\"", "\"a b\"", "\"a:\"", "\"a\\r\\n\"", "\"\u00fc\"", "\"Host\"", "\"Content-Length\"",
       "\"content_length\"", "\"TRANSFER-ENCODING\"", "\"Connection\"", "\"te\"", "\"Expect\"",
       "\"X-Request-Id\"", "\"x_forwarded_for\"", "\"X-Forwarded-Port\""});
}

TEST_CASE("no header field is written twice") {
  CHECK(Refusal(Changed("/listeners/0/forwardIdentity", R"(["envoy","envoy"])")).at ==
        "/listeners/0/forwardIdentity");
  CHECK(Refusal(Changed("/listeners/0/forwardIdentity", "null")).detail ==
        "found null, expected a list");
  // Both write X-SSL-Client-Verify, in different words.
  CHECK(Refusal(Changed("/listeners/0/forwardIdentity", R"(["haproxy","nginx"])")).detail ==
        "found the header field X-SSL-Client-Verify twice, expected each once, letter case, \"-\" "
        "and "
        "\"_\" aside");
  CHECK(
      Refusal(Changed("/routes/0/forwardIdentity",
                      R"([{"header":"X-A","field":"serial"},{"header":"x_a","field":"subject"}])"))
          .at == "/routes/0/forwardIdentity");
  CHECK(Refusal(Changed("/routes/0/forwardIdentity",
                        R"(["rfc9440",{"header":"CLIENT_CERT","field":"serial"}])"))
            .at == "/routes/0/forwardIdentity");
}

TEST_CASE("an own header is a header with a field, and nothing else") {
  CheckRefuses("/routes/0/forwardIdentity/2", {R"({"header":"X-A"})", R"({"field":"serial"})"});
  CHECK(Refusal(Changed("/routes/0/forwardIdentity/2/envoy", R"(["by"])")).at ==
        "/routes/0/forwardIdentity/2");
}

TEST_CASE("names fold to what upstreams may take them for") {
  CHECK(FoldFieldName("X_Client.CN~1") == "x-client-cn-1");
  CHECK(FoldFieldName("") == "");
}

}  // namespace
}  // namespace pinlatch::snapshot
