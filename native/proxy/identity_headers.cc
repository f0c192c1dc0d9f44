// See identity_headers.h. This file: which inbound names are the gateway's. Names: ../../DESIGN.md
// lists where each comes from.
#include "proxy/identity_headers.h"

#include <algorithm>
#include <array>

#include "snapshot/forward_identity.h"

namespace pinlatch::proxy {
namespace {

// A name belongs to the gateway when it begins with one of these. Whole families are taken, so that
// a variant that some upstream reads ("X-SSL-Client-DN-2") cannot slip through.
constexpr std::array<std::string_view, 10> kFamilies = {
    "client-cert",  "forwarded", "ssl-client-",  "x-amzn-mtls-", "x-client-cert",
    "x-forwarded-", "x-real-ip", "x-request-id", "x-ssl-",       "x-zato-tls-",
};
constexpr size_t kLongestFamily = 13;

void AddHeaders(std::span<const snapshot::ForwardedIdentity> entries,
                std::vector<std::string>& folded) {
  for (const snapshot::ForwardedIdentity& entry : entries) {
    if (entry.preset != snapshot::IdentityPreset::kField) continue;
    folded.push_back(snapshot::FoldFieldName(entry.header));
  }
}

}  // namespace

bool IsGatewayField(std::string_view name) {
  std::array<char, kLongestFamily> folded;
  const size_t length = std::min(name.size(), kLongestFamily);
  std::transform(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(length), folded.begin(),
                 snapshot::FoldFieldByte);
  const std::string_view start(folded.data(), length);
  return std::any_of(kFamilies.begin(), kFamilies.end(),
                     [start](std::string_view family) { return start.starts_with(family); });
}

FieldNameSet FieldNameSet::Of(const snapshot::Snapshot& snapshot) {
  FieldNameSet set;
  for (const snapshot::Listener& listener : snapshot.listeners) {
    AddHeaders(listener.forward_identity, set.folded_);
  }
  for (const snapshot::Route& route : snapshot.routes) {
    if (route.forward_identity.has_value()) AddHeaders(*route.forward_identity, set.folded_);
  }
  std::sort(set.folded_.begin(), set.folded_.end());
  for (const std::string& name : set.folded_) set.longest_ = std::max(set.longest_, name.size());
  return set;
}

bool FieldNameSet::Contains(std::string_view name) const {
  if (folded_.empty() || name.size() > longest_) return false;
  const auto before = [](std::string_view ours, std::string_view theirs) {
    return std::lexicographical_compare(
        ours.begin(), ours.end(), theirs.begin(), theirs.end(),
        [](char a, char b) { return a < snapshot::FoldFieldByte(b); });
  };
  const auto found = std::lower_bound(folded_.begin(), folded_.end(), name, before);
  return found != folded_.end() && found->size() == name.size() &&
         std::equal(found->begin(), found->end(), name.begin(),
                    [](char ours, char theirs) { return ours == snapshot::FoldFieldByte(theirs); });
}

}  // namespace pinlatch::proxy
