// Makes certificates and lists from DER.
#include "tls/x509_maker.h"

#include <doctest/doctest.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>

#include <array>
#include <ctime>

#include "base/pem.h"
#include "der/der_reader.h"
#include "keys/random.h"

namespace pinlatch::test::x509 {
namespace {

Der Length(size_t size) {
  if (size < 0x80) return Der(1, static_cast<char>(size));
  Der bytes;
  for (; size != 0; size >>= 8) bytes.insert(bytes.begin(), static_cast<char>(size & 0xff));
  return Der(1, static_cast<char>(0x80 | bytes.size())) + bytes;
}

Der Arc(unsigned long value) {
  Der bytes(1, static_cast<char>(value & 0x7f));
  for (value >>= 7; value != 0; value >>= 7)
    bytes.insert(bytes.begin(), static_cast<char>(0x80 | (value & 0x7f)));
  return bytes;
}

const std::string& AttributeOid(const std::string& name) {
  static const std::vector<std::pair<std::string, std::string>> kNames = {
      {"CN", "2.5.4.3"},
      {"O", "2.5.4.10"},
      {"OU", "2.5.4.11"},
      {"C", "2.5.4.6"},
      {"E", "1.2.840.113549.1.9.1"}};
  for (const auto& [known, oid] : kNames) {
    if (known == name) return oid;
  }
  FAIL("unknown attribute");
  return kNames[0].second;
}

Der KeyInfo(const Key& key) {
  std::array<unsigned char, 2048> buffer{};
  const int size = mbedtls_pk_write_pubkey_der(&key.context(), buffer.data(), buffer.size());
  REQUIRE(size > 0);
  return Der(reinterpret_cast<char*>(buffer.data()) + buffer.size() - size,
             static_cast<size_t>(size));
}

}  // namespace

Der Tlv(int tag, const Der& content) {
  return Der(1, static_cast<char>(tag)) + Length(content.size()) + content;
}
Der Seq(const Der& content) { return Tlv(0x30, content); }

Der Oid(const std::string& dotted) {
  std::vector<unsigned long> arcs;
  for (size_t at = 0; at != std::string::npos;) {
    arcs.push_back(std::strtoul(dotted.c_str() + at, nullptr, 10));
    at = dotted.find('.', at);
    if (at != std::string::npos) ++at;
  }
  Der content = Arc(arcs[0] * 40 + arcs[1]);
  for (size_t i = 2; i < arcs.size(); ++i) content += Arc(arcs[i]);
  return Tlv(0x06, content);
}

Der Integer(long long value) {
  Der bytes;
  do {
    bytes.insert(bytes.begin(), static_cast<char>(value & 0xff));
    value >>= 8;
  } while (value != 0 && value != -1);
  if (value == 0 && (bytes[0] & 0x80) != 0) bytes.insert(bytes.begin(), '\0');
  return Tlv(0x02, bytes);
}

Der IntegerBytes(const std::string& bytes) { return Tlv(0x02, bytes); }
Der Boolean(bool value) { return Tlv(0x01, Der(1, value ? '\xff' : '\0')); }
Der Octets(const Der& content) { return Tlv(0x04, content); }
Der Bits(const Der& bytes, int unused) {
  return Tlv(0x03, Der(1, static_cast<char>(unused)) + bytes);
}

Der Time(UnixSeconds time) {
  const std::time_t seconds = time;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const bool is_utc = parts.tm_year >= 50 && parts.tm_year < 150;
  std::strftime(text.data(), text.size(), is_utc ? "%y%m%d%H%M%SZ" : "%Y%m%d%H%M%SZ", &parts);
  return Tlv(is_utc ? 0x17 : 0x18, text.data());
}

Der Name(const std::string& text, int string_tag) {
  Der rdns;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    const std::string part = text.substr(at, end - at);
    const size_t equals = part.find('=');
    const Der value = Tlv(string_tag, part.substr(equals + 1));
    rdns += Tlv(0x31, Seq(Oid(AttributeOid(part.substr(0, equals))) + value));
    at = end + 1;
  }
  return Seq(rdns);
}

Der Dns(const std::string& name) { return Tlv(0x82, name); }
Der Email(const std::string& name) { return Tlv(0x81, name); }
Der Uri(const std::string& name) { return Tlv(0x86, name); }
Der Ip(const std::string& bytes) { return Tlv(0x87, bytes); }
Der Directory(const std::string& name) { return Tlv(0xa4, Name(name)); }

