// What a pattern of URIs says of a part is said of that part, and of no other text.
#include "match/uri_pattern.h"

#include <string>

#include "doctest/doctest.h"
#include "names/name_match.h"

namespace pinlatch::policy {
namespace {

bool Fits(std::string_view pattern, std::string_view text) {
  const auto uri = identity::ReadUri(text);
  return uri && MatchesUriPattern(pattern, *uri);
}

TEST_CASE("no wildcard reaches beyond the host that a name constraint holds") {
  for (const char* pattern :
       {"spiffe://*.prod.test/billing", "spiffe://**.prod.test/billing", "spiffe://*/billing",
        "*://*.prod.test/billing", "**://*.prod.test/**", "spiffe://*.prod.test**",
        "spiffe://?????????.prod.test/*"}) {
    CAPTURE(pattern);
    for (const char* text :
         {"spiffe://dev.test?.prod.test/billing", "spiffe://dev.test#.prod.test/billing",
          "spiffe://dev.test/.prod.test/billing", "spiffe://x.prod.test:1@dev.test/billing?",
          "spiffe://x.prod.test@dev.test/billing", "spiffe://dev.test:1?.prod.test/billing"}) {
      CAPTURE(text);
      REQUIRE(tls::UriWithin(text, "dev.test"));
      CHECK_FALSE(Fits(pattern, text));
    }
  }
  CHECK(Fits("spiffe://*.prod.test/billing", "spiffe://a.b.prod.test/billing"));
  CHECK(Fits("spiffe://**.prod.test/billing", "spiffe://a.b.prod.test/billing"));
  CHECK(Fits("spiffe://a?.test/x", "spiffe://a1.test/x"));
}

TEST_CASE("a URI that is another one once it is normalised fits no pattern") {
  for (const char* text :
       {"spiffe://ok.test/ns/prod/../dev/x", "spiffe://ok.test/ns/prod/%2e%2e/dev/x",
        "spiffe://ok.test/ns/prod/.%2E/dev", "spiffe://ok.test/ns/prod/./x",
        "spiffe://ok.test/ns/prod/a%2fb", "spiffe://ok.test/ns/prod/a%5cb",
        "spiffe://ok.test/ns/prod/a%00b", "spiffe://ok.test/ns/prod//x",
        "spiffe://ok.test/ns/prod/%61", "spiffe://ok.test/ns/prod/.."}) {
    CHECK_MESSAGE(!Fits("spiffe://ok.test/ns/prod/**", text), text);
    CHECK_MESSAGE(Fits("spiffe:**", text), text);
  }
  for (const char* text : {"spiffe://ok.test/ns/../sa", "spiffe://ok.test/ns/%2e%2e/sa",
                           "spiffe://ok.test/ns/a%2fb/sa", "spiffe://ok.test/ns//sa"}) {
    CHECK_MESSAGE(!Fits("spiffe://ok.test/ns/*/sa", text), text);
  }
  for (const char* text : {"https://evil.test%2f.ok.test/x", "https://%65vil.test%00.ok.test/x"}) {
    CHECK_MESSAGE(!Fits("https://*.ok.test/**", text), text);
  }
  CHECK(Fits("spiffe://ok.test/ns/*/sa", "spiffe://ok.test/ns/a%C3%A4b/sa"));
  CHECK(Fits("spiffe://ok.test/ns/**", "spiffe://ok.test/ns/...x/y/"));
}

TEST_CASE("a wildcard for a port is no user information, and the other way round") {
  const char* any_port = "https://api.prod.test:*/billing";
  CHECK(Fits(any_port, "https://api.prod.test:8443/billing"));
  CHECK_FALSE(Fits(any_port, "https://api.prod.test/billing"));
  for (const char* text :
       {"https://api.prod.test:x@dev.test/billing", "https://api.prod.test:1@dev.test:1/billing",
        "https://api.prod.test:1?/billing", "https://api.prod.test:1#/billing"}) {
    CHECK_MESSAGE(!Fits(any_port, text), text);
  }
  CHECK(Fits("https://*@a.test/x", "https://me@a.test/x"));
  CHECK_FALSE(Fits("https://*@a.test/x", "https://a.test/x"));
  CHECK_FALSE(Fits("https://*@a.test/x", "https://me:pw@a.test/x"));
  CHECK_FALSE(Fits("https://*a.test/x", "https://me@a.test/x"));
  CHECK_FALSE(Fits("https://*/x", "https://a.test:8443/x"));
  CHECK(Fits("https://[*]:443/x", "https://[::1]:443/x"));
}

TEST_CASE("a wildcard in the path stays in a segment, and in the path") {
  CHECK(Fits("spiffe://a/*/billing", "spiffe://a/x/billing"));
  for (const char* text : {"spiffe://a/x/y/billing", "spiffe://a/x?/billing",
                           "spiffe://a/x#/billing", "spiffe://a/x/billing?y"}) {
    CHECK_MESSAGE(!Fits("spiffe://a/*/billing", text), text);
  }
  CHECK(Fits("spiffe://a/**/billing", "spiffe://a/x/y/billing"));
  CHECK_FALSE(Fits("spiffe://a/**/billing", "spiffe://a/x?/billing"));
  CHECK_FALSE(Fits("spiffe://a/x?y", "spiffe://a/x?y"));
  CHECK(Fits("urn:uuid:*", "urn:uuid:1"));
  CHECK_FALSE(Fits("urn:uuid:*", "urn:uuid:1?x"));
}

TEST_CASE("behind two asterisks at the end anything may come, but no other host") {
  for (const char* text : {"spiffe://a", "spiffe://a/x/y", "spiffe://a:1/x?y#z", "spiffe://a?y"}) {
    CHECK_MESSAGE(Fits("spiffe://a**", text), text);
    CHECK_MESSAGE(Fits("spiffe://**", text), text);
    CHECK_MESSAGE(Fits("spiffe:**", text), text);
    CHECK_MESSAGE(Fits("**", text), text);
    CHECK_MESSAGE(!Fits("https://**", text), text);
  }
  CHECK(Fits("spiffe://a/**", "spiffe://a/x/y?z#u"));
  CHECK_FALSE(Fits("spiffe://a/**", "spiffe://a"));
  CHECK(Fits("spiffe://a:**", "spiffe://a:1/x"));
  CHECK_FALSE(Fits("spiffe://a:**", "spiffe://a/x"));
  CHECK_FALSE(Fits("https://a**", "https://a:1@b/x"));
  CHECK(Fits("https://a**", "https://ab/x"));
}

TEST_CASE("a pattern that names no authority fits no URI with one") {
  for (const char* pattern : {"*", "spiffe*", "spiffe:*", "spiffe:/*", "spiffe:/*/x", "**/x",
                              "spiffe:?/a/x", "*//a/x", "spiffe:**/x", "", "spiffe", "spiffe:"}) {
    CHECK_MESSAGE(!Fits(pattern, "spiffe://a/x"), pattern);
  }
  CHECK_FALSE(Fits("urn", "urn:"));
  CHECK(Fits("urn:", "urn:"));
  CHECK_FALSE(Fits("urn://*", "urn:x"));
}

}  // namespace
}  // namespace pinlatch::policy
