// Covers field lines and what they say about host, connection and expectation.
#include "refusal.h"

namespace pinlatch::http {
namespace {

TEST_CASE("fields keep their order, spelling and repetition, and lose surrounding white space") {
  const Request request(WithLine("X-One:  a b \t\r\nx-one:\r\nX-Two:\tc"));
  REQUIRE(request.outcome == "accepted");
  const auto fields = request->fields.all();
  REQUIRE(fields.size() == 4);
  CHECK(fields[1].name == "X-One");
  CHECK(fields[1].value == "a b");
  CHECK(fields[2].name == "x-one");
  CHECK(fields[2].value.empty());
  CHECK(fields[3].value == "c");
  CHECK(request->fields.Count("X-ONE") == 2);
  REQUIRE(request->fields.Find("x-TWO") != nullptr);
  CHECK(request->fields.Find("x-two")->value == "c");
  CHECK(request->fields.Find("x-three") == nullptr);
}

TEST_CASE("white space between name and colon is refused (RFC 9112 section 5.1)") {
  CHECK(OutcomeOf("X : a") == "malformed-request");
  CHECK(OutcomeOf("X\t: a") == "malformed-request");
  CHECK(OutcomeOf("Content-Length : 5") == "malformed-request");
}

TEST_CASE("white space before the first field is refused (RFC 9112 section 2.2)") {
  CHECK(Request("GET / HTTP/1.1\r\n Host: a\r\n\r\n").outcome == "malformed-request");
  CHECK(Request("GET / HTTP/1.1\r\n\tHost: a\r\n\r\n").outcome == "malformed-request");
}

TEST_CASE("a folded field is refused (RFC 9112 section 5.2)") {
  CHECK(OutcomeOf("X: a\r\n b") == "malformed-request");
  CHECK(OutcomeOf("X: a\r\n\tb") == "malformed-request");
  CHECK(OutcomeOf("X: a\r\n ") == "malformed-request");
}

TEST_CASE("a field name is a token (RFC 9110 section 5.1)") {
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    const bool is_token = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                          (byte >= 'A' && byte <= 'Z') ||
                          std::string_view("!#$%&'*+-.^_`|~").find(byte) != std::string_view::npos;
    if (byte == ':') continue;
    CAPTURE(c);
    const std::string line = std::string("X") + byte + "Y: a";
    CHECK(OutcomeOf(line) == (is_token ? "accepted" : "malformed-request"));
  }
}

TEST_CASE("a field line ends with CRLF and nothing like it (RFC 9112 section 2.2)") {
  CHECK(OutcomeOf("X: a\nY: b") == "malformed-request");
  CHECK(OutcomeOf("X: a\rY: b") == "malformed-request");
  CHECK(OutcomeOf("X: a\rxY: b") == "malformed-request");
  CHECK(OutcomeOf("X: a\r\rY: b") == "malformed-request");
  CHECK(OutcomeOf("X: a\n\rY: b") == "malformed-request");
}

TEST_CASE("an empty field name and a line without a colon are refused (RFC 9112 section 5)") {
  CHECK(OutcomeOf(": a") == "malformed-request");
  CHECK(OutcomeOf(":") == "malformed-request");
  CHECK(OutcomeOf("X") == "malformed-request");
  CHECK(OutcomeOf("X a") == "malformed-request");
}

TEST_CASE("a field value holds no control character but HTAB (RFC 9110 section 5.5)") {
  for (int c = 0; c < 256; ++c) {
    CAPTURE(c);
    const std::string line = std::string("X: a") + static_cast<char>(c) + "b";
    const bool is_control = (c < 0x20 && c != '\t') || c == 0x7f;
    CHECK(OutcomeOf(line) == (is_control ? "malformed-request" : "accepted"));
  }
}

TEST_CASE("a head that is cut short or goes on behind its empty line is refused") {
  const std::string whole = WithLine("X: a");
  auto head = std::make_unique<RequestHead>();
  for (size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(ParseRequestHead(whole.substr(0, length), HeadLimits{}, *head).ok());
  }
  CHECK_FALSE(ParseRequestHead(whole + "x", HeadLimits{}, *head).ok());
  CHECK_FALSE(ParseRequestHead(whole + "\r\n", HeadLimits{}, *head).ok());
}

TEST_CASE("the number of fields is bounded, by the limit and by the room there is") {
  HeadLimits limits;
  limits.max_fields = 3;
  CHECK(Request(WithLine("X: a\r\nX: b"), limits).outcome == "accepted");
  CHECK(Request(WithLine("X: a\r\nX: b\r\nX: c"), limits).outcome == "head-too-large");
  limits.max_fields = 100000;
  std::string lines = "X: 0";
  for (size_t i = 2; i < kMaxFields; ++i) lines += "\r\nX: 0";
  CHECK(Request(WithLine(lines), limits).outcome == "accepted");
  CHECK(Request(WithLine(lines + "\r\nX: 0"), limits).outcome == "head-too-large");
}

TEST_CASE("the parser refuses a head above the byte limit by itself") {
  HeadLimits limits;
  limits.max_bytes = 32;
  auto head = std::make_unique<RequestHead>();
  const Status parsed = ParseRequestHead(WithLine("X: abcdefghijkl"), limits, *head);
  CHECK(Outcome(parsed) == "head-too-large");
}

TEST_CASE("a request of HTTP/1.1 has exactly one Host (RFC 9112 section 3.2)") {
  CHECK(Request("GET / HTTP/1.1\r\n\r\n").outcome == "bad-host");
  CHECK(OutcomeOf("Host: a") == "bad-host");
  CHECK(OutcomeOf("hOST: b") == "bad-host");
  CHECK(Request("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n").outcome == "bad-host");
}

TEST_CASE("a request of HTTP/1.0 may go without Host") {
  const Request without("GET / HTTP/1.0\r\n\r\n");
  REQUIRE(without.outcome == "accepted");
  CHECK(without->host.empty());
  CHECK(Request("GET http://b/ HTTP/1.0\r\n\r\n")->host == "b");
}

TEST_CASE("a Host that is not one valid host is refused (RFC 9112 section 3.2)") {
  for (std::string_view value : {"", "a b", "a,b", "a/b", "u@a", "a:", "a:x", "\xc3\xa9", "a:80:80",
                                 "http://a", "[::1", "::1", "a?b", "a#b", "a%20b", "*"}) {
    CAPTURE(value);
    CHECK(Request("GET / HTTP/1.1\r\nHost: " + std::string(value) + "\r\n\r\n").outcome ==
          "bad-host");
  }
}

TEST_CASE("persistence follows version and Connection (RFC 9112 section 9.3)") {
  CHECK(Request(WithLine("X: a"))->keep_alive);
  CHECK_FALSE(Request(WithLine("Connection: foo, Close"))->keep_alive);
  CHECK_FALSE(Request(WithLine("Connection: foo\r\nConnection: close"))->keep_alive);
  CHECK_FALSE(Request(WithLine("Connection: close, keep-alive"))->keep_alive);
  CHECK_FALSE(Request("GET / HTTP/1.0\r\n\r\n")->keep_alive);
  CHECK(Request("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")->keep_alive);
  CHECK_FALSE(Request("GET / HTTP/1.0\r\nProxy-Connection: keep-alive\r\n\r\n")->keep_alive);
}

TEST_CASE(
    "Connection is a list of tokens; empty elements count for nothing (RFC 9110 section 7.6.1)") {
  CHECK(OutcomeOf("Connection: ,, close ,") == "accepted");
  CHECK(OutcomeOf("Connection:") == "accepted");
  CHECK(OutcomeOf("Connection: close; x") == "malformed-request");
  CHECK(OutcomeOf("Connection: \"close\"") == "malformed-request");
  CHECK(OutcomeOf("Connection: keep alive") == "malformed-request");
  CHECK(OutcomeOf("Connection: \xff"
                  "close") == "malformed-request");
}

TEST_CASE("Connection may not name a field that is for all recipients (RFC 9110 section 7.6.1)") {
  for (std::string_view name :
       {"Host", "Content-Length", "content_length", "Transfer-Encoding", "Content-Type",
        "Content-Encoding", "Authorization", "Cookie", "Via", "Forwarded"}) {
    CAPTURE(name);
    CHECK(OutcomeOf("Connection: close, " + std::string(name)) == "malformed-request");
    CHECK(OutcomeOf("Connection: x\r\nConnection: " + std::string(name)) == "malformed-request");
  }
}

TEST_CASE("the options of a connection are bounded") {
  CHECK(OutcomeOf("Connection: " + std::string(1024, 'x')) == "accepted");
  CHECK(OutcomeOf("Connection: " + std::string(1025, 'x')) == "head-too-large");
  CHECK(OutcomeOf("Connection: " + std::string(512, 'x') +
                  "\r\nConnection: " + std::string(513, 'y')) == "head-too-large");
}

TEST_CASE("Expect is 100-continue or cannot be met (RFC 9110 section 10.1.1)") {
  CHECK(Request(WithLine("Expect: 100-Continue\r\nContent-Length: 1"))->expect_continue);
  CHECK(Request(WithLine("Expect: 100-continue\r\nTransfer-Encoding: chunked"))->expect_continue);
  CHECK(OutcomeOf("Expect: 100-continue, x") == "expectation-failed");
  CHECK(OutcomeOf("Expect:") == "expectation-failed");
  CHECK(OutcomeOf("Expect: 200-ok") == "expectation-failed");
  CHECK(OutcomeOf("Expect: 100-continue\r\nExpect: 100-continue") == "expectation-failed");
}

TEST_CASE("nobody waits for a 100 without a body to send (RFC 9110 section 10.1.1)") {
  CHECK_FALSE(Request(WithLine("Expect: 100-continue"))->expect_continue);
  CHECK_FALSE(Request(WithLine("Expect: 100-continue\r\nContent-Length: 0"))->expect_continue);
}

TEST_CASE("HTTP/1.0 knows no expectation (RFC 9110 section 10.1.1)") {
  const Request request("POST / HTTP/1.0\r\nExpect: x\r\nContent-Length: 1\r\n\r\n");
  CHECK(request.outcome == "accepted");
  CHECK_FALSE(request->expect_continue);
}

TEST_CASE("an upgrade needs Upgrade, its option and HTTP/1.1 (RFC 9110 section 7.8)") {
  CHECK(Request(WithLine("Connection: Upgrade\r\nUpgrade: websocket"))->wants_upgrade);
  CHECK_FALSE(Request(WithLine("Connection: upgrade"))->wants_upgrade);
  CHECK_FALSE(Request(WithLine("Upgrade: websocket"))->wants_upgrade);
  CHECK_FALSE(
      Request("GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n")->wants_upgrade);
}

TEST_CASE("a head that is parsed anew keeps nothing of the one before") {
  auto head = std::make_unique<RequestHead>();
  const std::string first =
      "POST /a?b HTTP/1.0\r\nHost: a\r\nContent-Length: 7\r\nConnection: x-y\r\n\r\n";
  REQUIRE(ParseRequestHead(first, HeadLimits{}, *head).ok());
  const std::string second = "GET /c HTTP/1.1\r\nHost: d\r\n\r\n";
  REQUIRE(ParseRequestHead(second, HeadLimits{}, *head).ok());
  CHECK_FALSE(head->has_query);
  CHECK(head->query.empty());
  CHECK(head->framing == Framing::kNone);
  CHECK(head->content_length == 0);
  CHECK(head->minor_version == 1);
  CHECK(head->keep_alive);
  CHECK(head->fields.size() == 1);
  CHECK(head->fields.from_connection().empty());
}

TEST_CASE("a list holds a token as a whole element in any case, not inside a quoted string") {
  CHECK(ListHasToken("a, B ,c", "b"));
  CHECK(ListHasToken("b", "B"));
  CHECK_FALSE(ListHasToken("ab, bc", "b"));
  CHECK_FALSE(ListHasToken("", ""));
  CHECK_FALSE(ListHasToken(",,", ""));
  CHECK_FALSE(ListHasToken("x=\"a, b, c\"", "b"));
  CHECK_FALSE(ListHasToken("x=\"\\\", b, \"", "b"));
  CHECK(ListHasToken("x=\"a\", b", "b"));
  CHECK_FALSE(ListHasToken("\"\\", "b"));
}

}  // namespace
}  // namespace pinlatch::http
