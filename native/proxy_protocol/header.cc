// See header.h. This file: telling the versions apart.
#include "proxy_protocol/header.h"

#include <algorithm>
#include <array>

#include "proxy_protocol/parts.h"

namespace pinlatch::proxy_protocol {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

// Begins says whether `text` begins with `start`, as far as it goes.
bool Begins(std::string_view text, std::string_view start) {
  const size_t size = std::min(text.size(), start.size());
  return text.substr(0, size) == start.substr(0, size);
}

}  // namespace

Result<size_t> ReadHeader(ByteSpan bytes, Header& into) {
  const std::string_view text = AsText(bytes);
  if (Begins(text, kVersion2Start)) {
    return text.size() < kVersion2Start.size() ? Result<size_t>(size_t{0})
                                               : ReadVersion2(bytes, into);
  }
  if (!Begins(text, kVersion1Start)) {
    return Error(ErrorCode::kProxyHeader, "the connection does not begin with a PROXY header");
  }
  return text.size() < kVersion1Start.size() ? Result<size_t>(size_t{0}) : ReadVersion1(text, into);
}

AddressOctets WithoutMapping(const AddressOctets& address) {
  const ByteSpan octets = address.span();
  if (octets.size() != 16 ||
      !std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), octets.begin())) {
    return address;
  }
  AddressOctets plain;
  plain.size = 4;
  std::copy_n(octets.begin() + kMappedPrefix.size(), plain.size, plain.octets.begin());
  return plain;
}

}  // namespace pinlatch::proxy_protocol
