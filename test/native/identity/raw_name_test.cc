// The text of a name that stands in no certificate.
#include "identity/raw_name.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace pinlatch::identity {
namespace {

std::string Tlv(int tag, const std::string& content) {
  return std::string{static_cast<char>(tag), static_cast<char>(content.size())} + content;
}

std::string Attribute(const std::string& type, const std::string& value, int tag = 0x0c) {
  return Tlv(0x30, Tlv(0x06, type) + Tlv(tag, value));
}

const std::string kCommonName = "\x55\x04\x03";
const std::string kOrganisation = "\x55\x04\x0a";

std::string Text(const std::string& der) { return NameText(AsBytes(std::string_view(der))); }

TEST_CASE("a name in DER has the text that it has in a certificate") {
  const std::string organisation = Tlv(0x31, Attribute(kOrganisation, "Acme, Inc."));
  const std::string common = Tlv(0x31, Attribute(kCommonName, "CA", 0x13));
  CHECK(Text(Tlv(0x30, organisation + common)) == "CN=CA,O=Acme\\, Inc.");
  const std::string both = Attribute(kOrganisation, "a") + Attribute(kCommonName, "b");
  CHECK(Text(Tlv(0x30, Tlv(0x31, both))) == "O=a+CN=b");
}

TEST_CASE("what is no name has no text, and neither has an empty one") {
  const std::string common = Attribute(kCommonName, "CA");
  CHECK(Text(Tlv(0x30, "")).empty());
  CHECK(Text("").empty());
  CHECK(Text(Tlv(0x31, Tlv(0x31, common))).empty());
  CHECK(Text(Tlv(0x30, common)).empty());
  CHECK(Text(Tlv(0x30, Tlv(0x31, common)) + "x").empty());
  CHECK(Text(Tlv(0x30, Tlv(0x31, Tlv(0x30, Tlv(0x06, kCommonName))))).empty());
  const std::string whole = Tlv(0x30, Tlv(0x31, common));
  for (size_t size = 0; size < whole.size(); ++size) CHECK(Text(whole.substr(0, size)).empty());
}

}  // namespace
}  // namespace pinlatch::identity
