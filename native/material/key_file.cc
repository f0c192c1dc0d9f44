// See key_file.h.
#include "material/key_file.h"

#include <algorithm>
#include <string>
#include <utility>

#include "material/der_kind.h"

namespace pinlatch::material {
namespace {

KeyFile Refused(Misfit misfit) { return {std::nullopt, std::move(misfit)}; }

KeyFile ReadDer(ByteSpan der, std::string_view path) {
  const Kind kind = KindOfDer(der);
  if (kind != Kind::kKey) return Refused(MisfitOf({kind}, Place::kKey, path));
  SecretBytes key(der.size());
  std::copy(der.begin(), der.end(), key.data());
  return {std::move(key), std::nullopt};
}

KeyFile ReadBlock(const PemBlock& block, std::string_view path) {
  const Kind kind = KindOfBlock(block);
  if (kind != Kind::kKey) {
    return Refused(MisfitOf({kind, std::string(block.label)}, Place::kKey, path));
  }
  std::optional<SecretBytes> der = DecodeSecretBlock(block);
  if (der && IsOneSequence(der->span())) return {std::move(der), std::nullopt};
  return Refused(Damaged(block.is_whole
                             ? "a damaged private key: it is not base64 of one DER structure"
                             : "a damaged private key: it is cut off",
                         Place::kKey));
}

}  // namespace

KeyFile ReadKey(ByteSpan file, std::string_view path) {
  if (const ByteSpan der = WithoutFinalNewlines(file); IsOneSequence(der)) {
    return ReadDer(der, path);
  }
  std::optional<PemBlock> key;
  PemReader reader(file);
  while (const std::optional<PemBlock> block = reader.Next()) {
    if (!IsPrivate({KindOfBlock(*block)})) continue;
    if (key) {
      return Refused({Kind::kKey, "more than one private key", "one private key",
                      "keep the one that belongs to the certificate in a file of its own", false});
    }
    key = block;
  }
  if (key) return ReadBlock(*key, path);
  return Refused(MisfitOf(Recognise(file), Place::kKey, path));
}

}  // namespace pinlatch::material
