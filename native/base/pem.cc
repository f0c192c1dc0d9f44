// See pem.h.
#include "base/pem.h"

#include "base/encoding.h"

namespace pinlatch {

std::string PemEncode(std::string_view label, ByteSpan der) {
  constexpr size_t kColumns = 64;
  const std::string base64 = Base64Encode(der);
  const std::string name(label);
  std::string text = "-----BEGIN " + name + "-----\n";
  for (size_t i = 0; i < base64.size(); i += kColumns) {
    text.append(base64, i, kColumns).append("\n");
  }
  return text += "-----END " + name + "-----\n";
}

}  // namespace pinlatch
