// Whether anybody at all can be accepted by a bundle.
#include "verdict/bundle_access.h"

#include <doctest/doctest.h>

#include "tls/revocation_case.h"

namespace pinlatch::test::x509 {
namespace {

using Lists = std::vector<std::vector<uint8_t>>;

bool IsClosed(const std::vector<const Holder*>& anchors, const Lists& lists,
              const snapshot::Trust& settings = WithLists()) {
  return tls::AdmitsNobody(*VerifyCase{anchors, {}, lists, settings}.Bundle(), kNow);
}

ListSpec Stale() {
  ListSpec spec;
  spec.next_update = kNow - 1;
  return spec;
}

TEST_CASE("a bundle is closed when no authority's list can be used, and one that can opens it") {
  const Pki pki;
  const Holder other = Ca("CN=other");
  CHECK_FALSE(IsClosed({&pki.root}, {}, {}));
  CHECK_FALSE(IsClosed({&pki.root}, {pki.RootList()}));
  CHECK(IsClosed({&pki.root}, {}));
  CHECK(IsClosed({&pki.root}, {List(pki.root, Stale())}));
  CHECK(IsClosed({&pki.root}, {List(other, {})}));
  CHECK(IsClosed({&pki.root}, {List(Ca("CN=root"), {})}));
  CHECK_FALSE(IsClosed({&pki.root, &other}, {List(pki.root, Stale()), List(other, {})}));
}

TEST_CASE("a bundle is closed when its only authority is out of its time") {
  Spec spec;
  spec.subject = "CN=old";
  spec.extensions = AuthorityExt() + UsageExt(0x06);
  spec.not_after = kNow - 1;
  const Holder old = Issue(spec);
  const Holder root = Ca("CN=root");
  CHECK(IsClosed({&old}, {}, {}));
  CHECK_FALSE(IsClosed({&old, &root}, {}, {}));
}

TEST_CASE("a list that is about others opens nothing") {
  const Pki pki;
  ListSpec authorities;
  authorities.extensions = Scope(Tlv(0x82, "\xff"));
  CHECK(IsClosed({&pki.root}, {List(pki.root, authorities)}));
  ListSpec users;
  users.extensions = Scope(Tlv(0x81, "\xff"));
  CHECK_FALSE(IsClosed({&pki.root}, {List(pki.root, users)}));
}

TEST_CASE("what may depend on intermediates that clients present is not told to be closed") {
  const Pki pki;
  ListSpec authorities;
  authorities.extensions = Scope(Tlv(0x82, "\xff"));
  CHECK_FALSE(IsClosed({&pki.root}, {List(pki.root, authorities), List(pki.middle, {})}));
  CHECK(IsClosed({&pki.root}, {List(pki.root, authorities), List(pki.middle, Stale())}));
  CHECK_FALSE(IsClosed({&pki.root}, {List(pki.middle, {})}, WithLists(true)));
}

TEST_CASE("where issuers without a list are let in, only a list that cannot be used closes") {
  const Pki pki;
  snapshot::Trust settings = WithLists();
  settings.revocation->accept_unlisted_issuers = true;
  CHECK_FALSE(IsClosed({&pki.root}, {}, settings));
  CHECK(IsClosed({&pki.root}, {List(pki.root, Stale())}, settings));
}

TEST_CASE("a self-signed bundle is closed while none of its pins counts") {
  snapshot::Trust settings;
  settings.self_signed = true;
  settings.pinned.push_back({});
  settings.pinned.back().period.from = kNow + 1;
  CHECK(IsClosed({}, {}, settings));
  settings.pinned.push_back({});
  CHECK_FALSE(IsClosed({}, {}, settings));
}

}  // namespace
}  // namespace pinlatch::test::x509
