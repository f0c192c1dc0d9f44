// Owns the making of demo and bootstrap certificates: the key, who signs, and the two files.
#include "keys/issuer.h"

#include <mbedtls/ecp.h>
#include <mbedtls/oid.h>
#include <mbedtls/pk.h>

#include <optional>
#include <utility>

#include "base/file.h"
#include "base/new_file.h"
#include "identity/certificate.h"
#include "identity/describe.h"
#include "keys/certificate_draft.h"
#include "keys/library.h"
#include "keys/random.h"
#include "keys/secret_file.h"
#include "material/certificate_file.h"
#include "material/key_file.h"

namespace pinlatch::tls {
namespace {

constexpr size_t kMaxIssuerFile = 1024 * 1024;

// PrivateKey owns an mbedTLS key.
struct PrivateKey {
  PrivateKey() { mbedtls_pk_init(&context); }
  ~PrivateKey() { mbedtls_pk_free(&context); }
  PrivateKey(const PrivateKey&) = delete;
  PrivateKey& operator=(const PrivateKey&) = delete;
  mbedtls_pk_context context;
};

// Authority is who signs, unless a certificate signs itself.
struct Authority {
  identity::CertificatePtr certificate = identity::NewCertificate();
  PrivateKey key;
};

Status GenerateKey(PrivateKey& key) {
  if (mbedtls_pk_setup(&key.context, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)) != 0 ||
      mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(key.context), FillRandom,
                          nullptr) != 0) {
    return Error(ErrorCode::kKeyInvalid, "a key cannot be generated");
  }
  return {};
}

Status LoadAuthority(const IssueRequest& request, Authority& authority) {
  const std::string& path = request.issuer_certificate_path;
  PINLATCH_ASSIGN(const std::vector<uint8_t> text, ReadFile(path, kMaxIssuerFile, ""));
  PINLATCH_ASSIGN(const auto chain, material::SplitCertificates(text, material::Place::kOwn, path));
  if (identity::AppendCertificate(*authority.certificate, chain.front()) != 0) {
    return Error(ErrorCode::kCertificateInvalid, path + " holds no usable certificate");
  }
  if (authority.certificate->ca_istrue == 0) {
    return Error(ErrorCode::kCertificateInvalid, path + " is not an authority's certificate");
  }
  PINLATCH_ASSIGN(const SecretBytes file, ReadSecretFile({request.issuer_key_path}, ""));
  mbedtls_pk_context& key = authority.key.context;
  const material::KeyFile found = material::ReadKey(file.span(), request.issuer_key_path);
  if (found.misfit) {
    return Error(ErrorCode::kKeyInvalid, request.issuer_key_path + ": " + found.misfit->ToString());
  }
  const SecretBytes& der = *found.der;
  if (mbedtls_pk_parse_key(&key, der.data(), der.size(), nullptr, 0, FillRandom, nullptr) != 0) {
    return Error(ErrorCode::kKeyInvalid,
                 request.issuer_key_path + " is not an unencrypted private key");
  }
  if (mbedtls_pk_check_pair(&authority.certificate->pk, &key, FillRandom, nullptr) != 0) {
    return Error(ErrorCode::kKeyInvalid,
                 request.issuer_key_path + " does not belong to the certificate in " + path);
  }
  return {};
}

Status AddExtensions(const IssueRequest& request, CertificateDraft& draft) {
  PINLATCH_TRY(draft.AddBasics(request.kind == IssueRequest::Kind::kAuthority));
  if (request.kind == IssueRequest::Kind::kServer) {
    PINLATCH_TRY(draft.AddPurpose(AsBytes(MBEDTLS_OID_SERVER_AUTH)));
  } else if (request.kind == IssueRequest::Kind::kClient) {
    PINLATCH_TRY(draft.AddPurpose(AsBytes(MBEDTLS_OID_CLIENT_AUTH)));
  }
  return draft.AddAlternativeNames(request.dns_names, request.ip_addresses);
}

Result<std::string> WriteCertificate(const IssueRequest& request, PrivateKey& key,
                                     std::optional<Authority>& authority) {
  CertificateDraft draft(key.context, authority ? authority->key.context : key.context);
  PINLATCH_TRY(draft.SetSubject(request.subject));
  PINLATCH_TRY(authority ? draft.SetIssuer(authority->certificate->subject)
                         : draft.SetIssuerToSubject(request.subject));
  PINLATCH_TRY(draft.SetRandomSerial());
  PINLATCH_TRY(draft.SetValidity(request.not_before, request.not_after));
  PINLATCH_TRY(AddExtensions(request, draft));
  return draft.ToPem();
}

Result<SecretBytes> WriteKey(const PrivateKey& key, size_t& length) {
  SecretBytes pem(4096);
  if (mbedtls_pk_write_key_pem(&key.context, pem.data(), pem.size()) != 0) {
    return Error(ErrorCode::kKeyInvalid, "the key cannot be written");
  }
  length = std::char_traits<char>::length(reinterpret_cast<const char*>(pem.data()));
  return pem;
}

}  // namespace

Status Issue(const IssueRequest& request) {
  PINLATCH_TRY(InitialiseLibrary());
  std::optional<Authority> authority;
  if (!request.issuer_certificate_path.empty()) {
    PINLATCH_TRY(LoadAuthority(request, authority.emplace()));
  } else if (request.kind != IssueRequest::Kind::kAuthority) {
    return Error(ErrorCode::kCertificateInvalid, "only an authority can sign itself");
  }
  PrivateKey key;
  PINLATCH_TRY(GenerateKey(key));
  PINLATCH_ASSIGN(const std::string certificate, WriteCertificate(request, key, authority));
  size_t key_length = 0;
  PINLATCH_ASSIGN(const SecretBytes key_pem, WriteKey(key, key_length));
  PINLATCH_ASSIGN(NewFile key_file,
                  NewFile::Create(request.key_path, 0600, key_pem.span().subspan(0, key_length)));
  PINLATCH_ASSIGN(NewFile certificate_file,
                  NewFile::Create(request.certificate_path, 0644, AsBytes(certificate)));
  key_file.Keep();
  certificate_file.Keep();
  return {};
}

}  // namespace pinlatch::tls
