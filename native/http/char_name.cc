// Owns the wording about characters.
#include "http/char_name.h"

#include <cstdint>

#include "http/chars.h"

namespace pinlatch::http {

std::string NotAllowed(char c, std::string_view where) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  const auto byte = static_cast<uint8_t>(c);
  const std::string hex{kDigits[byte >> 4], kDigits[byte & 15]};
  const bool is_visible = byte > 0x20 && byte < 0x7f;
  const std::string name = is_visible ? std::string{'\'', c, '\''} : "the byte 0x" + hex;
  return std::string(where) + " contains " + name + ", which has to be written as %" + hex;
}

}  // namespace pinlatch::http
