// Fuzzes tls::RevocationList::Parse and tls::SplitRevocationLists. What is read must cost no more
// memory than its size allows, and be the same every time.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "identity/raw_name.h"
#include "revocation/crl_blocks.h"
#include "revocation/revocation_list.h"

namespace {

using pinlatch::ByteSpan;
using pinlatch::tls::RevocationList;

void Require(bool holds) {
  if (!holds) std::abort();
}

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

void CheckList(const RevocationList& list, size_t size) {
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteSpan input(data, size);
  const auto blocks = pinlatch::tls::SplitRevocationLists(input);
  if (blocks.ok()) Require(!blocks->empty());
  const auto list = RevocationList::Parse(input);
  if (!list.ok()) {
    Require(list.error().code == pinlatch::ErrorCode::kCrlInvalid && !list.error().detail.empty());
    return 0;
  }
  CheckList(**list, size);
  const auto again = RevocationList::Parse(input);
  Require(again.ok() && (*again)->size() == (*list)->size() &&
          (*again)->scope() == (*list)->scope());
  return 0;
}
