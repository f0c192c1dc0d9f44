// See key_twin.h.
#include "x509/key_twin.h"

#include <mbedtls/asn1.h>
#include <mbedtls/ecp.h>
#include <mbedtls/oid.h>

#include <array>

#include "der/der_reader.h"
#include "der/der_writer.h"
#include "identity/describe.h"
#include "x509/certificate.h"
#include "x509/key_info.h"

namespace pinlatch::tls {
namespace {

struct Curve {
  Curve() {
    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&point);
  }
  ~Curve() {
    mbedtls_ecp_point_free(&point);
    mbedtls_ecp_group_free(&group);
  }
  Curve(const Curve&) = delete;
  Curve& operator=(const Curve&) = delete;

  mbedtls_ecp_group group;
  mbedtls_ecp_point point;
};

mbedtls_ecp_group_id GroupOf(ByteSpan oid) {
  mbedtls_asn1_buf buffer{};
  buffer.p = const_cast<unsigned char*>(oid.data());  // which is only read
  buffer.len = oid.size();
  mbedtls_ecp_group_id id = MBEDTLS_ECP_DP_NONE;
  return mbedtls_oid_get_ec_grp(&buffer, &id) == 0 ? id : MBEDTLS_ECP_DP_NONE;
}

}  // namespace

std::optional<identity::Sha256> KeyTwinPrint(ByteSpan certificate) {
  const auto parsed = Certificate::Parse(certificate);
  if (!parsed.ok()) return std::nullopt;
  const std::vector<uint8_t> other_rsa = OtherRsaForm((*parsed)->key_info());
  if (!other_rsa.empty()) return identity::Sha256Of(other_rsa);
  DerReader info = DerReader((*parsed)->key_info()).Enter(der::kSequence);
  const DerReader::Element algorithm = info.Expect(der::kSequence);
  const ByteSpan key = info.TakeOctetBits();
  DerReader kind(algorithm.content);
  kind.TakeOid();
  if (!info.AtEnd() || key.empty() || !kind.NextIs(der::kOid)) return std::nullopt;
  Curve curve;
  if (mbedtls_ecp_group_load(&curve.group, GroupOf(kind.TakeOid())) != 0 ||
      mbedtls_ecp_point_read_binary(&curve.group, &curve.point, key.data(), key.size()) != 0) {
    return std::nullopt;
  }
  constexpr uint8_t kUncompressed = 4;
  constexpr uint8_t kNoUnusedBits[] = {0};
  std::array<uint8_t, MBEDTLS_ECP_MAX_PT_LEN> other{};
  size_t size = 0;
  const int form =
      key[0] == kUncompressed ? MBEDTLS_ECP_PF_COMPRESSED : MBEDTLS_ECP_PF_UNCOMPRESSED;
  if (mbedtls_ecp_point_write_binary(&curve.group, &curve.point, form, &size, other.data(),
                                     other.size()) != 0) {
    return std::nullopt;
  }
  const auto bits = Element(der::kBitString, {kNoUnusedBits, ByteSpan(other).first(size)});
  return identity::Sha256Of(Element(der::kSequence, {algorithm.whole, bits}));
}

}  // namespace pinlatch::tls
