// Covers the request line: method, target forms and version (RFC 9112 section 3).
#include "refusal.h"

namespace pinlatch::http {
namespace {

TEST_CASE("a plain request line is taken apart without copying (RFC 9112 section 3)") {
  const Request request(WithRequestLine("GET /a/b?x=1&y HTTP/1.1"));
  REQUIRE(request.outcome == "accepted");
  CHECK(request->method == "GET");
  CHECK(request->path == "/a/b");
  CHECK(request->has_query);
  CHECK(request->query == "x=1&y");
  CHECK(request->host == "a");
  CHECK(request->minor_version == 1);
  CHECK(request->framing == Framing::kNone);
  CHECK(request->keep_alive);
}

TEST_CASE("an empty query is told apart from none (RFC 3986 section 3.4)") {
  CHECK(Request(WithRequestLine("GET /a? HTTP/1.1"))->has_query);
  CHECK(Request(WithRequestLine("GET /a? HTTP/1.1"))->query.empty());
  CHECK_FALSE(Request(WithRequestLine("GET /a HTTP/1.1"))->has_query);
  CHECK(Request(WithRequestLine("GET /a?b?c HTTP/1.1"))->query == "b?c");
}

TEST_CASE("a method is any token and keeps its case (RFC 9110 section 9.1)") {
  CHECK(Request(WithRequestLine("get / HTTP/1.1"))->method == "get");
  CHECK(Request(WithRequestLine("M-SEARCH!~ / HTTP/1.1"))->method == "M-SEARCH!~");
  CHECK(OutcomeOfRequestLine("G@T / HTTP/1.1") == "malformed-request");
  CHECK(OutcomeOfRequestLine("G\xc3\x89T / HTTP/1.1") == "malformed-request");
  CHECK(OutcomeOfRequestLine("GE:T / HTTP/1.1") == "malformed-request");
}

TEST_CASE("the parts of a request line are parted by single spaces (RFC 9112 section 3)") {
  for (std::string_view line :
       {"GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET\t/ HTTP/1.1", "GET / \tHTTP/1.1",
        "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET /", "GET", "GET / ", "GET /HTTP/1.1",
        "/ HTTP/1.1", "GET / HTTP/1.1\t", "GET /a b HTTP/1.1", "GET  HTTP/1.1"}) {
    CAPTURE(line);
    CHECK(OutcomeOfRequestLine(line) == "malformed-request");
  }
}

TEST_CASE("a version that is not one is malformed (RFC 9112 section 2.3)") {
  for (std::string_view line :
       {"GET / HTTP/1", "GET / HTTP/1.", "GET / HTTP/11", "GET / HTTP/1.10", "GET / http/1.1",
        "GET / HTTP/+1.1", "GET / HTTP/1,1", "GET / HTTP/ 1.1", "GET / HTTPS/1.1", "GET / RTSP/1.0",
        "GET / HTTP/1.1x", "GET / 1.1", "GET / HTTP/0x1", "GET / HTTP/01.1", "GET / ICE/1.0"}) {
    CAPTURE(line);
    CHECK(OutcomeOfRequestLine(line) == "malformed-request");
  }
}

TEST_CASE("a later minor version is read as HTTP/1.1 (RFC 9110 section 2.5)") {
  for (std::string_view line : {"GET / HTTP/1.2", "GET / HTTP/1.9"}) {
    const Request request(std::string(line) + "\r\nHost: a\r\n\r\n");
    REQUIRE(request.outcome == "accepted");
    CHECK(request->minor_version == 1);
    CHECK(request->keep_alive);
  }
}

TEST_CASE("another major version is not supported (RFC 9110 section 15.6.6)") {
  for (std::string_view line : {"GET / HTTP/0.9", "GET / HTTP/2.0", "PRI * HTTP/2.0"}) {
    CAPTURE(line);
    CHECK(OutcomeOfRequestLine(line) == "unsupported-version");
  }
}

TEST_CASE("a simple request of HTTP/0.9 is malformed") {
  CHECK(Request("GET /\r\n\r\n").outcome == "malformed-request");
}

TEST_CASE("the character that spoils a target is named") {
  const Request request("GET /a?b#c HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(request.detail == "the request target contains '#', which has to be written as %23");
}

TEST_CASE("a target holds visible ASCII only, and no fragment (RFC 9112 section 3.2)") {
  CHECK(OutcomeOfRequestLine("GET /a#b HTTP/1.1") == "malformed-request");
  CHECK(OutcomeOfRequestLine("GET /a?b#c HTTP/1.1") == "malformed-request");
  CHECK(OutcomeOfRequestLine("GET /\xc3\xa9 HTTP/1.1") == "malformed-request");
  CHECK(OutcomeOfRequestLine("GET /\x7f HTTP/1.1") == "malformed-request");
  CHECK(OutcomeOfRequestLine("GET /\x01 HTTP/1.1") == "malformed-request");
  CHECK(OutcomeOfRequestLine("GET #/ HTTP/1.1") == "malformed-request");
}

TEST_CASE("a target of exactly the limit is taken, one byte more is too long") {
  HeadLimits limits;
  limits.max_target = 32;
  const std::string fits = "/" + std::string(31, 'x');
  CHECK(Request(WithRequestLine("GET " + fits + " HTTP/1.1"), limits).outcome == "accepted");
  CHECK(Request(WithRequestLine("GET " + fits + "x HTTP/1.1"), limits).outcome ==
        "target-too-long");
}

TEST_CASE("absolute-form names the same host as Host (RFC 9112 section 3.2.2)") {
  const Request request("GET HTTP://A.Example:8080/p?q HTTP/1.1\r\nHost: a.example:8080\r\n\r\n");
  REQUIRE(request.outcome == "accepted");
  CHECK(request->path == "/p");
  CHECK(request->query == "q");
  CHECK(request->host == "a.example:8080");
  CHECK(OutcomeOfRequestLine("GET https://a/ HTTP/1.1") == "accepted");
  CHECK(OutcomeOfRequestLine("GET http://b/ HTTP/1.1") == "bad-host");
  CHECK(OutcomeOfRequestLine("GET http://a:80/ HTTP/1.1") == "bad-host");
  CHECK(OutcomeOfRequestLine("GET http://a./ HTTP/1.1") == "bad-host");
  CHECK(Request("GET http://a/ HTTP/1.1\r\n\r\n").outcome == "bad-host");
}

TEST_CASE(
    "absolute-form with userinfo or without an authority is refused (RFC 9110 section 4.2.4)") {
  CHECK(OutcomeOfRequestLine("GET http://u@a/ HTTP/1.1") == "bad-host");
  CHECK(OutcomeOfRequestLine("GET http://u:p@a/ HTTP/1.1") == "bad-host");
  CHECK(OutcomeOfRequestLine("GET http:/// HTTP/1.1") == "bad-host");
  CHECK(OutcomeOfRequestLine("GET http://?q HTTP/1.1") == "bad-host");
  CHECK(OutcomeOfRequestLine("GET http://a\\b/ HTTP/1.1") == "bad-host");
}

TEST_CASE("absolute-form of another scheme is refused") {
  for (std::string_view line :
       {"GET ftp://a/ HTTP/1.1", "GET ws://a/ HTTP/1.1", "GET ://a/ HTTP/1.1",
        "GET http:a HTTP/1.1", "GET a HTTP/1.1", "GET a:80 HTTP/1.1", "GET file:///etc HTTP/1.1",
        "GET ?q HTTP/1.1"}) {
    CAPTURE(line);
    CHECK(OutcomeOfRequestLine(line) == "malformed-request");
  }
}

TEST_CASE("absolute-form without a path means the root (RFC 9110 section 4.2.3)") {
  CHECK(Request(WithRequestLine("GET http://a HTTP/1.1"))->path == "/");
  const Request with_query(WithRequestLine("GET http://a?q HTTP/1.1"));
  CHECK(with_query->path == "/");
  CHECK(with_query->query == "q");
  CHECK(with_query->has_query);
}

TEST_CASE("OPTIONS on a bare authority asks about the server as a whole (RFC 9112 section 3.2.4)") {
  CHECK(Request(WithRequestLine("OPTIONS http://a HTTP/1.1"))->path == "*");
  CHECK(Request(WithRequestLine("OPTIONS http://a/ HTTP/1.1"))->path == "/");
  CHECK(Request(WithRequestLine("OPTIONS http://a?q HTTP/1.1"))->path == "/");
}

TEST_CASE("asterisk-form is for OPTIONS alone (RFC 9112 section 3.2.4)") {
  CHECK(Request(WithRequestLine("OPTIONS * HTTP/1.1"))->path == "*");
  CHECK(OutcomeOfRequestLine("GET * HTTP/1.1") == "malformed-request");
  CHECK(OutcomeOfRequestLine("options * HTTP/1.1") == "malformed-request");
  CHECK(OutcomeOfRequestLine("OPTIONS *?q HTTP/1.1") == "malformed-request");
  CHECK(OutcomeOfRequestLine("OPTIONS ** HTTP/1.1") == "malformed-request");
}

TEST_CASE("CONNECT is not supported, in any case and with any target (RFC 9110 section 9.3.6)") {
  CHECK(OutcomeOfRequestLine("CONNECT a:443 HTTP/1.1") == "unsupported-method");
  CHECK(OutcomeOfRequestLine("connect / HTTP/1.1") == "unsupported-method");
}

}  // namespace
}  // namespace pinlatch::http
