// Covers which fields end at this hop (RFC 9110 section 7.6.1).
#include "http/hop_by_hop.h"

#include "refusal.h"

namespace pinlatch::http {
namespace {

TEST_CASE("the well-known fields of a connection end at this hop") {
  const Fields none;
  for (std::string_view name :
       {"Connection", "keep-alive", "Proxy-Connection", "TRANSFER-ENCODING", "TE", "Trailer",
        "Upgrade", "Proxy-Authenticate", "Proxy-Authorization", "HTTP2-Settings"}) {
    CAPTURE(name);
    CHECK(IsHopByHop(name, none));
  }
}

TEST_CASE("other fields go on") {
  const Fields none;
  for (std::string_view name :
       {"Host", "Content-Length", "Accept", "Cookie", "X", "", "Connections", "Trailers"}) {
    CAPTURE(name);
    CHECK_FALSE(IsHopByHop(name, none));
  }
}

TEST_CASE("fields that any Connection field names end at this hop") {
  const Request request(
      WithLine("X-A: 1\r\nConnection: close, X-a\r\nX-B: 2\r\nconnection: x-B,\r\nX-C: 3"));
  REQUIRE(request.outcome == "accepted");
  CHECK(IsHopByHop("X-A", request->fields));
  CHECK(IsHopByHop("X-B", request->fields));
  CHECK_FALSE(IsHopByHop("X-C", request->fields));
  CHECK_FALSE(IsHopByHop("X", request->fields));
  CHECK_FALSE(IsHopByHop("", request->fields));
  CHECK_FALSE(IsHopByHop("Host", request->fields));
}

}  // namespace
}  // namespace pinlatch::http
