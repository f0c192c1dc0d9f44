// Owns certificates and revocation lists for the tests of the verifier: put together from DER, so
// that anything can be wrong in them, and signed with throw-away keys. certificate_maker.h has the
// keys and what sessions need.
#pragma once

#include <mbedtls/md.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "tls/certificate_maker.h"

namespace pinlatch::test::x509 {

using Der = std::string;

Der Tlv(int tag, const Der& content);
Der Seq(const Der& content);
Der Oid(const std::string& dotted);
Der Integer(long long value);
Der IntegerBytes(const std::string& bytes);
Der Boolean(bool value);
Der Octets(const Der& content);
Der Bits(const Der& bytes, int unused = 0);
Der Time(UnixSeconds time);
// Name is "CN=a,O=b", least significant part last, in UTF8String; RDNs are written in the order
// given.
Der Name(const std::string& text, int string_tag = 0x0c);
Der Dns(const std::string& name);
Der Email(const std::string& name);
Der Uri(const std::string& name);
Der Ip(const std::string& bytes);
Der Directory(const std::string& name);

// Ext is one extension; `id` is the arc below 2.5.29, or a whole dotted OID.
Der Ext(const std::string& id, const Der& value, bool critical = false);
Der AuthorityExt(bool is_ca = true, std::optional<int> path_length = std::nullopt);
Der UsageExt(int bits);  // as RFC 5280 numbers them from the first: 0x80 digitalSignature, 0x04
                         // keyCertSign, 0x02 cRLSign
Der PurposeExt(const std::vector<std::string>& oids);
Der NamesExt(const Der& names, bool critical = false);
Der ConstraintsExt(const Der& permitted, const Der& excluded, bool critical = true);
Der PoliciesExt(const std::vector<std::string>& oids);

inline const std::string kClientAuthOid = "1.3.6.1.5.5.7.3.2";
inline const std::string kServerAuthOid = "1.3.6.1.5.5.7.3.1";

// Spec says what a certificate holds. Empty `extensions` leave the field out.
struct Spec {
  std::string subject = "CN=leaf";
  int version = 3;
  std::string serial = "\x01";
  UnixSeconds not_before = kNow - kDay;
  UnixSeconds not_after = kNow + kDay;
  Der extensions;
  mbedtls_md_type_t hash = MBEDTLS_MD_SHA256;
  Der algorithm;  // said to be the signature's, instead of what it is
  bool pss = false;
  bool break_signature = false;
  std::string issuer;  // empty: the issuer's subject
  Der subject_name;    // instead of what `subject` and `issuer` make
  Der issuer_name;
  Der key_info;    // instead of the key's own SubjectPublicKeyInfo
  Der unique_ids;  // between the key and the extensions
};

// Holder is a certificate and the key it is for.
struct Holder {
  std::shared_ptr<const Key> key;
  std::string subject;
  std::vector<uint8_t> der;
};

// Issue makes a certificate for `key` (nullptr: a new P-256 key), signed by `issuer` (nullptr:
// itself).
Holder Issue(const Spec& spec, const Holder* issuer = nullptr,
             std::shared_ptr<const Key> key = nullptr);
// Ca issues a CA with all that it needs, and more extensions when given.
Holder Ca(const std::string& subject, const Holder* issuer = nullptr, const Der& more = {},
          std::shared_ptr<const Key> key = nullptr);
// Client issues an end entity for clientAuth.
Holder Client(const Holder& issuer, const Der& more = {}, const std::string& subject = "CN=leaf");

// ListEntry is one revoked serial.
struct ListEntry {
  std::string serial;
  std::optional<int> reason;
  Der more;                     // further entry extensions
  bool has_empty_list = false;  // of extensions, when there are none
};

// ListSpec says what a revocation list holds.
struct ListSpec {
  std::optional<long long> number = 1;
  std::vector<ListEntry> entries;
  UnixSeconds this_update = kNow - kDay;
  std::optional<UnixSeconds> next_update = kNow + kDay;
  Der extensions;  // besides the number
  bool version_2 = true;
  bool break_signature = false;
  std::string issuer;  // empty: the signer's subject
  mbedtls_md_type_t hash = MBEDTLS_MD_SHA256;
  Der algorithm;  // said to be the signature's, instead of what it is
};

std::vector<uint8_t> List(const Holder& signer, const ListSpec& spec);

// WithSignature returns a certificate or list with these bytes in place of its signature.
std::vector<uint8_t> WithSignature(ByteSpan der, const Der& signature);
// SignatureOf returns the bytes of its signature.
Der SignatureOf(ByteSpan der);

// Sign signs `tbs` and returns the whole SEQUENCE { tbs, algorithm, signature }; `algorithm` goes
// in as it is.
Der SignatureAlgorithm(const Key& key, mbedtls_md_type_t hash, bool pss);
std::vector<uint8_t> Sign(const Der& tbs, const Der& algorithm, const Key& key,
                          mbedtls_md_type_t hash, bool pss, bool break_signature);

// PemOf joins certificates into one PEM text.
std::string PemOf(const std::vector<const Holder*>& holders);

}  // namespace pinlatch::test::x509
