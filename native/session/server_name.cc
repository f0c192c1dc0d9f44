// See server_name.h.
#include "session/server_name.h"

#include <mbedtls/ssl.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "http/target.h"
#include "keys/credential_impl.h"
#include "names/known_names.h"
#include "session/alerts.h"
#include "session/mbedtls_handshake.h"
#include "session/server_session_impl.h"

namespace pinlatch::tls {
namespace {

// AskedName is the server name as the ClientHello has it; nothing when it has none.
std::optional<std::string_view> AskedName(mbedtls_ssl_context& ssl) {
  size_t length = 0;
  const unsigned char* name = mbedtls_ssl_get_hs_sni(&ssl, &length);
  if (name == nullptr) return std::nullopt;
  return AsText({name, length});
}

int Refuse(ServerSession::Impl& session, Error why) {
  const uint8_t alert = AlertFor(why.code, VersionOf(session.ssl));
  session.refusal = std::make_unique<ProtocolError>(ProtocolError{std::move(why), alert});
  return MBEDTLS_ERR_SSL_UNRECOGNIZED_NAME;
}

// Signs says whether a TLS 1.3 signature algorithm is one that the key can make (RFC 8446 section
// 4.2.3): there, each ECDSA algorithm has its curve.
bool Signs(const mbedtls_pk_context& key, uint16_t algorithm) {
  if (mbedtls_pk_get_type(&key) == MBEDTLS_PK_RSA) {
    return algorithm == MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256 ||
           algorithm == MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384 ||
           algorithm == MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512;
  }
  switch (mbedtls_pk_get_bitlen(&key)) {
    case 256:
      return algorithm == MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256;
    case 384:
      return algorithm == MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384;
    default:
      return algorithm == MBEDTLS_TLS1_3_SIG_ECDSA_SECP521R1_SHA512;
  }
}

bool CanVerify(const mbedtls_ssl_context& ssl, const Credential& credential) {
  for (const uint16_t* offered = pinlatch_hs_signature_algorithms(&ssl); *offered != 0; ++offered) {
    if (Signs(credential.impl().key, *offered)) return true;
  }
  return false;
}

int Present(mbedtls_ssl_context& ssl, const Credential& credential) {
  const Credential::Impl& own = credential.impl();
  return mbedtls_ssl_set_hs_own_cert(&ssl, own.chain.get(), &own.key);
}

// PresentCredentials chooses by what the client can verify. In TLS 1.2 that depends on the cipher
// suite, and mbedTLS takes the first suite of ours for which there is a certificate. In TLS 1.3 it
// would go by the client's order; EC comes first here, because it costs less on both sides. One
// that is not valid now is presented only where no other is.
int PresentCredentials(mbedtls_ssl_context& ssl, const ServerSession::Impl& session) {
  const ServerNames& names = session.context.names;
  const Credentials& own = names.CredentialsFor(session.facts.server_name);
  const bool is_default = &own == &names.default_credentials();
  const bool is_alone = own.size() == 1 && own.front().stand_in() == nullptr;
  if (is_default && is_alone) return 0;  // The configuration has it.
  // After a HelloRetryRequest there is a second ClientHello.
  int failed = mbedtls_ssl_set_hs_own_cert(&ssl, nullptr, nullptr);
  if (failed != 0) return failed;
  if (is_alone) return Present(ssl, *own.front().own());
  const auto presented = PresentedAt(own, {session.now, session.context.clock_floor});
  if (VersionOf(ssl) == snapshot::TlsVersion::kTls13) {
    const auto fits = std::find_if(presented.begin(), presented.end(), [&](const auto& credential) {
      return CanVerify(ssl, *credential);
    });
    if (fits != presented.end()) return Present(ssl, **fits);
  }
  for (const auto& credential : presented) {
    failed = Present(ssl, *credential);
    if (failed != 0) return failed;
  }
  return 0;
}

}  // namespace

bool TakeServerName(ServerSession::Impl& session) {
  const std::optional<std::string_view> asked = AskedName(session.ssl);
  std::string& name = session.facts.server_name;
  name.clear();
  if (asked && !http::ParseServerName(*asked, name)) return false;
  session.trust_context = &session.context.names.ContextOf(session.facts.server_name);
  return true;
}

int SelectByServerName(mbedtls_ssl_context* ssl) {
  auto& session = *static_cast<ServerSession::Impl*>(mbedtls_ssl_get_user_data_p(ssl));
  if (!TakeServerName(session)) {
    return Refuse(session, NoServerName(AskedName(*ssl).value_or("")));
  }
  const std::string& asked = session.facts.server_name;
  if (session.name_before_retry != nullptr && *session.name_before_retry != asked) {
    session.refusal = std::make_unique<ProtocolError>(
        ProtocolError{Error(ErrorCode::kHandshakeFailed,
                            "the client's second ClientHello has another server name"),
                      MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER});
    return MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER;
  }
  const ServerNames& names = session.context.names;
  if (names.Refuses(asked)) return Refuse(session, UnknownServerName(asked));
  const TrustContext& holds = *session.trust_context;
  if (VersionOf(*ssl) < holds.min_version) {
    return Refuse(session, Error(ErrorCode::kProtocolVersion,
                                 "the client offers at most TLS 1.2, and " +
                                     (asked.empty() ? "this listener" : "\"" + asked + "\"") +
                                     " requires TLS 1.3"));
  }
  mbedtls_ssl_set_hs_authmode(ssl, holds.client_auth == snapshot::ClientAuth::kNone
                                       ? MBEDTLS_SSL_VERIFY_NONE
                                       : MBEDTLS_SSL_VERIFY_OPTIONAL);
  if (holds.announced != nullptr) {
    pinlatch_hs_announce_authorities(ssl, holds.announced->data(), holds.announced->size());
  }
  return PresentCredentials(*ssl, session);
}

}  // namespace pinlatch::tls
