// See identity_headers.h. This file: sets of names.
#include "forwarding/identity_headers.h"

#include <algorithm>

#include "snapshot/forward_identity.h"

namespace pinlatch::proxy {
namespace {

void AddHeaders(std::span<const snapshot::ForwardedIdentity> entries,
                std::vector<std::string>& names) {
  for (const snapshot::ForwardedIdentity& entry : entries) {
    if (entry.preset != snapshot::IdentityPreset::kField) continue;
    names.push_back(entry.header);
  }
}

}  // namespace

FieldNameSet FieldNameSet::Of(const snapshot::Snapshot& snapshot) {
  std::vector<std::string> names;
  for (const snapshot::Listener& listener : snapshot.listeners) {
    AddHeaders(listener.forward_identity, names);
  }
  for (const snapshot::Route& route : snapshot.routes) {
    if (route.forward_identity.has_value()) AddHeaders(*route.forward_identity, names);
  }
  return Of(names);
}

FieldNameSet FieldNameSet::Of(std::span<const std::string> names) {
  FieldNameSet set;
  for (const std::string& name : names) set.folded_.push_back(snapshot::FoldFieldName(name));
  std::sort(set.folded_.begin(), set.folded_.end());
  for (const std::string& name : set.folded_) set.longest_ = std::max(set.longest_, name.size());
  return set;
}

FieldNameSet FieldNameSet::OfGuarded(std::span<const std::string> names) {
  std::vector<std::string> whole;
  std::vector<std::string> families;
  for (const std::string& name : names) (name.ends_with('*') ? families : whole).push_back(name);
  FieldNameSet set = Of(whole);
  for (const std::string& family : families) {
    set.families_.push_back(snapshot::FoldFieldName(family.substr(0, family.size() - 1)));
  }
  return set;
}

bool FieldNameSet::IsOfFamily(std::string_view name) const {
  return std::any_of(families_.begin(), families_.end(), [name](std::string_view family) {
    return name.size() >= family.size() &&
           std::equal(family.begin(), family.end(), name.begin(), [](char ours, char theirs) {
             return ours == snapshot::FoldFieldByte(theirs);
           });
  });
}

bool FieldNameSet::Contains(std::string_view name) const {
  if (IsOfFamily(name)) return true;
  if (folded_.empty() || name.size() > longest_) return false;
  const auto before = [](std::string_view ours, std::string_view theirs) {
    return std::lexicographical_compare(
        ours.begin(), ours.end(), theirs.begin(), theirs.end(),
        // Asked in both directions: what is not folded yet stands on either side.
        [](char a, char b) { return snapshot::FoldFieldByte(a) < snapshot::FoldFieldByte(b); });
  };
  const auto found = std::lower_bound(folded_.begin(), folded_.end(), name, before);
  return found != folded_.end() && found->size() == name.size() &&
         std::equal(found->begin(), found->end(), name.begin(),
                    [](char ours, char theirs) { return ours == snapshot::FoldFieldByte(theirs); });
}

}  // namespace pinlatch::proxy
