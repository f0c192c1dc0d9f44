// Owns the syntax of SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7): whether a key is of a kind
// that verifies here, and written in DER. The numbers of RSA and curves are mbedTLS's to check.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "x509/signature_algorithm.h"

namespace pinlatch::tls {

// KeyInfoFault says what is malformed in a DER SubjectPublicKeyInfo, for the operator; empty for
// RSA, RSASSA-PSS, named curves and Ed25519 in the form that RFC 3279, 4055, 5480 and 8410 give
// them, and for keys of other kinds, whose form is not known here.
std::string KeyInfoFault(ByteSpan der);

// UnsupportedKey names the kind of a key that is not malformed and cannot be used, for the
// operator; empty for RSA, RSASSA-PSS, the curves that are compiled in and, where the crypto
// provider checks it, Ed25519.
std::string UnsupportedKey(ByteSpan der);

// EdwardsKeyOf is the key in an Ed25519 SubjectPublicKeyInfo, 32 bytes; empty for one of another
// kind. KeyInfoFault must have found nothing, as for PssKeyOf.
ByteSpan EdwardsKeyOf(ByteSpan der);

// PssKey is what an RSASSA-PSS SubjectPublicKeyInfo says beside the numbers.
struct PssKey {
  // only is what its signatures are held to (RFC 4055 section 3.3); nothing: any of RSASSA-PSS.
  std::optional<PssParameters> only;
};
// PssKeyOf reads it; nothing for a key of another kind.
std::optional<PssKey> PssKeyOf(ByteSpan der);

// OtherRsaForm is the SubjectPublicKeyInfo of the same numbers as a key of the other kind: of an
// RSASSA-PSS key as one for rsaEncryption, of such a one as one for RSASSA-PSS without parameters.
// Empty for other kinds.
std::vector<uint8_t> OtherRsaForm(ByteSpan der);

}  // namespace pinlatch::tls
