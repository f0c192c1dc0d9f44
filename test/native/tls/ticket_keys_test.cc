// Covers the sealing of tickets and the rotation of its keys.
#include "session/ticket_keys.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace pinlatch::tls {
namespace {

std::vector<uint8_t> Sealed(const TicketKeys& keys, std::string_view body) {
  std::vector<uint8_t> ticket(body.size() + TicketKeys::kOverhead);
  CHECK(keys.Seal(AsBytes(body), ticket) == ticket.size());
  return ticket;
}

std::string Opened(const TicketKeys& keys, ByteSpan ticket) {
  const auto body = keys.Open(ticket);
  return body ? std::string(AsText(body->span())) : "not ours";
}

TEST_CASE("a ticket opens to what was sealed, and says nothing of it") {
  const auto keys = *TicketKeys::Create();
  for (const std::string body : {"", "a", "who the client is"}) {
    CHECK(Opened(*keys, Sealed(*keys, body)) == body);
  }
  const std::vector<uint8_t> ticket = Sealed(*keys, "who the client is");
  CHECK(AsText(ticket).find("client") == std::string_view::npos);
  CHECK(ticket != Sealed(*keys, "who the client is"));  // another nonce
}

TEST_CASE("a ticket that was altered or cut anywhere does not open") {
  const auto keys = *TicketKeys::Create();
  const std::vector<uint8_t> ticket = Sealed(*keys, "who the client is");
  for (size_t i = 0; i < ticket.size(); ++i) {
    for (const uint8_t bit : {uint8_t{0x01}, uint8_t{0x80}}) {
      std::vector<uint8_t> altered = ticket;
      altered[i] ^= bit;
      CHECK(!keys->Open(altered));
    }
    CHECK(!keys->Open(ByteSpan(ticket).first(i)));
  }
  std::vector<uint8_t> longer = ticket;
  longer.push_back(0);
  CHECK(!keys->Open(longer));
}

TEST_CASE("a key opens for one more rotation, and seals no more") {
  const auto first = *TicketKeys::Create();
  const auto second = *TicketKeys::Rotate(*first);
  const auto third = *TicketKeys::Rotate(*second);
  const std::vector<uint8_t> old = Sealed(*first, "old");
  const std::vector<uint8_t> newer = Sealed(*second, "newer");
  CHECK(Opened(*second, old) == "old");
  CHECK(Opened(*third, old) == "not ours");
  CHECK(Opened(*third, newer) == "newer");
  CHECK(Opened(*first, newer) == "not ours");
}

TEST_CASE("two processes do not open each other's tickets") {
  const auto keys = *TicketKeys::Create();
  const auto others = *TicketKeys::Create();
  CHECK(Opened(*others, Sealed(*keys, "ours")) == "not ours");
}

TEST_CASE("a ticket for which there is no room is not written") {
  const auto keys = *TicketKeys::Create();
  std::vector<uint8_t> room(TicketKeys::kOverhead);
  CHECK(keys->Seal(AsBytes("a"), room) == 0);
}

}  // namespace
}  // namespace pinlatch::tls
