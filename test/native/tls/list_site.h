// Owns a site whose revocation lists are remembered from one loading of its bundle to the next.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "identity/describe.h"
#include "tls/verify_case.h"
#include "trust/list_memory.h"
#include "trust/trust_bundle_impl.h"

namespace pinlatch::test::x509 {

inline std::vector<std::string> CommandOf(const Error& error) {
  return error.remedy ? error.remedy->command : std::vector<std::string>();
}

// The command that drops what is remembered of the site's root.
inline const std::vector<std::string> kForgetRoot = {"trust", "forget-list", "devices", "CN=root"};

// Site loads bundles called "devices" with the lists that it is given.
struct Site {
  Folder folder;
  Holder root = Ca("CN=root");
  snapshot::Trust trust = WithLists(true);
  std::vector<std::string> bundles = {"devices", "machines"};  // of the configuration
  tls::ListMemory memory;

  Site() {
    trust.name = "devices";
    Trust({&root});
  }
  void Trust(const std::vector<const Holder*>& anchors) {
    trust.ca = {{folder.Write("ca.pem", PemOf(anchors)), {}}};
    for (const Holder* anchor : anchors)
      trust.ca[0].sha256.push_back(HexEncode(identity::Sha256Of(anchor->der)));
  }
  // Write puts lists where the bundle looks for them.
  void Write(const std::vector<std::vector<uint8_t>>& lists) {
    trust.revocation->files.clear();
    for (size_t i = 0; i < lists.size(); ++i) {
      trust.revocation->files.push_back(
          folder.Write(std::to_string(i) + ".crl", std::string(lists[i].begin(), lists[i].end())));
    }
  }
  Result<std::shared_ptr<const tls::TrustBundle>> Load(
      const std::vector<std::vector<uint8_t>>& lists) {
    Write(lists);
    return tls::TrustBundle::Load(trust, kNow, &memory, bundles);
  }
  // Serve loads lists and remembers them; it says whether they were taken.
  bool Serve(const std::vector<std::vector<uint8_t>>& lists) {
    const auto bundle = Load(lists);
    if (bundle.ok()) memory.Note(trust.name, (*bundle)->impl());
    return bundle.ok();
  }
  std::string Refusal(const std::vector<std::vector<uint8_t>>& lists) {
    const auto bundle = Load(lists);
    return bundle.ok() ? "" : bundle.error().detail;
  }
  std::vector<std::string> WayOut(const std::vector<std::vector<uint8_t>>& lists) {
    const auto bundle = Load(lists);
    return bundle.ok() ? std::vector<std::string>() : CommandOf(bundle.error());
  }
};

inline std::vector<uint8_t> Numbered(const Holder& signer, std::optional<long long> number,
                                     UnixSeconds this_update = kNow - kDay,
                                     const Der& extensions = {}) {
  ListSpec spec;
  spec.number = number;
  spec.this_update = this_update;
  spec.extensions = extensions;
  return List(signer, spec);
}

inline bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Remote is an intermediate that is not in the bundle: its lists are proven by those who present
// it.
struct Remote : Site {
  Holder middle = Ca("CN=middle", &root);
  Holder leaf = Client(middle);

  std::string Visit(const tls::TrustBundle& bundle) const {
    return RuleOf(VerifyCase{{}, {&leaf, &middle}, {}, {}}.Verdict(bundle));
  }
};

}  // namespace pinlatch::test::x509
