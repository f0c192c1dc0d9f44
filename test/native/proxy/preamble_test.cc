// What is said before TLS: PROXY headers of trusted proxies, PostgreSQL's request for TLS.
#include "downstream/preamble.h"

#include <string>

#include "base/address_octets.h"
#include "doctest/doctest.h"
#include "proxy_protocol/address_text.h"

namespace pinlatch::proxy {
namespace {

using Then = Preamble::Step::Then;
using snapshot::Front;
using snapshot::StartTls;

const AddressOctets kProxy = *ParseAddress("10.1.2.3");
const AddressOctets kStranger = *ParseAddress("192.0.2.1");
const std::string kSsl("\0\0\0\x08\x04\xD2\x16\x2F", 8);
const std::string kGss("\0\0\0\x08\x04\xD2\x16\x30", 8);
const std::string kCancel("\0\0\0\x10\x04\xD2\x16\x2E", 8);
const std::string kHello("\x16\x03\x01", 3);
const std::string kHeader = "PROXY TCP4 198.51.100.7 10.0.0.1 4711 443\r\n";

Front Trusting() {
  Front front;
  front.proxy_from = {{{10}, 4, 8}};
  return front;
}

Front Postgresql() {
  Front front;
  front.start_tls = StartTls::kPostgresql;
  return front;
}

TEST_CASE("only who is listed has a header, and must") {
  CHECK(Preamble::IsNeeded(Trusting(), kProxy.span()));
  CHECK_FALSE(Preamble::IsNeeded(Trusting(), kStranger.span()));
  CHECK_FALSE(Preamble::IsNeeded(Front(), kProxy.span()));
  Preamble preamble(Trusting(), kProxy.span());
  const auto refused = preamble.Advance(AsBytes(kHello));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::kProxyHeader);
}

TEST_CASE("a header names the client, and what follows it is TLS") {
  Preamble preamble(Trusting(), kProxy.span());
  CHECK(preamble.Advance(AsBytes(kHeader.substr(0, 20)))->then == Then::kNeedMore);
  CHECK(preamble.client() == nullptr);
  const auto step = preamble.Advance(AsBytes(kHeader + kHello));
  REQUIRE(step.ok());
  CHECK(step->consumed == kHeader.size());
  CHECK(step->then == Then::kTls);
  CHECK(step->answer.empty());
  REQUIRE(preamble.client() != nullptr);
  CHECK(proxy_protocol::AddressText(preamble.client()->address) == "198.51.100.7");
  CHECK(preamble.client()->port == 4711);
}

TEST_CASE("a proxy that does not say for whom it comes leaves its own address") {
  Preamble preamble(Trusting(), kProxy.span());
  REQUIRE(preamble.Advance(AsBytes("PROXY UNKNOWN\r\n"))->then == Then::kTls);
  CHECK(preamble.client() == nullptr);
}

TEST_CASE("PostgreSQL's request for TLS is granted, after a refused one for GSS") {
  Preamble preamble(Postgresql(), kStranger.span());
  CHECK(preamble.Advance({})->then == Then::kNeedMore);
  const auto gss = preamble.Advance(AsBytes(kGss));
  REQUIRE(gss.ok());
  CHECK(gss->answer == "N");
  CHECK(gss->consumed == 8);
  CHECK(gss->then == Then::kGoOn);
  CHECK(preamble.Advance(AsBytes(kSsl.substr(0, 5)))->then == Then::kNeedMore);
  const auto ssl = preamble.Advance(AsBytes(kSsl));
  REQUIRE(ssl.ok());
  CHECK(ssl->answer == "S");
  CHECK(ssl->then == Then::kTls);
}

TEST_CASE("a client may begin with TLS at once") {
  Preamble preamble(Postgresql(), kStranger.span());
  const auto step = preamble.Advance(AsBytes(kHello));
  REQUIRE(step.ok());
  CHECK(step->consumed == 0);
  CHECK(step->answer.empty());
  CHECK(step->then == Then::kTls);
}

TEST_CASE("nothing else comes before TLS") {
  const std::string session("\0\0\0\x09\0\x03\0\0\0", 9);
  for (const std::string& bytes :
       {kCancel, session, std::string("Q"), kSsl + kHello, kSsl + "x", kGss + kSsl}) {
    CAPTURE(bytes);
    Preamble preamble(Postgresql(), kStranger.span());
    const auto refused = preamble.Advance(AsBytes(bytes));
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::kStartTls);
  }
  Preamble preamble(Postgresql(), kStranger.span());
  REQUIRE(preamble.Advance(AsBytes(kGss)).ok());
  CHECK_FALSE(preamble.Advance(AsBytes(kGss)).ok());
}

TEST_CASE("a header comes before a request for TLS") {
  Front front = Postgresql();
  front.proxy_from = Trusting().proxy_from;
  Preamble preamble(front, kProxy.span());
  const auto header = preamble.Advance(AsBytes(kHeader + kSsl));
  REQUIRE(header.ok());
  CHECK(header->then == Then::kGoOn);
  const auto request = preamble.Advance(AsBytes(kSsl));
  REQUIRE(request.ok());
  CHECK(request->answer == "S");
}

}  // namespace
}  // namespace pinlatch::proxy
