// Fuzzes tls::DecodeTicketBody, which reads what a client brings back, behind the seal; and
// tls::TicketKeys, which stands in front of it. A body that is read must be written again as it
// was, within its bounds. What was sealed opens under these keys and those that come next, and not
// under the ones after; no ticket that was made up or changed opens.
#include <algorithm>
#include <vector>

#include "outcome.h"
#include "session/ticket_body.h"
#include "session/ticket_keys.h"

namespace pinlatch::tls {
namespace {

using fuzz::Outcome;
using fuzz::Require;
using Keys = std::shared_ptr<const TicketKeys>;

Outcome CheckBody(ByteSpan input) {
  TicketBody body;
  if (!DecodeTicketBody(input, body)) return Outcome::Refused("ticket-body");
  Require(body.secret.size > 0 && body.secret.size <= body.secret.bytes.size());
  Require(body.chain.size() <= kMostTicketCertificates);
  Require(input.size() <= kMostTicketBody);
  std::vector<uint8_t> again;
  Require(EncodeTicketBody(body, again));
  Require(std::equal(again.begin(), again.end(), input.begin(), input.end()));
  // No beginning of a ticket is one, and nothing may come behind it.
  TicketBody other;
  Require(!DecodeTicketBody(input.first(input.size() - 1), other));
  again.push_back(0);
  Require(!DecodeTicketBody(again, other));
  return Outcome::Accepted(body.version == snapshot::TlsVersion::kTls12 ? "tls12" : "tls13");
}

bool Opens(const TicketKeys& keys, ByteSpan ticket, ByteSpan body) {
  const auto opened = keys.Open(ticket);
  return opened.has_value() &&
         std::equal(body.begin(), body.end(), opened->span().begin(), opened->span().end());
}

void CheckSeal(ByteSpan input) {
  static const Keys keys = *TicketKeys::Create();
  static const Keys next = *TicketKeys::Rotate(*keys);
  static const Keys after = *TicketKeys::Rotate(*next);
  Require(!keys->Open(input).has_value());
  std::vector<uint8_t> ticket(input.size() + TicketKeys::kOverhead);
  Require(keys->Seal(input, ticket) == ticket.size());
  Require(Opens(*keys, ticket, input) && Opens(*next, ticket, input));
  Require(!after->Open(ticket).has_value());
  // In the key's name, the nonce, the middle and the tag.
  for (const size_t at : {size_t{0}, size_t{8}, ticket.size() / 2, ticket.size() - 1}) {
    ticket[at] ^= 1;
    Require(!keys->Open(ticket).has_value());
    ticket[at] ^= 1;
  }
  Require(!keys->Open(ByteSpan(ticket).first(ticket.size() - 1)).has_value());
}

}  // namespace
}  // namespace pinlatch::tls

namespace pinlatch::fuzz {

Outcome Run(ByteSpan input) {
  tls::CheckSeal(input);
  return tls::CheckBody(input);
}

std::vector<std::string_view> MustReach() {
  return {"accept-tls12", "accept-tls13", "refuse-ticket-body"};
}

}  // namespace pinlatch::fuzz
