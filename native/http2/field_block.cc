// See field_block.h.
#include "http2/field_block.h"

#include <algorithm>

namespace pinlatch::http2 {
namespace {

constexpr uint64_t kFieldOverhead = 32;

}  // namespace

void FieldBlock::Add(std::string_view name, std::string_view value, const BlockLimits& limits) {
  const uint64_t bytes = name.size() + value.size() + kFieldOverhead;
  const size_t most = std::min<size_t>(limits.max_fields, http::kMaxFields);
  if (too_large_ || listed_bytes_ + bytes > limits.max_bytes || extents_.size() == most) {
    too_large_ = true;
    excess_bytes_ += bytes;
    return;
  }
  listed_bytes_ += bytes;
  bytes_.append(name).append(value);
  extents_.push_back({static_cast<uint32_t>(name.size()), static_cast<uint32_t>(value.size())});
}

void FieldBlock::Seal() {
  fields_.clear();
  std::string_view rest = bytes_;
  for (const Extent& extent : extents_) {
    fields_.push_back({rest.substr(0, extent.name), rest.substr(extent.name, extent.value)});
    rest.remove_prefix(size_t{extent.name} + extent.value);
  }
}

const http::Field* FieldBlock::Pseudo(std::string_view name) const {
  for (const http::Field& field : fields_) {
    if (field.name == name) return &field;
    if (field.name.empty() || field.name.front() != ':') break;  // they come first
  }
  return nullptr;
}

void FieldBlock::Clear() {
  bytes_.clear();
  extents_.clear();
  fields_.clear();
  listed_bytes_ = excess_bytes_ = 0;
  too_large_ = false;
}

void FieldBlock::Release() { *this = FieldBlock(); }

}  // namespace pinlatch::http2
