// Cuts PEM by its markers. What is between them must be base64 and nothing else, or the file was
// damaged.
#include "revocation/crl_blocks.h"

#include <mbedtls/base64.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "der/der_reader.h"

namespace pinlatch::tls {
namespace {

constexpr std::string_view kBegin = "-----BEGIN X509 CRL-----";
// The end of every marker of one (RFC 7468 sections 10, 11; RSA and EC keys by themselves).
constexpr std::string_view kPrivateKey = "PRIVATE KEY-----";
constexpr std::string_view kEnd = "-----END X509 CRL-----";

Error Malformed(size_t index, std::string_view what) {
  return Error(ErrorCode::kCrlInvalid,
               "revocation list " + std::to_string(index + 1) + " " + std::string(what));
}

bool IsBlank(char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; }

std::optional<std::vector<uint8_t>> Decode(std::string_view body) {
  std::string digits(body);
  digits.erase(std::remove_if(digits.begin(), digits.end(), IsBlank), digits.end());
  std::vector<uint8_t> der(digits.size() / 4 * 3 + 3);
  size_t size = 0;
  const auto* input = reinterpret_cast<const unsigned char*>(digits.data());
  if (mbedtls_base64_decode(der.data(), der.size(), &size, input, digits.size()) != 0)
    return std::nullopt;
  der.resize(size);
  return der;
}

}  // namespace

Result<std::vector<std::vector<uint8_t>>> SplitRevocationLists(ByteSpan text) {
  std::vector<std::vector<uint8_t>> lists;
  DerReader reader(text);
  reader.Take(der::kSequence);
  if (reader.AtEnd()) {
    lists.emplace_back(text.begin(), text.end());
    return lists;
  }
  std::string_view rest = AsText(text);
  if (rest.find(kPrivateKey) != std::string_view::npos) {
    return Error(ErrorCode::kCrlInvalid,
                 "a private key is in the file; move it to a file of its own with mode 0600");
  }
  for (size_t begin = rest.find(kBegin); begin != std::string_view::npos;
       begin = rest.find(kBegin)) {
    rest.remove_prefix(begin + kBegin.size());
    const size_t end = rest.find(kEnd);
    if (end == std::string_view::npos)
      return Malformed(lists.size(), "has no end: the file was cut short");
    std::optional<std::vector<uint8_t>> der = Decode(rest.substr(0, end));
    if (!der) return Malformed(lists.size(), "is not base64");
    lists.push_back(std::move(*der));
    rest.remove_prefix(end + kEnd.size());
  }
  if (lists.empty()) return Malformed(0, "was not found: this is neither PEM nor DER");
  return lists;
}

}  // namespace pinlatch::tls
