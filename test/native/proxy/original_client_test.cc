// Tests forwarding/original_client.h: whom proxies in front may name, and how far they are
// believed.
#include "forwarding/original_client.h"

#include <string_view>
#include <vector>

#include "doctest/doctest.h"

namespace pinlatch::proxy {
namespace {

using Lines = std::vector<std::string_view>;

// 10.0.0.0/8 and fd00::/8.
std::vector<snapshot::Network> Trusted() {
  snapshot::Network ipv4{.bytes = {10}, .size = 4, .bits = 8};
  snapshot::Network ipv6{.bytes = {0xfd}, .size = 16, .bits = 8};
  return {ipv4, ipv6};
}

std::string_view Original(const Lines& lines) {
  http::Fields fields;
  fields.Add({"Host", "192.0.2.1"});
  for (const std::string_view line : lines) fields.Add({"x-forwarded-for", line});
  return OriginalClient(fields, Trusted());
}

TEST_CASE("the last address counts that is not a trusted proxy's own") {
  struct Case {
    Lines lines;
    std::string_view expected;
  };
  for (const Case& it : {Case{{}, ""},
                         {{""}, ""},
                         {{" , ,"}, ""},
                         {{"192.0.2.7"}, "192.0.2.7"},
                         {{"203.0.113.66, 192.0.2.7"}, "192.0.2.7"},
                         {{"203.0.113.66,\t192.0.2.7 ,10.0.0.1 , 10.255.0.2"}, "192.0.2.7"},
                         {{"203.0.113.66, 192.0.2.7", "10.0.0.1", ""}, "192.0.2.7"},
                         {{"192.0.2.7", "203.0.113.66"}, "203.0.113.66"},
                         {{"10.0.0.3, 10.0.0.1"}, "10.0.0.3"},
                         {{"2001:db8::7, fd00::1, 10.0.0.1"}, "2001:db8::7"},
                         {{"192.0.2.7:4711, 10.0.0.1:80"}, "192.0.2.7"},
                         {{"[2001:db8::7]:4711, [fd00::1]"}, "2001:db8::7"}}) {
    CAPTURE(it.expected);
    CHECK(Original(it.lines) == it.expected);
  }
}

TEST_CASE("what is no address names nobody, and hides what stands before it") {
  for (const std::string_view text :
       {"192.0.2.7, unknown", "192.0.2.7, _hidden, 10.0.0.1", "192.0.2.7, 10.0.0", "[2001:db8::7",
        "192.0.2.7, \"10.0.0.1\"", "192.0.2.256", "::ffff:10.0.0.1.2", "1.2.3.4:5:6"}) {
    CAPTURE(text);
    CHECK(Original({text}).empty());
  }
}

}  // namespace
}  // namespace pinlatch::proxy
