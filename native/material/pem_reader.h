// Owns the one reading of PEM (RFC 7468, and the headers of RFC 1421): blocks in the order of a
// text, whatever stands around them. It judges no label. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "material/secret_bytes.h"

namespace pinlatch::material {

// PemBlock views into the text that it was found in.
struct PemBlock {
  std::string_view label;
  std::string_view body;     // between the markers, headers included
  bool is_whole = false;     // its end marker was found before another block begins
  std::string_view whole{};  // with both markers
};

class PemReader {
 public:
  explicit PemReader(ByteSpan text) : rest_(AsText(text)) {}
  // Next finds the next block; none: the text has no more.
  std::optional<PemBlock> Next();

 private:
  std::string_view rest_;
};

// IsEncryptedBlock says that the headers of a block say so (RFC 1421 section 4.6.1.1).
bool IsEncryptedBlock(const PemBlock& block);

// DecodeBlock reads a whole block whose body is base64 and nothing else (white space apart); none
// where it is not.
std::optional<std::vector<uint8_t>> DecodeBlock(const PemBlock& block);
// DecodeSecretBlock does so for a block with a private key, and leaves no copy of it.
std::optional<SecretBytes> DecodeSecretBlock(const PemBlock& block);

}  // namespace pinlatch::material
