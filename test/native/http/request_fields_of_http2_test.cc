// Covers request heads that come as fields (RFC 9113 section 8.3).
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "http/request_fields.h"

namespace pinlatch::http {
namespace {

using List = std::vector<Field>;

List Usual(List more = {}) {
  List fields = {
      {":method", "GET"}, {":scheme", "https"}, {":authority", "a.local"}, {":path", "/x?y=1"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

List With(std::string_view name, std::string_view value) {
  List fields = Usual();
  for (Field& field : fields) {
    if (field.name == name) field.value = value;
  }
  return fields;
}

struct Parsed {
  explicit Parsed(const List& list, bool ended = true, HeadLimits limits = {}) : fields(list) {
    const Status status = ParseRequestFields(fields, ended, limits, cookies, head);
    outcome = status.ok() ? "accepted" : std::string(StableCode(status.error().code));
  }
  List fields;
  std::string cookies;
  RequestHead head;
  std::string outcome;
};

TEST_CASE("pseudo-fields become the parts of a head") {
  const Parsed parsed(Usual({{"x-a", "b"}}));
  REQUIRE(parsed.outcome == "accepted");
  CHECK(parsed.head.method == "GET");
  CHECK(parsed.head.host == "a.local");
  CHECK(parsed.head.path == "/x");
  CHECK(parsed.head.query == "y=1");
  CHECK(parsed.head.has_query);
  CHECK(parsed.head.framing == Framing::kNone);
  REQUIRE(parsed.head.fields.size() == 1);
  CHECK(parsed.head.fields.all()[0].name == "x-a");
}

TEST_CASE("crumbs of a cookie become one field (section 8.2.3)") {
  const Parsed parsed(Usual({{"cookie", "a=1"}, {"x-a", "b"}, {"cookie", "c=2"}}));
  REQUIRE(parsed.outcome == "accepted");
  REQUIRE(parsed.head.fields.size() == 2);
  CHECK(parsed.head.fields.all()[0].value == "a=1; c=2");
}

TEST_CASE("a body has the length that is stated, or none that is known") {
  CHECK(Parsed(Usual(), false).head.framing == Framing::kChunked);
  const Parsed stated(Usual({{"content-length", "12"}}), false);
  CHECK(stated.head.framing == Framing::kLength);
  CHECK(stated.head.content_length == 12);
  CHECK(Parsed(Usual({{"content-length", "0"}})).head.framing == Framing::kLength);
}

TEST_CASE("an expectation counts while a body is to come") {
  CHECK(Parsed(Usual({{"expect", "100-continue"}}), false).head.expect_continue);
  CHECK_FALSE(Parsed(Usual({{"expect", "100-continue"}})).head.expect_continue);
  CHECK(Parsed(Usual({{"expect", "200-ok"}})).outcome == "expectation-failed");
}

TEST_CASE("asterisk-form is for OPTIONS") {
  List fields = With(":path", "*");
  CHECK(Parsed(fields).outcome == "malformed-request");
  fields[0].value = "OPTIONS";
  CHECK(Parsed(fields).outcome == "accepted");
}

TEST_CASE("what is malformed is refused (sections 8.2 and 8.3)") {
  for (const Field& field : List{{"X-A", "b"},
                                 {"", "b"},
                                 {"x a", "b"},
                                 {"x-a", "b\n"},
                                 {"x-a", "b\x01"},
                                 {"x-a", " b"},
                                 {"x-a", "b\t"},
                                 {"connection", "close"},
                                 {"keep-alive", "1"},
                                 {"proxy-connection", "close"},
                                 {"transfer-encoding", "chunked"},
                                 {"upgrade", "x"},
                                 {"te", "deflate"},
                                 {":path", "/again"},
                                 {":status", "200"}}) {
    CAPTURE(field.name);
    CHECK(Parsed(Usual({field})).outcome == "malformed-request");
  }
  CHECK(Parsed(Usual({{"te", "trailers"}})).outcome == "accepted");
  for (std::string_view name : {":method", ":scheme", ":path"}) {
    List fields = Usual();
    std::erase_if(fields, [name](const Field& field) { return field.name == name; });
    CAPTURE(name);
    CHECK(Parsed(fields).outcome == "malformed-request");
  }
  CHECK(Parsed({{":method", "GET"}, {"x-a", "b"}, {":path", "/"}}).outcome == "malformed-request");
  CHECK(Parsed(With(":scheme", "ftp")).outcome == "malformed-request");
  for (std::string_view path : {"", "x", "/a b", "/a#b", "/\x80"}) {
    CHECK(Parsed(With(":path", path)).outcome == "malformed-request");
  }
}

TEST_CASE("there is one host") {
  CHECK(Parsed(Usual({{"host", "A.local"}})).outcome == "accepted");
  CHECK(Parsed(Usual({{"host", "b.local"}})).outcome == "bad-host");
  CHECK(Parsed(Usual({{"host", "a.local"}, {"host", "a.local"}})).outcome == "bad-host");
  CHECK(Parsed(With(":authority", "user@a.local")).outcome == "bad-host");
  List fields = Usual();
  std::erase_if(fields, [](const Field& field) { return field.name == ":authority"; });
  CHECK(Parsed(fields).outcome == "bad-host");
  fields.push_back({"host", "b.local"});
  CHECK(Parsed(fields).head.host == "b.local");
}

TEST_CASE("lengths, limits and methods are as in HTTP/1.1") {
  CHECK(Parsed(Usual({{"content-length", "+1"}}), false).outcome == "ambiguous-framing");
  CHECK(Parsed(Usual({{"content-length", "1"}, {"content-length", "1"}}), false).outcome ==
        "ambiguous-framing");
  CHECK(Parsed(Usual({{"content_length", "1"}})).outcome == "ambiguous-framing");
  CHECK(Parsed(With(":method", "CONNECT")).outcome == "unsupported-method");
  CHECK(Parsed(Usual(), true, {1000, 100, 3}).outcome == "target-too-long");
  CHECK(Parsed(Usual({{"a", "1"}, {"b", "2"}}), true, {1000, 1, 100}).outcome == "head-too-large");
}

TEST_CASE("an extended CONNECT is the GET that it stands for (RFC 8441 section 4)") {
  const auto connect = [](std::string_view protocol, List more = {}) {
    List fields = With(":method", "CONNECT");
    fields.push_back({":protocol", protocol});
    fields.insert(fields.end(), more.begin(), more.end());
    return fields;
  };
  const Parsed parsed(connect("websocket"), false);
  REQUIRE(parsed.outcome == "accepted");
  CHECK(parsed.head.method == "GET");
  CHECK(parsed.head.connect_protocol == "websocket");
  CHECK(parsed.head.path == "/x");
  CHECK(parsed.head.framing == Framing::kNone);
  CHECK(Parsed(connect("")).outcome == "malformed-request");
  CHECK(Parsed(connect("web socket")).outcome == "malformed-request");
  CHECK(Parsed(connect("websocket", {{"content-length", "1"}}), false).outcome ==
        "malformed-request");
  CHECK(Parsed(Usual({{":protocol", "websocket"}})).outcome == "malformed-request");
  CHECK(Parsed(With(":method", "CONNECT")).outcome == "unsupported-method");
  CHECK(Parsed(Usual()).head.connect_protocol.empty());
}

}  // namespace
}  // namespace pinlatch::http
