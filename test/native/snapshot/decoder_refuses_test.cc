// What is not a valid document, and what is said of it.
#include <algorithm>
#include <array>

#include "doctest/doctest.h"
#include "snapshot/decoder.h"
#include "snapshot/document_checks.h"
#include "snapshot/test_document.h"

namespace pinlatch::snapshot {
namespace {

using std::string;
using std::string_view;

bool IsAtOrBelow(string_view at, string_view place) {
  return at.starts_with(place) && (at.size() == place.size() || at[place.size()] == '/');
}

// Which of several values is meant came later: without it, any of them (field_rules_test.cc).
bool IsOptional(string_view pointer) { return pointer.ends_with("/which"); }

TEST_CASE("every key is required, wherever it stands") {
  size_t count = 0;
  for (const Place& place : Places()) {
    if (!place.is_member || IsOptional(place.pointer)) continue;
    CAPTURE(place.pointer);
    const Error error = Refusal(Removed(place.pointer));
    CHECK(error.at == place.parent);
    CHECK(error.detail.starts_with("found no key "));
    ++count;
  }
  CHECK(count > 100);
}

TEST_CASE("no key may be doubled, wherever it stands") {
  for (const Place& place : Places()) {
    if (!place.is_member) continue;
    CAPTURE(place.pointer);
    const Error error = Refusal(Doubled(place.pointer));
    CHECK(error.at == place.pointer);
    CHECK(error.detail == "found this key twice, expected it once");
  }
}

TEST_CASE("no object takes an unknown key") {
  for (const Place& place : Places()) {
    if (!place.is_object) continue;
    CAPTURE(place.pointer);
    const Error error = Refusal(Changed(place.pointer + "/x-new", "1"));
    CHECK(error.at == place.pointer);
    CHECK(error.detail.starts_with("found the unknown key \"x-new\", expected none but "));
  }
  CHECK(Refusal(Changed("/$schema", "\"x\"")).at == "");
}

// An empty list, a null and a flag are right in some places; everything else is wrong everywhere.
bool MayBe(string_view pointer, string_view value) {
  struct Exception {
    string_view key;
    string_view value;
  };
  constexpr auto kExceptions = std::to_array<Exception>({
      {"revocation", "null"},
      {"host", "null"},
      {"backup", "true"},  // of all of them: field_rules_test.cc
      {"hashHeader", "null"},
      {"failback", "true"},
      {"health", "null"},
      {"target", "null"},
      {"ejection", "null"},
      {"onConnect", "true"},
      {"onReset", "true"},
      {"tls", "null"},  // where the endpoints go without
      {"serverName", "null"},
      {"x509/certificate", "null"},
      {"methods", "null"},
      {"leafOnly", "true"},
      {"announceAuthorities", "true"},
      {"acceptUnlistedIssuers", "true"},
      {"acceptUnnumbered", "true"},
      {"selfSigned", "true"},  // and then the entry has the wrong lists: see below
      {"ca", "[]"},            // where it must not be empty: see below
      {"pinned", "[]"},
      {"deny", "[]"},
      {"prefix", "true"},
      {"trailingSlash", "true"},
      {"anySlash", "null"},
      {"anySlash", "true"},
      {"anyCase", "true"},
      {"anyCase", "null"},
      {"pins", "[]"},
      {"notBefore", "null"},
      {"expires", "null"},
      {"pins", "null"},  // where there is no condition: see field_rules_test.cc
      {"when", "null"},
      {"scopes", "[]"},
      {"applications", "[]"},
      {"after", "null"},
      {"before", "null"},
      {"routes", "[]"},
      {"set", "[]"},
      {"add", "[]"},
      {"remove", "[]"},
      {"upgrade", "[]"},
      {"keepFields", "[]"},
      {"refuseFields", "[]"},
      {"guardedFields", "[]"},
      {"action/upstreams", "[]"},  // of "ready"
      {"tcpRoutes", "[]"},
      {"alpn", "[]"},
      {"startTls", "null"},
      {"proxyFrom", "[]"},
      {"forwardedFrom", "[]"},
      {"serverName", "null"},
      {"sendProxyProtocol", "null"},
      {"segments", "[]"},
      {"fields", "[]"},
      {"forwardIdentity", "[]"},
      {"names", "[]"},
      {"tickets", "true"},
      {"via", "true"},
      {"forwardIdentity", "null"},  // of a route only: forward_identity_test.cc
      {"body", "\"\\u0001\""},
      {"tls", "null"},  // where no endpoint is of kind "tls": see below
      {"serverName", "null"},
      {"certificate", "null"},
  });
  const bool of_route = pointer.starts_with("/routes/") && pointer.ends_with("/bodyBytes");
  if (of_route && value == "null") return true;
  return std::any_of(kExceptions.begin(), kExceptions.end(), [&](const Exception& exception) {
    return pointer.ends_with("/" + string(exception.key)) && exception.value == value;
  });
}

TEST_CASE("every value of a wrong type is refused where it stands") {
  for (const Place& place : Places()) {
    for (const string_view value : {"null", "true", "1.5", "-1", "1e3", "18446744073709551616",
                                    "1.0", "\"\\u0001\"", "[]", "{}", "[[]]"}) {
      if (MayBe(place.pointer, value)) continue;
      CAPTURE(place.pointer);
      CAPTURE(value);
      const Error error = Refusal(Changed(place.pointer, value));
      const bool lists_names =
          value == "[]" && (place.pointer == "/trust" || place.pointer == "/clients" ||
                            place.pointer == "/upstreams" || place.pointer == "/listeners");
      // Without the named things it is the first reference to them that fails.
      if (lists_names) {
        CHECK(error.detail.find("expected the name of") != string::npos);
      } else {
        CHECK(IsAtOrBelow(error.at, place.pointer));
      }
    }
  }
}

TEST_CASE("a number is written in digits alone") {
  const string document = FullDocument();
  const size_t at = document.find("15000");
  for (const string_view number : {"-0", "1.0", "1e3", "15E2", "0.0", "1e400", "15000.0"}) {
    CAPTURE(number);
    CHECK(Refusal(string(document).replace(at, 5, number)).detail.find("expected") != string::npos);
  }
  CHECK(Refusal(string(document).replace(at, 5, "007")).at == "");
}

TEST_CASE("the document must be one JSON value and nothing else") {
  for (const string_view text : {"", " ", "{", "{}x", "{\"format\":}", "// c\n{}", "{\"a\":1,}",
                                 "[1,2", "NaN", "{\"a\":\"\xff\"}", "\xef\xbb\xbf{}", "'a'"}) {
    CAPTURE(text);
    const Error error = Refusal(string(text));
    CHECK(error.at == "");
    CHECK(error.detail.find("expected JSON") != string::npos);
  }
  CHECK(Refusal("[]").detail == "found a list of 0, expected an object");
  CHECK(Refusal("null").detail == "found null, expected an object");
}

TEST_CASE("nesting beyond reason is refused, not followed") {
  const string deep = string(1000000, '[') + string(1000000, ']');
  CHECK(Refusal(deep).detail == "found a list of 1, expected an object");
  CHECK(Refusal(string(1000000, '[')).at == "");
}

TEST_CASE("a document over 64 MiB is refused unread") {
  const string document((size_t{64} << 20) + 1, ' ');
  CHECK(Refusal(document).detail ==
        "found a document of 67108865 bytes, expected at most 67108864");
}

TEST_CASE("only this format is decoded") {
  const Error error = Refusal(Changed("/format", "\"pinlatch-snapshot/2\""));
  CHECK(error.at == "/format");
  CHECK(error.detail == "found \"pinlatch-snapshot/2\", expected \"pinlatch-snapshot/1\"");
}

TEST_CASE("a name may be taken once among its kind") {
  struct Case {
    string_view list;
    string_view at;
  };
  for (const Case& it : {Case{"/trust/0", "/trust/1/name"},
                         {"/clients/0", "/clients/1/name"},
                         {"/listeners/0", "/listeners/1/name"},
                         {"/routes/0", "/routes/1/name"}}) {
    CAPTURE(it.at);
    const string_view kind = it.list.substr(0, it.list.size() - 2);
    const string name = kind == "/trust"       ? "\"devices\""
                        : kind == "/clients"   ? "\"billing\""
                        : kind == "/listeners" ? "\"edge\""
                                               : "\"customer\"";
    const Error error = Refusal(Changed(it.at, name));
    CHECK(error.at == it.at);
    CHECK(error.detail.ends_with("that is not taken yet"));
  }
}

TEST_CASE("the same name may be used by things of different kinds") {
  CHECK(Decode(Changed("/upstreams/0/name", "\"edge\"")).ok() ==
        false);  // the route still says "crm"
  CHECK(Decode(Changed("/clients/1/at", "\"/clients/billing\"")).ok());
  CHECK(Decode(Changed("/routes/1/name", "\"edge\"")).ok());
}

TEST_CASE("a reference to a name that is not there is refused, in any case of its letters") {
  struct Case {
    string_view place;
    string_view value;
    string_view detail;
  };
  for (const Case& it : {
           Case{"/listeners/0/trust", "\"nobody\"",
                "found \"nobody\", expected the name of a trust bundle"},
           {"/listeners/0/trust", "\"Devices\"",
            "found \"Devices\", expected the name of a trust bundle"},
           {"/listeners/0/trust", "\"\"", "found \"\", expected the name of a trust bundle"},
           {"/routes/0/allow/clients/1", "\"devices\"",
            "found \"devices\", expected the name of a client"},
           {"/routes/0/allow/clients/1", "\"billing\\u0000\"",
            "found \"billing\\u0000\", expected the name of a client"},
           {"/routes/0/listeners/2", "\"crm\"", "found \"crm\", expected the name of a listener"},
           {"/routes/0/action/upstream", "\"edge\"",
            "found \"edge\", expected the name of an upstream"},
       }) {
    CAPTURE(it.place);
    const Error error = Refusal(Changed(it.place, it.value));
    CHECK(error.at == it.place);
    CHECK(error.detail == it.detail);
  }
}

TEST_CASE("a list that would name nobody, nothing or everything when empty is refused") {
  for (const string_view place :
       {"/routes/0/allow/clients", "/routes/0/listeners", "/routes/0/methods", "/trust/0/ca",
        "/trust/0/ca/0/sha256", "/trust/0/revocation/files", "/trust/2/pinned",
        "/upstreams/0/endpoints", "/listeners/0/certificates",
        "/listeners/0/certificates/0/chain/sha256"}) {
    CAPTURE(place);
    const Error error = Refusal(Changed(place, "[]"));
    CHECK(error.at == place);
    CHECK(error.detail == "found a list of 0, expected at least 1");
  }
}

TEST_CASE("a bundle trusts either authorities or pinned certificates, never both") {
  struct Case {
    string_view at;
    string_view value;
    string_view refused_at;
    string_view detail;
  };
  for (const Case& it : {
           Case{"/trust/0/selfSigned", "true", "/trust/0/ca",
                "found a list of 1, expected at most 0"},
           {"/trust/2/selfSigned", "false", "/trust/2/ca",
            "found a list of 0, expected at least 1"},
           {"/trust/0/pinned",
            "[\"ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\"]",
            "/trust/0/pinned", "found a list of 1, expected at most 0"},
           {"/trust/2/revocation",
            R"({"files":["x"],"whenStale":"accept","graceSeconds":0,"leafOnly":false,)"
            R"("acceptUnlistedIssuers":false,"acceptUnnumbered":false})",
            "/trust/2/revocation", "found an object, expected null, beside \"selfSigned\""},
       }) {
    CAPTURE(it.at);
    const Error error = Refusal(Changed(it.at, it.value));
    CHECK(error.at == it.refused_at);
    CHECK(error.detail == it.detail);
  }
}

TEST_CASE("a detail names a long text by its beginning, on one line and in whole characters") {
  string text = "\"";
  for (int i = 0; i < 500; ++i) text += "é";
  const Error error = Refusal(Changed("/routes/0/action/upstream", text + "\""));
  CHECK(error.detail.size() < 150);
  CHECK(error.detail.find("(1000 bytes)") != string::npos);
  const Error odd =
      Refusal(Changed("/routes/0/action/upstream", "\"aé\\n\\\"\\\\x" + text.substr(1) + "\""));
  CHECK(odd.detail.starts_with("found \"aé\\u000a\\\"\\\\x"));
}

TEST_CASE("a fixed response to 204, 205 and 304 has no body") {
  for (const string_view status : {"204", "205", "304"}) {
    CAPTURE(status);
    const Error error = Refusal(Changed("/routes/1/action/status", status));
    CHECK(error.at == "/routes/1/action");
  }
}

TEST_CASE("an action or endpoint takes the keys of its kind only") {
  CHECK(Refusal(Changed("/routes/0/action/kind", "\"respond\"")).at == "/routes/0/action");
  CHECK(Refusal(Changed("/routes/1/action/kind", "\"proxy\"")).at == "/routes/1/action");
  CHECK(Refusal(Changed("/routes/0/action/kind", "\"tunnel\"")).detail ==
        "found \"tunnel\", expected \"proxy\", \"respond\", \"live\" or \"ready\"");
  CHECK(Refusal(Changed("/routes/0/action/status", "200")).at == "/routes/0/action");
  CHECK(Refusal(Changed("/upstreams/0/endpoints/0/kind", "\"unix\"")).at ==
        "/upstreams/0/endpoints/0");
  CHECK(Refusal(Changed("/upstreams/0/endpoints/0/path", "\"/run/x\"")).at ==
        "/upstreams/0/endpoints/0");
  CHECK(Refusal(Changed("/routes/0/path/segments/0/parameter", "\"x\"")).at ==
        "/routes/0/path/segments/0");
}

TEST_CASE("what is meant for TLS has no way around it") {
  for (const auto& [place, value] : std::to_array<std::pair<string_view, string_view>>({
           {"/upstreams/1/tls", "null"},
           {"/upstreams/1/endpoints/0/kind", "\"tcp\""},
           {"/upstreams/0/endpoints/0/kind", "\"tls\""},
           {"/upstreams/1/endpoints",
            R"([{"kind":"tls","host":"a","port":1,"weight":1,"backup":false},)"
            R"({"kind":"unix","path":"/run/x.sock","weight":1,"backup":false}])"},
       })) {
    CAPTURE(place);
    const Error error = Refusal(Changed(place, value));
    CHECK(error.detail.find("endpoints that do not go with \"tls\"") != string::npos);
    CHECK(error.at.starts_with("/upstreams/"));
  }
}

TEST_CASE("a grace period belongs to grace alone") {
  CHECK(Refusal(Changed("/trust/0/revocation/whenStale", "\"reject\"")).at ==
        "/trust/0/revocation/graceSeconds");
  CHECK(Refusal(Changed("/trust/0/revocation/whenStale", "\"accept\"")).at ==
        "/trust/0/revocation/graceSeconds");
}

TEST_CASE("a pattern has one spelling: no trailing slash on a prefix or behind no segment") {
  CHECK(Refusal(Changed("/routes/1/path/trailingSlash", "true")).at == "/routes/1/path");
  CHECK(Refusal(Changed("/routes/0/path/prefix", "true")).at == "/routes/0/path");
  CHECK(Refusal(Changed("/routes/0/path/segments", "[]")).at == "/routes/0/path");
}

TEST_CASE("nothing is said of trailing slashes where there is no choice") {
  CHECK(Refusal(Changed("/routes/1/path/anySlash", "true")).at == "/routes/1/path");
  CHECK(Refusal(Changed("/routes/1/path/anySlash", "false")).at == "/routes/1/path");
}

TEST_CASE("a method is listed once") {
  CHECK(Refusal(Changed("/routes/0/methods", R"(["GET","POST","GET"])")).detail ==
        "found \"GET\" twice, expected each method once");
}

TEST_CASE("a pattern is at most 256 segments deep") {
  const auto deep = [](size_t count) {
    string list = "[";
    for (size_t i = 0; i < count; ++i)
      list += i == 0 ? R"({"literal":"a"})" : R"(,{"literal":"a"})";
    return list + "]";
  };
  CHECK(Decode(Changed("/routes/0/path/segments", deep(256))).ok());
  CHECK(Refusal(Changed("/routes/0/path/segments", deep(257))).at == "/routes/0/path/segments");
}

}  // namespace
}  // namespace pinlatch::snapshot
