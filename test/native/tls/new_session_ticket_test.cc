// Covers the form of a NewSessionTicket (RFC 8446 section 4.6.1) that clients with little room
// read.
#include <doctest/doctest.h>

#include "tls/visitor.h"

namespace pinlatch::test {
namespace {

constexpr uint8_t kNewSessionTicket = 4;
constexpr uint16_t kPskModes = 45;
constexpr size_t kNonceSize = 4 + 4 + 4;  // behind the header, the lifetime and the age's addend

}  // namespace

TEST_CASE("a ticket's nonce has eight bytes, for which every client has room") {
  const Site site;
  Visitor visitor(site, *tls::TicketKeys::Create());
  visitor.Open({.more_extensions = HelloExtension(kPskModes, Vector8({1}))});
  const auto ticket = visitor.peer.Hear();
  REQUIRE(ticket);
  REQUIRE(ticket->type == kNewSessionTicket);
  CHECK(ticket->whole[kNonceSize] == 8);
}

}  // namespace pinlatch::test
