// Covers ParseHost: the one canonical host (RFC 9110 section 7.2, RFC 3986 section 3.2.2).
#include "http/target.h"
#include "refusal.h"

namespace pinlatch::http {
namespace {

std::string Canonical(std::string_view value) {
  const Result<Host> host = ParseHost(value);
  if (!host.ok()) return Outcome(host);
  return host->name + (host->port == 0 ? "" : " " + std::to_string(host->port));
}

TEST_CASE("a name is lower-cased and loses one trailing dot") {
  CHECK(Canonical("API.Local") == "api.local");
  CHECK(Canonical("api.local.") == "api.local");
  CHECK(Canonical("a_b-c.d:8443") == "a_b-c.d 8443");
  CHECK(Canonical("a.:80") == "a 80");
  CHECK(Canonical("1.2.3.example") == "1.2.3.example");
}

TEST_CASE("a port is a number from 1 to 65535 without leading zeros") {
  CHECK(Canonical("a:1") == "a 1");
  CHECK(Canonical("a:65535") == "a 65535");
  for (std::string_view value : {"a:", "a:0", "a:00080", "a:080", "a:65536", "a:99999", "a:100000",
                                 "a:-1", "a:+1", "a:8 0", "a:80x", "a:80:80", ":80"}) {
    CAPTURE(value);
    CHECK(Canonical(value) == "bad-host");
  }
}

TEST_CASE("labels are not empty, and neither they nor the name are longer than DNS allows") {
  for (std::string_view value : {"", ".", "..", ".a", "a..b", "a..", "-..-"}) {
    CAPTURE(value);
    CHECK(Canonical(value) == "bad-host");
  }
  CHECK(Canonical(std::string(63, 'a')) == std::string(63, 'a'));
  CHECK(Canonical(std::string(64, 'a')) == "bad-host");
  std::string longest;
  for (int i = 0; i < 126; ++i) longest += "a.";
  CHECK(Canonical(longest + "a") == longest + "a");
  CHECK(Canonical(longest + "a.") == longest + "a");
  CHECK(Canonical(longest + "ab") == "bad-host");
}

TEST_CASE("a name holds letters, digits, '-', '.', '_' and nothing else") {
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    const bool allowed = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                         (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '.' || byte == '_';
    CAPTURE(c);
    CHECK(ParseHost(std::string("x") + byte + "y").ok() == allowed);
  }
}

TEST_CASE("an IPv4 address is four decimal numbers without leading zeros") {
  CHECK(Canonical("127.0.0.1") == "127.0.0.1");
  CHECK(Canonical("255.255.255.255:80") == "255.255.255.255 80");
  // Each of these is an IPv4 address to some recipient.
  for (std::string_view value :
       {"127.0.0.256", "127.0.0.01", "127.1", "1", "2130706433", "0x7f.0.0.1", "0x7f000001", "0x",
        "1.2.3.4.5", "1.2.3.0x4", "1.2.3.4.", "a.1", "1.2.3.00", "017700000001"}) {
    CAPTURE(value);
    CHECK(Canonical(value) == "bad-host");
  }
}

TEST_CASE("an IPv6 address is written in the one form of RFC 5952") {
  CHECK(Canonical("[::1]") == "[::1]");
  CHECK(Canonical("[::]:443") == "[::] 443");
  CHECK(Canonical("[0:0:0:0:0:0:0:1]") == "[::1]");
  CHECK(Canonical("[2001:DB8:0:0:1:0:0:1]") == "[2001:db8::1:0:0:1]");
  CHECK(Canonical("[2001:db8:0:1:1:1:1:1]") == "[2001:db8:0:1:1:1:1:1]");
  CHECK(Canonical("[1:0:0:2:0:0:0:3]") == "[1:0:0:2::3]");
  CHECK(Canonical("[1::]") == "[1::]");
  CHECK(Canonical("[1:2:3:4:5:6:7::]") == "[1:2:3:4:5:6:7:0]");
  CHECK(Canonical("[::ffff:1.2.3.4]") == "[::ffff:102:304]");
  CHECK(Canonical("[1:2:3:4:5:6:1.2.3.4]") == "[1:2:3:4:5:6:102:304]");
  CHECK(Canonical("[00ff::0001]") == "[ff::1]");
}

TEST_CASE("what is not an IPv6 address is refused in brackets, and without them") {
  for (std::string_view value : {"[]",
                                 "[",
                                 "[::1",
                                 "::1",
                                 "[::1]x",
                                 "[::1]80",
                                 "[::1]:",
                                 "[:1]",
                                 "[1:]",
                                 "[:::]",
                                 "[1:::2]",
                                 "[1::2::3]",
                                 "[1:2:3:4:5:6:7]",
                                 "[1:2:3:4:5:6:7:8:9]",
                                 "[1:2:3:4:5:6:7:8::]",
                                 "[::1:2:3:4:5:6:7:8]",
                                 "[12345::]",
                                 "[g::]",
                                 "[1.2.3.4]",
                                 "[::1.2.3]",
                                 "[::1.2.3.4:1]",
                                 "[1:2:3:4:5:6:7:1.2.3.4]",
                                 "[::1%eth0]",
                                 "[::1%25eth0]",
                                 "[v1.a]",
                                 "[::01.2.3.4]",
                                 "[ ::1]",
                                 "[::1]]",
                                 "[[::1]]",
                                 "a[::1]"}) {
    CAPTURE(value);
    CHECK(Canonical(value) == "bad-host");
  }
}

}  // namespace
}  // namespace pinlatch::http
