// Owns a listener with several certificates, server names and trust bundles, for tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "session/server_context.h"
#include "snapshot/model.h"
#include "tls/certificate_maker.h"

namespace pinlatch::test {

// ServerFor is a server certificate for DNS names.
Identity ServerFor(const Identity& issuer, const std::vector<std::string>& names,
                   KeyKind key = KeyKind::kP256);

// NamedSite has two trust bundles, "devices" (0) and "staff" (1), and whatever certificates and
// names the test gives its listener.
struct NamedSite {
  NamedSite() { listener.name = "edge"; }

  void Add(const Identity& own, std::vector<std::string> names = {});
  void Name(std::string name, uint32_t trust, snapshot::ClientAuth auth,
            snapshot::TlsVersion least = snapshot::TlsVersion::kTls12);
  // Make builds a context with new bundles, as a reload does. `devices_crl` is a revocation list of
  // the authority of devices, DER; empty: none is used.
  std::unique_ptr<const tls::ServerContext> Make(const std::vector<uint8_t>& devices_crl = {});
  void Build() { context = Make(); }

  Identity server_ca = Authority("server authority");
  Identity devices = Authority("devices");
  Identity staff = Authority("staff");
  Folder folder;
  snapshot::Listener listener;
  snapshot::Tickets tickets;
  std::unique_ptr<const tls::ServerContext> context;

 private:
  std::shared_ptr<const tls::TrustBundle> Bundle(const std::string& name, const Identity& ca,
                                                 const std::vector<uint8_t>& crl);
};

}  // namespace pinlatch::test
