// See bundle_access.h.
#include "verdict/bundle_access.h"

#include <algorithm>
#include <memory>

#include "trust/certificate_rules.h"
#include "trust/list_scope.h"
#include "trust/revocation_check.h"
#include "trust/trust_bundle_impl.h"

namespace pinlatch::tls {
namespace {

using Issued = RevocationCheck::Issued;

class Access {
 public:
  Access(const TrustBundle& trust, const ClockReading& clock)
      : trust_(trust),
        bundle_(trust.impl()),
        clock_(clock.WithFloor(std::max(clock.floor(), bundle_.clock_floor))) {}

  bool IsOfNobody() const {
    if (bundle_.settings.self_signed) return !CountsAnyPin();
    return std::none_of(bundle_.anchors.begin(), bundle_.anchors.end(),
                        [&](const auto& anchor) { return LetsIn(*anchor); });
  }

 private:
  bool CountsAnyPin() const {
    const auto& pinned = bundle_.settings.pinned;
    return std::any_of(pinned.begin(), pinned.end(),
                       [&](const snapshot::Anchor& one) { return one.period.Mask(clock_) != 0; });
  }

  bool LetsIn(const Certificate& anchor) const {
    if (CheckCertificate(anchor, clock_, bundle_.limits.min_rsa_bits)) return false;
    const std::optional<snapshot::Revocation>& settings = bundle_.settings.revocation;
    const bool is_leaf = !anchor.extensions().is_ca && anchor.version() == 3;
    if (!settings || is_leaf || HasIndirectList()) return true;
    if (MayBeGood(anchor, Issued::kEndEntity)) return true;
    // What an intermediate issues is shown to be good by its own list.
    const bool may_have_intermediates =
        settings->leaf_only || MayBeGood(anchor, Issued::kAuthority);
    return may_have_intermediates && (settings->accept_unlisted_issuers || HasListOfPeers());
  }

  // Indirect lists may speak for any issuer.
  bool HasIndirectList() const {
    return std::any_of(bundle_.lists.begin(), bundle_.lists.end(),
                       [](const auto& held) { return held->list->scope().is_indirect; });
  }

  // Of lists whose signer no certificate of the bundle is.
  bool HasListOfPeers() const {
    return std::any_of(bundle_.lists.begin(), bundle_.lists.end(), [&](const auto& held) {
      return held->signers.empty() && !held->is_forged && held->list->algorithm() &&
             !CheckUsable(*held->list, *bundle_.settings.revocation, clock_);
    });
  }

  bool MayBeGood(const Certificate& anchor, Issued kind) const {
    const VerifyRequest request{
        .chain = {}, .trust = trust_, .now = clock_.now(), .limits = trust_.limits()};
    VerifyContext context(request);
    context.BeginPass(trust_.limits().max_signature_checks);
    return !RevocationCheck(context).CheckIssued(anchor, kind);
  }

  const TrustBundle& trust_;
  const TrustBundle::Impl& bundle_;
  const ClockReading clock_;
};

}  // namespace

bool AdmitsNobody(const TrustBundle& bundle, const ClockReading& clock) {
  return Access(bundle, clock).IsOfNobody();
}

}  // namespace pinlatch::tls
