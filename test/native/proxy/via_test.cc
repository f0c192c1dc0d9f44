// Tests forwarding/via.h: a request that comes by this gateway again and again is found out.
#include "forwarding/via.h"

#include <memory>
#include <string>

#include "doctest/doctest.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

bool Loops(const std::string& fields) {
  const std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
  const auto head = std::make_unique<http::RequestHead>();
  REQUIRE(http::ParseRequestHead(bytes, {}, *head).ok());
  const Status checked = CheckLoop(head->fields);
  if (!checked.ok()) CHECK(checked.error().code == ErrorCode::kLoopDetected);
  return !checked.ok();
}

std::string Times(size_t count, const std::string& text) {
  std::string all;
  while (count-- > 0) all += text;
  return all;
}

}  // namespace

TEST_CASE("more than eight gateways of this name in a row are a loop") {
  CHECK_FALSE(Loops(""));
  CHECK_FALSE(Loops(Times(8, "Via: 1.1 pinlatch\r\n")));
  CHECK(Loops(Times(9, "Via: 1.1 pinlatch\r\n")));
  CHECK(Loops("via: 1.0 first" + Times(9, " ,\t2.0 PinLatch (comment)") + "\r\n"));
  CHECK(Loops(Times(4, "Via: 1.1 pinlatch, HTTP/1.1  pinlatch(x)\r\n") + "Via: 2 pinlatch\r\n"));
}

TEST_CASE("what hides our name in a list hides nothing") {
  CHECK(Loops("Via: 1.1 \"x" + Times(9, ", 1.1 pinlatch") + "\r\n"));
}

TEST_CASE("other hops do not count, however many there are") {
  CHECK_FALSE(Loops(Times(20, "Via: 1.1 nginx, 1.1 pinlatch2, 1.1 a.pinlatch, pinlatch, 1.1\r\n")));
  CHECK_FALSE(Loops(Times(20, "X-Via: 1.1 pinlatch\r\n")));
}

TEST_CASE("this hop is named with the protocol by which the request came") {
  ByteBuffer out;
  AppendVia(out, "HTTP/1.0");
  CHECK(out.text() == "Via: 1.0 pinlatch\r\n");
}
