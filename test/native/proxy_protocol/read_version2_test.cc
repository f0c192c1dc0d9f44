// Reading PROXY protocol version 2.
#include <doctest/doctest.h>

#include <string>

#include "proxy_protocol/address_text.h"
#include "proxy_protocol/crc32c.h"
#include "proxy_protocol/header.h"
#include "proxy_protocol/tlv.h"
#include "version2.h"

namespace pinlatch::proxy_protocol {
namespace {

Result<size_t> Read(std::string_view bytes, Header& into) {
  return ReadHeader(AsBytes(bytes), into);
}

bool Refuses(std::string_view bytes) {
  Header header;
  const Result<size_t> read = Read(bytes, header);
  return !read.ok() && read.error().code == ErrorCode::kProxyHeader;
}

// Sealed fills a checksum of zeros that ends the header.
std::string Sealed(std::string header) {
  Crc32c checksum;
  checksum.Add(AsBytes(header));
  for (int i = 0; i < 4; ++i) {
    header[header.size() - 4 + static_cast<size_t>(i)] =
        static_cast<char>(checksum.Value() >> (24 - 8 * i));
  }
  return header;
}

const std::string kZeros(4, '\0');

TEST_CASE("a version 2 header names both ends and carries fields") {
  Header header;
  const std::string bytes = Version2(0x21, 0x11, kAddresses4 + Field(0x02, "api.local"));
  const std::string received = bytes + "\x16\x03";  // the header's views point into it
  REQUIRE(*Read(received, header) == bytes.size());
  CHECK(header.kind == Header::Kind::kAddress);
  CHECK(header.version == 2);
  CHECK(AddressText(header.source.address) == "192.0.2.1");
  CHECK(header.source.port == 50000);
  CHECK(AddressText(header.destination.address) == "198.51.100.9");
  CHECK(header.destination.port == 443);
  Tlv field;
  TlvReader reader(header.tlvs);
  REQUIRE(reader.Next(field));
  CHECK(field.is(TlvType::kAuthority));
  CHECK(AsText(field.value) == "api.local");
  CHECK(!reader.Next(field));
  CHECK(!reader.broken());
}

TEST_CASE("IPv6 addresses are read, and the mapped form is the IPv4 address") {
  Header header;
  std::string six(10, '\0');
  six += "\xFF\xFF\xC0";
  six += std::string("\x00\x02\x01", 3);
  six += std::string(15, '\0') + "\x01" + std::string("\x00\x01\x00\x02", 4);
  REQUIRE(*Read(Version2(0x21, 0x21, six), header) == 52);
  CHECK(AddressText(header.source.address) == "192.0.2.1");
  CHECK(AddressText(header.destination.address) == "::1");
  CHECK(header.source.port == 1);
  CHECK(header.destination.port == 2);
}

TEST_CASE("LOCAL, an unspecified family and a unix socket name no address") {
  Header header;
  CHECK(*Read(Version2(0x20, 0x00, ""), header) == 16);
  CHECK(header.kind == Header::Kind::kLocal);
  CHECK(*Read(Version2(0x20, 0x11, kAddresses4), header) == 28);
  CHECK(header.kind == Header::Kind::kLocal);
  CHECK(header.source.address.size == 0);
  CHECK(*Read(Version2(0x21, 0x00, Field(0x04, "padding")), header) == 26);
  CHECK(header.kind == Header::Kind::kUnknown);
  CHECK(*Read(Version2(0x21, 0x31, std::string(216, 'x')), header) == 232);
  CHECK(header.kind == Header::Kind::kUnix);
}

TEST_CASE("a header that arrives in pieces is awaited") {
  const std::string bytes = Version2(0x21, 0x11, kAddresses4 + Field(0x02, "api.local"));
  Header header;
  for (size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    const Result<size_t> read = Read(bytes.substr(0, size), header);
    REQUIRE(read.ok());
    CHECK(*read == 0);
  }
}

TEST_CASE("what the specification does not allow is refused") {
  CHECK(Refuses(Version2(0x11, 0x11, kAddresses4)));  // version 1 in binary
  CHECK(Refuses(Version2(0x31, 0x11, kAddresses4)));  // version 3
  CHECK(Refuses(Version2(0x22, 0x11, kAddresses4)));  // a third command
  CHECK(Refuses(Version2(0x21, 0x12, kAddresses4)));  // UDP
  CHECK(Refuses(Version2(0x21, 0x10, kAddresses4)));  // IPv4 over nothing
  CHECK(Refuses(Version2(0x21, 0x41, kAddresses4)));  // a family that there is not
  CHECK(Refuses(Version2(0x21, 0x11, "short")));      // no room for addresses
  CHECK(Refuses(Version2(0x21, 0x21, kAddresses4)));  // IPv4 addresses said to be IPv6
  CHECK(Refuses(Version2(0x21, 0x31, std::string(215, 'x'))));
  CHECK(Refuses(Version2(0x21, 0x11, kAddresses4 + "\x02")));  // half a field
  CHECK(Refuses(Version2(0x21, 0x11, kAddresses4 + std::string("\x02\x00\x09x", 4))));
  CHECK(Refuses("\r\n\r\n\r\n"));  // not the signature
}

TEST_CASE("a version that is not known is refused before the rest has come") {
  CHECK(Refuses(Version2(0x31, 0x11, kAddresses4).substr(0, 13)));
}

TEST_CASE("a header is no longer than 4096 bytes, and more is not waited for") {
  Header header;
  const std::string most = Version2(0x20, 0x00, std::string(4080, 'x'));
  CHECK(*Read(most, header) == kMostHeaderBytes);
  CHECK(Refuses(Version2(0x20, 0x00, std::string(4081, 'x')).substr(0, 16)));
}

TEST_CASE("a checksum must hold, be whole and be there once") {
  Header header;
  const std::string open =
      Version2(0x21, 0x11, kAddresses4 + Field(0x02, "api.local") + Field(0x03, kZeros));
  const std::string sealed = Sealed(open);
  REQUIRE(Read(sealed, header).ok());
  CHECK(Refuses(open));
  const size_t type_at =
      sealed.size() - 7;  // changed, the field is another, and there is no checksum
  for (size_t i = 14; i < sealed.size(); ++i) {
    if (i == type_at) continue;
    std::string flipped = sealed;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x10);
    Header other;
    const Result<size_t> read = Read(flipped, other);
    CAPTURE(i);
    // A longer length makes it wait for more.
    CHECK((!read.ok() || *read == 0));
  }
  CHECK(Refuses(Version2(0x21, 0x11, kAddresses4 + Field(0x03, "abc"))));
  CHECK(Refuses(
      Sealed(Version2(0x21, 0x11, kAddresses4 + Field(0x03, kZeros) + Field(0x03, kZeros)))));
}

TEST_CASE("the checksum is CRC-32C") {
  Crc32c checksum;
  checksum.Add(AsBytes("1234"));
  checksum.Add(AsBytes("56789"));
  CHECK(checksum.Value() == 0xE3069283);
}

}  // namespace
}  // namespace pinlatch::proxy_protocol
