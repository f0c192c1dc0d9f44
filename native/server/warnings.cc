// See warnings.h.
#include "server/warnings.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "policy/unreachable_clients.h"
#include "server/clock_warnings.h"
#include "trust/list_scope.h"
#include "trust/trust_bundle_impl.h"
#include "verdict/bundle_access.h"
#include "verdict/bundle_warnings.h"

namespace pinlatch::server {
namespace {

void Append(std::vector<Error> more, std::vector<Error>& to) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

std::string ClosedText(const std::string& bundle, size_t unreachable, size_t configured) {
  std::string text = "the trust bundle \"" + bundle + "\" accepts no certificate now";
  if (unreachable == 0) return text;  // it is a bundle for services, or has no clients of its own
  return text + ": " + std::to_string(unreachable) + " of the " + std::to_string(configured) +
         " configured clients cannot be admitted";
}

void WarnOfClosedBundles(const snapshot::Snapshot& snapshot, const TrustBundles& trust,
                         const ClockReading& clock, std::vector<Error>& into) {
  std::vector<bool> closed;
  for (const auto& bundle : trust) {
    closed.push_back(bundle != nullptr && tls::AdmitsNobody(*bundle, clock));
  }
  const std::vector<policy::ClientTrust> clients = policy::TrustOfClients(snapshot);
  for (uint32_t i = 0; i < trust.size(); ++i) {
    if (!closed[i]) continue;
    const size_t count = policy::CountUnreachable(clients, closed, i);
    into.emplace_back(ErrorCode::kTrustAdmitsNobody,
                      ClosedText(snapshot.trust[i].name, count, snapshot.clients.size()),
                      snapshot.trust[i].at);
  }
}

// Earliest collects the first moment after a time.
class Earliest {
 public:
  explicit Earliest(UnixSeconds now) : now_(now) {}
  void Add(UnixSeconds moment) {
    if (moment > now_) first_ = std::min(first_, moment);
  }
  // AddAfter adds the second after the last one that is good.
  void AddAfter(UnixSeconds last) {
    if (last < std::numeric_limits<UnixSeconds>::max()) Add(last + 1);
  }
  void AddValidity(const std::shared_ptr<const tls::Credential>& credential) {
    if (credential == nullptr) return;
    Add(credential->not_before());
    AddAfter(credential->not_after());
  }
  UnixSeconds first() const { return first_; }

 private:
  const UnixSeconds now_;
  UnixSeconds first_ = std::numeric_limits<UnixSeconds>::max();
};

void AddBundle(const tls::TrustBundle& trust, Earliest& earliest) {
  const tls::TrustBundle::Impl& bundle = trust.impl();
  earliest.Add(bundle.clock_floor);
  for (const auto& anchor : bundle.anchors) {
    earliest.Add(anchor->not_before());
    earliest.AddAfter(anchor->not_after());
  }
  for (const auto& held : bundle.lists) {
    earliest.Add(held->list->this_update());
    earliest.AddAfter(tls::UsableUntil(*held->list, *bundle.settings.revocation));
  }
  for (const snapshot::Anchor& pin : bundle.settings.pinned) {
    earliest.Add(pin.period.from);
    earliest.Add(pin.period.until);
  }
}

}  // namespace

std::vector<Error> WarningsAt(const snapshot::Snapshot& snapshot, const TrustBundles& trust,
                              const OwnCertificates& own, const ClockReading& clock) {
  std::vector<Error> warnings = ClockWarnings(own, clock);
  Append(WarnOfOwnCertificates(snapshot, own, clock), warnings);
  for (size_t i = 0; i < trust.size(); ++i) {
    if (trust[i] == nullptr) continue;
    Append(tls::BundleWarnings(*trust[i], clock, snapshot.trust[i].at), warnings);
  }
  WarnOfClosedBundles(snapshot, trust, clock, warnings);
  return warnings;
}

UnixSeconds NextWarningAt(const proxy::Generation& generation, UnixSeconds now) {
  Earliest earliest(now);
  earliest.Add(generation.clock_floor);
  const OwnCertificates own = OwnCertificatesOf(generation);
  for (const tls::Credentials& credentials : own.listeners) {
    for (const tls::OwnCredential& credential : credentials) {
      earliest.AddValidity(credential.own());
      earliest.AddValidity(credential.stand_in());
    }
  }
  for (const tls::OwnCredential& credential : own.upstreams) {
    earliest.AddValidity(credential.own());
    earliest.AddValidity(credential.stand_in());
  }
  for (const auto& bundle : generation.trust) AddBundle(*bundle, earliest);
  return earliest.first();
}

}  // namespace pinlatch::server
