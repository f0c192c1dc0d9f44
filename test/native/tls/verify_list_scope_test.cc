// Revocation lists (RFC 5280 sections 5.2 and 6.3): what a list covers, by kind of certificate,
// distribution point, reason and issuer, and what delta lists add.
#include <doctest/doctest.h>

#include "tls/revocation_case.h"

namespace pinlatch::test::x509 {
namespace {

TEST_CASE("a list for users or for CAs covers only those") {
  const Pki pki;
  ListSpec spec;
  spec.extensions = Scope(Tlv(0x81, "\xff"));
  CHECK(pki.LeafRule(spec) == "accepted");
  CHECK(pki.Rule({List(pki.root, spec), List(pki.middle, {})}) == "crl-scope");
  spec.extensions = Scope(Tlv(0x82, "\xff"));
  CHECK(pki.LeafRule(spec) == "crl-scope");
  CHECK(pki.Rule({List(pki.root, spec), List(pki.middle, {})}) == "accepted");
  spec.extensions = Scope(Tlv(0x85, "\xff"));
  CHECK(pki.LeafRule(spec) == "crl-scope");
}

TEST_CASE("a list for one distribution point covers the certificates that name it") {
  const Der here = PointNamed(Uri("http://crl.example/1"));
  const Der there = PointNamed(Uri("http://crl.example/2"));
  const Pki pki(PointsExt(Seq(here)));
  ListSpec spec;
  spec.extensions = Scope(here);
  CHECK(pki.LeafRule(spec) == "accepted");
  spec.extensions = Scope(there);
  CHECK(pki.LeafRule(spec) == "crl-scope");
  CHECK(Pki().LeafRule(spec) == "crl-scope");
  spec.extensions.clear();
  CHECK(pki.LeafRule(spec) == "accepted");
}

TEST_CASE("a distribution point relative to the issuer is the issuer's name and one RDN more") {
  const Der relative = Tlv(0xa0, Tlv(0xa1, Seq(Oid("2.5.4.11") + Tlv(0x0c, "part"))));
  const Pki pki(PointsExt(Seq(relative)));
  ListSpec spec;
  spec.extensions = Scope(PointNamed(Directory("CN=middle,OU=part")));
  CHECK(pki.LeafRule(spec) == "accepted");
  spec.extensions = Scope(PointNamed(Directory("CN=middle,OU=else")));
  CHECK(pki.LeafRule(spec) == "crl-scope");
}

TEST_CASE("lists for some reasons must cover all of them together") {
  const Pki pki;
  ListSpec compromise;
  compromise.extensions =
      Scope(Tlv(0x83, std::string("\x05\x60", 2)));  // keyCompromise, cACompromise
  ListSpec others;
  others.extensions = Scope(Tlv(0x83, std::string("\x07\x1f\x80", 3)));  // the other six
  const auto rule = [&](std::vector<std::vector<uint8_t>> lists) {
    return pki.Rule(std::move(lists), WithLists(true));
  };
  CHECK(rule({List(pki.middle, compromise)}) == "crl-scope");
  CHECK(rule({List(pki.middle, compromise), List(pki.middle, others)}) == "accepted");
  compromise.entries = {{"\x03", 1, {}}};
  CHECK(rule({List(pki.middle, compromise)}) == "revoked");
  CHECK(rule({List(pki.middle, others), List(pki.middle, compromise)}) == "revoked");
}

TEST_CASE(
    "an indirect list speaks for the issuers it names, where the certificate points to its "
    "issuer") {
  const Holder root = Ca("CN=root");
  Spec spec;
  spec.subject = "CN=list issuer";
  spec.serial = "\x08";
  spec.extensions = UsageExt(0x02);
  const Holder signer = Issue(spec, &root);
  const Holder pointed = Client(root, PointsExt(Seq(Tlv(0xa2, Directory("CN=list issuer")))));
  const Holder unpointed = Client(root);
  const auto rule = [&](const Holder& leaf, const Der& scope, const std::string& entry_issuer) {
    ListSpec list;
    list.extensions = scope;
    const Der issuer = Ext("29", Seq(Directory(entry_issuer)), true);
    list.entries = {{"\x01", std::nullopt, entry_issuer.empty() ? Der() : issuer}};
    return VerifyCase{{&root}, {&leaf, &signer}, {List(signer, list), List(root, {})}, WithLists()}
        .Rule();
  };
  const Der indirect = Scope(Tlv(0x84, "\xff"));
  CHECK(rule(pointed, indirect, "CN=root") == "revoked");
  CHECK(rule(pointed, indirect, "CN=elsewhere") == "accepted");
  CHECK(rule(pointed, indirect, "") == "accepted");  // an entry of the list issuer itself
  CHECK(rule(unpointed, indirect, "CN=root") == "accepted");
}

TEST_CASE("certificateIssuer in a list that is not indirect makes it useless") {
  const Pki pki;
  ListSpec spec;
  spec.entries = {{"\x09", std::nullopt, Ext("29", Seq(Directory("CN=x")), true)}};
  CHECK(pki.LeafRule(spec) == "crl-critical-extension");
}

TEST_CASE("a delta list adds to the complete one, and alone is nothing") {
  const Pki pki;
  ListSpec complete;
  complete.number = 5;
  ListSpec delta;
  delta.number = 6;
  delta.extensions = Delta(5);
  const auto rule = [&](const std::vector<ListSpec>& lists) {
    std::vector<std::vector<uint8_t>> made;
    for (const ListSpec& list : lists) made.push_back(List(pki.middle, list));
    return pki.Rule(std::move(made), WithLists(true));
  };
  CHECK(rule({complete, delta}) == "accepted");
  CHECK(rule({delta}) == "crl-base");
  delta.entries = {{"\x03", std::nullopt, {}}};
  CHECK(rule({complete, delta}) == "revoked");
  delta.break_signature = true;
  CHECK(rule({complete, delta}) == "accepted");
}

TEST_CASE("a delta list that names a certificate refuses it, whatever list it was made to add to") {
  const Pki pki;
  ListSpec complete;
  complete.number = 5;
  ListSpec delta;
  delta.number = 6;
  delta.entries = {{"\x03", std::nullopt, {}}};
  const auto rule = [&] {
    return pki.Rule({List(pki.middle, complete), List(pki.middle, delta)}, WithLists(true));
  };
  delta.extensions = Delta(6);  // for a newer complete list
  CHECK(rule() == "revoked");
  delta.extensions = Delta(5) + Scope(Tlv(0x81, "\xff"));  // for one of another scope
  CHECK(rule() == "revoked");
  delta.extensions = Delta(4);
  delta.number = 5;  // as new as the complete one, which contradicts it
  CHECK(rule() == "revoked");
  delta.number = 4;  // superseded by it
  CHECK(rule() == "accepted");
}

TEST_CASE("a delta list newer than the complete one that cannot be used is no reason to go on") {
  const Pki pki;
  ListSpec complete;
  complete.number = 5;
  ListSpec delta;
  delta.number = 6;
  delta.extensions = Delta(5);
  const auto rule = [&] {
    return pki.Rule({List(pki.middle, complete), List(pki.middle, delta)}, WithLists(true));
  };
  delta.next_update = kNow - 1;
  CHECK(rule() == "crl-stale");
  delta.number = 5;
  CHECK(rule() == "accepted");  // the complete list has all of it
  delta.number = 6;
  delta.next_update = kNow + kDay;
  delta.this_update = kNow + 1;
  CHECK(rule() == "crl-not-yet-valid");
  delta.this_update = kNow - kDay;
  delta.hash = MBEDTLS_MD_SHA1;
  CHECK(rule() == "crl-signature-algorithm");
  delta.hash = MBEDTLS_MD_SHA256;
  delta.extensions += Ext("1.2.3.4", Octets("x"), true);
  CHECK(rule() == "crl-critical-extension");
}

TEST_CASE("removeFromCRL lifts a hold, in a delta list that is current") {
  const Pki pki;
  ListSpec complete;
  complete.number = 5;
  complete.entries = {{"\x03", 6, {}}};
  ListSpec delta;
  delta.number = 6;
  delta.extensions = Delta(5);
  delta.entries = {{"\x03", 8, {}}};
  const auto rule = [&] {
    return pki.Rule({List(pki.middle, complete), List(pki.middle, delta)}, WithLists(true));
  };
  CHECK(rule() == "accepted");
  delta.next_update = kNow - 1;
  CHECK(rule() == "revoked");
  complete.entries.clear();
  delta.entries = {{"\x03", 1, {}}};
  CHECK(rule() == "revoked");  // a stale delta list still adds
}

}  // namespace
}  // namespace pinlatch::test::x509
