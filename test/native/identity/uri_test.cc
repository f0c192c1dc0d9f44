// Which texts are URIs, and where their parts end.
#include "identity/uri.h"

#include <string>

#include "doctest/doctest.h"

namespace pinlatch::identity {
namespace {

TEST_CASE("a URI has its parts where RFC 3986 says that they are") {
  const auto uri = ReadUri("https://user:pw@a.example:8443/p/q?x=/#y/?");
  REQUIRE(uri);
  CHECK(uri->scheme == "https");
  REQUIRE(uri->authority);
  CHECK(uri->authority->user == "user:pw");
  CHECK(uri->authority->host == "a.example");
  CHECK(uri->authority->port == "8443");
  CHECK(uri->path == "/p/q");
  CHECK(uri->tail == "?x=/#y/?");
  const auto bare = ReadUri("spiffe://dev.test?.prod.test/x");
  REQUIRE(bare);
  CHECK(bare->authority->host == "dev.test");
  CHECK_FALSE(bare->authority->user);
  CHECK_FALSE(bare->authority->port);
  CHECK(bare->path.empty());
  CHECK(bare->tail == "?.prod.test/x");
  CHECK(ReadUri("https://api.prod.test:x@dev.test/")->authority->host == "dev.test");
  CHECK(ReadUri("https://[2001:db8::1]:443/")->authority->host == "[2001:db8::1]");
  CHECK_FALSE(ReadUri("urn:uuid:1")->authority);
}

TEST_CASE("what RFC 3986 allows is a URI, however odd") {
  for (const char* odd :
       {"a:", "urn:", "x-y+z.1:p", "file:///etc/x", "spiffe://", "https://a./", "https://a:/",
        "https://a:00443/", "https://@a/", "https://a%2fb/", "https://a!$&'()*+,;=/", "x:/%20:@",
        "spiffe://a/b/../c", "https://1.2.3.4/", "https://[::1]/", "ldap:///cn=x?y", "x:#f"}) {
    CHECK_MESSAGE(ReadUri(odd), odd);
  }
}

TEST_CASE("what RFC 3986 does not allow is no URI, nor a host with an empty label") {
  for (const char* bad : {"",
                          ":",
                          "no",
                          "/a/b",
                          "//a/b",
                          "1a://b/",
                          "-a://b/",
                          "a_b://c/",
                          "https://evil.test\\@a/x",
                          "https://a b@c/",
                          "https://a\tb/",
                          "https://a\x7f/",
                          "https://\xc3\xa9/",
                          "https://a/b c",
                          "https://a/<>",
                          "https://a/{x}",
                          "https://a/%",
                          "https://a/%4",
                          "https://a/%zz",
                          "https://a/?%g0",
                          "https://a/#x#y",
                          "https://a@b@c/",
                          "https://a:b/",
                          "https://a:1:2/",
                          "https://a:65536/",
                          "https://a:65979/",
                          "https://a:-1/",
                          "https://a:+1/",
                          "https://[::1/",
                          "https://[1.2.3.4]/",
                          "https://[v1.x]/",
                          "https://[::1%25e]/",
                          "https://[::1]x/",
                          "https://a]/",
                          "https://a/[x]",
                          "http://a..b/",
                          "http://.a/",
                          "spiffe://a../x"}) {
    CHECK_MESSAGE(!ReadUri(bad), bad);
  }
  CHECK_FALSE(ReadUri(std::string_view("https://a\0/", 11)));
  CHECK_FALSE(ReadUri(std::string_view("https://[::1\0]/", 15)));
}

TEST_CASE("a scheme that demands a host has no URI without it") {
  for (const char* bad : {"https:///evil.test/x", "https:evil.test/x", "HTTP:/evil.test/x",
                          "wss://:443/x", "https://user@/x", "coaps:x"}) {
    CHECK_MESSAGE(!ReadUri(bad), bad);
  }
}

TEST_CASE("a port is the number that its digits are") {
  CHECK(PortNumber("00443") == 443);
  CHECK(PortNumber("") == 0);
  CHECK(PortNumber("65535") == 65535);
  CHECK_FALSE(PortNumber("65536"));
  CHECK_FALSE(PortNumber("4294967739"));
  CHECK_FALSE(PortNumber("4a"));
  CHECK(DefaultPort("WSS") == 443);
  CHECK(DefaultPort("ws") == 80);
  CHECK_FALSE(DefaultPort("spiffe"));
}

}  // namespace
}  // namespace pinlatch::identity
