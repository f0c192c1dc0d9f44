// Builds trust bundles.
#include "trust/trust_bundle_builder.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "identity/describe.h"
#include "names/distinguished_name.h"
#include "revocation/crl_blocks.h"
#include "revocation/list_series.h"
#include "trust/list_scope.h"
#include "x509/subject_text.h"

namespace pinlatch::tls {
namespace {

std::optional<std::vector<uint8_t>> ReadSerial(std::string text) {
  if (text.size() % 2 != 0) text.insert(text.begin(), '0');
  std::vector<uint8_t> bytes(text.size() / 2);
  if (bytes.empty() || !HexDecodeInto(text, bytes)) return std::nullopt;
  const auto first =
      std::find_if(bytes.begin(), bytes.end() - 1, [](uint8_t byte) { return byte != 0; });
  bytes.erase(bytes.begin(), first);
  return bytes;
}

std::string WeakKeyText(const PublicKey& key, uint32_t min_rsa_bits) {
  return "its key, " + key.Describe() + ", is not strong enough: an RSA key has " +
         std::to_string(min_rsa_bits) +
         " (`minRsaBits`) to 8192 bits and an odd exponent of 2 to 64";
}

identity::Sha256 Chained(const identity::Sha256& before, ByteSpan added) {
  std::vector<uint8_t> both(before.begin(), before.end());
  const identity::Sha256 hash = identity::Sha256Of(added);
  both.insert(both.end(), hash.begin(), hash.end());
  return identity::Sha256Of(both);
}

}  // namespace

TrustBundleBuilder::TrustBundleBuilder(const snapshot::Trust& trust, const ClockReading& clock)
    : bundle_(std::make_unique<TrustBundle::Impl>()), clock_(clock) {
  bundle_->settings = trust;
  bundle_->settings.ca.clear();
  if (bundle_->settings.revocation) bundle_->settings.revocation->files.clear();
  bundle_->limits.min_rsa_bits = trust.min_rsa_bits;
  bundle_->limits.max_depth = trust.max_depth;
  bundle_->limits.max_signature_checks = trust.max_depth + kSpareSignatureChecks;
}

void TrustBundleBuilder::AddAnchor(std::vector<uint8_t> der, const std::string& source) {
  if (std::find(bundle_->der.begin(), bundle_->der.end(), der) != bundle_->der.end()) return;
  bundle_->content = Chained(bundle_->content, der);
  auto parsed = Certificate::ParseAnchor(der);
  if (!parsed.ok()) {
    const std::string& reason = parsed.error().detail;
    bundle_->left_out.push_back({source, SubjectTextOf(der), reason});
    const std::optional<ByteSpan> subject = SubjectOf(der);
    const std::optional<std::string> name = subject ? CanonicalName(*subject) : std::nullopt;
    if (name) bundle_->left_out_reasons.emplace(*name, reason);
    return;
  }
  const PublicKey& key = *(*parsed)->ReadKey();  // as ParseAnchor leaves it
  const uint32_t min_rsa_bits = bundle_->limits.min_rsa_bits;
  if (!key.IsStrong(min_rsa_bits)) {
    bundle_->left_out.push_back({source, SubjectText(**parsed), WeakKeyText(key, min_rsa_bits)});
  }
  // The certificate views into the heap block of `der`, which moving the vector leaves in place.
  bundle_->der.push_back(std::move(der));
  bundle_->anchors.push_back(std::move(parsed).value());
}

Status TrustBundleBuilder::AddLists(ByteSpan text, const std::string& source,
                                    std::string_view path) {
  bundle_->content = Chained(bundle_->content, text);
  auto blocks = SplitRevocationLists(text, path);
  if (!blocks.ok()) return Error(ErrorCode::kCrlInvalid, source + ": " + blocks.error().detail);
  for (const std::vector<uint8_t>& der : *blocks) {
    auto list = RevocationList::Parse(der);
    if (!list.ok()) return Error(ErrorCode::kCrlInvalid, source + ": " + list.error().detail);
    auto held = std::make_unique<HeldList>();
    held->list = std::move(list).value();
    held->source = source;
    // Equal ones in the order that they were given.
    const auto place = std::upper_bound(
        lists_.begin(), lists_.end(), held,
        [](const auto& a, const auto& b) { return ComesFirst(*a->list, *b->list); });
    lists_.insert(place, std::move(held));
  }
  return {};
}

void TrustBundleBuilder::NoteListless(const std::string& path) {
  bundle_->content = Chained(bundle_->content, AsBytes(path));
  bundle_->listless.push_back(path);
}

Result<std::unique_ptr<TrustBundle::Impl>> TrustBundleBuilder::Finish(
    const ListMemory* memory, const std::vector<std::string>& bundles) {
  PINLATCH_TRY(CheckNotEmpty());
  PINLATCH_TRY(ReadDeniedSerials());
  for (const std::unique_ptr<const Certificate>& anchor : bundle_->anchors) {
    bundle_->anchors_by_subject.emplace(anchor->subject(), anchor.get());
  }
  AllowForNamesakes();
  PINLATCH_TRY(JudgeLists());
  if (memory != nullptr) {
    PINLATCH_TRY(memory->Compare(bundle_->settings.name, bundles, lists_));
    bundle_->missing = memory->FindMissing(bundle_->settings.name, bundles, lists_);
  }
  IndexLists();
  RaisedFloor raised = FloorByLists(*bundle_, clock_);
  bundle_->clock_floor = raised.floor;
  bundle_->disbelieved = std::move(raised.left_out);
  FindRevokedAnchors();
  return std::move(bundle_);
}

Status TrustBundleBuilder::CheckNotEmpty() const {
  constexpr size_t kMostTold = 4;
  const snapshot::Trust& settings = bundle_->settings;
  if (settings.self_signed) {
    if (!settings.pinned.empty()) return {};
    return Error(ErrorCode::kTrustEmpty, "no client pins a certificate of this trust bundle");
  }
  const bool has_usable =
      std::any_of(bundle_->anchors.begin(), bundle_->anchors.end(), [&](const auto& anchor) {
        return anchor->ReadKey()->IsStrong(bundle_->limits.min_rsa_bits);
      });
  if (has_usable) return {};
  std::string why;
  const std::vector<LeftOut>& left_out = bundle_->left_out;
  for (size_t i = 0; i < std::min(left_out.size(), kMostTold); ++i) {
    why += (i == 0 ? "none of its certificates can be used: " : "; ") + left_out[i].ToString();
  }
  if (left_out.size() > kMostTold)
    why += "; and " + std::to_string(left_out.size() - kMostTold) + " more";
  return Error(ErrorCode::kTrustEmpty, std::move(why));
}

// CAs that share a name are all tried where key identifiers do not tell them apart: one of many
// keys must not be out of reach.
void TrustBundleBuilder::AllowForNamesakes() {
  size_t most = 1;
  for (const auto& [subject, anchor] : bundle_->anchors_by_subject)
    most = std::max(most, bundle_->anchors_by_subject.count(subject));
  bundle_->limits.max_signature_checks += static_cast<uint32_t>(most - 1);
}

Status TrustBundleBuilder::ReadDeniedSerials() {
  for (const snapshot::Deny& entry : bundle_->settings.deny) {
    if (entry.kind != snapshot::Deny::Kind::kSerial) continue;
    std::optional<std::vector<uint8_t>> serial = ReadSerial(entry.serial);
    if (!serial)
      return Error(ErrorCode::kCrlInvalid,
                   "the denied serial \"" + entry.serial + "\" is not hexadecimal");
    bundle_->denied_serials.push_back(std::move(*serial));
  }
  return {};
}

Status TrustBundleBuilder::JudgeLists() {
  for (std::unique_ptr<HeldList>& held : lists_) {
    FindSigners(*held);
    held->is_forged =
        held->signers.empty() && bundle_->anchors_by_subject.contains(held->list->issuer());
    // Entries that cannot be read, in a list that its issuer did not sign as it is: a damaged file.
    const std::string& defect = held->list->defect();
    if (!defect.empty() && held->is_forged)
      return Error(ErrorCode::kCrlInvalid, held->source + ": " + defect);
  }
  return {};
}

void TrustBundleBuilder::IndexLists() {
  for (std::unique_ptr<HeldList>& held : lists_) {
    bundle_->lists_by_issuer[held->list->issuer()].push_back(held.get());
    bundle_->lists.push_back(std::move(held));
  }
  lists_.clear();
}

void TrustBundleBuilder::FindSigners(HeldList& held) const {
  const auto [first, last] = bundle_->anchors_by_subject.equal_range(held.list->issuer());
  for (auto anchor = first; anchor != last; ++anchor) {
    if (held.list->IsSignedBy(*anchor->second->ReadKey())) held.signers.push_back(anchor->second);
  }
}

// What a CA that can be used says of an anchor is asked whenever somebody is judged
// (trust/revocation_check.h). Whether one that was left out signed a list, nobody can say: what was
// given together with that CA is believed as far as it takes trust away.
void TrustBundleBuilder::FindRevokedAnchors() {
  for (const std::unique_ptr<const Certificate>& anchor : bundle_->anchors) {
    for (const std::unique_ptr<const HeldList>& held : bundle_->lists) {
      if (held->list->issuer() != anchor->issuer() || !IsOfLeftOut(*held)) continue;
      const std::optional<uint8_t> reason = held->list->Find(anchor->issuer(), anchor->serial());
      const bool is_named = reason && *reason != kRemoveFromCrl;
      // Whether a list that cannot be read names it, nobody can tell.
      if (is_named || !held->list->defect().empty()) {
        bundle_->revoked_anchors.push_back(anchor.get());
      }
    }
  }
}

bool TrustBundleBuilder::IsOfLeftOut(const HeldList& held) const {
  return held.signers.empty() && bundle_->left_out_reasons.contains(held.list->issuer());
}

}  // namespace pinlatch::tls
