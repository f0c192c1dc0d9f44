// Makes the seeds of the fuzz target verify_path: chains by throw-away keys, of which nothing is
// left, with the lists and the time they are judged by. Signatures are made up, as the target has
// it (verify_path_fuzz.cc).
#include <doctest/doctest.h>

#include <vector>

#include "seeds/seed_folder.h"
#include "tls/x509_maker.h"

namespace pinlatch::fuzz {
namespace {

using namespace test::x509;
using test::kDay;
using test::kNow;
using Bytes = std::vector<uint8_t>;

// Flags of an input.
constexpr uint8_t kServer = 0x01;
constexpr uint8_t kLists = 0x02;
constexpr uint8_t kUnlistedIssuers = 0x04;
constexpr uint8_t kLeafOnly = 0x08;
constexpr uint8_t kStaleAccepted = 0x20;
constexpr uint8_t kUnnumbered = 0x40;

const Der kTrue("\x30\x06\x02\x01\x01\x02\x01\x01", 8);
const Der kFalse("\x30\x06\x02\x01\x01\x02\x01\x00", 8);

// Case is one input in parts.
struct Case {
  std::vector<Holder> anchors;
  std::vector<Holder> chain;  // leaf first
  std::vector<Bytes> lists;
  uint8_t flags = 0;
  UnixSeconds now = kNow;

  Bytes Input() const {
    Bytes input{flags};
    for (int shift = 24; shift >= 0; shift -= 8)
      input.push_back(static_cast<uint8_t>(now >> shift));
    for (const Holder& anchor : anchors) Append(input, 0, WithSignature(anchor.der, kTrue));
    for (const Holder& holder : chain) Append(input, 1, WithSignature(holder.der, kTrue));
    for (const Bytes& list : lists) Append(input, 2, WithSignature(list, kTrue));
    return input;
  }

