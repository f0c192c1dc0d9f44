// See list_memory.h.
#include "trust/list_memory.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "identity/describe.h"
#include "identity/raw_name.h"
#include "names/distinguished_name.h"
#include "trust/certificate_rules.h"
#include "trust/trust_bundle_impl.h"

namespace pinlatch::tls {

bool RememberedSeries::IsAsFar(const ListAge& age) const {
  if (mark.age.number && age.number) return *age.number >= *mark.age.number;
  return age.this_update >= mark.age.this_update;
}

namespace {

std::string KeyText(const identity::Sha256& hash) { return HexEncode(hash); }

// The keys that are known to have signed a list, as marks have them.
std::vector<std::string> KeysOf(const HeldList& held) {
  std::vector<std::string> keys;
  for (const Certificate* signer : held.signers) {
    std::string key = SignerKey(*signer);
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(std::move(key));
  }
  if (const auto proven = held.proof.key()) keys.push_back(KeyText(*proven));
  return keys;
}

ListMark MarkOf(const std::string& bundle, const RevocationList& list, std::string key) {
  const std::string& key_id = list.authority_key_id();
  return {bundle,
          list.issuer_der(),
          list.scope_der(),
          list.is_delta(),
          {key_id.begin(), key_id.end()},
          std::move(key),
          AgeOf(list)};
}

// Of one issuer and scope; and what a delta list told is also in a complete list that is as far.
bool IsOfKind(const RememberedSeries& series, const RevocationList& list) {
  return series.issuer == list.issuer() && series.scope == list.scope() &&
         series.mark.is_delta == list.is_delta();
}
bool IsCompleteBeside(const RememberedSeries& series, const RevocationList& list) {
  return series.mark.is_delta && !list.is_delta() && series.issuer == list.issuer() &&
         series.scope == list.scope() && series.IsAsFar(AgeOf(list));
}

// A key identifier is a hint: of a key that is known its lack says nothing, and another one only
// that the list may be of another key.
bool MayHaveSigned(const ListMark& mark, const RevocationList& list) {
  const std::string& key_id = list.authority_key_id();
  if (AsText(ByteSpan(mark.key_id)) == key_id) return true;
  return !mark.key.empty() && (mark.key_id.empty() || key_id.empty());
}

bool IsKnownToBeOf(const ListMark& mark, const HeldList& held) {
  const std::vector<std::string> keys = KeysOf(held);
  return std::find(keys.begin(), keys.end(), mark.key) != keys.end();
}

bool IsThere(const RememberedSeries& series, const std::vector<std::unique_ptr<HeldList>>& lists) {
  return std::any_of(lists.begin(), lists.end(), [&](const auto& held) {
    const RevocationList& list = *held->list;
    if (held->is_forged || !IsKnownToBeOf(series.mark, *held)) return false;
    return IsCompleteBeside(series, list) ||
           (IsOfKind(series, list) && series.IsAsFar(AgeOf(list)));
  });
}

// The bundle may have been renamed to one that has lists of the issuer; one that has none may never
// have had any.
bool IsOfLostBundle(const RememberedSeries& series, const std::vector<std::string>& bundles,
                    const std::vector<std::unique_ptr<HeldList>>& lists) {
  if (std::find(bundles.begin(), bundles.end(), series.mark.bundle) != bundles.end()) return false;
  return std::any_of(lists.begin(), lists.end(), [&](const auto& held) {
    return !held->is_forged && held->list->issuer() == series.issuer;
  });
}

Error Backwards(const ListMark& mark, const RevocationList& found) {
  const bool by_number = mark.age.number && found.number() && mark.age.number != found.number();
  const std::string words = by_number ? "its number is " + found.number()->ToString() + ", and " +
                                            mark.age.number->ToString() + " was loaded before"
                                      : "it was issued " + TimeText(found.this_update()) +
                                            ", and one that was issued " +
                                            TimeText(mark.age.this_update) + " was loaded before";
  Error error(ErrorCode::kCrlInvalid, "a revocation list went backwards: " + words);
  error.remedy = ForgetList("if the newer list was a mistake of the CA", mark);
  return error;
}

}  // namespace

std::string SignerKey(const Certificate& signer) {
  return KeyText(identity::Sha256Of(signer.key_info()));
}

bool HeldList::IsOutdated(const Certificate& signer) const {
  if (is_outdated || outdated_keys.empty()) return is_outdated;
  const std::string key = SignerKey(signer);
  return std::find(outdated_keys.begin(), outdated_keys.end(), key) != outdated_keys.end();
}

std::string IssuerText(const ListMark& mark) { return identity::NameText(mark.issuer); }

std::string ScopeText(const ListMark& mark) {
  const std::optional<ListScope> scope = ReadListScope(mark.scope);
  if (mark.scope.empty() || !scope) return "all certificates";
  std::string text = scope->users_only         ? "users only"
                     : scope->authorities_only ? "authorities only"
                     : scope->attributes_only  ? "attributes only"
                                               : "all certificates";
  if (!scope->name.empty()) text += ", of one distribution point";
  if (scope->reasons != kAllReasons) text += ", for some reasons";
  if (scope->is_indirect) text += ", also of other issuers";
  return text;
}

std::string ListText(const ListMark& mark) {
  const std::string number = mark.age.number ? ", number " + mark.age.number->ToString() : "";
  return std::string(mark.is_delta ? "the delta list" : "the list") + " for " + ScopeText(mark) +
         number + ", issued " + TimeText(mark.age.this_update);
}

std::shared_ptr<const Remedy> ForgetList(std::string when, const ListMark& mark) {
  return std::make_shared<const Remedy>(
      Remedy{std::move(when), {"trust", "forget-list", mark.bundle, IssuerText(mark)}});
}

ListMemory::ListMemory() = default;
ListMemory::~ListMemory() = default;

Status ListMemory::Remember(ListMark mark) {
  std::optional<std::string> issuer = CanonicalName(mark.issuer);
  if (!issuer || issuer->empty())
    return Error(ErrorCode::kCrlInvalid, "the issuer of a remembered list cannot be read");
  Entry entry{std::move(mark), *std::move(issuer), {}};
  if (!entry.mark.scope.empty()) {
    std::optional<ListScope> scope = ReadListScope(entry.mark.scope);
    if (!scope)
      return Error(ErrorCode::kCrlInvalid, "the scope of a remembered list cannot be read");
    entry.scope = *std::move(scope);
  }
  Raise(std::move(entry));
  return {};
}

ListMemory::Entry* ListMemory::Find(const Entry& series) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) {
    const ListMark& mark = entry->mark;
    const bool is_same_key =
        mark.key == series.mark.key && (!mark.key.empty() || mark.key_id == series.mark.key_id);
    return mark.bundle == series.mark.bundle && entry->issuer == series.issuer &&
           mark.is_delta == series.mark.is_delta && entry->scope == series.scope && is_same_key;
  });
  return found == entries_.end() ? nullptr : found->get();
}

