// Owns a trust bundle: the anchors (any certificate, also an intermediate) and the revocation lists of one entry of
// `trust`. Immutable after loading and shared by all workers.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "snapshot/model.h"

namespace pinlatch::tls {

class TrustBundle {
 public:
  // Load opens and checks every file. Errors (with `at`): kFileUnreadable, kFileChanged (a fingerprint is not the one the
  // snapshot expects), kTrustEmpty, kCertificateInvalid, kCrlInvalid.
  static Result<std::shared_ptr<const TrustBundle>> Load(const snapshot::Trust& trust, UnixSeconds now);
  ~TrustBundle();
  TrustBundle(const TrustBundle&) = delete;
  TrustBundle& operator=(const TrustBundle&) = delete;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit TrustBundle(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinlatch::tls
