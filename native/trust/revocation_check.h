// Owns the question whether the certificates of a path are revoked, by the revocation lists and the
// deny list of the bundle (RFC 5280 section 6.3). What is asked for and cannot be decided is a
// failure.
#pragma once

#include <optional>
#include <vector>

#include "trust/verify_context.h"
#include "trust/verify_rule.h"
#include "x509/distribution_point.h"

namespace pinlatch::tls {

// CheckDenied holds when no certificate of `path` is on the bundle's deny list. Serials do not deny
// the anchor.
Check CheckDenied(const VerifyContext& context, const Path& path);

// HaveSameKey says whether two certificates are for one key.
inline bool HaveSameKey(const Certificate& a, const Certificate& b) {
  return AsText(a.key_info()) == AsText(b.key_info());
}

// RevokedFor is the failure of a certificate that a list names.
Failure RevokedFor(const Certificate& certificate, uint8_t reason);

class RevocationCheck {
 public:
  explicit RevocationCheck(VerifyContext& context) : context_(context) {}

  // CheckPath holds when the lists show every certificate of `path` but the anchor (or the last one
  // only, where the bundle says so) to be good, and always when the bundle asks for no revocation.
  Check CheckPath(const Path& path);

  // CheckAnchor holds when no list of another CA of the bundle revokes an anchor, and those that
  // speak for it can be used. An anchor is trusted as it stands; but an intermediate that was put
  // into the bundle beside its own CA, as chain files do, must not outlive its revocation by that
  // CA. `is_asked_about`: it is itself the certificate in question.
  Check CheckAnchor(const Certificate& anchor, bool is_asked_about);

  // IsListed says whether a list, current or not, can show that certificates which `authority`, an
  // anchor of the bundle, issued are good: its signer is found as for one that is presented. An
  // indirect list, of which only such a certificate tells, is left aside.
  bool IsListed(const Certificate& authority);

  // CheckIssued holds when the lists can show that a certificate of this kind which `authority`, an
  // anchor of the bundle, issued is good: one that names no distribution points, or those that the
  // lists are for.
  enum class Issued : uint8_t { kEndEntity, kAuthority };
  Check CheckIssued(const Certificate& authority, Issued kind);

  // ListFault is why a list refuses whoever is judged by it.
  struct ListFault {
    const HeldList& held;
    Failure failure;
  };
  // FindListFaults looks at the newest list of each series that a certificate of the bundle signed.
  std::vector<ListFault> FindListFaults();

 private:
  // Head is an authentic list that speaks for a certificate, and that no newer one of its series
  // supersedes. Every one of them must be usable; what is superseded is passed over, whatever it
  // says. Of complete lists a series has one, of delta lists several that build on one another.
  struct Head {
    const HeldList* held;
    const Certificate* signer;
    Reasons reasons;  // for which it speaks; 0: it can only refuse
    // is_beside: the anchor of the certificate's path does not vouch for the signer; another of its
    // bundle does.
    bool is_beside = false;
    const RevocationList& list() const { return *held->list; }
  };

  // Ranks of obstacles: what came nearest to an answer is told.
  enum Rank : int { kRankMissing, kRankScope, kRankSignature, kRankSigner };

  // Question is the search for the status of one certificate.
  struct Question {
    const Certificate& certificate;
    const Path& path;  // that the certificate is on
    size_t index;      // of the certificate in it
    std::vector<Head> heads = {};
    Reasons covered = 0;  // by the complete lists that count
    bool is_listed_issuer = false;
    bool is_anchor = false;
    std::optional<Failure> obstacle = {};  // why no list, or not all reasons, could be used
    Rank obstacle_rank = kRankMissing;
  };

  Check CheckCertificate(const Path& path, size_t index);
  // FindHeads fails where it cannot be told whether a list is authentic.
  Check FindHeads(Question& question);
  Check Consider(Question& question, const HeldList& held, Reasons reasons);
  static bool IsPassedOver(const Head& head, const HeldList& held, const Certificate& certificate);
  static void Enter(Question& question, const Head& head);
  Check JudgeHeads(Question& question);
  // Binds says whether a head that cannot be used refuses: for an anchor, of which no list is asked
  // for, not one about others or of its own key; for any other, not one from beside whose place
  // others have taken.
  bool Binds(const Question& question, const Head& head) const;
  // IsOvertaken says whether complete lists that can be used, and were issued later, tell for the
  // same reasons what a list tells.
  bool IsOvertaken(const Question& question, const Head& head) const;
  Check JudgeComplete(Question& question, const Head& head);
  Check JudgeDelta(const Question& question, const Head& head);
  // DeltaRelation is what a delta list is beside the complete one that it belongs to.
  enum class DeltaRelation : uint8_t { kSuperseded, kContained, kNewer };
  static DeltaRelation RelationOf(const Question& question, const Head& delta);
  // CheckDelta holds when a delta list that is newer can be used, and nothing lacks before it.
  Check CheckDelta(const Question& question, const Head& head);
  // IsLifted says whether a newer delta list takes the certificate off a list that names it.
  bool IsLifted(const Question& question, const Head& named) const;
  // AreRelated says whether lists are of one issuer, key and scope, complete or delta.
  static bool AreRelated(const Head& a, const Head& b);
  // ReachOf is the number up to which the complete list and the delta lists that build on it, and
  // on one another, tell every change; nothing without a complete list that has a number.
  static std::optional<ListNumber> ReachOf(const Question& question, const Head& delta);
  static bool IsBuiltUpon(const Question& question, const Head& head);
  // CheckMissing holds when no list that served before and spoke for the certificate is missing,
  // but for those whose place others have taken.
  Check CheckMissing(const Question& question) const;
  // MayBeJudgedBy says whether the certificate of the key that signed a series is among those that
  // could have signed a list about the certificate.
  bool MayBeJudgedBy(const Question& question, const RememberedSeries& series) const;
  // IsSucceeded says whether the lists that are there tell, for these reasons, what the series
  // told.
  static bool IsSucceeded(const Question& question, const RememberedSeries& series,
                          Reasons reasons);
  // JudgeIssued adds to the question the reasons for which the lists that were found count.
  Check JudgeIssued(Question& question);
  // CheckHead holds when a list may be used, and ends the verdict with it.
  Check CheckHead(const Question& question, const Head& head);
  Check CheckHeld(const Question& question, const Head& head) const;

  // Signer is who signed a list and may, or nobody; `undecided` is why that cannot be told.
  struct Signer {
    const Certificate* certificate = nullptr;
    Check undecided = {};
    bool is_beside = false;
    bool only_refuses = false;  // what it says against a certificate is believed, and nothing else
  };
  // FindSigner notes an obstacle where there is nobody.
  Signer FindSigner(Question& question, const HeldList& held);
  // SignerFault is why a signer is not believed; where it is, `is_beside` says how (see Head).
  Check SignerFault(const Question& question, const Certificate& signer, bool& is_beside);
  // MayVouch says whether an anchor may vouch for the signer of a list, beside that of the path.
  bool MayVouch(const Question& question, const Certificate& signer,
                const Certificate& anchor) const;
  bool IsInProgress(const Path& path) const;
  static void Note(Question& question, Rank rank, Failure failure);

  VerifyContext& context_;
  std::vector<const Certificate*>
      in_progress_;  // whose status is being looked for; a signer must not depend on them
};

}  // namespace pinlatch::tls
