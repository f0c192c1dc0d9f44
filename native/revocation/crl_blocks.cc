// See crl_blocks.h.
#include "revocation/crl_blocks.h"

#include <optional>
#include <string>

#include "material/content.h"
#include "material/der_kind.h"
#include "material/misfit.h"
#include "material/pem_reader.h"

namespace pinlatch::tls {
namespace {

using material::Content;
using material::Kind;
using material::Place;

using Lists = std::vector<std::vector<uint8_t>>;

Error Refused(const Content& content, std::string_view path) {
  return Error(ErrorCode::kCrlInvalid, material::MisfitOf(content, Place::kLists, path).ToString());
}

Error Malformed(size_t index, std::string_view what) {
  return Error(ErrorCode::kCrlInvalid,
               "revocation list " + std::to_string(index + 1) + " " + std::string(what));
}

// MayStandBeside says whether a block would not be missed: nothing of it is a list.
bool MayStandBeside(Kind kind) {
  return kind == Kind::kCertificate || kind == Kind::kTrustedCertificate ||
         kind == Kind::kParameters || kind == Kind::kRequest || kind == Kind::kPublicKey;
}

Result<Lists> SplitPem(ByteSpan file, std::string_view path) {
  Lists lists;
  material::PemReader reader(file);
  while (const std::optional<material::PemBlock> block = reader.Next()) {
    const Kind kind = material::KindOfBlock(*block);
    if (MayStandBeside(kind)) continue;
    if (kind != Kind::kList) return Refused({kind, std::string(block->label)}, path);
    if (!block->is_whole) return Malformed(lists.size(), "has no end: the file was cut short");
    std::optional<std::vector<uint8_t>> der = material::DecodeBlock(*block);
    if (!der) return Malformed(lists.size(), "is not base64");
    lists.push_back(std::move(*der));
  }
  if (lists.empty()) return Refused(material::Recognise(file), path);
  return lists;
}

}  // namespace

Result<Lists> SplitRevocationLists(ByteSpan file, std::string_view path) {
  const ByteSpan der = material::WithoutFinalNewlines(file);
  if (!material::IsOneSequence(der)) return SplitPem(file, path);
  const Kind kind = material::KindOfDer(der);
  if (kind != Kind::kList && kind != Kind::kBytes) return Refused({kind}, path);
  return Lists{{der.begin(), der.end()}};
}

}  // namespace pinlatch::tls
