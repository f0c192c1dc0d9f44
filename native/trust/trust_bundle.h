// Owns a trust bundle: the anchors (any certificate, also an intermediate), the revocation lists
// and the deny list of one entry of `trust`. Immutable after loading and shared by all workers.
#pragma once

#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock_reading.h"
#include "base/result.h"
#include "snapshot/model.h"
#include "trust/verify_limits.h"

namespace pinlatch::tls {

class ListMemory;

// LeftOut is a certificate of a bundle that no path ends at, because it cannot be used.
struct LeftOut {
  std::string source;   // the file and the place in it
  std::string subject;  // RFC 4514; empty when it cannot be read
  std::string reason;
  // ToString joins all of it for the operator.
  std::string ToString() const;
};

class TrustBundle {
 public:
  // Load opens and checks every file. The floor of `clock` holds for all that is judged by the
  // bundle; what its lists say of the clock may raise it, unless the clock is known to be right. By
  // `memory`, which may be nullptr, a revocation list that is older than one that served in the
  // bundle of this name, or in one that is none of `bundles`, those of the configuration, is
  // refused, as going backwards. Errors (with `at`): kFileUnreadable,
  // kFileChanged (a fingerprint is not the one the snapshot expects), kTrustEmpty (no
  // certificate of it can be used), kCertificateInvalid (a file is damaged), kCrlInvalid.
  static Result<std::shared_ptr<const TrustBundle>> Load(
      const snapshot::Trust& trust, const ClockReading& clock, const ListMemory* memory = nullptr,
      const std::vector<std::string>& bundles = {});

  // FromBytes makes a bundle from memory: `ca` is PEM (any number of certificates) or one DER
  // certificate, each of `crls` PEM (any number of lists) or one DER list. Every setting of `trust`
  // holds but its files. Errors: as Load.
  static Result<std::shared_ptr<const TrustBundle>> FromBytes(const snapshot::Trust& trust,
                                                              ByteSpan ca,
                                                              std::span<const ByteSpan> crls);
  ~TrustBundle();
  TrustBundle(const TrustBundle&) = delete;
  TrustBundle& operator=(const TrustBundle&) = delete;

  // limits are the default bounds of a verification with this bundle's settings (minRsaBits,
  // maxDepth).
  const VerifyLimits& limits() const;
  // left_out are the certificates that were given and cannot be used. The others are.
  const std::vector<LeftOut>& left_out() const;
  // JudgesAs says that the other bundle has the same settings, certificates and lists, and that the
  // same ones are outdated or missing: whatever one accepts, the other does, by a clock that shows
  // `now` or something later.
  bool JudgesAs(const TrustBundle& other,
                UnixSeconds now = std::numeric_limits<UnixSeconds>::min()) const;
  // generation is unique to this bundle in this process, and never 0.
  uint64_t generation() const { return generation_; }

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit TrustBundle(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  const uint64_t generation_;
};

}  // namespace pinlatch::tls
