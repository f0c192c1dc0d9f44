// See identity_headers.h. This file: sets of names.
#include "forwarding/identity_headers.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "snapshot/forward_identity.h"

namespace pinlatch::proxy {
namespace {

constexpr size_t kLastByte = 'z';  // of those that folding leaves

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
  std::vector<Entry> entries;
  for (const std::string& name : names) entries.push_back({snapshot::FoldFieldName(name), false});
  return FieldNameSet(std::move(entries));
}

FieldNameSet FieldNameSet::OfGuarded(std::span<const std::string> names) {
  std::vector<Entry> entries;
  for (std::string_view name : names) {
    const bool is_family = name.ends_with('*');
    if (is_family) name.remove_suffix(1);
    entries.push_back({snapshot::FoldFieldName(name), is_family});
  }
  return FieldNameSet(std::move(entries));
}

FieldNameSet::FieldNameSet(std::vector<Entry> entries) {
  // A family comes before what it covers, a name of the same text included.
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.text != b.text ? a.text < b.text : a.is_family > b.is_family;
  });
  for (Entry& entry : entries) {
    const bool is_covered = !entries_.empty() && entries_.back().is_family &&
                            entry.text.starts_with(entries_.back().text);
    if (!is_covered && !entry.text.empty()) entries_.push_back(std::move(entry));
  }
  if (entries_.empty()) return;
  begins_.resize(kLastByte + 2);
  for (const Entry& entry : entries_) {
    const auto behind = begins_.begin() + entry.text.front() + 1;
    std::for_each(behind, begins_.end(), [](uint16_t& begin) { ++begin; });
  }
}

bool FieldNameSet::Contains(std::string_view name) const {
  if (entries_.empty() || name.empty()) return false;
  const auto first = static_cast<size_t>(snapshot::FoldFieldByte(name.front()));
  const auto begin = entries_.begin() + begins_[first];
  const auto end = entries_.begin() + begins_[first + 1];
  // No entry covers another: the last that is not behind the name is it, its family, or no answer.
  const auto behind = std::upper_bound(begin, end, name, IsBefore);
  return behind != begin && Fits(*std::prev(behind), name);
}

bool FieldNameSet::IsBefore(std::string_view name, const Entry& entry) {
  return std::lexicographical_compare(
      name.begin(), name.end(), entry.text.begin(), entry.text.end(),
      [](char a, char b) { return snapshot::FoldFieldByte(a) < snapshot::FoldFieldByte(b); });
}

bool FieldNameSet::Fits(const Entry& entry, std::string_view name) {
  const size_t size = entry.text.size();
  if (entry.is_family ? name.size() < size : name.size() != size) return false;
  return std::equal(entry.text.begin(), entry.text.end(), name.begin(),
                    [](char ours, char theirs) { return ours == snapshot::FoldFieldByte(theirs); });
}

}  // namespace pinlatch::proxy
