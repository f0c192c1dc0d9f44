// See guarded_fields.h.
#include "policy/guarded_fields.h"

#include <algorithm>

#include "snapshot/forward_identity.h"

namespace pinlatch::policy {

bool NamesField(std::span<const std::string> folded, std::string_view name) {
  const auto is_name = [name](std::string_view one) {
    std::string_view begin = name;
    if (one.ends_with('*')) {
      one.remove_suffix(1);
      begin = name.substr(0, one.size());
    }
    return std::equal(
        one.begin(), one.end(), begin.begin(), begin.end(),
        [](char ours, char theirs) { return ours == snapshot::FoldFieldByte(theirs); });
  };
  return std::any_of(folded.begin(), folded.end(), is_name);
}

Status CheckRefused(std::span<const http::Field> fields, const snapshot::Route& route) {
  if (route.refused_fields.empty()) return {};
  for (const http::Field& field : fields) {
    if (!NamesField(route.refused_fields, field.name)) continue;
    return Error(ErrorCode::kFieldRefused,
                 "\"refuseFields\" of the route lists \"" + std::string(field.name) + "\"");
  }
  return {};
}

}  // namespace pinlatch::policy
