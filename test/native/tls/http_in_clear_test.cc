// Covers RequestInClear: which five bytes are the beginning of an HTTP request without TLS.
#include "session/http_in_clear.h"

#include <doctest/doctest.h>

#include <string>

namespace pinlatch::tls {
namespace {

void Check(std::string_view beginning, HttpInClear expected) {
  CAPTURE(beginning);
  CHECK(RequestInClear(beginning) == expected);
}

}  // namespace

TEST_CASE("a request in clear is known by any method, in either case, whatever it asks for") {
  for (const std::string_view beginning :
       {"GET /", "get /", "PUT /", "POST ", "DELET", "OPTIO", "PRI *", "MKCOL", "FOO *", "M-SEA",
        "GET h", "X / H", "Heads", "head ", "foo b"}) {
    Check(beginning, HttpInClear::kRequest);
  }
}

TEST_CASE("an empty line before a request in clear is passed over") {
  for (const std::string_view beginning : {"\r\nGET", "\r\nG /", "\nGET ", "\r\nget"})
    Check(beginning, HttpInClear::kRequest);
  for (const std::string_view beginning : {"\r\n\r\nG", "\n\nGET", "\rGET ", "\r\n  a", "\n\r\nGE"})
    Check(beginning, HttpInClear::kNone);
}

TEST_CASE("a HEAD in clear is told from others, as far as the bytes reach") {
  for (const std::string_view beginning : {"HEAD ", "\r\nHEA", "\nHEAD"})
    Check(beginning, HttpInClear::kHead);
}

TEST_CASE("what begins with no word of letters is no request in clear") {
  for (const std::string_view beginning :
       {"SSH-2", "/ HTT", " GET ", "QUIT\r", "a001 ", "GET  ", "GET?/", "GET {"}) {
    Check(beginning, HttpInClear::kNone);
  }
  for (int first = 0; first < 256; ++first) {
    const char byte = static_cast<char>(first);
    // Heads of records (RFC 8446 section 5.1) and of an SSLv2 ClientHello (RFC 5246 appendix E.2).
    Check(std::string{byte, 3, 1, 2, 0}, HttpInClear::kNone);
    Check(std::string{static_cast<char>(0x80), byte, 1, 3, 1}, HttpInClear::kNone);
  }
}

}  // namespace pinlatch::tls
