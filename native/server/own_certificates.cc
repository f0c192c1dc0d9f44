// See own_certificates.h.
#include "server/own_certificates.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "material/misfit.h"
#include "trust/certificate_rules.h"
#include "upstream/upstream_security.h"

namespace pinlatch::server {
namespace {

using CredentialPtr = std::shared_ptr<const tls::Credential>;

CredentialPtr LoadOne(const snapshot::Certificate& certificate, tls::Purpose purpose,
                      const tls::KeyOpener& open_key, std::vector<Error>& errors) {
  auto loaded = tls::Credential::Load(certificate, purpose, open_key);
  if (loaded.ok()) return std::move(loaded).value();
  errors.push_back(std::move(loaded).error());
  return nullptr;
}

bool IsForAllNamesOf(const tls::Credential& one, const tls::Credential& other) {
  const std::vector<std::string>& names = one.server_names();
  return std::all_of(other.server_names().begin(), other.server_names().end(),
                     [&](const std::string& name) {
                       return std::find(names.begin(), names.end(), name) != names.end();
                     });
}

// StandInFor is what of `before` serves until `next` begins; nullptr: nothing does. The floor has
// no say: whether `next` has begun is asked again at every handshake, when the clock may be right.
CredentialPtr StandInFor(const CredentialPtr& next, const tls::Credentials& before,
                         const ClockReading& clock) {
  if (next == nullptr || clock.now() >= next->not_before()) return nullptr;
  for (const tls::OwnCredential& one : before) {
    const CredentialPtr& serves = one.At(clock);
    if (serves != nullptr && serves->IsInForce(clock) && serves->not_before() <= clock.now() &&
        IsForAllNamesOf(*serves, *next)) {
      return serves;
    }
  }
  return nullptr;
}

const tls::Credentials& CredentialsBefore(const proxy::Generation* previous,
                                          const std::string& listener) {
  static const tls::Credentials kNone;
  const int index = previous == nullptr ? -1 : previous->ListenerIndex(listener);
  return index < 0 ? kNone : previous->listeners[static_cast<size_t>(index)].tls->credentials();
}

tls::Credentials CredentialBefore(const proxy::Generation* previous, const std::string& upstream) {
  if (previous == nullptr) return {};
  for (size_t i = 0; i < previous->security.size(); ++i) {
    const bool is_it = previous->snapshot.upstreams[i].name == upstream;
    if (is_it && previous->security[i]) return {previous->security[i]->context().credential()};
  }
  return {};
}

tls::OwnCredential WithStandIn(CredentialPtr next, const tls::Credentials& before,
                               const ClockReading& clock) {
  CredentialPtr stand_in = StandInFor(next, before, clock);
  return {std::move(next), std::move(stand_in)};
}

void WarnOfNoName(const tls::OwnCredential& credential, const snapshot::Certificate& source,
                  std::vector<Error>& into) {
  if (credential.own() == nullptr || !credential.own()->is_nameless()) return;
  into.emplace_back(ErrorCode::kServerCertificateNameless,
                    source.chain.path +
                        ": clients look for the host in subjectAltName, not in the subject's CN; "
                        "have the certificate issued with it: openssl req -new -key " +
                        material::ShellWord(source.key.path) +
                        " -subj /CN=HOST -addext subjectAltName=DNS:HOST -out request.csr",
                    source.at + "/cert");
}

// Kind is what differs in the words about a certificate of a listener and one for services.
struct Kind {
  const char* words;
  ErrorCode expired;
  ErrorCode not_yet;
};

constexpr Kind kOfListener{"the server certificate", ErrorCode::kServerCertificateExpired,
                           ErrorCode::kServerCertificateNotYetValid};
constexpr Kind kForUpstream{"the certificate for the upstream",
                            ErrorCode::kUpstreamCertificateExpired,
                            ErrorCode::kUpstreamCertificateNotYetValid};

void Warn(const tls::OwnCredential& credential, const snapshot::Certificate& source,
          const Kind& kind, const ClockReading& clock, std::vector<Error>& into) {
  if (credential.own() == nullptr) return;
  const tls::Credential& own = *credential.own();
  const std::string subject = source.chain.path + ": " + kind.words + " ";
  if (clock.HasEnded(own.not_after())) {
    into.emplace_back(kind.expired, subject + "expired at " + tls::TimeText(own.not_after()),
                      source.at);
    return;
  }
  if (clock.HasBegun(own.not_before())) return;
  const std::string begins = "is not valid before " + tls::TimeText(own.not_before());
  if (credential.At(clock) == credential.own()) {
    into.emplace_back(kind.not_yet, subject + begins, source.at);
    return;
  }
  const std::string until = tls::TimeText(credential.stand_in()->not_after());
  into.emplace_back(ErrorCode::kCertificateWaits,
                    subject + begins + "; until then the previous certificate is presented, " +
                        "which is valid until " + until,
                    source.at);
}

}  // namespace

OwnCertificates LoadOwnCertificates(const snapshot::Snapshot& snapshot,
                                    const proxy::Generation* previous, const ClockReading& clock,
                                    const tls::KeyOpener& open_key, std::vector<Error>& errors) {
  OwnCertificates own;
  for (const snapshot::Listener& listener : snapshot.listeners) {
    const tls::Credentials& before = CredentialsBefore(previous, listener.name);
    tls::Credentials& credentials = own.listeners.emplace_back();
    for (const snapshot::Certificate& certificate : listener.certificates) {
      auto loaded = LoadOne(certificate, tls::Purpose::kServerAuth, open_key, errors);
      credentials.push_back(WithStandIn(std::move(loaded), before, clock));
    }
  }
  for (const snapshot::Upstream& upstream : snapshot.upstreams) {
    tls::OwnCredential& credential = own.upstreams.emplace_back();
    if (!upstream.tls || !upstream.tls->certificate) continue;
    auto loaded = LoadOne(*upstream.tls->certificate, tls::Purpose::kClientAuth, open_key, errors);
    credential = WithStandIn(std::move(loaded), CredentialBefore(previous, upstream.name), clock);
  }
  return own;
}

OwnCertificates OwnCertificatesOf(const proxy::Generation& generation) {
  OwnCertificates own;
  for (const proxy::ListenerRuntime& listener : generation.listeners)
    own.listeners.push_back(listener.tls->credentials());
  for (const auto& security : generation.security)
    own.upstreams.push_back(security ? security->context().credential() : nullptr);
  return own;
}

std::vector<Error> WarnOfOwnCertificates(const snapshot::Snapshot& snapshot,
                                         const OwnCertificates& own, const ClockReading& clock) {
  std::vector<Error> warnings;
  for (size_t i = 0; i < own.listeners.size(); ++i) {
    const tls::Credentials& credentials = own.listeners[i];
    for (size_t at = 0; at < credentials.size(); ++at) {
      const snapshot::Certificate& source = snapshot.listeners[i].certificates[at];
      Warn(credentials[at], source, kOfListener, clock, warnings);
      WarnOfNoName(credentials[at], source, warnings);
    }
  }
  for (size_t i = 0; i < own.upstreams.size(); ++i) {
    if (own.upstreams[i].own() == nullptr) continue;
    Warn(own.upstreams[i], *snapshot.upstreams[i].tls->certificate, kForUpstream, clock, warnings);
  }
  return warnings;
}

}  // namespace pinlatch::server
