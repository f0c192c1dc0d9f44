// Names that differ only in form are one name wherever names are compared: constraints, chains,
// revocation lists, distribution points (RFC 5280 section 7.1).
#include <doctest/doctest.h>

#include "tls/name_bytes.h"
#include "tls/verify_case.h"

namespace pinlatch::test::x509 {
namespace {

const char* const kForms[] = {"O=MÜLLER AG", "O=Mu\u0308ller AG", "O=Müller\u00a0AG",
                              "O=Müller\tAG", "O=Mül\u00adler  AG "};
const std::string kName = "O=Müller AG";

Der Tagged(int tag, const Der& name) { return Tlv(tag, name); }

std::string ConstraintRule(const Der& constraints, const std::string& subject) {
  const Holder root = Ca("CN=root");
  const Holder middle = Ca("CN=middle", &root, constraints);
  const Holder leaf = Client(middle, {}, subject);
  return VerifyCase{{&root}, {&leaf, &middle}, {}, {}}.Rule();
}

TEST_CASE("directory name constraints hold for a name in every form") {
  for (const char* form : kForms) {
    const std::string name = std::string(form) + ",CN=leaf";
    CHECK(ConstraintRule(ConstraintsExt({}, Seq(Directory(kName))), name) == "name-excluded");
    CHECK(ConstraintRule(ConstraintsExt({}, Seq(Directory(form))), kName) == "name-excluded");
    CHECK(ConstraintRule(ConstraintsExt(Seq(Directory(kName)), {}), name) == "accepted");
  }
  CHECK(ConstraintRule(ConstraintsExt({}, Seq(Directory(kName))), "O=Muller AG") == "accepted");
  CHECK(ConstraintRule(ConstraintsExt(Seq(Directory(kName)), {}), "O=Muller AG") ==
        "name-not-permitted");
}

TEST_CASE("a directory name constraint may be of any type of string") {
  const Der wide = Tagged(0xa4, Name("O=" + Utf16("MÜLLER AG"), 0x1e));
  const Der visible = Tagged(0xa4, Name("O=acme", 0x1a));
  CHECK(ConstraintRule(ConstraintsExt({}, Seq(wide)), kName) == "name-excluded");
  CHECK(ConstraintRule(ConstraintsExt({}, Seq(visible)), "O=Acme") == "name-excluded");
}

TEST_CASE(
    "a name that cannot be prepared is never permitted, and is refused where it may be excluded") {
  const Der excluded = ConstraintsExt({}, Seq(Directory("O=acme")));
  const Der permitted = ConstraintsExt(Seq(Directory("O=acme")), {});
  for (const char* odd : {"O=acme\ue000", "O=ac\u2066me", "O=\u0301acme"}) {
    CAPTURE(odd);
    CHECK(ConstraintRule(excluded, odd) == "name-malformed");
    CHECK(ConstraintRule(permitted, odd) == "name-malformed");
    CHECK(ConstraintRule(ConstraintsExt({}, Seq(Directory(odd))), "O=acme") == "name-malformed");
    CHECK(ConstraintRule(ConstraintsExt(Seq(Directory(odd)), {}), odd) == "name-malformed");
    CHECK(ConstraintRule({}, odd) == "accepted");
  }
  CHECK(ConstraintRule(excluded, "O=other,CN=a\ue000") == "accepted");
  CHECK(ConstraintRule(permitted, "O=acme,CN=a\ue000") == "accepted");
}

// A leaf whose issuer is spelt `issuer`, below a CA that is spelt `subject`.
Holder Below(const Holder& ca, const std::string& issuer) {
  Spec spec;
  spec.issuer = issuer;
  spec.extensions = UsageExt(0x80) + PurposeExt({kClientAuthOid});
  return Issue(spec, &ca);
}

TEST_CASE("a chain holds where its names differ only in form") {
  const Holder root = Ca(kName);
  for (const char* form : kForms) {
    const Holder leaf = Below(root, form);
    CHECK(VerifyCase{{&root}, {&leaf}, {}, {}}.Rule() == "accepted");
  }
  const Holder other = Below(root, "O=Muller AG");
  CHECK(VerifyCase{{&root}, {&other}, {}, {}}.Rule() == "unknown-issuer");
}

TEST_CASE("a chain holds through names that cannot be prepared, when they are the same bytes") {
  const Holder root = Ca("O=acme\ue000");
  const Holder same = Below(root, "O=acme\ue000");
  const Holder other = Below(root, "O=Acme\ue000");
  CHECK(VerifyCase{{&root}, {&same}, {}, {}}.Rule() == "accepted");
  CHECK(VerifyCase{{&root}, {&other}, {}, {}}.Rule() == "unknown-issuer");
}

TEST_CASE("of two CAs whose names differ only in form the one whose key signed counts") {
  const Holder good = Ca(kName);
  const Holder twin = Ca(kForms[0]);
  const Holder stranger = Ca(kForms[1]);
  const Holder leaf = Below(good, kForms[0]);
  CHECK(VerifyCase{{&twin, &good}, {&leaf}, {}, {}}.Rule() == "accepted");
  const Holder alien = Below(stranger, kName);
  CHECK(VerifyCase{{&twin, &good}, {&alien}, {}, {}}.Rule() == "signature");
}

TEST_CASE("self-issued is what the names are, not how they are spelt") {
  const Holder root = Ca(kName, nullptr, ConstraintsExt(Seq(Directory("O=us")), {}));
  const Holder rolled = Ca(kForms[0], &root);
  const Holder leaf = Client(rolled, {}, "O=us,CN=leaf");
  CHECK(VerifyCase{{&root}, {&leaf, &rolled}, {}, {}}.Rule() == "accepted");
}

TEST_CASE("a revocation list counts whose issuer is spelt in another form") {
  const Holder root = Ca(kName);
  Spec spec;
  spec.serial = "\x05";
  spec.extensions = UsageExt(0x80) + PurposeExt({kClientAuthOid});
  const Holder leaf = Issue(spec, &root);
  for (const char* form : kForms) {
    ListSpec list;
    list.issuer = form;
    VerifyCase question{{&root}, {&leaf}, {List(root, list)}, WithLists()};
    CHECK(question.Rule() == "accepted");
    list.entries = {{"\x05", 1, {}}};
    question.lists = {List(root, list)};
    CHECK(question.Rule() == "revoked");
  }
}

TEST_CASE("a distribution point is found whose name is spelt in another form") {
  const Holder root = Ca(kName);
  const auto point = [](const std::string& name) { return Tlv(0xa0, Tlv(0xa0, Directory(name))); };
  for (const char* form : kForms) {
    Spec spec;
    spec.extensions = UsageExt(0x80) + PurposeExt({kClientAuthOid}) +
                      Ext("31", Seq(Seq(point(std::string(form) + ",CN=list"))));
    const Holder leaf = Issue(spec, &root);
    ListSpec list;
    list.extensions = Ext("28", Seq(point(kName + ",CN=List")), true);
    CHECK(VerifyCase{{&root}, {&leaf}, {List(root, list)}, WithLists()}.Rule() == "accepted");
  }
}

}  // namespace
}  // namespace pinlatch::test::x509
