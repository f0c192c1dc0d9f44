// Answers about a list that was read.
#include "revocation/revocation_list.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"

namespace pinlatch::tls {

bool ListScope::operator==(const ListScope& other) const {
  return name.full == other.name.full && name.relative == other.name.relative &&
         users_only == other.users_only && authorities_only == other.authorities_only &&
         attributes_only == other.attributes_only && is_indirect == other.is_indirect &&
         reasons == other.reasons;
}

ListNumber::ListNumber(ByteSpan shortest) {
  if (!shortest.empty() && shortest.front() == 0) shortest = shortest.subspan(1);
  bytes_.assign(shortest.begin(), shortest.end());
}

std::strong_ordering ListNumber::operator<=>(const ListNumber& other) const {
  if (bytes_.size() != other.bytes_.size()) return bytes_.size() <=> other.bytes_.size();
  return std::lexicographical_compare_three_way(bytes_.begin(), bytes_.end(), other.bytes_.begin(),
                                                other.bytes_.end());
}

std::optional<ListNumber> ListNumber::Parse(std::string_view text) {
  if (text == "0") return ListNumber();
  if (!text.starts_with("0x") || text.size() > 2 + 2 * kMostBytes) return std::nullopt;
  std::vector<uint8_t> bytes((text.size() - 2) / 2);
  if (bytes.empty() || !HexDecodeInto(text.substr(2), bytes) || bytes[0] == 0) return std::nullopt;
  return ListNumber(bytes);
}

std::string ListNumber::ToString() const { return bytes_.empty() ? "0" : "0x" + HexEncode(bytes_); }

std::optional<uint8_t> RevocationList::Find(const std::string& issuer, ByteSpan serial) const {
  const auto found = entries_.find(issuer);
  return found == entries_.end() ? std::nullopt : found->second.Find(serial);
}

size_t RevocationList::size() const {
  size_t count = 0;
  for (const auto& [issuer, serials] : entries_) count += serials.size();
  return count;
}

size_t RevocationList::memory() const {
  size_t bytes = 0;
  for (const auto& [issuer, serials] : entries_)
    bytes += issuer.capacity() + sizeof(serials) + serials.memory();
  return bytes;
}

bool RevocationList::IsSignedBy(const PublicKey& key) const {
  if (!algorithm_) return false;
  if (algorithm_->scheme == SignatureScheme::kEd25519) {
    return key.Verifies(*algorithm_, message_, signature_);
  }
  return digest_ && key.VerifiesDigest(*algorithm_, *digest_, signature_);
}

std::string_view ReasonText(uint8_t code) {
  constexpr std::array<std::string_view, 11> kTexts = {
      "unspecified",   "keyCompromise",        "cACompromise",    "affiliationChanged",
      "superseded",    "cessationOfOperation", "certificateHold", "7",
      "removeFromCRL", "privilegeWithdrawn",   "aACompromise"};
  return code < kTexts.size() ? kTexts[code] : "unknown";
}

}  // namespace pinlatch::tls
