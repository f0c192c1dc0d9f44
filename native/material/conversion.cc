// See conversion.h. What writes a key writes a file that nobody else can read: openssl does so by
// itself, a shell's redirection under a umask.
#include "material/conversion.h"

namespace pinlatch::material {
namespace {

bool IsForCertificates(Place place) { return place != Place::kKey && place != Place::kLists; }

// Paths writes paths as words of a shell.
class Paths {
 public:
  explicit Paths(std::string_view path) : path_(path) {}
  std::string in() const { return path_.empty() ? "FILE" : ShellWord(path_); }
  std::string out(std::string_view ending) const {
    if (path_.empty()) return "FILE" + std::string(ending);
    return ShellWord(path_ + std::string(ending));
  }
  Paths With(std::string_view ending) const {
    return Paths(path_.empty() ? "" : path_ + std::string(ending));
  }

 private:
  std::string path_;
};

std::string Inform(const Content& content) { return content.is_der() ? " -inform DER" : ""; }

std::string Convert(const std::string& command) { return "convert it with: " + command; }

std::string FromPkcs12(Place place, const Paths& path) {
  const std::string from = "openssl pkcs12 -in " + path.in();
  const std::string legacy = " (and -legacy where openssl says \"unsupported\")";
  switch (place) {
    case Place::kOwn:
      return Convert(from + " -nodes -out " + path.out(".pem")) + legacy +
             "; the outcome has the certificate and its key: name it in \"cert\" and in \"key\"";
    case Place::kKey:
      return Convert(from + " -nocerts -nodes -out " + path.out(".key")) + legacy;
    case Place::kLists:
      return "no revocation list is in such a file: name the list of the CA";
    case Place::kAuthorities:
      return Convert(from + " -nokeys -out " + path.out(".crt")) + legacy;
    case Place::kPresented:
      return Convert(from + " -nokeys -clcerts -out " + path.out(".crt")) + legacy;
  }
  return "";
}

std::string FromKeyStore(Place place, const Paths& path) {
  return "convert it to PKCS#12 with: keytool -importkeystore -srckeystore " + path.in() +
         " -destkeystore " + path.out(".p12") + " -deststoretype PKCS12; then " +
         FromPkcs12(place, path.With(".p12"));
}

std::string FromPkcs7(const Content& content, Place place, const Paths& path) {
  if (place == Place::kKey) return "no private key is in such a file: name the file of the key";
  return Convert("openssl pkcs7" + Inform(content) + " -in " + path.in() + " -print_certs -out " +
                 path.out(place == Place::kLists ? ".crl" : ".crt"));
}

std::string FromCertificate(Place place) {
  if (place == Place::kLists) {
    return "a certificate of a CA belongs in \"ca\"; its revocation list is made by the CA, such "
           "as with: openssl ca -gencrl -out ca.crl";
  }
  return "a certificate belongs in \"cert\": if the two are swapped, swap \"cert\" and \"key\"";
}

std::string FromRequest(const Content& content, Place place, const Paths& path) {
  if (place == Place::kKey) return "name the key that the request was made with";
  if (place == Place::kLists) return "name the revocation list of the CA";
  return "name the certificate that the CA issued for it; a CA of your own issues it with: openssl "
         "x509 -req" +
         Inform(content) + " -in " + path.in() +
         " -copy_extensions copy -CA ca.crt -CAkey ca.key -CAcreateserial -days 90 -out " +
         path.out(".crt");
}

std::string FromPublicKey(const Content& content, Place place, const Paths& path) {
  if (place == Place::kPresented) {
    return "its pin is \"spki:\" and the digits that are printed by: openssl pkey -pubin" +
           Inform(content) + " -in " + path.in() + " -outform DER | openssl dgst -sha256";
  }
  if (place == Place::kKey) return "name the private key that it belongs to";
  if (place == Place::kLists) return "name the revocation list of the CA";
  return "name the certificate that was issued for it; a request for one is made from the private "
         "key with: openssl req -new -key KEY -out request.csr";
}

std::string FromForeignKey(const Content& content, const Paths& path) {
  if (content.kind == Kind::kOpenSshKey) {
    const std::string copy = path.out(".key");
    return Convert("cp " + path.in() + " " + copy + " && ssh-keygen -p -N '' -m PEM -f " + copy);
  }
  if (content.kind == Kind::kPuttyKey) {
    return Convert("puttygen " + path.in() + " -O private-openssh -o " + path.out(".key"));
  }
  return "the gateway cannot ask for its passphrase; store it unencrypted, readable by the "
         "gateway's user alone: openssl pkey" +
         Inform(content) + " -in " + path.in() + " -out " + path.out(".key");
}

std::string FromKey(const Content& content, Place place, const Paths& path) {
  switch (place) {
    case Place::kKey:
      return FromForeignKey(content, path);
    case Place::kOwn:
      return "a private key belongs in \"key\": if the two are swapped, swap \"cert\" and \"key\"; "
             "a request for a certificate is made with: openssl req -new -key " +
             path.in() + " -out " + path.out(".csr");
    case Place::kLists:
      return "move the key to a file of its own with mode 0600";
    default:
      return "move the key to a file of its own with mode 0600, and name a file with the "
             "certificate";
  }
}

std::string FromUtf16(const Content& content, const Paths& path) {
  return Convert("(umask 077 && iconv -f " + std::string(content.encoding) + " -t UTF-8 " +
                 path.in() + " > " + path.out(".pem") + ")");
}

}  // namespace

std::string ConversionOf(const Content& content, Place place, std::string_view file) {
  const Paths path(file);
  switch (content.kind) {
    case Kind::kEmpty:
      return "copy the file again: nothing arrived";
    case Kind::kTrustedCertificate:
      if (!IsForCertificates(place)) return FromCertificate(place);
      return "what it is trusted for does not count here; " +
             Convert("openssl x509 -in " + path.in() + " -out " + path.out(".crt"));
    case Kind::kCertificate:
      return IsForCertificates(place) ? "" : FromCertificate(place);
    case Kind::kList:
      return place == Place::kLists ? "" : "a revocation list belongs in \"crl\" (verify: --crl)";
    case Kind::kRequest:
      return FromRequest(content, place, path);
    case Kind::kPublicKey:
      return FromPublicKey(content, place, path);
    case Kind::kKey:
    case Kind::kEncryptedKey:
    case Kind::kOpenSshKey:
    case Kind::kPuttyKey:
      return FromKey(content, place, path);
    case Kind::kPkcs7:
      return FromPkcs7(content, place, path);
    case Kind::kPkcs12:
      return FromPkcs12(place, path);
    case Kind::kKeyStore:
      return FromKeyStore(place, path);
    case Kind::kUtf16:
      return FromUtf16(content, path);
    case Kind::kBase64:
      return Convert("(umask 077 && base64 -d " + path.in() + " > " + path.out(".der") + ")");
    case Kind::kMarkup:
      return "fetch the file itself instead of a page about it, such as with: curl -fLo " +
             path.in() + " URL";
    default:
      return "";
  }
}

std::string SeparationOf(const Content& content, std::string_view file) {
  const Paths path(file);
  const std::string certificates = "openssl crl2pkcs7 -nocrl -certfile " + path.in() +
                                   " | openssl pkcs7 -print_certs -out " + path.out(".crt");
  switch (content.kind) {
    case Kind::kList:
      return "a revocation list belongs in \"crl\": copy it with: openssl crl -in " + path.in() +
             " -out " + path.out(".crl") + "; and the certificates with: " + certificates;
    case Kind::kTrustedCertificate:
      return "what it is trusted for does not count here; make all of them certificates with: " +
             certificates;
    case Kind::kPkcs7:
      return "copy its certificates to a file of their own with: openssl pkcs7 -in " + path.in() +
             " -print_certs -out " + path.out(".crt");
    default:
      return "copy the certificates with: " + certificates;
  }
}

}  // namespace pinlatch::material
