// See edited_identity.h.
#include "snapshot/edited_identity.h"

#include <set>

namespace pinlatch::snapshot {
namespace {

using FoldedNames = std::set<std::string, std::less<>>;

void AddHeaders(const std::vector<ForwardedIdentity>& entries, FoldedNames& into) {
  for (const ForwardedIdentity& entry : entries) {
    if (entry.preset == IdentityPreset::kField) into.insert(FoldFieldName(entry.header));
  }
}

// EditOf returns the first edited name that is one of `names`, or "".
std::string_view EditOf(const FieldEdits& edits, const FoldedNames& names) {
  for (const FieldEdits::List* list : {&edits.set, &edits.add}) {
    for (const auto& [name, value] : *list) {
      if (names.contains(FoldFieldName(name))) return name;
    }
  }
  for (const std::string& name : edits.remove) {
    if (names.contains(FoldFieldName(name))) return name;
  }
  return {};
}

}  // namespace

Status CheckEditedIdentity(const Snapshot& snapshot) {
  FoldedNames names;
  for (const Listener& listener : snapshot.listeners) AddHeaders(listener.forward_identity, names);
  for (const Route& route : snapshot.routes) {
    if (route.forward_identity.has_value()) AddHeaders(*route.forward_identity, names);
  }
  for (const Route& route : snapshot.routes) {
    const ProxyTo* proxy = ProxyOf(route.action);
    if (proxy == nullptr) continue;
    const std::string_view edited = EditOf(proxy->forwarding.request, names);
    if (edited.empty()) continue;
    return Error(ErrorCode::kSnapshotInvalid,
                 "found an edit of " + std::string(edited) +
                     ", expected none of a field that tells who the client is",
                 route.at);
  }
  return {};
}

}  // namespace pinlatch::snapshot
