// Fuzzes tls::Certificate::Parse, tls::Certificate::ParseAnchor, tls::RevocationList::Parse and
// tls::ReadEcdsaSignature for strictness: whatever they accept has one form. A second reader, which
// is not strict, walks what was accepted and must find nothing that could be written in another
// way. tls::TwinOf and what denies (tls::Denial, policy::Holds) are held to a certificate and its
// twin alike.
//
// Accepted is what a reader takes: a certificate, one that is good as an anchor or as a peer's
// alone, a list, a signature. What none takes is refused by the reader that its shape is meant for.
#include <algorithm>
#include <vector>

#include "der/der_writer.h"
#include "der/ecdsa_signature.h"
#include "identity/describe.h"
#include "identity/string_types.h"
#include "match/condition.h"
#include "outcome.h"
#include "revocation/revocation_list.h"
#include "trust/denial.h"
#include "trust/verify_rule.h"
#include "x509/certificate.h"
#include "x509/twin.h"

namespace {

using namespace pinlatch;
using fuzz::Outcome;
using fuzz::Require;
using Bytes = std::vector<uint8_t>;

constexpr int kAllTheWay = 64;

// Node is one element as a reader of BER finds it.
struct Node {
  uint8_t tag = 0;
  ByteSpan content;
  size_t size = 0;  // with tag and length
};

Node TakeNode(ByteSpan& rest) {
  Require(rest.size() >= 2);
  Node node{rest[0], {}, 2};
  size_t length = rest[1];
  if (length >= 0x80) {
    const size_t octets = length & 0x7f;
    Require(octets > 0 && octets <= 8 && rest.size() >= 2 + octets);
    length = 0;
    for (size_t i = 0; i < octets; ++i) length = length << 8 | rest[2 + i];
    node.size += octets;
  }
  Require(rest.size() - node.size >= length);
  node.content = rest.subspan(node.size, length);
  node.size += length;
  rest = rest.subspan(node.size);
  return node;
}

bool IsMinimal(ByteSpan integer) {
  if (integer.size() < 2) return !integer.empty();
  const bool is_padded =
      (integer[0] == 0 && integer[1] < 0x80) || (integer[0] == 0xff && integer[1] >= 0x80);
  return !is_padded;
}

bool IsWholeArcs(ByteSpan oid) {
  for (size_t i = 0; i < oid.size(); ++i) {
    if (oid[i] == 0x80 && (i == 0 || oid[i - 1] < 0x80)) return false;
  }
  return !oid.empty() && oid.back() < 0x80;
}

// The content of a primitive type that has but one form for one value.
bool HasOneForm(const Node& node) {
  switch (node.tag) {
    case 0x01:
      return node.content.size() == 1 && (node.content[0] == 0 || node.content[0] == 0xff);
    case 0x02:
    case 0x0a:
      return IsMinimal(node.content);
    case 0x03:
      return !node.content.empty() && node.content[0] < 8 &&
             (node.content.back() & ((1 << node.content[0]) - 1)) ==
                 (node.content.size() == 1 ? node.content[0] : 0);
    case 0x05:
      return node.content.empty();
    case 0x06:
      return IsWholeArcs(node.content);
    case 0x0c:
      return identity::IsUtf8(node.content);
    default:
      return true;
  }
}

std::vector<Node> Children(ByteSpan content) {
  std::vector<Node> nodes;
  while (!content.empty()) {
    nodes.push_back(TakeNode(content));
    const Node& node = nodes.back();
    Require(tls::Element(node.tag, {node.content}).size() == node.size);
    Require(HasOneForm(node));
  }
  return nodes;
}

// Names ([4] of GeneralName) hold values of any type, other kinds ([0], [3], [5]) any structure.
bool IsOpaque(uint8_t tag) { return tag == 0xa0 || (tag >= 0xa3 && tag <= 0xa5); }

void Walk(ByteSpan content, int depth) {
  for (const Node& node : Children(content)) {
    if (depth > 0 && (node.tag & 0x20) != 0 && !IsOpaque(node.tag)) Walk(node.content, depth - 1);
  }
}

// How deep the value of an extension 2.5.29.N is read; 0 where it is not.
int DepthOf(uint8_t extension) {
  switch (extension) {
    case 14:
    case 15:
    case 17:
    case 19:
    case 30:
    case 31:
    case 33:
    case 35:
    case 36:
    case 37:
    case 54:
      return kAllTheWay;
    case 32:  // to the qualifiers, which may be of any kind
      return 3;
    default:
      return 0;
  }
}

void WalkExtensions(ByteSpan list, bool of_certificate) {
  for (const Node& extension : Children(Children(list).front().content)) {
    const std::vector<Node> parts = Children(extension.content);
    const ByteSpan oid = parts.front().content;
    const bool is_known = of_certificate && oid.size() == 3 && oid[0] == 0x55 && oid[1] == 0x1d;
    const int depth = is_known ? DepthOf(oid[2]) : 0;
    if (depth != 0) Walk(parts.back().content, depth);
  }
}

void WalkName(ByteSpan name) {
  for (const Node& rdn : Children(name)) {
    for (const Node& attribute : Children(rdn.content)) {
      ByteSpan rest = attribute.content;
      Require(HasOneForm(TakeNode(rest)));
      const Node value = TakeNode(rest);
      Require(rest.empty() && (value.tag != 0x0c || HasOneForm(value)));
    }
  }
}

void WalkKey(ByteSpan info) {
  const std::vector<Node> parts = Children(info);
  Walk(parts[0].content, kAllTheWay);
  constexpr uint8_t kRsa[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01};
  const bool is_rsa = AsText(Children(parts[0].content)[0].content) == AsText(kRsa);
  if (is_rsa) Walk(parts[1].content.subspan(1), kAllTheWay);
}

// The parts of a signed structure: what is signed, the algorithm (compared with the inner one, byte
// by byte), the signature.
ByteSpan SignedPart(ByteSpan whole) {
  const std::vector<Node> outer = Children(whole);
  Require(outer.size() == 1);
  const std::vector<Node> parts = Children(outer[0].content);
  Require(parts.size() == 3 && parts[2].content[0] == 0);
  return parts[0].content;
}

void WalkCertificate(ByteSpan der) {
  int sequences = 0;
  for (const Node& field : Children(SignedPart(der))) {
    if (field.tag == 0xa0) Walk(field.content, kAllTheWay);
    if (field.tag == 0xa3) WalkExtensions(field.content, true);
    if (field.tag != 0x30) continue;
    ++sequences;  // algorithm, issuer, validity, subject, key
    if (sequences == 2 || sequences == 4) WalkName(field.content);
    if (sequences == 3) Walk(field.content, kAllTheWay);
    if (sequences == 5) WalkKey(field.content);
  }
}

void WalkList(ByteSpan der) {
  int sequences = 0;
  for (const Node& field : Children(SignedPart(der))) {
    if (field.tag == 0xa0) WalkExtensions(field.content, false);
    if (field.tag != 0x30) continue;
    ++sequences;  // algorithm, issuer, entries
    if (sequences == 2) WalkName(field.content);
    if (sequences == 3) Walk(field.content, 3);
  }
}

// Both forms are denied when either is, and by conditions too.
void CheckDenied(const tls::Certificate& certificate, const tls::Certificate& twin) {
  tls::TrustBundle::Impl bundle;
  bundle.settings.deny.emplace_back().sha256 = identity::Sha256Of(certificate.der());
  Require(tls::Denial(bundle, certificate, false).has_value());
  Require(tls::Denial(bundle, twin, false).has_value());
  Require(tls::Denial(bundle, twin, true).has_value());

  snapshot::Condition named;
  named.kind = snapshot::Condition::Kind::kField;
  named.field = snapshot::IdentityField::kSha1;
  const identity::Sha1 digest = identity::Sha1Of(certificate.der());
  snapshot::Match& match = named.one_of.emplace_back();
  match.size = static_cast<uint8_t>(digest.size());
  std::copy(digest.begin(), digest.end(), match.bytes.begin());
  identity::PeerIdentity presented;
  presented.sha1 = identity::Sha1Of(twin.der());
  presented.chain.emplace_back(twin.der().begin(), twin.der().end());
  const policy::Facts facts(presented);
  Require(!policy::Holds(named, facts));
  Require(policy::Holds(named, facts, policy::Sense::kDenies));
}

void CheckCertificate(const tls::Certificate& certificate) {
  WalkCertificate(certificate.der());
  const std::optional<Bytes> twin = tls::TwinOf(certificate.der());
  if (!twin) return;
  Require(AsText(*twin) != AsText(certificate.der()));
  const std::optional<Bytes> again = tls::TwinOf(*twin);
  Require(again && AsText(*again) == AsText(certificate.der()));
  const auto parsed = tls::Certificate::ParseAnchor(*twin);
  Require(parsed.ok() && AsText((*parsed)->tbs()) == AsText(certificate.tbs()));
  CheckDenied(certificate, **parsed);
}

void CheckSignature(ByteSpan der, const tls::EcdsaSignature& signature) {
  const Bytes r = tls::UnsignedInteger(signature.r);
  const Bytes s = tls::UnsignedInteger(signature.s);
  Require(AsText(tls::Element(0x30, {r, s})) == AsText(der));
}

// Inside returns what is in the first element, however its length is written.
ByteSpan Inside(ByteSpan bytes) {
  if (bytes.size() < 2) return {};
  const size_t octets = bytes[1] > 0x80 ? bytes[1] & 0x7f : 0;
  return bytes.subspan(std::min(2 + octets, bytes.size()));
}

// A signature begins with a number, what is signed in a list with the number of version 2; all else
// is meant for a certificate.
Outcome RefusedByShape(ByteSpan input, bool is_list_read) {
  constexpr uint8_t kVersion2[] = {0x02, 0x01, 0x01};
  const ByteSpan inside = Inside(input);
  if (AsText(inside).starts_with('\x02')) return Outcome::Refused("ecdsa-signature");
  if (!AsText(Inside(inside)).starts_with(AsText(kVersion2)))
    return Outcome::Refused(ErrorCode::kBadCertificate);
  if (!is_list_read) return Outcome::Refused(ErrorCode::kCrlInvalid);
  return Outcome::Refused(tls::FactsOf(tls::Rule::kCrlEntries).name);
}

}  // namespace

