// Owns the loading of a credential: the chain first, then the key, then whether they fit.
#include "keys/credential.h"

#include <mbedtls/ecp.h>
#include <mbedtls/oid.h>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/file.h"
#include "http/target.h"
#include "identity/describe.h"
#include "identity/other_key.h"
#include "keys/chain_order.h"
#include "keys/credential_impl.h"
#include "keys/library.h"
#include "keys/random.h"
#include "keys/secret_file.h"
#include "material/certificate_file.h"
#include "material/certificate_form.h"
#include "material/key_file.h"
#include "x509/certificate.h"
#include "x509/key_kind.h"

namespace pinlatch::tls {
namespace {

constexpr size_t kMaxChainFile = 1024 * 1024;
constexpr size_t kMinRsaBits = 2048;

using material::Certificates;
using material::HasCertificateForm;

Error Unusable(const snapshot::Certificate& certificate, const std::string& why) {
  return Error(ErrorCode::kCertificateInvalid, certificate.chain.path + ": " + why, certificate.at);
}

// ReadChain reads the certificates of a file. One that has a private key in it as well, which need
// not be the own one, is a secret file and kept like one.
Result<Certificates> ReadChain(const snapshot::Certificate& certificate) {
  const std::string& path = certificate.chain.path;
  PINLATCH_ASSIGN(const OpenFile file, OpenFile::ForReading(path, kMaxChainFile, certificate.at));
  SecretBytes text(static_cast<size_t>(file.status().st_size));
  PINLATCH_TRY(file.ReadExactly(text.room()));
  material::CertificateFile found =
      material::ReadCertificates(text.span(), material::Place::kOwn, path);
  if (found.misfit) return Unusable(certificate, found.misfit->ToString());
  if (found.holds_private_key) PINLATCH_TRY(RequirePrivate(file, path, certificate.at));
  std::vector<std::string> sha256;
  for (const auto& der : found.certificates) {
    sha256.push_back(HexEncode(identity::Sha256Of(der)));
  }
  if (sha256 != certificate.chain.sha256) {
    return Error(ErrorCode::kFileChanged, path + " changed since the configuration was read",
                 certificate.at);
  }
  return std::move(found.certificates);
}

// NoSigner says what to do about an own key of a kind that mbedTLS does not sign with.
std::string NoSigner(const std::string& kind) {
  return kind + ", which the gateway cannot sign with: RSA, and EC on P-256, P-384 or P-521 are " +
         "supported; make such a key and have a certificate issued for it: " +
         "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out new.key";
}

// WhyUnread words why mbedTLS did not read a certificate of the own chain.
std::string WhyUnread(int failed, const std::vector<uint8_t>& der) {
  const auto certificate = Certificate::Parse(der);
  if (!identity::IsOfOtherKind(failed) || !certificate.ok()) {
    return "cannot be used: " + identity::ParseErrorText(failed);
  }
  return "has " + NoSigner(KeyInfoKindText((*certificate)->key_info()));
}

// ParseChain reads the leaf, whose key is the gateway's. The others are only sent: one that cannot
// be read, because of its kind of key for one, goes along as it is.
Status ParseChain(const Certificates& certificates, const snapshot::Certificate& source,
                  Credential::Impl& into) {
  for (size_t i = 0; i < certificates.size(); ++i) {
    const int failed = identity::AppendCertificate(*into.chain, certificates[i]);
    if (failed == 0) continue;
    const bool is_sent = i > 0 && HasCertificateForm(certificates[i]);
    if (is_sent && identity::AppendUnread(*into.chain, certificates[i])) continue;
    return Error(ErrorCode::kCertificateInvalid,
                 source.chain.path + ": certificate " + std::to_string(i + 1) + " " +
                     WhyUnread(failed, certificates[i]),
                 source.at);
  }
  return {};
}

// Role is what differs by purpose.
struct Role {
  std::string_view words;
  std::string_view usage_oid;
  std::string_view usage;
};

const Role& RoleOf(Purpose purpose) {
  static constexpr Role kServer{"the server certificate", MBEDTLS_OID_SERVER_AUTH, "serverAuth"};
  static constexpr Role kClient{"the certificate for the upstream", MBEDTLS_OID_CLIENT_AUTH,
                                "clientAuth"};
  return purpose == Purpose::kServerAuth ? kServer : kClient;
}

// CheckLeaf refuses what the other side would refuse, whatever the time.
Status CheckLeaf(const mbedtls_x509_crt& leaf, const snapshot::Certificate& source,
                 const Role& role) {
  const auto unfit = [&](const std::string& why) {
    return Error(ErrorCode::kCertificateInvalid,
                 source.chain.path + ": " + std::string(role.words) + " " + why, source.at);
  };
  if (mbedtls_x509_crt_check_key_usage(&leaf, MBEDTLS_X509_KU_DIGITAL_SIGNATURE) != 0) {
    return unfit("has a key usage without digitalSignature, which TLS needs");
  }
  if (mbedtls_x509_crt_check_extended_key_usage(&leaf, role.usage_oid.data(),
                                                role.usage_oid.size()) != 0) {
    return unfit("has an extended key usage without " + std::string(role.usage));
  }
  return {};
}

// CanonicalNames brings the names of a certificate into the form in which they are asked for. What
// cannot be asked for is left out.
std::vector<std::string> CanonicalNames(const std::vector<std::string>& names) {
  std::vector<std::string> canonical;
  std::string name;
  for (const std::string_view written : names) {
    const std::string_view star = written.starts_with("*.") ? "*." : "";
    if (!http::ParseServerName(written.substr(star.size()), name) || name.empty()) continue;
    canonical.push_back(std::string(star) + name);
  }
  return canonical;
}

// NamesFor are the server names that a certificate with this leaf is for.
std::vector<std::string> NamesFor(const snapshot::Certificate& certificate,
                                  const identity::PeerIdentity& leaf) {
  return CanonicalNames(certificate.names.empty() ? leaf.san_dns : certificate.names);
}

// WhyNoKey words a key that mbedTLS did not read.
std::string WhyNoKey(ByteSpan der, const std::string& path) {
  if (HasExplicitCurve(der)) {
    return " has a key on a curve that is written out (explicit parameters): give the curve its "
           "name with: openssl pkey -in " +
           material::ShellWord(path) + " -ec_param_enc named_curve -out " +
           material::ShellWord(path + ".key");
  }
  const std::string kind = OtherPrivateKeyText(der);
  if (!kind.empty()) return " is " + NoSigner(kind);
  return " is not an unencrypted private key in PKCS#8, SEC1 or PKCS#1 form";
}

bool IsUsableCurve(mbedtls_ecp_group_id group) {
  return group == MBEDTLS_ECP_DP_SECP256R1 || group == MBEDTLS_ECP_DP_SECP384R1 ||
         group == MBEDTLS_ECP_DP_SECP521R1;
}

Status ParseKey(const SecretBytes& file, const snapshot::Certificate& source,
                Credential::Impl& into) {
  const auto unusable = [&](const std::string& why) {
    return Error(ErrorCode::kKeyInvalid, source.key.path + why, source.at);
  };
  const material::KeyFile found = material::ReadKey(file.span(), source.key.path);
  if (found.misfit) return unusable(": " + found.misfit->ToString());
  const SecretBytes& der = *found.der;
  if (mbedtls_pk_parse_key(&into.key, der.data(), der.size(), nullptr, 0, FillRandom, nullptr) !=
      0) {
    return unusable(WhyNoKey(der.span(), source.key.path));
  }
  const bool is_rsa = mbedtls_pk_get_type(&into.key) == MBEDTLS_PK_RSA;
  if (is_rsa && mbedtls_pk_get_bitlen(&into.key) < kMinRsaBits) {
    return unusable(" is an RSA key of " + std::to_string(mbedtls_pk_get_bitlen(&into.key)) +
                    " bits; 2048 is the minimum");
  }
  if (!is_rsa && (mbedtls_pk_get_type(&into.key) != MBEDTLS_PK_ECKEY ||
                  !IsUsableCurve(mbedtls_ecp_keypair_get_group_id(mbedtls_pk_ec(into.key))))) {
    return unusable(" is neither RSA nor EC on P-256, P-384 or P-521");
  }
  return {};
}

Status CheckPair(const Credential::Impl& impl, const snapshot::Certificate& source) {
  size_t place = 0;
  for (const mbedtls_x509_crt* at = impl.chain.get(); at != nullptr; at = at->next) {
    ++place;
    if (mbedtls_pk_check_pair(&at->pk, &impl.key, FillRandom, nullptr) != 0) continue;
    if (place == 1) return {};
    return Error(ErrorCode::kKeyMismatch,
                 source.key.path + " belongs to certificate " + std::to_string(place) + " of " +
                     source.chain.path + "; the server's own must come first: put it there with: " +
                     ReorderCommand(*impl.chain, place, source.chain.path),
                 source.at);
  }
  return Error(ErrorCode::kKeyMismatch,
               source.key.path + " does not belong to the certificate in " + source.chain.path,
               source.at);
}

// TryKey has the key sign as clients will have it: what it signs must verify with the certificate.
Status TryKey(const snapshot::Certificate& source, Credential::Impl& impl) {
  const identity::Sha256 hash = identity::Sha256Of(AsBytes("pinlatch"));
  std::vector<uint8_t> signature(MBEDTLS_PK_SIGNATURE_MAX_SIZE);
  size_t size = 0;
  if (mbedtls_pk_sign(&impl.key, MBEDTLS_MD_SHA256, hash.data(), hash.size(), signature.data(),
                      signature.size(), &size, FillRandom, nullptr) != 0 ||
      mbedtls_pk_verify(&impl.chain->pk, MBEDTLS_MD_SHA256, hash.data(), hash.size(),
                        signature.data(), size) != 0) {
    return Error(ErrorCode::kKeyInvalid, source.key.path + " does not sign correctly", source.at);
  }
  return {};
}

// OpenKeyFile gives the key to the crypto provider.
Status OpenKeyFile(const snapshot::Certificate& source, Credential::Impl& into) {
  PINLATCH_ASSIGN(const SecretBytes key, ReadSecretFile(source.key, source.at));
  PINLATCH_TRY(ParseKey(key, source, into));
  PINLATCH_TRY(CheckPair(into, source));
  auto converted = crypto::SigningKey::Convert(into.key);
  if (!converted.ok()) {
    return Error(ErrorCode::kKeyInvalid, source.key.path + ": " + converted.error().detail,
                 source.at);
  }
  into.signing_key = std::move(converted).value();
  return TryKey(source, into);
}

Status UseKey(const snapshot::Certificate& source, std::shared_ptr<const PrivateKey> key,
              Credential::Impl& into) {
  into.elsewhere = std::make_unique<ElsewhereKey>(std::move(key));
  if (!into.elsewhere->Install(into.chain->pk, into.key)) {
    return Error(ErrorCode::kKeyInvalid, source.key.path + " cannot be set up", source.at);
  }
  return TryKey(source, into);
}

Status OpenKey(const snapshot::Certificate& source, const KeyOpener& open_key,
               Credential::Impl& into) {
  std::shared_ptr<const PrivateKey> elsewhere;
  if (open_key) {
    PINLATCH_ASSIGN(elsewhere, open_key(source));
  }
  return elsewhere ? UseKey(source, std::move(elsewhere), into) : OpenKeyFile(source, into);
}

}  // namespace

Credential::Credential(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Credential::~Credential() = default;

UnixSeconds Credential::not_before() const { return impl_->not_before; }
UnixSeconds Credential::not_after() const { return impl_->not_after; }
bool Credential::is_nameless() const { return impl_->is_nameless; }
const std::vector<std::string>& Credential::names() const { return impl_->names; }
const std::vector<std::string>& Credential::server_names() const { return impl_->server_names; }

Result<std::shared_ptr<const Credential>> Credential::Load(const snapshot::Certificate& certificate,
                                                           Purpose purpose,
                                                           const KeyOpener& open_key) {
  PINLATCH_TRY(InitialiseLibrary());
  PINLATCH_ASSIGN(const Certificates chain, ReadChain(certificate));
  auto impl = std::make_unique<Impl>();
  PINLATCH_TRY(ParseChain(chain, certificate, *impl));
  // The key tells which certificate is the own one: what follows is of no use for another.
  PINLATCH_TRY(OpenKey(certificate, open_key, *impl));
  PINLATCH_TRY(CheckLeaf(*impl->chain, certificate, RoleOf(purpose)));
  impl->not_before = identity::ToUnixSeconds(impl->chain->valid_from);
  impl->not_after = identity::ToUnixSeconds(impl->chain->valid_to);
  PINLATCH_ASSIGN(identity::PeerIdentity leaf, identity::Describe(chain.front()));
  impl->server_names = NamesFor(certificate, leaf);
  impl->is_nameless = leaf.san_dns.empty() && leaf.san_ip.empty() && leaf.san_uri.empty();
  impl->names = std::move(leaf.san_uri.empty() ? leaf.san_dns : leaf.san_uri);
  return std::shared_ptr<const Credential>(new Credential(std::move(impl)));
}

Result<std::vector<std::string>> Credential::ServerNamesOf(
    const snapshot::Certificate& certificate) {
  PINLATCH_ASSIGN(const Certificates chain, ReadChain(certificate));
  PINLATCH_ASSIGN(const identity::PeerIdentity leaf, identity::Describe(chain.front()));
  return NamesFor(certificate, leaf);
}

}  // namespace pinlatch::tls
