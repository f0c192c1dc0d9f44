// Owns the names of authorities that a listener tells its clients, so that one with several
// certificates knows which to present. Internal to tls/.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "session/trust_context.h"
#include "snapshot/model.h"
#include "trust/trust_bundle.h"

namespace pinlatch::tls {

// kMostAnnounced is how many bytes of names a CertificateRequest has at most: with them it is one
// record, which a client that puts no message together from several can read.
inline constexpr size_t kMostAnnounced = 15 * 1024;

// AnnouncedAuthorities are the names of each bundle that `listener` or one of its server names
// uses, by the bundle's index; nullptr for the others, for a bundle without an authority, and where
// the listener announces none. Error: kAuthoritiesTooMany, with `at`.
Result<std::vector<AuthorityNames>> AnnouncedAuthorities(
    const snapshot::Listener& listener,
    std::span<const std::shared_ptr<const TrustBundle>> bundles);

}  // namespace pinlatch::tls
