// Owns the cutting of certificate files, PEM or DER, into DER certificates: for all who read them.
// Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "material/misfit.h"

namespace pinlatch::material {

using Certificates = std::vector<std::vector<uint8_t>>;

// CertificateFile is what was found. With a misfit, the rest is not to be used.
struct CertificateFile {
  Certificates certificates;
  bool holds_private_key = false;
  std::optional<Misfit> misfit;
};

// ReadCertificates reads a file for one of the places of certificates. A block that is no
// certificate and would be missed is a misfit; a private key is one in kAuthorities alone. `path`
// is for the words.
CertificateFile ReadCertificates(ByteSpan file, Place place, std::string_view path);

// SplitCertificates returns the DER of every certificate of a file, of which there is at least one.
// Error: kCertificateInvalid, with the words of the misfit.
Result<Certificates> SplitCertificates(ByteSpan file, Place place = Place::kPresented,
                                       std::string_view path = {});

}  // namespace pinlatch::material
