// Reading PROXY protocol version 1.
#include <doctest/doctest.h>

#include <string>

#include "proxy_protocol/address_text.h"
#include "proxy_protocol/header.h"

namespace pinlatch::proxy_protocol {
namespace {

Result<size_t> Read(std::string_view text, Header& into) { return ReadHeader(AsBytes(text), into); }

std::string Source(const Header& header) {
  return AddressText(header.source.address) + " " + std::to_string(header.source.port);
}
std::string Destination(const Header& header) {
  return AddressText(header.destination.address) + " " + std::to_string(header.destination.port);
}

TEST_CASE("a version 1 header names both ends, and what follows is not its own") {
  Header header;
  const std::string line = "PROXY TCP4 192.0.2.1 198.51.100.9 50000 443\r\n";
  REQUIRE(*Read(line + "\x16\x03\x01", header) == line.size());
  CHECK(header.kind == Header::Kind::kAddress);
  CHECK(header.version == 1);
  CHECK(Source(header) == "192.0.2.1 50000");
  CHECK(Destination(header) == "198.51.100.9 443");
  CHECK(header.tlvs.empty());

  REQUIRE(*Read("PROXY TCP6 2001:db8::1 ::1 0 65535\r\n", header) > 0);
  CHECK(Source(header) == "2001:db8::1 0");
  CHECK(Destination(header) == "::1 65535");
}

TEST_CASE("an IPv4 address in IPv6 form is the IPv4 address") {
  Header header;
  REQUIRE(*Read("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", header) > 0);
  CHECK(Source(header) == "192.0.2.1 1");
}

TEST_CASE("UNKNOWN says nothing, whatever follows it") {
  Header header;
  for (const std::string line : {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN what ever  1 2 3 4 5 6\r\n",
                                 "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
                                 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"}) {
    REQUIRE(*Read(line, header) == line.size());
    CHECK(header.kind == Header::Kind::kUnknown);
  }
}

TEST_CASE("a header that arrives in pieces is awaited") {
  Header header;
  const std::string line = "PROXY TCP4 192.0.2.1 198.51.100.9 50000 443\r\n";
  for (size_t size = 0; size < line.size(); ++size) {
    CAPTURE(size);
    const Result<size_t> read = Read(line.substr(0, size), header);
    REQUIRE(read.ok());
    CHECK(*read == 0);
  }
}

TEST_CASE("what the specification does not allow is refused") {
  for (const std::string line : {
           "PROXY TCP4 192.0.2.1 198.51.100.9 50000 443\n",
           "PROXY TCP4 192.0.2.1 198.51.100.9 50000 443 \r\n",
           "PROXY TCP4 192.0.2.1 198.51.100.9 50000 443 1\r\n",
           "PROXY TCP4 192.0.2.1  198.51.100.9 50000 443\r\n",
           "PROXY  TCP4 192.0.2.1 198.51.100.9 50000 443\r\n",
           "PROXY TCP4 192.0.2.1 198.51.100.9 50000\r\n",
           "PROXY TCP4 192.0.2.1 198.51.100.9 050 443\r\n",
           "PROXY TCP4 192.0.2.1 198.51.100.9 50000 65536\r\n",
           "PROXY TCP4 192.0.2.1 198.51.100.9 +1 443\r\n",
           "PROXY TCP4 192.0.2.1 198.51.100.9  443\r\n",
           "PROXY TCP4 192.0.2.01 198.51.100.9 1 443\r\n",
           "PROXY TCP4 192.0.2 198.51.100.9 1 443\r\n",
           "PROXY TCP4 ::1 198.51.100.9 1 443\r\n",
           "PROXY TCP6 192.0.2.1 ::1 1 443\r\n",
           "PROXY TCP6 fe80::1%eth0 ::1 1 443\r\n",
           "PROXY TCP6 [::1] ::1 1 443\r\n",
           "PROXY UDP4 192.0.2.1 198.51.100.9 1 443\r\n",
           "PROXY tcp4 192.0.2.1 198.51.100.9 1 443\r\n",
           "PROXY \r\n",
           "PROXY UNKNOWN \x01\r\n",
           "PROXY UNKNOWN \r x\r\n",
           "proxy UNKNOWN\r\n",
           "GET / HTTP/1.1\r\n",
           "\x16\x03\x01\x02",
       }) {
    CAPTURE(line);
    Header header;
    const Result<size_t> read = Read(line, header);
    REQUIRE(!read.ok());
    CHECK(read.error().code == ErrorCode::kProxyHeader);
  }
}

TEST_CASE("a line is no longer than 107 bytes, and that is not waited for") {
  Header header;
  std::string line = "PROXY UNKNOWN ";
  line.resize(105, 'x');
  REQUIRE(*Read(line + "\r\n", header) == 107);
  CHECK(*Read(line + "x", header) == 0);
  CHECK(!Read(line + "xx", header).ok());
  CHECK(!Read(line + "x\r\n", header).ok());
}

TEST_CASE("the first byte that is of no header ends the wait") {
  Header header;
  CHECK(*Read("", header) == 0);
  CHECK(*Read("P", header) == 0);
  CHECK(!Read("PX", header).ok());
  CHECK(!Read("\x16", header).ok());
}

}  // namespace
}  // namespace pinlatch::proxy_protocol
