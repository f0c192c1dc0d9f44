// Owns FieldBlock: the fields of one header block as they are decoded, within bounds. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/head.h"

namespace pinlatch::http2 {

// BlockLimits bounds a decoded block. Bytes count as SETTINGS_MAX_HEADER_LIST_SIZE does (RFC 9113
// section 6.5.2): name, value and 32 for each field.
struct BlockLimits {
  uint32_t max_bytes = 16 * 1024;
  uint32_t max_fields = 100;  // at most http::kMaxFields; pseudo-fields count too
};

class FieldBlock {
 public:
  // Add copies a field. Beyond the limits nothing is kept and the block is marked as too large.
  void Add(std::string_view name, std::string_view value, const BlockLimits& limits);
  // Seal ends the block: fields() are views into it, valid until it is changed.
  void Seal();
  std::span<const http::Field> fields() const { return fields_; }
  // too_large says that fields are missing. excess_bytes counts what came after that.
  bool too_large() const { return too_large_; }
  uint64_t excess_bytes() const { return excess_bytes_; }
  // Pseudo returns the value of the pseudo-field ":name", or nullptr. Of a sealed block.
  const http::Field* Pseudo(std::string_view name) const;

  void Clear();
  // Release is Clear, and gives the memory back.
  void Release();

 private:
  struct Extent {
    uint32_t name = 0;
    uint32_t value = 0;
  };

  std::string bytes_;
  std::vector<Extent> extents_;
  std::vector<http::Field> fields_;
  uint64_t listed_bytes_ = 0;
  uint64_t excess_bytes_ = 0;
  bool too_large_ = false;
};

}  // namespace pinlatch::http2
