// See pem_reader.h. Base64 is mbedTLS's, which looks nothing up by a digit: keys pass through here.
#include "material/pem_reader.h"

#include <mbedtls/base64.h>

#include <algorithm>
#include <string>

namespace pinlatch::material {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";

bool IsBlank(char c) {
  return c == '\n' || c == '\r' || c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

// DecodeInto returns how many bytes the digits of `body` are; `digits` has room for all of it.
std::optional<size_t> DecodeInto(std::string_view body, uint8_t* digits, MutableByteSpan into) {
  const auto end =
      std::copy_if(body.begin(), body.end(), digits, [](char c) { return !IsBlank(c); });
  size_t size = 0;
  const auto count = static_cast<size_t>(end - digits);
  if (mbedtls_base64_decode(into.data(), into.size(), &size, digits, count) != 0) {
    return std::nullopt;
  }
  return size;
}

size_t RoomFor(std::string_view body) { return body.size() / 4 * 3 + 3; }

}  // namespace

std::optional<PemBlock> PemReader::Next() {
  while (true) {
    const size_t begin = rest_.find(kBegin);
    if (begin == std::string_view::npos) return std::nullopt;
    const std::string_view from = rest_.substr(begin);
    const std::string_view after = from.substr(kBegin.size());
    const size_t label_size = std::min(after.find(kDashes), after.find('\n'));
    rest_ = after;
    if (label_size == std::string_view::npos || after[label_size] == '\n') continue;
    PemBlock block{after.substr(0, label_size), after.substr(label_size + kDashes.size())};
    rest_ = block.body;
    const std::string marker = std::string(kEnd) + std::string(block.label) + std::string(kDashes);
    // No further than the next block: a text of many blocks without ends would be read for each.
    const std::string_view own = block.body.substr(0, block.body.find(kBegin));
    const size_t end = own.find(marker);
    block.body = own.substr(0, end);
    block.is_whole = end == block.body.size();
    const size_t head = kBegin.size() + label_size + kDashes.size();
    block.whole = from.substr(0, head + block.body.size() + (block.is_whole ? marker.size() : 0));
    rest_ = rest_.substr(block.body.size());
    return block;
  }
}

bool IsEncryptedBlock(const PemBlock& block) {
  return block.body.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos;
}

std::optional<std::vector<uint8_t>> DecodeBlock(const PemBlock& block) {
  if (!block.is_whole) return std::nullopt;
  std::vector<uint8_t> digits(block.body.size());
  std::vector<uint8_t> bytes(RoomFor(block.body));
  const std::optional<size_t> size = DecodeInto(block.body, digits.data(), bytes);
  if (!size) return std::nullopt;
  bytes.resize(*size);
  return bytes;
}

std::optional<SecretBytes> DecodeSecretBlock(const PemBlock& block) {
  if (!block.is_whole) return std::nullopt;
  SecretBytes digits(block.body.size());
  SecretBytes bytes(RoomFor(block.body));
  const std::optional<size_t> size = DecodeInto(block.body, digits.data(), bytes.room());
  if (!size) return std::nullopt;
  bytes.Shorten(*size);
  return bytes;
}

}  // namespace pinlatch::material
