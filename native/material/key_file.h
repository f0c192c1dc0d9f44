// Owns the finding of the private key in a file, PEM or DER, whatever else is in it. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "material/misfit.h"
#include "material/secret_bytes.h"

namespace pinlatch::material {

// KeyFile is either the key in DER (PKCS #8, SEC 1, PKCS #1 or of another kind) or a misfit.
struct KeyFile {
  std::optional<SecretBytes> der;
  std::optional<Misfit> misfit;
};

// ReadKey finds the one private key of a file; certificates may stand beside it. `path` is for the
// words.
KeyFile ReadKey(ByteSpan file, std::string_view path);

}  // namespace pinlatch::material
