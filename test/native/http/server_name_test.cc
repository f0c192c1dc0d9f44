// Covers ParseServerName: a server name of TLS has the one reading that a Host has (RFC 6066
// section 3, RFC 9110 section 7.2).
#include <doctest/doctest.h>

#include <string>

#include "http/target.h"

namespace pinlatch::http {
namespace {

// What a name becomes; "none" for an address, "refused" for what is no name.
std::string Canonical(std::string_view value) {
  std::string name = "of the one before";
  const bool is_name = ParseServerName(value, name);
  if (!is_name) return name.empty() ? "refused" : "not cleared";
  return name.empty() ? "none" : name;
}

TEST_CASE("a server name is lower-cased and loses one final dot, like a host") {
  for (std::string_view value : {"open.test", "open.test.", "OPEN.Test", "Open.TEST."}) {
    CAPTURE(value);
    CHECK(Canonical(value) == "open.test");
    CHECK(ParseHost(value)->name == "open.test");
  }
  CHECK(Canonical("plain") == "plain");
  CHECK(Canonical("_dmarc.a_b-c.d") == "_dmarc.a_b-c.d");
  CHECK(Canonical("xn--mnchen-3ya.example") == "xn--mnchen-3ya.example");
}

TEST_CASE("labels are not empty, and neither they nor the name are longer than DNS allows") {
  for (std::string_view value : {"", ".", "..", "...", ".a", "a..", "a..b", "..a", ".a."}) {
    CAPTURE(value);
    CHECK(Canonical(value) == "refused");
  }
  CHECK(Canonical(std::string(63, 'a') + ".b") == std::string(63, 'a') + ".b");
  CHECK(Canonical(std::string(64, 'a') + ".b") == "refused");
  std::string longest;
  for (int i = 0; i < 126; ++i) longest += "a.";
  longest += 'a';
  REQUIRE(longest.size() == 253);
  CHECK(Canonical(longest) == longest);
  CHECK(Canonical(longest + ".") == longest);
  CHECK(Canonical(longest + "a") == "refused");
  CHECK(Canonical(std::string(255, 'a')) == "refused");
}

TEST_CASE("an address is no name, and sent all the same by some") {
  for (std::string_view value :
       {"127.0.0.1", "192.168.1.5", "::1", "fe80::1", "[::1]", "::ffff:127.0.0.1"}) {
    CAPTURE(value);
    CHECK(Canonical(value) == "none");
  }
  // Neither an address that everybody reads alike nor a name.
  for (std::string_view value : {"127.1", "1.2.3.4.5", "127.0.0.1.", "0x7f.1", "a.256", "[::1]:443",
                                 "[::1", "1::2::3", "fe80::1%eth0"}) {
    CAPTURE(value);
    CHECK(Canonical(value) == "refused");
  }
}

TEST_CASE("a server name has no port, and no character that a host has not") {
  for (std::string_view value : {"a:443", "a b", "a/b", "*.a", "a,b", "a\xc3\xa4"}) {
    CAPTURE(value);
    CHECK(Canonical(value) == "refused");
  }
  CHECK(Canonical(std::string_view("a\0b", 3)) == "refused");
}

TEST_CASE("an authority loses the dot at the end of its name, and nothing else") {
  const auto dropped = [](std::string authority) {
    DropFinalDot(authority);
    return authority;
  };
  CHECK(dropped("Open.Test.") == "Open.Test");
  CHECK(dropped("Open.Test.:8443") == "Open.Test:8443");
  CHECK(dropped("open.test:8443") == "open.test:8443");
  CHECK(dropped("[::1]:8443") == "[::1]:8443");
  CHECK(dropped("[::1]") == "[::1]");
  CHECK(dropped("") == "");
}

}  // namespace
}  // namespace pinlatch::http
