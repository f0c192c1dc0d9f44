// See bundle_warnings.h.
#include "verdict/bundle_warnings.h"

#include <algorithm>
#include <utility>

#include "identity/raw_name.h"
#include "revocation/list_series.h"
#include "trust/certificate_rules.h"
#include "trust/list_memory.h"
#include "trust/list_scope.h"
#include "trust/revocation_check.h"
#include "trust/trust_bundle_impl.h"
#include "x509/subject_text.h"

namespace pinlatch::tls {
namespace {

class Warnings {
 public:
  Warnings(const TrustBundle& bundle, const ClockReading& clock, const std::string& at)
      : trust_(bundle),
        bundle_(bundle.impl()),
        floor_(clock.floor()),
        lists_floor_(FloorByLists(bundle_, clock).floor),
        clock_(clock.WithFloor(std::max(clock.floor(), bundle_.clock_floor))),
        at_(at) {}

  std::vector<Error> Find() {
    for (const LeftOut& left_out : bundle_.left_out)
      AddOfCa(ErrorCode::kAnchorUnusable, left_out.ToString());
    for (const std::unique_ptr<const Certificate>& anchor : bundle_.anchors) FindInvalid(*anchor);
    FindFloor();
    for (const UnixSeconds moment : bundle_.disbelieved) {
      AddOfLists(ErrorCode::kClockEvidenceLeftOut,
                 "a revocation list is dated " + TimeText(moment) + ", more than 400 days ahead");
    }
    if (!bundle_.settings.revocation) return std::move(found_);
    for (const std::string& path : bundle_.listless)
      AddOfLists(ErrorCode::kListsMissing, path + " contains no revocation list");
    FindUnlisted();
    FindUnusable();
    for (const std::unique_ptr<const HeldList>& held : bundle_.lists) FindForeign(*held);
    for (const RememberedSeries& series : bundle_.missing) FindGone(series);
    return std::move(found_);
  }

 private:
  void AddOfCa(ErrorCode code, std::string text) {
    found_.emplace_back(code, std::move(text), at_ + "/ca");
  }
  void AddOfLists(ErrorCode code, std::string text) {
    found_.emplace_back(code, std::move(text), at_ + "/crl");
  }

  // What else says that the clock is wrong is said of the whole configuration.
  void FindFloor() {
    if (lists_floor_ <= floor_ || clock_.now() >= lists_floor_) return;
    AddOfLists(ErrorCode::kClockWrong, "the clock says " + TimeText(clock_.now()) +
                                           ", but a revocation list is dated " +
                                           TimeText(lists_floor_));
  }

  void FindInvalid(const Certificate& anchor) {
    const std::string subject = SubjectText(anchor);
    if (clock_.HasEnded(anchor.not_after())) {
      AddOfCa(ErrorCode::kAuthorityNotValid,
              subject + ", which expired on " + TimeText(anchor.not_after()));
    } else if (!clock_.HasBegun(anchor.not_before())) {
      AddOfCa(ErrorCode::kAuthorityNotValid,
              subject + ", which is valid from " + TimeText(anchor.not_before()) + " only");
    }
  }

  // An indirect list may speak for any issuer.
  void FindUnlisted() {
    const bool has_indirect =
        std::any_of(bundle_.lists.begin(), bundle_.lists.end(),
                    [](const auto& held) { return held->list->scope().is_indirect; });
    const bool is_refused = !bundle_.settings.revocation->accept_unlisted_issuers;
    if (bundle_.lists.empty() || has_indirect || !is_refused) return;
    std::vector<std::string_view> told;  // renewed authorities have one name
    for (const std::unique_ptr<const Certificate>& anchor : bundle_.anchors) {
      const std::string& name = anchor->subject();
      const bool is_told = std::find(told.begin(), told.end(), name) != told.end();
      if (is_told || !NeedsList(*anchor) || IsListed(*anchor)) continue;
      told.push_back(name);
      AddOfLists(ErrorCode::kAuthorityUnlisted,
                 "no revocation list of " + SubjectText(*anchor) + ", an authority of `ca`");
    }
  }

  bool IsListed(const Certificate& anchor) const {
    const VerifyRequest request = Request();
    VerifyContext context(request);
    context.BeginPass(trust_.limits().max_signature_checks);
    return RevocationCheck(context).IsListed(anchor);
  }

