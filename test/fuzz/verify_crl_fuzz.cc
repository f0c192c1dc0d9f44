// Fuzzes tls::RevocationList::Parse and tls::SplitRevocationLists. What is read must cost no more
// memory than its size allows, and be the same every time, in PEM too. Refused is also a list that
// is read and would not be believed, by the rule of verification that says so.
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "identity/raw_name.h"
#include "outcome.h"
#include "revocation/crl_blocks.h"
#include "revocation/revocation_list.h"
#include "trust/verify_rule.h"

namespace {

using pinlatch::AsBytes;
using pinlatch::AsText;
using pinlatch::ByteSpan;
using pinlatch::ErrorCode;
using pinlatch::fuzz::Outcome;
using pinlatch::fuzz::Require;
using pinlatch::tls::RevocationList;

// What is kept of a list must lead to the same series again.
void CheckMark(const RevocationList& list) {
  pinlatch::identity::NameText(list.issuer_der());
  if (!list.scope_der().empty()) {
    const auto scope = pinlatch::tls::ReadListScope(list.scope_der());
    Require(scope.has_value() && *scope == list.scope());
  }
  if (list.number()) {
    Require(pinlatch::tls::ListNumber::Parse(list.number()->ToString()) == list.number());
  }
}

void CheckBounds(const RevocationList& list, size_t size) {
  // An entry is at least 20 bytes of DER and at most serial, reason and a share of the directory in
  // memory; each issuer of an indirect list adds a node.
  Require(list.size() <= size / 18);
  Require(list.memory() <= 64 * size + 4096);
  Require(!list.issuer().empty());
  Require(!list.is_delta() || list.base().has_value());
  Require(list.defect().empty() || list.size() == 0);
  CheckMark(list);
  const uint8_t serial[] = {0x01};
  list.Find(list.issuer(), serial);
  list.Find("nobody", serial);
}

// A file of lists has them as DER or as PEM.
void CheckFile(ByteSpan file, ByteSpan der) {
  const auto blocks = pinlatch::tls::SplitRevocationLists(file);
  Require(blocks.ok() && blocks->size() == 1 && AsText(blocks->front()) == AsText(der));
}

Outcome OutcomeOf(const RevocationList& list) {
  using pinlatch::tls::FactsOf;
  using pinlatch::tls::Rule;
  if (!list.defect().empty()) return Outcome::Refused(FactsOf(Rule::kCrlEntries).name);
  if (!list.unknown_critical().empty())
    return Outcome::Refused(FactsOf(Rule::kCrlCriticalExtension).name);
  return Outcome::Accepted(list.is_delta() ? "delta" : "complete");
}

Outcome CheckList(ByteSpan der) {
  const auto list = RevocationList::Parse(der);
  if (!list.ok()) {
    Require(list.error().code == ErrorCode::kCrlInvalid && !list.error().detail.empty());
    return Outcome::Refused(list.error().code);
  }
  CheckBounds(**list, der.size());
  CheckFile(der, der);
  CheckFile(AsBytes("-----BEGIN X509 CRL-----\n" + pinlatch::Base64Encode(der) +
                    "\n-----END X509 CRL-----\n"),
            der);
  const auto again = RevocationList::Parse(der);
  Require(again.ok() && (*again)->size() == (*list)->size() &&
          (*again)->scope() == (*list)->scope());
  return OutcomeOf(**list);
}

}  // namespace

namespace pinlatch::fuzz {

// What comes of a file is the affair of its first list.
Outcome Run(ByteSpan input) {
  const auto blocks = tls::SplitRevocationLists(input);
  if (!blocks.ok()) {
    Require(!RevocationList::Parse(input).ok());
    return Outcome::Refused(blocks.error().code);
  }
  Require(!blocks->empty());
  for (const auto& block : *blocks) CheckList(block);
  return CheckList(blocks->front());
}

std::vector<std::string_view> MustReach() {
  return {"accept-complete", "accept-delta", "refuse-crl-invalid", "refuse-crl-entries",
          "refuse-crl-critical-extension"};
}

}  // namespace pinlatch::fuzz
