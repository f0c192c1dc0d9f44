// Owns the splitting of certificate files (PEM or DER) into DER certificates.
#include <mbedtls/base64.h>

#include <cctype>
#include <optional>
#include <string>
#include <string_view>

#include "identity/describe.h"

namespace pinlatch::identity {
namespace {

using Der = std::vector<uint8_t>;

constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
constexpr uint8_t kSequence = 0x30;

// OuterLength is the size of the DER SEQUENCE at the front of `bytes`, header included.
std::optional<size_t> OuterLength(ByteSpan bytes) {
  if (bytes.size() < 2 || bytes[0] != kSequence) return std::nullopt;
  if (bytes[1] < 0x80) return 2U + bytes[1];
  const size_t octets = bytes[1] & 0x7FU;
  if (octets == 0 || octets > 4 || bytes.size() < 2 + octets) return std::nullopt;
  size_t length = 0;
  for (size_t i = 0; i < octets; ++i) length = length << 8 | bytes[2 + i];
  return 2 + octets + length;
}

bool IsOneSequence(ByteSpan bytes) { return OuterLength(bytes) == bytes.size(); }

std::optional<Der> DecodeBody(std::string_view body) {
  std::string digits;
  for (const char c : body) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) digits += c;
  }
  Der der(digits.size());
  size_t length = 0;
  if (mbedtls_base64_decode(der.data(), der.size(), &length,
                            reinterpret_cast<const unsigned char*>(digits.data()),
                            digits.size()) != 0) {
    return std::nullopt;
  }
  der.resize(length);
  if (!IsOneSequence(der)) return std::nullopt;
  return der;
}

Error Malformed(size_t index, std::string_view what) {
  return Error(ErrorCode::kCertificateInvalid,
               "certificate " + std::to_string(index + 1) + " of the file " + std::string(what));
}

}  // namespace

Result<std::vector<Der>> SplitCertificates(ByteSpan text) {
  std::vector<Der> certificates;
  if (IsOneSequence(text)) {
    certificates.emplace_back(text.begin(), text.end());
    return certificates;
  }
  std::string_view rest = AsText(text);
  while (true) {
    const size_t begin = rest.find(kBegin);
    if (begin == std::string_view::npos) return certificates;
    rest.remove_prefix(begin + kBegin.size());
    const size_t end = rest.find(kEnd);
    if (end == std::string_view::npos) {
      return Malformed(certificates.size(), "has no end marker: the file was cut short");
    }
    std::optional<Der> der = DecodeBody(rest.substr(0, end));
    if (!der) return Malformed(certificates.size(), "is not base64 of one DER structure");
    certificates.push_back(*std::move(der));
    rest.remove_prefix(end + kEnd.size());
  }
}

}  // namespace pinlatch::identity