// The greatest number stays also when a list without one follows it.
void ListMemory::Raise(Entry entry) {
  Entry* known = Find(entry);
  if (known == nullptr) {
    entries_.push_back(std::make_unique<Entry>(std::move(entry)));
    return;
  }
  if (!IsNewer(entry.mark.age, known->mark.age)) return;
  if (!entry.mark.age.number) entry.mark.age.number = known->mark.age.number;
  known->mark = std::move(entry.mark);
}

void ListMemory::Note(const std::string& bundle, const TrustBundle::Impl& lists) {
  for (const std::unique_ptr<const HeldList>& held : lists.lists) {
    if (held->is_forged) continue;
    std::vector<std::string> keys = KeysOf(*held);
    if (keys.empty()) keys.emplace_back();
    for (std::string& key : keys) {
      ListMark mark = MarkOf(bundle, *held->list, std::move(key));
      Raise({std::move(mark), held->list->issuer(), held->list->scope()});
    }
  }
}

void ListMemory::Learn(const std::string& bundle, const TrustBundle::Impl& lists) {
  for (const std::unique_ptr<const HeldList>& held : lists.lists) {
    const auto key = held->proof.key();
    if (!key) continue;
    Entry series{MarkOf(bundle, *held->list, {}), held->list->issuer(), held->list->scope()};
    const Entry* unproven = Find(series);
    if (unproven == nullptr) continue;  // it is known already, or was forgotten
    // One that is newer waits for a proof of its own.
    if (!IsNewer(unproven->mark.age, series.mark.age))
      std::erase_if(entries_, [&](const auto& entry) { return entry.get() == unproven; });
    series.mark.key = KeyText(*key);
    Raise(std::move(series));
  }
}