Der Ext(const std::string& id, const Der& value, bool critical) {
  const std::string oid = id.find('.') == std::string::npos ? "2.5.29." + id : id;
  return Seq(Oid(oid) + (critical ? Boolean(true) : Der()) + Octets(value));
}

Der AuthorityExt(bool is_ca, std::optional<int> path_length) {
  return Ext("19",
             Seq((is_ca ? Boolean(true) : Der()) + (path_length ? Integer(*path_length) : Der())),
             true);
}

Der UsageExt(int bits) {
  int unused = 0;
  while (unused < 7 && (bits >> unused & 1) == 0) ++unused;
  return Ext("15", Bits(Der(1, static_cast<char>(bits)), unused), true);
}

Der PurposeExt(const std::vector<std::string>& oids) {
  Der list;
  for (const std::string& oid : oids) list += Oid(oid);
  return Ext("37", Seq(list));
}

Der NamesExt(const Der& names, bool critical) { return Ext("17", Seq(names), critical); }

Der ConstraintsExt(const Der& permitted, const Der& excluded, bool critical) {
  const Der first = permitted.empty() ? Der() : Tlv(0xa0, permitted);
  const Der second = excluded.empty() ? Der() : Tlv(0xa1, excluded);
  return Ext("30", Seq(first + second), critical);
}

Der PoliciesExt(const std::vector<std::string>& oids) {
  Der list;
  for (const std::string& oid : oids) list += Seq(Oid(oid));
  return Ext("32", Seq(list));
}

Der SignatureAlgorithm(const Key& key, mbedtls_md_type_t hash, bool pss) {
  const bool is_rsa = mbedtls_pk_can_do(&key.context(), MBEDTLS_PK_RSA) != 0;
  if (pss) {
    const Der sha256 = Seq(Oid("2.16.840.1.101.3.4.2.1"));
    const Der mask = Seq(Oid("1.2.840.113549.1.1.8") + sha256);
    return Seq(Oid("1.2.840.113549.1.1.10") +
               Seq(Tlv(0xa0, sha256) + Tlv(0xa1, mask) + Tlv(0xa2, Integer(32))));
  }
  if (is_rsa)
    return Seq(Oid(hash == MBEDTLS_MD_SHA1 ? "1.2.840.113549.1.1.5" : "1.2.840.113549.1.1.11") +
               Tlv(5, ""));
  const std::string base = "1.2.840.10045.4.";
  switch (hash) {
    case MBEDTLS_MD_SHA1:
      return Seq(Oid(base + "1"));
    case MBEDTLS_MD_SHA384:
      return Seq(Oid(base + "3.3"));
    case MBEDTLS_MD_SHA512:
      return Seq(Oid(base + "3.4"));
    default:
      return Seq(Oid(base + "3.2"));
  }
}

std::vector<uint8_t> Sign(const Der& tbs, const Der& algorithm, const Key& key,
                          mbedtls_md_type_t hash, bool pss, bool break_signature) {
  std::array<unsigned char, 64> digest{};
  std::array<unsigned char, 1024> signature{};
  size_t size = 0;
  const mbedtls_md_info_t* info = mbedtls_md_info_from_type(hash);
  REQUIRE(mbedtls_md(info, reinterpret_cast<const unsigned char*>(tbs.data()), tbs.size(),
                     digest.data()) == 0);
  const size_t digest_size = mbedtls_md_get_size(info);
  const mbedtls_pk_type_t type = pss ? MBEDTLS_PK_RSASSA_PSS : mbedtls_pk_get_type(&key.context());
  if (pss || type == MBEDTLS_PK_RSA) {
    REQUIRE(mbedtls_pk_sign_ext(type, &key.context(), hash, digest.data(), digest_size,
                                signature.data(), signature.size(), &size, tls::FillRandom,
                                nullptr) == 0);
  } else {
    REQUIRE(mbedtls_pk_sign(&key.context(), hash, digest.data(), digest_size, signature.data(),
                            signature.size(), &size, tls::FillRandom, nullptr) == 0);
  }
  if (break_signature) signature[size - 1] ^= 1;
  const Der whole =
      Seq(tbs + algorithm + Bits(Der(reinterpret_cast<char*>(signature.data()), size)));
  return {whole.begin(), whole.end()};
}

