// Owns the PKI for tests of revocation lists: three certificates, a good list of each
// CA, and the extensions that say what a list covers.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tls/verify_case.h"

namespace pinlatch::test::x509 {

// Pki is a root, an intermediate and a leaf whose serials are 1, 2 and 3, and a good list of each
// CA.
struct Pki {
  Holder root = Ca("CN=root");
  Holder middle;
  Holder leaf;

  explicit Pki(const Der& leaf_more = {}) {
    Spec spec;
    spec.subject = "CN=middle";
    spec.serial = "\x02";
    spec.extensions = AuthorityExt() + UsageExt(0x06);
    middle = Issue(spec, &root);
    spec.subject = "CN=leaf";
    spec.serial = "\x03";
    spec.extensions = UsageExt(0x80) + leaf_more;
    leaf = Issue(spec, &middle);
  }

  VerifyCase Case(std::vector<std::vector<uint8_t>> lists,
                  const snapshot::Trust& settings = WithLists()) const {
    return VerifyCase{{&root}, {&leaf, &middle}, std::move(lists), settings};
  }
  std::string Rule(std::vector<std::vector<uint8_t>> lists,
                   const snapshot::Trust& settings = WithLists()) const {
    return Case(std::move(lists), settings).Rule();
  }
  std::vector<uint8_t> RootList() const { return List(root, {}); }
  // LeafRule asks about the leaf alone.
  std::string LeafRule(const ListSpec& spec) const {
    return Rule({RootList(), List(middle, spec)});
  }
};

inline Der Scope(const Der& content) { return Ext("28", Seq(content), true); }
inline Der PointNamed(const Der& general_name) { return Tlv(0xa0, Tlv(0xa0, general_name)); }
inline Der PointsExt(const Der& points) { return Ext("31", Seq(points)); }
inline Der Delta(long long base) { return Ext("27", Integer(base), true); }

}  // namespace pinlatch::test::x509
