// Covers the text of identity fields and of the names that they are cut from.
#include "identity/field_text.h"

#include <doctest/doctest.h>

#include <string>

#include "identity/equal_names.h"
#include "identity/name_text.h"
#include "identity/openssl_name.h"

namespace pinlatch::identity {
namespace {

std::string Text(const PeerIdentity& identity, const std::string& name) {
  snapshot::NamedField field;
  REQUIRE(snapshot::ParseFieldName(name, field));
  return FieldText(identity, field);
}

TEST_CASE("every field has the text of its part of the identity") {
  PeerIdentity identity;
  identity.sha256.fill(1);
  identity.sha1.fill(2);
  identity.spki_sha256.fill(0xab);
  identity.subject = "CN=a,O=x";
  identity.issuer = "CN=b,C=FR";
  identity.serial = "0A";
  identity.not_before = 0;
  identity.not_after = 951827696;  // a leap day
  identity.san_dns = {"a.b", "c.d"};
  identity.san_uri = {"spiffe://x/y,z"};
  identity.san_email = {"m@x"};
  identity.san_ip = {"10.0.0.1", "::1"};
  identity.key_algorithm = "EC P-256";
  identity.signature_algorithm = "ecdsa-with-SHA256";
  identity.policies = {"2.23.140.1.2.1", "1.3.6.1.4.1.1"};
  CHECK(Text(identity, "fingerprint.sha256").substr(0, 6) == "010101");
  CHECK(Text(identity, "fingerprint.sha1").size() == 40);
  CHECK(Text(identity, "spki.sha256").substr(60) == "abab");
  CHECK(Text(identity, "subject") == "CN=a,O=x");
  CHECK(Text(identity, "subject.O") == "x");
  CHECK(Text(identity, "subject.C").empty());
  CHECK(Text(identity, "issuer") == "CN=b,C=FR");
  CHECK(Text(identity, "issuer.C") == "FR");
  CHECK(Text(identity, "serial") == "0A");
  CHECK(Text(identity, "notBefore") == "1970-01-01T00:00:00Z");
  CHECK(Text(identity, "notAfter") == "2000-02-29T12:34:56Z");
  CHECK(Text(identity, "san.dns") == "a.b,c.d");
  CHECK(Text(identity, "san.uri") == R"(spiffe://x/y\2cz)");
  CHECK(Text(identity, "san.email") == "m@x");
  CHECK(Text(identity, "san.ip") == "10.0.0.1,::1");
  CHECK(Text(identity, "keyAlgorithm") == "EC P-256");
  CHECK(Text(identity, "signatureAlgorithm") == "ecdsa-with-SHA256");
  CHECK(Text(identity, "policies") == "2.23.140.1.2.1,1.3.6.1.4.1.1");
}

TEST_CASE("several values of an attribute are told apart from one with a comma") {
  PeerIdentity identity;
  identity.subject = R"(CN=a\,b,OU=x,CN=c+OU=\C3\A9)";
  CHECK(Text(identity, "subject.CN") == R"(a\,b,c)");
  CHECK(Text(identity, "subject.OU") == R"(x,\C3\A9)");
  identity.subject = "CN=\xc3\xa9";
  CHECK(Text(identity, "subject.CN") == R"(\C3\A9)");
}

TEST_CASE("a name is taken apart as it was put together") {
  const auto parts = SplitName(R"(CN=a\,b\+\"\20,1.2.3=#0403,OU=x+L==y\\)");
  REQUIRE(parts.size() == 4);
  CHECK(parts[0].type == "CN");
  CHECK(parts[0].value == "a,b+\" ");
  CHECK(parts[1].type == "1.2.3");
  CHECK(parts[1].value == "#0403");
  CHECK(parts[2].begins_rdn);
  CHECK_FALSE(parts[3].begins_rdn);
  CHECK(parts[3].value == "=y\\");
  CHECK(SplitName("").empty());
  CHECK(SplitName("no equals")[0].value.empty());
  CHECK(SplitName("CN=\\")[0].value == "\\");
}

TEST_CASE("a name is written as OpenSSL does, whatever is in it") {
  CHECK(OpenSslName("CN=x,OU=b+O=c+L=d,C=FR") == "CN=x,L=d+O=c+OU=b,C=FR");
  CHECK(OpenSslName("STREET=a,2.5.4.42=#0c0448616e73") == "street=a,GN=Hans");
  CHECK(OpenSslName("1.2.3=#0c0448616e73,CN=#0500") == "1.2.3=#0C0448616E73,CN=#0500");
  CHECK(OpenSslName("CN=\xc3\xa4\\,,O=\\#,OU=\\#a,L=\\ ") == R"(CN=\C3\A4\,,O=#,OU=\#a,L=\ )");
  CHECK(OpenSslName("").empty());
}

TEST_CASE("names are equal whichever way they are written, and no other name is equal to them") {
  CHECK(AreEqualNames("CN=a+OU=b,O=c", "OU=b+CN=a,O=c"));
  CHECK(AreEqualNames("2.5.4.42=Hans", "2.5.4.42=#0c0448616e73"));
  CHECK(AreEqualNames("2.5.4.42=Hans", "2.5.4.42=#130448616e73"));
  CHECK(AreEqualNames("1.2.3=#0500", "1.2.3=#0500"));
  CHECK(AreEqualNames("CN=#", R"(CN=\#)"));
  CHECK(AreEqualNames(R"(CN=a\C3\A4)", "CN=a\xc3\xa4"));
  for (const char* other : {"CN=a,OU=b,O=c", "CN=a+OU=b", "O=c,CN=a+OU=b", "CN=a+OU=b+OU=b,O=c",
                            "CN=A+OU=b,O=c", "CN=a+OU=b,O=c,O=c", "", "CN=b+OU=a,O=c"}) {
    CHECK_FALSE(AreEqualNames("CN=a+OU=b,O=c", other));
  }
  CHECK_FALSE(AreEqualNames("CN=#0500", R"(CN=\#0500)"));
  CHECK_FALSE(AreEqualNames("2.5.4.42=#0c0448616e73", R"(2.5.4.42=\#0c0448616e73)"));
}

TEST_CASE("one line has the order of the certificate and cannot be mistaken") {
  CHECK(OneLineName("CN=a,OU=b+O=c,C=FR") == "/C=FR/OU=b/O=c/CN=a");
  CHECK(OneLineName(R"(CN=x/CN=y\\z)") == R"(/CN=x\x2FCN=y\x5Cz)");
  CHECK(OneLineName("STREET=a,2.5.4.42=#0c0448616e73") == "/GN=Hans/street=a");
  CHECK(OneLineName("").empty());
}

TEST_CASE("times of certificates have two digits of the year until 2049") {
  CHECK(Asn1Time(1764057600) == "251125080000Z");
  CHECK(Asn1Time(2524607999) == "491231235959Z");
  CHECK(Asn1Time(2524608000) == "20500101000000Z");
  CHECK(Asn1Time(-1) == "691231235959Z");
}

TEST_CASE("what is not unreserved is percent-encoded") {
  CHECK(PercentEncode("a-._~ +/=\n\xff") == "a-._~%20%2B%2F%3D%0A%FF");
  CHECK(PercentEncode("+/=\n", "+=/") == "+/=%0A");
}

}  // namespace
}  // namespace pinlatch::identity
