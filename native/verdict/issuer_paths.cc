// See issuer_paths.h.
#include "verdict/issuer_paths.h"

#include <algorithm>
#include <utility>

namespace pinlatch::tls {

IssuerPath IssuerPaths::Share(std::span<const ByteSpan> certificates) {
  const auto same = [&](const IssuerPath& path) {
    return path && std::equal(path->begin(), path->end(), certificates.begin(), certificates.end(),
                              [](const std::vector<uint8_t>& a, ByteSpan b) {
                                return std::equal(a.begin(), a.end(), b.begin(), b.end());
                              });
  };
  const auto known = std::find_if(paths_.begin(), paths_.end(), same);
  if (known != paths_.end()) return *known;
  std::vector<std::vector<uint8_t>> copy;
  copy.reserve(certificates.size());
  for (const ByteSpan der : certificates) copy.emplace_back(der.begin(), der.end());
  IssuerPath& place = paths_[next_];
  next_ = (next_ + 1) % kPaths;
  place = std::make_shared<const std::vector<std::vector<uint8_t>>>(std::move(copy));
  return place;
}

}  // namespace pinlatch::tls
