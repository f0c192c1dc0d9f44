// Covers CanonicalPath (RFC 3986 sections 3.3, 5.2.4 and 6.2.2) and ValidQuery.
#include "http/target.h"
#include "refusal.h"

namespace pinlatch::http {
namespace {

std::string Canonical(std::string_view raw) {
  std::string path = "left from before";
  const Status status = CanonicalPath(raw, path);
  if (!status.ok()) CHECK(path.empty());
  return status.ok() ? path : Outcome(status);
}

TEST_CASE("a canonical path stays as it is") {
  for (std::string_view path : {"/", "/a", "/a/", "/a/b.c/d-e_f~g", "/a!$&'()*+,=:@b", "/...",
                                "/a../b", "/.a", "/..a", "/a%20b", "/%E2%82%AC", "/%25"}) {
    CAPTURE(path);
    CHECK(Canonical(path) == path);
  }
}

TEST_CASE(
    "encoded unreserved characters are decoded, other encodings upper-cased (section 6.2.2)") {
  CHECK(Canonical("/%61%5a%30%2d%5F%7e") == "/aZ0-_~");
  CHECK(Canonical("/%c3%a9%3a") == "/%C3%A9%3A");
  CHECK(Canonical("/%41dmin") == "/Admin");
}

TEST_CASE("an encoded percent sign stays encoded, so that nothing is decoded twice") {
  CHECK(Canonical("/%252e%252e/x") == "/%252e%252e/x");
  CHECK(Canonical("/%25%32%65") == "/%252e");
  CHECK(Canonical("/%252f") == "/%252f");
}

TEST_CASE("dot segments are removed, plain and encoded (section 5.2.4)") {
  CHECK(Canonical("/a/./b") == "/a/b");
  CHECK(Canonical("/a/../b") == "/b");
  CHECK(Canonical("/a/b/../../c") == "/c");
  CHECK(Canonical("/a/%2e%2E/b") == "/b");
  CHECK(Canonical("/a/.%2e/b") == "/b");
  CHECK(Canonical("/.") == "/");
  CHECK(Canonical("/./") == "/");
  CHECK(Canonical("/././a") == "/a");
  CHECK(Canonical("/a/.") == "/a/");
  CHECK(Canonical("/a/..") == "/");
  CHECK(Canonical("/a/b/..") == "/a/");
  CHECK(Canonical("/a/b/../") == "/a/");
  CHECK(Canonical("/a/b/.././../c/") == "/c/");
}

TEST_CASE("a path that leads above the root is refused") {
  for (std::string_view path :
       {"/..", "/../", "/../a", "/a/../..", "/a/../../b", "/%2e%2e/a", "/./.."}) {
    CAPTURE(path);
    CHECK(Canonical(path) == "bad-path");
  }
}

TEST_CASE("slashes and backslashes that hide are refused") {
  for (std::string_view path :
       {"/a%2fb", "/a%2Fb", "/a%5cb", "/a%5Cb", "/a\\b", "/..%2f", "/%2F"}) {
    CAPTURE(path);
    CHECK(Canonical(path) == "bad-path");
  }
}

TEST_CASE(
    "overlong UTF-8 sequences, which some decode to a slash, are refused (RFC 3629 section 10)") {
  for (std::string_view path :
       {"/%c0%af", "/%C1%9C", "/%e0%80%af", "/%E0%9F%BF", "/%f0%80%80%af", "/%F0%8f%bf%bf"}) {
    CAPTURE(path);
    CHECK(Canonical(path) == "bad-path");
  }
  CHECK(Canonical("/%e0%a0%80") == "/%E0%A0%80");
  CHECK(Canonical("/%f0%90%80%80") == "/%F0%90%80%80");
  CHECK(Canonical("/%e0") == "/%E0");
}

TEST_CASE("control characters are refused, plain and encoded") {
  for (std::string_view path : {"/%00", "/a%0a", "/a%0d%0a", "/%1f", "/%7F", "/a\x7f", "/\x01"}) {
    CAPTURE(path);
    CHECK(Canonical(path) == "bad-path");
  }
  CHECK(Canonical(std::string_view("/a\0b", 4)) == "bad-path");
}

TEST_CASE("an invalid percent-encoding is refused") {
  for (std::string_view path :
       {"/%", "/%4", "/%zz", "/%4g", "/%g4", "/a%", "/%%41", "/%u0041", "/%4/"}) {
    CAPTURE(path);
    CHECK(Canonical(path) == "bad-path");
  }
}

TEST_CASE("a byte that is no pchar is refused (section 3.3)") {
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    const bool alphanumeric = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                              (byte >= 'A' && byte <= 'Z');
    const bool allowed =
        alphanumeric || std::string_view("-._~!$&'()*+,=:@/").find(byte) != std::string_view::npos;
    CAPTURE(c);
    std::string path;
    CHECK(CanonicalPath(std::string("/x") + byte + "y", path).ok() == allowed);
  }
}

TEST_CASE("an empty segment is refused, except as a trailing slash") {
  for (std::string_view path : {"//", "//a", "/a//b", "/a//", "/a/..//b", "/.//a"}) {
    CAPTURE(path);
    CHECK(Canonical(path) == "bad-path");
  }
  CHECK(Canonical("/a/") == "/a/");
}

TEST_CASE("empty and dot segments that hide behind parameters are refused") {
  for (std::string_view path : {"/..;/a", "/a/..;x/b", "/.;x/b", "/a/%2e%2e;x", "/..%3bx/", "/;/a",
                                "/a/;x/b", "/%3b/a", "/;", "/.%2E;/"}) {
    CAPTURE(path);
    CHECK(Canonical(path) == "bad-path");
  }
  CHECK(Canonical("/...%3Bx") == "/...%3Bx");
}

TEST_CASE("a path parameter is refused: servlet containers would serve another path") {
  for (std::string_view path : {"/admin;x", "/a;x=1/b", "/a/b;"}) {
    CAPTURE(path);
    CHECK(Canonical(path) == "bad-path");
  }
}

TEST_CASE("a path that is not absolute is refused") {
  CHECK(Canonical("") == "bad-path");
  CHECK(Canonical("a") == "bad-path");
  CHECK(Canonical("*") == "bad-path");
}

TEST_CASE("a query holds whatever is visible, as browsers send it (URL Standard, query state)") {
  CHECK(ValidQuery(""));
  CHECK(ValidQuery("a=b&c=%20/?:@!$'()*+,;~"));
  for (std::string_view query :
       {"[0]=a|b", "{}", "^`", "a\\b", "%", "a%4", "%zz", "100%", "\"<>"}) {
    CAPTURE(query);
    CHECK(ValidQuery(query));
  }
  for (std::string_view query : {"a b", "a#b", "\xc3", "\t", "\r\n", "\x7f", "\x01"}) {
    CAPTURE(query);
    CHECK_FALSE(ValidQuery(query));
  }
  CHECK_FALSE(ValidQuery(std::string_view("a\0b", 3)));
}

TEST_CASE("what is not allowed in a path is named, with what stands for it") {
  std::string path;
  const Status pipe = CanonicalPath("/a|b", path);
  REQUIRE_FALSE(pipe.ok());
  CHECK(pipe.error().detail == "the path contains '|', which has to be written as %7C");
  const Status byte = CanonicalPath("/a/\xe9", path);
  REQUIRE_FALSE(byte.ok());
  CHECK(byte.error().detail == "the path contains the byte 0xE9, which has to be written as %E9");
}

}  // namespace
}  // namespace pinlatch::http
