// Covers the writers of heads, and that what they write is read back the same.
#include "http/writer.h"

#include <cstdint>
#include <ctime>

#include "refusal.h"

namespace pinlatch::http {
namespace {

std::string DateOf(UnixSeconds now) {
  ByteBuffer out;
  AppendDate(out, now);
  return std::string(out.text());
}

TEST_CASE("a status line holds version, status and phrase (RFC 9112 section 4)") {
  ByteBuffer out;
  AppendStatusLine(out, 421);
  CHECK(out.text() == "HTTP/1.1 421 Misdirected Request\r\n");
}

TEST_CASE("a status without a phrase keeps the space in front of it (RFC 9112 section 4)") {
  ByteBuffer out;
  AppendStatusLine(out, 599);
  CHECK(out.text() == "HTTP/1.1 599 \r\n");
}

TEST_CASE("every status that an error of ours is answered with has a phrase") {
  for (int status :
       {400, 403, 404, 405, 408, 413, 414, 417, 421, 429, 431, 500, 501, 502, 503, 504, 505}) {
    CAPTURE(status);
    CHECK_FALSE(ReasonPhrase(static_cast<uint16_t>(status)).empty());
  }
  CHECK(ReasonPhrase(306).empty());
}

TEST_CASE("a request line is written in origin-form (RFC 9112 section 3.2.1)") {
  ByteBuffer out;
  AppendRequestLine(out, "GET", "/a", "b=c", true);
  AppendRequestLine(out, "GET", "/a", "", true);
  AppendRequestLine(out, "OPTIONS", "*", "", false);
  CHECK(out.text() == "GET /a?b=c HTTP/1.1\r\nGET /a? HTTP/1.1\r\nOPTIONS * HTTP/1.1\r\n");
}

TEST_CASE("a field holds text or a number") {
  ByteBuffer out;
  AppendField(out, "X", "a b");
  AppendField(out, "Empty", "");
  AppendField(out, "Content-Length", uint64_t{18446744073709551615u});
  AppendField(out, "Zero", uint64_t{0});
  CHECK(out.text() == "X: a b\r\nEmpty: \r\nContent-Length: 18446744073709551615\r\nZero: 0\r\n");
}

TEST_CASE("no value can end its line: control characters become spaces (RFC 9110 section 5.5)") {
  for (int c = 0; c < 256; ++c) {
    CAPTURE(c);
    const char byte = static_cast<char>(c);
    const bool is_control = (c < 0x20 && c != '\t') || c == 0x7f;
    ByteBuffer out;
    AppendField(out, "X", std::string("0123456") + byte + byte + "89abcdef" + byte);
    const std::string shown(1, is_control ? ' ' : byte);
    CHECK(out.text() == "X: 0123456" + shown + shown + "89abcdef" + shown + "\r\n");
  }
}

TEST_CASE("a date is an IMF-fixdate (RFC 9110 section 5.6.7)") {
  CHECK(DateOf(784111777) == "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  CHECK(DateOf(0) == "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
  CHECK(DateOf(951782400) == "Date: Tue, 29 Feb 2000 00:00:00 GMT\r\n");
  CHECK(DateOf(1709251199) == "Date: Thu, 29 Feb 2024 23:59:59 GMT\r\n");
  CHECK(DateOf(1709251200) == "Date: Fri, 01 Mar 2024 00:00:00 GMT\r\n");
  CHECK(DateOf(4102444800) == "Date: Fri, 01 Jan 2100 00:00:00 GMT\r\n");
  CHECK(DateOf(4107542400) == "Date: Mon, 01 Mar 2100 00:00:00 GMT\r\n");
}

TEST_CASE("a clock that is far off still gives a date of the right form") {
  CHECK(DateOf(-1) == "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
  CHECK(DateOf(INT64_MIN) == "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
  CHECK(DateOf(INT64_MAX) == "Date: Fri, 31 Dec 9999 23:59:59 GMT\r\n");
}

TEST_CASE("dates agree with the C library over four centuries") {
  for (UnixSeconds now = 0; now < 12622780800; now += 86399 * 7) {
    std::tm parts{};
    const time_t seconds = static_cast<time_t>(now);
    gmtime_r(&seconds, &parts);
    char expected[64];
    std::strftime(expected, sizeof expected, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    REQUIRE(DateOf(now) == expected);
  }
}

TEST_CASE("a cached date is written again, and moves with the clock both ways") {
  CHECK(DateOf(100) == DateOf(100));
  CHECK(DateOf(101) == "Date: Thu, 01 Jan 1970 00:01:41 GMT\r\n");
  CHECK(DateOf(100) == "Date: Thu, 01 Jan 1970 00:01:40 GMT\r\n");
}

TEST_CASE("what the writers write, the parser reads") {
  ByteBuffer out;
  AppendRequestLine(out, "PUT", "/a%20b", "q", true);
  AppendField(out, "Host", "a.example:1");
  AppendField(out, "Content-Length", uint64_t{42});
  AppendField(out, "X-Injected", "a\r\nTransfer-Encoding: chunked");
  AppendDate(out, 784111777);
  AppendEndOfHead(out);
  const Request request{std::string(out.text())};
  REQUIRE(request.outcome == "accepted");
  CHECK(request->path == "/a%20b");
  CHECK(request->content_length == 42);
  CHECK(request->framing == Framing::kLength);
  CHECK(request->fields.size() == 4);
}

}  // namespace
}  // namespace pinlatch::http
