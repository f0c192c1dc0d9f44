// Covers response heads: status line, framing and persistence (RFC 9112 sections 4, 6 and 9).
#include "refusal.h"

namespace pinlatch::http {
namespace {

std::string Ok(std::string_view lines) {
  return "HTTP/1.1 200 OK\r\n" + std::string(lines) + "\r\n\r\n";
}

TEST_CASE("a plain response head is taken apart (RFC 9112 section 4)") {
  const Response response("HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\nX: a\r\n\r\n");
  REQUIRE(response.outcome == "accepted");
  CHECK(response->status == 404);
  CHECK(response->reason == "Not Found");
  CHECK(response->minor_version == 1);
  CHECK(response->framing == Framing::kLength);
  CHECK(response->content_length == 12);
  CHECK(response->has_content_length);
  CHECK(response->keep_alive);
  CHECK(response->fields.size() == 2);
}

TEST_CASE("the reason may be empty, with its space or without (RFC 9112 section 4)") {
  CHECK(Response("HTTP/1.1 200 \r\n\r\n").outcome == "accepted");
  CHECK(Response("HTTP/1.1 200\r\n\r\n").outcome == "accepted");
  CHECK(Response("HTTP/1.1 200 \r\n\r\n")->reason.empty());
  CHECK(Response("HTTP/1.1 200  a\tb\xe9\r\n\r\n")->reason == " a\tb\xe9");
}

TEST_CASE("a status line that is not one is refused (RFC 9112 section 4)") {
  for (std::string_view line : {"HTTP/1.1 20 OK",  "HTTP/1.1 2000 OK",    "HTTP/1.1 099 X",
                                "HTTP/1.1 000 X",  "HTTP/1.1  200 OK",    "HTTP/1.1 2x0 OK",
                                "HTTP/1.1 200OK",  "HTTP/1.1 200\tOK",    "HTTP/2.0 200 OK",
                                "HTTP/1.x 200 OK", "http/1.1 200 OK",     "HTTP/1.1200 OK",
                                "HTTP/1.1",        "ICY 200 OK",          "HTTP/1 200 OK",
                                "200 OK",          "HTTP/1.1 200 O\x01K", "HTTP/1.1 -20 X",
                                "HTTP/1.1 +20 X",  " HTTP/1.1 200 OK"}) {
    CAPTURE(line);
    CHECK(Response(std::string(line) + "\r\n\r\n").outcome == "upstream-malformed");
  }
}

TEST_CASE("a later minor version is read as HTTP/1.1 (RFC 9110 section 2.5)") {
  for (std::string_view version : {"HTTP/1.2", "HTTP/1.9"}) {
    const Response response(std::string(version) + " 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    REQUIRE(response.outcome == "accepted");
    CHECK(response->minor_version == 1);
    CHECK(response->keep_alive);
  }
}

TEST_CASE("statuses from 100 to 999 are taken") {
  CHECK(Response("HTTP/1.1 100 Continue\r\n\r\n")->status == 100);
  CHECK(Response("HTTP/1.1 999 X\r\n\r\n")->status == 999);
}

TEST_CASE("field lines are as strict as in requests, and the detail says what was wrong") {
  for (std::string_view line :
       {"X : a", " X: a", "X", ": a", "X\xff: a", "X: a\r\n b", "X: a\rb", "X: a\nb", "X: \x7f"}) {
    CAPTURE(line);
    const Response response(Ok(line));
    CHECK(response.outcome == "upstream-malformed");
    CHECK_FALSE(response.detail.empty());
  }
  CHECK(Response("HTTP/1.1 200 OK\r\n").outcome == "upstream-malformed");
  CHECK(Response("HTTP/1.1 200 OK\n\n").outcome == "upstream-malformed");
}

TEST_CASE("without a stated length the body lasts until the stream ends (RFC 9112 section 6.3)") {
  const Response response(Ok("X: a"));
  CHECK(response->framing == Framing::kUntilClose);
  CHECK_FALSE(response->keep_alive);
  CHECK_FALSE(response->has_content_length);
}

TEST_CASE("a chunked body is framed by chunks (RFC 9112 section 6.1)") {
  const Response response(Ok("Transfer-Encoding: chunked"));
  CHECK(response->framing == Framing::kChunked);
  CHECK(response->keep_alive);
}

TEST_CASE("an ambiguous length is the service's fault (RFC 9112 section 6.3)") {
  for (std::string_view lines :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked", "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5, 5", "Content-Length: x", "Content-Length:",
        "Content-Length: 9223372036854775808", "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: identity", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Content_Length: 5", "Transfer_Encoding: chunked"}) {
    CAPTURE(lines);
    const Response response(Ok(lines));
    CHECK(response.outcome == "upstream-malformed");
    CHECK_FALSE(response.detail.empty());
  }
  CHECK(Response("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").outcome ==
        "upstream-malformed");
}

TEST_CASE("no body follows 1xx, 204 and 304 (RFC 9112 section 6.3)") {
  for (std::string_view status : {"100", "101", "103", "204", "304"}) {
    CAPTURE(status);
    const Response response("HTTP/1.1 " + std::string(status) + " X\r\n\r\n");
    REQUIRE(response.outcome == "accepted");
    CHECK(response->framing == Framing::kNone);
    CHECK(response->keep_alive);
  }
}

TEST_CASE("a 204 is over with its head, and ends the connection where it promises a body") {
  for (std::string_view lines :
       {"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 0\r\nContent-Length: 5\r\n", "Content-Length: many\r\n"}) {
    CAPTURE(lines);
    const Response framed("HTTP/1.1 204 X\r\n" + std::string(lines) + "\r\n");
    REQUIRE(framed.outcome == "accepted");
    CHECK(framed->framing == Framing::kNone);
    CHECK_FALSE(framed->has_content_length);
    CHECK_FALSE(framed->keep_alive);
  }
}

TEST_CASE("1xx and 204 may state a length of zero, which is dropped (RFC 9110 section 8.6)") {
  const Response zero("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
  REQUIRE(zero.outcome == "accepted");
  CHECK_FALSE(zero->has_content_length);
  CHECK(zero->keep_alive);
  CHECK(Response("HTTP/1.1 103 X\r\nContent-Length: 5\r\n\r\n").outcome == "upstream-malformed");
  CHECK(Response("HTTP/1.1 101 X\r\nTransfer-Encoding: chunked\r\n\r\n").outcome ==
        "upstream-malformed");
}

TEST_CASE(
    "answers to HEAD and 304 keep the stated length but have no body (RFC 9110 section 8.6)") {
  const Response head("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n", true);
  CHECK(head->framing == Framing::kNone);
  CHECK(head->has_content_length);
  CHECK(head->content_length == 77);
  const Response not_modified("HTTP/1.1 304 X\r\nContent-Length: 78\r\n\r\n");
  CHECK(not_modified->framing == Framing::kNone);
  CHECK(not_modified->content_length == 78);
  CHECK(Response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", true)->framing ==
        Framing::kNone);
  CHECK(Response("HTTP/1.1 200 OK\r\n\r\n", true)->keep_alive);
}

TEST_CASE("persistence follows version and Connection (RFC 9112 section 9.3)") {
  CHECK_FALSE(Response(Ok("Content-Length: 0\r\nConnection: close"))->keep_alive);
  CHECK_FALSE(Response("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")->keep_alive);
  CHECK(Response("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n")
            ->keep_alive);
}

TEST_CASE("Connection of a response may name Transfer-Encoding, but nothing that is for everyone") {
  CHECK(Response(Ok("Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked")).outcome ==
        "accepted");
  CHECK(Response(Ok("Connection: Content-Length\r\nContent-Length: 1")).outcome ==
        "upstream-malformed");
  CHECK(Response(Ok("Connection: a b")).outcome == "upstream-malformed");
}

TEST_CASE("a response head is bounded in bytes and fields") {
  HeadLimits limits;
  limits.max_fields = 1;
  CHECK(Response(Ok("X: a\r\nX: b"), false, limits).outcome == "upstream-malformed");
  limits = {};
  limits.max_bytes = 20;
  CHECK(Response(Ok("X: a"), false, limits).outcome == "upstream-malformed");
}

}  // namespace
}  // namespace pinlatch::http
