// See other_keys.h.
#include "tls/other_keys.h"

#include <doctest/doctest.h>
#include <mbedtls/pk.h>

#include <array>

#include "der/der_reader.h"

namespace pinlatch::test::x509 {

Der EdwardsAlgorithm() { return Seq(Oid("1.3.101.112")); }

Der EdwardsKeyInfo(const Der& public_half, const Der& parameters) {
  return Seq(Seq(Oid("1.3.101.112") + parameters) + Bits(public_half));
}

std::vector<uint8_t> SignedBy(const EdwardsKey& key, ByteSpan der) {
  tls::DerReader whole = tls::DerReader(der).Enter(tls::der::kSequence);
  return WithSignature(der, key.Sign(AsText(whole.Expect(tls::der::kSequence).whole)));
}

Der PssParameters(const std::string& hash, const std::string& mask, int salt, const Der& more) {
  const Der mgf1 = Seq(Oid("1.2.840.113549.1.1.8") + Seq(Oid(mask)));
  return Seq(Tlv(0xa0, Seq(Oid(hash))) + Tlv(0xa1, mgf1) + Tlv(0xa2, Integer(salt)) + more);
}

Der PssAlgorithm(const Der& parameters) { return Seq(Oid("1.2.840.113549.1.1.10") + parameters); }

Der PssKeyInfo(const Key& key, const Der& parameters) {
  std::array<unsigned char, 2048> buffer{};
  const int size = mbedtls_pk_write_pubkey_der(&key.context(), buffer.data(), buffer.size());
  REQUIRE(size > 0);
  const auto begin = buffer.size() - static_cast<size_t>(size);
  tls::DerReader info = tls::DerReader(ByteSpan(buffer).subspan(begin)).Enter(tls::der::kSequence);
  info.Expect(tls::der::kSequence);
  return Seq(PssAlgorithm(parameters) + Bits(Der(AsText(info.TakeOctetBits()))));
}

}  // namespace pinlatch::test::x509
