// Judging a chain once, and again when trust has changed.
#include "verdict/judge_chain.h"

#include <doctest/doctest.h>

#include "identity/describe.h"
#include "tls/verify_case.h"

namespace pinlatch::test::x509 {
namespace {

using Chain = std::vector<ByteSpan>;

std::shared_ptr<const tls::TrustBundle> BundleOf(const Holder& root,
                                                 const Holder* denied = nullptr) {
  snapshot::Trust trust;
  if (denied != nullptr)
    trust.deny = {{snapshot::Deny::Kind::kSha256, identity::Sha256Of(denied->der), ""}};
  auto bundle = tls::TrustBundle::FromBytes(trust, root.der, {});
  REQUIRE(bundle.ok());
  return std::move(bundle).value();
}

TEST_CASE("an acceptance says under which bundle and for how long, and keeps the chain") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  const auto trust = BundleOf(root);
  tls::VerdictCache verdicts;
  const auto accepted = tls::JudgeChain({leaf.der, root.der}, *trust, verdicts, kNow);
  REQUIRE(accepted.ok());
  CHECK(accepted->trust == trust->generation());
  CHECK(accepted->from == kNow);
  CHECK(accepted->until >= kNow);
  CHECK(accepted->identity->chain == std::vector<std::vector<uint8_t>>{leaf.der, root.der});
}

TEST_CASE("one client's connections share one identity, also when it is judged again") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  const auto trust = BundleOf(root);
  tls::VerdictCache verdicts;
  const auto first = tls::JudgeChain({leaf.der}, *trust, verdicts, kNow);
  const auto second = tls::JudgeChain({leaf.der}, *trust, verdicts, kNow);
  REQUIRE(first.ok());
  REQUIRE(second.ok());
  CHECK(first->identity == second->identity);
  const auto again = tls::JudgeAgain(first->identity, *BundleOf(root), verdicts, kNow);
  REQUIRE(again.ok());
  CHECK(again->identity == first->identity);
  CHECK(again->trust != first->trust);
}

TEST_CASE("what is known of a client is what its path leaves valid, also when it is judged again") {
  const Holder root = Ca("CN=root");
  const Holder narrow = Ca("CN=narrow", &root, PoliciesExt({"1.2.3.1"}));
  const Holder leaf = Client(narrow, PoliciesExt({"1.2.3.1", "1.2.3.9"}));
  const Holder trusted = Ca("CN=narrow", nullptr, {}, narrow.key);
  const auto by_root = BundleOf(root);
  tls::VerdictCache verdicts;
  const auto first = tls::JudgeChain({leaf.der, narrow.der}, *by_root, verdicts, kNow);
  REQUIRE(first.ok());
  CHECK(first->identity->policies == std::vector<std::string>{"1.2.3.1"});
  CHECK(first->identity->asserted_policies == std::vector<std::string>{"1.2.3.1", "1.2.3.9"});
  const auto wide = tls::JudgeAgain(first->identity, *BundleOf(trusted), verdicts, kNow);
  REQUIRE(wide.ok());
  CHECK(wide->identity->policies == std::vector<std::string>{"1.2.3.1", "1.2.3.9"});
  CHECK(wide->identity->chain == first->identity->chain);
  const auto back = tls::JudgeAgain(wide->identity, *BundleOf(root), verdicts, kNow);
  REQUIRE(back.ok());
  CHECK(back->identity->policies == std::vector<std::string>{"1.2.3.1"});
}

TEST_CASE("a chain is judged by the bundle that serves now and by the time that it is now") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  const auto trust = BundleOf(root);
  tls::VerdictCache verdicts;
  const auto accepted = tls::JudgeChain({leaf.der}, *trust, verdicts, kNow);
  REQUIRE(accepted.ok());
  const auto again = [&](const tls::TrustBundle& by, UnixSeconds now) {
    const auto judged = tls::JudgeAgain(accepted->identity, by, verdicts, now);
    return judged.ok() ? std::string_view("accepted") : StableCode(judged.error().code);
  };
  CHECK(again(*trust, kNow) == "accepted");
  CHECK(again(*BundleOf(Ca("CN=another")), kNow) == "unknown-ca");
  CHECK(again(*BundleOf(root, &leaf), kNow) == "certificate-revoked");
  CHECK(again(*trust, accepted->until) == "accepted");
  CHECK(again(*trust, accepted->until + 1) == "certificate-expired");
  CHECK(again(*trust, 1) == "certificate-not-yet-valid");
}

TEST_CASE("an identity without its chain cannot be judged again, and is refused") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  auto described = identity::Describe(leaf.der);
  REQUIRE(described.ok());
  described->chain.clear();
  const auto identity = std::make_shared<const identity::PeerIdentity>(std::move(*described));
  tls::VerdictCache verdicts;
  const auto judged = tls::JudgeAgain(identity, *BundleOf(root), verdicts, kNow);
  REQUIRE_FALSE(judged.ok());
  CHECK(judged.error().code == ErrorCode::kRevocationUnknown);
}

TEST_CASE("chains of the same bytes that are cut elsewhere have different names") {
  const std::vector<uint8_t> bytes = {1, 2, 3, 4};
  const ByteSpan all(bytes);
  const auto whole = tls::HashOfChain({all});
  CHECK(tls::HashOfChain({all.first(1), all.subspan(1)}) != whole);
  CHECK(tls::HashOfChain({all.first(2), all.subspan(2)}) !=
        tls::HashOfChain({all.first(1), all.subspan(1)}));
  CHECK(tls::HashOfChain({all, {}}) != whole);
  CHECK(tls::HashOfChain({{}, all}) != tls::HashOfChain({all, {}}));
  CHECK(tls::HashOfChain({all}) == whole);
}

TEST_CASE("a chain that is longer than any client needs is judged, and not remembered") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  const auto trust = BundleOf(root);
  tls::VerdictCache verdicts;
  const std::vector<uint8_t> ballast(8 * 1024, 0x30);
  const Chain chain = {leaf.der, ballast};
  REQUIRE(tls::JudgeChain(chain, *trust, verdicts, kNow).ok());
  CHECK(verdicts.Recall(tls::HashOfChain(chain), trust->generation(), kNow) == nullptr);
  const Chain plain = {leaf.der};
  REQUIRE(tls::JudgeChain(plain, *trust, verdicts, kNow).ok());
  CHECK(verdicts.Recall(tls::HashOfChain(plain), trust->generation(), kNow) != nullptr);
}

}  // namespace
}  // namespace pinlatch::test::x509
