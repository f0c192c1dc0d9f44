// Owns the two sides of the handshake fuzzer, made once: certificates of one authority, and
// contexts of a server and a client for every choice that an input has.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "identity/certificate.h"
#include "keys/issuer.h"
#include "session/client_context.h"
#include "session/server_context.h"
#include "verdict/verdict_cache.h"

namespace pinlatch::fuzz {

// kNow is when all of it happens.
inline constexpr UnixSeconds kNow = 1780272000;

class Site {
 public:
  Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  const tls::ServerContext& Server(bool optional, bool tls12) const {
    return *servers_[optional][tls12];
  }
  const tls::ClientContext& Client(bool anonymous) const { return *clients_[anonymous]; }
  const identity::Sha256& client_fingerprint() const { return client_fingerprint_; }
  tls::VerdictCache& verdicts() { return verdicts_; }

 private:
  std::string Path(const std::string& name) const { return folder_ / name; }
  void Issue(const std::string& name, tls::IssueRequest::Kind kind) const;
  std::vector<uint8_t> Der(const std::string& name) const;
  std::string FingerprintOf(const std::string& name) const;
  std::shared_ptr<const tls::Credential> Load(const std::string& name, tls::Purpose purpose) const;
  std::shared_ptr<const tls::TrustBundle> Trust() const;
  void MakeContexts();

  std::filesystem::path folder_;
  std::unique_ptr<const tls::ServerContext> servers_[2][2];
  std::shared_ptr<const tls::ClientContext> clients_[2];
  identity::Sha256 client_fingerprint_{};
  tls::VerdictCache verdicts_;
};

}  // namespace pinlatch::fuzz
