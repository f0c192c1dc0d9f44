// See guarded_fields.h.
#include "policy/guarded_fields.h"

#include <algorithm>

#include "snapshot/forward_identity.h"

namespace pinlatch::policy {

bool NamesField(std::span<const std::string> folded, std::string_view name) {
  const auto is_name = [name](const std::string& one) {
    return std::equal(one.begin(), one.end(), name.begin(), name.end(), [](char ours, char theirs) {
      return ours == snapshot::FoldFieldByte(theirs);
    });
  };
  return std::any_of(folded.begin(), folded.end(), is_name);
}

const http::Field* FindRefused(const http::Fields& fields, std::span<const std::string> folded) {
  if (folded.empty()) return nullptr;
  for (const http::Field& field : fields.all()) {
    if (NamesField(folded, field.name)) return &field;
  }
  return nullptr;
}

}  // namespace pinlatch::policy
