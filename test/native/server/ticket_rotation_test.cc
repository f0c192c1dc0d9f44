// Covers that new ticket keys are made again and again, each opening what the one before sealed.
#include "server/ticket_rotation.h"

#include <doctest/doctest.h>

#include <string_view>
#include <vector>

namespace pinlatch::server {
namespace {

using tls::TicketKeys;

std::vector<uint8_t> Sealed(const TicketKeys& keys) {
  const ByteSpan body = AsBytes("a ticket");
  std::vector<uint8_t> ticket(body.size() + TicketKeys::kOverhead);
  CHECK(keys.Seal(body, ticket) == ticket.size());
  return ticket;
}

TEST_CASE("keys are replaced again and again, and a replaced one opens once more") {
  auto loop = io::EventLoop::Create();
  REQUIRE(loop.ok());
  const auto first = *TicketKeys::Create();
  std::vector<std::shared_ptr<const TicketKeys>> published;
  TicketRotation rotation(**loop, first, [&](std::shared_ptr<const TicketKeys> keys) {
    published.push_back(std::move(keys));
    if (published.size() == 3) (*loop)->Stop();
  });
  rotation.Every(std::chrono::hours(24));
  rotation.Every(Milliseconds(10));  // what a reload says holds from now on
  (*loop)->Run();
  REQUIRE(published.size() == 3);
  const std::vector<uint8_t> ticket = Sealed(*first);
  CHECK(published[0]->Open(ticket).has_value());
  CHECK_FALSE(published[1]->Open(ticket).has_value());
  const std::vector<uint8_t> newer = Sealed(*published[1]);
  CHECK(published[2]->Open(newer).has_value());
  CHECK_FALSE(published[0]->Open(newer).has_value());
}

}  // namespace
}  // namespace pinlatch::server
