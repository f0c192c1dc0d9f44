// Owns point multiplication by libcrypto: key shares and shared secrets on P-256 and P-384. X25519
// is in host_x25519.cc.
#include <mbedtls/ecp.h>

#include <array>

#include "crypto/host_numbers.h"
#include "crypto/host_x25519.h"

namespace pinlatch::crypto {
namespace {

struct Curve {
  mbedtls_ecp_group_id id;
  int name;  // NID
  Group* group;
};

// Made once, read by all threads: making one costs more than a multiplication.
std::array curves = {
    Curve{MBEDTLS_ECP_DP_SECP256R1, 415, nullptr},
    Curve{MBEDTLS_ECP_DP_SECP384R1, 715, nullptr},
};

// Load makes `into` the point `p`, and refuses one that is not on the curve.
bool Load(const Group& group, const mbedtls_ecp_point& p, size_t width, Point& into,
          NumberContext& context) {
  const NumberPtr x = ToHost(p.X, width);
  const NumberPtr y = ToHost(p.Y, width);
  return x && y && mbedtls_mpi_cmp_int(&p.Z, 1) == 0 &&
         host.EC_POINT_set_affine_coordinates(&group, &into, x.get(), y.get(), &context) == 1;
}

int Store(const Group& group, const Point& point, size_t width, mbedtls_ecp_point& into,
          NumberContext& context) {
  const NumberPtr x(host.BN_new());
  const NumberPtr y(host.BN_new());
  if (!x || !y) return MBEDTLS_ERR_ECP_ALLOC_FAILED;
  // Fails for the point at infinity, which is nobody's key share.
  if (host.EC_POINT_get_affine_coordinates(&group, &point, x.get(), y.get(), &context) != 1) {
    return MBEDTLS_ERR_ECP_INVALID_KEY;
  }
  int failed = FromHost(*x, width, into.X);
  if (failed == 0) failed = FromHost(*y, width, into.Y);
  if (failed == 0) failed = mbedtls_mpi_lset(&into.Z, 1);
  return failed;
}

int Multiply(const Group& group, const mbedtls_ecp_group& curve, mbedtls_ecp_point& r,
             const mbedtls_mpi& m, const mbedtls_ecp_point& p) {
  const size_t width = (curve.pbits + 7) / 8;
  const NumberContextPtr context(host.BN_CTX_new());
  const PointPtr result(host.EC_POINT_new(&group));
  const NumberPtr scalar = ToHost(m, width);
  if (!context || !result || !scalar) return MBEDTLS_ERR_ECP_ALLOC_FAILED;
  if (&p == &curve.G) {
    if (host.EC_POINT_mul(&group, result.get(), scalar.get(), nullptr, nullptr, context.get()) !=
        1) {
      return MBEDTLS_ERR_ECP_ALLOC_FAILED;
    }
    return Store(group, *result, width, r, *context);
  }
  const PointPtr point(host.EC_POINT_new(&group));
  if (!point) return MBEDTLS_ERR_ECP_ALLOC_FAILED;
  if (!Load(group, p, width, *point, *context)) return MBEDTLS_ERR_ECP_INVALID_KEY;
  if (host.EC_POINT_mul(&group, result.get(), nullptr, point.get(), scalar.get(), context.get()) !=
      1) {
    return MBEDTLS_ERR_ECP_ALLOC_FAILED;
  }
  return Store(group, *result, width, r, *context);
}

}  // namespace

Status MakeGroups() {
  for (Curve& curve : curves) {
    if (curve.group == nullptr) curve.group = host.EC_GROUP_new_by_curve_name(curve.name);
    if (curve.group == nullptr) {
      host.ERR_clear_error();
      return Error(ErrorCode::kInternal, host.version + " does not support P-256 and P-384");
    }
  }
  return {};
}

const Group* GroupOf(int group_id) {
  for (const Curve& curve : curves) {
    if (curve.id == group_id) return curve.group;
  }
  return nullptr;
}

int MultiplyPoint(const mbedtls_ecp_group* curve, mbedtls_ecp_point* r, const mbedtls_mpi* m,
                  const mbedtls_ecp_point* p) {
  const Group* group = GroupOf(curve->id);
  if (group == nullptr && curve->id != MBEDTLS_ECP_DP_CURVE25519) return PINLATCH_HOOK_DECLINED;
  int failed = mbedtls_ecp_check_privkey(curve, m);
  if (failed != 0) return failed;
  failed =
      group == nullptr ? MultiplyX25519(*curve, *r, *m, *p) : Multiply(*group, *curve, *r, *m, *p);
  if (failed != 0) host.ERR_clear_error();
  return failed;
}

}  // namespace pinlatch::crypto
