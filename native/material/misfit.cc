// See misfit.h.
#include "material/misfit.h"

#include <utility>

#include "material/conversion.h"

namespace pinlatch::material {
namespace {

std::string_view WantedIn(Place place) {
  switch (place) {
    case Place::kKey:
      return "private key";
    case Place::kLists:
      return "revocation list";
    default:
      return "certificate";
  }
}

std::string_view ExpectedIn(Place place) {
  switch (place) {
    case Place::kOwn:
      return "a certificate in PEM or DER form, with or without its key";
    case Place::kKey:
      return "an unencrypted private key in PKCS#8, SEC1 or PKCS#1 form";
    case Place::kAuthorities:
      return "certificates in PEM form, or one in DER form";
    case Place::kLists:
      return "revocation lists in PEM form, or one in DER form";
    case Place::kPresented:
      return "a certificate in PEM or DER form";
  }
  return "";
}

// NounOf names a kind whatever its place.
std::string_view NounOf(Kind kind) {
  switch (kind) {
    case Kind::kEmpty:
      return "an empty file";
    case Kind::kCertificate:
      return "a certificate";
    case Kind::kTrustedCertificate:
      return "a certificate with trust settings of OpenSSL";
    case Kind::kList:
      return "a revocation list (CRL)";
    case Kind::kRequest:
      return "a request for a certificate (CSR)";
    case Kind::kPublicKey:
      return "a public key without a certificate";
    case Kind::kKey:
      return "a private key";
    case Kind::kEncryptedKey:
      return "an encrypted private key";
    case Kind::kOpenSshKey:
      return "a private key in OpenSSH's form";
    case Kind::kPuttyKey:
      return "a private key in PuTTY's form";
    case Kind::kSshPublicKey:
      return "a public key of SSH";
    case Kind::kPkcs7:
      return "a PKCS#7 file (.p7b)";
    case Kind::kPkcs12:
      return "a PKCS#12 file (.p12, .pfx)";
    case Kind::kKeyStore:
      return "a key store of Java (JKS)";
    case Kind::kUtf16:
      return "text in UTF-16, as Windows writes it";
    case Kind::kBase64:
      return "base64 without the BEGIN and END lines of PEM";
    case Kind::kMarkup:
      return "an HTML or XML page";
    default:
      return "";
  }
}

std::string FoundIn(const Content& content, Place place) {
  const std::string wanted(WantedIn(place));
  if (content.kind == Kind::kText) return "text with no " + wanted + " in it";
  if (content.kind == Kind::kBytes) return "bytes that are not one DER " + wanted;
  const std::string block = "a \"" + content.label + "\" block";
  const std::string noun(NounOf(content.kind));
  if (noun.empty()) return block;
  return content.label.empty() ? noun : noun + ", " + block;
}

}  // namespace

std::string Misfit::ToString() const {
  return found + "; expected " + expected + (fix.empty() ? "" : "; " + fix);
}

std::string ShellWord(std::string_view path) {
  std::string text = "'";
  for (const char c : path) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  return text + "'";
}

Misfit MisfitOf(const Content& content, Place place, std::string_view path) {
  return {content.kind, FoundIn(content, place), std::string(ExpectedIn(place)),
          ConversionOf(content, place, path), false};
}

Misfit MisfitBeside(const Content& content, size_t count, Place place, std::string_view path) {
  const std::string beside =
      count == 1 ? " beside a certificate" : " beside " + std::to_string(count) + " certificates";
  return {content.kind, FoundIn(content, place) + beside, std::string(ExpectedIn(place)),
          SeparationOf(content, path), false};
}

Misfit Damaged(std::string found, Place place) {
  return {Kind::kBytes, std::move(found), std::string(ExpectedIn(place)),
          "copy the file again: it was cut short or changed on its way", true};
}

}  // namespace pinlatch::material
