// Which numbers and texts each field takes, as tables.
#include "doctest/doctest.h"
#include "snapshot/decoder.h"
#include "snapshot/document_checks.h"
#include "snapshot/ranges.h"
#include "snapshot/test_document.h"

namespace pinlatch::snapshot {
namespace {

using std::string;
using std::string_view;

string Quoted(size_t count) { return "\"" + string(count, 'a') + "\""; }

TEST_CASE("numbers have bounds") {
  struct Case {
    string_view place;
    string_view least;
    string_view most;
    string_view too_much;
    bool zero_is_refused;
  };
  for (const Case& it : {
           Case{"/workers", "0", "1024", "1025", false},
           {"/drainMs", "0", "2147483647", "2147483648", false},
           {"/trust/0/revocation/graceSeconds", "0", "315360000", "315360001", false},
           {"/tickets/rotateSeconds", "600", "2147483", "2147484", true},
           {"/trust/0/minRsaBits", "2048", "16384", "16385", true},
           {"/trust/0/maxDepth", "0", "32", "33", false},
           {"/upstreams/0/endpoints/0/port", "1", "65535", "65536", true},
           {"/upstreams/0/connectMs", "1", "2147483647", "2147483648", true},
           {"/upstreams/0/responseMs", "1", "2147483647", "2147483648", true},
           {"/upstreams/0/idleMs", "1", "2147483647", "2147483648", true},
           {"/upstreams/0/keepAliveMs", "0", "2147483647", "2147483648", false},
           {"/upstreams/0/maxIdle", "0", "65535", "65536", false},
           {"/upstreams/0/endpoints/0/weight", "1", "1000", "1001", true},
           {"/upstreams/0/balancing/slowStartMs", "0", "2147483647", "2147483648", false},
           {"/upstreams/0/health/intervalMs", "7", "2147483647", "2147483648", true},
           {"/upstreams/0/health/timeoutMs", "1", "8", "2147483648", true},
           {"/upstreams/0/health/healthy", "1", "100", "101", true},
           {"/upstreams/0/health/unhealthy", "1", "100", "101", true},
           {"/upstreams/0/health/expectFrom", "200", "204", "600", true},
           {"/upstreams/0/health/expectTo", "201", "599", "600", true},
           {"/upstreams/0/ejection/failures", "1", "1000", "1001", true},
           {"/upstreams/0/ejection/baseMs", "1", "13", "2147483648", true},
           {"/upstreams/0/ejection/mostMs", "12", "2147483647", "2147483648", true},
           {"/upstreams/0/ejection/mostPercent", "1", "100", "101", true},
           {"/upstreams/0/retries/attempts", "0", "16", "17", false},
           {"/upstreams/0/retries/budgetPercent", "0", "100", "101", false},
           {"/upstreams/0/limits/connections", "0", "1000000", "1000001", false},
           {"/upstreams/0/limits/requests", "0", "1000000", "1000001", false},
           {"/upstreams/0/limits/queue", "0", "1000000", "1000001", false},
           {"/upstreams/0/limits/queueMs", "1", "2147483647", "2147483648", true},
           {"/upstreams/0/resolveMs", "1", "2147483647", "2147483648", true},
           {"/listeners/0/port", "0", "65535", "65536", false},
           {"/routes/0/bodyBytes", "0", "1125899906842624", "1125899906842625", false},
           {"/routes/0/action/rewrite/stripSegments", "0", "2", "3", false},
           {"/listeners/0/limits/handshakesPerAddress", "0", "1000000", "1000001", false},
           {"/listeners/0/limits/handshakePeriodMs", "1", "3600000", "3600001", true},
           {"/listeners/0/front/proxyFrom/0/bits", "0", "32", "33", false},
           {"/listeners/0/front/forwardedFrom/0/bits", "0", "128", "129", false},
           {"/routes/1/action/status", "200", "599", "600", true},
       }) {
    CheckTakes(it.place, {it.least, it.most});
    CheckRefuses(it.place, {it.too_much, "18446744073709551615", "\"1\""});
    if (it.zero_is_refused) CheckRefuses(it.place, {"0"});
  }
  CheckRefuses("/routes/1/action/status", {"199", "101", "100"});
  CheckRefuses("/trust/0/minRsaBits", {"2047", "1024"});
  CheckTakes("/tickets/lifetimeSeconds", {"1", "3600"});
  CheckRefuses("/tickets/lifetimeSeconds", {"0", "604801", "\"1\""});
  CheckRefuses("/tickets/rotateSeconds", {"599"});  // less than the lifetime
}

void CheckRange(const string& place, const Range& range) {
  const string least = std::to_string(range.least);
  const string most = std::to_string(range.most);
  const string too_much = std::to_string(range.most + 1);
  CheckTakes(place, {least, most});
  CheckRefuses(place, {too_much, "18446744073709551615", "\"1\"", "-1", "null"});
  if (range.least > 0) CheckRefuses(place, {std::to_string(range.least - 1)});
}

uint64_t NumberOf(uint64_t number) { return number; }
uint64_t NumberOf(Milliseconds time) { return static_cast<uint64_t>(time.count()); }

TEST_CASE("each number of a listener has the bounds of the schema, and reaches its member") {
#define PINLATCH_CHECK(key, member, range)                                   \
  CheckRange(folder + key, range);                                           \
  {                                                                          \
    const Result<Snapshot> other =                                           \
        Decode(Changed(folder + key, std::to_string((range).most - 1)));     \
    REQUIRE(other.ok());                                                     \
    CHECK(NumberOf(of(other->listeners[index]).member) == (range).most - 1); \
  }
  string folder = "/listeners/0/timeouts/";
  size_t index = 0;
  {
    const auto of = [](const Listener& listener) { return listener.timeouts; };
    PINLATCH_LISTENER_TIMEOUTS(PINLATCH_CHECK)
  }
  // A listener without a rate: a burst belongs to one.
  folder = "/listeners/1/limits/";
  index = 1;
  {
    const auto of = [](const Listener& listener) { return listener.limits; };
    PINLATCH_LISTENER_LIMITS(PINLATCH_CHECK)
  }
#undef PINLATCH_CHECK
  CheckRefuses("/listeners/0/limits/handshakeBurst", {"0", "1000001"});
}

TEST_CASE("a number out of range is told with its bounds") {
  const Result<Snapshot> snapshot = Decode(Changed("/listeners/0/port", "70000"));
  REQUIRE_FALSE(snapshot.ok());
  CHECK(snapshot.error().detail == "found 70000, expected a whole number from 0 to 65535");
}

TEST_CASE("a denied certificate is a fingerprint or a serial number") {
  const string digest = "\"" + string(64, 'a') + "\"";
  CheckTakes("/trust/0/deny/0/value", {digest});
  CheckRefuses("/trust/0/deny/0/value", {"\"0a1b\"", "\"\"", "1", Quoted(63), Quoted(65)});
  CheckTakes("/trust/0/deny/1/value", {"\"0\"", "\"0A1b\"", Quoted(128)});
  CheckRefuses("/trust/0/deny/1/value", {"\"\"", "\"0A:1B\"", "\"0x1a\"", "\"-1\"", Quoted(129)});
  CheckRefuses("/trust/0/deny/0/kind", {"\"sha1\"", "\"SHA256\"", "\"\""});
  CheckTakes("/trust/2/pinned/0/sha256", {digest});
  CheckRefuses("/trust/2/pinned/0/sha256", {"\"0a1b\"", "\"\"", Quoted(65)});
}

TEST_CASE("names are short printable text") {
  CheckTakes("/routes/0/name", {"\"a b\"", "\"é\"", "\"/\"", Quoted(256)});
  CheckRefuses("/routes/0/name", {"\"\"", "\"a\\nb\"", "\"a\\u0000\"", "\"\\u007f\"", Quoted(257)});
}

TEST_CASE("the configuration pointer is a pointer") {
  CheckTakes("/routes/0/at", {"\"\"", "\"/\"", "\"/a~1b/0\""});
  CheckRefuses("/routes/0/at", {"\"a\"", "\"/a\\r\""});
}

TEST_CASE("paths are not empty and hold no control characters") {
  for (const string_view place :
       {"/trust/0/ca/0/path", "/trust/0/revocation/files/0",
        "/listeners/0/certificates/0/key/secret", "/listeners/0/certificates/0/chain/path"}) {
    CheckTakes(place, {"\"/a b/c\"", "\"c\"", "\"é\"", Quoted(4095)});
    CheckRefuses(place, {"\"\"", "\"/a\\u0000b\"", "\"/a\\nb\"", Quoted(4096)});
  }
  CheckTakes("/upstreams/0/endpoints/1/path", {Quoted(107)});
  CheckRefuses("/upstreams/0/endpoints/1/path", {"\"\"", "\"\\u0000abstract\"", Quoted(108)});
}

TEST_CASE("a pin has exactly as many digits as its kind") {
  const string d40 = "\"" + string(40, '0') + "\"";
  const string d64 = "\"" + string(64, 'A') + "\"";
  CheckTakes("/clients/0/pins/0/value", {d64});
  CheckRefuses("/clients/0/pins/0/value",
               {d40, "\"\"", "\"" + string(63, '0') + "\"", "\"" + string(65, '0') + "\"",
                "\"" + string(63, '0') + "g\"", "\"00:11\""});
  CheckTakes("/clients/0/pins/1/value", {d40});
  CheckRefuses("/clients/0/pins/1/value", {d64, "\"\""});
  CheckTakes("/clients/0/pins/2/value", {d64});
  CheckRefuses("/clients/0/pins/2/value", {d40});
  CheckRefuses("/clients/0/pins/0/kind", {"\"md5\"", "\"SHA256\"", "\"\""});
  CheckTakes("/clients/0/pins/0/label", {"\"\"", "\"2027 key, é\""});
  CheckRefuses("/clients/0/pins/0/label", {"\"a\\tb\""});
}

TEST_CASE("a pin's time begins before it ends") {
  CheckTakes("/clients/0/pins/0/notBefore", {"null", "0", "253402300799"});
  CheckRefuses("/clients/0/pins/0/notBefore", {"253402300800", "\"2027\"", "-1"});
  CheckTakes("/clients/0/pins/0/expires", {"null", "1", "253402300799"});
  const Result<Snapshot> backwards = Decode(Changed("/clients/0/pins/1/expires", "1700000000"));
  REQUIRE_FALSE(backwards.ok());
  CHECK(backwards.error().at == "/clients/0/pins/1");
}

TEST_CASE("a client without pins needs a condition") {
  const Result<Snapshot> nobody = Decode(Changed("/clients/2/when", "null"));
  REQUIRE_FALSE(nobody.ok());
  CHECK(nobody.error().at == "/clients/2");
  CHECK(Decode(Changed("/clients/2/pins", "[]")).ok());
}

string Field(string_view field, string_view match) {
  return string(R"({"kind":"field","at":"","field":")").append(field) + R"(","oneOf":[)" +
         string(match) + "]}";
}
string Exact(string_view value) {
  return string(R"({"kind":"exact","value":")").append(value) + "\"}";
}
constexpr string_view kGlob = R"({"kind":"glob","pattern":"a*"})";
constexpr string_view kNetwork = R"({"kind":"network","address":"0a000000","bits":32})";
constexpr string_view kTime = R"({"kind":"time","after":1,"before":3})";

bool Takes(const string& condition) { return Decode(Changed("/clients/2/when", condition)).ok(); }

TEST_CASE("every field takes its own kinds of match") {
  struct Case {
    string_view field;
    string exact;  // empty: none
    bool glob;
    bool network;
    bool time;
  };
  const string d64(64, '0');
  for (const Case& it : {Case{"fingerprint.sha256", d64, false, false, false},
                         {"fingerprint.sha1", string(40, '0'), false, false, false},
                         {"spki.sha256", d64, false, false, false},
                         {"subject", "CN=a", false, false, false},
                         {"issuer", "CN=a", false, false, false},
                         {"subject.OU", "a", true, false, false},
                         {"issuer.2.5.4.97", "a", true, false, false},
                         {"serial", "0A", false, false, false},
                         {"san.dns", "a", true, false, false},
                         {"san.uri", "a", true, false, false},
                         {"san.email", "a", true, false, false},
                         {"san.ip", "", false, true, false},
                         {"notBefore", "", false, false, true},
                         {"notAfter", "", false, false, true},
                         {"keyAlgorithm", "a", true, false, false},
                         {"signatureAlgorithm", "a", true, false, false},
                         {"policies", "1.2", false, false, false}}) {
    CAPTURE(it.field);
    CHECK(Takes(Field(it.field, Exact(it.exact))) == !it.exact.empty());
    CHECK(Takes(Field(it.field, kGlob)) == it.glob);
    CHECK(Takes(Field(it.field, kNetwork)) == it.network);
    CHECK(Takes(Field(it.field, kTime)) == it.time);
    CHECK_FALSE(Takes(Field(it.field, "")));
  }
}

TEST_CASE("the first or the only value can be asked for where values have an order") {
  const auto which = [](string_view name) {
    return R"({"kind":"exact","value":"a","which":)" + string(name) + "}";
  };
  for (const string_view field : {"subject.OU", "issuer.2.5.4.97", "keyAlgorithm"}) {
    CAPTURE(field);
    CHECK(Takes(Field(field, which("\"first\""))));
    CHECK(Takes(Field(field, which("\"only\""))));
    for (const string_view other :
         {"\"any\"", "\"last\"", "\"First\"", "\"\"", "null", "1", "[]"}) {
      CHECK_FALSE(Takes(Field(field, which(other))));
    }
  }
  for (const string_view field : {"san.dns", "san.uri", "san.email"}) {
    CAPTURE(field);
    CHECK_FALSE(Takes(Field(field, which("\"first\""))));
  }
}

TEST_CASE("fields that there are not are refused, so that no negation of them holds") {
  for (const string_view field :
       {"", "subject.", "subject.cn", "subject.commonName", "subject.2", "subject.2.",
        "subject.2..5", "san", "Subject", "issuer.x", "fingerprint"}) {
    CAPTURE(field);
    CHECK_FALSE(Takes(Field(field, Exact("a"))));
  }
}

TEST_CASE("digits of a condition are as the certificate's are written") {
  for (const string_view serial : {"", "A", "0a", "000A", "0x0A", "0A:0B"}) {
    CAPTURE(serial);
    CHECK_FALSE(Takes(Field("serial", Exact(serial))));
  }
  CHECK(Takes(Field("serial", Exact("00"))));
  CHECK_FALSE(Takes(Field("fingerprint.sha256", Exact(string(40, '0')))));
  CHECK_FALSE(Takes(Field("fingerprint.sha1", Exact(string(64, '0')))));
  CHECK_FALSE(Takes(Field("san.ip", R"({"kind":"network","address":"0a000000","bits":33})")));
  CHECK(Takes(Field(
      "san.ip", R"({"kind":"network","address":"00000000000000000000000000000000","bits":128})")));
  CHECK_FALSE(Takes(Field("san.ip", R"({"kind":"network","address":"0a0000","bits":8})")));
  CHECK_FALSE(Takes(Field("notAfter", R"({"kind":"time","after":null,"before":null})")));
  CHECK_FALSE(Takes(Field("notAfter", R"({"kind":"time","after":2,"before":3})")));
}

string Nested(size_t depth) {
  string text = Field("serial", Exact("00"));
  for (size_t i = 1; i < depth; ++i) text = R"({"kind":"not","of":)" + text + "}";
  return text;
}

TEST_CASE("a condition is bounded in depth and size") {
  CHECK(Takes(Nested(16)));
  CHECK_FALSE(Takes(Nested(17)));
  const auto wide = [](size_t matches) {
    string list = Exact("a");
    for (size_t i = 1; i < matches; ++i) list += "," + Exact("a");
    return Field("subject.CN", list);
  };
  CHECK(Takes(wide(1023)));
  CHECK_FALSE(Takes(wide(1024)));
  string parts = Nested(1);
  for (size_t i = 1; i < 600; ++i) parts += "," + Nested(1);
  CHECK_FALSE(Takes(R"({"kind":"any","of":[)" + parts + "]}"));
  CHECK_FALSE(Takes(R"({"kind":"all","of":[]})"));
}

TEST_CASE("fingerprints of files are written in lower case, as they are compared") {
  CheckRefuses("/trust/0/ca/0/sha256/0",
               {"\"" + string(64, 'A') + "\"", "\"" + string(63, 'a') + "\"",
                "\"" + string(40, 'a') + "\"", "\"\""});
}

TEST_CASE("a listener is bound to an address, never a name") {
  CheckTakes("/listeners/0/address",
             {"\"127.0.0.1\"", "\"::\"", "\"fe80::1%eth0\"", "\"::ffff:1.2.3.4\""});
  CheckRefuses("/listeners/0/address",
               {"\"\"", "\"localhost\"", "\"[::1]\"", "\"1.2.3.4:80\\u0000\"", "\"*\"", "\"::1%\"",
                "\"%eth0\"", "\"::1%a%b\"", "\"::1%../x\""});
}

TEST_CASE("an endpoint's host is a name or an address without brackets") {
  CheckTakes("/upstreams/0/endpoints/0/host",
             {"\"crm.local\"", "\"CRM_1\"", "\"::1\"", "\"10.0.0.1\""});
  CheckRefuses("/upstreams/0/endpoints/0/host", {"\"\"", "\"[::1]\"", "\"a b\"", "\"a/b\"",
                                                 "\"a@b\"", "\"é\"", "\"a\\r\\nb\"", Quoted(256)});
}

TEST_CASE("a route's host is written as requests are, so that it can match") {
  CheckTakes("/routes/0/host", {"\"a\"", "\"a-b_c.d\"", "\"10.0.0.1\"", "\"[::1]\"", "null"});
  CheckRefuses("/routes/0/host", {"\"\"", "\"API.local\"", "\"api.local.\"", "\"api.local:443\"",
                                  "\"::1\"", "\"[::1\"", "\"[]\"", "\"[::A]\"", "\"*.local\"",
                                  "\"a b\"", "\"é\"", "\".\"", Quoted(256)});
}

TEST_CASE("a literal segment is canonical, so that it can match") {
  CheckTakes("/routes/0/path/segments/0/literal",
             {"\"a\"", "\"...\"", "\"a.b\"", "\"..a\"", "\"a%20b\"", "\"%C3%A9\"",
              "\"!$&'()*+,=:@~\"", "\"%25\"", "\"%3F\"", "\"a%3Bb\""});
  CheckRefuses(
      "/routes/0/path/segments/0/literal",
      {"\"\"",      "\".\"",      "\"..\"",     "\"..;a\"", "\"a;b\"",  "\"...;a\"",   "\";\"",
       "\";a=b\"",  "\"%3Ba\"",   "\"..%3Ba\"", "\".%3B\"", "\".;\"",   "\"a/b\"",     "\"a%2Fb\"",
       "\"a%2fb\"", "\"%5C\"",    "\"a\\\\b\"", "\"%00\"",  "\"%0A\"",  "\"%7F\"",     "\"%41\"",
       "\"%7E\"",   "\"%c3%a9\"", "\"é\"",      "\"a b\"",  "\"a?b\"",  "\"a#b\"",     "\"%\"",
       "\"%2\"",    "\"a%2\"",    "\"%G0\"",    "\"{id}\"", "\"a\\n\"", "\"a\\u0000\""});
}

TEST_CASE("a parameter has a name") {
  CheckTakes("/routes/0/path/segments/1/parameter", {"\"id\"", "\"customer-id\"", "\"a_1\""});
  CheckRefuses("/routes/0/path/segments/1/parameter",
               {"\"\"", "\"a b\"", "\"a/b\"", "\"{a}\"", "\"a\\n\""});
}

TEST_CASE("methods are tokens in upper case") {
  CheckTakes("/routes/0/methods/0", {"\"DELETE\"", "\"M-SEARCH\"", "\"X1\""});
  CheckRefuses("/routes/0/methods/0",
               {"\"get\"", "\"Get\"", "\"\"", "\"GET \"", "\"G/T\"", "\"GET\\r\\n\"", Quoted(3)});
}

TEST_CASE("a fixed response cannot be split or framed by its fields") {
  CheckTakes("/routes/1/action/fields/0/0",
             {"\"X-A\"", "\"cache-control\"", "\"Server\"", "\"content-lengthy\""});
  CheckRefuses("/routes/1/action/fields/0/0",
               {"\"\"", "\"X A\"", "\"X:\"", "\"X\\r\\nY\"", "\"é\"", "\"Content-Length\"",
                "\"CONTENT-LENGTH\"", "\"Transfer-Encoding\"", "\"connection\"", "\"Keep-Alive\"",
                "\"Proxy-Connection\"", "\"TE\"", "\"Trailer\"", "\"Upgrade\"", "\"Date\""});
  CheckTakes("/routes/1/action/fields/0/1", {"\"\"", "\"a b\"", "\"é\"", "\"a: b, c\""});
  CheckRefuses("/routes/1/action/fields/0/1",
               {"\"a\\r\\nSet-Cookie: x\"", "\"a\\nb\"", "\"a\\rb\"", "\"a\\u0000b\"", "\"a\\tb\"",
                "\"\\u007f\"", "\" a\"", "\"a \""});
  CheckRefuses("/routes/1/action/fields/0",
               {"[]", "[\"A\"]", "[\"A\",\"b\",\"c\"]", "{\"A\":\"b\"}"});
}

TEST_CASE("the words of each choice are taken as written only") {
  CheckTakes("/listeners/0/clientAuth", {"\"required\"", "\"optional\"", "\"none\""});
  CheckRefuses("/listeners/0/clientAuth", {"\"Required\"", "\"\"", "null"});
  CheckTakes("/listeners/0/names/0/clientAuth", {"\"required\"", "\"optional\"", "\"none\""});
  CheckRefuses("/listeners/0/names/0/clientAuth", {"\"Required\"", "\"\"", "null"});
  CheckTakes("/listeners/0/names/0/minVersion", {"\"1.2\"", "\"1.3\""});
  CheckRefuses("/listeners/0/names/0/minVersion", {"\"1.1\"", "null"});
  CheckRefuses("/listeners/0/names/0/trust", {"\"nobody\"", "null"});
  CheckTakes("/listeners/0/protocols", {R"(["h2"])", R"(["http/1.1"])", R"(["http/1.1","h2"])"});
  CheckRefuses("/listeners/0/protocols",
               {"[]", R"(["h2","h2"])", R"("h2")", R"(["h2","http/1.1","h2"])"});
  CheckRefuses("/listeners/0/protocols/0", {R"("h3")", "null"});
  CheckTakes("/listeners/0/unknownNames", {"\"default\"", "\"refuse\""});
  CheckRefuses("/listeners/0/unknownNames", {"\"\"", "null"});
  for (const string_view place :
       {"/listeners/0/names/0/name", "/listeners/0/certificates/0/names/0"}) {
    CheckTakes(place, {"\"api\"", "\"*.example.com\"", "\"a-b_c.example.com\""});
    CheckRefuses(place, {"\"\"", "\"*\"", "\"*.\"", "\"API\"", "\"a.\"", "\".a\"", "\"a..b\"",
                         "\"*.*.a\"", "\"a*.b\"", "\"[::1]\"", "\"a b\"", "null"});
  }
  // A doubled name would have two rules.
  CheckRefuses(
      "/listeners/0/names/1",
      {R"({"name":"api.local","at":"","clientAuth":"none","trust":"staff","minVersion":"1.3"})"});
  CheckTakes("/listeners/0/minVersion", {"\"1.2\"", "\"1.3\""});
  CheckRefuses("/listeners/0/minVersion", {"\"1.1\"", "\"1.0\"", "1.2"});
  CheckTakes("/trust/0/revocation/whenStale", {"\"grace\""});
  CheckRefuses("/trust/0/revocation/whenStale", {"\"ignore\""});
  CheckTakes("/routes/1/allow", {"\"anyone\"", "\"any-trusted\""});
  CheckRefuses("/routes/0/allow", {"\"any\"", "\"all\"", "[]", "[\"billing\"]", "null", "true"});
}

}  // namespace
}  // namespace pinlatch::snapshot
