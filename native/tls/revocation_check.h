// Owns the question whether the certificates of a path are revoked, by the revocation lists and the
// deny list of the bundle (RFC 5280 section 6.3). What is asked for and cannot be decided is a
// failure.
#pragma once

#include <optional>
#include <vector>

#include "tls/distribution_point.h"
#include "tls/verify_context.h"
#include "tls/verify_rule.h"

namespace pinlatch::tls {

// CheckDenied holds when no certificate of `path` is on the bundle's deny list. Serials do not deny
// the anchor.
Check CheckDenied(const VerifyContext& context, const Path& path);

class RevocationCheck {
 public:
  explicit RevocationCheck(VerifyContext& context) : context_(context) {}

  // CheckPath holds when the lists show every certificate of `path` but the anchor (or the last one
  // only, where the bundle says so) to be good, and always when the bundle asks for no revocation.
  Check CheckPath(const Path& path);

 private:
  // Head is the newest authentic list of a series that speaks for a certificate. Every one of them
  // must be usable; an older list of its series is passed over, whatever it says.
  struct Head {
    const HeldList* held;
    const Certificate* signer;
    Reasons reasons;  // for which it speaks
    const RevocationList& list() const { return *held->list; }
  };

  // Ranks of obstacles: what came nearest to an answer is told.
  enum Rank : int { kRankMissing, kRankScope, kRankSignature, kRankSigner };

  // Question is the search for the status of one certificate.
  struct Question {
    const Certificate& certificate;
    const Path& path;  // that the certificate is on
    size_t index;      // of the certificate in it
    std::vector<Head> heads;
    Reasons covered = 0;  // by the complete lists that count
    bool is_listed_issuer = false;
    std::optional<Failure> obstacle;  // why no list, or not all reasons, could be used
    Rank obstacle_rank = kRankMissing;
  };

  Check CheckCertificate(const Path& path, size_t index);
  // FindHeads fails where it cannot be told whether a list is authentic.
  Check FindHeads(Question& question);
  Check Consider(Question& question, const HeldList& held, Reasons reasons);
  static void Enter(Question& question, const Head& head);
  Check JudgeHeads(Question& question);
  Check JudgeComplete(Question& question, const Head& head);
  Check JudgeDelta(const Question& question, const Head& head);
  // IsLifted says whether a delta list takes the certificate off a complete list.
  bool IsLifted(const Question& question, const Head& complete) const;
  // CheckHead holds when a list may be used, and ends the verdict with it.
  Check CheckHead(const Question& question, const Head& head);
  Check CheckHeld(const HeldList& held) const;

  // Signer is who signed a list and may, or nobody; `undecided` is why that cannot be told.
  struct Signer {
    const Certificate* certificate = nullptr;
    Check undecided;
  };
  // FindSigner notes an obstacle where there is nobody.
  Signer FindSigner(Question& question, const HeldList& held);
  Check CheckSigner(const Question& question, const Certificate& signer);
  bool IsInProgress(const Path& path) const;
  static void Note(Question& question, Rank rank, Failure failure);

  VerifyContext& context_;
  std::vector<const Certificate*>
      in_progress_;  // whose status is being looked for; a signer must not depend on them
};

}  // namespace pinlatch::tls
