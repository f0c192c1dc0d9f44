// Owns the recognition of what a file is: PEM by its labels, DER by its structure, other formats by
// how they begin. It judges nothing and keeps nothing. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "material/pem_reader.h"

namespace pinlatch::material {

enum class Kind : uint8_t {
  kEmpty,
  kCertificate,
  kTrustedCertificate,  // with the trust settings of OpenSSL behind it
  kList,
  kRequest,  // PKCS #10
  kPublicKey,
  kKey,           // private, whatever its kind
  kEncryptedKey,  // PKCS #8, or with the headers of RFC 1421
  kOpenSshKey,
  kPuttyKey,
  kSshPublicKey,
  kPkcs7,
  kPkcs12,
  kKeyStore,  // of Java, not PKCS #12
  kParameters,
  kOtherBlock,  // PEM of another label
  kUtf16,
  kBase64,  // without the markers of PEM
  kMarkup,  // HTML or XML
  kText,
  kBytes,
};

struct Content {
  Kind kind = Kind::kBytes;
  std::string label{};             // of a PEM block; empty for all else
  std::string_view encoding{};     // of kUtf16, as iconv names it
  bool holds_private_key = false;  // of kUtf16: such a block is in it
  bool is_der() const { return label.empty(); }
};

// KindOfBlock is what a PEM block is, by its label and by headers that say that it is encrypted.
Kind KindOfBlock(const PemBlock& block);

// IsPrivate says whether files of this kind have a private key in them, or may have.
bool IsPrivate(const Content& content);

// IsOneSequence says whether bytes are one DER SEQUENCE. Its length need not be written as DER has
// it: who reads on has an opinion of that.
bool IsOneSequence(ByteSpan bytes);
// WithoutFinalNewlines drops the line ends that editors and echo put behind a DER file; what is no
// such file stays as it is.
ByteSpan WithoutFinalNewlines(ByteSpan file);

// Recognise names the content of a whole file; of several PEM blocks, the first that says most.
Content Recognise(ByteSpan file);

}  // namespace pinlatch::material
