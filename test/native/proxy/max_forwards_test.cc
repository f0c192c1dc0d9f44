// Tests forwarding/max_forwards.h.
#include "forwarding/max_forwards.h"

#include <memory>
#include <string>

#include "doctest/doctest.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

Result<std::optional<uint32_t>> Of(const std::string& method, const std::string& fields) {
  const std::string bytes = method + " / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
  const auto head = std::make_unique<http::RequestHead>();
  REQUIRE(http::ParseRequestHead(bytes, {}, *head).ok());
  return MaxForwards(*head);
}

}  // namespace

TEST_CASE("OPTIONS and TRACE count their hops, other methods do not") {
  CHECK(Of("OPTIONS", "Max-Forwards: 0\r\n").value() == 0U);
  CHECK(Of("TRACE", "max-forwards: 12\r\n").value() == 12U);
  CHECK_FALSE(Of("GET", "Max-Forwards: 0\r\n").value().has_value());
  CHECK_FALSE(Of("GET", "Max-Forwards: x\r\n").value().has_value());
  CHECK_FALSE(Of("OPTIONS", "").value().has_value());
}

TEST_CASE("a number beyond every way is a large one") {
  CHECK(Of("TRACE", "Max-Forwards: 99999999999999999999\r\n").value() == 999999999U);
}

TEST_CASE("what is no number, or stands there twice, is malformed") {
  for (const char* value : {"", "-1", "+1", "1.5", "x", "1 2", "0x10"}) {
    CHECK(Of("OPTIONS", std::string("Max-Forwards: ") + value + "\r\n").error().code ==
          ErrorCode::kMalformedRequest);
  }
  CHECK(Of("TRACE", "Max-Forwards: 1\r\nMax-Forwards: 1\r\n").error().code ==
        ErrorCode::kMalformedRequest);
}
