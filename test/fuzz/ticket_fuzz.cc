// Fuzzes tls::DecodeTicketBody, which reads what a client brings back, behind the seal; and
// tls::TicketKeys::Open, which stands in front of it. A body that is read must be written again as
// it was, within its bounds; no ticket that was made up opens.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "session/ticket_body.h"
#include "session/ticket_keys.h"

namespace {

using pinlatch::ByteSpan;
using pinlatch::tls::TicketBody;
using pinlatch::tls::TicketKeys;

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckBody(ByteSpan input) {
  TicketBody body;
  if (!pinlatch::tls::DecodeTicketBody(input, body)) return;
  Require(body.secret.size > 0 && body.secret.size <= body.secret.bytes.size());
  Require(body.chain.size() <= pinlatch::tls::kMostTicketCertificates);
  Require(input.size() <= pinlatch::tls::kMostTicketBody);
  std::vector<uint8_t> again;
  Require(pinlatch::tls::EncodeTicketBody(body, again));
  Require(std::equal(again.begin(), again.end(), input.begin(), input.end()));
}

void CheckSeal(ByteSpan input) {
  static const auto keys = *TicketKeys::Create();
  Require(!keys->Open(input).has_value());
  std::vector<uint8_t> ticket(input.size() + TicketKeys::kOverhead);
  Require(keys->Seal(input, ticket) == ticket.size());
  const auto opened = keys->Open(ticket);
  Require(opened.has_value() &&
          std::equal(input.begin(), input.end(), opened->span().begin(), opened->span().end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteSpan input(data, size);
  CheckBody(input);
  CheckSeal(input);
  return 0;
}
