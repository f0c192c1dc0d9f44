// See secure_upstream.h.
#include "server/secure_upstream.h"

#include <algorithm>
#include <utility>

namespace pinlatch::server {
namespace {

using Security = std::shared_ptr<const proxy::UpstreamSecurity>;
using Bundles = std::span<const std::shared_ptr<const tls::TrustBundle>>;

// A certificate that is the same has the same key, wherever that lies now.
bool IsSameCertificate(const std::optional<snapshot::Certificate>& a,
                       const std::optional<snapshot::Certificate>& b) {
  return a.has_value() == b.has_value() && (!a.has_value() || a->chain == b->chain);
}

// The server name is part of the target's pool.
bool IsSame(const snapshot::UpstreamTls& a, const snapshot::UpstreamTls& b) {
  return IsSameCertificate(a.certificate, b.certificate) && a.pins == b.pins &&
         a.min_version == b.min_version;
}

// Whether what goes by either floor comes to the same, as the clock stands.
bool IsAlikeAbove(UnixSeconds floor, const ClockReading& clock) {
  return floor == clock.floor() || std::max(floor, clock.floor()) <= clock.now();
}

// What serves now, if it does all the same. A bundle in which nothing has changed is that of the
// previous generation itself.
Security Unchanged(const snapshot::Upstream& upstream, Bundles trust,
                   const proxy::Generation* previous, const ClockReading& clock) {
  if (previous == nullptr) return nullptr;
  for (size_t i = 0; i < previous->security.size(); ++i) {
    const snapshot::Upstream& before = previous->snapshot.upstreams[i];
    if (before.name != upstream.name || !before.tls.has_value()) continue;
    const bool is_same = before.protocol == upstream.protocol &&
                         IsSame(*before.tls, *upstream.tls) &&
                         previous->trust[before.tls->trust] == trust[upstream.tls->trust] &&
                         IsAlikeAbove(previous->clock_floor, clock);
    return is_same ? previous->security[i] : nullptr;
  }
  return nullptr;
}

}  // namespace

Result<Security> SecureUpstream(const snapshot::Upstream& upstream,
                                const proxy::Generation& generation, tls::OwnCredential credential,
                                const ClockReading& clock, const proxy::Generation* previous) {
  if (!upstream.tls.has_value()) return Security();
  const snapshot::UpstreamTls& tls = *upstream.tls;
  const auto& bundle = generation.trust[tls.trust];
  if (bundle == nullptr) return Security();  // its own error ends the build
  if (Security unchanged = Unchanged(upstream, generation.trust, previous, clock)) return unchanged;
  const char* protocol =
      upstream.protocol == snapshot::UpstreamProtocol::kHttp2 ? "h2" : "http/1.1";
  PINLATCH_ASSIGN(auto context,
                  tls::ClientContext::Create(tls.min_version, bundle, std::move(credential),
                                             protocol, clock.floor()));
  return Security(std::make_shared<const proxy::UpstreamSecurity>(
      std::move(context), tls.pins,
      proxy::UpstreamSecurity::Names{upstream.name, generation.snapshot.trust[tls.trust].name}));
}

}  // namespace pinlatch::server
