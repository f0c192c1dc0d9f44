// Owns the sharing of verified paths: clients of one authority have the same issuers, and their
// certificates need to be in memory once. Lives on one worker.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace pinlatch::tls {

using IssuerPath = std::shared_ptr<const std::vector<std::vector<uint8_t>>>;

// IssuerPaths remembers the paths that were seen last, a fixed number of them. A path that was
// forgotten lives on where it is used.
class IssuerPaths {
 public:
  static constexpr size_t kPaths = 16;

  // Share returns a copy of these DER certificates, the same one for the same bytes as long as it
  // is remembered.
  IssuerPath Share(std::span<const ByteSpan> certificates);

 private:
  std::array<IssuerPath, kPaths> paths_;
  size_t next_ = 0;  // the place that is taken next
};

}  // namespace pinlatch::tls
