// See announced_authorities.h.
#include "session/announced_authorities.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "trust/trust_bundle_impl.h"

namespace pinlatch::tls {
namespace {

// NameToLookFor is the name that a client finds among the issuers of its chain. A trusted
// certificate that is no authority is presented itself: there it is the name of its issuer.
ByteSpan NameToLookFor(const Certificate& anchor) {
  return anchor.extensions().is_ca ? anchor.subject_der() : anchor.issuer_der();
}

std::vector<uint8_t> NamesOf(const TrustBundle& bundle) {
  std::vector<uint8_t> names;
  std::set<std::string_view> known;
  for (const auto& anchor : bundle.impl().anchors) {
    const ByteSpan name = NameToLookFor(*anchor);
    if (!known.insert(AsText(name)).second) continue;
    names.push_back(static_cast<uint8_t>(name.size() >> 8));
    names.push_back(static_cast<uint8_t>(name.size()));
    names.insert(names.end(), name.begin(), name.end());
  }
  return names;
}

Error TooMany(const snapshot::Listener& listener, const TrustBundle& bundle, size_t bytes) {
  Error error(ErrorCode::kAuthoritiesTooMany,
              "the names of the authorities of \"" + bundle.impl().settings.name + "\" take " +
                  std::to_string(bytes) + " bytes; clients can be told " +
                  std::to_string(kMostAnnounced));
  error.at = listener.at;
  return error;
}

}  // namespace

Result<std::vector<AuthorityNames>> AnnouncedAuthorities(
    const snapshot::Listener& listener,
    std::span<const std::shared_ptr<const TrustBundle>> bundles) {
  std::vector<AuthorityNames> announced(bundles.size());
  if (!listener.announce_authorities) return announced;
  std::set<uint32_t> used = {listener.trust};
  for (const snapshot::ServerName& name : listener.names) used.insert(name.trust);
  for (const uint32_t index : used) {
    std::vector<uint8_t> names = NamesOf(*bundles[index]);
    if (names.size() > kMostAnnounced) return TooMany(listener, *bundles[index], names.size());
    if (names.empty()) continue;
    announced[index] = std::make_shared<const std::vector<uint8_t>>(std::move(names));
  }
  return announced;
}

}  // namespace pinlatch::tls
