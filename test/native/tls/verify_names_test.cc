// Name constraints along a path (RFC 5280 sections 4.2.1.10 and 6.1), with a stated bound on their
// work.
#include <doctest/doctest.h>

#include "tls/verify_case.h"

namespace pinlatch::test::x509 {
namespace {

// The outcome for a leaf with these names below a CA with these constraints, and below an
// unconstrained root.
std::string NamesRule(const Der& constraints, const Der& names,
                      const std::string& subject = "CN=leaf") {
  const Holder root = Ca("CN=root");
  const Holder middle = Ca("CN=middle", &root, constraints);
  const Holder leaf = Client(middle, names.empty() ? Der() : NamesExt(names), subject);
  return VerifyCase{{&root}, {&leaf, &middle}, {}, {}}.Rule();
}

Der Permit(const Der& base) { return ConstraintsExt(Seq(base), {}); }
Der Exclude(const Der& base) { return ConstraintsExt({}, Seq(base)); }

TEST_CASE("each kind of name is held to permitted and excluded subtrees") {
  const std::string net("\x0a\x00\x00\x00\xff\x00\x00\x00", 8);
  const std::string inside("\x0a\x01\x02\x03", 4);
  const std::string outside("\x0b\x01\x02\x03", 4);
  struct Row {
    Der base, in, out;
  };
  const Row rows[] = {
      {Dns("example.com"), Dns("a.example.com"), Dns("a.example.org")},
      {Email("example.com"), Email("a@example.com"), Email("a@example.org")},
      {Uri(".example.com"), Uri("https://a.example.com/"), Uri("https://example.org/")},
      {Ip(net), Ip(inside), Ip(outside)},
      {Directory("O=us"), Directory("O=us,CN=a"), Directory("O=them")}};
  for (const Row& row : rows) {
    const bool is_directory = row.base[0] == '\xa4';
    const std::string subject = is_directory ? "O=us,CN=leaf" : "CN=leaf";
    CHECK(NamesRule(Permit(row.base), row.in, subject) == "accepted");
    CHECK(NamesRule(Permit(row.base), row.out, subject) == "name-not-permitted");
    CHECK(NamesRule(Permit(row.base), row.in + row.out, subject) == "name-not-permitted");
    CHECK(NamesRule(Exclude(row.base), row.in) == "name-excluded");
    CHECK(NamesRule(Exclude(row.base), row.out + row.in) == "name-excluded");
    CHECK(NamesRule(Exclude(row.base), row.out) == "accepted");
    CHECK(NamesRule(ConstraintsExt(Seq(row.base), Seq(row.base)), row.in, subject) ==
          "name-excluded");
  }
}

TEST_CASE("constraints count when they are not marked critical, too") {
  CHECK(NamesRule(ConstraintsExt(Seq(Dns("example.com")), {}, false), Dns("a.org")) ==
        "name-not-permitted");
}

TEST_CASE("a kind that is not constrained is free") {
  CHECK(NamesRule(Permit(Dns("example.com")), Email("a@b.org")) == "accepted");
  CHECK(NamesRule(Permit(Dns("example.com")), {}) == "accepted");
}

TEST_CASE("the subject is a directory name") {
  CHECK(NamesRule(Permit(Directory("O=us")), {}, "O=us,CN=leaf") == "accepted");
  CHECK(NamesRule(Permit(Directory("O=us")), {}, "O=them,CN=leaf") == "name-not-permitted");
}

TEST_CASE("a wildcard that reaches into an excluded subtree is excluded") {
  CHECK(NamesRule(Exclude(Dns("test.example.com")), Dns("*.example.com")) == "name-excluded");
  CHECK(NamesRule(Permit(Dns("test.example.com")), Dns("*.example.com")) == "name-not-permitted");
  CHECK(NamesRule(Permit(Dns("example.com")), Dns("*.example.com")) == "accepted");
}

TEST_CASE(
    "a malformed name of a constrained kind is refused even if it matches, and is free elsewhere") {
  CHECK(NamesRule(Permit(Dns("example.com")), Dns("a..example.com")) == "name-malformed");
  CHECK(NamesRule(Exclude(Email("example.org")), Email("\"a\"@example.com")) == "name-malformed");
  CHECK(NamesRule(Exclude(Uri("example.org")), Uri("urn:uuid:1")) == "name-malformed");
  CHECK(NamesRule(Permit(Email("example.com")), Dns("a..b")) == "accepted");
}

TEST_CASE("constraints that cannot be processed refuse what they are about") {
  const Der other = Tlv(0xa0, Oid("1.2.3") + Tlv(0xa0, Tlv(0x0c, "x")));
  CHECK(NamesRule(Permit(other), other) == "name-constraint-unsupported");
  CHECK(NamesRule(Permit(other), Dns("a")) == "accepted");
  const Der with_minimum = Seq(Dns("example.com") + Tlv(0x80, "\x01"));
  CHECK(NamesRule(ConstraintsExt(with_minimum, {}), Dns("a.example.com")) ==
        "name-constraint-unsupported");
  const Der with_maximum = Seq(Dns("example.com") + Tlv(0x81, "\x01"));
  CHECK(NamesRule(ConstraintsExt(with_maximum, {}), Dns("a.example.com")) ==
        "name-constraint-unsupported");
  const std::string holey("\x0a\x00\x00\x00\xff\x00\xff\x00", 8);
  CHECK(NamesRule(Permit(Ip(holey)), {}) == "name-constraint-unsupported");
  CHECK(NamesRule(Exclude(Dns("example.com.")), Dns("a.example.com")) ==
        "name-constraint-unsupported");
}

TEST_CASE("a leading dot in a DNS constraint refuses whoever is below it") {
  const Holder root = Ca("CN=root", nullptr, Permit(Dns(".example.com")));
  const Holder below = Client(root, NamesExt(Dns("a.example.com")));
  const Holder apex = Client(root, NamesExt(Dns("example.com")));
  for (const Holder* leaf : {&below, &apex}) {
    CHECK(VerifyCase{{&root}, {leaf}, {}, {}}.Rule() == "name-constraint-unsupported");
  }
}

TEST_CASE("constraints of every CA above hold, and those of the anchor too") {
  const Holder root = Ca("CN=root", nullptr, Permit(Dns("example.com")));
  const Holder middle = Ca("CN=middle", &root, Exclude(Dns("secret.example.com")));
  const auto rule = [&](const std::string& name) {
    const Holder leaf = Client(middle, NamesExt(Dns(name)));
    return VerifyCase{{&root}, {&leaf, &middle}, {}, {}}.Rule();
  };
  CHECK(rule("a.example.com") == "accepted");
  CHECK(rule("a.secret.example.com") == "name-excluded");
  CHECK(rule("a.example.org") == "name-not-permitted");
}

TEST_CASE("names of intermediates are constrained, but for self-issued ones") {
  const Holder root = Ca("CN=root", nullptr, Permit(Directory("O=us")));
  const Holder alien = Ca("O=them", &root);
  const Holder below_alien = Client(alien, {}, "O=us,CN=leaf");
  CHECK(VerifyCase{{&root}, {&below_alien, &alien}, {}, {}}.Rule() == "name-not-permitted");
  const Holder rolled = Ca("CN=root", &root);
  const Holder below_rolled = Client(rolled, {}, "O=us,CN=leaf");
  CHECK(VerifyCase{{&root}, {&below_rolled, &rolled}, {}, {}}.Rule() == "accepted");
  Spec self_issued;
  self_issued.subject = "CN=root";
  self_issued.extensions = UsageExt(0x80);
  const Holder leaf = Issue(self_issued, &root);
  CHECK(VerifyCase{{&root}, {&leaf}, {}, {}}.Rule() == "name-not-permitted");
}

TEST_CASE("a path that a constraint forbids gives way to another one") {
  const Holder root = Ca("CN=root");
  const Holder middle = Ca("CN=middle", &root);
  const Holder narrow = Ca("CN=middle", &root, Permit(Dns("example.org")), middle.key);
  const Holder leaf = Client(middle, NamesExt(Dns("a.example.com")));
  CHECK(VerifyCase{{&root}, {&leaf, &narrow, &middle}, {}, {}}.Rule() == "accepted");
  CHECK(VerifyCase{{&root}, {&leaf, &narrow}, {}, {}}.Rule() == "name-not-permitted");
}

TEST_CASE("what a refusal tells of a name fits one line of a log") {
  const Holder root = Ca("CN=root", nullptr, Permit(Dns("example.com")));
  const Holder leaf = Client(root, NamesExt(Dns("a\nb\\" + std::string(1000, 'c'))));
  const tls::Verdict verdict = VerifyCase{{&root}, {&leaf}, {}, {}}.Verdict();
  REQUIRE(!verdict.accepted());
  CHECK(verdict.refusal->detail.starts_with("DNS name a\\x0ab\\x5cccc"));
  CHECK(verdict.refusal->detail.ends_with("... in its subjectAltName"));
  CHECK(verdict.refusal->detail.size() < 300);
  CHECK(verdict.refusal->ToString().find('\n') == std::string::npos);
}

TEST_CASE("a bomb of names times constraints ends at the stated number of comparisons") {
  Der bases;
  Der names;
  for (int i = 0; i < 600; ++i) {
    bases += Seq(Dns("x" + std::to_string(i) + ".example"));
    names += Dns("n" + std::to_string(i) + ".example");
  }
  const Holder root = Ca("CN=root", nullptr, ConstraintsExt({}, bases));
  const Holder leaf = Client(root, NamesExt(names));
  VerifyCase question{{&root}, {&leaf}, {}, {}};
  CHECK(question.Rule() == "name-limit");  // 360,000 of at most 262,144
  const auto bundle = question.Bundle();
  const ByteSpan presented[] = {leaf.der};
  tls::VerifyLimits limits;
  limits.max_name_comparisons = 360000;
  CHECK(tls::Verify({.chain = presented, .trust = *bundle, .now = kNow, .limits = limits})
            .accepted());
  limits.max_name_comparisons = 359999;
  CHECK(!tls::Verify({.chain = presented, .trust = *bundle, .now = kNow, .limits = limits})
             .accepted());
}

}  // namespace
}  // namespace pinlatch::test::x509