 private:
  static void Append(Bytes& input, uint8_t kind, const Bytes& der) {
    input.insert(input.end(),
                 {kind, static_cast<uint8_t>(der.size() >> 8), static_cast<uint8_t>(der.size())});
    input.insert(input.end(), der.begin(), der.end());
  }
};

// Site is a root, an authority below it and a client of that.
struct Site {
  Holder root = Ca("CN=root");
  Holder authority = Ca("CN=authority", &root);
  Holder leaf = Client(authority);
  Case Plain() const { return {{root}, {leaf, authority}, {}, 0, kNow}; }
  Case Listed(const ListSpec& spec = {}) const {
    return {{root}, {leaf, authority}, {List(root, {}), List(authority, spec)}, kLists, kNow};
  }
};

Case Leaf(const Site& site, const Der& extensions, const std::string& subject = "CN=leaf") {
  Spec spec;
  spec.subject = subject;
  spec.extensions = extensions;
  return {{site.root}, {Issue(spec, &site.authority), site.authority}, {}, 0, kNow};
}

Case Below(const Site& site, const Der& constraint, const Der& of_leaf) {
  const Holder authority = Ca("CN=narrow", &site.root, constraint);
  return {{site.root}, {Client(authority, of_leaf), authority}, {}, 0, kNow};
}

void WriteAccepted(const SeedFolder& folder, const Site& site) {
  folder.Write("accept-without-lists-plain", site.Plain().Input());
  Case direct{{site.authority}, {site.leaf}, {}, 0, kNow};
  folder.Write("accept-without-lists-intermediate-as-anchor", direct.Input());
  Case anchored{{site.root, site.authority}, {site.leaf, site.authority, site.root}, {}, 0, kNow};
  folder.Write("accept-without-lists-two-anchors", anchored.Input());
  Case server = Leaf(site, UsageExt(0x80) + PurposeExt({kServerAuthOid}) +
                               NamesExt(Dns("api.example.com") + Ip(std::string("\x0a\1\2\3", 4))));
  server.flags = kServer;
  folder.Write("accept-without-lists-server", server.Input());
  folder.Write("accept-without-lists-names-permitted",
               Below(site, ConstraintsExt(Seq(Dns("example.com")), Seq(Email("bad.example"))),
                     NamesExt(Dns("a.example.com")))
                   .Input());
  folder.Write("accept-without-lists-policies",
               Below(site, PoliciesExt({"1.2.3", "1.2.4"}), PoliciesExt({"1.2.3"})).Input());
}

void WriteListed(const SeedFolder& folder, const Site& site) {
  folder.Write("accept-with-lists-empty", site.Listed().Input());
  ListSpec other;
  other.entries = {{"\x7f", 1, {}}};
  folder.Write("accept-with-lists-of-another", site.Listed(other).Input());
  Case leaf_only = site.Listed();
  leaf_only.flags |= kLeafOnly;
  leaf_only.lists.erase(leaf_only.lists.begin());
  folder.Write("accept-with-lists-leaf-only", leaf_only.Input());
  Case unlisted = site.Plain();
  unlisted.flags = kLists | kUnlistedIssuers;
  folder.Write("accept-with-lists-unlisted-issuers", unlisted.Input());
  ListSpec unnumbered;
  unnumbered.number.reset();
  Case without_number = site.Listed(unnumbered);
  without_number.flags |= kUnnumbered;
  folder.Write("accept-with-lists-unnumbered", without_number.Input());
  folder.Write("refuse-crl-number", site.Listed(unnumbered).Input());
  Case with_delta = site.Listed();
  ListSpec delta;
  delta.number = 2;
  delta.extensions = Ext("27", Integer(1), true);
  with_delta.lists.push_back(List(site.authority, delta));
  folder.Write("accept-with-lists-delta", with_delta.Input());
  ListSpec users;
  users.extensions = Ext("28", Seq(Tlv(0x81, "\xff")), true);
  folder.Write("accept-with-lists-users", site.Listed(users).Input());
}

void WriteRevoked(const SeedFolder& folder, const Site& site) {
  ListSpec revoking;
  revoking.entries = {{"\x01", 1, {}}};
  folder.Write("refuse-revoked", site.Listed(revoking).Input());
  Case delta = site.Listed();
  revoking.number = 2;
  revoking.extensions = Ext("27", Integer(1), true);
  delta.lists.push_back(List(site.authority, revoking));
  folder.Write("refuse-revoked-by-delta", delta.Input());
  delta.lists.pop_back();
  revoking.entries.clear();
  revoking.extensions = Ext("27", Integer(9), true);
  revoking.number = 10;
  delta.lists.push_back(List(site.authority, revoking));
  folder.Write("refuse-crl-base", delta.Input());
}

// Lists that leave it open whether anybody is revoked.
void WriteUndecided(const SeedFolder& folder, const Site& site) {
  Case missing = site.Plain();
  missing.flags = kLists;
  folder.Write("refuse-crl-missing", missing.Input());
  ListSpec stale;
  stale.next_update = kNow - 1;
  folder.Write("refuse-crl-stale", site.Listed(stale).Input());
  Case let_pass = site.Listed(stale);
  let_pass.flags |= kStaleAccepted;
  folder.Write("accept-with-lists-stale", let_pass.Input());
  ListSpec future;
  future.this_update = kNow + 3600;
  folder.Write("refuse-crl-not-yet-valid", site.Listed(future).Input());
  ListSpec critical;
  critical.extensions = Ext("1.2.3.4", "", true);
  folder.Write("refuse-crl-critical-extension", site.Listed(critical).Input());
  ListSpec authorities;
  authorities.extensions = Ext("28", Seq(Tlv(0x82, "\xff")), true);
  folder.Write("refuse-crl-scope", site.Listed(authorities).Input());
  Case false_list = site.Listed();
  Bytes input = false_list.Input();
  input.back() = 0;
  folder.Write("refuse-crl-signature", input);
  Case garbage = site.Plain();
  garbage.flags = kLists;
  input = garbage.Input();
  input.insert(input.end(), {2, 0, 2, 0x30, 0});
  folder.Write("refuse-crl-invalid", input);
}

void WriteRefused(const SeedFolder& folder, const Site& site) {
  Case late = site.Plain();
  late.now = kNow + 2 * kDay;
  folder.Write("refuse-expired", late.Input());
  Case early = site.Plain();
  early.now = kNow - 2 * kDay;
  folder.Write("refuse-not-yet-valid", early.Input());
  Case strange = site.Plain();
  strange.anchors = {Ca("CN=other")};
  folder.Write("refuse-unknown-issuer", strange.Input());
  Case self_signed = site.Plain();
  self_signed.chain = {Ca("CN=self")};
  folder.Write("refuse-untrusted-self-signed", self_signed.Input());
  Case nobody = site.Plain();
  nobody.chain.clear();
  folder.Write("refuse-no-certificate", nobody.Input());
  Case nowhere = site.Plain();
  nowhere.anchors.clear();
  folder.Write("refuse-trust-empty", nowhere.Input());
  Case forged = site.Plain();
  forged.chain.pop_back();
  forged.anchors = {site.authority};
  Bytes input = forged.Input();
  input.back() = 0;
  folder.Write("refuse-signature", input);
}

void WriteUnfit(const SeedFolder& folder, const Site& site) {
  const Der usage = UsageExt(0x80) + PurposeExt({kClientAuthOid});
  folder.Write("refuse-extended-key-usage",
               Leaf(site, UsageExt(0x80) + PurposeExt({kServerAuthOid})).Input());
  folder.Write("refuse-key-usage",
               Leaf(site, UsageExt(0x20) + PurposeExt({kClientAuthOid})).Input());
  folder.Write("refuse-critical-extension", Leaf(site, usage + Ext("1.2.3.4", "", true)).Input());
  folder.Write("refuse-empty-subject", Leaf(site, usage, "").Input());
  const Der only = ConstraintsExt(Seq(Dns("example.com")), {});
  folder.Write("refuse-name-not-permitted",
               Below(site, only, NamesExt(Dns("example.org"))).Input());
  folder.Write("refuse-name-excluded", Below(site, ConstraintsExt({}, Seq(Dns("example.org"))),
                                             NamesExt(Dns("example.org")))
                                           .Input());
  folder.Write("refuse-explicit-policy",
               Below(site, PoliciesExt({"1.2.3"}) + Ext("36", Seq(Tlv(0x80, Der(1, 0))), true),
                     PoliciesExt({"1.2.4"}))
                   .Input());
  Case through_leaf = site.Plain();
  through_leaf.chain = {Client(site.leaf, {}, "CN=below"), site.leaf, site.authority};
  folder.Write("refuse-not-a-ca", through_leaf.Input());
  Spec narrow;
  narrow.subject = "CN=narrow";
  narrow.extensions = AuthorityExt(true, 0) + UsageExt(0x06);
  const Holder last = Issue(narrow, &site.root);
  const Holder more = Ca("CN=more", &last);
  Case too_long = site.Plain();
  too_long.chain = {Client(more), more, last};
  folder.Write("refuse-path-length", too_long.Input());
}

}  // namespace

TEST_CASE("seeds of verify_path") {
  const SeedFolder folder("verify_path");
  const Site site;
  WriteAccepted(folder, site);
  WriteListed(folder, site);
  WriteRevoked(folder, site);
  WriteUndecided(folder, site);
  WriteRefused(folder, site);
  WriteUnfit(folder, site);
}

}  // namespace pinlatch::fuzz
