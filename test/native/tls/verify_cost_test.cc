// What a verification costs: strangers buy few signature checks, honest chains need no more, and
// whoever has others to serve can stop between two.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tls/verify_case.h"

namespace pinlatch::test::x509 {
namespace {

Der SubjectKeyExt(const std::string& id) { return Ext("14", Octets(id)); }
Der AuthorityKeyExt(const std::string& id) { return Ext("35", Seq(Tlv(0x80, id))); }

struct Outcome {
  std::string rule;
  size_t checks;
  bool operator==(const Outcome&) const = default;
};

doctest::String toString(const Outcome& outcome) {
  return (outcome.rule + " after " + std::to_string(outcome.checks)).c_str();
}

struct Asked {
  explicit Asked(const VerifyCase& question) : bundle(question.Bundle()) {
    for (const Holder* holder : question.chain) presented.emplace_back(holder->der);
    request = std::make_unique<tls::VerifyRequest>(tls::VerifyRequest{.chain = presented,
                                                                      .trust = *bundle,
                                                                      .purpose = question.purpose,
                                                                      .now = question.now,
                                                                      .limits = bundle->limits()});
  }
  std::shared_ptr<const tls::TrustBundle> bundle;
  std::vector<ByteSpan> presented;
  std::unique_ptr<tls::VerifyRequest> request;
};

// CostOf asks in one go and in steps, which must come to the same, no step with more than one
// check.
Outcome CostOf(const VerifyCase& question) {
  const Asked asked(question);
  tls::Verification whole(*asked.request);
  const tls::Verdict verdict = whole.Finish();
  tls::Verification stepped(*asked.request);
  std::optional<tls::Verdict> slowly;
  while (!slowly) {
    const size_t before = stepped.signature_checks();
    slowly = stepped.Step();
    CHECK(stepped.signature_checks() <= before + 1);
    if (!slowly) CHECK(stepped.signature_checks() == before + 1);
  }
  CHECK(RuleOf(*slowly) == RuleOf(verdict));
  CHECK(slowly->valid_until == verdict.valid_until);
  CHECK(slowly->path.size() == verdict.path.size());
  if (!verdict.accepted()) CHECK(slowly->refusal->ToString() == verdict.refusal->ToString());
  CHECK(stepped.signature_checks() == whole.signature_checks());
  return {RuleOf(verdict), whole.signature_checks()};
}

// FalseChain is what strangers send: a leaf, and intermediates that lead from it to `named`, none
// of them signed by it.
struct FalseChain {
  FalseChain(const Holder& named, int count, KeyKind kind = KeyKind::kP256)
      : impostor{std::make_shared<const Key>(kind), named.subject, {}} {
    Spec spec;
    spec.issuer = "CN=X";
    leaf = Issue(spec, &impostor);
    for (int i = 0; i < count; ++i) intermediates.push_back(Ca("CN=X", &impostor));
  }
  VerifyCase Case(std::vector<const Holder*> anchors) const {
    VerifyCase question{std::move(anchors), {&leaf}, {}, {}};
    for (const Holder& intermediate : intermediates) question.chain.push_back(&intermediate);
    return question;
  }
  Holder impostor;
  Holder leaf;
  std::vector<Holder> intermediates;
};

TEST_CASE("a stranger buys three signature checks by one key, however many certificates lie") {
  const Holder root = Ca("CN=root");
  CHECK(CostOf(FalseChain(root, 1).Case({&root})) == Outcome{"signature", 1});
  CHECK(CostOf(FalseChain(root, 3).Case({&root})) == Outcome{"signature", 3});
  CHECK(CostOf(FalseChain(root, 4).Case({&root})) == Outcome{"false-signatures", 3});
  CHECK(CostOf(FalseChain(root, 39).Case({&root})) == Outcome{"false-signatures", 3});
}

TEST_CASE("a stranger who names one CA after the other buys no more than by naming one") {
  std::vector<Holder> roots;
  std::vector<FalseChain> lies;
  for (int i = 0; i < 12; ++i) {
    roots.push_back(Ca("CN=root " + std::to_string(i)));
    lies.emplace_back(roots.back(), 3);
  }
  VerifyCase question{{}, {&lies.front().leaf}, {}, {}};
  for (const Holder& root : roots) question.anchors.push_back(&root);
  for (const FalseChain& one : lies) {
    for (const Holder& lie : one.intermediates) question.chain.push_back(&lie);
  }
  CHECK(CostOf(question) == Outcome{"false-signatures", 3});
}

TEST_CASE("one key counts once, under however many certificates the bundle has it") {
  const Holder root = Ca("CN=root");
  const Holder renewed = Ca("CN=root", nullptr, {}, root.key);
  const Holder other = Ca("CN=root");
  const FalseChain strangers(root, 39);
  CHECK(CostOf(strangers.Case({&root, &renewed})) == Outcome{"false-signatures", 3});
  CHECK(CostOf(strangers.Case({&root, &renewed, &other})) == Outcome{"false-signatures", 6});
}

TEST_CASE("a signature that cannot be of a CA's kind of key costs nothing") {
  const Holder rsa = Ca("CN=root", nullptr, {}, std::make_shared<const Key>(KeyKind::kRsa2048));
  CHECK(CostOf(FalseChain(rsa, 39).Case({&rsa})) == Outcome{"signature", 0});
  const Holder ec = Ca("CN=root");
  CHECK(CostOf(FalseChain(ec, 39, KeyKind::kRsa2048).Case({&ec})) == Outcome{"signature", 0});
}

TEST_CASE(
    "a genuine intermediate in a stranger's hands buys three more, and all together are few") {
  const Holder root = Ca("CN=root");
  const Holder genuine = Ca("CN=genuine", &root);
  const FalseChain strangers(genuine, 37);
  VerifyCase question = strangers.Case({&root});
  question.chain.push_back(&genuine);
  CHECK(CostOf(question) == Outcome{"false-signatures", 4});

  // Nine genuine ones, each with three that claim to be issued by it.
  std::vector<Holder> held;
  for (int i = 0; i < 9; ++i) held.push_back(Ca("CN=" + std::to_string(i), &root));
  std::vector<FalseChain> lies;
  for (const Holder& one : held) lies.emplace_back(one, 3);
  question.chain = {&strangers.leaf};
  for (size_t i = 0; i < held.size(); ++i) {
    question.chain.push_back(&held[i]);
    for (const Holder& lie : lies[i].intermediates) question.chain.push_back(&lie);
  }
  CHECK(CostOf(question) == Outcome{"signature-limit", tls::VerifyLimits().max_signature_checks});
}

TEST_CASE("an expired forgery is told to be a forgery") {
  const Holder root = Ca("CN=root");
  const Holder impostor = Ca("CN=root");
  Spec spec;
  spec.not_after = kNow - 1;
  const Holder leaf = Issue(spec, &impostor);
  CHECK(CostOf(VerifyCase{{&root}, {&leaf}, {}, {}}) == Outcome{"signature", 1});
}

TEST_CASE("key identifiers lead straight through generations of CAs with one name") {
  const Holder root = Ca("CN=root");
  std::vector<Holder> generations;
  for (int i = 0; i < 6; ++i)
    generations.push_back(Ca("CN=issuing", &root, SubjectKeyExt("key " + std::to_string(i))));
  const Holder leaf = Client(generations.back(), AuthorityKeyExt("key 5"));
  VerifyCase question{{&root}, {&leaf}, {}, {}};
  for (const Holder& one : generations) question.chain.push_back(&one);
  CHECK(CostOf(question) == Outcome{"accepted", 2});
}

TEST_CASE("without key identifiers generations of CAs with one name are found all the same") {
  const Holder root = Ca("CN=root");
  std::vector<Holder> generations;
  for (int i = 0; i < 6; ++i) generations.push_back(Ca("CN=issuing", &root));
  const Holder leaf = Client(generations.back());
  VerifyCase question{{&root}, {&leaf}, {}, {}};
  for (const Holder& one : generations) question.chain.push_back(&one);
  CHECK(CostOf(question).rule == "accepted");
}

TEST_CASE("a bundle with very many CAs of one name has a check for every one of them") {
  std::vector<Holder> roots;
  for (int i = 0; i < 40; ++i) roots.push_back(Ca("CN=root"));
  const Holder leaf = Client(roots.back());
  VerifyCase question{{}, {&leaf}, {}, {}};
  for (const Holder& root : roots) question.anchors.push_back(&root);
  CHECK(CostOf(question).rule == "accepted");
  CHECK(question.Bundle()->limits().max_signature_checks ==
        tls::VerifyLimits().max_signature_checks + 39);
}

TEST_CASE("of an intermediate that was renewed again and again the one in force is tried first") {
  const Holder root = Ca("CN=root");
  const Holder issuing = Ca("CN=issuing", &root);
  std::vector<Holder> old;
  for (int i = 0; i < 6; ++i) {
    Spec spec;
    spec.subject = "CN=issuing";
    spec.not_after = kNow - 1 - i;
    spec.extensions = AuthorityExt() + UsageExt(0x06);
    old.push_back(Issue(spec, &root, issuing.key));
  }
  const Holder leaf = Client(issuing);
  VerifyCase question{{&root}, {&leaf}, {}, {}};
  for (const Holder& one : old) question.chain.push_back(&one);
  question.chain.push_back(&issuing);
  CHECK(CostOf(question) == Outcome{"accepted", 2});
}

TEST_CASE("an honest chain among unrelated certificates costs what it costs alone") {
  const Holder old_root = Ca("CN=old root");
  const Holder root = Ca("CN=root");
  const Holder crossed = Ca("CN=root", &old_root, {}, root.key);
  const Holder issuing = Ca("CN=issuing", &root);
  const Holder leaf = Client(issuing);
  const FalseChain unrelated(Ca("CN=elsewhere"), 30);
  VerifyCase question{{&root}, {&leaf, &issuing}, {}, {}};
  CHECK(CostOf(question) == Outcome{"accepted", 2});
  for (const Holder& one : unrelated.intermediates) question.chain.push_back(&one);
  question.chain.insert(question.chain.end(), {&crossed, &old_root, &root});
  CHECK(CostOf(question) == Outcome{"accepted", 2});
}

TEST_CASE("the deepest path that is allowed stays within the checks, with a list for every CA") {
  std::vector<Holder> cas = {Ca("CN=root")};
  for (uint32_t i = 0; i < tls::VerifyLimits().max_depth; ++i)
    cas.push_back(Ca("CN=" + std::to_string(i), &cas.back()));
  const Holder leaf = Client(cas.back());
  VerifyCase question{{&cas.front()}, {&leaf}, {}, WithLists()};
  for (const Holder& ca : cas) {
    question.lists.push_back(List(ca, {}));
    if (&ca != &cas.front()) question.chain.push_back(&ca);
  }
  CHECK(CostOf(question) == Outcome{"accepted", 9 + 8});
}

// A key that is not on its curve: whoever reads it finds out.
Der UnreadableKey() {
  const Der curve = Seq(Oid("1.2.840.10045.2.1") + Oid("1.2.840.10045.3.1.7"));
  return Seq(curve + Bits("\x04" + Der(64, '\x01')));
}

TEST_CASE("a key is read when something is to be checked with it, and not before") {
  const Holder root = Ca("CN=root");
  const Holder impostor = Ca("CN=root");
  Spec spec;
  spec.key_info = UnreadableKey();
  const Holder forged = Issue(spec, &impostor);
  CHECK(CostOf(VerifyCase{{&root}, {&forged}, {}, {}}) == Outcome{"signature", 1});
  const Holder stranger = Ca("CN=stranger");
  const Holder strange = Issue(spec, &stranger);
  CHECK(CostOf(VerifyCase{{&root}, {&strange}, {}, {}}) == Outcome{"unknown-issuer", 0});
  const Holder authentic = Issue(spec, &root);
  CHECK(CostOf(VerifyCase{{&root}, {&authentic}, {}, {}}) == Outcome{"malformed", 1});
}

TEST_CASE("what was presented is counted before any of it is read") {
  const Holder root = Ca("CN=root");
  Holder nonsense;
  nonsense.der = {0x30, 0x03, 0x02, 0x01, 0x00};
  VerifyCase question{{&root}, {}, {}, {}};
  question.chain.assign(tls::VerifyLimits().max_certificates + 1, &nonsense);
  CHECK(CostOf(question) == Outcome{"certificate-limit", 0});
}

}  // namespace
}  // namespace pinlatch::test::x509
