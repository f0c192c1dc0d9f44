// SocketAddress and Resolve: literals, and what they print as.
#include <sys/un.h>

#include <cstddef>
#include <string>

#include "doctest/doctest.h"
#include "io/socket.h"

namespace pinlatch::io {
namespace {

std::string RoundTrip(const std::string& ip, uint16_t port) {
  const Result<SocketAddress> address = SocketAddress::FromIp(ip, port);
  REQUIRE(address.ok());
  CHECK(address->port() == port);
  return address->ToString();
}

TEST_CASE("an IP literal prints as itself, IPv6 in brackets") {
  CHECK(RoundTrip("127.0.0.1", 80) == "127.0.0.1:80");
  CHECK(RoundTrip("0.0.0.0", 65535) == "0.0.0.0:65535");
  CHECK(RoundTrip("::1", 8443) == "[::1]:8443");
  CHECK(RoundTrip("2001:DB8:0:0::1", 1) == "[2001:db8::1]:1");
}

TEST_CASE("an IPv4-mapped IPv6 address prints as IPv4") {
  const Result<SocketAddress> address = SocketAddress::FromIp("::ffff:192.0.2.7", 443);
  REQUIRE(address.ok());
  CHECK(address->family() == AF_INET6);
  CHECK(address->Ip() == "192.0.2.7");
  CHECK(address->ToString() == "192.0.2.7:443");
}

TEST_CASE("what is not a plain IP literal is refused") {
  for (const std::string& text :
       {std::string(), std::string("localhost"), std::string("127.1"), std::string("0x7f.0.0.1"),
        std::string("127.0.0.1 "), std::string("[::1]"), std::string("1.2.3.4.5"),
        std::string("127.0.0.1\0x", 11), std::string("::1\0", 4), std::string("256.0.0.1")}) {
    CAPTURE(text);
    const Result<SocketAddress> address = SocketAddress::FromIp(text, 1);
    REQUIRE_FALSE(address.ok());
    CHECK(address.error().code == ErrorCode::kAddressInvalid);
  }
}

TEST_CASE("a unix path is taken up to 107 bytes") {
  const std::string longest = "/" + std::string(106, 'x');
  const Result<SocketAddress> address = SocketAddress::FromUnixPath(longest);
  REQUIRE(address.ok());
  CHECK(address->family() == AF_UNIX);
  CHECK(address->ToString() == "unix:" + longest);
  CHECK(address->Ip().empty());
  CHECK(address->port() == 0);
  CHECK_FALSE(SocketAddress::FromUnixPath(longest + "x").ok());
  CHECK_FALSE(SocketAddress::FromUnixPath("").ok());
  CHECK_FALSE(SocketAddress::FromUnixPath(std::string("/a\0b", 4)).ok());
}

TEST_CASE("unnamed and abstract unix addresses print without reading past their end") {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  const auto* raw = reinterpret_cast<const sockaddr*>(&local);
  CHECK(SocketAddress::FromRaw(raw, sizeof local.sun_family).ToString() == "unix:");
  local.sun_path[1] = 'a';
  local.sun_path[2] = 'b';
  CHECK(SocketAddress::FromRaw(raw, offsetof(sockaddr_un, sun_path) + 3).ToString() == "unix:@ab");
  for (char& byte : local.sun_path) byte = 'z';
  CHECK(SocketAddress::FromRaw(raw, sizeof local).ToString() == "unix:" + std::string(108, 'z'));
}

TEST_CASE("an address of a length that the system overstates is cut to what there is") {
  sockaddr_storage storage{};
  storage.ss_family = AF_INET;
  const SocketAddress address =
      SocketAddress::FromRaw(reinterpret_cast<const sockaddr*>(&storage), 4096);
  CHECK(address.length() == sizeof storage);
  CHECK(address.ToString() == "0.0.0.0:0");
}

TEST_CASE("an empty address prints as nothing") {
  CHECK(SocketAddress().ToString().empty());
  CHECK(SocketAddress().port() == 0);
}

TEST_CASE("resolving gives a literal back as it is, and localhost as loopback") {
  const Result<std::vector<SocketAddress>> literal = Resolve("192.0.2.1", 9000);
  REQUIRE(literal.ok());
  REQUIRE(literal->size() == 1);
  CHECK(literal->front().ToString() == "192.0.2.1:9000");

  const Result<std::vector<SocketAddress>> local = Resolve("localhost", 9000);
  REQUIRE(local.ok());
  REQUIRE_FALSE(local->empty());
  for (const SocketAddress& each : *local) {
    CHECK((each.ToString() == "127.0.0.1:9000" || each.ToString() == "[::1]:9000"));
  }
}

TEST_CASE("a name that does not resolve is an error that names it") {
  for (const std::string& name :
       {std::string(), std::string("no spaces allowed"), std::string("localhost\0.evil", 15)}) {
    const Result<std::vector<SocketAddress>> none = Resolve(name, 1);
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().code == ErrorCode::kAddressInvalid);
    CHECK(none.error().detail.find(name) != std::string::npos);
  }
}

}  // namespace
}  // namespace pinlatch::io
