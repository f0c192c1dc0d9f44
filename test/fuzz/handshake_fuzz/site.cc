// See site.h.
#include "handshake_fuzz/site.h"

#include "base/encoding.h"
#include "base/file.h"
#include "handshake_fuzz/transparent_crypto.h"
#include "identity/describe.h"
#include "keys/credential_impl.h"
#include "material/certificate_file.h"
#include "outcome.h"
#include "session/server_context_impl.h"
#include "trust/trust_bundle.h"

namespace pinlatch::fuzz {
namespace {

constexpr UnixSeconds kYear = 366 * 86400;
using Kind = tls::IssueRequest::Kind;

std::string NewFolder() {
  std::string path = std::filesystem::temp_directory_path() / "pinlatch-fuzz-XXXXXX";
  Require(mkdtemp(path.data()) != nullptr);
  return path;
}

}  // namespace

Site::Site() : folder_(NewFolder()) {
  Issue("ca", Kind::kAuthority);
  Issue("server", Kind::kServer);
  Issue("client", Kind::kClient);
  client_fingerprint_ = identity::Sha256Of(Der("client"));
  MakeContexts();
  std::filesystem::remove_all(folder_);
}

void Site::MakeContexts() {
  const auto server = Load("server", tls::Purpose::kServerAuth);
  const auto client = Load("client", tls::Purpose::kClientAuth);
  const std::shared_ptr<const tls::TrustBundle> bundles[] = {Trust()};
  for (const bool optional : {false, true}) {
    for (const bool tls12 : {false, true}) {
      snapshot::Listener listener;
      listener.client_auth =
          optional ? snapshot::ClientAuth::kOptional : snapshot::ClientAuth::kRequired;
      auto made = tls::ServerContext::Create(listener, {}, {server}, bundles);
      Require(made.ok());
      // No setting of the gateway leads there; a server that is old does.
      auto& config = const_cast<mbedtls_ssl_config&>((*made)->impl().config);
      if (tls12) mbedtls_ssl_conf_max_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
      servers_[optional][tls12] = std::move(made).value();
    }
  }
  for (const bool anonymous : {false, true}) {
    auto made = tls::ClientContext::Create(snapshot::TlsVersion::kTls12, bundles[0],
                                           anonymous ? nullptr : client, "http/1.1");
    Require(made.ok());
    clients_[anonymous] = *made;
  }
}

void Site::Issue(const std::string& name, Kind kind) const {
  tls::IssueRequest request;
  request.kind = kind;
  request.subject = "CN=" + name;
  if (kind == Kind::kServer) request.dns_names = {"localhost"};
  request.not_before = kNow - kYear;
  request.not_after = kNow + kYear;
  request.certificate_path = Path(name + ".crt");
  request.key_path = Path(name + ".key");
  if (kind != Kind::kAuthority) {
    request.issuer_certificate_path = Path("ca.crt");
    request.issuer_key_path = Path("ca.key");
  }
  Require(tls::Issue(request).ok());
}

std::vector<uint8_t> Site::Der(const std::string& name) const {
  constexpr size_t kMost = 64 * 1024;
  const auto text = tls::ReadFile(Path(name + ".crt"), kMost, "");
  Require(text.ok());
  return material::SplitCertificates(*text)->front();
}

std::string Site::FingerprintOf(const std::string& name) const {
  return HexEncode(identity::Sha256Of(Der(name)));
}

std::shared_ptr<const tls::Credential> Site::Load(const std::string& name,
                                                  tls::Purpose purpose) const {
  snapshot::Certificate certificate;
  certificate.chain = {Path(name + ".crt"), {FingerprintOf(name)}};
  certificate.key.path = Path(name + ".key");
  auto credential = tls::Credential::Load(certificate, purpose);
  Require(credential.ok());
  SignTransparently((*credential)->impl().key);
  return *credential;
}

std::shared_ptr<const tls::TrustBundle> Site::Trust() const {
  snapshot::Trust trust;
  trust.name = "site";
  trust.ca.push_back({Path("ca.crt"), {FingerprintOf("ca")}});
  auto bundle = tls::TrustBundle::Load(trust, kNow);
  Require(bundle.ok());
  return *bundle;
}

}  // namespace pinlatch::fuzz
