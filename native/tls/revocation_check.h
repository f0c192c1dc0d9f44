// Owns the question whether the certificates of a path are revoked, by the revocation lists and the
// deny list of the bundle (RFC 5280 section 6.3). What is asked for and cannot be decided is a
// failure.
#pragma once

#include <optional>
#include <vector>

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
  // Question is the search for the status of one certificate.
  struct Question {
    const Certificate& certificate;
    const Path& path;     // that the certificate is on
    size_t index;         // of the certificate in it
    Reasons covered = 0;  // by the lists that were believed so far
    bool is_listed_issuer = false;
    std::optional<Failure> obstacle;  // why no list, or not all reasons, could be used
    int obstacle_rank = 0;
  };

  Check CheckCertificate(const Path& path, size_t index);
  Check CheckPoint(Question& question, const DistributionPoint& point);
  Check CheckList(Question& question, const DistributionPoint& point, const HeldList& held);
  Check CheckUsable(const Certificate& certificate, const RevocationList& list) const;
  // FindSigner returns the certificate whose key signed the list and may do so, or notes an
  // obstacle.
  const Certificate* FindSigner(Question& question, const HeldList& held);
  Check CheckSigner(const Question& question, const Certificate& signer);
  bool IsInProgress(const Path& path) const;
  std::optional<uint8_t> StatusOf(const Question& question, const HeldList& complete,
                                  const Certificate& signer);
  const HeldList* FindDelta(const HeldList& complete, const Certificate& signer);
  static void Note(Question& question, int rank, Failure failure);

  VerifyContext& context_;
  std::vector<const Certificate*>
      in_progress_;  // whose status is being looked for; a signer must not depend on them
};

}  // namespace pinlatch::tls
