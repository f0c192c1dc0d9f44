// Covers the RFC 4514 text of names: order, escapes, string types, attribute types.
#include "identity/distinguished_name.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "identity/string_types.h"

namespace pinlatch::identity {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kCommonName = "\x55\x04\x03"sv;
constexpr std::string_view kOrganisation = "\x55\x04\x0a"sv;
constexpr std::string_view kUnit = "\x55\x04\x0b"sv;

struct Attribute {
  std::string_view oid;
  int tag;
  std::string_view value;
  bool more_in_rdn = false;
};

unsigned char* Bytes(std::string_view text) {
  return const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(text.data()));
}

std::string Text(const std::vector<Attribute>& attributes) {
  std::vector<mbedtls_x509_name> names(attributes.size());
  for (size_t i = 0; i < attributes.size(); ++i) {
    const Attribute& attribute = attributes[i];
    names[i] = {};
    names[i].oid = {MBEDTLS_ASN1_OID, attribute.oid.size(), Bytes(attribute.oid)};
    names[i].val = {attribute.tag, attribute.value.size(), Bytes(attribute.value)};
    names[i].next_merged = attribute.more_in_rdn ? 1 : 0;
    if (i > 0) names[i - 1].next = &names[i];
  }
  return DistinguishedName(names.front());
}

std::string Common(std::string_view value, int tag = MBEDTLS_ASN1_UTF8_STRING) {
  return Text({{kCommonName, tag, value}});
}

TEST_CASE("the most specific RDN comes first") {
  CHECK(Text({{kOrganisation, MBEDTLS_ASN1_UTF8_STRING, "Lab"},
              {kUnit, MBEDTLS_ASN1_PRINTABLE_STRING, "Sales"},
              {kCommonName, MBEDTLS_ASN1_UTF8_STRING, "billing"}}) == "CN=billing,OU=Sales,O=Lab");
}

TEST_CASE("attributes of one RDN are joined by plus, in their order") {
  CHECK(Text({{kOrganisation, MBEDTLS_ASN1_UTF8_STRING, "Lab"},
              {kUnit, MBEDTLS_ASN1_UTF8_STRING, "Sales", true},
              {kCommonName, MBEDTLS_ASN1_UTF8_STRING, "J. Smith"}}) ==
        "OU=Sales+CN=J. Smith,O=Lab");
}

TEST_CASE("an empty name is an empty text") {
  const mbedtls_x509_name none{};
  CHECK(DistinguishedName(none).empty());
}

TEST_CASE("special characters are escaped as RFC 4514 section 2.4 says") {
  CHECK(Common("James \"Jim\" Smith, III") == "CN=James \\\"Jim\\\" Smith\\, III");
  CHECK(Common("a+b;c<d>e\\f") == "CN=a\\+b\\;c\\<d\\>e\\\\f");
  CHECK(Common(" a ") == "CN=\\ a\\ ");
  CHECK(Common(" ") == "CN=\\ ");
  CHECK(Common("a b") == "CN=a b");
  CHECK(Common("#a#") == "CN=\\#a#");
  CHECK(Common("a=b") == "CN=a=b");
  CHECK(Common("") == "CN=");
}

TEST_CASE("a name cannot pass for another by a comma, a line break or a NUL") {
  CHECK(Common("admin,O=Lab") == "CN=admin\\,O=Lab");
  CHECK(Common("admin\0.evil"sv) == "CN=admin\\00.evil");
  CHECK(Common("a\r\nb\t\x7f") == "CN=a\\0D\\0Ab\\09\\7F");
}

