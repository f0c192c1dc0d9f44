// See session_tickets.h.
#include "session/session_tickets.h"

#include <mbedtls/platform_util.h>

#include <algorithm>
#include <cassert>
#include <memory>
#include <utility>

#include "identity/describe.h"
#include "session/mbedtls_handshake.h"
#include "session/server_name.h"
#include "session/server_session_impl.h"

namespace pinlatch::tls {
namespace {

using snapshot::TlsVersion;

thread_local ServerSession::Impl* stepping = nullptr;

TicketUse UseBy(const ServerSession::Impl& session) {
  return {.listener = session.context.listener,
          .server_name = session.facts.server_name,
          .context = *session.trust_context,
          .version = VersionOf(session.ssl),
          .now = session.now,
          .lifetime = session.context.ticket_lifetime,
          .publication = session.context.publication};
}

// Restore gives mbedTLS the session of a ticket. In TLS 1.2 it takes the place of `current`, which
// has what was read of the ClientHello so far.
void Restore(const TicketBody& ticket, const mbedtls_ssl_session& current,
             mbedtls_ssl_session& into) {
  into.ciphersuite = ticket.cipher_suite;
  into.endpoint = MBEDTLS_SSL_IS_SERVER;
  const ByteSpan secret = ticket.secret.span();
  if (ticket.version == TlsVersion::kTls12) {
    into.tls_version = MBEDTLS_SSL_VERSION_TLS1_2;
    into.mfl_code = current.mfl_code;
    into.record_size_limit = current.record_size_limit;
    std::copy(secret.begin(), secret.end(), into.master);
    return;
  }
  into.tls_version = MBEDTLS_SSL_VERSION_TLS1_3;
  into.ticket_age_add = ticket.age_add;
  into.ticket_flags = ticket.key_exchanges;
  into.ticket_creation_time = ticket.created_ms;
  std::copy(secret.begin(), secret.end(), into.resumption_key);
  into.resumption_key_len = ticket.secret.size;
}

bool HasSecretOfItsVersion(const TicketBody& ticket) {
  if (ticket.version == TlsVersion::kTls12) return ticket.secret.size == 48;
  return ticket.secret.size == 32 || ticket.secret.size == 48;  // as long as the suite's hash
}

// OpenTicket leaves the ticket in the session's `ticket` when it is one of ours.
bool OpenTicket(ServerSession::Impl& session, ByteSpan sealed) {
  session.ticket.reset();
  if (!session.ticket_keys) return false;
  const std::optional<SecretBytes> body = session.ticket_keys->Open(sealed);
  if (!body) return false;
  auto ticket = std::make_unique<TicketBody>();
  if (!DecodeTicketBody(body->span(), *ticket) || !HasSecretOfItsVersion(*ticket)) return false;
  session.ticket = std::move(ticket);
  return true;
}

// ReadTicket is mbedTLS's ticket parsing callback. In TLS 1.3 all that the verdict depends on is
// known by now. In TLS 1.2 the server name may follow: SettleResumption judges.
int ReadTicket(void* /*listener*/, mbedtls_ssl_session* into, unsigned char* sealed, size_t size) {
  assert(stepping != nullptr);
  ServerSession::Impl& session = *stepping;
  if (!OpenTicket(session, {sealed, size})) return MBEDTLS_ERR_SSL_INVALID_MAC;
  const TicketBody& ticket = *session.ticket;
  const bool is_13 = VersionOf(session.ssl) == TlsVersion::kTls13;
  const bool fits = !is_13 || (TakeServerName(session) && Fits(ticket, UseBy(session)) &&
                               pinlatch_hs_offers_suite(&session.ssl, ticket.cipher_suite));
  if (!fits || (ticket.version == TlsVersion::kTls13) != is_13) {
    session.ticket.reset();
    return MBEDTLS_ERR_SSL_INVALID_MAC;
  }
  Restore(ticket, *session.ssl.session_negotiate, *into);
  return 0;
}

bool DescribeSession(const ServerSession::Impl& session, const mbedtls_ssl_session& from,
                     TicketBody& into) {
  into.version = VersionOf(session.ssl);
  into.cipher_suite = static_cast<uint16_t>(from.ciphersuite);
  const bool is_13 = into.version == TlsVersion::kTls13;
  const ByteSpan secret = is_13 ? ByteSpan(from.resumption_key, from.resumption_key_len)
                                : ByteSpan(from.master, sizeof from.master);
  if (secret.size() > into.secret.bytes.size()) return false;
  std::copy(secret.begin(), secret.end(), into.secret.bytes.begin());
  into.secret.size = static_cast<uint8_t>(secret.size());
  if (is_13) {
    into.key_exchanges = from.ticket_flags;
    into.age_add = from.ticket_age_add;
    into.created_ms = from.ticket_creation_time;
  } else {
    into.max_fragment = from.mfl_code;
  }
  return true;
}

// Vouch adds what the ticket is good for and who the client is. A client that came by ticket itself
// stays as long as its first one would have let it: it is no nearer to having proven its key.
void Vouch(const ServerSession::Impl& session, const mbedtls_ssl_session& from, TicketBody& into) {
  const TicketUse use = UseBy(session);
  into.listener = use.listener;
  into.server_name = use.server_name;
  into.trust = use.context.trust;
  into.trust_generation = use.context.bundle->generation();
  into.publication = use.publication;
  into.client_auth = use.context.client_auth;
  if (session.ticket) {
    into.chain = session.ticket->chain;
    into.authenticated_at = session.ticket->authenticated_at;
    into.accepted_from = session.ticket->accepted_from;
    into.accepted_until = session.ticket->accepted_until;
    return;
  }
  for (const mbedtls_x509_crt* at = from.peer_cert; at != nullptr; at = at->next) {
    into.chain.emplace_back(at->raw.p, at->raw.p + at->raw.len);
  }
  into.authenticated_at = session.now;
  into.accepted_from = session.acceptance.from;
  into.accepted_until = session.acceptance.until;
}

// LifetimeLeft is for how many more seconds a ticket that is issued now would be taken.
UnixSeconds LifetimeLeft(const ServerSession::Impl& session) {
  const UnixSeconds since = session.ticket ? session.ticket->authenticated_at : session.now;
  return since + session.context.ticket_lifetime - session.now;
}

bool FitsIntoTicket(const mbedtls_x509_crt* chain) {
  size_t bytes = 0;
  size_t certificates = 0;
  for (const mbedtls_x509_crt* at = chain; at != nullptr; at = at->next) {
    bytes += at->raw.len;
    ++certificates;
  }
  return bytes <= kMostTicketChain && certificates <= kMostTicketCertificates;
}

// MayIssue says whether there can be a ticket for the session `from`. In TLS 1.2 there is none
// without the extended master secret, since it would not be taken.
bool MayIssue(const ServerSession::Impl& session, const mbedtls_ssl_session& from) {
  return session.ticket_keys != nullptr && LifetimeLeft(session) > 0 &&
         FitsIntoTicket(from.peer_cert) &&
         (VersionOf(session.ssl) == TlsVersion::kTls13 ||
          pinlatch_hs_has_extended_master_secret(&session.ssl) != 0);
}

// FitsIntoRecord says whether a NewSessionTicket with a ticket of `size` bytes goes out as one
// record, as far as it has to: small clients of TLS 1.2 (mbedTLS 2.28) cannot put a message
// together, and can do without a ticket.
bool FitsIntoRecord(const ServerSession::Impl& session, size_t size) {
  constexpr size_t kBefore = 4 + 4 + 2;  // the message's header, the lifetime, the ticket's length
  if (VersionOf(session.ssl) == TlsVersion::kTls13) return true;
  const int most = mbedtls_ssl_get_max_out_record_payload(&session.ssl);
  return most > 0 && kBefore + size <= static_cast<size_t>(most);
}

// WriteTicket is mbedTLS's ticket writing callback.
int WriteTicket(void* /*listener*/, const mbedtls_ssl_session* from, unsigned char* start,
                const unsigned char* end, size_t* size, uint32_t* lifetime) {
  assert(stepping != nullptr);
  const ServerSession::Impl& session = *stepping;
  *size = 0;
  *lifetime = 0;
  if (!MayIssue(session, *from)) return MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE;
  TicketBody ticket;
  if (!DescribeSession(session, *from, ticket)) return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
  Vouch(session, *from, ticket);
  std::vector<uint8_t> body;
  body.reserve(kMostTicketBody);
  const bool encoded = EncodeTicketBody(ticket, body);
  if (encoded) {
    *size = session.ticket_keys->Seal(body, {start, static_cast<size_t>(end - start)});
  }
  mbedtls_platform_zeroize(body.data(), body.size());
  if (*size == 0) return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
  if (!FitsIntoRecord(session, *size)) {
    *size = 0;
    return MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE;
  }
  *lifetime = static_cast<uint32_t>(LifetimeLeft(session));
  return 0;
}

// Resumes says whether a TLS 1.2 ticket does. A session without the extended master secret is not
// resumed (RFC 7627 section 5.3: with client certificates that is what the triple handshake attack
// needs), and neither is one of another suite or fragment length, which the client would not take.
bool Resumes12(const ServerSession::Impl& session) {
  return session.ticket && Fits(*session.ticket, UseBy(session)) &&
         pinlatch_hs_has_extended_master_secret(&session.ssl) != 0 &&
         session.ssl.session_negotiate->ciphersuite == session.ticket->cipher_suite &&
         session.ssl.session_negotiate->mfl_code == session.ticket->max_fragment;
}

}  // namespace

HandshakeScope::HandshakeScope(ServerSession::Impl& session) {
  assert(stepping == nullptr);
  stepping = &session;
}

HandshakeScope::~HandshakeScope() { stepping = nullptr; }

void ConfigureTickets(mbedtls_ssl_config& config, bool enabled) {
  if (!enabled) {
    mbedtls_ssl_conf_new_session_tickets(&config, 0);
    mbedtls_ssl_conf_tls13_key_exchange_modes(&config,
                                              MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL);
    return;
  }
  mbedtls_ssl_conf_session_tickets_cb(&config, WriteTicket, ReadTicket, nullptr);
  // One: a device has one connection. Who opens several at once gets one for each.
  mbedtls_ssl_conf_new_session_tickets(&config, 1);
  mbedtls_ssl_conf_tls13_key_exchange_modes(&config,
                                            MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ALL);
}

bool SettleResumption(ServerSession::Impl& session) {
  if (pinlatch_hs_resumes(&session.ssl) == 0) {
    session.ticket.reset();
    return true;
  }
  if (VersionOf(session.ssl) == TlsVersion::kTls12 && !Resumes12(session)) {
    session.ticket.reset();
    pinlatch_hs_forget_resumption(&session.ssl);
    return true;
  }
  if (!session.ticket) return false;
  const TicketBody& ticket = *session.ticket;
  session.facts.resumed = true;
  if (ticket.chain.empty()) return true;
  session.BeginJudging({ticket.chain.begin(), ticket.chain.end()});
  return true;
}

void DecideNewTicket(ServerSession::Impl& session) {
  if (!MayIssue(session, *session.ssl.session)) pinlatch_hs_issue_no_ticket(&session.ssl);
}

}  // namespace pinlatch::tls
