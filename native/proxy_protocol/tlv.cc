// See tlv.h.
#include "proxy_protocol/tlv.h"

namespace pinlatch::proxy_protocol {
namespace {

constexpr size_t kHead = 3;  // type and length

}  // namespace

bool TlvReader::Next(Tlv& into) {
  if (rest_.empty() || broken_) return false;
  const size_t size = rest_.size() < kHead ? 0 : (size_t{rest_[1]} << 8) | rest_[2];
  broken_ = rest_.size() < kHead + size;
  if (broken_) return false;
  into = {rest_[0], rest_.subspan(kHead, size)};
  rest_ = rest_.subspan(kHead + size);
  return true;
}

}  // namespace pinlatch::proxy_protocol
