// The building of paths (RFC 5280 section 6.1, RFC 4158): what leads to an anchor is found, in any
// order and past what fails, and the work for it is bounded.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <thread>

#include "tls/verify_case.h"

namespace pinlatch::test::x509 {
namespace {

Holder CrossSigned(const Holder& of, const Holder& by) { return Ca(of.subject, &by, {}, of.key); }

TEST_CASE("a leaf issued by an anchor is accepted, and its path is told from leaf to anchor") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  const VerifyCase question{{&root}, {&leaf}, {}, {}};
  const auto bundle = question.Bundle();
  const tls::Verdict verdict = question.Verdict(*bundle);
  REQUIRE(verdict.accepted());
  REQUIRE(verdict.path.size() == 2);
  CHECK(AsText(verdict.path[0]) == AsText(ByteSpan(leaf.der)));
  CHECK(AsText(verdict.path[1]) == AsText(ByteSpan(root.der)));
  CHECK(verdict.valid_until == kNow + kDay);
}

TEST_CASE("intermediates are found in any order, among strangers and duplicates") {
  const Holder root = Ca("CN=root");
  const Holder first = Ca("CN=first", &root);
  const Holder second = Ca("CN=second", &first);
  const Holder leaf = Client(second);
  const Holder stranger = Ca("CN=stranger");
  CHECK(VerifyCase{{&root}, {&leaf, &second, &first}, {}, {}}.Rule() == "accepted");
  CHECK(VerifyCase{{&root}, {&leaf, &first, &second}, {}, {}}.Rule() == "accepted");
  CHECK(VerifyCase{{&root}, {&leaf, &stranger, &first, &root, &first, &second, &leaf}, {}, {}}
            .Rule() == "accepted");
}

TEST_CASE(
    "an intermediate that was not presented is missed, by name of the certificate that needs it") {
  const Holder root = Ca("CN=root");
  const Holder first = Ca("CN=first", &root);
  const Holder leaf = Client(first);
  const tls::Verdict verdict = VerifyCase{{&root}, {&leaf}, {}, {}}.Verdict();
  REQUIRE(!verdict.accepted());
  CHECK(verdict.refusal->rule == "unknown-issuer");
  CHECK(verdict.refusal->code == ErrorCode::kUnknownCa);
  CHECK(verdict.refusal->certificate == "CN=leaf");
  CHECK(verdict.refusal->detail == "issued by CN=first");
  CHECK(verdict.refusal->section == "RFC 5280 section 6.1");
  CHECK(!verdict.refusal->remedy.empty());
}

TEST_CASE("a root that only the peer presents is not trusted") {
  const Holder root = Ca("CN=root");
  const Holder other = Ca("CN=other");
  const Holder leaf = Client(other);
  CHECK(VerifyCase{{&root}, {&leaf, &other}, {}, {}}.Rule() == "untrusted-self-signed");
}

TEST_CASE("trusting one intermediate alone works, and trusts nothing beside it") {
  const Holder root = Ca("CN=root");
  const Holder trusted = Ca("CN=trusted", &root);
  const Holder sibling = Ca("CN=sibling", &root);
  const Holder leaf = Client(trusted);
  const Holder outsider = Client(sibling);
  CHECK(VerifyCase{{&trusted}, {&leaf}, {}, {}}.Rule() == "accepted");
  CHECK(VerifyCase{{&trusted}, {&leaf, &trusted, &root}, {}, {}}.Rule() == "accepted");
  CHECK(VerifyCase{{&trusted}, {&outsider, &sibling, &root}, {}, {}}.Rule() ==
        "untrusted-self-signed");
}

TEST_CASE("an end entity in the bundle is trusted itself, but issues nothing") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  const Holder child = Client(leaf, {}, "CN=child");
  CHECK(VerifyCase{{&leaf}, {&leaf}, {}, {}}.Rule() == "accepted");
  CHECK(VerifyCase{{&leaf}, {&child}, {}, {}}.Rule() == "not-a-ca");
  CHECK(VerifyCase{{&leaf}, {&leaf}, {}, {}, kNow + 2 * kDay}.Rule() == "expired");
}