size_t ListMemory::Forget(const std::string& bundle, ByteSpan issuer) {
  const std::optional<std::string> name = CanonicalName(issuer);
  return std::erase_if(entries_, [&](const auto& entry) {
    return name && entry->mark.bundle == bundle && entry->issuer == *name;
  });
}

std::vector<ListMark> ListMemory::marks() const {
  std::vector<ListMark> marks;
  for (const auto& entry : entries_) marks.push_back(entry->mark);
  return marks;
}

// A list that the bundle's certificates signed is of the series of their keys. Of another the key
// is found out when somebody shows its signer; until then it may be of any series of its kind.
bool ListMemory::IsOfSeries(const Entry& series, HeldList& held, bool is_older) {
  const std::vector<std::string> keys = KeysOf(held);
  const std::string& key = series.mark.key;
  if (!keys.empty()) {
    const bool is_of_series = std::find(keys.begin(), keys.end(), key) != keys.end();
    held.is_outdated |= is_of_series && is_older;
    return is_of_series;
  }
  const bool may_be_of_series = MayHaveSigned(series.mark, *held.list);
  if (is_older && key.empty()) held.is_outdated |= may_be_of_series;
  if (is_older && !key.empty()) held.outdated_keys.push_back(key);
  return may_be_of_series;
}

Status ListMemory::CompareWith(const Entry& series,
                               const std::vector<std::unique_ptr<HeldList>>& lists) {
  const RevocationList* outdated = nullptr;
  bool is_matched = false;
  for (const auto& held : lists) {
    const RevocationList& list = *held->list;
    if (held->is_forged) continue;
    // An older delta list may stay beside a complete one that has overtaken it.
    is_matched |= IsCompleteBeside(series, list) && IsOfSeries(series, *held, false);
    if (!IsOfKind(series, list)) continue;
    const bool is_older = IsNewer(series.mark.age, AgeOf(list));
    if (!IsOfSeries(series, *held, is_older)) continue;
    is_matched |= !is_older;
    if (is_older && outdated == nullptr) outdated = &list;
  }
  return outdated == nullptr || is_matched ? Status() : Backwards(series.mark, *outdated);
}

Status ListMemory::Compare(const std::string& bundle, const std::vector<std::string>& bundles,
                           const std::vector<std::unique_ptr<HeldList>>& lists) const {
  for (const auto& entry : entries_) {
    const ListMark& mark = entry->mark;
    const bool is_elsewhere =
        std::find(bundles.begin(), bundles.end(), mark.bundle) != bundles.end();
    if (mark.bundle != bundle && (is_elsewhere || mark.key.empty())) continue;
    PINLATCH_TRY(CompareWith(*entry, lists));
  }
  return {};
}

std::vector<RememberedSeries> ListMemory::FindMissing(
    const std::string& bundle, const std::vector<std::string>& bundles,
    const std::vector<std::unique_ptr<HeldList>>& lists) const {
  std::vector<RememberedSeries> missing;
  for (const auto& entry : entries_) {
    const ListMark& mark = entry->mark;
    if (mark.key.empty() || IsThere(*entry, lists)) continue;
    if (mark.bundle == bundle || IsOfLostBundle(*entry, bundles, lists)) missing.push_back(*entry);
  }
  return missing;
}

}  // namespace pinlatch::tls
