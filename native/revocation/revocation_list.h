// Owns RevocationList: one CRL (RFC 5280 section 5), read, its entries as sorted serials, its bytes
// forgotten. Judges nothing: whether it covers a certificate and may be believed is
// trust/revocation_check.h's. Immutable; shared between threads.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "revocation/serial_set.h"
#include "x509/certificate.h"
#include "x509/distribution_point.h"
#include "x509/signature_algorithm.h"

namespace pinlatch::tls {

// ListScope is issuingDistributionPoint (RFC 5280 section 5.2.5).
struct ListScope {
  PointName name;
  bool users_only = false;
  bool authorities_only = false;
  bool attributes_only = false;
  bool is_indirect = false;
  Reasons reasons = kAllReasons;

  bool operator==(const ListScope&) const;
};

// ListNumber is a CRL number: an unsigned integer of at most 20 bytes, big-endian, without leading
// zeros.
class ListNumber {
 public:
  static constexpr size_t kMostBytes = 20;

  ListNumber() = default;
  explicit ListNumber(ByteSpan shortest);
  std::strong_ordering operator<=>(const ListNumber& other) const;
  bool operator==(const ListNumber&) const = default;
  // Parse reads what ToString writes.
  static std::optional<ListNumber> Parse(std::string_view text);
  std::string ToString() const;  // hexadecimal, "0x05"

 private:
  std::vector<uint8_t> bytes_;
};

class RevocationList {
 public:
  // Parse reads one DER CRL; `der` is not needed afterwards. Error: kCrlInvalid, when it is no list
  // or its head cannot be read; what is wrong with its entries is a defect.
  static Result<std::unique_ptr<RevocationList>> Parse(ByteSpan der);

  const std::string& issuer() const { return issuer_; }  // canonical
  const std::vector<uint8_t>& issuer_der() const { return issuer_der_; }
  UnixSeconds this_update() const { return this_update_; }
  std::optional<UnixSeconds> next_update() const { return next_update_; }
  const ListScope& scope() const { return scope_; }
  const std::vector<uint8_t>& scope_der() const { return scope_der_; }  // empty where it has none
  const std::optional<ListNumber>& number() const { return number_; }
  // base is the least number of the complete list that this delta list may be combined with; a
  // complete list has none.
  const std::optional<ListNumber>& base() const { return base_; }
  bool is_delta() const { return base_.has_value(); }
  const std::string& authority_key_id() const { return authority_key_id_; }
  // unknown_critical is the dotted OID of a critical extension of the list or an entry that is not
  // processed; mostly empty.
  const std::string& unknown_critical() const { return unknown_critical_; }
  // defect says why the entries cannot be read; mostly empty. Such a list has none, and counts as
  // the newest of its series all the same, so that nothing older is used in its place.
  const std::string& defect() const { return defect_; }

  // Find returns the reason code under which a certificate (canonical issuer, serial) is listed, or
  // nothing.
  std::optional<uint8_t> Find(const std::string& issuer, ByteSpan serial) const;
  size_t size() const;
  // memory is what the entries hold on the heap, in bytes.
  size_t memory() const;

  // algorithm is nothing when the signature algorithm is not known here.
  const std::optional<SignatureAlgorithm>& algorithm() const { return algorithm_; }
  ByteSpan signature() const { return signature_; }
  // IsSignedBy checks the signature with a key. Costs one public-key operation, and for Ed25519 a
  // hash of the whole list, which begins with the key.
  bool IsSignedBy(const PublicKey& key) const;

 private:
  friend class RevocationListReader;
  RevocationList() = default;

  std::string issuer_;
  std::vector<uint8_t> issuer_der_;
  UnixSeconds this_update_ = 0;
  std::optional<UnixSeconds> next_update_;
  ListScope scope_;
  std::vector<uint8_t> scope_der_;
  std::optional<ListNumber> number_;
  std::optional<ListNumber> base_;
  std::string authority_key_id_;
  std::string unknown_critical_;
  std::string defect_;
  std::map<std::string, SerialSet>
      entries_;  // by the issuer of the certificates: several in an indirect list
  std::optional<SignatureAlgorithm> algorithm_;
  std::optional<Digest> digest_;  // of the signed part, under algorithm_; none with Ed25519
  std::vector<uint8_t> message_;  // with Ed25519 the signed part
  std::vector<uint8_t> signature_;
};

// ReadListScope reads the DER of an issuingDistributionPoint. Nothing when it is malformed.
std::optional<ListScope> ReadListScope(ByteSpan der);

// ReasonText returns the name of a reason code, e.g. "keyCompromise".
std::string_view ReasonText(uint8_t code);

}  // namespace pinlatch::tls