TEST_CASE("a cross-signed intermediate leads to either root, whichever the bundle has") {
  const Holder old_root = Ca("CN=old root");
  const Holder new_root = Ca("CN=new root");
  const Holder middle = Ca("CN=middle", &old_root);
  const Holder crossed = CrossSigned(middle, new_root);
  const Holder leaf = Client(middle);
  CHECK(VerifyCase{{&old_root}, {&leaf, &crossed, &middle}, {}, {}}.Rule() == "accepted");
  CHECK(VerifyCase{{&new_root}, {&leaf, &middle, &crossed}, {}, {}}.Rule() == "accepted");
}

TEST_CASE("another path is tried when one fails on an expired certificate") {
  const Holder root = Ca("CN=root");
  const Holder middle = Ca("CN=middle", &root);
  Spec spec;
  spec.subject = "CN=middle";
  spec.not_after = kNow - 1;
  spec.extensions = AuthorityExt() + UsageExt(0x06);
  const Holder expired = Issue(spec, &root, middle.key);
  const Holder leaf = Client(middle);
  CHECK(VerifyCase{{&root}, {&leaf, &expired, &middle}, {}, {}}.Rule() == "accepted");
  CHECK(VerifyCase{{&root}, {&leaf, &expired}, {}, {}}.Rule() == "expired");
}

TEST_CASE("two CAs of one name are told apart by their keys") {
  const Holder first = Ca("CN=same");
  const Holder second = Ca("CN=same");
  const Holder leaf = Client(second);
  CHECK(VerifyCase{{&first, &second}, {&leaf}, {}, {}}.Rule() == "accepted");
  CHECK(VerifyCase{{&first}, {&leaf}, {}, {}}.Rule() == "signature");
}

TEST_CASE("key identifiers are hints: they order candidates, and a wrong one excludes none") {
  const Der wrong_hint = Ext("35", Seq(Tlv(0x80, "nonsense")));
  const Holder root = Ca("CN=root", nullptr, Ext("14", Octets("the key")));
  const Holder leaf = Client(root, wrong_hint);
  CHECK(VerifyCase{{&root}, {&leaf}, {}, {}}.Rule() == "accepted");
  const Holder rebuilt = Ca("CN=root", nullptr, Ext("14", Octets("new key")));
  CHECK(VerifyCase{{&rebuilt}, {&leaf}, {}, {}}.Rule() == "issuer-has-other-key");
}

TEST_CASE("CAs that sign each other in a circle are not trusted, and do not hang") {
  const Holder root = Ca("CN=root");
  const Holder a = Ca("CN=a");
  const Holder b = Ca("CN=b");
  const Holder a_by_b = CrossSigned(a, b);
  const Holder b_by_a = CrossSigned(b, a);
  const Holder leaf = Client(a);
  CHECK(VerifyCase{{&root}, {&leaf, &a_by_b, &b_by_a}, {}, {}}.Rule() == "unknown-issuer");
  const Holder b_by_root = CrossSigned(b, root);
  CHECK(VerifyCase{{&root}, {&leaf, &a_by_b, &b_by_a, &b_by_root}, {}, {}}.Rule() == "accepted");
}

TEST_CASE("names chain by RFC 5280 section 7.1: case, spaces and string types do not matter") {
  const Holder root = Ca("CN=The  Root ");
  Spec spec;
  spec.issuer = "CN=the root";
  spec.extensions = UsageExt(0x80);
  const Holder leaf = Issue(spec, &root);
  CHECK(VerifyCase{{&root}, {&leaf}, {}, {}}.Rule() == "accepted");
  spec.issuer = "CN=theroot";
  const Holder other = Issue(spec, &root);
  CHECK(VerifyCase{{&root}, {&other}, {}, {}}.Rule() == "unknown-issuer");
}

