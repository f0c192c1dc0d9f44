// Answers from the bundle's settings and certificates.
#include "trust/list_scope.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "trust/certificate_rules.h"

namespace pinlatch::tls {

UnixSeconds UsableUntil(const RevocationList& list, const snapshot::Revocation& settings) {
  constexpr UnixSeconds kForever = std::numeric_limits<UnixSeconds>::max();
  if (settings.when_stale == snapshot::WhenStale::kAccept) return kForever;
  if (!list.next_update()) return std::numeric_limits<UnixSeconds>::min();
  if (settings.when_stale == snapshot::WhenStale::kReject) return *list.next_update();
  // nextUpdate ends in year 9999 at the latest, so only the grace can be too long to add.
  return *list.next_update() + std::clamp<UnixSeconds>(settings.grace_seconds, 0, kForever / 4);
}

Check CheckSound(const RevocationList& list, const snapshot::Revocation& settings,
                 const ClockReading& clock) {
  if (!list.defect().empty()) return Failure{Rule::kCrlEntries, nullptr, list.defect()};
  if (!list.unknown_critical().empty()) {
    return Failure{Rule::kCrlCriticalExtension, nullptr, "extension " + list.unknown_critical()};
  }
  if (!IsStrong(*list.algorithm())) {
    return Failure{Rule::kCrlSignatureAlgorithm, nullptr,
                   "it is signed with " + std::string(list.algorithm()->Name())};
  }
  if (!list.number() && !settings.accept_unnumbered) return Failure{Rule::kCrlNumber, nullptr, {}};
  if (!clock.HasBegun(list.this_update())) {
    return Failure{
        Rule::kCrlNotYetValid, nullptr,
        "issued " + TimeText(list.this_update()) + "; the clock says " + TimeText(clock.now())};
  }
  return std::nullopt;
}

Check CheckUsable(const RevocationList& list, const snapshot::Revocation& settings,
                  const ClockReading& clock) {
  PINLATCH_HOLD(CheckSound(list, settings, clock));
  if (clock.HasEnded(UsableUntil(list, settings))) {
    const std::string due =
        list.next_update() ? TimeText(*list.next_update()) : "never, as it states";
    return Failure{Rule::kCrlStale, nullptr,
                   "next due " + due + "; the clock says " + TimeText(clock.now())};
  }
  return std::nullopt;
}

std::vector<const Certificate*> SignerCandidates(const VerifyContext& context, const Path& path,
                                                 size_t index, const RevocationList& list) {
  std::vector<const Certificate*> candidates;
  const auto add = [&](const Certificate* certificate) {
    if (certificate->subject() != list.issuer()) return;
    if (std::find(candidates.begin(), candidates.end(), certificate) == candidates.end()) {
      candidates.push_back(certificate);
    }
  };
  for (size_t i = index; i-- > 0;) add(path[i]);
  for (const std::unique_ptr<const Certificate>& certificate : context.presented())
    add(certificate.get());
  const auto [first, last] = context.bundle().anchors_by_subject.equal_range(list.issuer());
  for (auto anchor = first; anchor != last; ++anchor) add(anchor->second);

  const std::string& wanted = list.authority_key_id();
  std::vector<const Certificate*> named;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(named),
               [&](const Certificate* certificate) {
                 return wanted.empty() ||
                        AsText(certificate->extensions().subject_key_id) == wanted;
               });
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(named),
               [&](const Certificate* certificate) {
                 return std::find(named.begin(), named.end(), certificate) == named.end();
               });
  return named;
}

bool MaySignLists(const Certificate& certificate) {
  // A CA without keyUsage may sign anything; for any other certificate RFC 5280 leaves no sign that
  // its holder was trusted with lists but cRLSign itself.
  const Extensions& extensions = certificate.extensions();
  if (!certificate.HasUsage(kCrlSign)) return false;
  return extensions.is_ca || extensions.key_usage || certificate.version() < 3;
}

}  // namespace pinlatch::tls
