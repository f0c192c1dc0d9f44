// See certificate_file.h.
#include "material/certificate_file.h"

#include <string>
#include <utility>

#include "material/der_kind.h"

namespace pinlatch::material {
namespace {

// What a block of a file with certificates is for.
enum class Use : uint8_t { kTake, kNoteKey, kPass, kRefuse };

Use UseOf(Kind kind) {
  switch (kind) {
    case Kind::kCertificate:
      return Use::kTake;
    case Kind::kKey:
    case Kind::kEncryptedKey:
    case Kind::kOpenSshKey:
      return Use::kNoteKey;
    case Kind::kParameters:
    case Kind::kRequest:
    case Kind::kPublicKey:
      return Use::kPass;  // they say nothing that the certificates do not
    default:
      return Use::kRefuse;
  }
}

Misfit DamagedBlock(size_t index, bool is_whole, Place place) {
  const std::string what =
      is_whole ? "is not base64 of one DER structure" : "is cut off: it has no end marker";
  return Damaged(
      "a damaged PEM block: certificate " + std::to_string(index + 1) + " of the file " + what,
      place);
}

CertificateFile ReadDer(ByteSpan der, Place place, std::string_view path) {
  CertificateFile found;
  const Kind kind = KindOfDer(der);
  if (kind == Kind::kCertificate || kind == Kind::kBytes) {
    found.certificates.emplace_back(der.begin(), der.end());
  } else {
    found.misfit = MisfitOf({kind}, place, path);
  }
  return found;
}

// TakeBlock adds a block to what was found; one that must not be there is returned.
std::optional<Content> TakeBlock(const PemBlock& block, Place place, CertificateFile& found) {
  const Kind kind = KindOfBlock(block);
  switch (UseOf(kind)) {
    case Use::kTake: {
      std::optional<std::vector<uint8_t>> der = DecodeBlock(block);
      if (der && IsOneSequence(*der)) {
        found.certificates.push_back(*std::move(der));
      } else if (!found.misfit) {
        found.misfit = DamagedBlock(found.certificates.size(), block.is_whole, place);
      }
      return std::nullopt;
    }
    case Use::kNoteKey:
      found.holds_private_key = true;
      return std::nullopt;
    case Use::kPass:
      return std::nullopt;
    case Use::kRefuse:
      break;
  }
  return Content{kind, std::string(block.label)};
}

}  // namespace

CertificateFile ReadCertificates(ByteSpan file, Place place, std::string_view path) {
  if (const ByteSpan der = WithoutFinalNewlines(file); IsOneSequence(der)) {
    return ReadDer(der, place, path);
  }
  CertificateFile found;
  std::optional<Content> stray;
  PemReader reader(file);
  while (const std::optional<PemBlock> block = reader.Next()) {
    std::optional<Content> refused = TakeBlock(*block, place, found);
    if (!stray) stray = std::move(refused);
  }
  if (found.misfit) return found;
  if (found.certificates.empty()) {
    found.misfit = MisfitOf(Recognise(file), place, path);
  } else if (stray) {
    found.misfit = MisfitBeside(*stray, found.certificates.size(), place, path);
  } else if (found.holds_private_key && place == Place::kAuthorities) {
    found.misfit = MisfitBeside({Kind::kKey}, found.certificates.size(), place, path);
  }
  return found;
}

Result<Certificates> SplitCertificates(ByteSpan file, Place place, std::string_view path) {
  CertificateFile found = ReadCertificates(file, place, path);
  if (found.misfit) return Error(ErrorCode::kCertificateInvalid, found.misfit->ToString());
  return std::move(found.certificates);
}

}  // namespace pinlatch::material
