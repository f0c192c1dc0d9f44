// See content.h.
#include "material/content.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "der/der_reader.h"
#include "material/der_kind.h"

namespace pinlatch::material {
namespace {

using namespace std::string_view_literals;

struct LabelKind {
  std::string_view label;
  Kind kind;
};

constexpr LabelKind kLabels[] = {
    {"CERTIFICATE", Kind::kCertificate},
    {"X509 CERTIFICATE", Kind::kCertificate},  // as SSLeay wrote it
    {"TRUSTED CERTIFICATE", Kind::kTrustedCertificate},
    {"X509 CRL", Kind::kList},
    {"CERTIFICATE REQUEST", Kind::kRequest},
    {"NEW CERTIFICATE REQUEST", Kind::kRequest},
    {"PUBLIC KEY", Kind::kPublicKey},
    {"RSA PUBLIC KEY", Kind::kPublicKey},
    {"ENCRYPTED PRIVATE KEY", Kind::kEncryptedKey},
    {"OPENSSH PRIVATE KEY", Kind::kOpenSshKey},
    {"PKCS7", Kind::kPkcs7},
    {"PKCS #7 SIGNED DATA", Kind::kPkcs7},
    {"DH PARAMETERS", Kind::kParameters},
    {"X9.42 DH PARAMETERS", Kind::kParameters},
    {"EC PARAMETERS", Kind::kParameters},
    {"DSA PARAMETERS", Kind::kParameters},
};

constexpr std::string_view kKeyMarkerEnd = "PRIVATE KEY-----";
constexpr std::string_view kBlanks = " \t\r\n\v\f";

bool IsText(ByteSpan file) {
  return std::none_of(file.begin(), file.end(), [](uint8_t byte) {
    return byte == 0x7f || (byte < 0x20 && kBlanks.find(static_cast<char>(byte)) == kBlanks.npos);
  });
}

bool IsPrintable(uint8_t byte) { return byte >= 0x20 && byte < 0x7f; }

// The encoding that iconv is to be told of; empty: it is not UTF-16. With a byte order mark, iconv
// finds out itself.
std::string_view Utf16Encoding(ByteSpan file) {
  if (file.size() < 4 || file.size() % 2 != 0) return "";
  if ((file[0] == 0xff && file[1] == 0xfe) || (file[0] == 0xfe && file[1] == 0xff)) return "UTF-16";
  if (IsPrintable(file[0]) && file[1] == 0 && IsPrintable(file[2]) && file[3] == 0) {
    return "UTF-16LE";
  }
  const bool is_big = file[0] == 0 && IsPrintable(file[1]) && file[2] == 0 && IsPrintable(file[3]);
  return is_big ? "UTF-16BE" : "";
}

// The characters of the marker of a key, with a NUL between every two of them.
bool HasWideKeyMarker(ByteSpan file) {
  const std::string_view text = AsText(file);
  std::string wide;
  for (const char c : kKeyMarkerEnd) {
    if (!wide.empty()) wide += '\0';
    wide += c;
  }
  return text.find(wide) != std::string_view::npos;
}

bool IsBase64(std::string_view text) {
  return text.starts_with("MI") && std::all_of(text.begin(), text.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/' ||
                  c == '=' || kBlanks.find(c) != kBlanks.npos;
         });
}

Kind KindOfText(ByteSpan file) {
  std::string_view text = AsText(file);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const size_t start = text.find_first_not_of(kBlanks);
  if (start == std::string_view::npos) return Kind::kEmpty;
  text.remove_prefix(start);
  if (text.front() == '<') return Kind::kMarkup;
  if (text.starts_with("PuTTY-User-Key-File-")) return Kind::kPuttyKey;
  if (text.starts_with("ssh-") || text.starts_with("ecdsa-sha2-") ||
      text.starts_with("---- BEGIN SSH2 PUBLIC KEY")) {
    return Kind::kSshPublicKey;
  }
  return IsBase64(text) ? Kind::kBase64 : Kind::kText;
}

Kind KindOfLabel(std::string_view label) {
  const auto known = std::find_if(std::begin(kLabels), std::end(kLabels),
                                  [&](const LabelKind& one) { return one.label == label; });
  if (known != std::end(kLabels)) return known->kind;
  return label.ends_with("PRIVATE KEY") ? Kind::kKey : Kind::kOtherBlock;
}

// Parameters stand beside what a file is for.
std::optional<Content> RecogniseBlocks(ByteSpan file) {
  std::optional<Content> found;
  PemReader reader(file);
  while (const std::optional<PemBlock> block = reader.Next()) {
    const Kind kind = KindOfBlock(*block);
    if (!found || found->kind == Kind::kParameters) found = {kind, std::string(block->label)};
  }
  return found;
}

bool BeginsWith(ByteSpan file, std::string_view magic) { return AsText(file).starts_with(magic); }

}  // namespace

Kind KindOfBlock(const PemBlock& block) {
  const Kind kind = KindOfLabel(block.label);
  return kind == Kind::kKey && IsEncryptedBlock(block) ? Kind::kEncryptedKey : kind;
}

bool IsPrivate(const Content& content) {
  switch (content.kind) {
    case Kind::kKey:
    case Kind::kEncryptedKey:
    case Kind::kOpenSshKey:
    case Kind::kPuttyKey:
    case Kind::kPkcs12:
    case Kind::kKeyStore:
      return true;
    default:
      return content.holds_private_key;
  }
}

bool IsOneSequence(ByteSpan bytes) {
  if (bytes.size() < 2 || bytes[0] != tls::der::kSequence) return false;
  if (bytes[1] < 0x80) return bytes.size() == 2U + bytes[1];
  const size_t octets = bytes[1] & 0x7FU;
  if (octets == 0 || octets > 4 || bytes.size() < 2 + octets) return false;
  size_t length = 0;
  for (size_t i = 0; i < octets; ++i) length = length << 8 | bytes[2 + i];
  return bytes.size() == 2 + octets + length;
}

ByteSpan WithoutFinalNewlines(ByteSpan file) {
  ByteSpan shorter = file;
  while (!IsOneSequence(shorter)) {
    if (shorter.empty() || (shorter.back() != '\n' && shorter.back() != '\r')) return file;
    shorter = shorter.first(shorter.size() - 1);
  }
  return shorter;
}

Content Recognise(ByteSpan file) {
  if (file.empty()) return {Kind::kEmpty};
  if (BeginsWith(file, "\xfe\xed\xfe\xed"sv) || BeginsWith(file, "\xce\xce\xce\xce"sv)) {
    return {Kind::kKeyStore};
  }
  if (const std::string_view encoding = Utf16Encoding(file); !encoding.empty()) {
    return {Kind::kUtf16, "", encoding, HasWideKeyMarker(file)};
  }
  const ByteSpan der = WithoutFinalNewlines(file);
  if (const Kind kind = IsOneSequence(der) ? KindOfDer(der) : KindOfBer(file);
      kind != Kind::kBytes) {
    return {kind};
  }
  if (std::optional<Content> found = RecogniseBlocks(file)) return *std::move(found);
  return {IsText(file) ? KindOfText(file) : Kind::kBytes};
}

}  // namespace pinlatch::material
