// Owns what a session ticket says, and its encoding. Pure; the decoder is a fuzz target.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "session/trust_context.h"
#include "snapshot/model.h"
#include "trust/verify_limits.h"

namespace pinlatch::tls {

// TicketSecret is the TLS 1.2 master secret or a TLS 1.3 pre-shared key; wiped when it goes.
struct TicketSecret {
  TicketSecret() = default;
  ~TicketSecret();
  TicketSecret(const TicketSecret&) = delete;
  TicketSecret& operator=(const TicketSecret&) = delete;

  ByteSpan span() const { return ByteSpan(bytes).first(size); }

  std::array<uint8_t, 48> bytes{};
  uint8_t size = 0;
};

// TicketBody is one ticket in clear. mbedTLS's own form would not do: of a TLS 1.3 session it does
// not carry the client's certificate, and of a TLS 1.2 one it does not carry the chain.
struct TicketBody {
  // The session.
  snapshot::TlsVersion version = snapshot::TlsVersion::kTls12;
  uint16_t cipher_suite = 0;  // IANA's number
  uint8_t max_fragment = 0;   // TLS 1.2: RFC 6066 section 4, as it was agreed on
  uint8_t key_exchanges = 0;  // TLS 1.3: mbedTLS's ticket flags
  uint32_t age_add = 0;       // TLS 1.3: RFC 8446 section 4.6.1
  int64_t created_ms = 0;     // TLS 1.3: by mbedtls_ms_time
  TicketSecret secret;

  // What it is good for.
  std::string listener;
  std::string server_name;  // that the client asked for, canonical
  std::string trust;        // the bundle's name
  uint64_t trust_generation = 0;
  uint64_t publication = 0;  // ServerContext::publication
  snapshot::ClientAuth client_auth = snapshot::ClientAuth::kRequired;

  // Who the client is: its chain as presented, none for a client without a certificate; when it
  // proved that it holds the key; and from when to when the verdict on the chain holds.
  std::vector<std::vector<uint8_t>> chain;
  UnixSeconds authenticated_at = 0;
  UnixSeconds accepted_from = 0;
  UnixSeconds accepted_until = 0;
};

// TicketUse is what a ticket is presented for.
struct TicketUse {
  std::string_view listener;
  std::string_view server_name;
  const TrustContext& context;
  snapshot::TlsVersion version;
  UnixSeconds now;
  UnixSeconds lifetime;
  uint64_t publication = 0;
};

// Fits says whether a ticket may stand for the client's certificate here and now: it must be of
// this listener, this very server name (RFC 6066 section 3), this trust context with the bundle as
// it is now, and this version; the client must have proven its key no longer than `lifetime` ago,
// by a clock that has not gone back since, and the verdict on its chain must still hold. What has
// been published since, pins and routes among it, takes effect with a full handshake.
bool Fits(const TicketBody& ticket, const TicketUse& use);

// kMostTicketChain and kMostTicketCertificates bound the chain in a ticket; a client with more gets
// none. The ticket travels in the ClientHello, which mbedTLS reads up to 16 KiB; and coming back by
// one saves nothing where the verdict on the chain is not remembered.
inline constexpr size_t kMostTicketChain = kMostRememberedChain;
inline constexpr size_t kMostTicketCertificates = 16;

// EncodeTicketBody appends the encoding to `into`, which should have kMostTicketBody reserved so
// that no copy of the secret is left behind. False when a part is out of bounds: then there is to
// be no ticket.
bool EncodeTicketBody(const TicketBody& ticket, std::vector<uint8_t>& into);
inline constexpr size_t kMostTicketBody = kMostTicketChain + 2048;

// DecodeTicketBody reads exactly what EncodeTicketBody writes. False for anything else, which
// leaves `into` in an unspecified state.
[[nodiscard]] bool DecodeTicketBody(ByteSpan encoded, TicketBody& into);

}  // namespace pinlatch::tls
