// Covers how the length of a request body is known, and what is refused because it is not (RFC 9112
// section 6).
#include "refusal.h"

namespace pinlatch::http {
namespace {

std::string Framed(std::string_view lines) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n\r\n";
}
std::string FramedOutcome(std::string_view lines) { return Request(Framed(lines)).outcome; }

TEST_CASE("Content-Length frames a body (RFC 9112 section 6.2)") {
  const Request request(Framed("Content-Length: 9223372036854775807"));
  REQUIRE(request.outcome == "accepted");
  CHECK(request->framing == Framing::kLength);
  CHECK(request->content_length == 9223372036854775807u);
  CHECK(Request(Framed("content-length: 0"))->framing == Framing::kLength);
}

TEST_CASE("Transfer-Encoding: chunked frames a body, in any case (RFC 9112 section 6.1)") {
  CHECK(Request(Framed("Transfer-Encoding: chunked"))->framing == Framing::kChunked);
  CHECK(Request(Framed("transfer-encoding: \tChUnKeD "))->framing == Framing::kChunked);
}

TEST_CASE("without either there is no body (RFC 9112 section 6.3)") {
  CHECK(Request(Framed("X: a"))->framing == Framing::kNone);
}

TEST_CASE("GET and HEAD may carry a body, and its framing is kept (RFC 9110 section 9.3.1)") {
  CHECK(Request(WithLine("Content-Length: 3"))->framing == Framing::kLength);
  CHECK(Request("HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")->framing ==
        Framing::kChunked);
}

TEST_CASE("both Content-Length and Transfer-Encoding are refused (RFC 9112 section 6.1)") {
  CHECK(FramedOutcome("Content-Length: 5\r\nTransfer-Encoding: chunked") == "ambiguous-framing");
  CHECK(FramedOutcome("Transfer-Encoding: chunked\r\nContent-Length: 0") == "ambiguous-framing");
  CHECK(FramedOutcome("Transfer-Encoding: x\r\nContent-Length: 0") == "ambiguous-framing");
}

TEST_CASE(
    "more than one Content-Length is refused, equal ones and lists too (RFC 9112 section 6.3)") {
  CHECK(FramedOutcome("Content-Length: 5\r\nContent-Length: 6") == "ambiguous-framing");
  CHECK(FramedOutcome("Content-Length: 5\r\ncontent-length: 5") == "ambiguous-framing");
  CHECK(FramedOutcome("Content-Length: 5, 5") == "ambiguous-framing");
  CHECK(FramedOutcome("Content-Length: 5,") == "ambiguous-framing");
}

TEST_CASE("a Content-Length that is not digits alone is refused (RFC 9110 section 8.6)") {
  for (std::string_view value : {"", "+5", "-5", "0x5", "5.0", "5 5", "5a", "1_0",
                                 "\xa0"
                                 "5",
                                 "5\xff", "\"5\"", "5;", "1e3"}) {
    CAPTURE(value);
    CHECK(FramedOutcome("Content-Length: " + std::string(value)) == "ambiguous-framing");
  }
}

TEST_CASE("a Content-Length that signed or unsigned lengths cannot hold is refused") {
  for (std::string_view value :
       {"9223372036854775808", "9999999999999999999", "18446744073709551615",
        "18446744073709551616", "00000000000000000005", "99999999999999999999999999"}) {
    CAPTURE(value);
    CHECK(FramedOutcome("Content-Length: " + std::string(value)) == "ambiguous-framing");
  }
}

TEST_CASE("another transfer coding is not supported (RFC 9112 section 6.1)") {
  CHECK(FramedOutcome("Transfer-Encoding: gzip, chunked") == "unsupported-transfer-coding");
  CHECK(FramedOutcome("Transfer-Encoding: identity") == "unsupported-transfer-coding");
  CHECK(FramedOutcome("Transfer-Encoding: xchunked") == "unsupported-transfer-coding");
  CHECK(FramedOutcome("Transfer-Encoding: chunkedchunked") == "unsupported-transfer-coding");
}

TEST_CASE("a Transfer-Encoding that some would read as chunked is refused (RFC 9112 section 6.1)") {
  for (std::string_view value :
       {"", ",", "chunked,", ",chunked", "chunked, chunked", "chunked, identity", "chunked;",
        "chunked;a=b", "\"chunked\"", "chunked x",
        "\x80"
        "chunked",
        "chunked\xa0", "chunked, gzip", "gzip,,chunked", "gzip,", "chunked/1", "[chunked]"}) {
    CAPTURE(value);
    CHECK(FramedOutcome("Transfer-Encoding: " + std::string(value)) == "ambiguous-framing");
  }
}

TEST_CASE("more than one Transfer-Encoding is refused") {
  CHECK(FramedOutcome("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked") ==
        "ambiguous-framing");
  CHECK(FramedOutcome("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked") ==
        "ambiguous-framing");
  CHECK(FramedOutcome("Transfer-Encoding: chunked\r\nX: a\r\ntransfer-encoding: identity") ==
        "ambiguous-framing");
}

TEST_CASE("Transfer-Encoding in HTTP/1.0 is refused (RFC 9112 section 6.1)") {
  CHECK(Request("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").outcome ==
        "ambiguous-framing");
}

TEST_CASE("names that some recipients take for a framing field are refused") {
  for (std::string_view name :
       {"Content_Length", "CONTENT_LENGTH", "Transfer_Encoding", "transfer_encoding",
        "Content.Length", "Transfer~Encoding", "Content!Length"}) {
    CAPTURE(name);
    CHECK(FramedOutcome(std::string(name) + ": 5") == "ambiguous-framing");
  }
  CHECK(FramedOutcome("Content-Lengthy: 5") == "accepted");
  CHECK(FramedOutcome("X-Content-Length: 5") == "accepted");
  CHECK(FramedOutcome("Content_Lengths: 5") == "accepted");
}

}  // namespace
}  // namespace pinlatch::http