namespace pinlatch::fuzz {

Outcome Run(ByteSpan input) {
  const auto signature = tls::ReadEcdsaSignature(input);
  if (signature) CheckSignature(input, *signature);
  const auto anchor = tls::Certificate::ParseAnchor(input);
  if (anchor.ok()) CheckCertificate(**anchor);
  // An anchor is useless without its key; a peer's is read when something is to be checked with it.
  const auto certificate = tls::Certificate::Parse(input);
  Require(anchor.ok() || !certificate.ok() || (*certificate)->ReadKey() == nullptr);
  const auto list = tls::RevocationList::Parse(input);
  const bool is_list = list.ok() && (*list)->defect().empty();
  if (is_list) WalkList(input);

  if (certificate.ok()) return Outcome::Accepted(anchor.ok() ? "certificate" : "peer");
  if (anchor.ok()) return Outcome::Accepted("anchor");
  if (is_list) return Outcome::Accepted("list");
  return signature ? Outcome::Accepted("signature") : RefusedByShape(input, list.ok());
}

std::vector<std::string_view> MustReach() {
  return {"accept-certificate",     "accept-peer",
          "accept-anchor",          "accept-list",
          "accept-signature",       "refuse-bad-certificate",
          "refuse-ecdsa-signature", "refuse-crl"};
}

}  // namespace pinlatch::fuzz
