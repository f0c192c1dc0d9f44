// Owns a credential of the gateway: a certificate chain and its private key, for clients that
// connect or for services that it connects to. The key is opened, used and
// wiped here and leaves no other trace. Immutable after loading.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock_reading.h"
#include "base/result.h"
#include "keys/private_key.h"
#include "snapshot/model.h"
#include "trust/verifier.h"

namespace pinlatch::tls {

class Credential {
 public:
  // Load opens the chain and the key, which are for `purpose`. The key is in the file that the
  // certificate names, unless `open_key` has it; one that is elsewhere must sign within ten
  // seconds. Errors (with `at`): kFileUnreadable, kFileChanged, kCertificateInvalid, kKeyExposed
  // (group or others may read the key file; the detail gives the chmod to run), kKeyInvalid,
  // kKeyMismatch. One that is not valid now is loaded all the same: who may not be kept from a
  // start or a reload by its dates is warned of them (server/own_certificates.h).
  static Result<std::shared_ptr<const Credential>> Load(const snapshot::Certificate& certificate,
                                                        Purpose purpose = Purpose::kServerAuth,
                                                        const KeyOpener& open_key = nullptr);
  ~Credential();
  Credential(const Credential&) = delete;
  Credential& operator=(const Credential&) = delete;

  // not_before and not_after are the first and the last second of the leaf's validity, Unix
  // seconds.
  UnixSeconds not_before() const;
  UnixSeconds not_after() const;
  // IsInForce says whether the leaf is valid at this time.
  bool IsInForce(const ClockReading& clock) const {
    return clock.HasBegun(not_before()) && !clock.HasEnded(not_after());
  }
  // ServerNamesOf is server_names() of what Load would open, without its key. Errors: as Load, of
  // the chain.
  static Result<std::vector<std::string>> ServerNamesOf(const snapshot::Certificate& certificate);

  // server_names are those that it is for, canonical (http::ParseServerName); "*.example.com" is
  // every name with exactly one label in front.
  const std::vector<std::string>& server_names() const;
  // is_nameless says that the leaf has no subjectAltName with a name that clients ask for: a DNS
  // name, an address or a URI. The subject's CN counts with no client of today (RFC 9525 section
  // 2).
  bool is_nameless() const;
  // names are the URIs of the leaf's subjectAltName, else its DNS names.
  const std::vector<std::string>& names() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit Credential(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinlatch::tls
