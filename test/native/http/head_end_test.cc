// Covers FindHeadEnd: where a head ends, however its bytes arrive.
#include "refusal.h"

namespace pinlatch::http {
namespace {

constexpr std::string_view kHead = "GET / HTTP/1.1\r\nHost: a\r\nX: \tb\r\n\r\n";

std::string FindOutcome(std::string_view bytes) {
  size_t scanned = 0;
  return Outcome(FindHeadEnd(AsBytes(bytes), scanned, HeadLimits{}));
}

TEST_CASE("the head ends with its empty line, and what follows is left alone") {
  const std::string bytes = std::string(kHead) + "body \n\0\r";
  size_t scanned = 0;
  const Result<size_t> end = FindHeadEnd(AsBytes(bytes), scanned, HeadLimits{});
  REQUIRE(end.ok());
  CHECK(*end == kHead.size());
}

TEST_CASE("a head that arrives byte by byte is found at its last byte and not before") {
  size_t scanned = 0;
  for (size_t length = 0; length < kHead.size(); ++length) {
    CAPTURE(length);
    const Result<size_t> end = FindHeadEnd(AsBytes(kHead.substr(0, length)), scanned, HeadLimits{});
    REQUIRE(end.ok());
    CHECK(*end == 0);
    // Only a CR whose LF is still to come is looked at again.
    CHECK(scanned + 1 >= length);
  }
  const Result<size_t> end = FindHeadEnd(AsBytes(kHead), scanned, HeadLimits{});
  REQUIRE(end.ok());
  CHECK(*end == kHead.size());
}

TEST_CASE("however a head is cut in two, the answer is the same") {
  for (size_t cut = 0; cut <= kHead.size(); ++cut) {
    CAPTURE(cut);
    size_t scanned = 0;
    const Result<size_t> first = FindHeadEnd(AsBytes(kHead.substr(0, cut)), scanned, HeadLimits{});
    REQUIRE(first.ok());
    const Result<size_t> second = FindHeadEnd(AsBytes(kHead), scanned, HeadLimits{});
    REQUIRE(second.ok());
    CHECK(*second == kHead.size());
  }
}

TEST_CASE("a bare LF is refused as soon as it is seen (RFC 9112 section 2.2)") {
  CHECK(FindOutcome("GET / HTTP/1.1\n") == "malformed-request");
  CHECK(FindOutcome("GET / HTTP/1.1\r\n\n") == "malformed-request");
}

TEST_CASE("a bare CR is refused as soon as the byte behind it is seen (RFC 9112 section 2.2)") {
  CHECK(FindOutcome("GET / HTTP/1.1\r") == "accepted");
  CHECK(FindOutcome("GET / HTTP/1.1\rX") == "malformed-request");
  CHECK(FindOutcome("GET / HTTP/1.1\r\r\n") == "malformed-request");
}

TEST_CASE("control characters are refused wherever they stand (RFC 9110 section 5.5)") {
  for (int c = 0; c < 0x20; ++c) {
    if (c == '\t' || c == '\r') continue;
    for (size_t offset = 0; offset < 10; ++offset) {
      CAPTURE(c);
      CAPTURE(offset);
      std::string bytes = "GET / HTTP/1.1\r\nX: 0123456789";
      bytes[19 + offset] = static_cast<char>(c);
      CHECK(FindOutcome(bytes) == "malformed-request");
    }
  }
  CHECK(FindOutcome("GET / HTTP/1.1\r\nX: 01234\x7f"
                    "6789abcdef") == "malformed-request");
}

TEST_CASE("bytes from 0x80 and HTAB are text and do not stop the search") {
  const std::string head = "GET / HTTP/1.1\r\nX: \xff\x80\t\xc3\xa9 0123456789\x9f\r\n\r\n";
  size_t scanned = 0;
  const Result<size_t> end = FindHeadEnd(AsBytes(head), scanned, HeadLimits{});
  REQUIRE(end.ok());
  CHECK(*end == head.size());
}

TEST_CASE("empty lines before a request line are malformed") {
  CHECK(FindOutcome("\r") == "malformed-request");
  CHECK(FindOutcome("\r\nGET / HTTP/1.1\r\n\r\n") == "malformed-request");
}

TEST_CASE("a first byte that starts no token is refused at once, as of a TLS record") {
  CHECK(FindOutcome("\x16\x03\x01") == "malformed-request");
  CHECK(FindOutcome(" GET") == "malformed-request");
  CHECK(FindOutcome("\x80") == "malformed-request");
}

TEST_CASE("a folded line is refused as soon as it starts (RFC 9112 section 5.2)") {
  CHECK(FindOutcome("GET / HTTP/1.1\r\n X") == "malformed-request");
  CHECK(FindOutcome("GET / HTTP/1.1\r\nA: b\r\n\t") == "malformed-request");
  size_t scanned = 0;
  REQUIRE(FindHeadEnd(AsBytes("G / HTTP/1.1\r\n"), scanned, HeadLimits{}).ok());
  CHECK_FALSE(FindHeadEnd(AsBytes("G / HTTP/1.1\r\n "), scanned, HeadLimits{}).ok());
}

TEST_CASE("a head of exactly the limit is found, one byte more is too large") {
  HeadLimits limits;
  limits.max_bytes = static_cast<uint32_t>(kHead.size());
  size_t scanned = 0;
  CHECK(Outcome(FindHeadEnd(AsBytes(kHead), scanned, limits)) == "accepted");
  --limits.max_bytes;
  scanned = 0;
  CHECK(Outcome(FindHeadEnd(AsBytes(kHead), scanned, limits)) == "head-too-large");
}

TEST_CASE("a head that reaches the limit without its end is refused before more is read") {
  HeadLimits limits;
  limits.max_bytes = 64;
  size_t scanned = 0;
  const std::string bytes(64, 'x');
  CHECK(Outcome(FindHeadEnd(AsBytes(std::string_view(bytes).substr(0, 63)), scanned, limits)) ==
        "accepted");
  CHECK(Outcome(FindHeadEnd(AsBytes(bytes), scanned, limits)) == "head-too-large");
}

}  // namespace
}  // namespace pinlatch::http