TEST_CASE("one bundle serves several threads at once") {
  const Holder root = Ca("CN=root", nullptr, {}, std::make_shared<const Key>(KeyKind::kRsa2048));
  const Holder middle = Ca("CN=middle", &root);
  const Holder leaf = Client(middle);
  const VerifyCase question{{&root}, {&leaf, &middle}, {}, {}};
  const auto bundle = question.Bundle();
  std::array<int, 4> accepted{};
  std::vector<std::thread> threads;
  for (int& count : accepted) {
    threads.emplace_back([&] {
      for (int i = 0; i < 8; ++i) count += question.Verdict(*bundle).accepted() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(accepted == std::array<int, 4>{8, 8, 8, 8});
}

TEST_CASE("nothing presented is a refusal") {
  const Holder root = Ca("CN=root");
  const tls::Verdict verdict = VerifyCase{{&root}, {}, {}, {}}.Verdict();
  CHECK(RuleOf(verdict) == "no-certificate");
}

TEST_CASE("the depth of a path is bounded by the bundle's maxDepth") {
  const Holder root = Ca("CN=root");
  const Holder first = Ca("CN=first", &root);
  const Holder second = Ca("CN=second", &first);
  const Holder leaf = Client(second);
  VerifyCase question{{&root}, {&leaf, &second, &first}, {}, {}};
  question.settings.max_depth = 2;
  CHECK(question.Rule() == "accepted");
  question.settings.max_depth = 1;
  CHECK(question.Rule() == "path-depth");
}

TEST_CASE("more certificates than any honest chain has are refused unread") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  VerifyCase question{{&root}, {&leaf}, {}, {}};
  for (uint32_t i = 1; i < tls::VerifyLimits().max_certificates; ++i)
    question.chain.push_back(&root);
  CHECK(question.Rule() == "accepted");
  question.chain.push_back(&root);
  CHECK(question.Rule() == "certificate-limit");
}

TEST_CASE(
    "an unreadable certificate beside the leaf is passed over, an unreadable leaf is refused") {
  const Holder root = Ca("CN=root");
  const Holder leaf = Client(root);
  Holder broken = leaf;
  broken.der.resize(broken.der.size() - 1);
  CHECK(VerifyCase{{&root}, {&leaf, &broken}, {}, {}}.Rule() == "accepted");
  CHECK(VerifyCase{{&root}, {&broken, &leaf}, {}, {}}.Rule() == "malformed");
}

// A mesh of `count` CAs below the root, each signed by every other, and a leaf whose last CA nobody
// of them signed rightly.
struct Mesh {
  Holder root = Ca("CN=root");
  std::vector<Holder> certificates;
  Holder leaf;

  explicit Mesh(int count) {
    std::vector<Holder> cas;
    for (int i = 0; i < count; ++i) cas.push_back(Ca("CN=mesh " + std::to_string(i)));
    certificates.push_back(CrossSigned(cas[0], root));
    for (int i = 0; i < count; ++i) {
      for (int j = 0; j < count; ++j) {
        if (i != j)
          certificates.push_back(
              CrossSigned(cas[static_cast<size_t>(i)], cas[static_cast<size_t>(j)]));
      }
    }
    Spec spec;
    spec.extensions = UsageExt(0x80);
    spec.break_signature = true;
    leaf = Issue(spec, &cas.back());
  }
};

TEST_CASE("a breadth bomb of CAs that all sign each other ends within the stated bounds") {
  const Mesh mesh(6);
  VerifyCase question{{&mesh.root}, {&mesh.leaf}, {}, {}};
  for (const Holder& certificate : mesh.certificates) question.chain.push_back(&certificate);
  REQUIRE(question.chain.size() <= tls::VerifyLimits().max_certificates);
  const auto bundle = question.Bundle();
  std::vector<ByteSpan> presented;
  for (const Holder* holder : question.chain) presented.emplace_back(holder->der);
  tls::VerifyLimits limits;
  limits.max_search_steps = 64;
  const auto ask = [&] {
    return RuleOf(
        tls::Verify({.chain = presented, .trust = *bundle, .now = kNow, .limits = limits}));
  };
  CHECK(ask() == "search-limit");
  limits.max_search_steps = 1024;
  limits.max_signature_checks = 10;
  CHECK(ask() == "signature-limit");
}

}  // namespace
}  // namespace pinlatch::test::x509