Holder Issue(const Spec& spec, const Holder* issuer, std::shared_ptr<const Key> key) {
  Holder made;
  made.key = key != nullptr ? std::move(key) : std::make_shared<const Key>();
  made.subject = spec.subject;
  const Key& signer = issuer == nullptr ? *made.key : *issuer->key;
  const std::string issuer_name =
      !spec.issuer.empty() ? spec.issuer : (issuer == nullptr ? spec.subject : issuer->subject);
  const Der algorithm =
      spec.algorithm.empty() ? SignatureAlgorithm(signer, spec.hash, spec.pss) : spec.algorithm;
  Der tbs = spec.version > 1 ? Tlv(0xa0, Integer(spec.version - 1)) : Der();
  tbs += IntegerBytes(spec.serial) + algorithm +
         (spec.issuer_name.empty() ? Name(issuer_name) : spec.issuer_name);
  tbs += Seq(Time(spec.not_before) + Time(spec.not_after)) +
         (spec.subject_name.empty() ? Name(spec.subject) : spec.subject_name) +
         (spec.key_info.empty() ? KeyInfo(*made.key) : spec.key_info) + spec.unique_ids;
  if (!spec.extensions.empty()) tbs += Tlv(0xa3, Seq(spec.extensions));
  made.der = Sign(Seq(tbs), algorithm, signer, spec.hash, spec.pss, spec.break_signature);
  return made;
}

Holder Ca(const std::string& subject, const Holder* issuer, const Der& more,
          std::shared_ptr<const Key> key) {
  Spec spec;
  spec.subject = subject;
  spec.extensions = AuthorityExt() + UsageExt(0x06) + more;
  return Issue(spec, issuer, std::move(key));
}

Holder Client(const Holder& issuer, const Der& more, const std::string& subject) {
  Spec spec;
  spec.subject = subject;
  spec.extensions = UsageExt(0x80) + PurposeExt({kClientAuthOid}) + more;
  return Issue(spec, &issuer);
}

std::vector<uint8_t> List(const Holder& signer, const ListSpec& spec) {
  const Der algorithm =
      spec.algorithm.empty() ? SignatureAlgorithm(*signer.key, spec.hash, false) : spec.algorithm;
  Der tbs = spec.version_2 ? Integer(1) : Der();
  tbs +=
      algorithm + Name(spec.issuer.empty() ? signer.subject : spec.issuer) + Time(spec.this_update);
  if (spec.next_update) tbs += Time(*spec.next_update);
  Der entries;
  for (const ListEntry& entry : spec.entries) {
    Der extensions =
        entry.reason ? Ext("21", Tlv(0x0a, Der(1, static_cast<char>(*entry.reason)))) : Der();
    extensions += entry.more;
    entries += Seq(IntegerBytes(entry.serial) + Time(spec.this_update) +
                   (extensions.empty() && !entry.has_empty_list ? Der() : Seq(extensions)));
  }
  if (!entries.empty()) tbs += Seq(entries);
  const Der extensions = (spec.number ? Ext("20", Integer(*spec.number)) : Der()) + spec.extensions;
  if (!extensions.empty()) tbs += Tlv(0xa0, Seq(extensions));
  return Sign(Seq(tbs), algorithm, *signer.key, spec.hash, false, spec.break_signature);
}

std::vector<uint8_t> WithSignature(ByteSpan der, const Der& signature) {
  tls::DerReader reader = tls::DerReader(der).Enter(tls::der::kSequence);
  const Der tbs(AsText(reader.Expect(tls::der::kSequence).whole));
  const Der algorithm(AsText(reader.Expect(tls::der::kSequence).whole));
  const Der whole = Seq(tbs + algorithm + Bits(signature));
  return {whole.begin(), whole.end()};
}

Der SignatureOf(ByteSpan der) {
  tls::DerReader reader = tls::DerReader(der).Enter(tls::der::kSequence);
  reader.Expect(tls::der::kSequence);
  reader.Expect(tls::der::kSequence);
  return Der(AsText(reader.TakeOctetBits()));
}

std::string PemOf(const std::vector<const Holder*>& holders) {
  std::string text;
  for (const Holder* holder : holders) {
    text += PemEncode("CERTIFICATE", holder->der);
  }
  return text;
}

}  // namespace pinlatch::test::x509