  // Where leaves alone are checked, one whose own authorities are in the bundle may have no others.
  bool NeedsList(const Certificate& anchor) const {
    if (!anchor.extensions().is_ca && anchor.version() == 3) return false;
    if (!bundle_.settings.revocation->leaf_only) return true;
    return std::none_of(bundle_.anchors.begin(), bundle_.anchors.end(), [&](const auto& other) {
      return other->issuer() == anchor.subject() && !other->is_self_issued();
    });
  }

  void FindUnusable() {
    const VerifyRequest request = Request();
    VerifyContext context(request);
    for (const RevocationCheck::ListFault& fault : RevocationCheck(context).FindListFaults())
      AddUnusable(fault.held, fault.failure);
    for (const std::unique_ptr<const HeldList>& held : bundle_.lists) {
      if (!IsNewestOfPeers(*held)) continue;
      if (const Check failure = CheckUsable(*held->list, *bundle_.settings.revocation, clock_))
        AddUnusable(*held, *failure);
    }
  }

  // Of lists whose issuer only peers present: by their key identifiers, which will mostly be right.
  bool IsNewestOfPeers(const HeldList& held) const {
    const RevocationList& list = *held.list;
    if (!held.signers.empty() || held.is_forged || !list.algorithm()) return false;
    return std::none_of(bundle_.lists.begin(), bundle_.lists.end(), [&](const auto& other) {
      return IsSameKind(*other->list, list) && IsNewer(*other->list, list) &&
             other->list->authority_key_id() == list.authority_key_id();
    });
  }

  void AddUnusable(const HeldList& held, const Failure& failure) {
    std::string text = Named(held) + ": " + std::string(FactsOf(failure.rule).name);
    if (!failure.detail.empty()) text += ", " + failure.detail;
    AddOfLists(ErrorCode::kListUnusable, std::move(text));
  }

  void FindForeign(const HeldList& held) {
    const std::string& issuer = held.list->issuer();
    if (!held.signers.empty() || bundle_.left_out_reasons.contains(issuer)) return;
    const std::string why = held.is_forged
                                ? ", which no authority of that name in the trust bundle has signed"
                                : ", which is not an authority of the trust bundle";
    AddOfLists(ErrorCode::kListForeign, Named(held) + why);
  }

  void FindGone(const RememberedSeries& series) {
    if (!Concerns(series) || IsSucceeded(series)) return;
    AddOfLists(ErrorCode::kListGone, ListText(series.mark) + ", of " + IssuerText(series.mark) +
                                         ", was in use before and is now in none of the files");
    found_.back().remedy = ForgetList("if the CA no longer issues that list", series.mark);
  }

  // An authority that was taken out of the bundle needs no list any more.
  bool Concerns(const RememberedSeries& series) const {
    const auto [first, last] = bundle_.anchors_by_subject.equal_range(series.issuer);
    const bool is_anchors = std::any_of(first, last, [&](const auto& anchor) {
      return SignerKey(*anchor.second) == series.mark.key;
    });
    return is_anchors || bundle_.lists_by_issuer.contains(series.issuer);
  }

  // Stricter than what refuses (trust/revocation_check.h): where numbers of one issuer run
  // backwards somebody should look, though those of different series need not compare.
  bool IsSucceeded(const RememberedSeries& series) const {
    return std::any_of(bundle_.lists.begin(), bundle_.lists.end(), [&](const auto& held) {
      const RevocationList& list = *held->list;
      if (held->is_forged || list.issuer() != series.issuer || !series.IsAsFar(AgeOf(list)))
        return false;
      const bool is_same_scope = list.scope() == series.scope;
      if (held->signers.empty())  // perhaps the list itself: nobody has shown its signer yet
        return is_same_scope && (series.mark.is_delta || !list.is_delta());
      return !list.is_delta() && (is_same_scope || list.scope() == ListScope{}) &&
             list.this_update() >= series.mark.age.this_update;
    });
  }

  static std::string Named(const HeldList& held) {
    return held.source + ", the list of " + identity::NameText(held.list->issuer_der());
  }

  // Request is a verification of nothing that is presented.
  VerifyRequest Request() const {
    return {.chain = {}, .trust = trust_, .now = clock_.now(), .limits = trust_.limits()};
  }

  const TrustBundle& trust_;
  const TrustBundle::Impl& bundle_;
  const UnixSeconds floor_;        // the hard one
  const UnixSeconds lists_floor_;  // the same, where the lists say no more
  const ClockReading clock_;
  const std::string& at_;
  std::vector<Error> found_;
};

}  // namespace

std::vector<Error> BundleWarnings(const TrustBundle& bundle, const ClockReading& clock,
                                  const std::string& at) {
  return Warnings(bundle, clock, at).Find();
}

}  // namespace pinlatch::tls