TEST_CASE("every string type becomes UTF-8") {
  CHECK(Common("Lu\xc4\x8di\xc4\x87") == "CN=Lu\xc4\x8di\xc4\x87");
  CHECK(Common("J\xf6rg", MBEDTLS_ASN1_T61_STRING) == "CN=J\xc3\xb6rg");
  CHECK(Common("\x00J\x00\xf6\x20\xac"sv, MBEDTLS_ASN1_BMP_STRING) == "CN=J\xc3\xb6\xe2\x82\xac");
  CHECK(Common("\xd8\x3d\xde\x00"sv, MBEDTLS_ASN1_BMP_STRING) == "CN=\xf0\x9f\x98\x80");
  CHECK(Common("\x00\x01\xf6\x00"sv, MBEDTLS_ASN1_UNIVERSAL_STRING) == "CN=\xf0\x9f\x98\x80");
  CHECK(Common("plain", MBEDTLS_ASN1_IA5_STRING) == "CN=plain");
  CHECK(Common("12", 0x12) == "CN=12");
}

TEST_CASE("a value that its type does not allow is given as its DER") {
  CHECK(Common("\xff") == "CN=#0c01ff");
  CHECK(Common("\xe9", MBEDTLS_ASN1_PRINTABLE_STRING) == "CN=#1301e9");
  CHECK(Common("abc", MBEDTLS_ASN1_BMP_STRING) == "CN=#1e03616263");
  CHECK(Common("\xd8\x3d"sv, MBEDTLS_ASN1_BMP_STRING) == "CN=#1e02d83d");
  CHECK(Common("\x00\x11\x00\x00"sv, MBEDTLS_ASN1_UNIVERSAL_STRING) == "CN=#1c0400110000");
  CHECK(Common("\x00"sv, MBEDTLS_ASN1_BIT_STRING) == "CN=#030100");
  const std::string long_value(200, '\xff');
  CHECK(Common(long_value).substr(0, 12) == "CN=#0c81c8ff");
}

TEST_CASE("attribute types have their usual short names, others are numbers with DER values") {
  const auto one = [](std::string_view oid) {
    return Text({{oid, MBEDTLS_ASN1_UTF8_STRING, "x"}});
  };
  CHECK(one("\x55\x04\x06") == "C=x");
  CHECK(one("\x55\x04\x07") == "L=x");
  CHECK(one("\x55\x04\x08") == "ST=x");
  CHECK(one("\x55\x04\x09") == "STREET=x");
  CHECK(one("\x55\x04\x05") == "serialNumber=x");
  CHECK(one("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19") == "DC=x");
  CHECK(one("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01") == "UID=x");
  CHECK(one("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01") == "emailAddress=x");
  CHECK(one("\x55\x04\x0c") == "2.5.4.12=#0c0178");
}

TEST_CASE("object identifiers are decoded, malformed ones are called so") {
  const auto dotted = [](std::string_view oid) {
    return DottedOid({MBEDTLS_ASN1_OID, oid.size(), Bytes(oid)});
  };
  CHECK(dotted("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01") == "1.2.840.113549.1.9.1");
  CHECK(dotted("\x88\x37\x03") == "2.999.3");
  CHECK(dotted("\x00"sv) == "0.0");
  CHECK(dotted("") == "invalid");
  CHECK(dotted("\x55\x84") == "invalid");
  CHECK(dotted("\x55\x80\x04") == "invalid");
  CHECK(dotted("\x55\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f") == "invalid");
}

TEST_CASE("UTF-8 is well formed or it is not") {
  const auto valid = [](std::string_view text) { return IsUtf8(AsBytes(text)); };
  CHECK(valid(""));
  CHECK(
      valid("\x00\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"sv));
  for (const std::string_view bad :
       {"\x80"sv, "\xc0\x80"sv, "\xc1\xbf"sv, "\xe0\x9f\xbf"sv, "\xed\xa0\x80"sv,
        "\xf0\x8f\xbf\xbf"sv, "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xc2"sv, "\xe2\x82"sv,
        "\xc2 "sv, "a\xff"sv}) {
    CHECK_FALSE(valid(bad));
  }
}

}  // namespace
}  // namespace pinlatch::identity
