// See preamble.h.
#include "downstream/preamble.h"

#include <algorithm>
#include <array>

#include "match/network_match.h"

namespace pinlatch::proxy {
namespace {

// Messages of PostgreSQL's protocol before a session: a length of eight and a code (its
// documentation, section "Message Formats": SSLRequest, GSSENCRequest).
using PostgresqlRequest = std::array<uint8_t, 8>;
constexpr PostgresqlRequest kSslRequest = {0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F};
constexpr PostgresqlRequest kGssRequest = {0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x30};
constexpr uint8_t kTlsHandshake = 22;  // the first byte of a TLS connection

bool Begins(ByteSpan received, const PostgresqlRequest& request) {
  return std::equal(received.begin(), received.end(), request.begin());
}

}  // namespace

bool Preamble::IsNeeded(const snapshot::Front& front, ByteSpan peer) {
  return front.start_tls != snapshot::StartTls::kNone ||
         policy::IsWithinAny(front.proxy_from, peer);
}

Preamble::Preamble(const snapshot::Front& front, ByteSpan peer)
    : awaits_header_(policy::IsWithinAny(front.proxy_from, peer)), start_tls_(front.start_tls) {}

Result<Preamble::Step> Preamble::Advance(ByteSpan received) {
  if (awaits_header_) return ReadProxyHeader(received);
  if (start_tls_ == snapshot::StartTls::kPostgresql) return ReadPostgresql(received);
  return Step{Step::Then::kTls};
}

Result<Preamble::Step> Preamble::ReadProxyHeader(ByteSpan received) {
  PINLATCH_ASSIGN(const size_t size, proxy_protocol::ReadHeader(received, header_));
  if (size == 0) return Step();
  header_.tlvs = {};  // they point into what is consumed
  awaits_header_ = false;
  const bool is_last = start_tls_ == snapshot::StartTls::kNone;
  return Step{is_last ? Step::Then::kTls : Step::Then::kGoOn, size};
}

// A client sends SSLRequest, after one GSSENCRequest perhaps, and nothing behind it before it has
// the answer: what comes earlier would be plain text that passes for part of the TLS connection. A
// request to cancel a query (CancelRequest) comes without TLS, so from nobody that is known.
Result<Preamble::Step> Preamble::ReadPostgresql(ByteSpan received) {
  if (received.empty()) return Step();
  if (received.front() == kTlsHandshake) return Step{Step::Then::kTls};
  const ByteSpan request = received.first(std::min(received.size(), kSslRequest.size()));
  const bool for_tls = Begins(request, kSslRequest);
  const bool for_gss = !refused_gss_ && Begins(request, kGssRequest);
  if (!for_tls && !for_gss) {
    return Error(ErrorCode::kStartTls, "the client started neither with SSLRequest nor with TLS");
  }
  if (request.size() < kSslRequest.size()) return Step();
  if (received.size() > request.size()) {
    return Error(ErrorCode::kStartTls,
                 "the client sent data after its TLS request without waiting for the answer");
  }
  refused_gss_ = !for_tls;
  if (for_gss) return Step{Step::Then::kGoOn, request.size(), "N"};
  return Step{Step::Then::kTls, request.size(), "S"};
}

}  // namespace pinlatch::proxy
