// Owns Facts: an identity as conditions look at it, names taken apart and addresses as octets. Made
// once for all the clients that one identity is compared with. Lives on one thread.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/address_octets.h"
#include "identity/name_attributes.h"
#include "identity/peer_identity.h"
#include "snapshot/condition.h"
#include "x509/twin.h"

namespace pinlatch::policy {

class Facts {
 public:
  // The identity must outlive the facts.
  explicit Facts(const identity::PeerIdentity& identity);

  const identity::PeerIdentity& identity() const { return identity_; }
  const std::vector<AddressOctets>& addresses() const { return addresses_; }
  // twin is the fingerprints of the same certificate with its other signature (x509/twin.h), where
  // it has one. Computed when it is first asked for.
  const std::optional<tls::TwinPrints>& twin() const;
  // key_twin is the fingerprint of the same key in its other form (x509/key_twin.h), where it has
  // one. Computed when it is asked for.
  std::optional<identity::Sha256> key_twin() const;

  // Texts returns the values of a field that has text, none when the certificate lacks it.
  // `attribute` is the attribute's type where the field is of a name.
  std::vector<std::string_view> Texts(snapshot::IdentityField field,
                                      std::string_view attribute) const;
  // Claims returns those, and what else the certificate says of the kind, which admits nobody:
  // policies that its authorities do not vouch for, mailboxes in other names (RFC 9598).
  std::vector<std::string_view> Claims(snapshot::IdentityField field,
                                       std::string_view attribute) const;
  // First returns the first of these values in the order of the certificate; nothing where it is no
  // text, or lacking.
  std::optional<std::string> First(snapshot::IdentityField field, std::string_view attribute) const;
  // Count counts the values, also those that are no text.
  size_t Count(snapshot::IdentityField field, std::string_view attribute) const;
  // HasUnreadable says whether the field has a value that no text or address tells.
  bool HasUnreadable(snapshot::IdentityField field, std::string_view attribute) const;

 private:
  const identity::PeerIdentity& identity_;
  std::vector<identity::DecodedAttribute> subject_;
  std::vector<identity::DecodedAttribute> issuer_;
  std::vector<AddressOctets> addresses_;
  mutable bool knows_twin_ = false;
  mutable std::optional<tls::TwinPrints> twin_;
};

}  // namespace pinlatch::policy
