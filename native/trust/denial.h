// Owns the question whether the deny list of a bundle has a certificate. Pure.
#pragma once

#include <optional>
#include <string>

#include "trust/trust_bundle_impl.h"

namespace pinlatch::tls {

// Denial returns, in words that may be empty, how the deny list has the certificate: by the
// fingerprint of it or of its twin (x509/twin.h), or, unless it is an anchor, by its serial.
// Nothing when it has it not.
std::optional<std::string> Denial(const TrustBundle::Impl& bundle, const Certificate& certificate,
                                  bool is_anchor);

}  // namespace pinlatch::tls
