// Loading trust bundles from files: everything that is not as it should be is an error with its
// place.
#include "trust/trust_bundle.h"

#include <doctest/doctest.h>

#include "base/encoding.h"
#include "identity/describe.h"
#include "tls/verify_case.h"
#include "trust/list_memory.h"

namespace pinlatch::test::x509 {
namespace {

std::string Text(const std::vector<uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }
std::string PrintOf(const Holder& holder) { return HexEncode(identity::Sha256Of(holder.der)); }

// Site is a folder with a CA file, and the settings that go with it.
struct Site {
  Folder folder;
  Holder root = Ca("CN=root");
  snapshot::Trust trust;

  Site() {
    trust.at = "/trust/devices";
    trust.ca = {{folder.Write("ca.pem", PemOf({&root})), {PrintOf(root)}}};
  }
  void UseList(const std::vector<uint8_t>& der) {
    trust.revocation.emplace();
    trust.revocation->files = {folder.Write("list.crl", Text(der))};
  }
  ErrorCode Failure() const {
    const auto bundle = tls::TrustBundle::Load(trust, kNow);
    REQUIRE(!bundle.ok());
    CHECK(bundle.error().at.starts_with("/trust/devices"));
    return bundle.error().code;
  }
};

TEST_CASE("a bundle is loaded from PEM and DER and verifies") {
  Site site;
  const Holder other = Ca("CN=other");
  site.trust.ca.push_back({site.folder.Write("other.der", Text(other.der)), {PrintOf(other)}});
  site.UseList(List(site.root, {}));
  const auto bundle = tls::TrustBundle::Load(site.trust, kNow);
  REQUIRE(bundle.ok());
  const Holder leaf = Client(site.root);
  const VerifyCase question{{}, {&leaf}, {}, {}};
  CHECK(RuleOf(question.Verdict(**bundle)) == "accepted");
}

TEST_CASE("files that are missing, empty, changed or damaged are errors") {
  Site site;
  site.trust.ca[0].path = site.folder.Path("absent.pem");
  CHECK(site.Failure() == ErrorCode::kFileUnreadable);
  site.trust.ca[0].path = site.folder.Write("empty.pem", "");
  CHECK(site.Failure() == ErrorCode::kTrustEmpty);
  const Holder other = Ca("CN=other");
  site.trust.ca[0].path = site.folder.Write("other.pem", PemOf({&other}));
  CHECK(site.Failure() == ErrorCode::kFileChanged);
  site.trust.ca[0].path = site.folder.Write("more.pem", PemOf({&site.root, &other}));
  CHECK(site.Failure() == ErrorCode::kFileChanged);
  site.trust.ca[0] = {site.folder.Write("fewer.pem", PemOf({&site.root})),
                      {PrintOf(site.root), PrintOf(other)}};
  CHECK(site.Failure() == ErrorCode::kFileChanged);
  const std::string pem = PemOf({&site.root});
  site.trust.ca[0] = {site.folder.Write("cut.pem", pem.substr(0, pem.size() / 2)),
                      {PrintOf(site.root)}};
  CHECK(site.Failure() == ErrorCode::kCertificateInvalid);
}

// With the reason, for the first that was left out.
std::string ReasonOf(const tls::TrustBundle& bundle) {
  return bundle.left_out().empty() ? "" : bundle.left_out()[0].ToString();
}

Holder WithKey(const Der& key_info, const std::string& subject = "CN=other") {
  Spec spec;
  spec.subject = subject;
  spec.key_info = key_info;
  spec.extensions = AuthorityExt() + UsageExt(0x06);
  return Issue(spec);
}

TEST_CASE("a certificate that cannot be used is left out and told of, and the rest is used") {
  const Holder ed448 = WithKey(Seq(Seq(Oid("1.3.101.113")) + Bits(Der(57, 'k'))));
  const Holder weak = Ca("CN=weak", nullptr, {}, std::make_shared<const Key>(KeyKind::kRsa1024));
  const Holder damaged = [] {
    Holder holder = Ca("CN=damaged");
    holder.der[8] ^= 0xff;
    return holder;
  }();
  for (const auto& [other, reason] :
       {std::pair(&ed448, "(CN=other): it has an Ed448 key"),
        std::pair(&weak, "(CN=weak): its key, RSA 1024, is not strong"),
        std::pair(&damaged, "certificate 1: it")}) {
    CAPTURE(reason);
    Site site;
    site.trust.ca[0] = {site.folder.Write("both.pem", PemOf({other, &site.root})),
                        {PrintOf(*other), PrintOf(site.root)}};
    const auto bundle = tls::TrustBundle::Load(site.trust, kNow);
    REQUIRE(bundle.ok());
    REQUIRE((*bundle)->left_out().size() == 1);
    CHECK(ReasonOf(**bundle).find(reason) != std::string::npos);
    CHECK(ReasonOf(**bundle).find("both.pem, certificate 1") != std::string::npos);
    const Holder leaf = Client(site.root);
    CHECK(RuleOf(VerifyCase{{}, {&leaf}, {}, {}}.Verdict(**bundle)) == "accepted");
    site.trust.ca[0] = {site.folder.Write("one.pem", PemOf({other})), {PrintOf(*other)}};
    CHECK(site.Failure() == ErrorCode::kTrustEmpty);
    CHECK(tls::TrustBundle::Load(site.trust, kNow).error().detail.find(reason) !=
          std::string::npos);
  }
}

TEST_CASE("of an anchor's own signature neither algorithm nor bytes matter") {
  const Holder plain = Ca("CN=root");
  const Holder leaf = Client(plain);
  const Holder odd = {plain.key, plain.subject, WithSignature(plain.der, "no signature at all")};
  const VerifyCase question{{&odd}, {&leaf}, {}, {}};
  CHECK(question.Rule() == "accepted");
  CHECK(question.Bundle()->left_out().empty());
  Spec spec;
  spec.subject = "CN=old";
  spec.extensions = AuthorityExt() + UsageExt(0x06);
  spec.algorithm = Seq(Oid("1.2.840.113549.1.1.4") + Tlv(0x05, ""));
  const Holder md5 = Issue(spec, nullptr, std::make_shared<const Key>(KeyKind::kRsa2048));
  const Holder below = Client(md5);
  CHECK(VerifyCase{{&md5}, {&below}, {}, {}}.Rule() == "accepted");
}

TEST_CASE("a CA with a weak key is named by what fails because of it") {
  const Holder root = Ca("CN=root");
  const Holder weak = Ca("CN=weak", nullptr, {}, std::make_shared<const Key>(KeyKind::kRsa1024));
  const Holder leaf = Client(weak);
  CHECK(VerifyCase{{&weak, &root}, {&leaf}, {}, {}}.Rule() == "key-strength");
}

// Nobody can say whether it signed the list; what it takes away is taken.
TEST_CASE("an intermediate does not outlive its revocation by a CA that was left out") {
  const Holder root = Ca("CN=root");
  const Holder middle = Ca("CN=middle", &root);
  const Holder leaf = Client(middle);
  ListSpec spec;
  spec.entries = {{"\x01", std::nullopt, {}}};
  const Holder unusable = WithKey(Seq(Seq(Oid("1.3.101.113")) + Bits(Der(57, 'k'))), "CN=root");
  const Holder stranger = Ca("CN=root");
  VerifyCase question{{&unusable, &middle}, {&leaf}, {List(middle, {})}, WithLists()};
  CHECK(question.Rule() == "accepted");
  question.lists.push_back(List(stranger, spec));
  CHECK(question.Rule() == "revoked");
}

TEST_CASE("a bundle without certificates is empty") {
  Site site;
  site.trust.ca.clear();
  CHECK(site.Failure() == ErrorCode::kTrustEmpty);
}

TEST_CASE(
    "revocation lists that are missing or damaged are errors, and so is a serial that is none") {
  Site site;
  site.UseList({'x'});
  CHECK(site.Failure() == ErrorCode::kCrlInvalid);
  site.trust.revocation->files = {site.folder.Path("absent.crl")};
  CHECK(site.Failure() == ErrorCode::kFileUnreadable);
  site.trust.revocation.reset();
  site.trust.deny = {{snapshot::Deny::Kind::kSerial, {}, "xyz"}};
  CHECK(site.Failure() == ErrorCode::kCrlInvalid);
}

TEST_CASE("a folder means every file in it but hidden ones, and may be empty") {
  Site site;
  const Folder lists;
  site.trust.revocation.emplace();
  site.trust.revocation->files = {lists.Path(".")};
  const Holder leaf = Client(site.root);
  const VerifyCase question{{}, {&leaf}, {}, {}};
  const auto rule = [&] {
    const auto bundle = tls::TrustBundle::Load(site.trust, kNow);
    return bundle.ok() ? RuleOf(question.Verdict(**bundle)) : std::string("not loaded");
  };
  CHECK(rule() == "crl-missing");
  lists.Write(".upload", "half of a li");
  lists.Write("root.crl", Text(List(site.root, {})));
  CHECK(rule() == "accepted");
  ListSpec newer;
  newer.number = 2;
  newer.entries = {{"\x01", std::nullopt, {}}};
  lists.Write("root-2.crl", Text(List(site.root, newer)));
  CHECK(rule() == "revoked");
  lists.Write("readme.txt", "not a list");
  CHECK(rule() == "not loaded");
}

TEST_CASE(
    "bundles judge alike while settings, certificates and lists are the same, and only then") {
  Site site;
  site.UseList(List(site.root, {}));
  const auto load = [&] {
    auto bundle = tls::TrustBundle::Load(site.trust, kNow);
    REQUIRE(bundle.ok());
    return std::move(bundle).value();
  };
  const auto first = load();
  CHECK(first->JudgesAs(*load()));
  // Where the files lie does not matter.
  site.trust.ca[0].path = site.folder.Write("elsewhere.pem", PemOf({&site.root}));
  CHECK(first->JudgesAs(*load()));
  ListSpec newer;
  newer.number = 2;
  site.UseList(List(site.root, newer));
  CHECK_FALSE(first->JudgesAs(*load()));
  site.UseList(List(site.root, {}));
  CHECK(first->JudgesAs(*load()));
  site.trust.max_depth = 1;
  CHECK_FALSE(first->JudgesAs(*load()));
  site.trust.max_depth = 8;
  site.trust.deny = {{snapshot::Deny::Kind::kSerial, {}, "01"}};
  CHECK_FALSE(first->JudgesAs(*load()));
  site.trust.deny.clear();
  const Holder other = Ca("CN=other");
  site.trust.ca.push_back({site.folder.Write("other.pem", PemOf({&other})), {PrintOf(other)}});
  CHECK_FALSE(first->JudgesAs(*load()));
}

TEST_CASE("the number of a list never goes backwards from one bundle to the next") {
  Site site;
  const auto load = [&](long long number, const tls::ListMemory* memory) {
    ListSpec spec;
    spec.number = number;
    site.UseList(List(site.root, spec));
    return tls::TrustBundle::Load(site.trust, kNow, memory);
  };
  const auto first = load(5, nullptr);
  REQUIRE(first.ok());
  tls::ListMemory memory;
  memory.Note(site.trust.name, (*first)->impl());
  CHECK(load(5, &memory).ok());
  CHECK(load(6, &memory).ok());
  const auto back = load(4, &memory);
  REQUIRE(!back.ok());
  CHECK(back.error().code == ErrorCode::kCrlInvalid);
  CHECK(back.error().detail.find("backwards") != std::string::npos);
}

TEST_CASE("a forged list with a high number does not hold up the true ones") {
  Site site;
  const Holder impostor = Ca("CN=root");
  ListSpec spec;
  spec.number = 1000000;
  site.UseList(List(impostor, spec));
  const auto first = tls::TrustBundle::Load(site.trust, kNow);
  REQUIRE(first.ok());
  tls::ListMemory memory;
  memory.Note(site.trust.name, (*first)->impl());
  spec.number = 5;
  site.UseList(List(site.root, spec));
  CHECK(tls::TrustBundle::Load(site.trust, kNow, &memory).ok());
}

TEST_CASE("every bundle has a generation of its own, and the limits of its settings") {
  Site site;
  site.trust.min_rsa_bits = 3072;
  site.trust.max_depth = 1;
  const auto first = tls::TrustBundle::Load(site.trust, kNow);
  const auto second = tls::TrustBundle::Load(site.trust, kNow);
  REQUIRE(first.ok());
  REQUIRE(second.ok());
  CHECK((*first)->generation() != (*second)->generation());
  CHECK((*first)->limits().min_rsa_bits == 3072);
  CHECK((*first)->limits().max_depth == 1);
}

}  // namespace
}  // namespace pinlatch::test::x509
